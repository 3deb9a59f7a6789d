"""Codes of since when something adds up, and how far back is read (M): calendar, segments, anniversaries."""

from engine.core.code import Code

TIMES: tuple[Code, ...] = (
    Code(
        "M131",
        "an earning period longer than what adds up",
        "A total to date starts again at the end of its quarter or year, and a limit over it does: what earns for a longer"
        " time would meet the total of its first part only.",
        "resolve",
    ),
    Code(
        "M132",
        "a plan that begins before the calendar",
        "What adds up over the plan counts from the plan's first day, and a run calculates only days that the calendar has.",
        "resolve",
    ),
    Code(
        "M136",
        "an earlier period across joined segments",
        "A measure of an earlier period is known where one segment holds all of it. Joined segments have several, and what"
        " of an earlier one should be compared with a joined one is not defined.",
        "resolve",
    ),
    Code(
        "M264",
        "adds up over the calendar, in a plan that begins anew with each anniversary",
        "Where a plan begins anew, everything to date begins with the segment. A total of the fiscal year would then begin"
        " twice in it. What adds up over the `plan` is since the last anniversary; what goes by the calendar stands in a"
        " plan beside it.",
        "resolve",
    ),
    Code(
        "M265",
        "joined segments in a plan that begins anew",
        "An anniversary ends a segment, so that credits before and since it are of two years, and each part of the period is"
        " calculated by itself. Joined segments would be one again.",
        "resolve",
    ),
    Code(
        "M267",
        "a year back, in a plan that begins anew each year",
        "An earlier period is read of the same segment only, and an anniversary ends one. A year ago it was always another.",
        "resolve",
    ),
)
