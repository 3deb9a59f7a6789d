"""`komisi test --generate`: what it writes passes at once and touches all there is to touch, and nothing is written twice."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.cli.command import komisi as made_komisi

ROOT = Path(__file__).parents[2]
FILE = Path("sales/tests/boundaries.yaml")
PLAN = Path("sales/comp.yaml")


@pytest.fixture
def komisi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """The command, in a new workspace without any data."""
    monkeypatch.chdir(tmp_path)
    run = made_komisi(monkeypatch, capsys)
    assert run("init", ".").code == 0
    shutil.rmtree("data")
    return run


def test_what_it_writes_passes_and_touches_all_but_what_it_tells(komisi: Komisi) -> None:
    done = komisi("test", "--generate")
    assert done.code == 0 and done.out.splitlines()[0] == f"{FILE.as_posix()}  19 tests"
    assert "sales/comp.yaml:38  commission, cap: exactly on it  the nearest of" in done.out
    text = FILE.read_text()
    assert 'name: "commission, tier 2 from 80% of target: 0.01 USD below it"' in text
    assert "{attainment: 79.99999%, table_result: 799.9999, earning: 800}" in text
    told = json.loads(komisi("test", "--coverage", "--output-format", "json").out)
    missed = [f"{p['part']}: {p['case']}" for p in told["coverage"][0]["points"] if not p["tests"]]
    assert told["ok"] and missed == ["commission, cap: exactly on it"]


def test_another_component_fails_none_of_them(komisi: Komisi) -> None:
    """Each names the tables of what it is about, and not those of all that is paid."""
    komisi("test", "--generate")
    rate = "rate: {mode: flat, rate: 1%}, then: [{round: {per: earning, mode: half_up}}]"
    more = f"  more: {{earning_period: month, basis: period, base: sales_month, earning_code: MORE, {rate}}}\n"
    PLAN.write_text(PLAN.read_text().replace("components:\n", f"components:\n{more}"))
    done = komisi("test")
    assert done.code == 0 and "22 passed" in done.out


def test_what_is_there_stays_and_is_not_written_again(komisi: Komisi) -> None:
    komisi("test", "--generate", "sales")
    text = FILE.read_text()
    again = komisi("test", "--generate", "sales/comp.yaml")
    assert again.out.startswith(f"sales: nothing to add to {FILE.as_posix()}\n") and again.err == ""
    PLAN.write_text(PLAN.read_text().replace("- {from: 80%,", "- {from: 50%, rate: 1.5%}\n        - {from: 80%,"))
    more = komisi("test", "--generate", "--output-format", "json")
    (told,) = json.loads(more.out)
    assert (told["files"], told["there"]) == (["sales/tests/boundaries-2.yaml"], [FILE.as_posix()])
    names = [line.split('"')[1] for line in Path(told["files"][0]).read_text().splitlines() if "- name:" in line]
    assert names == [f"commission, tier 2 from 50% of target: {case}" for case in
                     ("0.01 USD below it", "exactly on it", "0.01 USD above it")]  # fmt: skip
    assert FILE.read_text() == text
    assert komisi("test", told["files"][0]).code == 0
    assert komisi("test", str(FILE)).code == 1, "what was agreed to is not what the plan pays now"


def test_conditions_that_nothing_meets_are_told(komisi: Komisi) -> None:
    PLAN.write_text(PLAN.read_text().replace('status == "booked"', 'status == "booked" and status == "lost"'))
    done = komisi("test", "--generate")
    assert done.code == 0
    assert "no row was found that the conditions of rule sales let through" in done.out
    assert komisi("test", str(FILE)).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--generate", "sale"], "did you mean `sales`?"),
        (["--generate", "-k", "tier"], "--generate stands alone"),
        (["--generate", "--coverage"], "--generate stands alone"),
    ],
)
def test_slips(arguments: list[str], message: str, komisi: Komisi) -> None:
    done = komisi("test", *arguments)
    assert done.code == 2 and message in done.err and not FILE.exists()


def test_a_file_with_a_mistake_is_told_before_anything_is_written(komisi: Komisi) -> None:
    FILE.write_text("kind: plan-test\ntests: [{name: t, period: 2026-14, output: {earnings: []}}]\n")
    done = komisi("test", "--generate")
    assert done.code == 2 and f"{FILE.as_posix()} has a mistake" in done.err
    assert list(FILE.parent.glob("boundaries-*.yaml")) == []
