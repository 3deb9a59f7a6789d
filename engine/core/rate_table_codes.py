"""Codes of rate tables and look-up tables (M): tiers, points, their bounds, what finds them."""

from engine.core.code import Code

RATE_TABLES: tuple[Code, ...] = (
    Code(
        "M105",
        "marginal slices of something else",
        "`marginal` cuts the base itself into slices, so `select` must be the base: the same measure; per credit"
        " `amount`, or the measure that is exactly the sum of the base rule.",
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
        "M116",
        "an amount that no credit would be paid",
        "Where amounts run along credits, each credit is paid what the table comes to with it less what it came to before"
        " it. What the table pays at 0 comes before the first credit; a policy that sets the attainment to 100 % does so"
        " before and with each credit. Let the table pay 0 at 0, or pay the period instead of each credit.",
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
        "M200",
        "unsaid: what a look-up table comes to where it has no row",
        "Its rows don't hold everything that there can be: `missing: exception` blocks what reads it there, `zero` or a value is"
        " what it comes to. Or rows that say `else` hold the rest.",
        "typecheck",
    ),
    Code(
        "M201",
        "two rows of a look-up table for one key",
        "Which of the two counts would be left to chance. Delete one of them, or let them differ in a dimension.",
        "typecheck",
    ),
    Code(
        "M202",
        "bands that overlap, or leave a gap",
        "A band holds from its bound to the next one. With `to` it ends where the next begins; only the last may end"
        " elsewhere, and what lies beyond is `else`, or missing. Bands are told apart by what the dimensions before them say.",
        "typecheck",
    ),
    Code(
        "M203",
        "a look-up table of too many combinations",
        "Its rows tell more combinations apart than anybody can check. Where dimensions don't depend on each other, two tables"
        " whose values are multiplied say the same in fewer rows.",
        "typecheck",
    ),
    Code(
        "M313",
        "a bound by formula where tiers begin at numbers",
        "In `marginal` each slice is paid by itself, so a bound that is another amount for each participant only moves where"
        " a slice ends. Where the tier reached pays on everything, or pays an amount once, tiers begin at numbers or at"
        " shares of a target.",
        "resolve",
    ),
    Code(
        "M314",
        "a bound by formula beside shares of a target",
        "In a table that is `against` a target all bounds are shares of it. An amount among them would be another share for"
        " everybody. Of a target alone, a share says it: 50%.",
        "resolve",
    ),
    Code(
        "M315",
        "a bound by formula along single credits",
        "A running total walks through the tiers credit by credit. A bound that is another amount in the next period would"
        " leave behind what was walked through in this one. The period's amount is cut once, by the period's bounds.",
        "resolve",
    ),
    Code(
        "M316",
        "a bound by formula that is the same for everybody",
        "Of numbers the plan alone tells whether tiers rise, before anybody is paid. Written as the number that it comes to,"
        " it is checked like the others.",
        "resolve",
    ),
)
