"""Tiers that never pay: no count lies in them, a gate lets nothing of them through, a cap is reached before (R003, R004)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Gate, Limit, Multiply, Round, TrueUp
from engine.review.paid import Paid
from engine.review.term import Sum, term


def review_reached(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for each tier that is there in vain."""
    if paid.table.mode == "flat" or len(paid.lowers) != len(paid.tiers):
        return
    if paid.table.mode == "interpolated":
        _review_ends(paid, diagnostics)
    for index, tier in enumerate(paid.tiers if paid.table.mode != "each_entered" else ()):
        if paid.table.mode != "interpolated" and not _counted(paid, index):
            message = f"no number of credits lies in this tier: `{paid.table.select}` counts whole ones, from 0"
            diagnostics.warning("R003", message, tier.span, help=_help("correct its bound, or delete it", "R003", paid))
            continue
        gate = _gate_above(paid, index)
        if gate is not None:
            least = paid.bound(gate.at_least or Decimal(0))
            what = "point" if paid.table.mode == "interpolated" else "tier"
            diagnostics.warning(
                "R003", f"this {what} never pays: the gate asks `{gate.measure}` for {least}", tier.span,
                help=_help(f"let the {what} pay 0, or lower the gate", "R003", paid), related=((gate.span, "the gate"),),
            )  # fmt: skip
    _review_cap(paid, diagnostics)


def _review_ends(paid: Paid, diagnostics: Diagnostics) -> None:
    """Of two points at one place one only ends a line; where no line comes to it, or goes on from it, nobody is paid it."""
    table, lowers = paid.table, paid.lowers
    boundary = "" if table.boundary is None else table.boundary.value
    dead = []
    if lowers[0] == lowers[1] and boundary == "upper" and table.below is not None and table.below.value != "same":
        dead.append((paid.tiers[0], "nothing is paid by it under its place, and exactly on it the second point counts"))
    if lowers[-2] == lowers[-1] and boundary == "lower" and table.above is not None and table.above.value != "same":
        dead.append((paid.tiers[-1], "nothing is paid by it over its place, and exactly on it the first point counts"))
    for tier, why in dead:
        help = _help("delete it, or choose another `boundary`", "R003", paid)
        diagnostics.warning("R003", f"this point never pays: {why}", tier.span, help=help)


def _help(text: str, code: str, paid: Paid) -> str:
    return f'{text}; or accept it, with the reason: `accept: {{{code}: "…"}}` in `{paid.component.name}`'


def _upper(paid: Paid, index: int) -> Decimal | None:
    return paid.lowers[index + 1] if index + 1 < len(paid.tiers) else paid.tiers[index].upper


def _counted(paid: Paid, index: int) -> bool:
    """Whether a whole number from 0 on lies in a tier; what is no plain count may lie anywhere."""
    table, measure, upper = paid.table, paid.selected, _upper(paid, index)
    if measure is None or not measure.counts or table.against is not None or table.prorate_bounds:
        return True
    if upper is None:
        return True
    if table.mode == "marginal" or table.boundary is None:
        return upper > 0
    lower = paid.lowers[index]
    open_below = index == 0 and table.below is not None and table.below.value == "same"
    if table.boundary.value == "upper":
        first, last = lower.to_integral_value(ROUND_CEILING), upper.to_integral_value(ROUND_CEILING) - 1
    else:
        first, last = lower.to_integral_value(ROUND_FLOOR) + 1, upper.to_integral_value(ROUND_FLOOR)
    return last >= (0 if open_below else max(first, Decimal(0)))


def _gate_above(paid: Paid, index: int) -> Gate | None:
    """A gate on the selected measure that none of the tier's values passes, where the tier would pay something."""
    table, upper, component = paid.table, _upper(paid, index), paid.component
    if table.select is None or table.mode == "marginal" or component.basis == "credit" or upper is None:
        return None
    pays = term(paid.tiers[index].pays.expr, paid.known(upper))
    if table.prorate_bounds or (pays is not None and pays.sign == 0):
        return None
    for step in component.steps:
        if isinstance(step, TrueUp):  # a gate after it loses one interval's difference: the others still pay
            return None
        if not isinstance(step, Gate) or step.measure != table.select or step.at_least is None:
            continue
        if (step.against and step.against.target) != (table.against and table.against.target):
            continue
        upwards = table.boundary is not None and table.boundary.value == "upper"
        if table.mode == "interpolated" and upper != paid.lowers[index]:
            upwards = True  # the end of a line is another point's
        if upper < step.at_least or (upper == step.at_least and upwards):
            return step
    return None


def _review_cap(paid: Paid, diagnostics: Diagnostics) -> None:
    """The tiers past the value at which a cap is reached."""
    for place, step in enumerate(paid.component.steps):
        if isinstance(step, Limit) and step.kind == "cap" and paid.is_limited_by(step):
            for index, tier in enumerate(paid.tiers):
                words = _beyond(paid, index, place, step)
                if words is not None:
                    diagnostics.warning(
                        "R004", words, tier.span, related=((step.span, "the cap"),),
                        help=_help("raise the cap, or end the table before it", "R004", paid),
                    )  # fmt: skip
            return


def _beyond(paid: Paid, index: int, place: int, cap: Limit) -> str | None:
    """What is wrong with a tier under this cap, if anything is."""
    lower = paid.lowers[index]
    at = term(cap.at.expr, paid.known(lower))
    own = _with_factors(paid, paid.of_tier(index, lower), lower, place)
    if at is None or own is None or lower < 0:
        return None
    if paid.table.mode in ("step", "each_entered"):
        if (own - at).sign != 1:
            return None
        return f"this tier's {paid.amount(own)} is never paid: the cap is {paid.amount(at)}"
    start = paid.lowers[index - 1] if paid.table.mode == "interpolated" and index else lower
    same = not index or paid.table.mode == "marginal"  # where a slice begins, the one before it ends
    before = own if same else _with_factors(paid, paid.of_tier(index - 1, start), start, place)
    if not index or before is None or (before - at).sign not in (0, 1) or (own - at).sign not in (0, 1):
        return None
    if paid.table.mode == "interpolated":
        reached = f"at {paid.bound(start)} pay is {paid.amount(before)}"
        return f"this point pays nothing more: {reached}, and the cap is {paid.amount(at)}"
    reached = f"below {paid.bound(lower)} pay is {paid.amount(before)}"
    return f"this tier never pays: {reached}, and the cap is {paid.amount(at)}"


def _with_factors(paid: Paid, result: Sum | None, bound: Decimal, place: int) -> Sum | None:
    """The table's result after the items before the cap, where these are factors, gates and roundings."""
    for step in paid.component.steps[:place]:
        if isinstance(step, Multiply) and result is not None:
            factor = term(step.by.expr, paid.known(bound))
            result = None if factor is None else result * factor
        elif not isinstance(step, Gate | Round | TrueUp):
            return None
    return result
