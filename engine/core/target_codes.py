"""Codes of targets (M): of which span, of which category."""

from engine.core.code import Code

TARGETS: tuple[Code, ...] = (
    Code(
        "M133",
        "the whole target of a plan without end",
        "`reach: accumulation` over the plan is the target of all its days, so they must be known: the plan has an `end`,"
        " and the calendar reaches it.",
        "resolve",
    ),
    Code(
        "M134",
        "joined segments against a target that is not prorated",
        "The target of joined segments is the sum of their prorated targets; whole targets would be counted once for each.",
        "resolve",
    ),
    Code(
        "M135",
        "the target of the whole, where totals start again",
        "With `on_change: reset` a total begins anew with each change of title, inside its quarter, year or plan: what"
        " target of the whole it should meet is not known.",
        "resolve",
    ),
    Code(
        "M266",
        "the whole target of a participant's own year",
        "Targets are given for the periods of the calendar. A year that begins inside a period has a part of that period's target"
        " by its days, which is known to date; what the whole year has depends on targets that may not be given yet.",
        "resolve",
    ),
    Code(
        "M292",
        "a target of a category, and a measure of more",
        "The target is of one product line, region or other category; what is held against it should count just that. A"
        " condition in the measure, or in its credit rule, says so. A measure of everything reaches the target of a part too"
        " early. Where the rows say it by other words, such as the codes of products, `accept:` in the component says why.",
        "review",
    ),
    Code(
        "M293",
        "target plans that tell the rows of a source apart differently",
        "With `categories:` a source has a row for each participant, time and category. A target plan that does not say so, or"
        " says another column, would have several rows to choose from.",
        "load",
    ),
    Code(
        "M317",
        "a target of nothing for everybody",
        "Nobody's attainment can be told against 0, and a negative target is none: `zero_target` or `missing_target` would"
        " decide for all of them.",
        "load",
    ),
    Code(
        "M318",
        "a number for everybody beside categories",
        "A column of the source says of which category each number is. One number without a row would be the same for all of"
        " them, and beside the sums of their rows nobody could tell which it is.",
        "load",
    ),
)
