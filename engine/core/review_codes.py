"""Codes of plans that can be paid, and pay otherwise than their readers would think (R)."""

from engine.core.code import Code

REVIEW: tuple[Code, ...] = (
    Code(
        "R001",
        "a jump: one unit more raises pay on everything before it",
        "A warning: in mode `whole` the higher rate pays on all of the base, so at a bound one unit more is worth the"
        " difference of the rates on everything; so it is where rates on a line begin or jump, and where amounts are formulas"
        " of what was sold. People hold"
        " back or pull in sales around it. The size is that of what is paid, after the items of `then` (`up to` it, where a"
        " cap or floor may keep it smaller), and what that is for the example target of `komisi show`; where data decides, no"
        " size is told. `marginal` pays each part at its own"
        " rate; if the jump is meant, `accept` it with the reason.",
        "review",
    ),
    Code(
        "R002",
        "more is paid less",
        "A warning: at a bound, or along a line between two points, the pay falls, so whoever sells a little more has less."
        " Correct the rates or the amounts; where less is better, as of a ratio of costs, `accept` it with the reason.",
        "review",
    ),
    Code(
        "R003",
        "a tier that no value reaches",
        "A warning: no count lies in it, a gate on the same measure lets nothing of it through, or it is the one of two points"
        " at a place that no value is paid by. Whoever reads the table would take it for pay.",
        "review",
    ),
    Code(
        "R004",
        "a tier that a cap keeps from paying",
        "A warning: before the tier begins, pay is at the cap already, or its amount is above it. An accelerator there"
        " promises what is never paid.",
        "review",
    ),
    Code(
        "R005",
        "100 % of the target does not pay the target incentive",
        "A warning: `target_incentive` says what exactly 100 % is meant to pay, and the table and the items after it come"
        " to something else. Gates on something else are taken as met, and nothing is prorated.",
        "review",
    ),
    Code(
        "R006",
        "a target incentive that can't be checked",
        "A warning: what 100 % pays can't be read off the plan alone, because there is no target, or because it depends on"
        " the target's size or on data. Write the rate as a share of the incentive (`yearly_incentive / 12 / target`), or"
        " `accept` this and let a plan test hold the figure.",
        "review",
    ),
    Code(
        "R007",
        "an accepted warning that is not told",
        "A warning: the component accepts a code that it does not give cause to. Delete it, so that it does not hide the"
        " next one.",
        "review",
    ),
    Code(
        "R008",
        "a limit of one credit that its return escapes",
        "A warning: a return is a credit below 0. A sale under `cap: {over: credit, at: 60 USD}` is paid 60, and its return takes"
        " back all that it comes to, 500 if the cap cut that off; a floor over a credit pays for returns. A floor of the same"
        " size below 0 beside the cap keeps both sides alike. `accept` it where no value is below 0, or where it is meant.",
        "review",
    ),
    Code(
        "R030",
        "two rules take the same rows",
        "A warning: two rules of one source have the same condition, and the hit policy is `unique`: each row that both take"
        " is held back (E102). Make the conditions exclude each other, or choose `first` or `all`.",
        "review",
    ),
    Code(
        "R031",
        "a row of a look-up table that never holds",
        "A warning: nobody on the plan has this title, the dimension's formula never comes to this text, or the plan is not in"
        " force in these days. Most often a word is misspelt, and what was meant goes to `else` or is missing.",
        "review",
    ),
    Code(
        "R033",
        "prorated twice",
        "A warning: what somebody sold in half a month is the sales of their days already. `prorate: {amount: calendar_days}`"
        " after a rate on it takes the days off once more. It is meant for amounts that are paid for a whole period. `accept` it"
        " if it is meant.",
        "review",
    ),
    Code(
        "R034",
        "a level that no credit has",
        "A warning: a formula asks for a level of managers above those that the roll-up credits, so it is never so. Say more"
        " `levels:`, or correct the number. `accept` it if it is meant.",
        "review",
    ),
    Code(
        "R035",
        "more than what stands before lets through",
        "A warning: an item after a `budget`, or after a `cap` over a quarter, year or plan, makes amounts larger again, so that"
        " more than that may be paid; or a floor after a gate pays who does not pass it. Items count in their order: put the"
        " multiplier or the floor first. Not told where another such cap or gate follows. `accept` it where the budget or cap is"
        " meant for what stands before, or the floor for everybody.",
        "review",
    ),
    Code(
        "R036",
        "a floor that its cap does not see",
        "A warning: a cap with `excess: remembered` works on the running sum before the floor. Where returns make an interval"
        " negative the floor pays it as more, the cap takes it as less, and later intervals get what is free again: together more"
        " is paid than the cap says. With `excess: lost` the cap counts what was paid. `accept` it if it is meant.",
        "review",
    ),
    Code(
        "R038",
        "read of a period, not of the day of its credits",
        "A warning: credits read what is dated as of the day that `values_on` says, and the component reads a value of the roster"
        " once for a whole period, as of the day that `participant_values_on` says. It is the same for all credits of the period,"
        " whenever they were sold. Pay credit by credit (`basis: credit`, `per: credit`), or `accept` it if it is meant.",
        "review",
    ),
    Code(
        "R039",
        "counted once for each segment",
        "A warning: a measure adds up what people below earned by a component that pays an amount, or up to a cap, for each"
        " segment. Where segments stand alone, whoever changes title (or is away for a while) within the period has two, so an"
        " indicator of 1 says 2 of one person, and a cap of 1,500 lets 3,000 through. `segments: joined` makes one earning of"
        " them; an amount or a cap that is prorated comes to no more than the whole. `accept` it where each segment counts.",
        "review",
    ),
    Code(
        "R040",
        "an amount of a formula, counted once for each segment",
        "A warning: what is paid on is a formula with an amount in it that grows with nothing: `sales - 1000`."
        " Where segments stand alone it is calculated for each of them, so whoever changes title within the period has the"
        " amount twice. `segments: joined` makes one of them; `accept` it where each segment has its own.",
        "review",
    ),
    Code(
        "R041",
        "two plans that pay the same people for the same rows",
        "A warning: a plan begins while another one is in force and covers the same titles or people, their credit rules take"
        " rows of one source and credit whoever one column names, and both pay under one earning code. Nothing settles one"
        " against the other: each pays in full. Most often a plan was copied for the second half of a year, and the first one"
        " has no `end`. Not told: plans that begin on one day, rules whose conditions keep the rows apart (`kind` is `new`, and"
        " `renewal`), and plans of which one names titles and the other one people. Pay that is other pay has an earning code of"
        " its own; else the newer plan's component `accept`s it, with the reason.",
        "review",
    ),
    Code(
        "R042",
        "a whole incentive for a part of the target",
        "A warning: a target that is prorated is small for whoever is here for a few days, and who reaches it is paid all of the"
        " target incentive; who changes titles within a period is paid it twice. `prorate: {amount: calendar_days}` pays a part"
        " of the incentive for a part of the target. `accept` it if it is meant.",
        "review",
    ),
    Code(
        "R043",
        "a gate after what adds up",
        "A warning: a cap or floor over a year counts each interval as it comes to it, and a gate after it takes some"
        " away. An interval that is negative makes room under the cap, and where the gate takes it away the room stays: more than"
        " the cap is paid. What `carry_forward` has brought into an interval is gone where a gate after it is not met. Put the"
        " gate first; `accept` it where it is meant.",
        "review",
    ),
    Code(
        "R044",
        "waits for a day, in files by period",
        "A warning: rows of a rule with `undated: waits` are paid by the run of the day that they get. Of a source whose"
        " files are named by `{period}`, a run reads those of the periods that it looks at: a row in March's file that gets a day"
        " in April is paid by April's run only where that looks back to March. Read all files (`files: orders-*.csv`), or have"
        " the export repeat open rows in each month's file.",
        "review",
    ),
    Code(
        "R045",
        "a minus times a minus",
        "A warning: a factor is a measure that may be below 0, such as an attainment after a month of returns alone, and what"
        " it multiplies may be below 0 then, too: a base, the credit of a return, another measure in the formula of an amount."
        " Together they pay. `max(reached, 0)` keeps the factor up, or a gate lets nothing through; `accept` it where neither can"
        " be, or it is meant. Not told where a condition looks at them, or nothing is paid below the table.",
        "review",
    ),
    Code(
        "R046",
        "so much to date, paid in each period",
        "A warning: what is paid is an amount of what is to date, `0.05 * sales_ytd`, or that of a tier or line which a total to"
        " date finds. On the basis of the period every earning period until the reset pays it once more: a sale of January twelve"
        " times, a bonus for 100,000 a year in each month after. `basis: to_date` with `true_up` pays what it grows by; a measure"
        " over the `period` finds the tier of each. `accept` it where each period is to pay it. Rates found by a total to date"
        " are not told, nor amounts by the share of a target to date.",
        "review",
    ),
    Code(
        "R047",
        "paid on what is paid, too",
        "A warning: a component pays 100 % or more of what others of its plan earn, and these are paid themselves, under the same"
        " earning code: the money is paid twice. A component that adds up others, for a cap on all of them or so, is paid instead"
        " of them: each of these says `paid: false` and no `earning_code`. A bonus on what others earned has a code of its own,"
        " or a lower rate; else `accept` it, with the reason.",
        "review",
    ),
    Code(
        "R048",
        "a sum before an `if`",
        "A warning: `0.05 + 0.02 if is_new else 0` is 7 % or nothing, since the `if` is for all that stands before it; whoever"
        " means 2 % more for new business writes `0.05 + (0.02 if is_new else 0)`. Parentheses say which is meant, and the"
        " warning is gone: `(0.05 + 0.02) if is_new else 0`.",
        "review",
    ),
    Code(
        "R049",
        "a factor as large as a percentage",
        "A warning: `by: 110` of a commission on money pays 110 times as much. A factor of 110 % is 1.1. `accept` it where so"
        " many times as much is meant. Not told of rates on points or pieces, where the factor may be what one of them is worth,"
        " nor of amounts.",
        "review",
    ),
)
