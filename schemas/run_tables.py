"""The tables of a run for those who test plans: what one row is, and each column. `reference.py` writes them into the README.

In capitals is what the plan, the source or the workspace names: `STEP` is `step_1`, `step_2` and so on, `SPAN` is `quarter`,
`year` or `plan`, `LOOK_UP` a look-up table, `KEY`
the key columns of the transaction source. `tests/documents/test_run_tables.py` holds this against the
programs of all examples: no column without a line, none that doesn't exist, each of its kind.
"""

from dataclasses import dataclass

Columns = dict[str, tuple[str, str]]
"""Column → its kind, and what it means."""


@dataclass(frozen=True)
class Table:
    """One kind of table."""

    name: str
    key: str
    row: str
    columns: Columns
    also: str = ""
    """A kind whose columns it has as well."""


SPANNED: Columns = {
    "SPAN_start": ("day", "where something adds up: the first day of the quarter, fiscal year or plan"),
    "SPAN_end": ("day", "its last day"),
    "SPAN_to_date_days": ("whole number", "days on the plan since then, to `end`"),
    "SPAN_to_date_period_days": ("whole number", "all days since then, to `period_end`"),
}

GRID: Columns = {
    "participant": ("text", "whose row it is"),
    "period": ("text", "the earning period"),
    "segment": (
        "day",
        "the first day of the days with one title and currency; of joined segments, of the one that counts",
    ),
    "stint_end": ("day", "its last day"),
    "title": ("text", "the title held then"),
    "currency": ("text", "the participant's own currency in the roster; empty where the roster has none"),
    "length": ("text", "`month`, `period`, `quarter` or `year`"),
    "period_start": ("day", "the period's first day"),
    "period_end": ("day", "its last day"),
    "period_days": ("whole number", "its days"),
    "in_pay_period": ("true or false", "whether the period ends in the pay period of the run, so that it is paid now"),
    "start": ("day", "first day on the plan in the period"),
    "end": ("day", "last day on the plan in the period"),
    "days": ("whole number", "days on the plan in the period: what is prorated is × `days` ÷ `period_days`"),
    "joined_from": ("day", "joined segments only: the first day of the first of them"),
    "segments": ("whole number", "joined segments only: how many of them the period has"),
    **SPANNED,
}

LOOKED_UP: Columns = {
    "LOOK_UP": ("as the table", "each look-up table that a formula reads: its value"),
    "LOOK_UP.DIMENSION": (
        "text",
        "what the dimension falls into: what a row says, the bound of its band, `else` or `below`",
    ),
    "LOOK_UP.line": ("whole number", "the line of the row that holds; empty where none does"),
}

FOUND: Columns = {
    "target": ("number", "with `against:` only: the target that is compared with, as far as `reach` says"),
    "missing": ("true or false", "… there is none"),
    "zero": ("true or false", "… it is 0"),
    "special": ("true or false", "… it is missing or 0, and `missing_target` or `zero_target` says `full` or `zero`"),
    "known": ("number", "… the target where it is there and not 0"),
    "attainment": ("rate", "… `select` ÷ `target`, 1 is 100 %; 0 or 1 where the policy says so"),
    "after": ("number", "the value that finds the tier; per credit by a running total, the total after the credit"),
    "below": ("true or false", "with `below: exception` only: it lies under the lowest bound; else always false"),
    "above": ("true or false", "with `above: exception` only: it lies over the highest bound; else always false"),
    "tier": (
        "whole number",
        "the tier, or last point, reached; 0 under the lowest. Not of `marginal` and `each_entered`",
    ),
    "rate": ("rate or money", "what that tier says: the rate, or the amount"),
    "table_result": ("money", "what the rate table comes to, before the items of `then:`"),
}

OF_CREDITS = ("STEP", "STEP.by", "STEP.at", "STEP.met", "STEP.waived")
"""Those of items per credit."""
STEPS: Columns = {
    "STEP": ("money", "the amount after the first, second, … item of `then:`"),
    "STEP.by": ("rate or quantity", "`multiply`: the factor"),
    "STEP.at": ("money", "`cap`, `floor`, `budget`: the limit"),
    "STEP.met": ("true or false", "`gate`: whether it is met"),
    "STEP.waived": ("true or false", "whether the item is waived, and leaves the amount as it is"),
    "STEP.to_date": (
        "money",
        "a limit over a quarter, year or plan: the amounts before it, added up since that began (with `excess: lost`, what was"
        " left before and this amount); a `budget`: everybody's",
    ),
    "STEP.limited": ("money", "… what the limit leaves of them; the item pays what this grew by"),
    "STEP.left_before": (
        "money",
        "… of several that forget and act together, at the first: what all of them left before; each pays `limited` − this",
    ),
    "STEP.at_before": ("money", "… where a new segment's limits may be others: the limit in the earning period before"),
    "STEP.target": ("number", "`gate` with `against:`: the target; then as without the prefix"),
    "STEP.missing": ("true or false", "… there is none"),
    "STEP.zero": ("true or false", "… it is 0"),
    "STEP.special": ("true or false", "… the policy decides"),
    "STEP.known": ("number", "… the target where it is there and not 0"),
    "STEP.attainment": ("rate", "… measure ÷ target"),
    "STEP.under": ("money", "`carry_forward`: the line under which a deficit is carried"),
    "STEP.over": ("money", "… the line over which an excess is carried"),
    "STEP.until": ("date", "… the last day of all joined segments that go on as one"),
    "STEP.last": (
        "true or false",
        "… no earning period follows within the quarter, year or plan, so that balances are settled",
    ),
    "STEP.carried": ("money", "… the balance after: what is due and not paid (above 0), or paid and not due (below 0)"),
    "STEP.brought": ("money", "… the balance before: what the earning period before carried on"),
    "STEP.due": ("money", "… the amount before the item with the balance before"),
    "STEP.total": ("money", "`budget` that is prorated: everybody's amounts of the earning period"),
    "STEP.first": ("true or false", "… whether it is the row with which the earning period is added up"),
    "STEP.lost": ("money", "… with `excess: lost`: what was cut off before"),
    "STEP.free": ("money", "… what of it was not spent before"),
    "STEP.granted": ("money", "… what the budget leaves of them"),
    "STEP.shared": ("money", "… what of the amounts that are cut is left, in the currency's digits"),
    "STEP.group": ("text", "`share_out`: the group that the row is in; empty where its attribute is"),
    "STEP.among": ("true or false", "… with `among:` whether the member takes part"),
    "STEP.asked": ("number", "… the member's weight as `by`, `among` and `prorate` say it"),
    "STEP.unknown": (
        "true or false",
        "… of some member of the group the amount or the weight is not known; or of somebody who is paid of the budget",
    ),
    "STEP.lowest": ("number", "… the lowest weight in the group"),
    "STEP.none": ("true or false", "… all weights of the group are 0, so that `no_weights` decides"),
    "STEP.weight": ("number", "… the weight that counts; of a `budget` the amount that is cut, without its sign"),
    "STEP.weights": ("number", "… the sum of the group's weights, or of all amounts that are cut"),
    "STEP.members": ("whole number", "… how many rows the group has"),
    "STEP.pool": ("money", "… the pool, rounded as `mode` says"),
    "STEP.because": (
        "text",
        "… why nothing can be shared: `no_group`, `group_unknown`, `pool_differs`, `negative_weight`,"
        " `negative_pool`, `no_weights`; empty where it can",
    ),
    "STEP.floor": ("money", "… pool (or what is left of a budget) × weight ÷ weights, cut at the digits"),
    "STEP.rest": ("money", "… what the cut left, in units by which the members of a group compare"),
    "STEP.left": ("money", "… what the cuts of all members left over"),
    "STEP.place": ("quantity", "… the member's place in the order of the rests: the first ones get a unit more"),
    "STEP.portion": ("money", "… the part, of a pool below zero without its sign"),
    "STEP.before": (
        "money",
        "`true_up` of what a group has: the table on what it had at the end of its interval before",
    ),
    "STEP.eve": ("money", "joined segments that continue: the interval before, by the new segment's values"),
}

OUTCOME: Columns = {
    "earning": ("money", "the amount after the last item; empty where it is blocked"),
    "outcome": (
        "text",
        "`paid` (in `earnings.csv` `earned`, since a payout may be held: its `status` says so), `zero` or `blocked`",
    ),
    "cause": (
        "text",
        "why it is 0 or blocked: `gate`, `no_credits` (what it is paid on, or what finds its tier, is 0), `table`,"
        " `modifiers`, `missing_target`, `zero_target`, `bounds_fall`, `below_lowest`, `above_highest`, `no_value`,"
        " `earlier_interval`, `budget_unknown`, of a pool as `STEP.because`; empty where it is paid",
    ),
}

CREDITED: Columns = {
    "KEY": ("as in the source", "the transaction's key"),
    "COLUMN": ("as in the source", "a column of the source that something later reads"),
    "participant": ("text", "who is credited"),
    "credit_date": ("day", "the day it counts on"),
    "values_on": ("day", "with `values_on`: the day as of which what is dated is read for it"),
    "credited_share": ("rate", "the share of the value that came out, after rounding"),
    "amount": ("number", "the credit"),
    "level": ("quantity", "roll-ups only: how many levels above"),
    "segment": ("day", "the segment it falls in; empty where nobody is credited"),
}

SPREAD: Columns = {
    "category": ("text", "with `categories:`: the value that the target is of"),
    "quarter_share": ("quantity", "where the year's target is first spread over its quarters: the quarter's share"),
    "quarter_share_to": ("quantity", "… those of the year to the quarter's end"),
    "quarter_amount": ("amount", "… the quarter's target, which is spread in turn"),
    "share": ("quantity", "where the target is spread by shares: the period's own"),
    "share_to": ("quantity", "… those of the year or quarter to its end"),
    "days": ("whole number", "where it is spread by days: the period's own"),
    "days_to": ("whole number", "… those of the year or quarter to its end"),
    "days_of_year": ("whole number", "… all of the year"),
    "days_of_quarter": ("whole number", "… all of the quarter, where that is what is spread"),
}

PAYOUT_KEY = "participant, plan, entity, payroll_id, pay_group, cost_centre, earning_code, currency"
UNJOINED = ("segments", "SPAN_to_date_days", "SPAN_to_date_period_days")

TABLES = (
    Table("payouts", PAYOUT_KEY, "what is paid under one earning code", {
        "participant": ("text", "who is paid"),
        "plan": ("text", "by which plan"),
        "entity": ("text", "of the roster, on the last day; empty where the roster has no such column"),
        "payroll_id": ("text", "the same"),
        "pay_group": ("text", "the same"),
        "cost_centre": ("text", "the same"),
        "earning_code": ("text", "of its components"),
        "currency": ("text", "the plan's"),
        "earned": ("money", "the sum of the earnings that are known"),
        "amount": ("money", "the same, rounded where `payout_rounding` says so; empty where no earning is known"),
        "incomplete": ("true or false", "some earning of it is blocked"),
        "status": ("text", "`payable`, `incomplete`, or `not_payable` where a participant or the period is blocked"),
    }),
    Table("totals", "participant, currency", "in plan tests only: a participant's payouts of the test's pay period, added up", {
        "participant": ("text", "who is paid"),
        "currency": ("text", "the plan's"),
        "amount": ("money", "the sum of `amount` of the payouts; `null` where one is not known or incomplete"),
    }),
    Table("earnings", "plan, component, participant, period, segment", "what a component earned, of all components", {
        "plan": ("text", "the plan"),
        "component": ("text", "the component"),
        "earning_code": ("text", "its earning code"),
        "currency": ("text", "the plan's"),
        **{n: GRID[n] for n in ("participant", "period", "segment", "length", "start", "end", "in_pay_period")},
        "table_result": FOUND["table_result"],
        **OUTCOME,
    }),
    Table("earnings/COMPONENT", "participant, period, segment", "how one component came to its earning", {
        "MEASURE": ("as the measure", "each measure that the component reads, by its name"),
        "VARIABLE": ("as the variable", "each variable that it reads, as in force for the participant"),
        "VARIABLE.said_by": ("text", "who gave the value: `participant`, `default`, or as `title Senior`, `position North`"),
        **LOOKED_UP,
        "base": ("number", "what is paid on; with `basis: credit` the sum of the credits"),
        "select": ("number", "the measure that finds the tier"),
        "tied": ("whole number", "`prizes` that ties share: how many have the place"),
        "tie_order": ("whole number", "… the how manieth of these it is, by participant"),
        "prizes": ("money", "… what their places bring together"),
        "part": ("money", "… prizes ÷ tied, cut at the currency's digits; of what is left over the first get a unit more"),
        "bounds_fall": (
            "true or false",
            "where formulas say bounds: one lies under the one before it; empty where one is not known",
        ),
        **FOUND,
        **STEPS,
        "credits": ("whole number", "`basis: credit` only: how many credits are paid"),
        "SPAN_interval": ("whole number", "where something adds up: the how manieth interval since it began"),
        "changed": ("true or false", "joined segments that continue: a new segment begins here"),
        "earlier_blocked": ("true or false", "where something adds up: an earlier interval is blocked, so this one is too"),
        **OUTCOME,
    }, also="grid"),
    Table("slices/COMPONENT", "the key of what is cut, then tier", "what one tier pays on; only tiers in which something lies", {
        "KEY": ("as in the source", "`basis: credit` only: the transaction's key"),
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "tier": ("whole number", "1 is the lowest"),
        "lower": ("number", "where it begins: the bound × the target, or what its formula comes to; empty where it is open"),
        "upper": ("number", "where it ends; empty where it is open"),
        "length": ("number", "how much lies in it: `length_after` − `length_before`"),
        "length_before": ("number", "… of the running total before the credit; 0 where none runs"),
        "length_after": ("number", "… of the total after it, or of the whole value; `each_entered`: 1 where it is entered"),
        "rate": ("rate or money", "what the tier pays"),
        "pay": ("money", "length × rate; added up, the table result"),
    }),
    Table("credit_pay/COMPONENT", "KEY, participant", "`basis: credit`: what one credit is paid", {
        **CREDITED,
        "period": GRID["period"],
        "days": GRID["days"],
        "period_days": GRID["period_days"],
        "VARIABLE": ("as the variable", "each variable that it reads, as in force that day"),
        "VARIABLE.said_by": ("text", "who gave the value"),
        "MEASURE": ("as the measure", "each measure that it reads, of the period"),
        **LOOKED_UP,
        **{name: said for name, said in SPANNED.items() if name != "SPAN_end"},
        "segment.stint": ("day", "joined segments only: the segment of the credit date itself"),
        "joined_from": GRID["joined_from"],
        "base": ("number", "the credit"),
        "before": ("number", "the running total before the credit"),
        **FOUND,
        "tier_before": ("whole number", "amounts between points: the last point reached before the credit"),
        "rate_before": ("money", "… and the amount there"),
        **{name: said for name, said in STEPS.items() if name in OF_CREDITS},
        "STEP.to_date": ("money", "`budget`: pay of everybody's credits so far, in the order in which they spend it"),
        "STEP.lost": ("money", "… with `excess: lost`: what was cut off before"),
        "STEP.free": ("money", "… what of it was not spent before"),
        "STEP.unknown": ("true or false", "… what a credit before it is paid is not known"),
        "pay": ("money", "the amount after the items per credit"),
    }),
    Table("measures/MEASURE", "participant, period, segment", "the value of a measure that something reads", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "length": GRID["length"],
        "own": ("as the measure", "its value over the period alone"),
        "value": ("as the measure", "to date, since the quarter, year or plan began; else as `own`"),
        "new": ("as the measure", "`count_distinct`: values not seen since it began; `each`: what the period adds"),
        "total": ("number", "`average`: the sum of the credits"),
        "credits": ("quantity", "`average`: their number"),
        "total_to_date": ("number", "`average` to date: the same since it began"),
        "credits_to_date": ("quantity", "… their number"),
        "reached": ("number", "`min`, `max`: the least or greatest credit, empty without any"),
        "reached_to_date": ("number", "… since it began"),
        "doubtful": ("true or false", "… some interval since then is not known; with `take` one of those that count"),
        "numerator": ("number", "`ratio`: what is divided"),
        "denominator": ("number", "`ratio`: by what"),
        "own_numerator": ("number", "… of the period alone, where the ratio is to date"),
        "own_denominator": ("number", "… the same"),
        "minuend": ("number", "`difference`: from what is taken"),
        "subtrahend": ("number", "… what is taken off"),
        "own_minuend": ("number", "… of the period alone, where the difference is to date"),
        "own_subtrahend": ("number", "… the same"),
        "achieved": ("number", "`attainment`: what is held against the target"),
        "target": ("number", "… the target, in the reach that is said"),
        "own_achieved": ("number", "… of the period alone, where the attainment is to date"),
        "own_target": ("number", "… the same"),
        "group": ("text", "`total`, `headcount`, `rank`: the group that the row is in; empty where its attribute is"),
        "each": ("as the measure", "`total`, `rank`: what the member has; with `on_move: stay` in this period, or in this group"),
        "each_own": ("as the measure", "`total` to date, `on_move: follow`: what the member has in this period"),
        "next_NUMBER": ("number", "`rank`: what decides between equal ones"),
        "entered": ("whole number", "… 1 where the member takes part, else 0"),
        "unknown": ("true or false", "… of some member of the group it is not known"),
        "stands": ("whole number", "… the row's place in the order of value, then of participant"),
        "place": ("whole number", "… the first of those with the same value; `value` is 1,000,000 for whoever takes no part"),
        "tied": ("whole number", "… how many have the same place"),
        "tie_order": ("whole number", "… the how manieth of these it is, by participant"),
        "is_first": ("true or false", "`headcount`: whether the row is the member's first in the period, which is counted"),
        "part_NUMBER": ("as the measure", "`weighted`: the value of a part, in the order of the plan"),
        "part_NUMBER.missing": ("true or false", "… there is nothing to make it of"),
        "part_NUMBER.adds": ("as the measure", "… weight × value between floor and cap"),
        "weights": ("rate", "… `missing_part: redistribute`: the weights of the parts that are there"),
        "own_part_NUMBER": ("as the measure", "… of the period alone, where the measure is to date"),
        "own_part_NUMBER.missing": ("true or false", "… the same"),
        "own_part_NUMBER.adds": ("as the measure", "… the same"),
        "own_weights": ("rate", "… the same"),
        "earned.COMPONENT": ("money", "`earned`: what the component earned"),
        "earned.PLAN.COMPONENT": ("money", "`earned`: what the component of another plan earned"),
        "MEASURE": ("as the measure", "`formula`: each measure in it, by its name"),
        "own.MEASURE": ("as the measure", "… of the period alone, where the formula is to date"),
        "VARIABLE": ("as the variable", "… each variable in it, as in force for the participant"),
        "VARIABLE.said_by": ("text", "… who gave the value: `participant`, `default`, or as `title Senior`"),
        "unrounded": ("as the measure", "`rounded`: what is rounded"),
        "own_unrounded": ("as the measure", "… of the period alone, where the measure is to date"),
        "missing": ("true or false", "there is nothing to make it of, where a `weighted` measure asks"),
        "own_missing": ("true or false", "… of the period alone, where the measure is to date"),
        "before": ("text", "`previous`: the period that is looked back to"),
        "whole": ("true or false", "… the segment holds all of it"),
        "now": ("as the measure", "`previous` with `take`: what it is in this period, which later ones look at"),
        "counts": ("true or false", "… the segment holds all of the period, so later ones count it"),
        "ago_NUMBER": ("as the measure", "… of the `last`: what it was so many periods before, if that one counts"),
        "ago_NUMBER.counts": ("true or false", "… and whether it does"),
        "found": ("quantity", "… how many periods count"),
        "best": ("as the measure", "… the highest or lowest of them, if any; of an average, `total` is their sum"),
    }),
    Table("targets/TARGET", "participant, period, segment", "a target of a period, as a component or an attainment reads it", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "own": ("number", "of the period, by the days on the plan if the target is prorated"),
        "SPAN_to_date": ("number", "`reach: to_date`: added up since the quarter, year or plan began"),
        "whole_SPAN": ("number", "`reach: accumulation`: of the whole quarter, year or plan"),
        "group_SPAN_to_date": ("number", "… of the group that the row is in, where what the group has is held against it"),
        "group_whole_SPAN": ("number", "… the same, of the whole"),
    }),
    Table("credits/RULE", "KEY, participant", "a share of a transaction that a rule takes", {
        **CREDITED,
        "values_on.since": ("day", "… since when the roster says the same of the participant; empty: nothing that day"),
        "VARIABLE": ("as the variable", "each variable that a formula on credits reads, as in force that day"),
        "VARIABLE.said_by": ("text", "who gave the value"),
        **LOOKED_UP,
        "value": ("number", "what the rule's `value` comes to, before it is shared"),
        "share": ("rate", "the participant's share of it"),
        "share.weight": ("quantity", "of a split by weights: the participant's own"),
        "share.weights": ("quantity", "and the sum of all weights: it is cut as value × weight ÷ weights"),
        "share.adjusted": ("number", "of a rule with `adjustments`: what they gave to it, or took off it"),
        "state": ("text", "`credited`, `excluded`, `unassigned` or `exception`"),
        "because": ("text", "why it is not credited; empty where it is"),
    }),
    Table("shares/RULE", "KEY, participant", "of a roll-up: a part of a transaction and the managers above", {
        **{name: said for name, said in CREDITED.items() if name not in ("level", "segment", "COLUMN")},
        "participant": ("text", "whose transaction it is"),
        "value": ("number", "the transaction's value"),
        "share": ("rate", "this participant's share"),
        "share.weight": ("quantity", "as in `credits`"),
        "share.weights": ("quantity", "as in `credits`"),
        "share.adjusted": ("number", "as in `credits`"),
        "levels": ("whole number", "how many managers are credited"),
        "manager.NUMBER": ("text", "the manager so many levels above; with `generations`, the one who takes that level"),
        "above.NUMBER": ("text", "with `generations`: the manager so many steps up in the roster, as far as is looked"),
        "because": ("text", "why no manager is"),
    }),
    Table("adjustments/RULE", "KEY", "what an adjustment does to the credits of a rule", {
        "KEY": ("as in the source", "the key of the adjustment, and that of its transaction"),
        "from_participant": ("text", "whose credit it is; empty for a part that is nobody's"),
        "to_participant": ("text", "who has it now; empty where it is taken away"),
        "share": ("rate", "how much of the credit"),
        "before": ("number", "the credit before any adjustment; empty where there is none"),
        "amount": ("number", "what it moves"),
        "credited_share": ("rate", "and the share of the transaction that this is"),
        "because": (
            "text",
            "why it moves nothing: `no_credit`, `no_change`, `moved_over_one`, `moved_twice`; empty where it does",
        ),
    }),
    Table("each/MEASURE", "participant, period, segment, key", "what each claim, customer or policy counts for (`each`)", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "key": ("as in the source", "the value of the column `by`; it has credits in the period"),
        "own": ("as the measure", "what its credits come to in the period"),
        "counts": ("as the measure", "that, no more than `cap` and no less than `floor`"),
        "before": ("as the measure", "to date: what they came to before the period; 0 without any"),
        "after": ("as the measure", "… and with it"),
        "counts_before": ("as the measure", "what of `before` counted"),
        "counts_after": ("as the measure", "… and of `after`"),
        "adds": ("as the measure", "`counts_after` − `counts_before`"),
    }),
    Table("reports/MEASURE", "participant, component, period, segment", "what was earned, and the managers above", {
        "participant": ("text", "who earned it"),
        "component": ("text", "by which component"),
        "period": ("text", "for which earning period"),
        "segment": ("date", "first day of the segment"),
        "day": ("date", "the day of which the managers are: `managers_on`"),
        "earning": ("money", "what was earned; empty where it is not known"),
        "manager.NUMBER": ("text", "the manager so many levels above; with `generations`, the one who takes that level"),
        "above.NUMBER": ("text", "with `generations`: the manager so many steps up in the roster, as far as is looked"),
        "because": (
            "text",
            "`manager_cycle`: the managers run in a circle, and what they have of it is not known; `beyond_reach`: whose"
            " it is at some level is not known, as there are managers above those that are looked at; `longer_chain`: there is"
            " a manager above the highest level, who has nothing of it",
        ),
    }),
    Table("states/SOURCE", "KEY", "where a transaction ended", {
        "KEY": ("as in the source", "the transaction's key"),
        "PLAN.RULE": ("text", "its state by this rule: as `state`"),
        "PLAN.RULE.because": ("text", "why: `where`, the name of an exclusion, `on_another_plan`, `undated` …"),
        "PLAN.RULE.expected_missing": ("true or false", "of a split with `expect`: the participant expected has no share"),
        "state": ("text", "the first of these that some rule gives it: `exception`, `unassigned`, `credited`, `excluded`,"
                  " `unmatched`; or `out_of_scope`, before `unmatched` where it waits for a credit date"),
    }),
    Table("rates/SOURCE", "KEY", "an exchange rate and its days", {
        "from_currency": ("text", "one unit of this currency …"),
        "to_currency": ("text", "… is `rate` units of this one"),
        "rate_type": ("text", "which of several rates of a day, where the source has that column"),
        "start": ("day", "from when on"),
        "until": ("day", "its `end`; without one, the day before the next rate"),
        "rate": ("number", "the rate"),
    }),
    Table("matches/SOURCE", "KEY", "what each rule says of a transaction, before anybody is credited", {
        "KEY": ("as in the source", "the transaction's key"),
        **{f"PLAN.RULE.{name}": said for name, said in LOOKED_UP.items()},
        "PLAN.RULE.where": ("true or false", "whether its `where` holds"),
        "PLAN.RULE.exclude.NAME": ("true or false", "whether this exclusion holds"),
        "PLAN.RULE.value": ("number", "what its `value` comes to; in the plan's currency, with `convert:`"),
        "PLAN.RULE.row_value": ("number", "with `convert:` only: what its `value` comes to in the row's currency"),
        "PLAN.RULE.rate_to_row": ("number", "… the rate that divides it; empty where the row is in the plan's currency"),
        "PLAN.RULE.rate_to_row_since": ("day", "… since when that rate is"),
        "PLAN.RULE.rate_to_plan": ("number", "… the rate that multiplies it"),
        "PLAN.RULE.rate_to_plan_since": ("day", "… since when that rate is"),
        "PLAN.RULE.values_on": ("day", "with `values_on`: the day as of which its credits read what is dated"),
        "PLAN.RULE.takes": (
            "true or false",
            "whether it takes it, in this run or another; of rules that shut each other out, with days of their own",
        ),
        "PLAN.RULE.state": ("text", "`matched`, or the state in which it ends here"),
        "PLAN.RULE.because": ("text", "why it ends here"),
    }),
    Table("steps", "plan, component, step, participant, period, segment", "one item of one earning's `then:`", {
        "plan": ("text", "the plan"),
        "component": ("text", "the component"),
        **{n: GRID[n] for n in ("participant", "period", "segment")},
        "step": ("whole number", "1 is the first item"),
        "kind": (
            "text",
            "`gate`, `multiply`, `cap`, `floor`, `prorate`, `true_up`, `share_out`, `carry_forward`, `budget` or `round`",
        ),
        "before": ("money", "the amount before it"),
        "after": ("money", "the amount after it"),
    }),
    Table("exceptions", "(none)", "a row of the exception log", {
        "code": ("text", "`komisi rule CODE` explains it"),
        "severity": ("text", "`blocks_period`, `blocks_participant`, `blocks_component`, `warning` or `notice`"),
        "stage": ("text", "the step of the run that told it"),
        "source": ("text", "the source, where a row is at fault"),
        "file": ("text", "its file"),
        "row": ("whole number", "its line there"),
        "key": ("text", "the row's key, where one can be read"),
        "plan": ("text", "the plan"),
        "part": ("text", "the credit rule or component"),
        "participant": ("text", "whom it concerns"),
        "period": ("text", "the period"),
        "at_stake": (
            "money",
            "the money that it may be about: of a transaction what a rule credits for it, where that can be told, "
            "else its first amount; where several rules would credit somebody on no plan, the most that one would, and "
            "where that is not all, the message says so",
        ),
        "currency": ("text", "its currency"),
        "message": ("text", "what is wrong"),
        "help": ("text", "what to do"),
        "state": ("text", "`open`, or `waived`: then it stops no payout"),
        "owner": ("text", "who works on it, as `exceptions:` of komisi.yaml says"),
        "waived_by": ("text", "who approved that, until when, and why"),
        "waived_in": ("text", "where the waiver is written"),
        "record": ("text", "the row as it stands in the file"),
    }),
    Table("grid/PLAN", "participant, period, segment", "a period, or part of one, that the plan pays on", GRID),
    Table("reach/PLAN", "participant, period, segment", "the same with earlier periods that measures look back to", {
        name: said for name, said in GRID.items() if name not in ("joined_from", "segments")
    }),
    Table("segments/PLAN", "participant, period, stint", "joined segments: each of the row of the grid", {
        **{name: said for name, said in GRID.items() if name not in UNJOINED},
        "stint": ("day", "the first day of the segment itself; `segment` is that of the one that counts"),
    }),
    Table("groups/ATTRIBUTE", "participant, period, segment", "the group that a row of the grid is in", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "length": GRID["length"],
        "group": ("text", "the value of the attribute on the day that counts; empty where the roster has none"),
    }),
    Table("stints/PLAN", "participant, segment", "a run of days on the plan with one title and currency", {
        **{name: GRID[name] for name in ("participant", "segment", "stint_end", "title", "currency", "joined_from")},
        "plan_start": ("day", "of a plan that begins anew: the first day of the participant's own year"),
        "plan_end": ("day", "… its last"),
    }),
    Table("on_any_plan", "participant, on_plan_from", "days on some plan of the workspace", {
        "participant": GRID["participant"],
        "on_plan_from": ("day", "the first of them"),
        "on_plan_to": ("day", "the last"),
    }),
    Table("ramps/TARGET", "participant, part", "of whoever has a day since when: the share of a target in each shortest period", {
        "participant": ("text", "whose row it is"),
        "part": ("text", "that period"),
        "since": ("day", "the earliest day that the roster says"),
        "step": ("quantity", "how many periods since then, the one that has it first; empty where the calendar begins later"),
        "share": ("rate", "the share of the target; not known where the calendar begins inside the ramp"),
    }),
    Table("spread/TARGET", "participant, part", "a participant's own target of a shortest period of the calendar", {
        "participant": GRID["participant"],
        "part": ("text", "that period"),
        **SPREAD,
        "part_amount": ("number", "its target, of the whole period"),
    }),
    Table("members/TARGET", "participant, from_day", "days in which somebody is in the same groups", {
        "participant": GRID["participant"],
        "from_day": ("day", "the first"),
        "to_day": ("day", "the last"),
        "group.ATTRIBUTE": ("text", "the title, territory or other attribute held then"),
    }),
    Table("member_targets/TARGET", "participant, part, from_day", "the target of a shortest period in such days", {
        "participant": GRID["participant"],
        "part": ("text", "the shortest period"),
        "from_day": ("day", "the first day"),
        "to_day": ("day", "the last day"),
        "group.ATTRIBUTE": ("text", "the attribute held then"),
        "given_by": ("text", "which source's number counts; `the target plan` where it is everybody's; empty without any"),
        **SPREAD,
        "given_twice": ("true or false", "there are several, and `precedence: exception`"),
        "part_amount": ("number", "the target of the whole period"),
    }),
    Table("eves/COMPONENT", "participant, period, segment", "joined segments that continue: the interval before a new one", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "changed": ("true or false", "always true"),
        "STEP.eve": ("money", "what the interval before comes to by the new segment's values"),
    }),
    Table("group_eves/COMPONENT", "participant, period, segment", "to date on a group's total: what it came to before", {
        "participant": GRID["participant"],
        "period": GRID["period"],
        "segment": GRID["segment"],
        "STEP.interval_before": ("date", "first day of the group's last interval before with members, if any"),
        "base": ("number", "what the group had before"),
        "select": ("number", "what finds the tier, as it was before"),
        "target": ("number", "the group's target at the end of the interval before"),
        "attainment": ("rate", "what it had reached of it"),
        "tier": ("whole number", "the tier that was reached"),
        "rate": ("rate or money", "what the tier pays"),
        "STEP.before": ("money", "the table on what the group had before; 0 where there was no interval before"),
    }),
)  # fmt: skip
"""In the order in which somebody looks for them."""


def written() -> str:
    """The tables as Markdown: which there are, then the columns of each."""
    lines = ["| table | one row is | key |", "|---|---|---|"]
    lines += [f"| [`{t.name}`](#{anchor(t)}) | {t.row} | {t.key} |" for t in TABLES]
    for table in TABLES:
        lines += ["", f"### {table.name}", "", f"{table.row[0].upper()}{table.row[1:]}. Key: {table.key}.", ""]
        if table.also:
            lines += ["It has the columns of [`grid/PLAN`](#gridplan) as well.", ""]
        if table.columns:
            lines += ["| column | is | meaning |", "|---|---|---|"]
            lines += [f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in table.columns.items()]
    return "\n".join([*lines, ""])


def anchor(table: Table) -> str:
    """What links to a table's heading."""
    return table.name.lower().replace("/", "")
