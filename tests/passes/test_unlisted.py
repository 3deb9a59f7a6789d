"""Plans, target plans and libraries that lie in a workspace and that komisi.yaml does not name (N079)."""

from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.pipeline import check
from tests.conformance.small_workspace import MAIN, PLAN, written

NAMED = MAIN.replace('plans: ["*/comp.yaml"]', "plans: field/comp.yaml")
OTHER = PLAN.replace("name: field", "name: field-h2").replace("2026-01-01", "2027-01-01")
GOAL = "kind: target-plan\nname: other\nunit: USD\nsource: goals\ngiven: period\nprorate: none\n"
PARTS = "kind: library\nrate_tables:\n  one: {mode: flat, rate: 5%}\n"
DRAFT = "a draft lies in a folder whose name begins with a dot (`.drafts/`)"


def told(folder: Path, **files: str) -> list[Diagnostic]:
    """What is told of the small workspace with these files beside; `/` is written `__`, `.` `_`."""
    named = {path.replace("__", "/").replace("_y", ".y"): text for path, text in files.items()}
    diagnostics = Diagnostics()
    check(written(folder, {"komisi.yaml": NAMED, **named}), diagnostics, {})
    return list(diagnostics)


def test_a_plan_beside_the_one_that_is_named(tmp_path: Path) -> None:
    [found] = told(tmp_path, field_h2__comp_yaml=OTHER)
    assert (found.code, found.severity) == ("N079", "warning")
    assert found.message == "no pattern under `plans:` matches the plan `field_h2/comp.yaml`: nobody is paid by it"
    assert found.span.file.endswith("komisi.yaml") and NAMED.splitlines()[found.span.line - 1].startswith("plans:")
    assert found.help == f"write `plans: [field/comp.yaml, field_h2/comp.yaml]`; {DRAFT}"


def test_each_kind_is_told_once_at_its_patterns(tmp_path: Path) -> None:
    plans = {f"p{n}__comp_yaml": OTHER for n in range(5)}
    found = told(tmp_path, **plans, field__more_yml=GOAL, parts_yaml=PARTS)
    assert [each.code for each in found] == ["N079"] * 3
    library, plan, target = (each.message for each in found)
    assert plan == (
        "no pattern under `plans:` matches the plans `p0/comp.yaml`, `p1/comp.yaml`, `p2/comp.yaml` and 2 more:"
        " nobody is paid by them"
    )
    assert target == "no pattern under `targets:` matches the target plan `field/more.yml`: nobody has a target of it"
    assert library == "no pattern under `libraries:` matches the library `parts.yaml`: no plan can use what is in it"
    helps = [each.help for each in found]
    assert helps == [
        f"write `libraries: [parts.yaml]`; {DRAFT}",
        f"name them under `plans:` as well; {DRAFT}",
        f'write `targets: ["*/targets.yaml", field/more.yml]`; {DRAFT}',
    ]


@pytest.mark.parametrize(
    "path",
    [
        ".drafts/comp.yaml", "field/.comp.yaml", "runs/1/plans/field/comp.yaml", "a/b/c/d/e/comp.yaml", "field/comp.yaml.old",
        "field/comp.txt",
    ],
)  # fmt: skip
def test_what_is_not_looked_at(path: str, tmp_path: Path) -> None:
    assert told(tmp_path, **{path: OTHER}) == []


@pytest.mark.parametrize("own", ["komisi.yaml", "manifest.json"])
def test_a_run_or_another_workspace_inside_has_its_own(own: str, tmp_path: Path) -> None:
    assert told(tmp_path, **{f"other/{own}": "", "other/comp.yaml": OTHER, "other/deep/comp.yaml": OTHER}) == []


def test_other_files_and_links_are_none(tmp_path: Path) -> None:
    (tmp_path / "copy.yaml").symlink_to(tmp_path / "field" / "comp.yaml")
    (tmp_path / "again").symlink_to(tmp_path / "field", target_is_directory=True)
    assert told(tmp_path, **{"docker.yaml": "kind: Deployment\n", "notes.yaml": "plans:\n  kind: comp-plan\n"}) == []


def test_an_error_that_may_come_of_it_is_told_alone(tmp_path: Path) -> None:
    """The target plan lies there and is not named: the plan that reads it says so."""
    without = NAMED.replace('targets: ["*/targets.yaml"]\n', "")
    diagnostics = Diagnostics()
    check(written(tmp_path, {"komisi.yaml": without}), diagnostics, {})
    assert [each.code for each in diagnostics] == ["N001"]
