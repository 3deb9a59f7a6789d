"""Weighted and rounded measures: weights that come to what they should, limits that leave something between them.

In: a measure as written. Out: its weights and its rounding; their units are `typecheck`'s to find.
"""

from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import EXACT, plain
from engine.plan import comp_plan as written
from engine.plan.choice import Choice, Stated
from engine.plan.measure import RoundedMeasure, Weighted

WHOLE = Decimal(1)


def check_weights(measure: written.Measure, diagnostics: Diagnostics) -> None:
    """The weights come to 100 %, or to what is said; no floor lies above its cap."""
    if not measure.weighted:
        return
    total = WHOLE if measure.out_of is None else measure.out_of.value
    found = Decimal(0)
    for part in measure.weighted:
        found = EXACT.add(found, part.weight.value)
        if part.cap is not None and part.floor is not None and part.floor.value > part.cap.value:
            diagnostics.error(
                "M184", f"the floor of `{part.measure.text}` lies above its cap: it would count the same whatever it is",
                part.floor.span, help="let the floor be below the cap", related=((part.cap.span, "the cap"),),
            )  # fmt: skip
    if found != total:
        span = measure.weighted[-1].weight.span if measure.out_of is None else measure.out_of.span
        listed = " + ".join(_percent(part.weight.value) for part in measure.weighted)
        diagnostics.error(
            "M183", f"the weights of `{measure.name}` come to {_percent(found)} ({listed}), and not to {_percent(total)}", span,
            help=f"change a weight, or say `out_of: {_percent(found)}` beside `weighted:` if that is meant",
            related=((measure.span, "the measure"),),
        )  # fmt: skip


def resolve_weighted(part: written.WeightedMeasure, missing: Choice | None) -> Weighted:
    """A part of a weighted measure; `missing` is what is decided where there may be nothing to make it of."""
    stated = Stated(f"{part.measure.text}: {_percent(part.weight.value)}", part.weight.span, part.note)
    return Weighted(part.measure.text, part.weight.value, part.cap, part.floor, stated, missing)


def resolve_rounding(rounded: written.RoundMeasure) -> RoundedMeasure:
    """How a measure is rounded; to multiples, a whole number of them is found."""
    return RoundedMeasure(rounded.mode, rounded.digits or 0, rounded.multiple, rounded.span)


def _percent(share: Decimal) -> str:
    return plain(share.scaleb(2)) + "%"
