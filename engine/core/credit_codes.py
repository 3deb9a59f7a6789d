"""Codes of credit rules (M): exchange, adjustments, managers, the days that values are of."""

from engine.core.code import Code

CREDITS: tuple[Code, ...] = (
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
)
