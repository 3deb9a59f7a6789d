"""Policies: what each value means, and all that are in effect in a plan, with the place where each stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.plan.accumulation import Accumulation
from engine.plan.choice import Choice
from engine.plan.resolved import Against, Budget, Component, Gate, Limit, Plan, ResolvedWorkspace, ShareOut
from engine.report.plan_words.accumulation import SINCE, WHOLE

MEANING = {
    ("boundary", "upper"): "who is exactly on a bound is in the tier above it",
    ("boundary", "lower"): "who is exactly on a bound is in the tier below it",
    ("below", "same"): "under the lowest bound the lowest tier counts",
    ("below", "zero"): "under the lowest bound nothing is paid",
    ("below", "exception"): "a value under the lowest bound blocks the component until it is cleared up",
    ("above", "same"): "over the end of the table the highest tier counts",
    ("above", "exception"): "a value over the end of the table blocks the component until it is cleared up",
    ("running_total", "before"): "each credit is looked up by the running total before it",
    ("running_total", "after"): "each credit is looked up by the running total with it",
    ("segments", "separate"):
        "after a change of title, currency or plan, measures, targets, tiers, limits and guarantees start again",
    ("segments", "joined"):
        "a change of title inside a period changes nothing: what you have on this plan in it is one sum, with one target",
    ("on_change", "reset"): "what adds up starts again with the period in which your title changes, or in which you come back",
    ("on_change", "continue"):
        "what adds up goes on when your title changes; your new values pay on what comes from that period on",
    ("on_move", "follow"): "what members had to date before they came to the group counts in it, and goes with whoever leaves",
    ("on_move", "stay"): "what was had in the group stays with it when somebody leaves; whoever comes begins there with 0",
    ("hit_policy", "first"): "of several credit rules that fit, the first as written credits",
    ("hit_policy", "unique"): "a transaction that fits several credit rules is held back until it is cleared up",
    ("hit_policy", "all"): "each credit rule that fits credits",
    ("unmatched", "ignore"): "a transaction that no rule takes is nobody's, and nothing is said of it",
    ("unmatched", "warning"): "a transaction that no rule takes is nobody's, with a warning",
    ("unmatched", "exception"): "a transaction that no rule takes blocks the period until it is cleared up",
    ("not_on_plan", "unassigned"): "a credit of a day on which you are on no plan is nobody's",
    ("not_on_plan", "exception"): "a credit of a day on which you are on no plan blocks your pay until it is cleared up",
    ("missing_target", "block"): "without a target it can't be paid until there is one",
    ("missing_target", "zero"): "without a target your attainment counts as 0 %",
    ("missing_target", "full"): "without a target your attainment counts as exactly 100 %",
    ("zero_target", "block"): "with a target of 0 it can't be paid until there is another",
    ("zero_target", "zero"): "with a target of 0 your attainment counts as 0 %",
    ("zero_target", "full"): "with a target of 0 your attainment counts as exactly 100 %",
    ("no_credits", "block"): "without any credit it has no value, and what reads it can't be paid until there is one",
    ("no_credits", "zero"): "without any credit it counts as 0",
    ("zero_denominator", "block"): "where what it is divided by is 0 or below, what reads it can't be paid until it is not",
    ("zero_denominator", "zero"): "where what it is divided by is 0 or below, it counts as 0",
    ("zero_denominator", "full"): "where what it is divided by is 0 or below, it counts as exactly 100 %",
    ("no_previous", "block"): "without a whole period before, what reads it can't be paid",
    ("no_previous", "zero"): "without a whole period before, it counts as 0",
    ("missing_part", "block"): "where there is nothing to make a part of, what reads it can't be paid until there is",
    ("missing_part", "zero"): "where there is nothing to make a part of, the part counts as 0",
    ("missing_part", "redistribute"):
        "where there is nothing to make a part of, its weight goes to the others, in proportion to theirs",
    ("reach", "to_date"): "what you have {since} is compared with the target since then",
    ("reach", "accumulation"): "what you have {since} is compared with the target {whole}",
    ("excess", "remembered"): "what the limit cut off is remembered: a later return takes it first",
    ("excess", "lost"): "what the limit cut off is lost: a later return lowers what was left",
    ("negative_pool", "share"): "a pool below 0 is shared like any other: each part is negative",
    ("negative_pool", "zero"): "a pool below 0 pays nothing",
    ("negative_pool", "block"): "a pool below 0 can't be shared, and nobody of the group can be paid of it",
    ("no_weights", "equally"): "where nobody has a weight, all of the group have equal parts",
    ("no_weights", "nobody"): "where nobody has a weight, nobody gets anything",
    ("no_weights", "block"): "where nobody has a weight, nobody of the group can be paid",
    ("participant_values_on", "segment_start"):
        "your own values count as they stand on the first day of the period, or of your part of it",
    ("participant_values_on", "segment_end"):
        "your own values count as they stand on the last day of the period, or of your part of it",
    ("payout_rounding", "half_up"): "payouts are rounded to the currency's digits, halves away from zero",
    ("payout_rounding", "half_even"): "payouts are rounded to the currency's digits, halves to the even digit",
    ("payout_rounding", "truncate"): "payouts are cut at the currency's digits, towards zero",
    ("payout_rounding", "floor"): "payouts are rounded down to the currency's digits",
    ("payout_rounding", "ceiling"): "payouts are rounded up to the currency's digits",
}  # fmt: skip
"""(policy, value) → what it means for the one who is paid."""


@dataclass(frozen=True)
class InEffect:
    """A policy in effect: for the plan, or for one place of it."""

    policy: str
    of: str
    choice: Choice
    over: Accumulation | None = None
    """What adds up there, where that is part of the meaning."""

    @property
    def meaning(self) -> str:
        """What the value means."""
        words = MEANING[self.policy, self.choice.value]
        return words.format(since=SINCE[self.over], whole=WHOLE[self.over]) if self.over is not None else words


def policies(workspace: ResolvedWorkspace, plan: Plan) -> list[InEffect]:
    """All policies that decide something in the plan; `hit_policy` only where two rules read one source."""
    whole = [
        ("segments", plan.segments), ("on_change", plan.on_change), ("not_on_plan", plan.not_on_plan),
        ("unmatched", workspace.unmatched),
        ("participant_values_on", plan.values_on), ("payout_rounding", plan.payout_rounding),
    ]  # fmt: skip
    sources = [rule.source.name for rule in plan.rules]
    if len(set(sources)) < len(sources):
        whole.insert(0, ("hit_policy", plan.hit_policy))
    found = [InEffect(name, "the plan", choice) for name, choice in whole if choice is not None]
    for measure in plan.measures:
        named = (
            ("no_credits", measure.no_credits), ("zero_denominator", measure.zero_denominator),
            ("no_previous", measure.no_previous), ("on_move", measure.on_move),
        )  # fmt: skip
        found += [InEffect(name, measure.name, choice) for name, choice in named if choice is not None]
        found += _against(measure.name, measure.against)
        parts = [(part.measure, part.missing) for part in measure.weighted if part.missing is not None]
        found += [InEffect("missing_part", f"{part} in {measure.name}", choice) for part, choice in parts]
    for component in plan.components:
        found += _of(component)
    read = dict.fromkeys(against.target for against in plan.againsts())
    for target in (workspace.targets[name] for name in read):
        if target.values_on is not None:
            found.append(InEffect("participant_values_on", f"target {target.name}", target.values_on))
    return found


def _of(component: Component) -> Iterable[InEffect]:
    table = component.table
    by_place = table.prizes  # its bounds are places: nothing lies on one, or between two
    named = () if by_place else (
        ("boundary", table.boundary), ("below", table.below), ("above", table.above),
        ("running_total", table.running_total),
    )  # fmt: skip
    yield from (InEffect(name, component.name, choice) for name, choice in named if choice is not None)
    yield from _against(component.name, table.against)
    for number, step in enumerate(component.steps, start=1):
        place = f"{component.name}, item {number}"
        if isinstance(step, Gate):
            yield from _against(place, step.against)
        if isinstance(step, Limit | Budget) and step.excess is not None:
            yield InEffect("excess", place, step.excess)
        if isinstance(step, ShareOut):
            yield InEffect("negative_pool", place, step.negative_pool)
            if step.no_weights is not None:
                yield InEffect("no_weights", place, step.no_weights)


def _against(place: str, against: Against | None) -> Iterable[InEffect]:
    if against is not None:
        named = (("missing_target", against.missing), ("zero_target", against.zero), ("reach", against.reach))
        yield from (InEffect(name, place, choice, against.accumulation) for name, choice in named if choice is not None)
