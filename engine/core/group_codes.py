"""Codes of groups (M): their pools, ranks and prizes, and what they have to date."""

from engine.core.code import Code

GROUPS: tuple[Code, ...] = (
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
)
