"""Measures of earlier periods: that there are some, that what is taken of them is told, and that a run knows them.

In: measures as written. Out: diagnostics.
"""

from collections.abc import Mapping, Set
from typing import Literal

from engine.core.diagnostic import Diagnostics
from engine.core.period import LENGTHS, Calendar
from engine.plan import comp_plan as written
from engine.plan.earlier import Earlier

NEVER_LOOKED_AT = ("attainment", "earned", "total", "headcount", "rank")
"""Kinds of measures that nothing looks back at; that is told where each of them is looked at."""


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


def check_held(
    measure: written.Measure,
    held: Literal["quarter", "year"],
    among: Mapping[str, written.Measure],
    lengths: Set[str],
    calendar: Calendar,
    diagnostics: Diagnostics,
) -> None:
    """What is read at the end of a quarter or year is of all of it, and whatever reads that earns for no longer."""
    of, over = measure.parts[0], measure.accumulation
    related = ((measure.span, f"read at the end of the {held} before"),)
    if over not in (None, "quarter", held):
        diagnostics.error(
            "M145", f"`{of.text}` is of the {over} to date: its value at the end of the {held} before is part of today's, or of "
            f"another {over}", of.span, help=f"read one over `{held}_to_date`, which at the end is of the whole {held}"
            + ("" if over == "plan" else "; or say `back: year_end`"), related=related,
        )  # fmt: skip
    elif over not in (None, held):
        diagnostics.error(
            "M298", f"`{of.text}` is of the quarter to date: at the end of a year it is what the last quarter alone came to",
            of.span, help="read one over `year_to_date`; or say `back: quarter_end`", related=related,
        )  # fmt: skip
    alone = None if over is not None else _alone(among.get(of.text), among)
    if alone is not None:
        diagnostics.error(
            "M298", f"`{alone.name}` is {_of(alone, held)}", of.span, help=f"read one over `{held}_to_date`, which at the "
            f"end is of the whole {held}; or take it of the `last` so many, `up_to: this_period`",
            related=(*related, (alone.span, "of so much")),
        )  # fmt: skip
    longer = [each for each in ("quarter", "year") if each in lengths and LENGTHS.index(each) > LENGTHS.index(held)]
    if over is None and longer:
        diagnostics.error(
            "M299", f"`{measure.name}` is what `{of.text}` was at the end of the {held} before, and is read for a {longer[0]}",
            measure.span, help=f"say `back: {longer[0]}_end`, or let what reads it earn for the {held} or shorter",
        )  # fmt: skip
    shortest = calendar.of_length(calendar.shortest)
    outside = next((p for p in shortest if calendar.containing(p.start, held) is None), None)
    if over is None and outside is not None:
        diagnostics.error(
            "N005", f"`{measure.name}` is what `{of.text}` was at the end of the quarter before, and `{outside.name}` lies in no "
            "quarter of the calendar", measure.span, help="say `quarter:` for every period of the calendar, or `back: year_end`",
        )  # fmt: skip


def _of(measure: written.Measure, held: str) -> str:
    """Of what it is, when a quarter or year ends, in place of all of it."""
    if measure.earlier is not None:
        return f"taken of the periods before this one: at the end of a {held} its last one is none of them"
    return f"of the period alone: at the end of a {held} it is what the {held}'s last period came to"


def _alone(measure: written.Measure | None, among: Mapping[str, written.Measure]) -> written.Measure | None:
    """What of a measure is of one period, and so of the last one of a quarter; what can't be looked back at is told elsewhere."""
    if measure is None or measure.held is not None or measure.aggregate in NEVER_LOOKED_AT:
        return None
    if measure.earlier is not None:
        window = measure.earlier.with_present or measure.earlier.since is not None
        return None if window else measure
    if not measure.parts:
        return measure
    return next((found for part in measure.parts if (found := _alone(among.get(part.text), among)) is not None), None)


def check_not_looked_at(measure: written.Measure, reader: written.Measure, diagnostics: Diagnostics) -> None:
    """Since when it is taken is known of the run's own time only."""
    diagnostics.error(
        "M263", f"`{reader.name}` looks back at `{measure.name}`, which is taken of periods before it", reader.span,
        help=f"look back at what `{measure.name}` is taken of", related=((measure.span, "taken of earlier periods"),),
    )  # fmt: skip
