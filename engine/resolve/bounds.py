"""The bounds of a rate table: tiers without gap or overlap, points that rise, all in the unit of what is selected.

In: a table as written. Out: diagnostics.
"""

from decimal import Decimal
from itertools import pairwise

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.span import Span
from engine.ir.walk import refs
from engine.plan import comp_plan as written
from engine.plan.formula import Formula
from engine.plan.measure import SHARES

TIERS = "each tier begins where the one before ends, `from` rising"
POINTS = "the points stand in the order of `at`, lowest first"


def check_bounds(
    table: written.RateTable, measure: written.Measure | None, per_credit: bool, diagnostics: Diagnostics
) -> None:
    """Bounds rise, meet each other, and are shares exactly where they are shares of a target."""
    if table.mode == "flat":
        return
    said = [formula for tier in table.tiers for formula in (tier.lower_by, tier.upper_by) if formula is not None]
    if said and not _check_formulas(table, said, per_credit, diagnostics):
        return
    if table.mode == "interpolated":
        _check_points(table, diagnostics)
    else:
        _check_tiers(table, diagnostics)
    _check_unit(table, measure, diagnostics)


def _check_formulas(table: written.RateTable, said: list[Formula], per_credit: bool, diagnostics: Diagnostics) -> bool:
    """Whether bounds may be formulas here: amounts of a table that is cut once for the period. `said` are all of them."""
    first = said[0]
    if table.mode != "marginal":
        diagnostics.error(
            "M313", f"`{first.text}` is a formula, and a tier of mode `{table.mode}` begins at a number", first.span,
            help="write numbers; or cut the value into slices with `marginal`, whose tiers may begin at a participant's own"
            " number", related=((table.mode_span, "the mode"),),
        )  # fmt: skip
    elif table.against is not None:
        diagnostics.error(
            "M314", f"`{first.text}` is an amount, and the bounds of this table are shares of `{table.against.text}`",
            first.span, help="write all bounds as shares, such as 50%; or delete `against` and write all of them as amounts",
            related=((table.against.span, "the target"),),
        )  # fmt: skip
    elif per_credit:
        diagnostics.error(
            "M315", f"`{first.text}` may be another amount in each period, and these tiers are walked credit by credit",
            first.span, help="pay the period's amount instead of each credit: `basis: period`, or `basis: to_date` with "
            "`true_up`; or write numbers", related=((table.mode_span, "the mode"),),
        )  # fmt: skip
    else:
        return _check_read(said, diagnostics)
    return False


def _check_read(said: list[Formula], diagnostics: Diagnostics) -> bool:
    """Whether each formula reads something: of numbers the plan alone can tell whether they rise."""
    for formula in said:
        if not refs(formula.expr):
            message = f"`{formula.text}` is the same for everybody"
            help = "write the number that it comes to, or name what differs: a variable, a measure, a look-up table"
            diagnostics.error("M316", message, formula.span, help=help)
            return False
    return True


def _check_points(table: written.RateTable, diagnostics: Diagnostics) -> None:
    """Points rise; two at one place are a jump, a third would never be read."""
    for point, following in zip(table.tiers, table.tiers[1:], strict=False):
        if following.lower < point.lower:
            message = f"points must rise: {_said(table, following.lower)} lies under {_said(table, point.lower)}"
            _tier_error("M109", message, following, point.span, diagnostics, POINTS)
        elif following.lower == point.lower and following.pays.expr == point.pays.expr:
            _tier_error("M109", "the same point stands here twice", following, point.span, diagnostics, "delete one")
    for point, between, third in zip(table.tiers, table.tiers[1:], table.tiers[2:], strict=False):
        if point.lower == third.lower and between.pays.expr != third.pays.expr:
            message = f"a third point at {_said(table, third.lower)}: the one between decides nothing"
            _tier_error("M109", message, third, point.span, diagnostics, "leave two there, which are a jump")


def _check_tiers(table: written.RateTable, diagnostics: Diagnostics) -> None:
    """Numbers rise, also past formulas, of which data decides whether they do."""
    _check_ends(table, diagnostics)
    numbers = [tier for tier in table.tiers if tier.lower_by is None]
    for tier, following in pairwise(numbers):
        if following.lower <= tier.lower:
            _tier_error("M109", f"tiers must rise: {_said(table, following.lower)} does not lie above "
                        f"{_said(table, tier.lower)}", following, tier.span, diagnostics)  # fmt: skip
    last = table.tiers[-1]
    if last.upper is not None and numbers and last.upper <= numbers[-1].lower:
        message = f"the last tier ends at {_said(table, last.upper)}, not above where it begins"
        _tier_error("M109", message, last, None, diagnostics)


def _check_ends(table: written.RateTable, diagnostics: Diagnostics) -> None:
    """A tier before the last one ends where the next begins, if it says where it ends."""
    for tier, following in zip(table.tiers, table.tiers[1:], strict=False):
        if following.lower <= tier.lower and following.lower_by is None and tier.lower_by is None:
            continue  # told where they are compared
        if tier.upper_by is not None or (tier.upper is not None and following.lower_by is not None):
            ends = _place(table, tier.upper, tier.upper_by)
            begins = _place(table, following.lower, following.lower_by)
            if ends != begins:
                message = f"this tier ends at `{ends}` and the next begins at `{begins}`"
                _tier_error(
                    "M110", message, tier, following.span, diagnostics, "delete `to`: a tier ends where the next begins"
                )
        elif tier.upper is not None and tier.upper != following.lower:
            what = "leaves a gap before" if tier.upper < following.lower else "overlaps"
            _tier_error("M110", f"this tier ends at {_said(table, tier.upper)} and {what} the next, from "
                        f"{_said(table, following.lower)}", tier, following.span, diagnostics)  # fmt: skip


def _place(table: written.RateTable, number: Decimal | None, formula: Formula | None) -> str:
    """Where a tier begins or ends, as it is written."""
    if formula is not None:
        return formula.text
    return "" if number is None else _said(table, number)


def _check_unit(table: written.RateTable, measure: written.Measure | None, diagnostics: Diagnostics) -> None:
    shares = table.bounds_unit == "share"
    last = table.tiers[-1]
    bounds = [tier.lower for tier in table.tiers] + ([last.upper] if last.upper is not None else [])
    if table.against is not None and not shares and any(bounds):
        diagnostics.error(
            "M111", "the bounds are amounts, but the table is `against` a target", table.tiers[0].span,
            help="write bounds as shares of the target, such as 80%", related=((table.against.span, "the target"),),
        )  # fmt: skip
    elif table.against is None and shares and measure is not None and measure.aggregate not in SHARES:
        diagnostics.error(
            "M111", "the bounds are shares, but of no target", table.tiers[0].span,
            help="say `against:` which target, select a `ratio` or an `attainment`, or write the bounds as amounts",
        )  # fmt: skip
    elif measure is not None and measure.of_target and not shares and any(bounds):
        diagnostics.error(
            "M111", f"the bounds are amounts, but `{measure.name}` is a share of a target", table.tiers[0].span,
            help="write the bounds as percentages, such as 80%", related=((measure.span, "the measure"),),
        )  # fmt: skip
    elif table.against is not None and min(bounds) < 0:
        _tier_error("M109", "a share of a target is not below 0%", table.tiers[0], None, diagnostics)


def _said(table: written.RateTable, bound: Decimal) -> str:
    return plain(bound * 100) + "%" if table.bounds_unit == "share" else plain(bound)


def _tier_error(
    code: str, message: str, tier: written.Tier, other: Span | None, diagnostics: Diagnostics, help: str = TIERS
) -> None:
    related = () if other is None else ((other, "its neighbour"),)
    diagnostics.error(code, message, tier.span, help=help, related=related)
