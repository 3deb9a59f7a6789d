"""Each code that a run logs after intake, raised on purpose: severity, place, participant, money at stake."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine.core.codes import CODES
from engine.report.log_listing import at_stake
from tests.conformance.small_workspace import (
    ACCOUNTS,
    ADJUSTED,
    ADJUSTMENTS,
    GOALS,
    MAIN,
    ORDERS,
    PEOPLE,
    PLAN,
    TARGETS,
    TEXTS,
    calculated,
    written,
)  # fmt: skip

Logged = tuple[str, str | None, str | None, int | None, Decimal | None]
"""Severity, part, participant, row, at stake."""
PERIOD, HIS, COMPONENT, WARNS = "blocks_period", "blocks_participant", "blocks_component", "warning"
OTHER = PLAN.replace("name: field", "name: other").replace("title: Seller", "title: Lead")
LEADS = PEOPLE + "P4,2025-01-01,,Lead,PX-4\n"
TO_DATE = (
    PLAN.replace("over: period", "over: year_to_date").replace("basis: period", "basis: to_date")
    .replace("    then:\n", "    then:\n      - true_up: year\n").replace("against: goal", "against: goal\n      reach: to_date")
)  # fmt: skip
IN_EUR = MAIN.replace("net: {type: money, currency: USD}", "net: {type: money, currency: {column: account}}").replace(
    "account: {type: text, nullable: true}", "account: text"
)


EXCHANGE = """\
sources:
  fx:
    role: exchange_rates
    files: rates.csv
    columns: {from_currency: text, to_currency: text, start: date, rate: quantity}
"""
CONVERT = "convert: {rates: fx, pair: row_to_plan, rate_date: booked_on, max_age: 3, round: none}"
RAMP = "ramp: {since: hired, shares: [50%, 50%, 50%, 75%, 75%]}\n"
HIRED = """\
participant,start,end,title,payroll_id,hired
P1,2025-01-01,,Seller,PX-1,2025-12-10
P2,2025-01-01,,Seller,PX-2,2020-01-01
P3,2025-01-01,2026-12-31,Seller,PX-3,2020-01-01
"""
WAIVER = "exceptions: {{waivers: [{{code: E201, participant: {}, name: Ada, reason: agreed, until: {}}}]}}\n"


WAIVED = """\
      - multiply: {per: earning, by: 1.5}
        waivers: [{participant: P9, periods: [2026-03], name: Ada, approved: 2026-03-02, reason: agreed}]
"""


def moved(*rows: str) -> dict[str, str]:
    """Adjustments of credits, each as `order,from,to,share`."""
    lines = [f"M{n},{row},Ada,2026-04-01,agreed\n" for n, row in enumerate(rows, start=1)]
    return {
        "komisi.yaml": MAIN.replace("sources:\n", f"sources:\n{ADJUSTMENTS}"),
        "field/comp.yaml": PLAN.replace("    value: net\n", "    value: net\n    adjustments: moves\n"),
        "moves.csv": ADJUSTED + "".join(lines),
    }


def managed(said: str, **managers: str) -> dict[str, str]:
    """P1's manager is P2, P2's is P3, unless `managers` say otherwise; their sales are rolled up, as `said` says."""
    chain = {"P1": "P2", "P2": "P3", "P3": ""} | managers
    rows = [f"{who},2025-01-01,,Seller,PX-{who[1:]},{above}" for who, above in chain.items()]
    kept = [
        c for c in ("levels: 2", "longer: stop", "no_manager: skip", "not_on_plan: skip") if c.split()[0] not in said
    ]
    to = f"to: {{{', '.join(['managers_of: seller', *([said] if said else []), *kept])}}}"
    return {
        "people.csv": "\n".join(["participant,start,end,title,payroll_id,manager", *rows, ""]),
        "komisi.yaml": MAIN.replace("title: text, ", "title: text, manager: {type: text, nullable: true}, "),
        "field/comp.yaml": PLAN.replace("to: seller", to),
    }


def coached(files: dict[str, str]) -> dict[str, str]:
    """The same, where P2 is a coach: on no plan, and of no generation."""
    return files | {"people.csv": files["people.csv"].replace("P2,2025-01-01,,Seller", "P2,2025-01-01,,Coach")}


def overridden(said: str = "skip", longer: str = "stop", **managers: str) -> dict[str, str]:
    """What the people below earned is paid to managers, as `managed` says who manages whom."""
    files = managed("", **managers)
    head, _, tail = PLAN.partition("components:\n")
    reports = f"reports: {{levels: [1, 2], longer: {longer}, managers_on: last_day, not_on_plan: {said}}}"
    head += f"  team: {{earned: commission, over: period, {reports}}}\ncomponents:\n"
    rate = "rate: {mode: flat, rate: 10%}"
    override = f"  override: {{earning_period: month, basis: period, base: team, earning_code: OVER, {rate}}}\n"
    return files | {
        "field/comp.yaml": (head + override + tail).replace("{segments", "{payout_rounding: half_up, segments")
    }


READER = """\
kind: comp-plan
name: own
currency: USD
in_force: {{start: {0}}}
participants: {{title: Seller}}
measures:
  own: {{earned: field.commission, over: period}}
components:
  again: {{earning_period: month, basis: period, base: own, earning_code: AGAIN, rate: {{mode: flat, rate: 10%}}}}
policies: {{segments: separate, payout_rounding: half_up}}
"""
"""The same sellers on a second plan, in force for some days."""


def pooled(by: str, said: str, within: str = "everyone", more: str = "") -> dict[str, str]:
    """A tenth of what all of a group sell is shared out among them; `more` is one more order."""
    head, _, tail = PLAN.partition("    base: total\n")
    then = f"      - share_out: {{within: {within}, by: {by}, mode: half_up, {said}}}\n"
    rate = "    base: of_all\n    earning_code: COMM\n    rate: {mode: flat, rate: 10%}\n    then:\n"
    head = head.replace("components:\n", f"  of_all: {{total: total, within: {within}}}\ncomponents:\n")
    ends = tail[tail.index("policies:") :].replace("{segments", "{participant_values_on: segment_end, segments")
    rows = "participant,start,end,title,payroll_id,team\n" + "".join(
        f"P{n},2025-01-01,,Seller,PX-{n},{team}\n" for n, team in ((1, "north"), (2, "north"), (3, ""))
    )
    return {
        "field/comp.yaml": head + rate + then + ends,
        "komisi.yaml": MAIN.replace("title: text, ", "title: text, team: {type: text, nullable: true}, "),
        "people.csv": rows,
        "orders.csv": ORDERS + more,
    }


def of_lines(*rows: str) -> dict[str, str]:
    """Beside everybody's own targets, those of the lines A and B."""
    columns = "{participant: text, period: text, line: text, amount: {type: money, currency: USD}}"
    listed = "name: by-line\ncategories: {column: line, targets: {a-goal: A, b-goal: B}}"
    return {
        "lines.csv": "\n".join(["participant,period,line,amount", *rows, ""]),
        "komisi.yaml": MAIN.replace(
            "policies: {", f"  lines: {{role: targets, files: lines.csv, columns: {columns}}}\npolicies: {{"
        ),
        "lines/targets.yaml": TARGETS.replace("source: goals", "source: lines").replace("name: goal", listed),
    }


def titled(precedence: str, row: str) -> dict[str, str]:
    """Beside everybody's own target there is one for a title."""
    listed = "sources: [{source: goals, by: participant}, {source: titles, by: title}]"
    columns = "{title: text, period: text, amount: {type: money, currency: USD}}"
    return {
        "titles.csv": f"title,period,amount\n{row}\n",
        "komisi.yaml": MAIN.replace(
            "policies: {", f"  titles: {{role: targets, files: titles.csv, columns: {columns}}}\npolicies: {{"
        ),
        "field/targets.yaml": TARGETS.replace(
            "source: goals", f"{listed}\nprecedence: {precedence}\nparticipant_values_on: segment_end"
        ),
    }


def sold(day: str, rule: str, values_on: str) -> dict[str, str]:
    """A rule that reads what is dated as of the day of the sale: one of each rule on that day, all others long ago."""
    head, first, *others, last = ORDERS.splitlines()
    days = ["sold_on", day if rule == "sales" else "2026-01-01", *["2026-01-01" for _ in others], day]
    orders = [f"{row},{each}" for row, each in zip((head, first, *others, last), days, strict=True)]
    bar = "variables: {bar: {type: money, currency: USD, default: 1, by_title: {Lead: 2}}}\n"
    plan = PLAN if rule == "shared" else PLAN.replace("over: period}", "over: period, where: amount != bar}")
    before, found, after = plan.partition(f"  {rule}:\n")
    said = after.replace("credit_date: booked_on\n", f"credit_date: booked_on\n    values_on: {values_on}\n", 1)
    return {
        "field/comp.yaml": before + found + said,
        "komisi.yaml": MAIN.replace("booked_on: date\n", "booked_on: date\n      sold_on: date\n")
        + bar * (rule == "sales"),
        "orders.csv": "\n".join(orders) + "\n",
    }


def undated() -> dict[str, str]:
    """Each rule of the booking's day warns of a row without one, and somebody has such a row; a draft is nobody's."""
    dated = "credit_date: booked_on\n"
    return {
        "field/comp.yaml": PLAN.replace(dated, f"{dated}    undated: exception\n"),
        "komisi.yaml": MAIN.replace("booked_on: date\n", "booked_on: {type: date, nullable: true}\n"),
        "orders.csv": ORDERS + "X,,P1,booked,,1,9\nY,,P1,draft,,1,9\n",
    }


def by_hours(hours: str) -> dict[str, str]:
    """A split by weights, and one more who has these."""
    return {
        "field/comp.yaml": PLAN.replace("share: share", "share: {weight: hours}"),
        "komisi.yaml": MAIN.replace("share: rate", "hours: quantity"),
        "accounts.csv": ACCOUNTS.replace(",share", ",hours") + f"K1,P1,2026-03-06,,{hours}\n",
    }


CASES: list[tuple[str, Mapping[str, str], list[Logged]]] = [
    ("E101", {"field/comp.yaml": PLAN.replace("value: net\n  shared", "value: net / quantity\n  shared"),
              "orders.csv": ORDERS + "X,2026-03-07,P1,booked,,0,9\n"}, [(HIS, "sales", "P1", 8, None)]),
    ("E102", {"field/comp.yaml": PLAN.replace('status == "shared"', 'quantity == 3 or status == "shared"').replace(
        "hit_policy: first", "hit_policy: unique")},
     [(PERIOD, "shared", None, 6, Decimal(2500)), (HIS, "sales", "P3", 6, Decimal(2500))]),
    ("E103", {"komisi.yaml": IN_EUR, "orders.csv": ORDERS.replace("booked,,", "booked,USD,").replace(
        "B2,2026-03-04,P2,booked,USD", "B2,2026-03-04,P2,booked,EUR").replace(",K1,", ",USD,")},
     [(HIS, "sales", "P2", 5, Decimal("-100.25"))]),
    ("E104", {"accounts.csv": TEXTS["accounts.csv"] + "K1,P1,2025-01-01,,0.5\n"}, [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E360", {"field/comp.yaml": PLAN.replace("share: share", "share: equal"),
              "komisi.yaml": MAIN.replace("share: rate", "role: text"),
              "accounts.csv": ACCOUNTS.replace(",share", ",role") + "K1,P2,2026-03-06,,2\n"},
     [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E361", by_hours("0"), [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E361", by_hours("-1"), [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E361", by_hours("999999999.9"), [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E400", {"komisi.yaml": IN_EUR.replace("sources:\n", EXCHANGE), "rates.csv": "from_currency,to_currency,start,rate\n",
              "orders.csv": ORDERS.replace("booked,,", "booked,USD,").replace("booked,USD,1,700", "booked,EUR,1,700").replace(
                  ",K1,", ",USD,"),
              "field/comp.yaml": PLAN.replace("value: net\n  shared", f"value: net\n    {CONVERT}\n  shared")},
     [(HIS, "sales", "P2", 4, Decimal("700.50"))]),
    ("E453", undated(), [(WARNS, "sales", "P1", 8, Decimal(9))]),
    ("E455", sold("2026-03-07", "shared", "{column: sold_on, later: exception}"), [(PERIOD, "shared", None, 7, Decimal(600))]),
    ("E456", sold("2024-12-31", "sales", "{column: sold_on, later: exception, not_on_roster: exception}"),
     [(HIS, "sales", "P1", 2, Decimal(1000))]),
    ("E105", {"people.csv": PEOPLE.replace("P2,2025-01-01,,", "P2,2025-01-01,2026-03-03,")},
     [(WARNS, "sales", "P2", 5, Decimal("-100.25")), (WARNS, "shared", "P2", 7, Decimal(300))]),
    ("E447", {"orders.csv": ORDERS + "X,2026-03-07,P9,booked,,1,9\n"}, [(WARNS, "sales", "P9", 8, Decimal(9))]),
    ("E447", {"orders.csv": ORDERS + "X,2026-03-07,P9,booked,,1,9\n",
              "komisi.yaml": MAIN.replace("not_on_plan: unassigned", "not_on_plan: exception")},
     [(HIS, "sales", "P9", 8, Decimal(9))]),
    ("E106", {"orders.csv": ORDERS + "X,2026-03-07,,booked,,1,9\n"}, [(WARNS, "sales", None, 8, Decimal(9))]),
    ("E107", {"orders.csv": ORDERS + "X,2026-03-07,,shared,K9,1,9\n"}, [(WARNS, "shared", None, 8, Decimal(9))]),
    ("E108", {}, [(WARNS, "shared", None, 7, Decimal(150))]),
    ("E109", {"field/comp.yaml": PLAN.replace("digits: exact}", "digits: exact, expect: seller}")},
     [(WARNS, "shared", "P1", 7, None)]),
    ("E110", {"komisi.yaml": MAIN.replace("unmatched: ignore", "unmatched: warning"),
              "orders.csv": ORDERS + "X,2026-03-07,P1,odd,,1,9\n"}, [(WARNS, None, None, 8, None)]),
    ("E110", {"komisi.yaml": MAIN.replace("unmatched: ignore", "unmatched: exception"),
              "orders.csv": ORDERS + "X,2026-03-07,P1,odd,,1,9\n"}, [(PERIOD, None, None, 8, None)]),
    ("E111", {"other/comp.yaml": OTHER.replace('"booked"', '"led"'), "people.csv": LEADS,
              "orders.csv": ORDERS + "X,2026-03-07,P4,booked,,1,9\n",
              "goals.csv": GOALS + "P4,2026-03,9\n"}, [(WARNS, None, None, 8, Decimal(9))]),
    ("E111", {"other/comp.yaml": OTHER.replace('"booked"', '"led"'), "people.csv": LEADS,
              "orders.csv": ORDERS + "X,2026-03-07,P4,booked,,1,9\n", "goals.csv": GOALS + "P4,2026-03,9\n",
              "komisi.yaml": MAIN.replace("not_on_plan: unassigned", "not_on_plan: exception")},
     [(PERIOD, None, None, 8, Decimal(9))]),
    ("E112", {"field/comp.yaml": PLAN.replace("title: Seller", "title: [Seller, Selller]")}, [(WARNS, None, None, None, None)]),
    ("E112", {"field/comp.yaml": PLAN.replace("title: Seller", "names: [P1, P2, P3, P7]")}, [(WARNS, None, None, None, None)]),
    ("E113", {"other/comp.yaml": OTHER, "people.csv": PEOPLE + "P4,2025-01-01,2025-12-31,Lead,PX-4\n"},
     [(WARNS, None, None, None, None)]),
    ("E447", managed("not_on_plan: exception", P1="P9"),
     [(HIS, "sales", "P9", 2, Decimal(1000)), (HIS, "sales", "P9", 3, Decimal(500))]),
    ("E120", managed("", P3="P2"),
     [(PERIOD, "sales", None, 4, Decimal("700.50")), (PERIOD, "sales", None, 5, Decimal("-100.25")),
      (PERIOD, "sales", None, 6, Decimal(2500))]),
    ("E121", managed("levels: 1, longer: exception"),
     [(PERIOD, "sales", None, 2, Decimal(1000)), (PERIOD, "sales", None, 3, Decimal(500))]),
    ("E122", managed("no_manager: exception"), [(PERIOD, "sales", None, 6, Decimal(2500))]),
    ("E451", coached(managed("levels: 1, generations: {title: Seller, within: 1, beyond: exception}")),
     [(PERIOD, "sales", None, 2, Decimal(1000)), (PERIOD, "sales", None, 3, Decimal(500))]),
    ("E123", managed("", P2="P9"), [(WARNS, "sales", "P9", None, None)]),
    ("E201", {"goals.csv": GOALS.replace("P3,2026-03,2000\n", "")}, [(COMPONENT, "commission", "P3", None, None)]),
    ("E202", {"goals.csv": GOALS.replace("2000", "0")}, [(COMPONENT, "commission", "P3", None, None)]),
    ("E203", {"field/comp.yaml": PLAN.replace("below: same", "below: exception").replace("from: 0%", "from: 90%").replace(
        "mode: marginal", "mode: whole"),
              "goals.csv": GOALS.replace("2000", "9000")}, [(COMPONENT, "commission", "P3", None, None)]),
    ("E204", {"field/comp.yaml": PLAN.replace("mode: marginal", "mode: whole").replace(
        "below: same", "below: same\n      above: exception").replace(
            "{from: 100%, rate: 3%}", "{from: 100%, to: 126%, rate: 3%}")},
     [(COMPONENT, "commission", "P2", None, None), (COMPONENT, "commission", "P3", None, None)]),
    ("E205", {"field/comp.yaml": PLAN.replace(
        "    then:\n", "    then:\n      - multiply: {per: earning, by: 1 / (total / total - 1)}\n")},
     [(COMPONENT, "commission", who, None, None) for who in ("P1", "P2", "P3")]),
    ("E445", {"field/comp.yaml": PLAN.replace("      against: goal\n", "").replace("boundary: upper", "note: own").replace(
        "      missing_target: block\n      zero_target: block\n", "").replace(
            "{from: 0%, rate: 1%}, {from: 100%, rate: 3%}", "{from: 0, rate: 1%}, {from: total - 1000, rate: 3%}")},
     [(COMPONENT, "commission", "P2", None, None)]),
    ("E206", {"field/comp.yaml": TO_DATE,
              "goals.csv": GOALS + "".join(f"P{n},2026-0{m},{0 if n == 2 else 100}\n" for n in (1, 2, 3) for m in (1, 2))},
     [(COMPONENT, "commission", "P2", None, None)]),
    ("E380", pooled("equal", "negative_pool: zero", "team"), [(COMPONENT, "commission", "P3", None, None)]),
    ("E381", pooled('"total / (total - 1500)"', "negative_pool: zero, no_weights: nobody"),
     [(COMPONENT, "commission", who, None, None) for who in ("P2", "P3")]),
    ("E383", pooled("total - 1000", "negative_pool: zero, no_weights: nobody"),
     [(COMPONENT, "commission", who, None, None) for who in ("P1", "P2", "P3")]),
    ("E384", pooled("equal", "negative_pool: block", more="X,2026-03-07,P1,booked,,1,-9000\n"),
     [(COMPONENT, "commission", who, None, None) for who in ("P1", "P2", "P3")]),
    ("E385", pooled('"max(total - 9000, 0)"', "negative_pool: zero, no_weights: block"),
     [(COMPONENT, "commission", who, None, None) for who in ("P1", "P2", "P3")]),
    ("E410", {"field/comp.yaml": PLAN.replace(
        "    then:\n", "    then:\n      - multiply: {per: earning, by: total / (total - 1500)}\n"
        "      - budget: {over: year, at: 100 USD, when_spent: prorate, excess: lost}\n")},
     [(COMPONENT, "commission", who, None, None) for who in ("P2", "P3")]),
    ("E207", {"goals.csv": GOALS + "P2,2027-01,9\n"}, [(HIS, None, "P2", 5, None)]),
    ("E208", titled("first", "Sellr,2026-03,9"), [(WARNS, None, None, 2, None)]),
    ("E443", of_lines("P1,2026-03,A,9"), [(WARNS, None, None, None, None)]),
    ("E444", of_lines("P1,2026-03,A,9", "P1,2026-03,B,9", "P1,2026-03,C,9"), [(WARNS, None, None, 4, None)]),
    ("E209", titled("exception", "Seller,2026-03,9"), [(HIS, None, who, None, None) for who in ("P1", "P2", "P3")]),
    ("E210", {"komisi.yaml": MAIN.replace("end: date, title", "end: date, hired: date, title"),
              "field/targets.yaml": TARGETS + RAMP, "people.csv": HIRED}, [(HIS, None, "P1", None, None)]),
    ("E424", overridden(P3="P2"),
     [(WARNS, "team", who, None, Decimal(pay)) for who, pay in (("P2", "15.01"), ("P3", "39.50"))]),
    ("E452", coached(overridden("skip, generations: {title: Seller, within: 2, beyond: exception}", P3="P4", P4="")),
     [(PERIOD, "team", None, None, Decimal(21))]),
    ("E446", overridden(longer="exception", P3="P4"), [(PERIOD, "team", None, None, Decimal(21))]),
    ("E425", overridden("exception", P3="P9"),
     [(HIS, "team", "P9", None, Decimal("54.51"))]),
    ("E427", {"own/comp.yaml": READER.format("2026-01-01, end: 2026-03-20")},
     [(WARNS, "own", who, None, Decimal(pay)) for who, pay in (("P1", "21.00"), ("P2", "15.01"), ("P3", "39.50"))]),
    ("E427", {"own/comp.yaml": READER.format("2026-04-01")}, []),
    ("E433", moved("A9,P1,P2,1"), [(HIS, None, "P1", 2, None), (HIS, None, "P2", 2, None)]),
    ("E434", moved("A1,P2,,1"), [(HIS, None, "P1", 2, None), (HIS, None, "P2", 2, None)]),
    ("E435", moved("A1,P1,P2,0.6", "A1,P1,,0.5"), [(HIS, "sales", "P2", 2, None), (HIS, "sales", "P1", 3, None),
                                                   (HIS, "sales", "P1", 2, Decimal(1000))]),
    ("E436", moved("A1,P1,P2,0.6", "A1,P1,P2,0.1"), [(HIS, "sales", "P2", 2, None), (HIS, "sales", "P2", 3, None),
                                                     (HIS, "sales", "P1", 2, Decimal(1000))]),
    ("E437", moved("A1,P1,P1,1"), [(HIS, None, "P1", 2, None)]),
    ("E426", {"field/comp.yaml": PLAN.replace("    then:\n", f"    then:\n{WAIVED}")}, [(WARNS, "commission", "P9", None, None)]),
    ("E301", {"orders.csv": ORDERS + "X,2026-03-07,P1,booked,,1,-3000\n"}, [(WARNS, "COMM", "P1", None, Decimal("-15.00"))]),
    ("E448", {"people.csv": PEOPLE.replace(",PX-3", ",")}, [(WARNS, "COMM", "P3", None, Decimal("39.50"))]),
    ("E448", {"people.csv": re.sub("PX-[0-9]", "", PEOPLE)}, []),
    ("E310", {"komisi.yaml": MAIN + WAIVER.format("P9", "2026-03-31")}, [(WARNS, None, "P9", None, None)]),
    ("E311", {"komisi.yaml": MAIN + WAIVER.format("P1", "2026-03-30"), "goals.csv": GOALS.replace("P1,2026-03,", "P1,2026-04,")},
     [(WARNS, None, "P1", None, None)]),
    ("E340", {"komisi.yaml": MAIN.replace("files: orders.csv", "files: 'orders-{period}.csv'"),
              "orders-2026-03.csv": ORDERS + "L1,2026-02-27,P1,booked,,1,900\n"},
     [(WARNS, "sales", "P1", 8, Decimal(900))]),
    ("E449", {"orders.csv": ORDERS + "L1,2027-03-07,P1,booked,,1,900\n"}, [(WARNS, "sales", "P1", 8, Decimal(900))]),
    ("E450", {"orders.csv": ORDERS.replace("2026-03-", "2026-02-")}, [(PERIOD, None, None, None, None)]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changed", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_code(code: str, changed: Mapping[str, str], expected: list[Logged], tmp_path: Path) -> None:
    run = calculated(written(tmp_path, dict(changed)))
    rows = run.exceptions.filter(pl.col("code") == code)
    found = rows.select("severity", "part", "participant", "row", "at_stake").rows()
    assert found == expected
    assert all(row["message"] and row["help"] == CODES[code].explanation for row in rows.to_dicts())


def test_who_is_not_in_the_roster_is_held_by_a_code_of_their_own_and_that_is_proved(tmp_path: Path) -> None:
    """Beside somebody who is there, and on no plan that day."""
    files = {
        "komisi.yaml": MAIN.replace("not_on_plan: unassigned", "not_on_plan: exception"),
        "people.csv": PEOPLE.replace("P2,2025-01-01,,", "P2,2025-01-01,2026-03-03,"),
        "orders.csv": ORDERS + "X,2026-03-07,p1,booked,,1,9\n",
    }
    run = calculated(written(tmp_path, files))
    rows = run.exceptions.filter(pl.col("code").is_in(["E105", "E447"])).select(
        "code", "participant", "severity", "message"
    )
    assert rows.rows() == [
        ("E105", "P2", HIS, "the participant is on no plan"), ("E105", "P2", HIS, "the participant is on no plan"),
        ("E447", "p1", HIS, "nobody in `people` is `p1`; did you mean `P1`?"),
    ]  # fmt: skip
    assert run.save(tmp_path / "runs").verify().ok


def test_a_rejected_row_of_nobody_in_the_roster_says_so(tmp_path: Path) -> None:
    """It holds the one whom it names, who is nobody: P1 is paid without it, and whoever reads the log sees whose it may be."""
    run = calculated(
        written(tmp_path, {"orders.csv": ORDERS + "X,2026-03-07,p1,booked,,1,1-0\nY,2026-03-07,P2,booked,,1,1-0\n"})
    )
    rows = run.exceptions.filter(code="X008").sort("row").select("participant", "severity", "message").rows()
    bad = "not a number (column `net`: `1-0`)"
    assert rows == [("p1", HIS, bad + "; nobody in `people` is `p1`; did you mean `P1`?"), ("P2", HIS, bad)]
    assert run.save(tmp_path / "runs").verify().ok


def test_whoever_stands_in_a_rejected_row_of_the_roster_is_somebody(tmp_path: Path) -> None:
    people = PEOPLE.replace("P2,2025-01-01", "P2,2025-13-01")
    run = calculated(
        written(tmp_path, {"people.csv": people, "orders.csv": ORDERS + "Y,2026-03-07,P2,booked,,1,1-0\n"})
    )
    rows = run.exceptions.filter(code="X008").select("participant", "message").rows()
    assert rows == [("P2", "not a number (column `net`: `1-0`)")]


ELSEWHERE = {"E370", "E382", "E420"}
"""In `tests/passes/test_look_up.py` and `test_anniversary.py`, and by the example of the code, in `tests/errors`."""


def test_every_code_has_a_case() -> None:
    logged = {code for code, entry in CODES.items() if code.startswith("E") and entry.stage == "run"}
    assert logged == {code for code, _, _ in CASES} | ELSEWHERE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (by_hours("0"), "a weight that can't be one: `hours` of accounts.csv:4 (P1) is 0"),
        (by_hours("999999999.9"),
         "a weight that can't be one: `hours` of accounts.csv:2 (P2) is 0.5, `hours` of accounts.csv:3 (P3) is 0.25,"
         " `hours` of accounts.csv:4 (P1) is 999999999.9"),
        ({"accounts.csv": ACCOUNTS + "K1,P1,2025-01-01,,0.5\n"},
         "the shares add up to more than 1: `share` of accounts.csv:2 (P2) is 0.5, `share` of accounts.csv:3 (P3) is 0.25,"
         " `share` of accounts.csv:4 (P1) is 0.5"),
    ],
    ids=["the low weight", "weights too large together", "shares over 1"],
)  # fmt: skip
def test_a_split_that_fails_names_the_rows_of_the_assignment(
    changed: Mapping[str, str], said: str, tmp_path: Path
) -> None:
    log = calculated(written(tmp_path, dict(changed))).exceptions
    assert log.filter(pl.col("severity") == PERIOD)["message"].to_list() == [said]


def test_money_that_several_rules_hold_counts_once(tmp_path: Path) -> None:
    rule = "  shared:" + PLAN.split("  shared:")[1].split("measures:")[0]
    weighed = PLAN.replace(rule, rule + rule.replace("  shared:", "  shared_too:"))
    for old, new in (("share: share", "share: {weight: hours}"), ("hit_policy: first", "hit_policy: all")):
        weighed = weighed.replace(old, new)
    log = calculated(written(tmp_path, dict(by_hours("0") | {"field/comp.yaml": weighed}))).exceptions
    held = log.filter(pl.col("code") == "E361")
    assert held["part"].to_list() == ["shared", "shared_too"]
    assert at_stake(held, ["code"])["at_stake"].to_list() == [Decimal(600)]


UNREAD = "X,2026-03-07,P1,booked,,1,n/a\n"
"""An order of P1 whose value can't be read."""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (pooled("equal", "negative_pool: zero", "team", more=UNREAD),
         "the measure `field.of_all` adds up all of one team, the component `field.commission` is shared out"),
        (pooled("equal", "negative_pool: zero", more=UNREAD) | {"own/comp.yaml": READER.format("2026-01-01")},
         "the measure `field.of_all` adds up everybody, the component `field.commission` is shared out"),
        (managed("") | {"orders.csv": ORDERS + UNREAD}, "the rule `field.sales` credits managers"),
        (overridden() | {"orders.csv": ORDERS + UNREAD},
         "the measure `field.team` adds up what others earned"),
        ({"orders.csv": ORDERS + UNREAD.replace("booked", "shared")}, "the rule `field.shared` credits whoever `accounts` names"),
        ({"orders.csv": ORDERS + UNREAD.replace("P1", "")}, "it does not say whose it is"),
        ({"orders.csv": ORDERS + UNREAD}, None),
    ],
    ids=["a pool of a team", "a pool of everybody", "managers", "what others earned", "a split", "nobody's", "one's own"],
)  # fmt: skip
def test_a_row_that_holds_everybody_says_which_rule_makes_it_so(
    changed: Mapping[str, str], why: str | None, tmp_path: Path
) -> None:
    log = calculated(written(tmp_path, dict(changed))).exceptions.filter(pl.col("stage") == "intake")
    said = log.filter(pl.col("message").str.contains("`n/a`")).select("severity", "message").row(0)
    assert said[0] == (HIS if why is None else PERIOD)
    assert said[1].partition("; holds everybody: ")[2] == (why or "")


def test_what_is_at_stake_of_a_row_is_what_a_rule_would_credit_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    """Of sales that are credited by their margin: one in two versions (X016), one of nobody in the roster (E447)."""
    head = "order_id,booked_on,seller,status,account,quantity,net,cost\n"
    lines = [
        "A,2026-03-02,P1,booked,,1,1000,900",
        "A,2026-03-02,P1,booked,,1,500,460",
        "B,2026-03-03,P9,booked,,1,70,63",
    ]
    run = calculated(
        written(
            tmp_path,
            {
                "komisi.yaml": MAIN.replace(
                    "      net: {type: money, currency: USD}", "      net: {type: money, currency: USD}\n"
                    "      cost: {type: money, currency: USD}"
                ),
                "field/comp.yaml": PLAN.replace("    value: net\n  shared", "    value: net - cost\n  shared"),
                "orders.csv": head + "\n".join([*lines, "C,2026-03-03,P1,booked,,1,80,n/a", ""]),
            },
        )
    )  # fmt: skip
    rows = run.exceptions.filter(pl.col("code").is_in(["X016", "X008", "E447"])).select(
        "code", "row", "at_stake", "currency"
    )
    assert rows.rows() == [
        ("X008", 5, Decimal(80), "USD"),  # its cost can't be read: the amount is all that is known
        ("X016", 2, Decimal(100), "USD"), ("X016", 3, Decimal(40), "USD"), ("E447", 4, Decimal(7), "USD"),
    ]  # fmt: skip


def test_who_is_on_no_plan_is_told_once_however_many_plans_would_have_taken_it(tmp_path: Path) -> None:
    files = {"other/comp.yaml": OTHER, "people.csv": LEADS, "orders.csv": ORDERS + "X,2026-03-07,P9,booked,,1,9\n"}
    files |= {"goals.csv": GOALS + "P4,2026-03,9\n"}
    log = calculated(written(tmp_path, dict(files))).exceptions.filter(pl.col("code") == "E447")
    assert log.select("severity", "participant", "row", "at_stake").rows() == [(WARNS, "P9", 8, Decimal(9))]
    assert log["message"].to_list() == ["nobody in `people` is `P9`"], "another plan would be paid instead, not too"


@pytest.mark.parametrize(
    ("value", "stake", "told"),
    [("net - 100", 1000, "field"), ("net", 1000, None), ("net - 1000", 1000, None), ("net * 2", 2000, "field")],
)
def test_where_several_rules_would_credit_a_sale_the_most_that_one_does_is_at_least_at_stake(
    value: str, stake: int, told: str | None, tmp_path: Path
) -> None:
    """Of one plan that lets each rule credit: amounts that differ may be parts of the sale, the same one is the same money."""
    second = (
        f'  second:\n    from: orders\n    where: status == "booked"\n    to: seller\n    credit_date: booked_on\n'
        f"    value: {value}\nmeasures:"
    )
    plan = PLAN.replace("measures:", second).replace("[sales, shared]", "[sales, second, shared]")
    files = {
        "field/comp.yaml": plan.replace("hit_policy: first", "hit_policy: all"),
        "people.csv": PEOPLE.replace("P1,2025-01-01,,Seller", "P1,2025-01-01,,Guest"),
    }
    run = calculated(written(tmp_path, files))
    (row,) = run.exceptions.filter(pl.col("code") == "E105", pl.col("key") == "A1").to_dicts()
    more = f" (at least this is at stake: other rules of `{told}` would credit it with other amounts)" if told else ""
    assert (row["at_stake"], row["message"]) == (Decimal(stake), f"the participant is on no plan{more}")
    assert run.save(tmp_path / "runs").verify().ok


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("",
         "nothing is dated in the pay period; holds everybody: the component `field.commission` has"
         " no row of `orders` to pay for"),
        ("X,2026-03-07,P1,booked,,1,n/a\n",
         "no row that counts is dated in the pay period: the one that is was refused (X008)"),
        ("X,2026-03-07,P1,booked,,1,7\nX,2026-03-07,P1,booked,,1,8\nY,2026-03-07,P1,booked,,1,n/a\n",
         "no row that counts is dated in the pay period: the 3 that are were refused (X008, X016)"),
    ],
)  # fmt: skip
def test_of_rows_that_were_refused_it_is_not_said_that_none_is_dated(more: str, said: str, tmp_path: Path) -> None:
    run = calculated(written(tmp_path, {"orders.csv": ORDERS.replace("2026-03-", "2026-02-") + more}))
    assert run.exceptions.filter(code="E450")["message"].to_list() == [said]
