"""Coverage of plans by their tests: each point of a small plan, touched by the one case that touches it and no other."""

import shutil
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, front
from engine.trial import coverage, coverage_json, coverage_text, find_tests, run_tests
from tests.passes.test_trial import BASE, HEAD


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    shutil.copytree(BASE, tmp_path / "w", ignore=shutil.ignore_patterns("data"))
    monkeypatch.chdir(tmp_path / "w")
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    return made


def touched(compiled: Compiled, *inputs: str) -> set[str]:
    """What tests with this input touch, as `part: case`."""
    path = Path("field/tests/case.yaml")
    path.parent.mkdir(exist_ok=True)
    tests = [
        f"  - {{name: t{n}, period: 2026-03, input: {{{text}}}, output: {{stints/field: []}}}}\n"
        for n, text in enumerate(inputs)
    ]
    path.write_text(HEAD + "".join(tests), encoding="utf-8")
    suite = run_tests(compiled, find_tests(compiled.workspace, ()))
    assert list(suite.diagnostics) == []
    (found,) = coverage(compiled, suite, True)
    return {f"{point.part}: {point.case}" for point, count in found.points.items() if count}


@pytest.mark.parametrize(
    ("input", "point"),
    [
        ("orders: [{net_amount: 10000}]", "commission, tier 2 from 100% of target: exactly on it"),
        ("orders: [{net_amount: 9999.99}]", "commission, tier 2 from 100% of target: a unit below it"),
        ("orders: [{net_amount: 10001}]", "commission, tier 2 from 100% of target: something paid at it"),
        ("orders: [{net_amount: 100, repeat: 9}]", "volume, tier 2 from 10: a unit below it"),
        ("orders: [{net_amount: 5000}]", "volume, gate: it is met"),
        ("orders: [{net_amount: 5000}]", "volume, gate at 50% of target: exactly on it"),
        ("orders: [{net_amount: 4999.99}]", "volume, gate at 50% of target: a unit below it"),
        ("orders: [{net_amount: 300000}]", "kicker, cap: exactly on it"),
        ("orders: [{net_amount: 300001}]", "kicker, cap: above it"),
        ("orders: [{net_amount: 1, is_new: true}]", "kicker, multiply: another factor than 1"),
        ("orders: [{net_amount: 1, family: services}]", "rule sales: one that `services` excludes"),
        ("orders: [{net_amount: 1, status: lost}]", "rule sales: one that `where` refuses"),
        ("orders: [{net_amount: -1}]", "rule sales: a return"),
        ("orders: [{net_amount: 1, booked_on: 2026-01-01}]", "the plan starts on 2026-01-01: a sale on that day"),
        ("monthly: []", "commission, target field-monthly: it is missing"),
        ("monthly: [{participant: P-1, period: 2026-03, amount: 0}]", "commission, target field-monthly: it is zero"),
        ("roster: [{participant: P-1, start: 2026-03-02}]", "participants: one who joins inside a period"),
        (
            "orders: [{net_amount: 1, status: shared}], accounts:"
            " [{account: A-1, participant: P-1, share: 0.5, start: 2026-03-10}]",
            "assignment accounts: a sale on its first day",
        ),
    ],
)
def test_a_point_is_touched_by_its_case(compiled: Compiled, input: str, point: str) -> None:
    assert point in touched(compiled, input)
    assert point not in touched(compiled, "orders: [{net_amount: 777}]")


def test_a_zero_target_touches_no_bound(compiled: Compiled) -> None:
    zero = touched(compiled, "monthly: [{participant: P-1, period: 2026-03, amount: 0}]")
    assert "commission, tier 2 from 100% of target: exactly on it" not in zero


def test_what_is_missed_is_told_by_line(compiled: Compiled) -> None:
    assert touched(compiled, "orders: [{net_amount: 10000}]")
    suite = run_tests(compiled, find_tests(compiled.workspace, ()))
    found = coverage(compiled, suite, True)
    text = coverage_text(found)
    assert [line.split() for line in text.splitlines() if "tier 2 from 100%" in line] == [
        "field/comp.yaml:41 commission, tier 2 from 100% of target a unit above it, a unit below it, something paid at it".split()
    ]
    (data,) = coverage_json(found)
    assert data["touched"] == sum(point["tests"] > 0 for point in data["points"])
    assert text.splitlines()[-1] == f"field/comp.yaml  {data['touched']} of {len(data['points'])} points touched"


@pytest.mark.parametrize(("boundary", "at_the_first"), [("upper", False), ("lower", True)])
def test_of_two_points_at_one_place_the_first_may_be_reached_by_nothing(
    boundary: str, at_the_first: bool, compiled: Compiled
) -> None:
    path, flat = Path("field/comp.yaml"), "rate: {mode: flat, rate: 0.3%}"
    points = "{at: 0 USD, amount: 0}, {at: 9 USD, amount: 1}, {at: 9 USD, amount: 2}"
    lines = f"{{mode: interpolated, select: sales_ytd, above: same, boundary: {boundary}, points: [{points}]}}"
    assert flat in path.read_text()
    path.write_text(path.read_text().replace(flat, f"rate: {lines}"))
    made = front(Path("."), Diagnostics(), {})
    assert made is not None
    (found,) = coverage(made, run_tests(made, []), True)
    paid = {point.part.partition(", ")[2] for point in found.points if point.case == "something paid at it"}
    assert ("point 2 at 9" in paid) == at_the_first and {"point 1 at 0", "point 3 at 9"} <= paid


def test_a_plan_without_tests_is_told(compiled: Compiled) -> None:
    suite = run_tests(compiled, [])
    assert [len(found.missed) == len(found.points) > 20 for found in coverage(compiled, suite, True)] == [True]
    assert coverage(compiled, suite, False) == []
