"""Modifiers: the ordered list, each item where it has a meaning, with its policies, and whether the result is rounded.

In: a component's items as written. Out: resolved ones. What an item acts on follows from its place: before `true_up`
on the amount to date, after it on the interval's; a limit over an accumulation elsewhere acts on its running sum.
"""

from collections.abc import Mapping
from itertools import combinations

from engine.core.diagnostic import Diagnostics, Related
from engine.ir.expr import Case, Expr
from engine.plan import comp_plan as written
from engine.plan.measure import SHARES
from engine.plan.modifier import acting_together
from engine.plan.resolved import Budget, CarryForward, Gate, Limit, Prorate, Round, ShareOut, Step, TrueUp
from engine.plan.target_plan import TargetPlan
from engine.resolve.against import check_rounded, resolve_against
from engine.resolve.carry_forward import check_carry_forward
from engine.resolve.effective import Policies
from engine.resolve.interpolated import constant
from engine.resolve.measure import check_target
from engine.resolve.names_in import names_in
from engine.resolve.references import find


class Modifiers:
    """Resolves the list of one component."""

    def __init__(
        self,
        component: written.Component,
        measures: Mapping[str, written.Measure],
        targets: Mapping[str, TargetPlan | None],
        digits: int,
        policies: Policies,
        diagnostics: Diagnostics,
        others: Mapping[str, str],
    ):
        self._others = others
        self._component, self._measures, self._targets = component, measures, targets
        self._digits, self._policies, self._diagnostics = digits, policies, diagnostics
        kinds = [step.kind for step in component.steps]
        self._true_up = kinds.index("true_up") if "true_up" in kinds else None
        base = None if component.base is None else measures.get(component.base.text)
        found = component.steps[self._true_up] if self._true_up is not None else None
        self._over = found.over if isinstance(found, written.TrueUp) else base.accumulation if base else None

    def resolve(self) -> tuple[Step, ...]:
        """All items, in their order."""
        self._check_true_up()
        self._check_order()
        steps = tuple(self._step(step, self._is_before(i)) for i, step in enumerate(self._component.steps))
        self._check_forgetting(steps)
        return steps

    def _is_before(self, index: int) -> bool:
        """Whether an item acts on the amount to date."""
        return self._true_up is not None and index < self._true_up

    def _check_true_up(self) -> None:
        component = self._component
        found = [step for step in component.steps if isinstance(step, written.TrueUp)]
        if component.basis == "to_date" and not found:
            self._diagnostics.error(
                "M101", f"`{component.name}` is calculated to date, and nothing takes off what was earned before",
                component.basis_span,
                help=f"put `true_up: {self._over or 'year'}` in its list, after what acts on the amount to date",
            )  # fmt: skip
        base = None if component.base is None else self._measures.get(component.base.text)
        for step in found:
            if base is not None and base.accumulation not in (None, step.over):
                self._diagnostics.error(
                    "M108", f"this `true_up` is over the {step.over}, but `{base.name}` adds up over the {base.accumulation}",
                    step.span, help=f"say `true_up: {base.accumulation}`, or name a measure over `{step.over}_to_date`",
                    related=((base.span, "the measure"),),
                )  # fmt: skip
        misplaced = found[1:] if component.basis == "to_date" else found
        for step in misplaced:
            once = component.basis == "to_date"
            message = "`true_up` stands here a second time" if once else "`true_up` without a basis to date"
            help = "delete it: " + ("one leaves the interval's own amount" if once else "each interval stands alone")
            related = ((component.basis_span, "the basis"),)
            self._diagnostics.error("M102", message, step.span, help=help, related=related)

    def _check_order(self) -> None:
        """Items per credit need credits, and precede the sum."""
        component = self._component
        first: written.Step | None = None
        for step in component.steps:
            if step.per == "earning":
                first = first or step
            elif component.basis != "credit" and isinstance(step, written.Budget):
                self._diagnostics.error(
                    "M256", f"`when_spent: stop` pays credit after credit, but `{component.name}` is not paid per credit",
                    step.span, help="say `when_spent: prorate`, or base the component on each credit",
                    related=((component.basis_span, "the basis"),),
                )  # fmt: skip
            elif component.basis != "credit":
                self._diagnostics.error(
                    "M106", f"a {step.kind} per credit, but `{component.name}` is not paid per credit", step.span,
                    help="let it act per earning, or base the component on each credit",
                    related=((component.basis_span, "the basis"),),
                )  # fmt: skip
            elif first is not None:
                self._diagnostics.error(
                    "M106", f"a {step.kind} per credit stands after the credits were added up", step.span,
                    help="move it before the first item per earning", related=((first.span, "the first one"),),
                )  # fmt: skip

    def _check_forgetting(self, steps: tuple[Step, ...]) -> None:
        """A cap and a floor on sums, one of which forgets what it cut off, hold where each counts what the other leaves."""
        summed = [(place, step) for place, step in enumerate(steps) if isinstance(step, Limit) and step.cumulative]
        together = acting_together(steps)
        for (here, first), (there, second) in combinations(summed, 2):
            joint = any(here in run and there in run for run in together)
            if first.kind != second.kind and (first.lost or second.lost) and not joint:
                help = f"let both forget (`excess: lost`) over the same `{first.over}`, one right after the other;"
                help += " or let both remember"
                self._diagnostics.error(
                    "M259", f"what this {second.kind} cuts off, the {first.kind} before it doesn't see: the sum can pass it",
                    second.span, help=help, related=((first.span, f"the {first.kind}"),),
                )  # fmt: skip

    def _step(self, step: written.Step, before: bool) -> Step:
        match step:
            case written.Gate():
                return self._gate(step, before)
            case written.Multiply():
                return step
            case written.Limit():
                return self._limit(step, before)
            case written.Prorate():
                return Prorate(self._over if before else None, step.span, step.note, waivers=step.waivers)
            case written.Round():
                digits = self._digits if step.digits is None else step.digits
                return Round(step.per, step.mode, digits, step.span, step.note)
            case written.TrueUp():
                return TrueUp(step.over, step.span, step.note)
            case written.ShareOut():
                return self._share_out(step)
            case written.Budget():
                return self._budget(step, before)
            case CarryForward():
                check_carry_forward(self._component, step, before, self._over or "year", self._diagnostics)
                return step

    def _share_out(self, step: written.ShareOut) -> ShareOut:
        policies = self._policies.within(step.policies)
        negative = policies.needed("negative_pool", step.span, "returns or a formula can make a pool negative")
        none = None
        if step.by is not None or step.among is not None:
            none = policies.needed("no_weights", step.span, "it may be that nobody of a group has a weight")
        policies.warn_unasked()
        digits = self._digits if step.digits is None else step.digits
        return ShareOut(
            within=step.within.text,
            by=step.by,
            among=step.among,
            prorate=step.prorate,
            mode=step.mode,
            digits=digits,
            negative_pool=negative,
            no_weights=none,
            span=step.span,
            note=step.note,
        )

    def _gate(self, step: written.Gate, before: bool) -> Gate:
        measure = None
        if step.measure is not None:
            if step.per == "credit":
                self._diagnostics.error(
                    "T003", f"`{step.measure.text}` has one value per participant and period; "
                    "this gate needs one value per credit", step.measure.span,
                    help="gate with `when:` a condition on the credit, or say `per: earning`",
                )  # fmt: skip
            measure = find(step.measure, "measure", self._measures, self._diagnostics, others=self._others)
        if before:
            self._check_to_date(step)
        against, policies = None, self._policies.within(step.policies)
        check_rounded(step.rounded, step.against, self._diagnostics)
        if step.against is not None:
            find(step.against, "target", self._targets, self._diagnostics, others=self._others)
            if measure is not None:
                check_target(measure, step.against, self._diagnostics)
            over, group = (None, None) if measure is None else (measure.accumulation, measure.of_group)
            against = resolve_against(step.against, over, policies, step.rounded, group)
        elif step.share is not None and measure is not None and measure.aggregate not in SHARES:
            self._diagnostics.error(
                "M111", "`at_least` is a share, but of no target", step.share,
                help="say `against:` which target, gate with a `ratio` or an `attainment`, or write an amount",
                related=((measure.span, "the measure"),),
            )  # fmt: skip
        near = measure is not None and measure.near
        if measure is not None and measure.of_target and step.against is None and step.share is None and step.at_least:
            self._diagnostics.error(
                "M111", f"`at_least` is an amount, but `{measure.name}` is a share of a target", step.span,
                help="write a percentage, such as 80%", related=((measure.span, "the measure"),),
            )  # fmt: skip
        policies.warn_unasked()
        name = None if measure is None else measure.name
        share = step.share is not None
        return Gate(
            step.per, step.span, step.when, name, against, step.at_least, step.note, share,
            in_money=step.in_money, near=near, waivers=step.waivers,
        )  # fmt: skip

    def _check_to_date(self, step: written.Gate) -> None:
        """Before the true-up a gate decides on the amount to date, so it reads values to date."""
        names = [] if step.measure is None else [step.measure.text]
        names += sorted(names_in(step.when)) if step.when is not None else []
        for name in names:
            measure = self._measures.get(name)
            if measure is not None and measure.accumulation != self._over:
                has = "of one period" if measure.accumulation is None else f"over the {measure.accumulation}"
                acts = f"the amount of the {self._over} to date"
                self._diagnostics.error(
                    "M104", f"this gate acts on {acts}, but `{name}` is {has}", step.span,
                    help=f"read a measure over `{self._over}_to_date`, or move the gate after `true_up`",
                    related=((measure.span, "the measure"),),
                )  # fmt: skip

    def _limit(self, step: written.Limit, before: bool) -> Limit:
        if before and step.over != self._over:
            message = f"a {step.kind} over {_words(step.over)} before `true_up`, where the amount is of the {self._over} to date"
            self._misplaced(step, message, f"say `over: {self._over}`, or move it after `true_up`")
        if step.over == "credit" and step.prorate:
            message = f"a {step.kind} over each credit has no days to be prorated by"
            self._misplaced(step, message, "leave `prorate` out")
        self._check_sense(step)
        cumulative = step.accumulation is not None and not before
        excess, policies = None, self._policies.within(step.policies)
        if cumulative:
            why = f"a later negative amount meets a {step.kind} that was reached"
            excess = policies.needed("excess", step.span, why)
        policies.warn_unasked()
        return Limit(
            kind=step.kind,
            over=step.over,
            at=step.at,
            prorate=step.prorate,
            cumulative=cumulative,
            excess=excess,
            span=step.span,
            note=step.note,
            waivers=step.waivers,
        )

    def _budget(self, step: written.Budget, before: bool) -> Budget:
        at = constant(step.at.expr)
        if before:
            self._diagnostics.error(
                "M258", f"`budget` stands before `true_up`, where the amount is of the {self._over} to date", step.span,
                help="move it after `true_up`: a budget is spent by what an earning period brings",
            )  # fmt: skip
        if at is not None and at < 0:
            self._diagnostics.error("M257", "a budget below zero", step.at.span, help="write it as a positive amount")
        excess, policies = None, self._policies.within(step.policies)
        if step.per == "credit" or step.over != "earning_period":
            excess = policies.needed("excess", step.span, "a later return meets a budget that was spent")
        policies.warn_unasked()
        return Budget(step.when_spent, step.over, step.at, excess, self._digits, step.span, step.note)

    def _check_sense(self, step: written.Limit) -> None:
        """A cap is not below zero; of a cap and a floor on the same, one right after the other, the cap is not the lower one."""
        at = constant(step.at.expr)
        steps = self._component.steps
        before = steps[steps.index(step) - 1] if step is not steps[0] else None
        related: Related = ()
        if at is None:
            return
        if step.kind == "cap" and at < 0:
            message, help = "a cap below zero: everybody would pay", "write the cap as a positive amount"
        elif isinstance(before, written.Limit) and before.over == step.over and before.kind != step.kind:
            other = constant(before.at.expr)
            if other is None or (at - other) * (1 if step.kind == "cap" else -1) >= 0:
                return
            lies = "below" if step.kind == "cap" else "above"
            message = f"this {step.kind} lies {lies} the {before.kind} before it: all would be paid the {step.kind}"
            help, related = "correct one of the two", ((before.span, f"the {before.kind}"),)
        else:
            return
        self._diagnostics.error("M114", message, step.at.span, help=help, related=related)

    def _misplaced(self, step: written.Limit, message: str, help: str) -> None:
        self._diagnostics.error("M103", message, step.span, help=help)


def _words(over: str) -> str:
    return {"credit": "each credit", "earning_period": "an earning period"}.get(over, f"the {over}")


def is_rounded(component: written.Component, measures: Mapping[str, written.Measure], digits: int) -> bool:
    """Whether every earning has the currency's digits at most, whatever the data: no item after a rounding adds any.

    Amounts may have them by themselves, and so has money per unit of what is always a whole number.
    """
    counts = component.basis != "credit" and component.base is not None and _is_whole(component.base.text, measures)
    by_itself = ("step", "each_entered", *(("flat", "whole") if counts else ()))
    rounded = component.rate.mode in by_itself and all(_fits(tier.pays.expr, digits) for tier in component.rate.tiers)
    for step in component.steps:
        match step:
            case written.Round():
                rounded = rounded or step.digits is None or step.digits <= digits
            case written.ShareOut():
                rounded = step.digits is None or step.digits <= digits
            case written.Multiply() | written.Prorate():
                rounded = False
            case written.Budget():
                rounded = rounded and _fits(step.at.expr, digits)
            case CarryForward():
                rounded = rounded and not step.prorate and all(_fits(line.at.expr, digits) for line in step.lines)
            case written.Limit():
                rounded = rounded and not step.prorate and _fits(step.at.expr, digits)
            case _:
                pass
    return rounded


def _is_whole(name: str, measures: Mapping[str, written.Measure]) -> bool:
    """Whether a measure is always a whole number: a count, or what is left or added up of counts."""
    measure = measures.get(name)
    if measure is None:
        return False
    limits = () if measure.each is None else (measure.each.cap, measure.each.floor)
    if any(limit is not None and limit.value != int(limit.value) for limit in limits):
        return False
    if measure.aggregate in ("difference", "total"):
        others = {each: of for each, of in measures.items() if each != name}
        return all(_is_whole(part.text, others) for part in measure.parts)
    return measure.aggregate in ("count", "count_distinct")


def _fits(expr: Expr, digits: int) -> bool:
    """Whether an expression is a constant with no more digits than that, whichever way it branches."""
    if isinstance(expr, Case):
        return all(_fits(value, digits) for value in (*(value for _, value in expr.branches), expr.otherwise))
    value = constant(expr)
    return value is not None and value == round(value, digits)
