"""What a schema can't say of komisi.yaml and plans: each mistake is told at the words that are wrong."""

from datetime import date
from pathlib import Path

import pytest

from engine.core.codes import CODES
from tests.passes.made_workspace import MAIN, PLAN, TEXTS, edited, loaded, text_at

ROOT = Path(__file__).parents[2]


# ------------------------------------------------------------------------------------------------ what a schema can't say

PLAN_MISTAKES = [
    ("start: 2026-04-01", "start: 2026-04-01, end: 2026-03-31", "S013", "2026-03-31"),
    (
        "participants: {title: [Salesman, Senior Salesman]}",
        "participants: {title: A, names: [B]}",
        "S011",
        "participants",
    ),
    ("sum: sales", "sum: sales, count: sales", "S011", "total"),
    (
        "- prorate: {amount: calendar_days}",
        "- prorate: {amount: calendar_days}\n        true_up: year",
        "S011",
        "true_up",
    ),
    ("- true_up: year\n        reason: by law", "- note: nothing", "S011", "note: nothing"),
    ("measure: total, against", "when: total > 1, per: earning, measure: total, against", "S011", "measure"),
    ("to: 200%", "to: 200", "S012", "200"),
    ("at_least: 12.5%", "at_least: 12.5", "S012", "12.5"),
    ("sum: sales", "average: sales, of: day", "S014", "of"),
    ("sum: sales", "ratio: total, to: total", "S014", "over"),
    ("sum: sales", "sum: sales, multiple: 12", "S014", "multiple"),
    ("sum: sales, over: year_to_date", "weighted: {total: 0.4}", "S012", "0.4"),
    ("sum: sales, over: year_to_date", "weighted: {total: {weight: 40}}", "S012", "40"),
    ("sum: sales, over: year_to_date", "weighted: {total: 40 USD}", "S012", "40 USD"),
    ("sum: sales, over: year_to_date", "weighted: {total: 0%}", "S006", "0%"),
    ("sum: sales, over: year_to_date", "weighted: {total: {weight: 100%, cap: 5 SGD}}", "S012", "5 SGD"),
    ("sum: sales, over: year_to_date", "weighted: {total: 100%}, out_of: 1", "S012", "1"),
    ("sum: sales, over: year_to_date", "rounded: total, mode: floor", "S011", "rounded"),
    ("sum: sales, over: year_to_date", "rounded: total, mode: floor, digits: 0, multiple: 12", "S011", "multiple"),
    ("sum: sales, over: year_to_date", "rounded: total, mode: floor, multiple: 0", "S006", "0"),
    ("against: goal, at_least: 12.5%", "at_least: 12.5 SGD", "S012", "12.5 SGD"),
    ("at: 60000 USD", "at: 60%", "S012", "60%"),
    ("extra: 50 USD", "extra: {value: 50 USD, type: rate}", "S012", "50 USD"),
    ("mode: whole", "mode: whole\n      rate: 2%", "S014", "rate"),
    ("rate: 0.03 * spiff", "rate: 2%, amount: 3", "S014", "amount"),
    ("measures:\n  total", "measures:\n  step_1: {sum: sales, over: period}\n  total", "S008", "step_1"),
    ("  total: {sum", "  year: {sum: sales, over: period}\n  total: {sum", "S008", "year"),
    ("  sales:\n", "  not:\n", "S008", "not"),
    ("value: 2.5%", "value: 0.00000000001%", "S006", "0.00000000001%"),
    ("rate: 0.5%", "rate: 0.0000000000001", "S006", "0.0000000000001"),
    ('where: currency == "USD"', 'where: currency = "USD"', "F017", "="),
    ('where: currency == "USD"', "where: \"currency = 'USD'\"", "F017", "="),
    ('where: currency == "USD"', "where: >\n      currency = 'USD'", "F017", ">"),
    ("{by: 1.10, per: earning}", "{by: 1 if coalesce(spiff, 0) > 1 else 1, per: earning}", "S001", "0) > 1 else 1"),
    ("0.03 * spiff", "5% * spiff", "F008", "5%"),
    ("when: net < 10", "when: net <", "F010", "<"),
]


@pytest.mark.parametrize(
    ("old", "new", "help"),
    [
        ("sum: sales", "round: 0, sum: sales", "a measure is rounded by another one"),
        ("  sales:\n", "  sales:\n    round: 2\n", "a credit is not rounded: have the export"),
        ("{by: 1.10, per: earning}", "{by: 1.10, per: earning, note: up, down}", "put the whole note in quotes"),
        ("{by: 1.10, per: earning}", "{by: 1.10, per: earning, note: up, 4 % more}", "put the whole note in quotes"),
        (
            "{by: 1.10, per: earning}",
            "{by: 1 if max(spiff, 0) > 1 else 1, per: earning}",
            "put the whole of `by` in quotes",
        ),
        ("at: 60000 USD", "at: 60.125 USD", "write `60.1250 USD`, or `60125 USD` if"),
        ("at: 60000 USD", "at: 60.500 USD", "write `60.5 USD`, or `60500 USD` if"),
        ("0.03 * spiff", "round(0.03 * spiff)", "a credit's value can't be rounded: have the export give it rounded"),
    ],
)
def test_help_says_what_to_write(old: str, new: str, help: str) -> None:
    found = loaded(edited("a/comp.yaml", old, new))[1]
    assert help in (found[0].help or ""), found


@pytest.mark.parametrize(("old", "new", "code", "under"), PLAN_MISTAKES)
def test_mistakes_in_a_plan(old: str, new: str, code: str, under: str) -> None:
    texts = edited("a/comp.yaml", old, new)
    workspace, found = loaded(texts)
    assert (found[0].code, text_at(texts, found[0].span)) == (code, under), found
    assert workspace is not None and workspace.plans == () and len(workspace.targets) == 1
    assert all(d.span.file == "a/comp.yaml" and d.code in CODES for d in found)


MAIN_MISTAKES = [
    ("last_year: 2027", "last_year: 2025", "W001", "2025"),
    (
        "year_named_by: start",
        "year_named_by: start, periods: [{name: a, start: 2026-01-01, end: 2026-01-02, year: b}]",
        "S014",
        "periods",
    ),
    ("files: orders-{period}.csv", "files: orders-{month}.csv", "W010", "orders-{month}.csv"),
    ("files: people.csv", "files: people.parquet\n    format: parquet\n    delimiter: ';'", "W011", "delimiter"),
    ("order_id: text", "order_id: money", "W012", "money"),
    ("order_id: text", "order_id: {type: money}", "W012", "money"),
    ("order_id: text", "order_id: {type: text, currency: USD}", "W012", "currency"),
    ("order_id: text", "order_id: {type: text, format: '%Y-%m-%d'}", "W013", "format"),
    ("order_id: text", "order_id: {type: text, thousands: '.'}", "W013", "thousands"),
    ("%d/%m/%Y", "%d/%m", "W013", '"%d/%m"'),
    ("%d/%m/%Y", "%d/%d/%m/%Y", "W013", '"%d/%d/%m/%Y"'),
    (', thousands: "."', ', thousands: ","', "W013", '","'),
    ("on_empty: 0", "on_empty: none", "W014", "none"),
    ("nullable: true", "nullable: true, on_empty: nobody", "W014", "on_empty"),
    ("order_id: text", "amount: text", "S008", "amount"),
    ("order_id: text", "file: text", "S008", "file"),
    ("order_id: text", "or: text", "S008", "or"),
    ("bonus: {type: money, currency: USD,", "bonus: {type: rate, currency: USD,", "S014", "currency"),
    ("  bonus:", "  target:", "S008", "target"),
    ('plans: "*/comp.yaml"', 'plans: "../*/comp.yaml"', "W006", '"../*/comp.yaml"'),
    ('plans: "*/comp.yaml"', 'plans: "/etc/passwd"', "W006", '"/etc/passwd"'),
    ('plans: "*/comp.yaml"', "plans: 'a\\comp.yaml'", "W006", "'a\\comp.yaml'"),
    ('plans: "*/comp.yaml"', 'plans: ["*/comp.yaml", "nothing*.yaml"]', "W007", '"nothing*.yaml"'),
    ('targets: ["*/targets.yaml"]', 'targets: ["a/*.yaml"]', "W008", '"a/*.yaml"'),
    ('targets: ["*/targets.yaml"]', 'targets: ["*/targets.yaml", "*.yaml"]', "W008", '"*.yaml"'),
]


def test_a_column_that_needs_another_name_keeps_that_of_the_file() -> None:
    found = loaded(edited("komisi.yaml", "order_id: text", "amount: text"))[1]
    assert found[0].help == "give the column another name, such as `my_amount: {type: …, from: amount}`"


@pytest.mark.parametrize(
    ("rate", "code", "message"),
    [
        ("points: [{at: 0%, rate: 1%}, {at: 9%, amount: 5}]", "S014", "this point gives an `amount`, the first one a `rate`"),
        ("points: [{at: 0%, amount: 1}, {at: 9%, rate: 5%}]", "S014", "this point gives a `rate`, the first one an `amount`"),
        ("points: [{at: 0%, rate: 1%, amount: 1}, {at: 9%, amount: 5}]", "S014",
         "a point gives a `rate` or an `amount`, not both"),
        ("points: [{at: 0%, rate: 1%}, {at: 9%}]", "S002", "a point without what is paid there"),
        ("points: [{at: 0%, rate: 1%}, {at: 9, rate: 5%}]", "S012", "some bounds of this table are percentages, others amounts"),
        ("tiers: [{from: 0%, rate: 1%}]\n      points: [{at: 0%, rate: 1%}, {at: 9%, rate: 2%}]", "S014",
         "a table of mode `interpolated` has no `tiers`"),
        ("points: [{at: 0%, rate: 1%}]", "S007", None),
        ("tiers: [{from: 0%, rate: 1%}]", "S002", None),
    ],
)  # fmt: skip
def test_mistakes_in_points(rate: str, code: str, message: str | None) -> None:
    table = f"mode: interpolated\n      select: total\n      against: goal\n      {rate}"
    text = PLAN[: PLAN.index("mode: whole")] + table + PLAN[PLAN.index("\n    then:") :]
    _, found = loaded({**TEXTS, "a/comp.yaml": text})
    assert [d.code for d in found] == [code], found
    assert message is None or found[0].message == message
    assert found[0].help


@pytest.mark.parametrize(("old", "new", "code", "under"), MAIN_MISTAKES)
def test_mistakes_in_komisi_yaml(old: str, new: str, code: str, under: str) -> None:
    texts = edited("komisi.yaml", old, new)
    workspace, found = loaded(texts)
    assert (found[0].code, text_at(texts, found[0].span)) == (code, under), found
    assert workspace is None and len(found) == 1 and code in CODES


def test_a_bare_rate_of_hundreds_of_percent_is_refused() -> None:
    workspace, found = loaded(edited("a/comp.yaml", "rate: 0.5%", "rate: 5"))
    assert workspace is not None and workspace.plans == ()
    assert [(d.code, d.severity, d.message) for d in found] == [("S015", "error", "`5` is a rate of 500 %")]
    assert found[0].help == "write `5%`, or `500%`"


def test_two_columns_of_one_header_are_doubtful() -> None:
    workspace, found = loaded(edited("komisi.yaml", "seller: {type: text,", "seller: {type: text, from: order_id,"))
    assert workspace is not None and [(d.code, d.severity) for d in found] == [("W016", "warning")]


def custom(*rows: str) -> dict[str, str]:
    periods = ", ".join("{" + row + "}" for row in rows)
    old = MAIN[MAIN.index("calendar:") : MAIN.index("\npay_period")]
    return edited("komisi.yaml", old, f"calendar: {{kind: custom, periods: [{periods}]}}")


MAY = "name: may, start: 2011-05-31, end: 2011-06-29, year: FY12, quarter: FY12-Q1"
JUNE = "name: june, start: 2011-06-30, end: 2011-07-31, year: FY12, quarter: FY12-Q1"
AUGUST = "name: august, start: 2011-08-01, end: 2011-08-31, year: FY12"


def test_custom_periods() -> None:
    workspace, found = loaded(custom(MAY, JUNE, AUGUST))
    assert workspace is not None and found == []
    june, quarter, year = (workspace.calendar.find(name) for name in ("june", "FY12-Q1", "FY12"))
    assert june is not None and (june.length, june.days) == ("period", 32)
    assert quarter is not None and (quarter.length, quarter.end) == ("quarter", date(2011, 7, 31))
    assert year is not None and (year.length, year.days) == ("year", 93)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((MAY, AUGUST), "W002"),
        ((MAY, MAY.replace("may", "also")), "W003"),
        ((JUNE, MAY), "W003"),
        ((MAY, JUNE.replace("june", "may")), "W004"),
        ((MAY.replace("name: may", "name: FY12"), JUNE), "W004"),
        ((MAY, JUNE.replace("FY12-Q1", "FY12")), "W004"),
        ((MAY, JUNE.replace(", quarter: FY12-Q1", ""), AUGUST + ", quarter: FY12-Q1"), "W005"),
        ((MAY, JUNE.replace("FY12,", "FY13,"), AUGUST), "W005"),
        ((MAY.replace("2011-06-29", "2011-05-01"), JUNE), "W001"),
    ],
)
def test_custom_periods_that_are_no_calendar(rows: tuple[str, ...], code: str) -> None:
    workspace, found = loaded(custom(*rows))
    assert workspace is None and {d.code for d in found} == {code}
