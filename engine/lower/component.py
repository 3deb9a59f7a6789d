"""Components: from measures, targets and credits to what each participant earned, with every step as a column.

`credit_pay/<plan>.<component>` has a row per paid credit (basis `credit`), `earnings/<plan>.<component>` one per grid row
of the component's earning period, `slices/<plan>.<component>` one per tier that paid.
"""

from collections.abc import Mapping, Sequence

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.lower.accumulation import IN_ORDER, days, eves, within
from engine.lower.bounds import Bounds
from engine.lower.budget import spans
from engine.lower.carry_forward import with_last_day
from engine.lower.cause import cause, gates, not_known, of_target, outcome, pools
from engine.lower.credit import credit_name
from engine.lower.eve import eve_stage, interval_before, with_eve
from engine.lower.group import with_group
from engine.lower.group_eve import group_eve_stage, not_known_before, with_group_eve
from engine.lower.look_up import looked_up, with_attributes
from engine.lower.modifier import (
    amount_columns,
    last_amount,
    one_step,
    ordinals,
    step_defs,
    step_name,
)
from engine.lower.names_of import names_of
from engine.lower.prizes import shared_prizes
from engine.lower.rate_table import slice_rows, table_defs
from engine.lower.remark import decided
from engine.lower.running import adds, running_total, with_total
from engine.lower.segment import SEGMENT_KEYS, in_intervals
from engine.lower.target import attainment_defs, target_column
from engine.lower.terms import (
    ZERO,
    any_of,
    call,
    cases,
    either,
    integer,
    known_true,
    missing,
    null,
    number,
    one_of,
    running,
    text,
    written,
)  # fmt: skip
from engine.lower.unit import Units
from engine.lower.values_on import ON_ROSTER_FROM
from engine.lower.variable import with_variables
from engine.plan.resolved import Against, Budget, Component, Plan, ResolvedWorkspace

Known = Mapping[str, tuple[str, ...]]
NOT_PAID_ON = frozenset(
    ("value", "share", "share.weight", "share.weights", "share.adjusted", "state", "because", ON_ROSTER_FROM)
)
"""Columns of credits that say how a share came about and how it ended: what is paid on it does not read them."""


def component_stages(workspace: ResolvedWorkspace, plan: Plan, component: Component, known: Known) -> list[Stage]:
    """The stages of one component, in order."""
    lowering = _Component(workspace, plan, component, known)
    eve = [lowering.eves()] if eves(plan, component) else []
    eve += [lowering.group_eves()] if plan.grown_by(component) is not None else []
    if component.basis == "credit":
        paid = lowering.credit_pay()
        return [paid, lowering.slices(paid), *eve, lowering.earnings_of_credits()]
    earned = lowering.earnings()
    return [*eve, earned, lowering.slices(earned)]


class _Component:
    """What all stages of one component share: its units, its keys, and how it reads days."""

    def __init__(self, workspace: ResolvedWorkspace, plan: Plan, component: Component, known: Known):
        self.workspace, self.plan, self.component, self.known = workspace, plan, component, known
        self.table = component.table
        self.name = f"{plan.name}.{component.name}"
        self.units = Units(workspace, plan, component)
        self.result = self.units.result
        self.days = days(plan.bounds_over(component))
        self.bounds = Bounds(self.table, self.units.select, self.days, self.units.pays, self.units.of)
        self.runs = component.basis == "credit" and self.table.select is not None

    def credit_pay(self) -> Stage:
        """A row per credited share: running totals, tier, result, and the items per credit."""
        component, plan = self.component, self.plan
        rule = plan.rule(component.base or "")
        credited = Filter(Scan(credit_name(plan, rule)), call("eq", Ref("state"), text("credited")))
        kept = [c for c in self.known[credit_name(plan, rule)] if c not in NOT_PAID_ON]
        rows = in_intervals(plan, credited, tuple(kept), component.length)
        select = self.table.select
        adds_up = None if select is None else plan.measure(select).accumulation
        by = SEGMENT_KEYS if adds_up is None else within(plan, adds_up)
        take = tuple(
            (c, c) for c in dict.fromkeys((*days(None), *self.days, *by, *spans(component))) if c not in SEGMENT_KEYS
        )
        rows = Join(rows, Scan(f"grid/{plan.name}"), tuple((k, k) for k in SEGMENT_KEYS), take, "inner")
        rows = self._with_target(rows, "", self.table.against)
        if self.runs:
            rows = with_total(plan, component, rows, by)
        rows = self._with_measures(rows)
        defs = [Def("base", Ref("amount")), *self._totals(by, rule.order)]
        if self.table.against is not None:
            defs += self._attainment(self.bounds.value)
        defs += table_defs(self.bounds, self.result, self.runs)
        rows = self._with_credit_steps(Extend(rows, tuple(defs)))
        rows = Extend(rows, (Def("pay", Ref(amount_columns(component)[-1])),))
        keys = (*rule.source.key, "participant")
        return self._stage(f"credit_pay/{self.name}", "credit_pay", rows, keys)

    def _with_credit_steps(self, rows: Extend) -> Table:
        """The items per credit. A budget is added up over everybody: by itself, so that parts need only be grouped for it."""
        for index, step in enumerate(self.component.steps, start=1):
            if step.per == "credit":
                previous = Ref(step_name(index - 1) if index > 1 else "table_result")
                defs = one_step(self.plan, self.component, step, step_name(index), previous)
                alone = isinstance(step, Budget)
                rows = Extend(rows, tuple(defs)) if alone else Extend(rows.input, (*rows.defs, *defs))
        return rows

    def _with_measures(self, rows: Table) -> Table:
        """Credits with what measures come to in their period, and with the look-up tables by these."""
        rule = self.plan.rule(self.component.base or "")
        keys = tuple((k, k) for k in SEGMENT_KEYS)
        for name in self.component.at_credits:
            rows = Join(rows, Scan(f"measures/{self.plan.name}.{name}"), keys, ((name, "value"),))
        names = self.component.credit_look_ups
        rows = with_attributes(self.workspace, rows, self.plan.tables(names), rule.as_of)
        return looked_up(self.plan, rows, names)

    def _totals(self, by: tuple[str, ...], order: tuple[str, ...]) -> list[Def]:
        """`after` (and `before`): the running total in the rule's order, or the value that finds the credit's tier."""
        if self.runs:
            assert self.table.select is not None
            measure, span = self.plan.measure(self.table.select), self.table.span
            own = adds(measure)
            words = "after − amount" if own == Ref("amount") else "after − what the credit adds"
            told = f"running total of {measure.name}"
            total = Def("after", running_total(self.plan, self.component, by, order), told, span)
            return [total, Def("before", call("sub", Ref("after"), own), words, span)]
        formula = self.table.select_formula
        return [Def("after", Ref("amount")) if formula is None else written("after", formula)]

    def earnings(self) -> Stage:
        """A row per grid row of the component's length: values, tier, result, items, earning, cause."""
        rows = with_group_eve(self.plan, self.component, with_eve(self.plan, self.component, self._grid()))
        return self._finished(self._paid_on(rows, ordinals(self.plan, self.component)))

    def _paid_on(self, rows: Table, first: Sequence[Def] = (), shares: bool = True) -> Table:
        """The rows with these columns, and with what the table pays on their measures; `shares`: ties their prizes."""
        own, paid = (*first, *self._selected()), table_defs(self.bounds, self.result, False)
        if shares and self._ties_share():
            paid = [*paid[:-1], *shared_prizes(self.table, self.result, self.plan.digits)]
        if not self.component.look_ups:
            return Extend(rows, (*own, *paid))
        return Extend(self._looked_up(rows, own), tuple(paid))

    def _looked_up(self, rows: Table, defs: Sequence[Def]) -> Table:
        """The rows with these columns, and then those of look-up tables, which may read them."""
        rows = Extend(rows, tuple(defs)) if defs else rows
        return looked_up(self.plan, rows, self.component.look_ups)

    def _selected(self) -> list[Def]:
        """From the measures of a row to its attainment."""
        select, base = self.table.select, self.component.base
        defs = [Def("base", Ref(base or select or ""), base or select, self.component.span)]
        if select is not None:
            defs.append(Def("select", Ref(select), select, self.table.span))
        defs.append(Def("after", Ref(select or base or "")))
        if self.table.against is not None:
            defs += self._attainment(Ref("after"))
        return defs

    def _ties_share(self) -> bool:
        """Whether who has one place shares what several of them bring."""
        select = None if self.table.select is None else self.plan.measure(self.table.select)
        shares = select is not None and select.ranking is not None and select.ranking.ties == "share"
        return shares and self.table.prizes and self.component.basis != "credit"

    def eves(self) -> Stage:
        """`eves/<plan>.<component>`: where joined segments change, the interval before by the new segment's own values."""
        component, table = self.component, self.table
        targets = ["target"] if table.against is not None else []
        targets += [f"{prefix}target" for prefix, _ in gates(self.component)]
        rows = interval_before(self.plan, component, self._grid(), targets)
        if component.basis != "credit":
            rows = self._paid_on(rows, shares=False)  # prizes are never to date
        else:
            own = self._attainment(Ref(table.select or "")) if table.against is not None else ()
            rows = self._looked_up(rows, own)
        return eve_stage(self.plan, component, Extend(rows, tuple(self._gate_targets())))

    def group_eves(self) -> Stage:
        """`group_eves/<plan>.<component>`: what the group's amount to date came to before, by the table."""

        def paid(rows: Table) -> tuple[Table, tuple[str, ...]]:
            found = self._paid_on(rows, shares=False)
            return found, names_of(found, self.known)

        return group_eve_stage(self.workspace, self.plan, self.component, self._grid(), paid)

    def earnings_of_credits(self) -> Stage:
        """A row per grid row: the credits' amounts summed after each item per credit, then the items per earning."""
        component = self.component
        amounts = amount_columns(component)
        aggs = [Agg("credits", "count", call("eq", text(""), text(""))), Agg("base.sum", "sum", Ref("base"))]
        aggs += [Agg(f"{name}.sum", "sum", Ref(name)) for name in amounts]
        aggs += [Agg(f"{side}.any", "any", Ref(side)) for side in ("below", "above")]
        aggs += [Agg(f"{name}.any", "any", Ref(name)) for name in not_known(self.component, "credit")]
        paid = Aggregate(Scan(f"credit_pay/{self.name}"), SEGMENT_KEYS, tuple(aggs))
        rows: Table = Join(
            with_eve(self.plan, self.component, self._grid()),
            paid,
            tuple((k, k) for k in SEGMENT_KEYS),
            tuple((a.name, a.name) for a in aggs),
        )
        none = missing(Ref("credits"))
        defs = ordinals(self.plan, component)
        if self.table.against is not None:
            defs += self._attainment(Ref(self.table.select or "base.sum"))
        blocked = any_of(*(condition for condition, _ in of_target("", self.table.against)))
        if self.table.select is not None:
            defs.append(Def("select", Ref(self.table.select), self.table.select, self.table.span))
        defs.append(
            Def("base", either(none, number(ZERO, self.units.base), Ref("base.sum")), component.base, component.span)
        )
        sides = ("below", "above", *not_known(self.component, "credit"))
        defs += [Def(side, known_true(Ref(f"{side}.any"))) for side in sides]
        for name in amounts:
            known = [(blocked, null(self.result)), (none, number(ZERO, self.result))]
            defs.append(Def(name, cases(known, Ref(f"{name}.sum")), f"Σ {name} of the credits", component.span))
        return self._finished(self._looked_up(rows, defs))

    def _grid(self) -> Table:
        """The grid rows of the component's length with the measures, targets and variables that its places read."""
        component, plan = self.component, self.plan
        rows: Table = Filter(Scan(f"grid/{plan.name}"), one_of("length", (component.length,)))
        keys = tuple((k, k) for k in SEGMENT_KEYS)
        for name in component.measures:
            tied = (
                (("tied", "tied"), ("tie_order", "tie_order"))
                if name == self.table.select and self._ties_share()
                else ()
            )
            rows = Join(rows, Scan(f"measures/{plan.name}.{name}"), keys, ((name, "value"), *tied))
        rows = self._with_target(rows, "", self.table.against)
        for prefix, gate in gates(self.component):
            rows = self._with_target(rows, prefix, gate.against)
        for name, step in pools(self.component):
            rows = with_group(plan, step.within, rows, f"{name}.group")
        rows = with_last_day(plan, component, rows)
        at = "start" if plan.values_on is not None and plan.values_on.value == "segment_start" else "end"
        read = tuple(plan.variables[name] for name in component.variables)
        rows = with_variables(self.workspace, rows, read, at, plan.values_on, plan.joined)
        return with_attributes(self.workspace, rows, plan.tables(component.look_ups), at, plan.values_on)

    def _finished(self, rows: Table) -> Stage:
        """Items per earning, then the earning, its outcome and its cause."""
        component = self.component
        defs = self._gate_targets()
        defs += step_defs(self.plan, component, "earning")
        last = Ref(last_amount(component))
        earned: Expr = last
        if self._looks_back():
            defs.append(Def("earlier_blocked", known_true(self._earlier_blocked(last))))
            earned = either(Ref("earlier_blocked"), null(self.result), last)
        part: Expr = call("ne", Ref("days"), Ref("period_days"))
        if self.plan.joined:
            part = any_of(part, call("gt", Ref("segments"), integer(1)))
        said: tuple[Remark, ...] = (decided("segments", self.plan.segments, part),)
        if self.plan.on_change is not None and component.remembers is not None:
            said = (*said, decided("on_change", self.plan.on_change, part))
        defs.append(Def("earning", earned, "the amount after the last item", component.span, component.note, said))
        defs += [
            Def("outcome", outcome(self.result)),
            Def("cause", cause(self.plan, component, self.units, self._looks_back())),
        ]
        return self._stage(f"earnings/{self.name}", "component_earnings", Extend(rows, tuple(defs)), SEGMENT_KEYS)

    def _looks_back(self) -> bool:
        """Whether something that came before enters an earning: along the participant's rows, or of the group."""
        return self.component.remembers is not None or self.plan.grown_by(self.component) is not None

    def _earlier_blocked(self, last: Expr) -> Expr:
        """Whether an earlier interval that the earning needs is not known."""
        found = [not_known_before(self.component)] if self.plan.grown_by(self.component) is not None else []
        if self.component.remembers is not None:
            by = within(self.plan, self.component.remembers)
            found.append(running("any", missing(last), by, IN_ORDER, "running_before"))
        return any_of(*found)

    def _gate_targets(self) -> list[Def]:
        """The attainment that each gate against a target asks for."""
        defs: list[Def] = []
        for prefix, gate in gates(self.component):
            assert gate.against is not None and gate.measure is not None
            target = self.workspace.targets[gate.against.target]
            defs += attainment_defs(prefix, gate.against, target.unit, Ref(gate.measure))
        return defs

    def _attainment(self, value: Expr) -> tuple[Def, ...]:
        assert self.table.against is not None
        return attainment_defs("", self.table.against, self.workspace.targets[self.table.against.target].unit, value)

    def _with_target(self, rows: Table, prefix: str, against: Against | None) -> Table:
        if against is None:
            return rows
        stage = f"targets/{self.plan.name}.{against.target}"
        keys = tuple((k, k) for k in SEGMENT_KEYS)
        return Join(rows, Scan(stage), keys, ((f"{prefix}target", target_column(against)),))

    def slices(self, of: Stage) -> Stage:
        """A row per tier that something of the base lies in."""
        keys = tuple(dict.fromkeys((*of.keys, *SEGMENT_KEYS)))
        rows = slice_rows(self.bounds, Scan(of.name), keys, self.runs, self.units.base)
        keys = (*of.keys, "tier")
        return Stage(f"slices/{self.name}", "slices", rows, keys, span=self.table.span, about="what each tier paid on")

    def _stage(self, name: str, grain: str, table: Table, keys: tuple[str, ...]) -> Stage:
        """A stage without the inner columns of slices (they have a table of their own) and of joins."""
        inner = ("slice_",)
        columns = [
            c
            for c in names_of(table, self.known)
            if not c.startswith(inner) and not c.endswith((".sum", ".any", ".own"))
        ]
        about = self.component.note or f"component `{self.component.name}` of plan `{self.plan.name}`"
        return Stage(
            name, grain, Project(table, tuple((c, c) for c in columns)), keys, span=self.component.span, about=about
        )
