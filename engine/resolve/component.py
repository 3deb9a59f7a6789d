"""Components: what is paid on what, so that base, select and basis can only mean one thing.

In: a component as written. Out: a resolved one, with every measure and variable that its earning places read.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.accumulation import longest
from engine.plan.formula import Formula
from engine.plan.resolved import CarryForward, Component, Limit, TrueUp
from engine.plan.same_measure import made_of
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Variable, Workspace
from engine.resolve.budget import check_one_for_all
from engine.resolve.effective import Policies
from engine.resolve.interpolated import check_alike
from engine.resolve.measure import check_target
from engine.resolve.modifier import Modifiers, is_rounded
from engine.resolve.names_in import names_in
from engine.resolve.once import check_once
from engine.resolve.places import (
    at_credit,
    at_earning,
    look_ups_in,
    measures_at_credits,
    measures_read,
    read_measures,
    selected_measure,
    through,
)
from engine.resolve.purpose import check_one_order, check_purposes
from engine.resolve.rate_table import is_amount, resolve_table, runs_along, sums_along
from engine.resolve.references import bind, find, hint, other_names
from engine.resolve.scope import Scopes
from engine.resolve.waiver import check_waivers

MADE_OF_SUMS = ("total", "rounded", "difference", "weighted", "formula", "previous")
"""Measures that hold what their parts hold."""


class Components:
    """Resolves the components of one plan."""

    def __init__(
        self,
        workspace: Workspace,
        plan: written.CompPlan,
        scopes: Scopes,
        variables: Mapping[str, Variable],
        digits: int,
        policies: Policies,
        diagnostics: Diagnostics,
    ):
        self._workspace, self._plan, self._scopes, self._variables = workspace, plan, scopes, variables
        self._digits, self._policies, self._diagnostics = digits, policies, diagnostics
        self._rules = {rule.name: rule for rule in plan.credits}
        self._measures = {measure.name: measure for measure in plan.measures}
        self._targets: dict[str, TargetPlan | None] = {target.name: target for target in workspace.targets}
        self._targets |= dict.fromkeys(workspace.fallen)
        self._others = other_names(workspace, plan)

    def resolve(self, component: written.Component) -> Component:
        """One component; it is whole if nothing was reported."""
        policies = self._policies.within(component.policies)
        self._check_length(component)
        self._bind(component)
        self._check_base(component)
        select = self._select(component)
        check_purposes(self._plan, component, self._diagnostics)
        if component.rate.against is not None:
            find(component.rate.against, "target", self._targets, self._diagnostics, others=self._others)
            if isinstance(select, written.Measure):
                check_target(select, component.rate.against, self._diagnostics)
        table = resolve_table(component.rate, select, component.basis == "credit", policies, self._diagnostics)
        if component.basis == "credit":
            check_alike(component.rate, table, self._variables, self._diagnostics)
        check_once(component, select if isinstance(select, written.Measure) else None, table, self._diagnostics)
        steps = Modifiers(
            component, self._measures, self._targets, self._digits, policies, self._diagnostics, self._others
        ).resolve()  # fmt: skip
        check_waivers(component, self._workspace.calendar, self._diagnostics)
        if component.earning_code and not is_rounded(component, self._measures, self._digits):
            last = component.steps[-1].span if component.steps else component.rate.span
            why = f"`{component.name}` does not end in the currency's {self._digits} digits (by `round` per earning)"
            policies.needed("payout_rounding", last, why)
        check_one_for_all(component, self._variables, self._diagnostics)
        read = names_in(*through(self._plan, at_earning(component)))
        return Component(
            name=component.name,
            span=component.span,
            length=component.earning_period.text,
            basis=component.basis,
            base=None if component.base is None else component.base.text,
            table=table,
            steps=steps,
            earning_code=component.earning_code,
            variables=tuple(name for name in self._variables if name in read),
            measures=measures_read(self._plan, component),
            remembers=longest(
                s.accumulation
                for s in steps
                if isinstance(s, CarryForward)
                or (isinstance(s, TrueUp) and not self._of_group(component))
                or (isinstance(s, Limit) and s.cumulative)
            ),
            note=component.note,
            target_incentive=component.target_incentive,
            look_ups=tuple(table.name for table in look_ups_in(self._plan, at_earning(component))),
            at_credits=measures_at_credits(self._plan, component),
            credit_look_ups=tuple(
                table.name
                for table in read_measures(self._plan, look_ups_in(self._plan, at_credit(self._plan, component)))
            ),
            accepted=component.accepted,
        )

    def _of_group(self, component: written.Component) -> bool:
        """Whether it is calculated on what a group has to date: what that came to before is found on each row by itself."""
        name = component.base or component.rate.select
        measure = None if name is None else self._measures.get(name.text)
        return component.basis == "to_date" and measure is not None and measure.aggregate == "total"

    def _check_length(self, component: written.Component) -> None:
        period = component.earning_period
        lengths = {p.length for p in self._workspace.calendar.periods}
        if period.text not in lengths:
            self._diagnostics.error(
                "N005", f"the calendar has no periods of length `{period.text}`", period.span,
                help=hint(period.text, lengths),
            )  # fmt: skip
            return
        calendar = self._workspace.calendar
        alone = next(
            (p for p in calendar.of_length(calendar.shortest) if not calendar.containing(p.start, period.text)), None
        )
        if alone is not None:
            self._diagnostics.error(
                "N005", f"`{alone.name}` lies in no {period.text} of the calendar, so its credits would be paid in none",
                period.span, help=f"say `{period.text}:` for every period of the calendar",
            )  # fmt: skip

    def _bind(self, component: written.Component) -> None:
        """Every name in the component's formulas, at the place where the formula stands."""
        rule = self._rules.get(component.base.text) if component.base is not None else None
        if component.basis == "credit" and rule is not None:
            scope = self._scopes.credit((rule,), with_measures=True)
            for formula in at_credit(self._plan, component):
                bind(formula, scope, self._diagnostics)
        earning = self._scopes.earning(component)
        for formula in at_earning(component):
            bind(formula, earning, self._diagnostics)
        if component.target_incentive is not None:
            bind(component.target_incentive, self._scopes.variables_only(), self._diagnostics)

    def _check_base(self, component: written.Component) -> None:
        """Each credit of a rule, or one measure that accumulates as the basis says."""
        base, per_credit = component.base, component.basis == "credit"
        if base is None:
            if per_credit or component.rate.gives == "rate":
                what = "a credit rule" if per_credit else "a measure"
                self._diagnostics.error(
                    "M017", f"`{component.name}` does not say what its rate is paid on", component.span,
                    help=f"say `base:` and name {what}",
                )  # fmt: skip
        elif per_credit:
            other = self._measures.get(base.text)
            if base.text not in self._rules and other is not None:
                self._wrong_grain(base, "one value per participant and period", "one value per credit",
                                  "name the credit rule: " + (hint("", self._rules) or ""), other)  # fmt: skip
            else:
                find(base, "credit rule", self._rules, self._diagnostics)
        else:
            measure = self._measure(base)
            if component.rate.gives == "amount" and component.basis == "period":
                self._diagnostics.warning(
                    "N067", f"nothing is paid on `{base.text}`: a table of mode `{component.rate.mode}` pays amounts", base.span,
                    help="delete `base:`; or say `rate:`, where each unit of it is to be paid",
                )  # fmt: skip
            if measure is not None and not self._check_held(component, measure, base):
                self._check_accumulation(component, measure, base, "base")
                self._check_adds_up(component, measure, base)
                self._check_paid_once(component, measure, base)

    def _measure(self, name: written.Name) -> written.Measure | None:
        """The measure of that name; a credit rule's name is one grain off."""
        rule = self._rules.get(name.text)
        if name.text in self._measures or rule is None:
            return find(name, "measure", self._measures, self._diagnostics, others=self._others)
        sums = [m.name for m in self._plan.measures if any(r.text == name.text for r in m.rules)]
        help = f"did you mean the measure `{sums[0]}`?" if sums else "define a measure that sums or counts it"
        self._wrong_grain(name, "one value per credit", "one value per participant and period", help, rule)
        return None

    def _wrong_grain(
        self, name: written.Name, has: str, needs: str, help: str, other: written.Measure | written.CreditRule
    ) -> None:
        self._diagnostics.error(
            "T003", f"`{name.text}` has {has}; this place needs {needs}", name.span, help=help,
            related=((other.span, f"`{name.text}` is defined here"),),
        )  # fmt: skip

    def _check_accumulation(
        self, component: written.Component, measure: written.Measure, name: written.Name | Formula, role: str
    ) -> None:
        """To date, both are to date; over a period the base is the period's own, and `select` may be to date."""
        base = None if component.base is None else self._measures.get(component.base.text)
        accumulation = measure.accumulation
        if component.basis == "to_date" and accumulation is None:
            message = f"the basis is to date, but `{measure.name}` is of one period"
            help = "name a measure over `year_to_date` (or `quarter_to_date`, `plan_to_date`), or say `basis: period`"
            if role == "select" and measure.earlier is not None:
                table = f"`by: {{of: {{band: {measure.name}}}}}`"
                help = f"find the rate by it in a table of `look_ups:` ({table}), and pay `{{mode: flat, rate: …}}` by that"
        elif component.basis == "to_date" and base is not None and accumulation != (base.accumulation or accumulation):
            message = f"`{measure.name}` adds up over the {accumulation}, but the base `{base.name}` over the {base.accumulation}"
            help = f"select a measure over `{base.over}`: a component to date adds up over one span"
        elif component.basis == "period" and accumulation is not None and role == "base":
            message = f"the basis is the period, but `{measure.name}` is to date: it would be paid again in each period"
            help = "name a measure over the `period`, or say `basis: to_date` with a `true_up`"
            if component.earning_period.text == accumulation:
                message = f"the basis is the period, and `{measure.name}` adds up over the {accumulation}, which is the period"
                help = f"say `over: period` in it: of a component that earns for the {accumulation} that is the same"
        else:
            return
        self._diagnostics.error(
            "M108", message, name.span, help=help,
            related=((component.basis_span, "the basis"), (measure.span, "the measure")),
        )  # fmt: skip

    def _check_held(self, component: written.Component, measure: written.Measure, base: written.Name) -> bool:
        """Whether the base is what a whole quarter or year came to, which is told: each period of the next one would pay it."""
        held = measure.held
        paid_again = held is not None and measure.accumulation is not None
        if paid_again and component.basis == "period" and component.rate.gives == "rate":
            self._diagnostics.error(
                "M300", f"`{measure.name}` is what it was at the end of the {held} before, and each "
                f"{component.earning_period.text} would pay on all of it", base.span,
                help="name the measure of the period as base, and let this one find the tier (`select`), or open a gate",
                related=((measure.span, "the measure"),),
            )  # fmt: skip
            return True
        return False

    def _check_paid_once(self, component: written.Component, measure: written.Measure, base: written.Name) -> None:
        """What is in the sum of several periods is in those of the next ones too, and in what is made of it and adds up."""
        summed = self._sum_of_periods(measure)
        if summed is not None and component.rate.gives == "rate":
            self._diagnostics.error(
                "M286", f"`{summed.name}` adds up the last periods, and each sale would be paid in all of them",
                base.span, help="name the measure of the period as base, and let the sum find the tier (`select`); "
                f"`take: average`; or, where each sale is to be paid in parts, `amount: 0.02 * {summed.name}` in a `step`",
                related=((summed.span, "the sum"),),
            )  # fmt: skip

    def _sum_of_periods(self, measure: written.Measure) -> written.Measure | None:
        """The measure itself, or one that it is made of, if it is a sum of several periods."""
        left, seen = [measure], set[str]()
        while left:
            at = left.pop()
            if at.earlier is not None and at.earlier.take == "sum":
                return at
            seen.add(at.name)
            names = [part.text for part in at.parts] if at.aggregate in MADE_OF_SUMS else []
            left += [self._measures[name] for name in names if name in self._measures and name not in seen]
        return None

    def _check_adds_up(self, component: written.Component, measure: written.Measure, base: written.Name) -> None:
        """What is paid by its growth, or slice by slice, is a total: half an average is not the average of half the credits."""
        if measure.adds_up:
            return
        if component.basis == "to_date":
            how, place = "`true_up` pays by how much it grew since the last interval", component.basis_span
        elif component.rate.mode == "marginal":
            how, place = "`marginal` cuts it into slices", component.rate.mode_span
        else:
            return
        self._diagnostics.error(
            "M141", f"{how}, but `{measure.name}` is no total ({measure.words})", base.span,
            help="let it find the tier (`select`) and name a sum or a count as the base, or pay it by `whole` or `step`"
            " with `basis: period`", related=((place, "said here"), (measure.span, "the measure")),
        )  # fmt: skip

    def _select(self, component: written.Component) -> written.Measure | Formula | None:
        """The measure, or the credit's own value, that finds the tier."""
        table = component.rate
        if table.mode == "flat":
            return None
        if table.select is None:
            self._diagnostics.error(
                "M016", f"`{component.name}` does not say which value finds its tier", table.span,
                help="say `select:` and name it, even where it is the base",
            )  # fmt: skip
            return None
        name = selected_measure(self._plan, component)
        measure = None if name is None else self._measures[name]
        if component.basis == "credit":
            return self._select_per_credit(component, table.select, measure)
        if measure is None:
            self._no_measure(table.select)
            return None
        self._check_accumulation(component, measure, table.select, "select")
        base = self._measures.get(component.base.text) if component.base is not None else None
        if table.mode == "marginal" and base is not None and made_of(measure) != made_of(base):
            self._marginal_differs(component, table.select, f"`{base.name}`", measure)
        return measure

    def _no_measure(self, select: Formula) -> None:
        bound = len(self._diagnostics)
        bind(select, self._scopes.measures_only(), self._diagnostics)
        if len(self._diagnostics) == bound:
            self._diagnostics.error(
                "M107", "a tier is found by one measure, not by a formula", select.span,
                help="name a measure; only `basis: credit` selects by a formula on the credit",
            )  # fmt: skip

    def _select_per_credit(
        self, component: written.Component, select: Formula, measure: written.Measure | None
    ) -> written.Measure | Formula:
        rule = component.base.text if component.base is not None else ""
        marginal, unpaid = component.rate.mode == "marginal", self._unpaid()
        if marginal and not (is_amount(select) if measure is None else sums_along(measure, rule, unpaid)):
            self._marginal_differs(component, select, f"the credits of `{rule}`", measure)
        elif measure is not None and rule in self._rules and not runs_along(measure, rule, unpaid):
            others = ", ".join(f"`{r.text}`" for r in measure.rules if r.text not in {rule, *unpaid})
            what = f"has credits of {others} too" if others else f"is no sum or count of `{rule}` ({measure.words})"
            self._diagnostics.error(
                "M107", f"`{measure.name}` {what}: it does not run along the credits of `{rule}`", select.span,
                help=f"select a sum or count of `{rule}` (beside it only of rules that say `counts_for: attainment`), or "
                "a value of the credit such as `amount`; "
                "or pay the period instead of each credit",
                related=((measure.span, "the measure"), (component.basis_span, "the basis")),
            )  # fmt: skip
        elif measure is not None and rule in self._rules:
            check_one_order(self._rules, rule, measure, select, self._diagnostics)
            bind(select, self._scopes.credit((self._rules[rule],), with_measures=True), self._diagnostics)
        return select if measure is None else measure

    def _unpaid(self) -> frozenset[str]:
        """Rules whose credits say that they are never paid."""
        return frozenset(name for name, rule in self._rules.items() if "pay" not in rule.counts_for)

    def _marginal_differs(
        self, component: written.Component, select: Formula, base: str, measure: written.Measure | None
    ) -> None:
        limited = () if measure is None or measure.each is None else ((measure.each.span, measure.words),)
        self._diagnostics.error(
            "M105", f"`marginal` cuts {base} into slices, but `{select.text}` is another aggregate", select.span,
            help="select the base itself (per credit: `amount`, or the measure that sums this rule, and beside it only "
            "rules that say `counts_for: attainment`), or use `whole`",
            related=((component.rate.mode_span, "the mode"), *limited),
        )  # fmt: skip
