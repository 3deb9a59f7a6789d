"""`explain`: every figure of a participant's pay, down to files and rows, such that it can be redone by hand."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import open_workspace
from engine.explain import Node, explain, render_json, render_text
from engine.explain.node import Worked
from engine.explain.number import MISSING, grouped, worked
from engine.ir.types import RATE
from engine.record import Record
from tests.conformance.small_workspace import ORDERS, PLAN, written

from .calculator import nodes, wrong
from .explained import run_of

PAID = ("ann", "bob", "cat", "dan", "eve", "fay")
Say = Callable[..., str]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def say(record: Record) -> Say:
    def said(participant: str, component: str | None = None, **style: Any) -> str:
        return render_text(explain(record, participant, component), **{"width": 110, **style})

    return said


def one(tree: Node, kind: str, begins: str) -> Node:
    """The first node of a kind whose title begins so."""
    return next(node for node in nodes(tree) if node.kind == kind and node.title.startswith(begins))


def test_from_payout_to_source_row(say: Say) -> None:
    lines = say("bob", "commission").splitlines()
    wanted = [
        "payout COMM · plan rep = 17.95 USD",
        "earning commission · 2026-02 (2026-02-11 to 2026-02-28, 18 of 28 days) = 17.95 USD",
        "Σ slices → 5.785714285714 + 10.535714285714",
        "length × rate → 421.428571428571 × 2.5 %",
        "the part of 1,000.00 over 100 % × 578.571428571429 = 578.571428571429",
        "note: the accelerator",
        "step 1 · multiply = 17.953571428571 USD",
        "amount × by → 16.321428571428 × 110 %   [rep/comp.yaml:",
        "note: the personal factor",
        "variable bonus = 110 %",
        "step 2 · round = 17.95 USD",
        "half_up at 2 digits → round(17.953571428571, half_up, 2 digits)   [rep/comp.yaml:",
        "measure / target → 1,000.00 ÷ 578.571428571429",
        "amount × days ÷ days of the period → 900.00 × 18 ÷ 28   [goals.csv:4]",
        "sum of sales",
        'value net; where kind == "sale" and net > -1000; except tiny (net >= 0 and net < 10)',
        "B1 / 1 · 2026-02-12 = 1,000.00 USD   net   orders.csv:12",
    ]
    at = 0
    for text in wanted:
        at = next((i for i, line in enumerate(lines) if i >= at and text in line), -1)
        assert at >= 0, f"{text!r} is not there, or not in its place:\n" + "\n".join(lines)


@pytest.mark.parametrize("participant", PAID)
def test_every_line_can_be_redone(record: Record, participant: str) -> None:
    tree = explain(record, participant)
    assert wrong(tree) == []
    assert sum(node.worked is not None for node in nodes(tree)) > 3


def test_intervals_so_far_of_a_value_to_date(record: Record) -> None:
    tree = explain(record, "ann", "growth")
    measure = one(tree, "measure", "measure ytd")
    assert measure.worked is not None
    assert measure.worked.grouped == "3,000.00 + 1,500.00"
    assert [child.title for child in measure.children] == ["2026-01", "2026-02"]
    step = one(tree, "step", "step 1 · true-up")
    assert step.worked is not None
    assert step.worked.plain == "45.00 − 30.00"


def test_why_a_tier_was_found(record: Record) -> None:
    about = one(explain(record, "bob", "growth"), "tier", "tier 2").about
    assert about == (
        "reached: 1,000.00 >= 1,000.00; not reached: 1,000.00 < 5,000.00; exactly on the bound, which belongs to the"
        " tier above it (boundary: upper)"
    )


def test_a_policy_that_decided(record: Record) -> None:
    tree = explain(record, "cat", "commission")
    attainment = one(tree, "attainment", "attainment")
    assert attainment.value is not None and attainment.value.grouped == "100 %"
    assert attainment.about == "the target is zero: the plan says zero_target: full, so it counts as 100 %"
    assert one(tree, "table", "table result").about == "a policy decided the attainment, so all of it lies in that tier"


def test_a_blocked_component(record: Record) -> None:
    tree = explain(record, "dan", "commission")
    assert one(tree, "earning", "earning").about == "blocked, because the target is missing"
    assert "nothing can be paid" in one(tree, "attainment", "attainment").about
    assert one(tree, "part", "2026-02").about == "the files give no target for it"


def test_pay_per_credit(record: Record) -> None:
    tree = explain(record, "eve", "per_deal")
    large = one(tree, "credit_pay", "E2 / 1")
    assert large.value is not None and large.value.plain == "11.0018"
    assert "running total 50.01 before, 150.01 with it" in large.about
    assert one(large, "input", "by").about == "with net = 200"
    assert [node.worked.plain for node in nodes(large) if node.kind == "slice" and node.worked] == [
        "100.00 × 0.01 − 50.01 × 0.01", "50.01 × 0.1",
    ]  # fmt: skip


def test_what_stops_a_payout(record: Record) -> None:
    tree = explain(record, "eve")
    assert one(tree, "payout", "payout DEAL").about.startswith("not payable")
    assert one(tree, "exception", "E103").source == "orders.csv:19"


def test_json_is_plain_and_whole(record: Record) -> None:
    text = json.dumps(render_json(explain(record, "ann")))
    assert "listed above" in text
    assert "3,000" not in text
    assert "3000.00" in text
    assert json.loads(text)["inputs"] == {"run": record.id, "period": "2026-02"}


def test_what_is_not_known_is_expanded_first_and_never_cut() -> None:
    def pay(number: int, plain: str) -> Node:
        return Node("credit_pay", f"T{number}", Worked(plain, plain), children=(Node("input", f"steps of T{number}"),))

    pays = tuple(pay(number, MISSING if number == 17 else "1") for number in range(20))
    text = render_text(Node("table", "table result", children=pays))
    assert "T17" in text and "steps of T17" in text and "steps of T0" in text and "steps of T1\n" not in text + "\n"
    assert "… 8 more, and the steps of each" in text


def test_a_list_in_a_branch_that_is_cut_is_not_said_to_be_above() -> None:
    def rule(about: str, *credits: Node) -> Node:
        return Node("rule", "rule sales", Worked("9", "9"), about=about, children=credits)

    inside = rule("1 credit", Node("credit", "T1"))
    again = rule("1 credit, listed above")
    walked = [Node("earned_below", f"E{number}", Worked("1", "1"), children=(inside,)) for number in range(4)]
    text = render_text(Node("measure", "m", children=(Node("input", "first", children=(again,)), *walked, again)))
    assert text.count("listed above") == 1 and text.index("listed by --all") < text.index("T1") < text.index(
        "listed above"
    )


def test_a_measure_in_a_branch_that_is_cut_is_not_said_to_be_above() -> None:
    def measure(about: str = "", *made_of: Node) -> Node:
        return Node("measure", "measure sold", Worked("9", "9"), about=about, children=made_of)

    inside, again = measure("", Node("rule", "rule sales")), measure("as above")
    walked = [Node("credit_pay", f"C{n}", Worked("1", "1"), children=(inside if n == 3 else again,)) for n in range(4)]
    text = render_text(Node("table", "table result", children=(*walked, again)))
    assert "as above" not in text and text.count("explained by --all and --json") == 3
    whole = render_text(Node("table", "table result", children=(inside, *walked)))
    assert whole.count("as above") == 2 and "explained by" not in whole


def test_long_lists_are_cut_and_counted() -> None:
    credits = tuple(Node("credit", f"T{number}") for number in range(20))
    tree = Node("rule", "rule sales", children=credits)
    lines = render_text(tree).splitlines()
    assert lines[-1] == "└─ … 8 more (--all or --json shows them)"
    assert len(lines) == 14
    assert len(render_text(tree, everything=True).splitlines()) == 21
    assert len(render_json(tree)["children"]) == 20


@pytest.mark.parametrize("width", [40, 60, 110])
def test_lines_wrap(say: Say, width: int) -> None:
    longest = max(len(line) for line in say("ann", width=width).splitlines())
    assert longest <= max(width, 30 + 25)


def test_colour_only_when_asked(say: Say) -> None:
    assert "\033[" not in say("ann")
    assert "\033[" in say("ann", color=True)


def test_nothing_of_the_data_reaches_the_terminal_as_a_command() -> None:
    assert "\033" not in render_text(Node("credit", "a\033[2Jb\rc"))


def test_who_is_not_in_the_run(record: Record) -> None:
    with pytest.raises(LookupError, match="hal is on no plan of this run in its days: Chief from 2025-01-01"):
        explain(record, "hal")
    with pytest.raises(LookupError, match=r"no participant `anne` is in run .*; did you mean ann"):
        explain(record, "anne")
    with pytest.raises(
        LookupError, match=r"ann has no component `x` in this run; there is rep\.commission, rep\.growth"
    ):
        explain(record, "ann", "x")


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("1234567.5", "1,234,567.5"),
        ("-999", "−999"),
        ("0", "0"),
        ("-0.000000000001", "−0.000000000001"),
        ("1000", "1,000"),
    ],
)
def test_numbers_as_read(plain: str, shown: str) -> None:
    assert grouped(plain) == shown


def test_a_factor_that_is_no_share_is_a_number() -> None:
    assert worked(Decimal("1.5"), RATE, {}).grouped == "150 %"
    assert worked(Decimal(40000), RATE, {}).grouped == "40,000"


def test_a_component_that_is_paid_by_itself_in_no_payout(tmp_path: Path) -> None:
    """It has a figure of the period, so it is not said that nothing is due; one tier for all values needs no `boundary`."""
    table = "rate: {mode: step, select: total, below: same, tiers: [{from: 100, amount: 5}]}"
    point = f"  point: {{earning_period: month, basis: period, base: total, paid: false, {table}}}\n"
    plan = PLAN.replace("components:\n", f"components:\n{point}")
    saved = open_workspace(written(tmp_path, {"field/comp.yaml": plan})).run("2026-03").save(tmp_path / "runs")
    tree = saved.explain("P1", "point")
    assert tree.about.endswith("; `point` is calculated in it and paid by itself in no payout")
    assert [(node.kind, node.value.plain) for node in tree.children if node.kind == "earning"] == [("earning", "5.00")]
    assert "due in it" not in saved.explain("P1", "commission").about
    assert saved.verify().ok


def test_a_share_is_rounded_at_the_digits_that_the_plan_says(tmp_path: Path) -> None:
    """The plan says one digit of the percentage; for machines it is a share, at three."""
    measures = "  reached: {attainment: total, against: goal, missing_target: block, zero_target: block}\n"
    measures += "  score: {rounded: reached, mode: half_up, digits: 1}\ncomponents:\n"
    plan = PLAN.replace("components:\n", measures).replace(
        "    then:\n", "    then:\n      - multiply: {by: score, per: earning}\n"
    )
    orders = ORDERS.replace("1000.00", "1000.777")
    saved = open_workspace(written(tmp_path, {"field/comp.yaml": plan, "orders.csv": orders})).run("2026-03")
    score = one(saved.save(tmp_path / "runs").explain("P1", "commission"), "measure", "measure score")
    assert score.worked is not None
    assert score.worked.grouped.endswith("half_up, 1 digits)") and score.worked.plain.endswith("half_up, 3 digits)")


def test_a_band_of_a_share_is_read_in_percent(tmp_path: Path) -> None:
    """P1 has 1,500 of a target of 1,000: the band from 100 % on, and not from 1."""
    bands = (
        "look_ups:\n  level_rate: {type: rate, by: {reached: {band: reached, boundary: upper}}, missing: exception,\n"
    )
    bands += "    rows: [{reached: 0%, value: 1%}, {reached: 100%, value: 3%}]}\nmeasures:\n"
    plan = PLAN.replace("measures:\n", bands + "  reached: {attainment: total, against: goal, "
                        "missing_target: block, zero_target: block}\n")  # fmt: skip
    plan = (
        plan[: plan.index("    rate:\n")]
        + "    rate: {mode: flat, rate: level_rate}\n"
        + plan[plan.index("    then:") :]
    )
    saved = open_workspace(written(tmp_path, {"field/comp.yaml": plan})).run("2026-03").save(tmp_path / "runs")
    tree = saved.explain("P1", "commission")
    assert one(tree, "look_up", "look-up level_rate").about == "reached from 100 %"


def test_the_made_company(tmp_path: Path) -> None:
    from engine import open_run, open_workspace

    saved = open_workspace(Path(__file__).parents[2] / "plans").run("2026-03").save(tmp_path)
    record = open_run(saved.record.folder).record
    for participant in ("S-001", "S-007", "S-010", "K-002", "K-006", "E-004"):
        assert wrong(explain(record, participant)) == []
