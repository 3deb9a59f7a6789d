"""The plans of the gallery: no finding, tests that pass, figures that hold, and a paragraph for their participants."""

import re
import shutil
from pathlib import Path

import pytest

from engine import open_workspace
from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from engine.templates import GALLERY
from engine.trial import find_tests, run_tests
from engine.trial.curve import curves
from engine.trial.curve_tables import Example

HOME = Path(__file__).parents[2] / "plans" / "gallery"


def test_the_gallery_is_what_init_offers() -> None:
    assert {path.name for path in HOME.iterdir() if path.is_dir()} == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_its_plans_are_sound_and_their_tests_pass(name: str) -> None:
    diagnostics = Diagnostics()
    compiled = front(HOME / name, diagnostics, {})
    assert compiled is not None and list(diagnostics) == []
    suite = run_tests(compiled, find_tests(compiled.workspace, ()))
    assert suite.passed and list(suite.diagnostics) == []
    assert {outcome.test.plan for outcome in suite.outcomes} == {plan.name for plan in compiled.workspace.plans}


def test_a_curve_names_the_row_that_stands_still_as_the_page_does() -> None:
    made = open_workspace(HOME / "distributor").compiled
    (salesman,) = made.workspace.plans
    told = [text for each in curves(made, salesman, Example()) for text in getattr(each, "assumed", ())]
    assert "`booster` is 1.2, as for depot from 100 %: its first row." in told


@pytest.mark.parametrize("name", GALLERY)
def test_everybody_can_be_paid(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(HOME / name, tmp_path / name, ignore=shutil.ignore_patterns("runs"))
    period, participant = GALLERY[name]
    run = open_workspace(folder).run(period)
    assert set(run.payouts["status"]) == {"payable"} and participant in set(run.payouts["participant"])
    assert (run.payouts["amount"] > 0).any()
    assert all(identity.holds for identity in run.calculated.outcome.identities)


@pytest.mark.parametrize("name", GALLERY)
def test_plans_are_short_and_their_participants_are_told(name: str) -> None:
    for path in HOME.glob(f"{name}/**/*.yaml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 120, path
    text = (HOME / name / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^## For .*\n\n> You", text, re.MULTILINE)
    assert text.count("\n> You") == text.count("## For ")
