"""How a run is named: in one word, the same for every command; trials are passed over."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import ORDERS, written


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    monkeypatch.chdir(written(tmp_path))
    return komisi(monkeypatch, capsys)


def made(do: Komisi, *more: str) -> str:
    """The id of a new run of March."""
    done = do("run", "2026-03", "--json", *more)
    assert done.code == 0, done.err
    return str(json.loads(done.out)["run"])


def test_latest_and_previous_pass_over_a_trial(do: Komisi) -> None:
    first = made(do)
    Path("orders.csv").write_text(ORDERS + "X,2026-03-09,P1,booked,,1,10\n")
    second, trial = made(do), made(do, "--plan", "field")
    assert len({first, second, trial}) == 3
    for name, run in (("latest:2026-03", second), ("previous:2026-03", first), (trial[:8], trial)):
        done = do("explain", name, "P1")
        assert f"run {run} of 2026-03" in done.out and done.err == ""
    assert do("explain", "latest", "2026-03", "P1").out == do("explain", "latest:2026-03", "P1").out


def test_where_there_are_only_trials_it_is_said_which_was_taken(do: Komisi) -> None:
    said = do("run", "2026-03", "--plan", "field").out
    (trial,) = (folder.name for folder in Path("runs").iterdir() if folder.is_dir())
    assert f"komisi explain {trial} P1" in said and "a trial, which `latest:2026-03` passes over" in said
    done = do("verify", "latest:2026-03")
    assert done.code == 0
    assert f"note: latest:2026-03 is run {trial}, a trial (--plan field): there is no other of that period" in done.err


def test_since_names_a_run_as_every_command_does(do: Komisi) -> None:
    first = made(do)
    Path("orders.csv").write_text(ORDERS + "X,2026-03-09,P1,booked,,1,10\n")
    made(do)
    done = do("exceptions", "latest:2026-03", "--since", "previous:2026-03", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["since"]["run"] == first


def test_runs_without_their_receipts(do: Komisi) -> None:
    first, trial = made(do), made(do, "--plan", "field")
    receipts = Path("runs/receipts.jsonl")
    said = receipts.read_text()
    receipts.unlink()
    for name in ("latest:2026-03", first):
        done = do("explain", name, "P1")
        assert done.code == 0 and f"run {first} of 2026-03" in done.out, done.err
    Path("orders.csv").write_text(ORDERS + "X,2026-03-09,P1,booked,,1,10\n")
    second = made(do)
    assert f"run {second} of" in do("explain", "latest:2026-03", "P1").out  # the one that a receipt names
    receipts.unlink()
    for word in ("latest", "previous"):
        done = do("explain", f"{word}:2026-03", "P1")
        assert (
            done.code == 4
            and f"runs has 3 runs of 2026-03, {', '.join(sorted((first, second, trial)))}, and" in done.err
        )
        assert "runs/receipts.jsonl, which does not name them; copy it with the runs, or name one by its id" in done.err
    assert "pay period, of which there may be several runs" in do("explain", "2026-03", "P1").err
    assert "no run of 2026-02 in runs" in do("explain", "latest:2026-02", "P1").err
    receipts.write_text(said)
    assert f"run {first} of" in do("explain", "latest:2026-03", "P1").out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-03", "`2026-03` is a pay period, of which there may be several runs: `latest:2026-03` is the newest"),
        ("previous:2026-03", "there is only one run of 2026-03 in runs: `latest:2026-03`"),
        ("latest:2026-02", "no run of 2026-02 in runs\n  help: `komisi run 2026-02` makes one\n"),
        (
            "latest:2026-3",
            "no run of 2026-3 in runs\n  help: `2026-3` is no pay period of this workspace: did you mean `latest:2026-03`? "
            "the pay periods are 2026-01, 2026-02, 2026-03, 2026-04, … 2026-12\n",
        ),
        (
            "previous:march",
            "no run of march in runs\n  help: `march` is no pay period of this workspace: the pay periods are ",
        ),
        ("latest:2026-Q1", "`2026-Q1` is no pay period of this workspace"),
        ("lastest:2026-03", "no run in runs begins with `lastest:2026-03`: did you mean `latest:2026-03`?\n"),
        ("prev", "no run in runs begins with `prev`: did you mean `previous:PERIOD`?\n"),
        ("zz", "no run in runs begins with `zz`"),
    ],
)
def test_a_name_that_is_none_says_what_to_write(name: str, said: str, do: Komisi) -> None:
    made(do)
    done = do("verify", name)
    assert done.code == 4 and said in done.err


def test_without_a_workspace_nobody_knows_the_pay_periods(
    do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no advice to run what may be no period."""
    made(do)
    done = do("verify", "latest:2026-02", "--runs", "other runs")
    assert (
        done.err
        == "error: no run of 2026-02 in other runs\n  help: `komisi run 2026-02 --runs 'other runs'` makes one\n"
    )
    (tmp_path / "komisi.yaml").rename(tmp_path / "away.yaml")
    assert do("verify", "latest:2026-3").err == "error: no run of 2026-3 in runs\n"


def test_a_folder_that_is_no_run_says_what_it_is(do: Komisi) -> None:
    run = made(do)
    for name, said in (
        ("runs", f"`runs` is the folder of several runs, not one of them: name one of {run}"),
        ("./runs", f"`./runs` is the folder of several runs, not one of them: name one of {run}"),
        (".", f"the folder `.` is not a run: it has no manifest.json; in runs there are {run}"),
    ):
        done = do("verify", name)
        assert done.code == 4 and said in done.err, done.err
    for number in range(6):
        copied = Path("runs") / f"ee{number}"
        copied.mkdir()
        (copied / "manifest.json").write_text("{}")
    assert " and 2 more\n" in do("verify", "runs").err and " and 2 more\n" in do("verify", "zz").err
    assert "begin with `ee`: ee0, ee1, ee2, ee3, ee4 and 1 more; give more of the id" in do("verify", "ee").err


def test_where_runs_lie_is_said_by_one_word(do: Komisi) -> None:
    run = made(do, "--runs", "there")
    assert do("verify", "latest:2026-03", "--runs", "there").code == 0
    assert made(do, "--out", "there") == run and "--out" not in do("run", "--help").out
