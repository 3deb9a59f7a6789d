"""`komisi test` as one types it: exit codes, where it looks, what it says of mistakes."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.cli.command import komisi as made_komisi

ROOT = Path(__file__).parents[2]


@pytest.fixture
def komisi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """The command, in a copy of the example plans without any data beside them."""
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    monkeypatch.chdir(tmp_path)
    return made_komisi(monkeypatch, capsys)


def test_all_pass_without_the_data(komisi: Komisi) -> None:
    done = komisi("test")
    assert done.code == 0 and done.err == ""
    assert done.out.rstrip().endswith(" passed (3 plans)")


def test_one_file_and_one_name(komisi: Komisi) -> None:
    done = komisi("test", "plans/salesman/tests/bonus.yaml", "-k", "A RUPIAH")
    assert (done.code, done.out) == (0, "plans/salesman/tests/bonus.yaml  .\n\n1 passed (1 plan)\n")


def test_a_wrong_plan_fails_its_tests(komisi: Komisi) -> None:
    plan = Path("plans/salesman/comp.yaml")
    plan.write_text(plan.read_text().replace("rate: 1.0%", "rate: 1.1%"))
    done = komisi("test", "plans/salesman", "--output-format", "json")
    assert done.code == 1
    told = json.loads(done.out)
    assert told["ok"] is False and told["failed"] >= 1
    assert any(d["column"] == "earning" for entry in told["tests"] for d in entry["differences"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no/such/file.yaml"], "error: there is no no/such/file.yaml"),
        (["-k", "no such words"], "error: no test's name has `no such words` in it"),
        (["plans/komisi.yaml"], "read as a plan-test"),
        (["plans/salesman/tests", "--workspace", "elsewhere"], "error: there is no folder elsewhere"),
    ],
)
def test_slips(arguments: list[str], message: str, komisi: Komisi) -> None:
    done = komisi("test", *arguments)
    assert done.code in (1, 2) and message in done.out + done.err


def test_a_workspace_without_tests(komisi: Komisi) -> None:
    for folder in Path("plans").glob("*/tests"):
        shutil.rmtree(folder)
    done = komisi("test")
    assert done.code == 2 and "there are no plan tests here" in done.err


def test_a_plan_with_a_mistake_is_told_first(komisi: Komisi) -> None:
    plan = Path("plans/salesman/comp.yaml")
    plan.write_text(plan.read_text().replace("basis: period", "bassis: period", 1))
    done = komisi("test")
    assert done.code == 1 and "error[S001]" in done.err and done.out == ""
