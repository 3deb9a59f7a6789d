"""Codes of measures (M): what they are made of, and what a component may do with them."""

from engine.core.code import Code

MEASURES: tuple[Code, ...] = (
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
        "a part whose floor is above its cap",
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
        "M260",
        "what was earned for another period",
        "A measure of `earned` is read by components for their own earning period, which has all earnings of the periods inside"
        " it: a quarter those of its months. What was earned for a quarter can't be told of a month.",
        "resolve",
    ),
    Code(
        "M261",
        "looks back at what was earned",
        "A run calculates earnings from where something begins to add up, and reads only credits from before. So `previous`"
        " finds no earnings there; what was sold then can be read.",
        "resolve",
    ),
    Code(
        "M262",
        "no earlier period since it began",
        "What is taken of the periods since the year began has none where the year is one period: it would be nothing, always."
        " Read for the months or quarters of the year, or over the plan, there are some.",
        "resolve",
    ),
    Code(
        "M263",
        "looks back at what is taken of earlier periods",
        "What is taken `since` something began is known for the periods that a run calculates, not for those that it only"
        " reads. What it is taken of can be looked back at.",
        "resolve",
    ),
    Code(
        "M272",
        "the best of several attainments",
        "Each is a share of its own period's target; the highest or the average of them is a share of no target, and nothing"
        " could be paid by it as by an attainment. The highest amount can be held against one.",
        "resolve",
    ),
    Code(
        "M273",
        "what was earned in another currency",
        "Amounts of two currencies are added up only by an exchange rate, and what was earned has none: its transactions are of"
        " many days. A plan in the currency of the one that it reads adds up and pays without any; credits are converted where"
        " they arise (`convert`).",
        "resolve",
    ),
    Code(
        "M286",
        "a rate on the sum of several periods",
        "The sum of the last three months has each month's sales in it three months running: a rate on it pays them three times."
        " It can find the tier, or open a gate; paid is what the period itself came to, or the average of the months.",
        "resolve",
    ),
    Code(
        "M294",
        "what each counts for: a floor above its cap",
        "Whatever the credits of one customer, claim or policy come to, `floor` would count more than `cap` lets count. The"
        " two are the least and the most that each counts for.",
        "resolve",
    ),
    Code(
        "M298",
        "read at the end of a quarter or year, and not of all of it",
        "At the end of a quarter a measure over the period is what its last month came to, and one to date the whole quarter."
        " A level that is meant to be set by a quarter would be set by a third of it. What is taken of the `last` so many"
        " periods, `up_to: this_period`, says itself of how many it is.",
        "resolve",
    ),
    Code(
        "M299",
        "held for a quarter, and read for a year",
        "What is read at the end of each quarter has four values in a year, and which of them the year has is not said.",
        "resolve",
    ),
    Code(
        "M300",
        "a rate on what is held through a quarter or year",
        "What the quarter before came to stays the same in all months of this one: a rate on it pays each of its sales three"
        " times. It finds the tier, or opens a gate; paid is what the month itself came to.",
        "resolve",
    ),
    Code(
        "M303",
        "a measure by formula that reads no measure",
        "A measure says something of what was sold or reached. A formula of numbers and variables alone says the same whatever"
        " happened: that is a variable, and formulas read it by its name.",
        "resolve",
    ),
    Code(
        "M304",
        "a look-up table in the formula of a measure",
        "A measure's formula reads other measures and variables. What is looked up by a column of the sale belongs into what its"
        " credit is worth, before it is added up; what is looked up by a measure, into what is paid.",
        "resolve",
    ),
    Code(
        "M305",
        "a participant's own value in a formula to date",
        "A variable is as it is on the day. In a formula of measures to date a new value would count for everything since the"
        " quarter or year began, also for what was sold before it changed; and what each period adds could not be told.",
        "resolve",
    ),
    Code(
        "M306",
        "a name in the formula of a measure that its table has itself",
        "In the table of such a measure each measure and variable of the formula is a column by its name. `own` is what it comes"
        " to in the period alone.",
        "resolve",
    ),
)
