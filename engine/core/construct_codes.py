"""Codes of what a single construct lacks or contradicts: groups, exchanges, balances, budgets, earnings, look-ups (M200 on)."""

from engine.core.code import Code

CONSTRUCTS: tuple[Code, ...] = (
    Code(
        "M220",
        "a pool below zero is not thought of",
        "Returns, or a formula, can bring the pool of a group below zero. It may be shared like any other, so that each member"
        " owes a part; it may pay nothing; or it may hold the group's pay until somebody has looked.",
        "resolve",
    ),
    Code(
        "M221",
        "a pool without weights is not thought of",
        "It can be that nobody of a group takes part, or that all weights are zero: then there is nothing to share the pool"
        " by. It may be shared equally, go to nobody, or hold the group's pay.",
        "resolve",
    ),
    Code(
        "M222",
        "a group's total of what does not add up",
        "Members' averages, extremes and ratios don't add up to the group's. A total is of a sum or a count. A group's ratio is"
        " one total divided by another.",
        "resolve",
    ),
    Code(
        "M223",
        "a group looked back to",
        "Who is in a group now may have been in another then, so the group's earlier value would be another for each member."
        " What the members themselves had is known: `previous` of their own measure, added up with `total`.",
        "resolve",
    ),
    Code(
        "M224",
        "a group held against a target that is not the group's",
        "What a group has is compared with one number for all of it. A target of participants, or one that is prorated by"
        " their days, is another for each member: the group would reach it for some and miss it for others.",
        "resolve",
    ),
    Code(
        "M225",
        "a pool that is not of a period",
        "A pool is what a group came to in one period. Credits are participants' own, and what a participant has to date is"
        " not the group's, so neither has one pool to share. To date, a pool is of a group's total.",
        "resolve",
    ),
    Code(
        "M226",
        "a pool shared twice",
        "`share_out` turns the group's pool into each member's part; after it there is no pool. Two pools are two components.",
        "resolve",
    ),
    Code(
        "M227",
        "a pool made of something that differs between members",
        "What stands before `share_out` is one amount for the group, whoever is asked: it may read measures of the group"
        " (`total`, `headcount`, ratios of them) and values that are the same for all. What is each member's own stands"
        " after it, or is the weight.",
        "resolve",
    ),
    Code(
        "M228",
        "a pool by a member's days",
        "Proration, and limits over a year, count the days and amounts of one participant; the pool is one for the group. After"
        " `share_out` they act on each member's part.",
        "resolve",
    ),
    Code(
        "M229",
        "a rank where somebody could stand twice",
        "Where segments are separate, whoever changes the title in a period has two rows in it, each with a part of what was"
        " sold: both would be ranked, and both could win. Joined, a period is one row for each participant.",
        "resolve",
    ),
    Code(
        "M230",
        "prizes by something that is no place",
        "The first prize is for place 1, the second for place 2: a list of prizes is looked up by a measure of kind `rank`."
        " Amounts by another value are a `step`.",
        "resolve",
    ),
    Code(
        "M231",
        "tied places that share, in another table",
        "With `ties: share` the tied ones put together what their places bring, and take equal parts of it. That needs an amount"
        " for each place, which is a list of `prizes`. With `ties: both` each has what the better place brings, by any table.",
        "resolve",
    ),
    Code(
        "M232",
        "a prize that can't be shared",
        "The prizes of tied places are added up and cut into equal parts to the last digit, so each is a plain amount in the"
        " currency's digits, the same for everybody. Formulas, amounts below zero and fractions of a cent can't be.",
        "resolve",
    ),
    Code(
        "M233",
        "a rank of groups",
        "Participants are ranked by what is their own. By a group's total all members would be tied, and the next group would"
        " stand behind as many as they are.",
        "resolve",
    ),
    Code(
        "M240",
        "exchange through the plan's own currency",
        "`through` names a third currency, in which the source has rates of all others: the value is divided by the row's and"
        " multiplied by the plan's. Where that currency is the plan's own, there is one rate and not two: `pair: plan_to_row`.",
        "resolve",
    ),
    Code(
        "M241",
        "until when an exchange rate holds",
        "Rates of single days have gaps, at weekends and holidays. How many days older the last rate may be (`max_age`) decides"
        " what is paid, so the plan says it; unless the source's rows have an `end`, which says it then.",
        "resolve",
    ),
    Code(
        "M242",
        "which of several exchange rates",
        "A source may have several rates of one day, such as average and end of day, told apart by its column `rate_type`. A plan"
        " that reads such a source says which counts, and only then.",
        "resolve",
    ),
    Code(
        "M243",
        "an exchange of nothing",
        "`convert` makes money of another currency money of the plan's. A quantity has no currency, and money that is in the"
        " plan's own in every row stays as it is.",
        "typecheck",
    ),
    Code(
        "M250",
        "nothing that is carried forward",
        "`deficit` carries what is under a line, `excess` what is over one. Without either, each earning period stands alone.",
        "resolve",
    ),
    Code(
        "M251",
        "an excess that begins below a deficit",
        "Between the two lines is what is paid at once. Where the upper one lies under the lower one, an amount would be a"
        " deficit and an excess, and carrying one would make the other.",
        "resolve",
    ),
    Code(
        "M252",
        "a balance of amounts to date",
        "Before `true_up` each earning period has the amount of all so far: what is carried on is in it already. After it, an"
        " earning period has its own amount, and a balance can be added to it.",
        "resolve",
    ),
    Code(
        "M253",
        "nothing to carry a balance into",
        "A balance goes into the next earning period of the same quarter, year or plan. A component that earns once in it has"
        " no next one.",
        "resolve",
    ),
    Code(
        "M254",
        "a balance that is settled where totals start again",
        "A balance is settled in the last earning period that it runs along. Where joined segments start again with each"
        " change, one ends in the middle of another's earning period, and its last one is paid before the change is known.",
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
        "M270",
        "a waiver of what adds up over periods",
        "A waiver leaves one earning period's amount as it is. What acts on the amount to date, or limits the sum of a quarter,"
        " year or plan, would take it back in the next period, or give it twice; what acts on a pool acts on all members.",
        "resolve",
    ),
    Code(
        "M271",
        "two waivers of one item",
        "Two approvals for one participant in one period: they may differ in who approved them and why, and one may be a slip.",
        "resolve",
    ),
    Code(
        "M280",
        "unsaid: whose is what members of a group had before",
        "What a group has to date depends on who is in it when. With `follow` it is what today's members have: who comes brings"
        " along what they had elsewhere, who leaves takes theirs away. With `stay` each period's amount is of the group that it"
        " was had in, whoever has left since.",
        "resolve",
    ),
    Code(
        "M281",
        "a rank by what was had in the group, of what does not add up",
        "Of a sum to date one part was had in this group and one in another. An attainment, an average or a best month is of the"
        " participant, wherever they were: it can be ranked by as a whole (`follow`).",
        "resolve",
    ),
    Code(
        "M282",
        "what members have to date, where it begins again with a change of title",
        "With `follow` a group has what its members have to date. Where their totals begin again with each change of title, the"
        " group's would fall with every promotion, though nothing was taken back.",
        "resolve",
    ),
    Code(
        "M283",
        "a group to date, in a plan that begins anew with each anniversary",
        "Each participant's own year begins on another day. There is no day since when a group of them has something together,"
        " and their amounts to date are of spans that can't be compared.",
        "resolve",
    ),
    Code(
        "M284",
        "a true-up of what a group has, where what it had before can't be told",
        "A component to date on a group's total pays each member what this period's part of it adds, whoever was a member before:"
        " the table on the total − the table on the total without this period. So base and `select` are totals of one group, and"
        " nothing that differs between members, or was another value before, stands before the `true_up`.",
        "resolve",
    ),
    Code(
        "M285",
        "a group and its target, asked on two days",
        "Which group a participant is in is asked on the first or on the last day of the segment. Asked on one day for what the"
        " group has and on another for its target, whoever moves would hold one group's sales against another's target.",
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
        "M266",
        "the whole target of a participant's own year",
        "Targets are given for the periods of the calendar. A year that begins inside a period has a part of that period's target"
        " by its days, which is known to date; what the whole year has depends on targets that may not be given yet.",
        "resolve",
    ),
    Code(
        "M267",
        "a year back, in a plan that begins anew each year",
        "An earlier period is read of the same segment only, and an anniversary ends one. A year ago it was always another.",
        "resolve",
    ),
    Code(
        "M268",
        "a budget over years that begin on different days",
        "A budget is one amount for everybody, over one span of time. Where the plan begins anew for each participant on a day of"
        " their own there is none.",
        "resolve",
    ),
    Code(
        "M255",
        "a budget that is not one for everybody",
        "All are paid from one amount. If it differed between them, nobody could say whose counts: it is an amount of the plan,"
        " or a variable that has one value for all.",
        "resolve",
    ),
    Code(
        "M256",
        "a budget that stops, where no credit is paid by itself",
        "`when_spent: stop` pays credits in the order of their rule until the budget is spent, the last one in part. What is"
        " paid for a period has no such order: `prorate` pays all of them in proportion.",
        "resolve",
    ),
    Code(
        "M257",
        "a budget below zero",
        "It says how much there is for everybody, as a positive amount; 0 pays nobody.",
        "resolve",
    ),
    Code(
        "M258",
        "a budget of amounts to date",
        "Before `true_up` each earning period has the amount of all so far, and would spend the budget again. After it, an"
        " earning period has its own amount.",
        "resolve",
    ),
    Code(
        "M259",
        "a cap and a floor, one of which forgets",
        "With `excess: lost` a limit goes on from what it left. What another one cuts off after it, it sees only where both"
        " forget, over the same span, one right after the other: then they act together. Otherwise the sum of all that is paid"
        " could pass a limit. `remembered`, both hold.",
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
        "M294",
        "a floor above its cap",
        "Whatever the credits of one customer, claim or policy come to, `floor` would count more than `cap` lets count. The"
        " two are the least and the most that each counts for.",
        "resolve",
    ),
    Code(
        "M287",
        "unsaid: whether a credit rule follows adjustments",
        "A source of adjustments moves parts of these transactions to other participants. Some credits follow (who is paid for"
        " the sale), others may not (who supported it): each rule says `adjustments:` with the source, or `none`.",
        "resolve",
    ),
    Code(
        "M288",
        "adjustments that can't name the transaction",
        "An adjustment names the transaction that it changes by the key of its source: by columns of the same names and types.",
        "resolve",
    ),
    Code(
        "M289",
        "an approval that nobody gave",
        "With `on_empty` a row that says no reason, no approver, nobody or no share would say one all the same. A row that lacks"
        " something is rejected, and told with what it lacks.",
        "resolve",
    ),
    Code(
        "M290",
        "adjustments that no rule takes",
        "Nothing follows them: whoever approved them believes that pay has changed.",
        "resolve",
    ),
    Code(
        "M291",
        "adjustments in a file for each period",
        "What is moved stays in the period of its sale, and was approved later. In the file of the month in which it was approved"
        " no run would find it that pays the sale. All runs read one list, and each takes what is of its days.",
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
    Code(
        "M300",
        "a rate on what is held through a quarter or year",
        "What the quarter before came to stays the same in all months of this one: a rate on it pays each of its sales three"
        " times. It finds the tier, or opens a gate; paid is what the month itself came to.",
        "resolve",
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
    Code(
        "M307",
        "a day of which nothing is read",
        "Nothing that a credit of the rule reads is dated: no assignment, no manager, no value of the roster. `values_on` is for"
        " what is read credit by credit. The rate of a period is one for all its credits, whenever they were sold: it is read on"
        " the day that `participant_values_on` says. Measures, attainment and tiers are always of the period of the credit date:"
        " what the month of the sale had reached is not read. Pay credit by credit (`basis: credit`), or delete it.",
        "resolve",
    ),
    Code(
        "M308",
        "unsaid: whose values count for whoever was not on the roster",
        "Credits read a value of the roster as of another day than the credit date, and who is credited may not have been there"
        " yet (an account that somebody took over). `credit_date`: their values of the credit date count; `exception`: the credit"
        " is held back.",
        "resolve",
    ),
    Code(
        "M309",
        "a choice about the roster, of which nothing is read",
        "The rule's credits read no value of the roster, so it makes no difference who was in it on the day of `values_on`."
        " Delete `not_on_roster`.",
        "resolve",
    ),
    Code(
        "M310",
        "values as of the credit date",
        "Values are read as of the credit date anyway. Delete `values_on`, or name the column of the day that is meant: that of"
        " the sale, of the order, of the contract.",
        "resolve",
    ),
    Code(
        "M311",
        "what becomes of a row without a credit date is not said",
        "The source says that the column may be empty, as it is of an invoice that is not paid yet. `undated: waits`: such a row"
        " is out of scope until it has a day, no exception, and the run of that day pays it. `undated: exception`: where the rule"
        " would take it, each run warns of it (E453), which holds nobody unless `severities:` of komisi.yaml says so. If every"
        " row should have a day, delete `nullable: true`: a row without it is then rejected (X007), and holds whoever it names.",
        "resolve",
    ),
    Code(
        "M312",
        "a choice about rows without a credit date, of which there are none",
        "The column is not nullable, so a row without a day is rejected before any rule sees it (X007). Say `nullable: true` of"
        " the column, if rows come without a day; else delete `undated`.",
        "resolve",
    ),
    Code(
        "M301",
        "fewer managers are looked at than are to be found",
        "`within` counts all managers on the way up, with those who are passed over. With fewer than there are levels the highest"
        " level is never found; and a longer chain (`longer: exception`) takes one more.",
        "resolve",
    ),
    Code(
        "M302",
        "nobody who takes a level is on the plan",
        "`generations` counts holders of titles that this plan is not for, so whoever has a level has nothing here. Titles of"
        " another plan may stand among them, so that levels are the same on both; one has to be of this plan.",
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
)
