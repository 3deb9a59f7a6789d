"""Renews the generated parts of `schemas/README.md`, and the schema of libraries: run it after a change of the schemas.

In: `v1/*.schema.json` (what each property is), the table of functions in `engine/ir/functions.py`, `run_tables.py` (the tables
of a run), and `PAY` below (what each property does to pay). Out: the text between `<!-- generated: … -->` and
`<!-- end generated -->`, so that the reference can't say anything else than the engine enforces.
"""

import json
import re
import runpy
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # run as a file
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from schemas import library

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE / "README.md"
RUN_TABLES = HERE / "run_tables.py"
FUNCTIONS = HERE.parent / "engine" / "ir" / "functions.py"
NAMES = HERE.parent / "engine" / "core" / "names.py"
MARK = re.compile(r"(<!-- generated: ([a-z]+) -->\n).*?(<!-- end generated -->)", re.DOTALL)

Schema = dict[str, Any]

FILES = (
    (
        "workspace",
        "komisi.yaml",
        "calendar custom_period currency_digits source column_details control database variable profile exceptions "
        "exception_owner waiver",
    ),
    ("target-plan", "targets.yaml", "target_rows categories spread ramp"),
    (
        "comp-plan",
        "comp.yaml",
        "in_force begins_anew participants plan_variable look_up dimension look_up_row credit exclusion assignment weight"
        " roll_up generations values_on convert measure each reports weighted_measure component rate_table tier point"
        " round_attainment prorate_bounds modifier gate multiply limit prorate share_out carry_forward deficit excess"
        " budget round item_waiver",
    ),
    ("library", "library.yaml", "parameter"),
)
"""Schema, the file it is for, its nouns in the order of the document."""

TITLES = {
    "column_details": "column",
    "plan_variable": "variable of a plan",
    "roll_up": "roll-up",
    "values_on": "values of another day",
    "prorate_bounds": "prorated bounds",
    "exception_owner": "owner of exceptions",
    "limit": "cap and floor",
    "share_out": "share-out",
    "carry_forward": "carry-forward",
    "target_rows": "target rows",
    "look_up": "look-up table",
    "dimension": "dimension of a look-up table",
    "look_up_row": "row of a look-up table",
    "weighted_measure": "weighted measure",
    "item_waiver": "waiver of an item",
}
NOTES = ("note", "reason")
"""May stand anywhere; said once, in the text."""

NONE = "none"
SHARED = {
    "kind": NONE,
    "policies": "see [policies](#policies)",
    "use": "as the part, written here",
    "with": "as these values, written there",
}

PAY: dict[str, dict[str, str]] = {
    "workspace": {
        "name": NONE,
        "calendar": "says when a month, quarter or year begins: what is summed together, and when totals start again",
        "pay_period": "a payout has the earnings whose period ends in it",
        "currencies": "payouts, and `round` without digits, are in these digits",
        "recompute_from": "a run computes at least from the start of the fiscal year that holds this day; payouts stay the same",
        "plans": "a plan whose file no pattern matches is not paid",
        "targets": "a target plan whose file no pattern matches is unknown to plans",
        "libraries": "none of their own: plans use their parts",
        "sources": "what is read; see [source](#source)",
        "variables": "values for formulas; see [variable](#variable)",
        "profiles": "what a target is spread by, where a target plan names one",
        "exceptions": "no figure: whom exceptions stop; see [exceptions](#exceptions)",
    },
    "exceptions": {
        "owners": "none",
        "severities": "`blocks_participant`: none of that participant's payouts is payable (of nobody's row, as `blocks_period`);"
        " `blocks_period`: no payout is",
        "waivers": "what they are of stops no payout; see [waiver](#waiver)",
    },
    "exception_owner": {"owner": NONE, "codes": NONE, "sources": NONE, "plans": NONE},
    "waiver": {
        "code": "the figures stay: a blocked component is not paid, but no longer makes its payout incomplete",
        **dict.fromkeys(("participant", "key", "source", "file", "record", "plan", "part", "period"), "as `code`, of fewer rows"),
        "applies_to": "as `code`, of all rows that the rest fits",
        "name": NONE,
        "approved": NONE,
        "until": "in a pay period that ends later, the exceptions stop payouts again",
    },
    "profile": {
        "shares": "as `shares` of a [spread](#spread)",
        "quarters": "as `quarters` of a [spread](#spread)",
        "within": "as `within` of a [spread](#spread)",
    },
    "calendar": {
        "first_year": "transactions of earlier days are paid in no period",
        "last_year": "the same for later days",
        "fiscal_year_starts": "the month in which totals to date, limits over the year and a year's target start again",
        "weeks": "how long each period is: which credits count in it",
        "year_ends": "on the day after, totals to date, limits over the year and a year's target start again",
        "year_ends_on": "every period begins on the day after this one",
        "year_ends_in": "as `year_ends`",
        "years_of_53_weeks": "none of its own: a check on the three above",
        "extra_week_in": "which credits of a year of 53 weeks count in which period",
        "year_named_by": "only the names of years, and of what is called after them",
        "year_name": "only names",
        "periods": "as `calendar` of the workspace; the year's first period is where totals start again",
    },
    "custom_period": {
        "name": "targets given per period name it",
        "start": "with `end`, the days whose credits count in it",
        "end": "the last of them",
        "year": "where totals to date start again, and what a year's target is spread over",
        "quarter": "needed for components that earn by the quarter, and for targets by quarter",
    },
    "currency_digits": {"digits": "places of payouts, and of `round` without digits"},
    "source": {
        "role": "what its rows mean; see [data files](#data-files)",
        "preset": "see [presets](#a-preset-for-an-export)",
        "without": "a column that is not read is in no formula",
        "files": "rows of a file that is not named are not paid",
        "database": "other rows are paid; see [database](#database)",
        "format": NONE,
        "delimiter": "a wrong one makes every row unreadable",
        "encoding": "in a wrong one names don't match",
        "records": "how much is lost to one stray quote",
        "sheet": "rows of another sheet are not paid",
        "header_row": "rows above it are not read",
        "hidden_rows": "whether a hidden row is paid, or blocks its participant",
        "skip_rows": "rows that it names are not paid, and block nobody; see [totals](#a-total-at-the-end-of-an-export)",
        "key": "two different rows with one key block; of equal ones one counts",
        "participant": "a bad row blocks this participant's payouts instead of all",
        "control": "nothing of the period is payable while it does not hold; see [control](#control)",
        "recorded": "with `--as-of DAY`, rows recorded after DAY are not paid",
        "version": "of rows with one key, the highest version is paid",
        "withdrawn": "a row whose highest version says true is not paid",
        "date": "a bad row of a day outside the run blocks nobody",
        "columns": "formulas see these columns and no others",
    },
    "control": {
        "file": "nothing of the period is payable while a file holds other rows than it says, one that it names is not there,"
        " or a line of it can't be read",
        "rows": "nothing of the period is payable while the files hold another number of rows",
        "sums": "nothing of the period is payable while a sum is another, or the control file has one that is not named here",
    },
    "database": {
        "kind": NONE,
        "file": "rows of another are paid",
        "url_variable": "rows of another are paid",
        "table": "rows that are not in it are not paid",
        "query": "rows that it doesn't give are not paid",
    },
    "column_details": {
        "type": "what can be calculated with it; a value that doesn't fit rejects the row",
        "from": "which column is read",
        "currency": "a row in another currency than the plan's is an exception",
        "nullable": "without it an empty value rejects the row",
        "on_empty": "an empty value counts as this one",
        "format": "a date in another form rejects the row",
        "decimal_mark": "a number with another mark rejects the row",
        "thousands": "as `decimal_mark`",
    },
    "variable": {
        "type": "what can be calculated with it",
        "currency": "as of any money",
        "default": "the value of everybody for whom nothing nearer is said",
        "by_title": "wins over the default, the plan's too; loses to position and participant",
        "by_position": "wins over title and default; loses to the participant's own; as held on the day that is asked for",
        "column": "the participant's own value wins, as in force on the day that is asked for",
    },
    "target-plan": {
        "name": NONE,
        "unit": "a measure is compared with a target in its own unit only",
        "source": "the numbers",
        "sources": "whose numbers they are; see [target rows](#target_rows)",
        "everybody": "the number of whoever has none in a source, in each time that the target is given for",
        "precedence": "which of two numbers counts; `exception` holds the participant's pay",
        "given": "what a number of the source is the target of",
        "spread": "of n periods each gets A × i ÷ n − A × (i−1) ÷ n (`evenly`); by `calendar_days` the days to its end and to"
        " its start instead of i and i−1, of all of the year's or quarter's; so the parts add up to A exactly",
        "prorate": "`calendar_days`: × days on the plan ÷ days of each shortest period; `none`: whole, also of months"
        " before the participant came or after they left",
        "ramp": "of the first periods since a day a share; see [ramp](#ramp)",
        "categories": "several targets, each of its own rows; see [categories](#categories)",
    },
    "categories": {
        "column": "part of what tells rows apart; with it there may be several for one participant and time",
        "targets": "each is of the rows with its value alone",
    },
    "target_rows": {
        "source": "the numbers",
        "by": "a group's number is that of each member, on the days on which they are in it",
    },
    "spread": {
        "profile": "its shares",
        "shares": "a period gets A × (the shares to its end) − A × (the shares before it)",
        "quarters": "a quarter gets A × (the shares to its end) − A × (the shares before it)",
        "within": "its periods get of that what `spread` gives the periods of a year; they add up to the quarter's exactly",
    },
    "ramp": {
        "since": "of several days in the roster the earliest counts",
        "shares": "the target of a shortest period × its share, before days are counted",
    },
    "comp-plan": {
        "name": NONE,
        "currency": "all its earnings and payouts are in it",
        "in_force": "credits of other days are `unmatched` here",
        "begins_anew": "none: the plan is one from its first day on",
        "participants": "who has earnings at all",
        "variables": "the plan's own default wins over the workspace's, any nearer value over both: title, position, participant",
        "look_ups": "values for formulas; see [look-up table](#look_up)",
        "credits": "see [credit](#credit)",
        "measures": "see [measure](#measure)",
        "components": "see [component](#component)",
    },
    "begins_anew": {"anniversary_of": "credits from that day on are of the new year; a period that it lies in is cut into two"},
    "in_force": {"start": "the first day of the first segment", "end": "the last day that counts"},
    "participants": {"title": "on the plan while holding one of them", "names": "on the plan while in the roster"},
    "plan_variable": {
        "value": "as the default of a [variable](#variable)",
        "by_title": "as there; for a title that the workspace names too, the plan's value holds",
        "by_position": "the same for positions",
        "type": "as there",
    },
    "look_up": {
        "type": "what can be calculated with its values",
        "by": "a row holds where all its dimensions do; a formula that reads the table has to see what these read",
        "missing": "an exception blocks whatever reads it there; it never chooses a branch",
        "rows": "one row at most holds; two of one key are refused",
        "file": "as `rows`; the file is kept with each run",
    },
    "dimension": {
        "band": "the row with the highest bound that is reached",
        "participant": "on a credit of the credit date, or the day of `values_on`; of an earning as `participant_values_on` says",
    },
    "look_up_row": {"value": "what a formula reads under the table's name"},
    "credit": {
        "counts_for": "only `attainment`: it moves tiers and running totals, and no rate is paid on it; only `pay`: the reverse",
        "from": "the rows that can be paid",
        "where": "false: the transaction is unmatched by this rule",
        "exclude": "true: nobody is credited by this rule, whatever else holds",
        "to": "who gets the credit; with an assignment, in parts; in a roll-up, the managers instead",
        "credit_date": "the period, segment, targets and, without `values_on`, the assignment and values that are in force",
        "undated": "`waits`: it is out of scope of every run until it has a day, and paid then; `exception`: nobody is credited,"
        " and each run warns of it (E453); compulsory where the column is nullable",
        "values_on": "which assignment, managers and values of the participant count; not the period, nor its targets",
        "value": "the credited amount: money in the plan's currency, or a quantity",
        "convert": "the value × or ÷ an exchange rate; see [convert](#convert)",
        "adjustments": "who is credited instead, and what is credited to nobody; of a roll-up, whose managers are",
        "order": "which credit reaches a bound first, where a running total decides",
    },
    "values_on": {
        "column": "what was in force that day is read for each credit; values of a whole period are not",
        "later": "`exception`: nobody is credited, and who is named is blocked, or the period (E455)",
        "not_on_roster": "`exception`: that participant is blocked (E456); compulsory where credits read a value of the roster",
    },
    "exclusion": {"when": "as in `exclude`"},
    "assignment": {
        "assignment": "its rows in force on the credit date, or that of `values_on`, share the value",
        "match": "no row that agrees: nobody is credited",
        "share": "each one's part; shares under 1 leave a rest to nobody, over 1 is an exception; `equal`: so is a name twice",
        "digits": "places of the parts; what is left over goes by largest remainder",
        "mode": "rounds the value before it is cut",
        "expect": "none: a warning only",
    },
    "convert": {
        "rates": "its rate on `rate_date` decides; a row without one is an exception (E400)",
        "pair": "`row_to_plan`: value × rate; `plan_to_row`: value ÷ rate",
        "through": "value ÷ the row's rate × the plan's; the third currency itself is 1",
        "rate_date": "the day whose rate counts",
        "max_age": "an older rate counts no more; compulsory unless the rates have an `end`",
        "rate_type": "which of several rates of a day; compulsory where the source has that column",
        "round": "what comes out is rounded before it is credited; a row in the plan's own currency stays as it is",
        "digits": "places of the rounding",
    },
    "weight": {"weight": "parts are in proportion, and nothing is left over; a weight of zero or less is an exception (E361)"},
    "roll_up": {
        "managers_of": "each one's part goes up to that one's managers; a manager above several has the sum, once",
        "levels": "managers further up are not credited; formulas see the `level` of each credit",
        "generations": "`level` counts generations; `longer` and `no_manager` speak of managers who take a level",
        "longer": "`exception`: nobody is credited for that part, and the period is blocked",
        "no_manager": "`exception`: the period is blocked",
        "not_on_plan": "`exception`: that manager is blocked; on another plan of the workspace, left out either way",
    },
    "generations": {
        "title": "who has another title, or none, takes no level and has nothing; those above move up by one",
        "within": "no level is found further up; it has to be at least the highest level",
        "beyond": "`exception`: nobody is credited for that part, the period is blocked (E451, E452); `stop`: nobody is above",
    },
    "reports": {
        "levels": "each level is a sum of its own; nobody is counted twice",
        "generations": "an earning is at level 1 of the nearest above who takes a level, at level 2 of the next of them",
        "longer": "`exception`: no pay of the period is due while there is one (E446); of `generations`: who takes a level",
        "managers_on": "the whole earning is of the manager of that day",
        "not_on_plan": "`exception`: that manager is blocked (E425); on another plan of the workspace, left out either way",
    },
    "each": {
        "by": "what is added up before it is limited: a participant's credits with one value, of the period or since it began",
        "cap": "what lies above is left out, and counts again as far as returns make room",
        "floor": "one with less counts for this; without it a sum below 0 takes off what it is; without credits it is nothing",
    },
    "measure": {
        "sum": "the amounts of credits, returns with their sign",
        "count": "the number of credits, a return is one too",
        "count_distinct": "each value once, however many credits have it; to date once since the year began",
        "average": "their sum ÷ their number, returns among them; to date both since the year began",
        "min": "a return is below every sale",
        "max": "the greatest of them",
        "each": "the limited sums are added up; the limit is that of the whole span, never prorated",
        "of": "which credits are one and the same to `count_distinct`",
        "ratio": "one unit ÷ the same is a rate, money ÷ quantity is money; not known where one of the two is not",
        "earned": "the sum of their earnings, each after the last item of its list; not known where one of them is blocked",
        "reports": "those of the people below: each earning is whole of who is the manager that day, and on the plan",
        "difference": "the one − the other, exactly; not known where one of the two is not",
        "minus": "of the same unit, over the same span of time",
        "previous": "its value then, within the segment; the run reads so much further back",
        "total": "the sum over all members, of the same period; to date as `on_move` says",
        "rank": "1 + how many stand before; whoever does not take part has the place 1,000,000",
        "first": "which end the places count from",
        "next": "who of those with one value stands before the others",
        "ties": "`share`: of a list of prizes what the tied places bring together, in equal parts to the last digit; else both"
        " have the better place",
        "at_least": "less: no prize, and no place before anybody",
        "headcount": "the number of members, each counted once",
        "within": "whose values make the group's; `participant_values_on` says on which day they are in it",
        "take": "of those that the segment holds (wholly, or also in part, as `partial` says), empty ones too: the highest,"
        " the lowest, their sum, or it ÷ their"
        " number; where there is none `no_previous` decides; one that is not known leaves it unknown",
        "since": "what somebody had before it began has no part in it",
        "last": "as many of them as there are; where `fewer` is said, as it says",
        "up_to": "`this_period`: what it is now is one of them, as `partial` says if the segment holds only a part of it",
        "fewer": "`counts`: of as many as there are; `none`: `no_previous` decides, as if there were no period",
        "partial": "`counts`: with what was had in that part; `none`: as if there were no such period; said where a sum is"
        " taken or this period is one of them, else `none`",
        "back": "which period is meant; it must lie wholly within the segment, else `no_previous` decides; at a `quarter_end` or"
        " `year_end` a measure to date is what the whole quarter or year came to, all of which the segment has to hold",
        "to": "at 0 and below, `zero_denominator` decides",
        "attainment": "measure ÷ target, in the reach that is said; compared at nine places, as shares of a target are",
        "against": "which target; of the same unit as the measure",
        "weighted": "Σ weight × value, each value no more than its cap and no less than its floor; a part that is missing as"
        " `missing_part` says, `redistribute`: × `out_of` ÷ the weights that are there; compared at nine places",
        "out_of": "the weights have to come to it",
        "formula": "what it comes to of the values that they have in the period (to date: of those to date) and the segment; not"
        " known where one of them is not, or there is nothing to divide by",
        "rounded": "the value at `digits`, or a whole number of `multiple`s; a share of a target at nine places first",
        "mode": "which way it goes",
        "digits": "how many places are left",
        "multiple": "value ÷ multiple, rounded to a whole number, × multiple",
        "where": "false: the credit is not in this measure; it may be in others",
        "over": "to date: of all credits within the segment since the quarter, the fiscal year or the plan began",
    },
    "weighted_measure": {
        "weight": "what its value is multiplied with",
        "cap": "a value above it counts as it",
        "floor": "a value below it counts as it; a part that is missing has none",
    },
    "component": {
        "earning_period": "the span that is measured, targeted and paid together",
        "basis": "see [the order of calculation](#the-order-of-calculation)",
        "base": "what the rate is multiplied with",
        "earning_code": "earnings of one code are one payout line",
        "paid": "what it earns is on no payout; a component that reads it in a measure may pay it",
        "rate": "see [rate table](#rate_table)",
        "target_incentive": "none: a warning where it is not what 100 % pays",
        "accept": "none: these warnings are not told",
        "then": "each item changes the amount that the one before left",
    },
    "rate_table": {
        "mode": "how the tiers are applied",
        "select": "which tier is reached",
        "against": "bounds are shares of this target",
        "round_attainment": "the tiers, points and formulas see the rounded attainment; one that a policy decided stays",
        "rate": "base × rate",
        "tiers": "the rates or amounts",
        "points": "y + (next y − y) × (value − at) ÷ (next at − at), in this order, each × and ÷ at 12 places",
        "prizes": "the amount of the place; of ties that share, a part of what their places bring together",
        "prorate": "bounds × days on the plan ÷ days of the period",
    },
    "tier": {
        "from": "where the tier begins; compared as value and bound × target, or as value and the amount of the formula",
        "to": "over it `above` decides; in tiers before the last it must be the next `from`",
        "rate": "compulsory in `whole` and `marginal`",
        "amount": "compulsory in `step` and `each_entered`; bare, it is in the plan's currency",
    },
    "point": {
        "at": "compared as value and place × target; a value exactly there is paid exactly what the point says",
        "rate": "base × the rate on the line; all points of a table say rates, or all amounts",
        "amount": "as on the line; bare, it is in the plan's currency",
    },
    "prorate_bounds": {"bounds": "as [rate table](#rate_table)"},
    "modifier": {
        "gate": "keeps the amount, or makes it 0",
        "multiply": "amount × factor",
        "cap": "the lesser of amount and limit",
        "floor": "the greater of amount and limit",
        "prorate": "amount × days on the plan ÷ days of the period; before `true_up` both since the reset",
        "true_up": "amount to date − the same one period earlier (0 before the first of segment and quarter, year or plan)",
        "share_out": "pool × weight ÷ Σ weights, by largest remainder: the parts add up to the pool",
        "carry_forward": "amount + balance before, kept between the lines; the rest is the balance after",
        "budget": "what of the amount the budget leaves, after what the others had of it",
        "round": "the amount at so many places",
        "waivers": "the amount stays as it was on these rows",
    },
    "item_waiver": {
        "participant": "whose amount the item leaves as it is",
        "periods": "in which earning periods, each with all of its credits and segments",
        "name": NONE,
        "approved": NONE,
    },
    "gate": {
        "measure": "compared with `at_least`",
        "against": "`at_least` is a share of this target",
        "round_attainment": "`at_least` looks at the rounded attainment",
        "at_least": "passes at measure ≥ this (× target)",
        "when": "passes if true",
        "per": "`credit`: zeroes single credits",
    },
    "multiply": {"by": "a rate or a number; 1.10 adds a tenth", "per": "`credit`: before the sum"},
    "limit": {
        "over": "`quarter`, `year`, `plan`: on the sum since it began, within the segment",
        "at": "the limit",
        "prorate": "limit × days on the plan ÷ days of the period; over a quarter, year or plan both since it began",
    },
    "prorate": {"amount": "as [modifier](#modifier)"},
    "share_out": {
        "within": "whose pool it is, and among whom it is shared",
        "by": "the weights; below zero one blocks the group (E383)",
        "among": "false: a weight of 0",
        "prorate": "weight × days on the plan in the period",
        "mode": "the pool at so many places, before it is shared",
        "digits": "the smallest unit that can be left over; left-over units go by largest remainder, ties by participant",
    },
    "carry_forward": {
        "over": "the balance begins with 0 when it begins, and in each segment (joined: as `on_change` says)",
        "deficit": "balance < 0: the next earning period brings so much less",
        "excess": "balance > 0: the next earning period brings so much more",
        "prorate": "line × days on the plan ÷ days of the period",
    },
    "deficit": {
        "under": "pays at least this; 0: never a negative amount",
        "at_end": "`settled`: in the last earning period what is due is taken off, whatever the line; `dropped`: it is forgiven",
    },
    "excess": {
        "over": "pays at most this",
        "at_end": "`settled`: in the last earning period what is due is paid, whatever the line; `dropped`: it is forfeited",
    },
    "budget": {
        "over": "a new budget begins with each; over `earning_period` each has one of its own",
        "at": "0 pays nobody",
        "when_spent": "`prorate`: amount × what is left ÷ all amounts above 0, cut at the currency's digits, by largest"
        " remainder; those below 0 stand, and give to the others. With `excess: remembered` a net return brings back what was"
        " cut: then it is those below 0 that are cut",
    },
    "round_attainment": {
        "mode": "`floor`: 99.99 % is 99 %; `half_up`: 99.5 % is 100 %",
        "digits": "the fewer, the longer one waits for the next tier",
    },
    "round": {
        "per": "`credit`: each credit's pay; the sum then has no more places",
        "mode": "see [rounding](#how-things-are-written)",
        "digits": "more than the currency's leave the payout to be rounded",
    },
    "library": dict.fromkeys(library.PARTS, "none of its own: as where it is used"),
    "parameter": {
        "type": "what can be calculated with it",
        "default": "counts where it is not set",
    },
}  # fmt: skip
"""Noun → property → what it does to pay. Policies have a table of their own."""


def renewed(text: str) -> str:
    """The document with its generated parts made anew."""
    makers = {"nouns": _nouns, "forms": _forms, "functions": _functions, "places": _policies, "tables": _run_tables}
    makers["taken"] = _taken
    return MARK.sub(lambda found: found[1] + makers[found[2]]() + found[3], text)


def unsaid() -> list[str]:
    """Properties without a word on pay, and words on properties that don't exist."""
    there = {f"{n}.{p}" for n, noun in _all_nouns() for p in _properties(noun) if not _is_policy(noun, p)}
    said = {f"{noun}.{name}" for noun, properties in PAY.items() for name in properties}
    return sorted(there ^ (said | {name for name in there if name.split(".")[1] in SHARED}))


# ---------------------------------------------------------------------------------------------------------- the schemas


def schema_of(name: str) -> Schema:
    """A schema by its name."""
    schema: Schema = json.loads((HERE / "v1" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def _all_nouns() -> list[tuple[str, Schema]]:
    found = []
    for name, _, defs in FILES:
        schema = schema_of(name)
        found += [(name, schema), *((noun, schema["$defs"][noun]) for noun in defs.split())]
    return found


def _object(noun: Schema) -> Schema:
    """The mapping form of a noun; some may also be a bare value."""
    inner: Schema = noun if "properties" in noun else noun["then"]
    return inner


def _properties(noun: Schema) -> dict[str, Schema]:
    return {name: said for name, said in _object(noun)["properties"].items() if name not in NOTES}


def _is_policy(noun: Schema, name: str) -> bool:
    return str(_properties(noun)[name].get("$ref", "")).endswith("_policy")


# ------------------------------------------------------------------------------------------------------------- the parts


def _nouns() -> str:
    lines: list[str] = []
    for name, file, defs in FILES:
        schema = schema_of(name)
        lines += [f"### {name}", "", f"`{file}`. {schema['description']}", "", *_table(name, schema, schema)]
        for noun in defs.split():
            body = schema["$defs"][noun]
            title = "" if noun not in TITLES else f"*{TITLES[noun].capitalize()}.* "
            lines += [f"### {noun}", "", title + body["description"], "", *_table(noun, body, schema)]
    return "\n".join(lines)


def _table(name: str, noun: Schema, schema: Schema) -> list[str]:
    rows = ["| property | value | compulsory | meaning | for pay |", "|---|---|---|---|---|"]
    policies = [f"`{p}`" for p in _properties(noun) if _is_policy(noun, p)]
    for key, said in _properties(noun).items():
        if not _is_policy(noun, key):
            pay = PAY[name].get(key) or SHARED[key]
            cells = (f"`{key}`", _value(said, schema), _compulsory(noun, key), said["description"], pay)
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    told = [f"[Policies](#policies) that may stand here: {', '.join(policies)}.", ""] if policies else []
    return [*rows, "", *told]


def _compulsory(noun: Schema, key: str) -> str:
    mapping = _object(noun)
    if key in mapping.get("required", ()):
        return "yes"
    for rule in (mapping, *mapping.get("allOf", ()), *mapping.get("else", {}).get("allOf", ())):
        if key in rule.get("then", {}).get("required", ()):
            return f"with {_condition(rule['if'])}"
        if key in rule.get("else", {}).get("required", ()):
            return f"without {_condition(rule['if'])}"
    return "no"


def _condition(test: Schema) -> str:
    if "anyOf" in test:
        return " or ".join(_condition(each) for each in test["anyOf"])
    for key, said in test.get("properties", {}).items():
        if "const" in said:
            return f"`{key}: {said['const']}`"
        return f"`{key}`: a number" if said.get("type") == "integer" else f"`{key}`: {_listed(said['enum'])}"
    return ", ".join(f"`{key}`" for key in test["required"])


def _value(said: Schema, schema: Schema) -> str:
    """What a property holds, in a few words."""
    if "enum" in said:
        return _listed(said["enum"])
    if "const" in said:
        return f"`{said['const']}`"
    if "$ref" in said:
        return _named(said["$ref"].removeprefix("#/$defs/"), schema)
    if "additionalProperties" in said and isinstance(said["additionalProperties"], dict):
        return "by name: " + _value(said["additionalProperties"], schema) + _at_most(said, "maxProperties")
    if "then" in said and "else" in said:
        return _either(said, schema)
    if said.get("type") == "array":
        return "list of " + _value(said["items"], schema) + _at_most(said, "maxItems")
    return _plain(said)


def _at_most(said: Schema, key: str) -> str:
    return f", at most {said[key]:,}" if key in said else ""


def _either(said: Schema, schema: Schema) -> str:
    """A bare value, or a list or mapping of more."""
    bare = "text" if said["else"].keys() <= {"minLength"} else _value(said["else"], schema)
    if "items" in said["then"]:
        return f"{bare}, or a list of them"
    inner = said["then"].get("properties")
    return f"{bare}, or " + (
        f"{{{', '.join(k for k in inner if k not in NOTES)}}}" if inner else _value(said["then"], schema)
    )


def _named(name: str, schema: Schema) -> str:
    said = schema["$defs"][name]
    if name == "column":
        return f"{_listed(said['else']['enum'])}, or [column](#column_details)"
    if name.endswith("policies"):
        return "[policies](#policies)"
    if name.endswith("_part"):
        noun = name.removesuffix("_part")
        return (
            f"[{noun}](#{'comp-plan' if noun == 'plan' else noun}), with `parameters`: [parameter](#parameter) by name"
        )
    is_noun = any(name in defs.split() for _, _, defs in FILES)
    return f"[{name}](#{name})" if is_noun else f"[{name}](#forms)"


def _plain(said: Schema) -> str:
    types = said.get("type", "text")
    words = {"string": "text", "number": "number", "integer": "whole number", "boolean": "`true` or `false`"}
    names = [words.get(t, t) for t in ([types] if isinstance(types, str) else types)]
    most = f"{said['minimum']} to {said['maximum']}" if "maximum" in said else f"{said.get('minimum')} or more"
    limits = f", {most}" if "minimum" in said else ""
    return " or ".join(names) + limits


def _listed(values: list[Any]) -> str:
    shown = values if len(values) <= 7 else [values[0], values[1], "…", values[-1]]
    special = {"\t": "tab", " ": "space", "\u00a0": "no-break space", "\u202f": "narrow no-break space", "…": "…"}
    return " · ".join(special.get(str(v), f"`{v}`") for v in shown)


def _forms() -> str:
    """The kinds of scalars that properties hold; one that differs between files stands twice."""
    rows: dict[tuple[str, str], list[str]] = {}
    examples: dict[tuple[str, str], list[Any]] = {}
    for name, file, defs in FILES:
        for form, said in schema_of(name)["$defs"].items():
            scalar = "properties" not in said and "if" not in said and form not in defs.split()
            if scalar:
                rows.setdefault((form, said["description"]), []).append(file)
                examples[form, said["description"]] = said.get("examples", [])
    lines = ["| form | is | examples |", "|---|---|---|"]
    for form, text in sorted(rows):
        twice = sum(other == form for other, _ in rows) > 1
        where = f" (in {', '.join(rows[form, text])})" if twice else ""
        shown = ", ".join(f"`{example}`" for example in examples[form, text])
        lines.append(f"| {form}{where} | {text} | {shown} |".replace("| |", "|"))
    return "\n".join([*lines, ""])


def _policies() -> str:
    """Which policy may stand where."""
    levels = (("workspace", "policies"), ("comp-plan", "plan_policies"), ("comp-plan", "component_policies"))
    places = [set(schema_of(name)["$defs"][noun]["properties"]) for name, noun in levels]
    nouns = {
        noun: set(_object(schema_of("comp-plan")["$defs"][noun])["properties"])
        for noun in ("measure", "weighted_measure", "rate_table", "gate", "limit", "dimension")
    }
    lines = ["| policy | `komisi.yaml` | plan | component | nearer still |", "|---|---|---|---|---|"]
    for policy in schema_of("workspace")["$defs"]["policies"]["properties"]:
        if policy not in NOTES:
            marks = ["yes" if policy in place else "" for place in places]
            near = ", ".join(f"[{noun}](#{noun})" for noun, names in nouns.items() if policy in names)
            lines.append(f"| `{policy}` | {' | '.join(marks)} | {near} |")
    return "\n".join([*lines, ""])


def _functions() -> str:
    """Functions and operators of formulas, from the engine's own table."""
    lines = ["| written | takes | gives | is | null |", "|---|---|---|---|---|"]
    for function in runpy.run_path(str(FUNCTIONS))["FUNCTIONS"].values():
        if function.user:
            written = function.operator or f"{function.name}(…)"
            written = "-x" if function.name == "neg" else written
            cells = (f"`{written}`", function.takes, function.gives, function.meaning, function.null)
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _taken() -> str:
    """The names that people can't give, by what they would give them to."""
    names = runpy.run_path(str(NAMES))
    rows = [
        ("anything in a formula", names["KEYWORDS"]),
        ("a measure, a variable, a look-up table", names["RESERVED_NAMES"]),
        ("a column of transactions", names["RESERVED_COLUMNS"]),
        ("an exclusion", names["STATE_WORDS"]),
    ]
    lines = ["| no name of | is one of |", "|---|---|"]
    lines += [f"| {what} | {' '.join(f'`{each}`' for each in sorted(taken))} |" for what, taken in rows]
    return "\n".join([*lines, ""])


def _run_tables() -> str:
    """The tables of a run, from their own list."""
    written: str = runpy.run_path(str(RUN_TABLES))["written"]()
    return written


if __name__ == "__main__":
    library.LIBRARY.write_text(library.renewed(), encoding="utf-8")
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
