"""Codes of money left unsaid, and of rules of a plan that contradict each other (M)."""

from engine.core.code import Code

MONEY: tuple[Code, ...] = (
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
        " of `step` and `each_entered`, and money per unit of a count (`flat`, `whole`), need neither.",
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
    Code(
        "M101",
        "no true-up on a basis to date",
        "The amount to date contains all that was earned before. `true_up` takes that off, exactly once.",
        "resolve",
    ),
    Code(
        "M102",
        "a true-up out of place",
        "It stands exactly once where the basis is `to_date`, and nowhere else: elsewhere each interval stands"
        " alone already, and a second one would take off what was never paid.",
        "resolve",
    ),
    Code(
        "M103",
        "a limit that does not fit its place",
        "Before `true_up` the amount is to date, so a limit there is over what it adds up over, a `year` for example; over"
        " each earning period it stands after it. A limit over each credit is not prorated: a credit has no days.",
        "resolve",
    ),
    Code(
        "M104",
        "a gate on another span before the true-up",
        "There it decides on the whole amount to date: it would take back or restore all of it by the figure of one"
        " period, or of another span. Read a measure that adds up as the amount does, or move the gate after `true_up`.",
        "resolve",
    ),
    Code(
        "M105",
        "marginal slices of something else",
        "`marginal` cuts the base itself into slices, so `select` must be the base: the same measure; per credit"
        " `amount`, or the measure that is exactly the sum of the base rule.",
        "resolve",
    ),
    Code(
        "M106",
        "an item per credit out of place",
        "Items per credit work on single credits: only with `basis: credit`, and before the first item per earning,"
        " since after the sum there are no credits any more.",
        "resolve",
    ),
    Code(
        "M107",
        "a selection that does not fit the basis",
        "On the basis of credits a tier is found by a value of the credit, or by the running total of a measure of"
        " just these credits; on the basis of a period, or to date, by one measure.",
        "resolve",
    ),
    Code(
        "M108",
        "a measure that accumulates otherwise than the basis",
        "With `basis: to_date` base, select and `true_up` are over one span: all of the quarter, or the year, or the plan;"
        " with `basis: period` the base is of the period: a base to date without true-up would be paid again and again.",
        "resolve",
    ),
    Code(
        "M109",
        "tiers or points that do not rise",
        "Each tier begins above the one before, ends above where it begins, and a share of a target is not negative. Two"
        " points may stand at one place, which is a jump; not three, and not the same point twice.",
        "resolve",
    ),
    Code(
        "M110",
        "a gap between tiers, or an overlap",
        "A value in a gap would have no tier, one in an overlap two. Leave `to` out: each tier ends where the next"
        " begins.",
        "resolve",
    ),
    Code(
        "M111",
        "bounds in the wrong unit",
        "Bounds are shares (80%) exactly where the table is `against` a target; otherwise they are in the unit of"
        " the value that is selected.",
        "resolve",
    ),
    Code(
        "M112",
        "bounds that can't be prorated",
        "Where the bounds are shares of a target, the target itself is prorated (by its target plan), and never"
        " twice; and a single credit has no days.",
        "resolve",
    ),
    Code(
        "M113",
        "a single credit against a target",
        "A target is for all of a participant's sales of a period. Compare the running total: select a measure.",
        "resolve",
    ),
    Code(
        "M114",
        "a cap that turns pay round",
        "A cap below zero makes everybody pay; a cap below the floor right before or after it pays everybody the same.",
        "resolve",
    ),
    Code(
        "M115",
        "a choice that decides nothing",
        "A policy stands at a table or an item that has no use for it: whoever reads the plan would take it for a rule.",
        "resolve",
    ),
    Code(
        "M116",
        "an amount that no credit would be paid",
        "Where amounts run along credits, each credit is paid what the table comes to with it less what it came to before"
        " it. What the table pays at 0 comes before the first credit; a policy that sets the attainment to 100 % does so"
        " before and with each credit. Let the table pay 0 at 0, or pay the period instead of each credit.",
        "resolve",
    ),
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
        "M136",
        "an earlier period across joined segments",
        "A measure of an earlier period is known where one segment holds all of it. Joined segments have several, and what"
        " of an earlier one should be compared with a joined one is not defined.",
        "resolve",
    ),
    Code(
        "M133",
        "the whole target of a plan without end",
        "`reach: accumulation` over the plan is the target of all its days, so they must be known: the plan has an `end`,"
        " and the calendar reaches it.",
        "resolve",
    ),
    Code(
        "M140",
        "a ratio of unlike spans of time",
        "A period's sales as a share of the year's would change its meaning from month to month. Both measures of a ratio"
        " are over the period, or both to date.",
        "resolve",
    ),
    Code(
        "M141",
        "a base that is no total",
        "An average, a least or greatest value and a ratio don't add up: what they grew by since the last interval is not"
        " what this interval earned, and a slice of them is no part of what was sold. They find tiers and pass gates; a"
        " rate may be paid on them for a single period, `flat` or `whole`.",
        "resolve",
    ),
    Code(
        "M142",
        "a target for what is no total",
        "The target of a quarter is the sum of its months', and a part of a period has a part of it. An average, an extreme"
        " or a ratio is as large over a quarter as over a month, so such a target would mean something else in each.",
        "resolve",
    ),
    Code(
        "M143",
        "credits used for what they don't count for",
        "A rule says what its credits count for: `attainment` finds tiers and opens gates, `pay` is what a rate is paid on."
        " A base of credits that are never paid, or a tier found by credits that retire no target, contradicts it.",
        "resolve",
    ),
    Code(
        "M144",
        "one running total, two orders",
        "Several rules move one running total, some of them unpaid. Which credit comes first decides pay, so their rows"
        " stand in one source and in one order; of one transaction the rule that is written first comes first.",
        "resolve",
    ),
    Code(
        "M145",
        "a total to date, one period back",
        "A total to date holds what it was a period earlier, and in the first period of a year it would be held against the"
        " year before. Growth compares this year to date with last year's (`back: year`), or one period with another.",
        "resolve",
    ),
    Code(
        "M180",
        "an attainment is rounded that is not there",
        "`round_attainment` rounds the share of a target that was reached, before tiers, points or a gate look at it. Where"
        " nothing is held against a target there is no such share.",
        "resolve",
    ),
    Code(
        "M181",
        "a rounded attainment where slices are paid",
        "A rounded attainment finds one tier, or a place on a line. `marginal` pays each tier on what lies in it, and along a"
        " running total each credit is paid what it adds: neither is known of a rounded value.",
        "resolve",
    ),
    Code(
        "M182",
        "an earlier attainment is read",
        "`previous` reads what a measure was a period or a year before. An attainment of then is of the target of then, and"
        " a run knows the targets of the days that it computes. Growth compares amounts; an attainment is of its own time.",
        "resolve",
    ),
    Code(
        "M183",
        "weights that don't come to what they should",
        "The weights of a measure come to 100 %, or to what `out_of:` says: else nobody would reach what everybody reads"
        " as reaching it, or everybody would before.",
        "resolve",
    ),
    Code(
        "M184",
        "a floor above its cap",
        "A part that counts for no more than its cap and no less than its floor has to have something between them.",
        "resolve",
    ),
    Code(
        "M185",
        "unsaid: what a missing part of a weighted measure is",
        "A part may have nothing to be made of: no target, nothing to average. Then all of it is not known (`block`), or the"
        " part is `zero`, or its weight goes to the others (`redistribute`), and each pays another amount.",
        "resolve",
    ),
    Code(
        "M160",
        "an amount of one credit along a running total",
        "Where amounts run along credits, each credit is paid what the table comes to with it less what it came to before"
        " it. If the amount were another for each credit, a return would not take back what its sale was paid: of a share"
        " of the credit it would be paid it once more.",
        "resolve",
    ),
    Code(
        "M161",
        "amounts along credits whose bounds move",
        "A total to date runs along credits, and each is paid the amount that it enters. Against the target to date, or with"
        " prorated bounds, the bounds are others in each period: who is over one now is under it next month, enters it again"
        " and would be paid again. Hold the total against the target of the whole quarter, year or plan"
        " (`reach: accumulation`), or pay the amount to date less what was paid before (`basis: to_date`, `true_up`).",
        "resolve",
    ),
    Code(
        "M162",
        "tiers entered to date, paid in every period",
        "`each_entered` pays each tier once. Found by a total to date on the basis of the period, every tier entered since the"
        " reset would be paid again in each period. `basis: to_date` with `true_up` pays it once; `step` says the amount of"
        " each period.",
        "resolve",
    ),
)
