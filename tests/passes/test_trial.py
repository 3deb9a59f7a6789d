"""Plan tests: what makes them pass, what a failure tells, what rows may leave out."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.core.diagnostic import Diagnostics
from engine.explain.earning import outcome as earning_words
from engine.pipeline import Compiled, front
from engine.trial import Suite, as_json, as_text, find_tests, run_tests
from engine.trial.why import why
from tests.conformance.small_workspace import written

ROOT = Path(__file__).parents[2]
BASE = ROOT / "tests" / "hostile" / "base"
HEAD = """\
kind: plan-test
defaults:
  roster: {title: Account Executive}
  orders: {booked_on: 2026-03-10, seller: P-1, status: booked, family: goods, account: A-1, is_new: false}
input:
  roster: [{participant: P-1}]
  monthly: [{participant: P-1, period: 2026-03, amount: 10000}]
tests:
"""


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """A workspace without any data file."""
    shutil.copytree(BASE, tmp_path / "w", ignore=shutil.ignore_patterns("data"))
    monkeypatch.chdir(tmp_path / "w")
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    return made


def ran(compiled: Compiled, body: str, head: str = HEAD) -> Suite:
    """The suite of one file beside the plan."""
    path = Path("field/tests/case.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + body, encoding="utf-8")
    return run_tests(compiled, find_tests(compiled.workspace, ()))


def told(compiled: Compiled, input: str, output: str) -> list[tuple[str, str | None, str, str]]:
    """(kind, column, expected, found) of each difference of one test."""
    suite = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {input}\n  output: {output}\n")
    assert list(suite.diagnostics) == []
    (outcome,) = suite.outcomes
    return [(d.kind, d.column, d.expected, d.found) for d in outcome.differences]


def codes(suite: Suite) -> list[tuple[str, int]]:
    return [(d.code, d.span.line) for d in suite.diagnostics]


ORDER = "{orders: [{net_amount: 20000}]}"


def test_only_named_columns_are_compared(compiled: Compiled) -> None:
    assert told(compiled, ORDER, "{earnings/commission: [{earning: 330}]}") == []
    assert told(compiled, ORDER, "{earnings/commission: [{participant: P-1, base: 20000, attainment: 200%}]}") == []


def test_money_is_compared_to_the_last_digit(compiled: Compiled) -> None:
    found = told(compiled, "{orders: [{net_amount: 0.000000000001}]}", "{measures/sales_month: [{value: 0}]}")
    assert found == [("value", "value", "0", "0.000000000001")]


def _not_calculated(made: Compiled, period: str, head: str) -> list[str]:
    expected = f"{{earnings/commission: [{{period: {period}, earning: 0}}]}}"
    (outcome,) = ran(made, f"  name: t\n  period: 2026-03\n  output: {expected}\n", head).outcomes
    return why(outcome.run, outcome.differences[0])


def test_a_period_that_the_run_does_not_calculate(compiled: Compiled, tmp_path: Path, monkeypatch: Any) -> None:
    assert _not_calculated(compiled, "2026-04", HEAD) == ["2026-04 comes after 2026-03, the period of the test"]
    monkeypatch.chdir(written(tmp_path / "small"))
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    head = "kind: plan-test\ninput: {people: [{participant: P-1, title: Seller}]}\ntests:\n"
    assert _not_calculated(made, "2026-02", head) == [
        "a run of 2026-03 calculates only 2026-03 here: nothing adds up over more periods"
    ]


def test_why_says_no_more_than_is_known_of_what_came_to_nothing(compiled: Compiled) -> None:
    """A sale and its return are credited, and come to 0."""
    orders = "{orders: [{order_id: a, net_amount: 5}, {order_id: b, net_amount: -5}]}"
    expected = "{earnings/commission: [{earning: 1}]}"
    (outcome,) = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {orders}\n  output: {expected}\n").outcomes
    words = "is zero because what it is paid on, or what finds its tier, is 0: base 0"
    assert words in why(outcome.run, outcome.differences[0])[0]
    assert (
        earning_words({"outcome": "zero", "cause": "no_credits"})
        == "zero, because what it is paid on, or what finds its tier, is 0"
    )


def test_a_row_missing_and_a_row_too_many_are_told(compiled: Compiled) -> None:
    output = "{earnings: [{component: volume, earning: 0}, {component: nothing}]}"
    kinds = [kind for kind, *_ in told(compiled, ORDER, output)]
    assert kinds == ["missing", "extra", "extra", "extra"]
    assert told(compiled, ORDER, "{exceptions: [{code: E101}]}") == [("missing", None, "code: E101", "")]


def test_rows_are_paired_by_what_they_say(compiled: Compiled) -> None:
    rows = "{orders: [{order_id: a, net_amount: 1}, {order_id: b, net_amount: 2}]}"
    assert told(compiled, rows, "{credits/sales: [{amount: 2}, {amount: 1}]}") == []
    other = "{credits/sales: [{order_id: b, amount: 1}, {order_id: a, amount: 1}]}"
    assert told(compiled, rows, other) == [("value", "amount", "1", "2")]


def test_nothing_is_only_nothing(compiled: Compiled) -> None:
    blocked = "{orders: [{net_amount: 1}], monthly: []}"
    assert told(compiled, blocked, "{earnings/commission: [{earning: null, cause: missing_target}]}") == []
    assert told(compiled, blocked, "{earnings/commission: [{earning: 0}]}") == [("value", "earning", "0", "null")]


def test_a_test_has_its_own_rows_of_a_source_in_place_of_the_files(compiled: Compiled) -> None:
    roster = "{roster: [{participant: P-2}]}"
    assert told(compiled, roster, "{earnings/kicker: [{participant: P-2, earning: 0}]}") == []


def test_only_the_pay_period_is_compared_unless_periods_are_named(compiled: Compiled) -> None:
    assert told(compiled, ORDER, "{measures/sales_ytd: [{value: 20000}]}") == []
    rows = "[{period: 2026-01}, {period: 2026-02}, {period: 2026-03, value: 20000}]"
    assert told(compiled, ORDER, f"{{measures/sales_ytd: {rows}}}") == []


def test_a_row_of_another_period_says_why_it_is_compared(compiled: Compiled) -> None:
    output = "{measures/sales_ytd: [{period: 2026-03, value: 20000}]}"
    (outcome,) = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {ORDER}\n  output: {output}\n").outcomes
    assert {reason for each in outcome.differences for reason in why(outcome.run, each)} == {
        "a row of `measures/sales_ytd` names `period`, so those of all periods are compared; "
        "where none does, only those of 2026-03 are"
    }


def test_repeated_rows_are_told_apart_by_their_key(compiled: Compiled) -> None:
    rows = "{orders: [{net_amount: 10, repeat: 12}]}"
    assert told(compiled, rows, "{measures/orders_month: [{value: 12}]}") == []


def test_rows_of_one_key_are_judged_as_those_of_a_file(compiled: Compiled) -> None:
    rows = "{orders: [{order_id: a, net_amount: 1}, {order_id: a, net_amount: 1}, {order_id: b, net_amount: 1}]}"
    assert told(compiled, rows, "{measures/sales_month: [{value: 2}], exceptions: [{code: X012, row: 11}]}") == []


def test_unquoted_values_keep_their_text(compiled: Compiled) -> None:
    rows = "{orders: [{order_id: 12, net_amount: 1.10}]}"
    assert told(compiled, rows, "{credits/sales: [{order_id: 12, amount: 1.1}]}") == []


@pytest.mark.parametrize("written", ["0.5", "50%", "50.0%"])
def test_a_rate_in_a_row_may_be_a_percentage(compiled: Compiled, written: str) -> None:
    """A person's own bonus rate: the volume bonus of 500 and half of it."""
    rows = f"{{roster: [{{participant: P-1, bonus_rate: {written}}}], orders: [{{net_amount: 1000, repeat: 10}}]}}"
    assert told(compiled, rows, "{earnings/volume: [{earning: 750}]}") == []


def test_a_variable_of_the_test_is_the_default(compiled: Compiled) -> None:
    body = """\
  name: t
  period: 2026-03
  variables: {bonus_rate: 50%}
  input: {orders: [{net_amount: 1000, repeat: 10}]}
  output: {earnings/volume: [{earning: 750}]}
"""
    assert ran(compiled, body).passed


def test_what_the_plan_does_not_read_may_be_left_out(compiled: Compiled) -> None:
    assert told(compiled, "{orders: [{net_amount: 5, quantity: 3}]}", "{measures/sales_month: [{value: 5}]}") == []
    suite = ran(
        compiled, "  {name: t, period: 2026-03, input: {orders: [{}, {net_amount: 1}]}, output: {exceptions: []}}\n"
    )
    assert codes(suite) == [("P005", 9)]


def test_a_key_that_is_said_can_not_be_repeated(compiled: Compiled) -> None:
    rows = "[{order_id: a, net_amount: 1, repeat: 2}]"
    body = f"  {{name: t, period: 2026-03, input: {{orders: {rows}}}, output: {{exceptions: []}}}}\n"
    assert codes(ran(compiled, body)) == [("P011", 9)]


def test_mistakes_of_one_file_leave_the_others_alone(compiled: Compiled) -> None:
    Path("field/tests").mkdir()
    good = HEAD + f"  {{name: t, period: 2026-03, input: {ORDER}, output: {{exceptions: []}}}}\n"
    Path("field/tests/a.yaml").write_text(good, encoding="utf-8")
    suite = ran(compiled, "  - {name: a, period: 2026-03}\n  - {name: b, period: 2026-14, output: {x: []}}\n")
    assert [outcome.test.name for outcome in suite.outcomes] == ["t"]
    assert [code for code, _ in codes(suite)] == ["S002"] and not suite.passed


def test_a_failure_says_where_what_and_why(compiled: Compiled) -> None:
    suite = ran(compiled, f"  name: too much\n  period: 2026-03\n  input: {ORDER}\n  output:\n    earnings/commission:\n"
                          "      - {earning: 331}\n")  # fmt: skip
    assert as_text(suite, {}, False).split("\n") == [
        "field/tests/case.yaml  F",
        "",
        "FAILED field/tests/case.yaml:9  too much",
        "  earnings/commission · P-1 · 2026-03 · earning   field/tests/case.yaml:14:19",
        "    expected  331",
        "    found     330   (1 less)",
        "  why  commission of 2026-03 is paid: base 20000 · target 10000 · attainment 2 · table result 300"
        " · multiply 330 · cap 330 · round 330  [field/comp.yaml:30]",
        "",
        "1 failed (1 plan)",
    ]
    (entry,) = as_json(suite)["tests"]
    (difference,) = entry["differences"]
    assert (difference["expected"], difference["found"], difference["line"]) == ("331", "330", 14)


def test_who_is_not_on_the_plan_is_told_as_the_reason(compiled: Compiled) -> None:
    rows = "[{participant: P-1}, {participant: P-9}]"
    roster = "{roster: [{participant: P-1, title: Executive}]}"
    suite = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {roster}\n  output: {{earnings/kicker: {rows}}}\n")
    text = as_text(suite, {}, False)
    assert "`P-1` is on plan field on no day of the run: look at title Account Executive" in text
    assert "no row of the roster has a participant `P-9`" in text


def test_the_tests_of_the_example_plans_pass() -> None:
    made = front(ROOT / "plans", Diagnostics(), {})
    assert made is not None
    suite = run_tests(made, find_tests(made.workspace, ()))
    assert suite.passed and list(suite.diagnostics) == []
    assert {outcome.test.plan for outcome in suite.outcomes} == {plan.name for plan in made.workspace.plans}


# ----------------------------------------------------------------------------------------------- what there is not, and totals


def helped(compiled: Compiled, output: str) -> tuple[str, str]:
    """(code, help) of the one mistake of a test file."""
    suite = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {ORDER}\n  output: {output}\n")
    (diagnostic,) = suite.diagnostics
    return diagnostic.code, diagnostic.help or ""


@pytest.mark.parametrize(
    ("table", "column", "meant"),
    [
        ("earnings/commission", "amount", "earning"),
        ("earnings/commission", "Earnings", "earning"),
        ("earnings/commission", "quota", "target"),
        ("earnings/commission", "atainment", "attainment"),
        ("payouts", "earning", "earned"),
        ("payouts", "payout", "amount"),
        ("measures/sales_month", "total", "value"),
        ("slices/commission", "amount", "pay"),
    ],
)
def test_the_likeliest_column_is_named_first_and_then_all(
    compiled: Compiled, table: str, column: str, meant: str
) -> None:
    code, help = helped(compiled, f"{{{table}: [{{{column}: 1}}]}}")
    first, *rest = help.split("\n")
    assert (code, first) == ("P008", f"did you mean `{meant}`?")
    listed = [name.strip() for name in " ".join(rest).removeprefix("there is ").split(",")]
    assert {"participant", meant} <= set(listed) and "…" not in help


def test_a_column_like_none_gets_them_all(compiled: Compiled) -> None:
    assert helped(compiled, "{payouts: [{zzz: 1}]}")[1].startswith("there is participant, plan, entity")


def test_a_table_of_a_part_that_has_others_is_told_so(compiled: Compiled) -> None:
    assert helped(compiled, "{earning/commission: []}") == ("P007", "did you mean `earnings/commission`?")
    assert helped(compiled, "{credit_pay/commission: []}") == (
        "P007", "of `commission` there is `earnings/commission`, `slices/commission`",
    )  # fmt: skip
    assert "there is measures/" in helped(compiled, "{measures/zzzzzzzz: []}")[1]


def test_a_measure_that_nothing_reads_is_told_so_and_no_other_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(BASE, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    plan = Path("field/comp.yaml")
    text = plan.read_text(encoding="utf-8")
    unread = text.replace("measures:\n", "measures:\n  sales_moth: {sum: sales, over: period}\n", 1)
    plan.write_text(unread, encoding="utf-8")
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    code, help = helped(made, "{measures/sales_moth: []}")
    assert code == "P007" and help.startswith("nothing reads the measure `sales_moth` (N010)") and "did you" not in help


def test_what_can_not_be_compared_fails_its_line_and_the_rest_goes_on(compiled: Compiled) -> None:
    output = "{earning/commission: [], measures/sales_month: [{value: 7}], earnings/commission: [{pay: 1}]}"
    suite = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {ORDER}\n  output: {output}\n")
    assert sorted(code for code, _ in codes(suite)) == ["P007", "P008"]
    (outcome,) = suite.outcomes
    assert not outcome.passed and [(d.table, d.expected) for d in outcome.differences] == [
        ("measures/sales_month", "7")
    ]
    text = as_text(suite, {}, False)
    assert "  2 lines of it could not be compared" in text and text.endswith("1 failed (1 plan)")


def test_a_point_in_an_expected_value_is_not_asked_about(compiled: Compiled) -> None:
    suite = ran(compiled, "  name: t\n  period: 2026-03\n  output: {measures/sales_month: [{value: 33.331}]}\n")
    assert list(suite.diagnostics) == []


def test_what_a_participant_is_paid_in_all_can_be_expected(compiled: Compiled) -> None:
    suite = ran(compiled, f"  name: t\n  period: 2026-03\n  input: {ORDER}\n  output: {{payouts: []}}\n")
    paid = suite.outcomes[0].run.outcome.tables["payouts"]["amount"].sum()
    assert told(compiled, ORDER, f"{{totals: [{{participant: P-1, currency: USD, amount: {paid}}}]}}") == []
    (wrong,) = told(compiled, ORDER, f"{{totals: [{{amount: {paid + 1}}}]}}")
    assert wrong[:2] == ("value", "amount")
    blocked = "{orders: [{net_amount: 1}], monthly: []}"
    assert told(compiled, blocked, "{totals: [{amount: null}]}") == []


def test_a_file_of_which_nothing_ran_counts_no_plans(compiled: Compiled) -> None:
    suite = ran(compiled, "  name: t\n  period: 2026-99\n  output: {}\n")
    assert as_text(suite, {}, False).endswith("\nnone could be run")
