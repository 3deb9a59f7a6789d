"""Codes of what changes pay and is left unsaid in any plan (M001 on); what a single construct leaves unsaid stands with it."""

from engine.core.code import Code

UNSAID: tuple[Code, ...] = (
    Code(
        "M001",
        "unsaid: to which tier a bound belongs",
        "A value exactly on a bound is in the `upper` or in the `lower` tier. Needed where the result jumps at a"
        " bound: in `whole`, `step` and `each_entered`; in `interpolated` where two points stand at one place, or nothing"
        " is paid under a first point that is not 0; in `marginal` where a missing or zero target sets the attainment"
        " exactly on one.",
        "resolve",
    ),
    Code(
        "M002",
        "unsaid: what is paid below the lowest bound",
        "A value under the first tier is paid the `same` as that tier, `zero`, or is an `exception` that blocks the"
        " component.",
        "resolve",
    ),
    Code(
        "M003",
        "unsaid: what is paid above the highest bound",
        "The last tier or line ends, so a value may lie above it: paid the `same` as at its end, or an `exception`"
        " that blocks the component.",
        "resolve",
    ),
    Code(
        "M004",
        "unsaid: how far a target reaches",
        "A value to date is compared with the target `to_date`, or with that of the whole `accumulation` (the quarter, the"
        " year or the plan, whichever the value adds up over).",
        "resolve",
    ),
    Code(
        "M005",
        "unsaid: what a missing target means",
        "Without a target there is no attainment: `block` the component, or count it as `zero` (0 %) or `full`"
        " (exactly 100 %).",
        "resolve",
    ),
    Code(
        "M006",
        "unsaid: what a zero target means",
        "Nothing can be divided by zero: `block` the component, or count the attainment as `zero` (0 %) or `full`"
        " (exactly 100 %).",
        "resolve",
    ),
    Code(
        "M007",
        "unsaid: what happens when several rules match",
        "Two rules of the plan read one source, so a transaction may match both: the `first` counts, `all` count,"
        " or it is an exception (`unique`).",
        "resolve",
    ),
    Code(
        "M008",
        "unsaid: what becomes of a credit for somebody not on the plan",
        "On the credit date the participant may be on no plan: the credit is `unassigned`, or an `exception`.",
        "resolve",
    ),
    Code(
        "M009",
        "unsaid: what becomes of an unmatched transaction",
        "A transaction that no rule of any plan takes is ignored, a `warning`, or an `exception`. This is said"
        " once, in komisi.yaml.",
        "resolve",
    ),
    Code(
        "M010",
        "unsaid: what a change inside a period does",
        "A change of plan, title or currency cuts an earning period into segments; `separate` starts measures,"
        " tiers and targets again in each, `joined` takes all that one plan pays in one currency as one.",
        "resolve",
    ),
    Code(
        "M011",
        "unsaid: on which day participants' values are read",
        "A participant's own value may change inside a segment: formulas per earning read that of `segment_start`"
        " or `segment_end`. So do targets by a group that are not prorated.",
        "resolve",
    ),
    Code(
        "M012",
        "unsaid: what becomes of the excess over a limit",
        "A limit over a quarter, a year or the plan works on what there is so far: what it cut off is `remembered`, so that a"
        " return first eats the excess, or `lost`, so that a return lowers what was left. Cap 100, +150, −60: 90 or 40.",
        "resolve",
    ),
    Code(
        "M013",
        "unsaid: how pay is rounded",
        "A payout is in the currency's digits. Either each earning ends in a `round` at those digits (after it only"
        " gates, a true-up, and limits at a constant with no more digits), or the plan has a `payout_rounding`. Whole amounts"
        " of `step` and `each_entered`, on whichever branch, and money per unit of a count or of a difference or total of counts"
        " (`flat`, `whole`), need neither.",
        "resolve",
    ),
    Code(
        "M014",
        "unsaid: the order of transactions",
        "A running total decides the tier of each credit, so which comes first changes pay. Say `order:`; the"
        " source's key ends it.",
        "resolve",
    ),
    Code(
        "M015",
        "unsaid, or without meaning: the rounding of a split",
        "A value split at a number of digits is rounded to them first, and `mode` says how; an `exact` split rounds"
        " nothing and has no mode.",
        "resolve",
    ),
    Code(
        "M016",
        "unsaid: which value finds the tier",
        "`select` may differ from the base, so it is always said, except for `flat`, which has one rate.",
        "resolve",
    ),
    Code(
        "M017",
        "unsaid: what the rate is paid on",
        "`base` is a measure, or with `basis: credit` a credit rule. Only a table that pays amounts does"
        " without: `step`, `each_entered`, `interpolated` between amounts.",
        "resolve",
    ),
    Code(
        "M018",
        "unsaid: which running total looks a credit up",
        "A running total finds the tier (or the place on a line) of each credit. Either the total `before` the credit"
        " does: the one that brings it over a bound is still paid as under it; or the total `after` it.",
        "resolve",
    ),
    Code(
        "M025",
        "unsaid: which of two targets counts",
        "A target plan with several `sources:` may have two numbers for one participant and period: an own one, and that of"
        " a title. `precedence: first` takes the one from the source that is listed first; `exception` holds the participant"
        " until one is taken out.",
        "resolve",
    ),
    Code(
        "M030",
        "unsaid: what an average, least or greatest value of no credits is",
        "Someone may have no credits: then there is no average, no least and no greatest amount. `block` what reads it, or"
        " count it as `zero`. Nothing is taken for 0 by itself.",
        "resolve",
    ),
    Code(
        "M031",
        "unsaid: what a ratio to zero is",
        "The denominator of a ratio may be 0, or below 0, where a ratio turns round: `block` what reads it, or count the"
        " ratio as `zero`, or `full` (exactly 100 %). A denominator that is not known always blocks.",
        "resolve",
    ),
    Code(
        "M032",
        "unsaid: what there was before someone joined",
        "A measure of an earlier period has no value for who was not on the plan for all of it, or where the calendar begins:"
        " `block` what reads it, or count it as `zero`. Half a period is never compared with a whole one.",
        "resolve",
    ),
    Code(
        "M035",
        "unsaid: what adds up over a change of segments",
        "Where the segments of a period are joined, what is to date, or limited over a quarter, a year or the plan, either"
        " starts again with a change (`reset`) or goes on (`continue`; the new segment's own values pay on what comes then).",
        "resolve",
    ),
)
