"""Rate tables: tiers without gap or overlap, the value that finds the tier, and the policies that change the result.

In: a table as written, with its component. Out: a resolved one. Which policies are needed follows from the table alone.
"""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Ref
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.resolved import Against, Table, Tier
from engine.resolve.against import check_rounded, resolve_against
from engine.resolve.bounds import check_bounds
from engine.resolve.effective import Policies
from engine.resolve.interpolated import check_start, jumps_at
from engine.resolve.measure_order import TOTALS

ZERO, ONE = Decimal(0), Decimal(1)


def resolve_table(
    table: written.RateTable,
    select: written.Measure | Formula | None,
    per_credit: bool,
    policies: Policies,
    diagnostics: Diagnostics,
) -> Table:
    """The table with its policies; `select` is what the component found it to be."""
    policies = policies.within(table.policies)
    flat = table.mode == "flat"
    measure = select if isinstance(select, written.Measure) else None
    check_bounds(table, measure, per_credit, diagnostics)
    _check_fit(table, select, diagnostics)
    if table.bounds_in_money is not None and measure is not None and measure.aggregate in ("count", "count_distinct"):
        diagnostics.error(
            "M111", f"this bound is money, but `{measure.name}` counts credits", table.bounds_in_money,
            help="write a number without currency", related=((measure.span, "the measure"),),
        )  # fmt: skip
    against = _against(table, measure, policies)
    check_rounded(table.rounded, table.against, diagnostics)
    if table.rounded is not None and table.against is not None:
        _check_compared(table, table.rounded, per_credit, diagnostics)
    below = above = boundary = None
    if not flat:
        below, above = _outside(table, policies)
        boundary = _boundary(table, against, below, above, policies)
    made = Table(
        mode=table.mode,
        gives=table.gives,
        span=table.span,
        select=None if measure is None else measure.name,
        select_formula=select if isinstance(select, Formula) else None,
        against=against,
        tiers=tuple(_tier(table, i) for i in range(len(table.tiers))),
        prorate_bounds=table.prorate_bounds,
        boundary=boundary,
        below=below,
        above=above,
        note=table.note,
        prorate=table.prorate,
        prizes=table.prizes is not None,
        bounds_unit="money" if table.bounds_in_money is not None else table.bounds_unit,
        near=measure is not None and measure.near,
    )
    if per_credit and measure is not None and not flat:
        if made.adds_up:
            check_start(table, made, diagnostics)
        else:
            why = f"`{measure.name}` runs: each credit has a total before it and one with it"
            made = replace(made, running_total=policies.needed("running_total", table.span, why))
    policies.warn_unasked()
    return made


def _against(table: written.RateTable, measure: written.Measure | None, policies: Policies) -> Against | None:
    """The target that the value is held against."""
    if measure is not None and not measure.adds_up:  # told already: it is not held against a target
        policies.leave("missing_target", "zero_target", "reach")
        return None
    if table.against is None or table.mode == "flat":
        return None
    accumulation, group = (None, None) if measure is None else (measure.accumulation, measure.of_group)
    return resolve_against(table.against, accumulation, policies, table.rounded, group)


def _outside(table: written.RateTable, policies: Policies) -> tuple[Choice, Choice | None]:
    """`below` and `above`: what of values outside the table; of one without an end nothing lies above."""
    last = table.tiers[-1]
    below = policies.needed("below", table.span, "a value under the lowest bound could be paid in three ways")
    if table.mode == "interpolated":
        return below, policies.needed("above", last.span, "a value can lie above the last point")
    if last.upper is not None or last.upper_by is not None:
        return below, policies.needed("above", last.span, "the highest tier ends: a value can lie above it")
    return below, None


def _check_compared(
    table: written.RateTable, rounded: written.RoundAttainment, per_credit: bool, diagnostics: Diagnostics
) -> None:
    """A rounded attainment finds a tier or a place on a line; it doesn't say how much lies in a slice."""
    if table.mode == "marginal":
        diagnostics.error(
            "M181", "`marginal` pays each tier on what lies in it, and a rounded attainment would say that more or less was "
            "sold", rounded.span, help="delete it, or find one rate for all with `whole` or `interpolated`",
            related=((table.mode_span, "the mode"),),
        )  # fmt: skip
    elif per_credit and table.gives == "amount" and table.mode in ("each_entered", "interpolated"):
        diagnostics.error(
            "M181", f"`{table.mode}` along a running total pays what each credit adds to it, and a rounded attainment moves "
            "in jumps that no credit made", rounded.span, help="calculate it once for the period: `basis: period`",
            related=((table.mode_span, "the mode"),),
        )  # fmt: skip


def _tier(table: written.RateTable, index: int) -> Tier:
    tier = table.tiers[index]
    last = index == len(table.tiers) - 1
    lower = None if table.mode == "flat" or tier.lower_by is not None else tier.lower
    upper, upper_by = (tier.upper, tier.upper_by) if last and table.mode != "flat" else (None, None)
    return Tier(index + 1, lower, upper, tier.pays, tier.span, tier.note, tier.lower_by, upper_by)


def _boundary(
    table: written.RateTable, against: Against | None, below: Choice, above: Choice | None, policies: Policies
) -> Choice | None:
    """Needed where the result jumps at a bound: where a tier is reached; and where a policy sets it to one."""
    if table.mode == "interpolated":
        jump = jumps_at(table, below)
        return policies.said("boundary") if jump is None else policies.needed("boundary", *jump)
    if table.mode != "marginal" and not _pays_one(table, below, above):
        return policies.needed("boundary", table.span, f"`{table.mode}` pays by the tier that a value belongs to")
    jumps = {tier.lower for tier in table.tiers[1:]}
    if below.value != "same":
        jumps.add(table.tiers[0].lower)
    upper = table.tiers[-1].upper
    if upper is not None and above is not None and above.value != "same":
        jumps.add(upper)
    choices = () if against is None else (against.missing, against.zero)
    set_to = {"zero": ZERO, "full": ONE}
    for choice in choices:
        attainment = set_to.get(choice.value)
        if attainment is not None and attainment in jumps:
            why = f"`{choice.value}` (for a target that is missing or zero) sets the attainment exactly on a bound"
            return policies.needed("boundary", table.span, why)
    return policies.said("boundary")


def _pays_one(table: written.RateTable, below: Choice, above: Choice | None) -> bool:
    """Whether every value is in the only tier, so that no bound changes what is paid."""
    alone = len(table.tiers) == 1 and table.mode in ("step", "whole")
    return alone and below.value == "same" and (above is None or above.value == "same")


def _check_fit(table: written.RateTable, select: written.Measure | Formula | None, diagnostics: Diagnostics) -> None:
    """Refuses what the selected value has no use for: it would look as if it changed pay."""
    if table.mode == "flat":
        return
    if table.against is not None and isinstance(select, Formula):
        diagnostics.error(
            "M113", "a credit's own value is not held against a target", table.against.span,
            help="select a measure (its running total), or leave `against` out", related=((select.span, "selected"),),
        )  # fmt: skip
    no_total = isinstance(select, written.Measure) and select.aggregate not in TOTALS and not select.in_parts
    if table.prorate_bounds and (table.against is not None or isinstance(select, Formula) or no_total):
        why = "the target is prorated, not its shares" if table.against else "a credit's own value has no days"
        if no_total:
            why = "half a period's average, extreme or ratio is not half as large"
        diagnostics.error(
            "M112", f"these bounds can't be prorated: {why}", table.span,
            help="leave the proration of bounds out; a target plan says `prorate` itself",
        )  # fmt: skip


def is_amount(formula: Formula) -> bool:
    """Whether a formula is the credited amount itself."""
    return isinstance(formula.expr, Ref) and formula.expr.name == "amount"


def runs_along(measure: written.Measure, rule: str, unpaid: Collection[str]) -> bool:
    """Whether the measure runs along one rule's credits: a sum or count of them, and of none else but unpaid ones."""
    others = {r.text for r in measure.rules} - {rule}
    return (
        measure.aggregate in ("sum", "count")
        and measure.each is None
        and any(r.text == rule for r in measure.rules)
        and others <= set(unpaid)
    )


def sums_along(measure: written.Measure, rule: str, unpaid: Collection[str]) -> bool:
    """The same, and each of these credits moves it by its amount."""
    return measure.aggregate == "sum" and measure.where is None and runs_along(measure, rule, unpaid)
