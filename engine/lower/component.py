"""Components: from measures, targets and credits to what each participant earned, with every step as a column.

`credit_pay/<plan>.<component>` has a row per paid credit (basis `credit`), `earnings/<plan>.<component>` one per grid row
of the component's earning period, `slices/<plan>.<component>` one per tier that paid.
"""

from collections.abc import Mapping, Sequence

from engine.ir.expr import Expr, Ref
from engine.ir.infer import type_of
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY, RATE, Type, money
from engine.lower.accumulation import IN_ORDER, days, eves, within
from engine.lower.bounds import Bounds
from engine.lower.budget import spans, unknown
from engine.lower.carry_forward import with_last_day
from engine.lower.credit import credit_name
from engine.lower.eve import eve_stage, interval_before, with_eve
from engine.lower.group import with_group
from engine.lower.group_eve import group_eve_stage, not_known_before, with_group_eve
from engine.lower.look_up import looked_up, with_attributes
from engine.lower.modifier import (
    amount_columns,
    failed_gates,
    last_amount,
    one_step,
    ordinals,
    step_defs,
    step_name,
    unless_waived,
)
from engine.lower.names_of import names_of
from engine.lower.prizes import shared_prizes
from engine.lower.rate_table import FALL, slice_rows, table_defs
from engine.lower.remark import decided
from engine.lower.running import adds, running_total, with_total
from engine.lower.segment import SEGMENT_KEYS, in_intervals
from engine.lower.share_out import causes as causes_of_pool
from engine.lower.target import attainment_defs, blocking, target_column
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
from engine.lower.values_on import ON_ROSTER_FROM
from engine.lower.variable import with_variables
from engine.plan.resolved import Against, Budget, Component, Gate, Plan, ResolvedWorkspace, ShareOut

Known = Mapping[str, tuple[str, ...]]


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
        self.result = money(plan.currency)
        self.days = days(plan.bounds_over(component))
        self.unit = self._unit()
        self.bounds = Bounds(self.table, self.unit, self.days, self._pays(), self._type)
        self.runs = component.basis == "credit" and self.table.select is not None

    def _base_unit(self) -> Type:
        """Type of what is paid on; where amounts are paid on nothing, a quantity."""
        base = self.component.base
        if base is None:
            return QUANTITY
        return self.plan.rule(base).unit if self.component.basis == "credit" else self.plan.measure(base).unit

    def _unit(self) -> Type:
        """Type of the value that the table's bounds are stated in."""
        if self.table.select is not None:
            return self.plan.measure(self.table.select).unit
        base = self.component.base
        if self.component.basis == "credit" and base is not None:
            rule = self.plan.rule(base)
            formula = self.table.select_formula
            if formula is None or formula.expr == Ref("amount"):
                return rule.unit
            return self._type(formula.expr)
        return self.plan.measure(base).unit if base is not None else QUANTITY

    def _type(self, expr: Expr) -> Type:
        """Type of a formula of this component, read off what its place sees."""
        sees: dict[str, Type] = {name: variable.type for name, variable in self.plan.variables.items()}
        sees |= {name: table.type for name, table in self.plan.look_ups.items()}
        if self.component.basis == "credit":
            rule = self.plan.rule(self.component.base or "")
            sees |= {column.name: column.type for column in rule.source.columns}
            sees |= {"amount": rule.unit, "credited_share": RATE, "level": QUANTITY}
            sees |= {name: self.plan.measure(name).unit for name in self.component.at_credits}
        else:
            sees |= {measure.name: measure.unit for measure in self.plan.measures}
        if self.table.against is not None:
            sees |= {"target": self.workspace.targets[self.table.against.target].unit, "attainment": RATE}
        return type_of(expr, sees).required()

    def _pays(self) -> Type:
        """The one type that all tiers pay in: money for amounts and for rates per unit, else rate."""
        money_pays = any(self._type(tier.pays.expr).dtype == "money" for tier in self.table.tiers)
        return self.result if money_pays else RATE

    def credit_pay(self) -> Stage:
        """A row per credited share: running totals, tier, result, and the items per credit."""
        component, plan = self.component, self.plan
        rule = plan.rule(component.base or "")
        credited = Filter(Scan(credit_name(plan, rule)), call("eq", Ref("state"), text("credited")))
        dropped = (
            "value",
            "share",
            "share.weight",
            "share.weights",
            "share.adjusted",
            "state",
            "because",
            ON_ROSTER_FROM,
        )
        kept = [c for c in self.known[credit_name(plan, rule)] if c not in dropped]
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
        targets += [f"{prefix}target" for prefix, _ in self._gates()]
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
        aggs += [Agg(f"{name}.any", "any", Ref(name)) for name in self._not_known("credit")]
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
        blocked = any_of(*(condition for condition, _ in self._target_causes("", self.table.against)))
        unit = self.plan.rule(component.base or "").unit
        if self.table.select is not None:
            defs.append(Def("select", Ref(self.table.select), self.table.select, self.table.span))
        defs.append(Def("base", either(none, number(ZERO, unit), Ref("base.sum")), component.base, component.span))
        sides = ("below", "above", *self._not_known("credit"))
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
        for prefix, gate in self._gates():
            rows = self._with_target(rows, prefix, gate.against)
        for name, step in self._pools():
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
        defs += [Def("outcome", self._outcome()), Def("cause", self._cause())]
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
        for prefix, gate in self._gates():
            assert gate.against is not None and gate.measure is not None
            target = self.workspace.targets[gate.against.target]
            defs += attainment_defs(prefix, gate.against, target.unit, Ref(gate.measure))
        return defs

    def _outcome(self) -> Expr:
        zero = call("eq", Ref("earning"), number(ZERO, self.result))
        return cases([(missing(Ref("earning")), text("blocked")), (zero, text("zero"))], text("paid"))

    def _cause(self) -> Expr:
        """Why an earning is blocked, or zero; '' where it was paid."""
        own = [(all_causes, text(word)) for all_causes, word in self._causes()]
        if self._looks_back():
            own.append((Ref("earlier_blocked"), text("earlier_interval")))
        why_blocked = cases(own, text("no_value"))
        base_type = self._base_type()
        no_credits = call("eq", Ref("base"), number(ZERO, base_type))
        pays_nothing = call("eq", Ref("table_result"), number(ZERO, self.result))
        why_zero = cases(
            [
                (known_true(failed_gates(self.component)), text("gate")),
                (known_true(no_credits), text("no_credits")),
                (known_true(pays_nothing), text("table")),
            ],
            text("modifiers"),
        )
        blocked, zero = (call("eq", Ref("outcome"), text(word)) for word in ("blocked", "zero"))
        return cases([(blocked, why_blocked), (zero, why_zero)], text(""))

    def _base_type(self) -> Type:
        component = self.component
        if component.basis == "credit":
            return self.plan.rule(component.base or "").unit
        return self.plan.measure(component.base or self.table.select or "").unit

    @staticmethod
    def _sides() -> list[tuple[Expr, str]]:
        """Whether a value lay outside the table; where the value itself is not known, it did not."""
        return [(known_true(Ref("below")), "below_lowest"), (known_true(Ref("above")), "above_highest")]

    def _causes(self) -> list[tuple[Expr, str]]:
        causes = self._target_causes("", self.table.against)
        for prefix, gate in self._gates():
            of_gate = self._target_causes(prefix, gate.against)
            causes += [(unless_waived(gate, prefix.removesuffix("."), holds), word) for holds, word in of_gate]
        if self.table.bounds_vary:
            causes.append((known_true(Ref(FALL)), "bounds_fall"))
        causes += [*self._sides(), *(cause for name, _ in self._pools() for cause in causes_of_pool(name))]
        spent = (*self._not_known("credit"), *self._not_known("earning"))
        return [*causes, *((known_true(Ref(name)), "budget_unknown") for name in spent)]

    def _not_known(self, per: str) -> tuple[str, ...]:
        """The columns of budgets that say whether what others come to is not known."""
        steps = enumerate(self.component.steps, start=1)
        return tuple(unknown(step_name(index)) for index, step in steps if isinstance(step, Budget) and step.per == per)

    @staticmethod
    def _target_causes(prefix: str, against: Against | None) -> list[tuple[Expr, str]]:
        return [] if against is None else blocking(prefix, against)

    def _gates(self) -> list[tuple[str, Gate]]:
        """Gates against a target, with the prefix of their columns."""
        return [
            (f"{step_name(index)}.", step)
            for index, step in enumerate(self.component.steps, start=1)
            if isinstance(step, Gate) and step.against is not None
        ]

    def _pools(self) -> list[tuple[str, ShareOut]]:
        """Pools that are shared out, with the name of their columns."""
        steps = enumerate(self.component.steps, start=1)
        return [(step_name(index), step) for index, step in steps if isinstance(step, ShareOut)]

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
        rows = slice_rows(self.bounds, Scan(of.name), keys, self.runs, self._base_unit())
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
