"""Measures made of several earlier periods: that there are some, that they are of periods alone, and that a run knows them.

In: measures as written. Out: diagnostics.
"""

from collections.abc import Mapping, Set

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.earlier import Earlier


def check_earlier(
    measure: written.Measure,
    earlier: Earlier,
    among: Mapping[str, written.Measure],
    lengths: Set[str],
    diagnostics: Diagnostics,
) -> None:
    """To date, an earlier value is a part of the later ones; and a year has no earlier year in it."""
    part = among.get(measure.parts[0].text)
    if part is not None and part.accumulation is not None:
        diagnostics.error(
            "M145", f"`{part.name}` is of the {part.accumulation} to date, and each of its values is part of the later ones",
            measure.parts[0].span, help=f"name a measure over the `period`: the {earlier.take} of them is taken",
            related=((part.span, "the measure"),),
        )  # fmt: skip
    if part is not None and part.of_target:
        diagnostics.error(
            "M272", f"`{part.name}` is a share of a target, and what is taken of several of those is a share of none of them",
            measure.parts[0].span, help="take it of the amount, and hold that against the target",
            related=((part.span, "the share"),),
        )  # fmt: skip
    if earlier.since in lengths:
        diagnostics.error(
            "M262", f"`{measure.name}` is read for a {earlier.since}, and there is no earlier one since the {earlier.since} "
            "began", measure.span, help="say `since: plan`, or `last: 3`; or let what reads it earn for a shorter period",
        )  # fmt: skip


def check_not_looked_at(measure: written.Measure, reader: written.Measure, diagnostics: Diagnostics) -> None:
    """Since when it is taken is known of the run's own time only."""
    diagnostics.error(
        "M263", f"`{reader.name}` looks back at `{measure.name}`, which is taken of periods before it", reader.span,
        help=f"look back at what `{measure.name}` is taken of", related=((measure.span, "taken of earlier periods"),),
    )  # fmt: skip
