"""Conditions in a credit's value: coverage lists what each decides, and tests are generated that change with every number."""

from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, front
from engine.trial import coverage, coverage_text, run_tests
from engine.trial.branch import branches
from engine.trial.build import build_tests
from engine.trial.generate import compose, file_of
from engine.trial.perform import Stage, perform
from engine.trial.point import ABOVE, BELOW, ON
from tests.conformance.small_workspace import MAIN, PLAN, written

VALUE = 'net * 0.5 if status == "half" else net * 0.25 if quantity >= 24 else net if is_new else net * 0.75'
FIELDS = MAIN.replace("status: text", "status: text\n      is_new: bool")
MADE = PLAN.replace('    where: status == "booked"\n', '    where: status != "shared"\n').replace(
    "    value: net\n  shared", f"    value: {VALUE}\n  shared"
)
WAYS = {
    'where status == "half"',
    "where quantity >= 24",
    "where is_new",
    "where not is_new",
}


def compiled(folder: Path, value: str = VALUE) -> Compiled:
    files: dict[str, str | bytes | None] = {"komisi.yaml": FIELDS, "field/comp.yaml": MADE.replace(VALUE, value)}
    diagnostics = Diagnostics()
    made = front(written(folder, files), diagnostics, {})
    assert made is not None, list(diagnostics)
    return made


def test_coverage_lists_what_each_condition_decides_and_both_sides_of_its_numbers(tmp_path: Path) -> None:
    made = compiled(tmp_path)
    (found,) = coverage(made, run_tests(made, []), True)
    mine = {(point.part, point.case) for point in found.missed if "value" in point.part}
    assert {case for part, case in mine if part == "rule sales, value"} == WAYS
    assert {case for part, case in mine if part == "rule sales, value, quantity >= 24"} == {BELOW, ON, ABOVE}
    assert "rule sales, value" in coverage_text([found])


def test_every_number_of_a_value_fails_a_generated_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = compiled(Path("."))
    composed = compose(made)
    assert not [point for point in composed.missed if "value" in point.part]
    path = Path("field/tests/boundaries.yaml")
    text = file_of(path, composed.drafts, made).encode()
    for old, new in (
        ("0.5", "0.6"),
        ("0.25", "0.2"),
        ("24", "23"),
        ("24", "25"),
        ("0.75", "0.7"),
        ("net if", "net * 2 if"),
    ):
        changed = compiled(Path("."), VALUE.replace(old, new, 1))
        stage = Stage(changed)
        tests = build_tests(path, changed.workspace, Diagnostics(), text)
        done = [perform(stage, test, Diagnostics()) for test in tests]
        assert not all(each is not None and each.passed for each in done), f"no test fails: {old} → {new}"


def test_a_choice_within_a_choice_has_the_ways_of_its_own(tmp_path: Path) -> None:
    (plan,) = compiled(tmp_path).workspace.plans
    ways = list(branches(plan.rule("sales").value.expr))
    assert [(way.words, len(way.true), len(way.false)) for way in ways] == [
        ('where status == "half"', 1, 0), ("where quantity >= 24", 1, 1), ("where is_new", 1, 2), ("where not is_new", 0, 3),
    ]  # fmt: skip
