"""`komisi run`: exit codes, what stands on which stream, what it writes, and that a run is written whole or not at all."""

import csv
import errno
import importlib
import json
import os
import re
import shlex
import signal
import stat
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import NoSuchTable, open_workspace
from engine.core import fingerprint
from tests.cli.command import Komisi
from tests.conformance.small_workspace import MAIN, ORDERS, PEOPLE, PLAN, written

ROOT = Path(__file__).parents[2]
writing, reading, pipeline = (
    importlib.import_module(f"engine.{name}") for name in ("record.write", "record.read", "pipeline")
)
DIRTY = ORDERS + "X,2026-03-03,P1,booked,,1,n/a\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, which is the current folder."""
    monkeypatch.chdir(written(tmp_path))
    return tmp_path


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _run_folder(runs: Path) -> Path:
    (folder,) = (path for path in runs.iterdir() if path.is_dir())
    return folder


# ---------------------------------------------------------------------------------------------------------- exit codes


def test_0_nothing_blocking(do: Komisi, home: Path) -> None:
    done = do("run", "2026-03")
    assert (done.code, done.err) == (0, "")
    assert "small · 2026-03 · 3 participants on 1 plan · 14 rows read from 4 files" in done.out
    assert "field  75.51 USD  3 participants  all payable" in done.out
    assert "komisi explain latest:2026-03 P1\n" in done.out and "\033" not in done.out
    (folder,) = (home / "runs").glob("*/manifest.json")
    digest = json.loads(folder.read_text())["run_digest"]
    assert (
        f"     run digest {digest}\n\nNext" in done.out and do("verify", "latest:2026-03", "--digest", digest).code == 0
    )
    assert json.loads(do("run", "2026-03", "--json").out)["run_digest"] == digest


def test_1_mistakes_in_the_plans(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(PLAN.replace("rate: 1%", "rte: 1%"))
    done = do("run", "2026-03")
    assert (done.code, done.out) == (1, "")
    assert "field/comp.yaml:35" in done.err and "Nothing was calculated: mend the plans first" in done.err
    assert not (home / "runs").exists()


USAGE: list[tuple[tuple[str, ...], str, str]] = [
    (("run", "2026-13"), "error: `2026-13` is not a period of this workspace's calendar", "the pay periods are 2026-01,"),
    (("run", "march"), "error: `march` is not a period", "2026-01"),
    (("run", "2026-Q1"), "error: `2026-Q1` is a quarter; people are paid by the month here", "2026-01"),
    (("run", "2026-03", "--plan", "feld"), "error: no plan is called `feld`", "did you mean `field`?"),
    (("run", "2026-03", "-w", "nowhere"), "error: there is no folder nowhere", "komisi.yaml"),
    (("run", "2026-03", "-w", "field"), "error: field is no workspace", "komisi.yaml"),
    (("run",), "Missing argument 'PERIOD'", "komisi run"),
    (("run", "2026-03", "--nope"), "No such option '--nope'", "komisi run --help"),
    (("rum", "2026-03"), "No such command 'rum'", "Did you mean 'run'?"),
    (("verify", "latest"), "error: `latest` of which pay period?", "`latest:2026-03`"),
    (("verify", "previous"), "error: `previous` of which pay period?", "`previous:2026-03`"),
    (("verify", "abc", "def"), "error: one run is asked for; here is also `def`", "`latest:2026-03`"),
    (("explain", "latest:2026-03"), "error: explain takes a run and one participant", "komisi explain latest:2026-03"),
    (("explain", "latest", "2026-03"), "error: explain takes a run and one participant", "komisi explain latest:2026-03"),
    (("run", "2026-03", "--runs", "a", "--out", "b"), "error: --out is another word for --runs", "--runs DIR"),
    (("check", "nowhere.yaml"), "'nowhere.yaml' does not exist", "komisi check"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message", "help_"), USAGE, ids=["-".join(u[0]) for u in USAGE])
def test_2_usage(arguments: tuple[str, ...], message: str, help_: str, do: Komisi, home: Path) -> None:
    done = do(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err and help_ in done.err
    assert not (home / "runs").exists()


def test_2_outside_any_workspace(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (("run", "2026-03"), ("check",)):
        done = do(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "no workspace in" in done.err and "name it with --workspace DIR" in done.err


def test_3_blocking_exceptions(do: Komisi, home: Path) -> None:
    (home / "orders.csv").write_text(DIRTY)
    done = do("run", "2026-03")
    assert (done.code, done.err) == (3, "")
    assert "Not payable  P1\n" in done.out and "`komisi exceptions` says what to do" in done.out
    assert "54.51 USD payable · 21.00 USD held (1 line)" in done.out
    assert re.search("blocks participant +X008  not a number: 1\n", done.out)


def test_3_the_whole_period(do: Komisi, home: Path) -> None:
    (home / "orders.csv").write_text(ORDERS + 'X,2026-03-03,"P1\n')
    done = do("run", "2026-03")
    assert done.code == 3
    assert "Not payable  the whole period" in done.out and "0.00 USD payable · 75.51 USD held (3 lines)" in done.out


def test_4_an_input_that_is_not_there(do: Komisi, home: Path) -> None:
    (home / "orders.csv").unlink()
    done = do("run", "2026-03")
    assert (done.code, done.out) == (4, "")
    assert (
        "error: [X001] orders.csv: no file of source `orders` is there" in done.err
        and "  help: put the file" in done.err
    )
    assert not (home / "runs").exists()


def test_4_no_such_run(do: Komisi, home: Path) -> None:
    done = do("verify", "latest:2026-02")
    assert (done.code, done.out) == (4, "")
    assert "error: no run of 2026-02 in runs\n  help: `komisi run 2026-02` makes one\n" in done.err


# ------------------------------------------------------------------------------------------------- written whole or not


def test_4_the_place_is_a_file(do: Komisi, home: Path) -> None:
    (home / "there").write_text("a file")
    done = do("run", "2026-03", "--runs", "there")
    assert (done.code, done.out) == (4, "")
    assert "error: the run can't be written: file exists: there" in done.err
    done = do("run", "2026-03", "--runs", "there/below")
    assert done.code == 4 and "not a directory" in done.err and "Errno" not in done.err


def test_4_the_disk_is_full(do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put, count = writing._put, [0]

    def full(path: Path, data: bytes, root: Path) -> None:
        count[0] += 1
        if count[0] == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        put(path, data, root)

    monkeypatch.setattr(writing, "_put", full)
    done = do("run", "2026-03")
    assert (
        (done.code, done.out) == (4, "") and "no space left on device" in done.err and "no half run is left" in done.err
    )
    assert not (home / "runs").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_4_a_disk_that_takes_only_small_files(home: Path) -> None:
    """The real thing: the system refuses to write on, in the middle of a file."""
    program = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
    program += "sys.argv = ['komisi', 'run', '2026-03']\nfrom engine.cli import main\nmain()"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stderr
    assert "error: the run can't be written: file too large" in done.stderr and "defect" not in done.stderr
    assert not (home / "runs").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    ("command", "to", "code", "said"),
    [
        ("run 2026-03", ">/dev/full", 4, "the run is there as a whole, runs/"),
        ("run 2026-03", ">/dev/full 2>/dev/full", 4, ""),
        ("run 2026-03", ">&-", 0, ""),
        ("run 2026-03", ">&- 2>&-", 0, ""),
        ("run 2026-03", "| true", 0, ""),
        ("check", ">/dev/full", 4, "a file that the command writes is there as a whole, or not at all"),
        ("--help", ">/dev/full", 4, "no space left on device"),
        ("--help", "| true", 141, ""),
    ],
)
def test_an_output_that_is_full_closed_or_no_longer_read(
    command: str, to: str, code: int, said: str, home: Path
) -> None:
    """`| true` reads nothing, and has gone before anything is printed."""
    ours = f"{shlex.quote(sys.executable)} -c 'from engine.cli import main; main()' {command}"
    shell = f"{ours} {to}" if "|" not in to else f"{{ sleep 0.3; {ours}; echo $? >&3; }} 3>code {to}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "-c", shell], cwd=home, env=env, capture_output=True, text=True, check=False)
    ended = int((home / "code").read_text()) if "|" in to else done.returncode
    assert (ended, done.stdout) == (code, "") and said in done.stderr
    assert "defect" not in done.stderr and "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert not said or done.stderr.count("error: the output can't be written: no space left on device\n") == 1
    if command.startswith("run"):
        assert _run_folder(home / "runs").joinpath("manifest.json").exists()


@pytest.mark.parametrize("where", ["_put", "_sync"])
def test_130_interrupted(where: str, do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, where, interrupted)
    done = do("run", "2026-03")
    assert (done.code, done.out) == (130, "") and "A run is written whole or not at all" in done.err
    assert not (home / "runs").exists()


def test_130_interrupted_where_polars_makes_a_panic_of_it(
    do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        pass

    def interrupted(*_: Any) -> None:
        raise Panic("called `Result::unwrap()` on an `Err` value: PyErr { type: <class 'KeyboardInterrupt'> }")

    monkeypatch.setattr(writing, "_put", interrupted)
    done = do("run", "2026-03")
    assert (done.code, done.out) == (130, "") and done.err.startswith("Interrupted.")


def test_130_what_was_interrupted_says_nothing_of_the_rest(
    do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    assert do("run", "2026-03").code == 0
    monkeypatch.setattr(pipeline, "prove", interrupted)
    done = do("verify", "latest:2026-03")
    assert (done.code, done.out) == (130, "") and "A run is written whole" not in done.err
    assert done.err.lstrip().startswith("Interrupted. It did not get to its end")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_130_interrupted_while_it_is_still_being_imported(told: signal.Signals, home: Path) -> None:
    program = f"""
import os, sys
class Told:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), {int(told)})
sys.meta_path.insert(0, Told())
from engine.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


def test_4_runs_of_somebody_else(do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "runs/receipts.jsonl")

    monkeypatch.setattr(reading, "receipts", refused)
    done = do("verify", "latest:2026-03")
    assert (
        done.code == 4 and "`runs/receipts.jsonl` may not be read or written by you" in done.err and "pack" in done.err
    )


def test_told_while_polars_asks_for_a_data_type(home: Path) -> None:
    """Polars takes no exception there: it is told a moment later."""
    program = r"""
import signal, time
from engine.cli import _interrupted
signal.signal(signal.SIGINT, _interrupted)
ask = "def ask():\n    signal.raise_signal(signal.SIGINT)\n    return 'asked'"
exec(compile(ask, "/lib/polars/datatypes/classes.py", "exec"))
try:
    print(ask())
    for _ in range(200):
        time.sleep(0.1)
except KeyboardInterrupt:
    print("told")
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["asked", "told"], done.stderr


def test_something_else_in_its_place(do: Komisi, home: Path) -> None:
    do("run", "2026-03")
    folder = _run_folder(home / "runs")
    (folder / "manifest.json").unlink()
    done = do("run", "2026-03")
    assert (
        done.code == 4
        and f"something that is not a whole run is in its place, remove it: runs/{folder.name}" in done.err
    )


@pytest.mark.parametrize("command", ["run 2026-03", "verify latest:2026-03", "exceptions latest:2026-03"])
def test_an_empty_folder_of_runs_is_not_the_default(command: str, do: Komisi, home: Path) -> None:
    do("run", "2026-03")
    done = do(*command.split(), "--runs", "")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: --runs names no folder: it is empty\n  help: name one, or leave --runs out\n"


def test_what_is_waived_is_one_line_whatever_it_would_have_held(do: Komisi, home: Path) -> None:
    """One waived row is of the period, the other dated outside the run's days, and so a warning."""
    waiver = "{{code: X007, record: '{}', name: Ada, reason: known, until: 2026-03}}"
    bad = ("X,2026-03-07,P1,,,1,9", "Y,2025-03-07,P1,,,1,8")
    section = f"exceptions: {{waivers: [{', '.join(waiver.format(row) for row in bad)}]}}\n"
    written(home, {"orders.csv": ORDERS + "\n".join([*bad, ""]), "komisi.yaml": MAIN + section})
    said = do("run", "2026-03").out
    assert re.findall(r"^  waived +(.*) USD  X007 .*: (\d)$", said, re.M) == [("17.00", "2")]


def test_a_folder_with_a_blank_is_quoted_where_a_command_is_printed(do: Komisi, home: Path) -> None:
    """What is printed to be copied deletes no other folder."""
    done = do("run", "2026-03", "--runs", "r r")
    assert done.out.count(" --runs 'r r'\n") == 2 + ("komisi exceptions" in done.out)
    folder = _run_folder(home / "r r")
    (folder / "manifest.json").write_text("{}")
    said = do("run", "2026-03", "--runs", "r r").err
    assert f"`rm -r 'r r/{folder.name}'`" in said and f"`komisi verify 'r r/{folder.name}'`" in said


def test_an_id_with_a_blank_is_quoted_too(do: Komisi, home: Path) -> None:
    written(home, {"people.csv": PEOPLE.replace("P1,", "P one,"), "orders.csv": ORDERS.replace("P1,", "P one,")})
    (home / "goals.csv").write_text("participant,period,amount\nP one,2026-03,9\nP2,2026-03,9\nP3,2026-03,9\n")
    assert "komisi explain latest:2026-03 'P one'\n" in do("run", "2026-03").out


def test_another_process_was_first(do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = writing._sync

    def late(part: Path) -> None:
        sync(part)
        monkeypatch.setattr(writing, "_sync", sync)
        assert do("run", "2026-03").code == 0

    monkeypatch.setattr(writing, "_sync", late)
    done = do("run", "2026-03")
    assert done.code == 0 and "it was there already" in done.out
    assert not list((home / "runs").glob(".*"))


# ------------------------------------------------------------------------------------------------------ what it writes


def test_the_same_run_again(do: Komisi, home: Path) -> None:
    assert "it was there already" not in do("run", "2026-03").out
    folder = _run_folder(home / "runs")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = do("run", "2026-03")
    assert (
        done.code == 0
        and f"Run  runs/{folder.name}/ (it was there already: the same inputs give the same run)" in done.out
    )
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    receipts = [json.loads(line) for line in (home / "runs/receipts.jsonl").read_text().splitlines()]
    assert [(r["run"], r["period"]) for r in receipts] == [(folder.name, "2026-03")] * 2
    assert all(set(r) == {"run", "period", "at", "by", "on"} for r in receipts)


DAMAGE = [("payouts.csv", False), ("manifest.json", False), ("new.txt", True), ("tables/earnings.parquet", True),
          ("plans/komisi.yaml", True)]  # fmt: skip


@pytest.mark.parametrize(("file", "sealed"), DAMAGE)
def test_a_damaged_run_in_its_place(do: Komisi, home: Path, file: str, sealed: bool) -> None:
    do("run", "2026-03")
    folder = _run_folder(home / "runs")
    path = folder / file
    if file.endswith(".parquet"):
        frame = pl.read_parquet(path)
        path.unlink()
        frame.with_columns(pl.col("earning") + 1).write_parquet(path)
    elif file == "manifest.json":
        path.write_text(path.read_text().replace('"period": "2026-03"', '"period": "2026-02"'))
    else:
        path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    if sealed:
        names = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["files"] = {name: fingerprint.of_file(folder / name) for name in names if name != "manifest.json"}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    done = do("run", "2026-03")
    assert done.code == 4 and "it was there already" not in done.out
    assert f"a run with this id is there already, and it is damaged: runs/{folder.name}: {file} " in done.err
    assert f"help: move it away or delete it (`rm -r runs/{folder.name}`) and run again" in done.err
    assert len((home / "runs/receipts.jsonl").read_text().splitlines()) == 1


def test_a_file_that_two_sources_read(do: Komisi, home: Path) -> None:
    text = (home / "komisi.yaml").read_text()
    goals = text[text.index("  goals:\n") :]
    end = next((i for i, line in enumerate(goals.splitlines()[1:], 1) if not line.startswith("    ")), None)
    block = "\n".join(goals.splitlines()[:end]) + "\n"
    (home / "komisi.yaml").write_text(text.replace(block, block + block.replace("  goals:", "  aims:", 1)))
    once = len((home / "goals.csv").read_text().splitlines()) - 1
    done = do("run", "2026-03")
    assert f"{14 + once} rows read from 4 files, 1 of them by several sources" in done.out
    manifest = json.loads((_run_folder(home / "runs") / "manifest.json").read_text())
    assert manifest["inputs"]["aims"]["goals.csv"] == manifest["inputs"]["goals"]["goals.csv"]
    assert manifest["rows"]["aims"] == {"goals.csv": {"read": once, "accepted": once, "rejected": 0, "skipped": 0}}
    places = [row["place"] for row in _rows(_run_folder(home / "runs") / "identities.csv")]
    assert {"aims: goals.csv", "goals: goals.csv"} <= set(places)
    assert do("verify", "latest:2026-03").code == 0


def test_a_table_that_is_not_there(home: Path) -> None:
    run = open_workspace(home).run("2026-03")
    assert run.table("exceptions").equals(run.exceptions) and run.table("source/orders").height
    with pytest.raises(
        NoSuchTable, match=r"this run has no table `payout`; did you mean `payouts`\? there are calendar, "
    ):
        run.table("payout")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_nobody_else_may_read_it(do: Komisi, home: Path) -> None:
    before = os.umask(0)
    try:
        do("run", "2026-03", "--runs", "deep/runs")
    finally:
        os.umask(before)
    folder = _run_folder(home / "deep/runs")
    modes = {p.relative_to(folder).as_posix(): stat.S_IMODE(p.stat().st_mode) for p in [folder, *folder.rglob("*")]}
    wrong = {name: oct(mode) for name, mode in modes.items() if mode != (0o700 if (folder / name).is_dir() else 0o600)}
    assert wrong == {}
    assert stat.S_IMODE((folder.parent / "receipts.jsonl").stat().st_mode) == 0o600


def test_sheets_of_the_company(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert do("run", "2026-10", "--runs", tmp_path).code == 3
    folder = _run_folder(tmp_path)
    for name in ("payouts", "earnings", "exceptions", "identities"):
        data = (folder / f"{name}.csv").read_bytes()
        assert b"\r" not in data and data.endswith(b"\n") and not data.startswith(b"\xef\xbb\xbf")
    places = {"IDR": 0, "SGD": 2, "USD": 2}
    payouts, earnings = _rows(folder / "payouts.csv"), _rows(folder / "earnings.csv")
    assert {row["currency"] for row in payouts} == set(places)
    for row in payouts:
        if row["status"] != "payable" and row["amount"] == "":
            continue  # nothing of it is known
        whole, _, fraction = row["amount"].partition(".")
        assert re.fullmatch(r"-?[0-9]+", whole) and len(fraction) == places[row["currency"]], row
    for row in earnings:
        assert re.fullmatch(r"(-?[0-9]+(\.[0-9]{1,12})?)?", row["earning"]), row
        assert row["earning"] == "" or Decimal(row["earning"]).as_tuple().exponent == -places[row["currency"]], row
        assert (row["earning"] == "") == (row["outcome"] == "blocked") and row["outcome"] in (
            "earned",
            "zero",
            "blocked",
        )
    for row in _rows(folder / "exceptions.csv"):
        assert re.fullmatch(r"(-?[0-9]+(\.[0-9]{1,12})?)?", row["at_stake"]), row
        assert row["at_stake"] == "" or row["currency"], row
        assert row["message"] and row["help"] and "\n" not in row["message"]
    for row in _rows(folder / "identities.csv"):
        assert Decimal(row["left"]) == Decimal(row["right"]) and "E" not in row["left"] + row["right"]
        assert row["holds"] == "true"
    for rows, keys in (
        (payouts, list(payouts[0])[:-2]),
        (earnings, ["plan", "component", "earning_code", "currency", "participant"]),
    ):
        assert [[row[k] for k in keys] for row in rows] == sorted([row[k] for k in keys] for row in rows)
    severities = [row["severity"] for row in _rows(folder / "exceptions.csv")]
    order = ("blocks_period", "blocks_participant", "blocks_component", "warning")
    assert severities == sorted(severities, key=order.index)


def test_what_is_held_is_nowhere_called_paid(do: Komisi, home: Path) -> None:
    text = (home / "komisi.yaml").read_text()
    (home / "komisi.yaml").write_text(text.replace("files: orders.csv", "files: orders.csv\n    control: {rows: 7}"))
    done = do("run", "2026-03")
    assert done.code == 3 and "Not payable  the whole period" in done.out and " 3 earned\n" in done.out, done.out
    folder = _run_folder(home / "runs")
    assert {row["status"] for row in _rows(folder / "payouts.csv")} == {"not_payable"}
    assert {row["outcome"] for row in _rows(folder / "earnings.csv")} == {"earned"}
    said = do("explain", "latest:2026-03", "P1").out
    assert "not payable" in said and "│  earned   [" in said, said
    assert do("verify", "latest:2026-03").code == 0 and do("replay", "latest:2026-03").code == 0
    assert do("pack", "latest:2026-03", "--out", home / "pack.zip").code == 0
    with zipfile.ZipFile(home / "pack.zip") as packed:
        packed.extractall(home / "pack")
    proved = subprocess.run([sys.executable, home / "pack/verify.py"], capture_output=True, text=True, check=False)
    assert proved.returncode == 0, proved.stdout


def test_nothing_in_the_sheets_runs_in_a_spreadsheet(do: Komisi, home: Path) -> None:
    orders = ORDERS + "=1+1,2026-03-06,P1,shared,K1,1,600\n@x,2026-03-06,-P9,booked,,1,5\n"
    (home / "orders.csv").write_text(orders)
    do("run", "2026-03")
    sheets = [_rows(path) for path in sorted(_run_folder(home / "runs").glob("*.csv"))]
    assert len(sheets) == 4
    for rows in sheets:
        for row in rows:
            for name, value in row.items():
                assert name in ("left", "right", "at_stake", "amount", "earning", "table_result") or value[
                    :1
                ] not in tuple("=+-@"), row
    assert "'=1+1" in {row["key"] for row in sheets[1]}


def test_a_run_with_one_plan(do: Komisi, home: Path) -> None:
    (home / "other").mkdir()
    (home / "other/comp.yaml").write_text(
        PLAN.replace("name: field", "name: other").replace("title: Seller", "title: Manager")
    )
    (home / "people.csv").write_text(PEOPLE + "M1,2025-01-01,,Manager,PX-4\n")
    (home / "orders.csv").write_text(ORDERS + "M,2026-03-02,M1,booked,,1,10\n")
    (home / "goals.csv").write_text((home / "goals.csv").read_text() + "M1,2026-03,5\n")
    full, alone = do("run", "2026-03", "--runs", "full"), do("run", "2026-03", "--runs", "alone", "--plan", "field")
    assert (full.code, alone.code) == (0, 0)
    assert "4 participants on 2 plans" in full.out and "3 participants on plan field only" in alone.out
    for name in ("payouts", "earnings"):
        whole = [row for row in _rows(_run_folder(home / "full") / f"{name}.csv") if row["plan"] == "field"]
        assert whole and _rows(_run_folder(home / "alone") / f"{name}.csv") == whole
    both = do("run", "2026-03", "--runs", "both", "--plan", "other", "--plan", "field", "--plan", "other")
    again = do("run", "2026-03", "--runs", "both", "--plan", "field", "--plan", "other")
    assert both.code == 0 and "it was there already" in again.out


def test_the_same_run_from_any_folder_of_the_workspace(do: Komisi, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "below" / "deep").mkdir(parents=True)
    monkeypatch.chdir(home / "below" / "deep")
    assert do("run", "2026-03").code == 0
    first = _run_folder(home / "runs")
    monkeypatch.chdir(home)
    assert "it was there already" in do("run", "2026-03").out
    monkeypatch.chdir(home / "below")
    assert f"run {first.name} of 2026-03" in do("explain", "latest:2026-03", "P1").out


def test_json(do: Komisi, home: Path) -> None:
    (home / "orders.csv").write_text(DIRTY)
    done = do("run", "2026-03", "--json")
    found = json.loads(done.out)
    assert done.code == 3 and found["period"] == "2026-03" and found["run"] == _run_folder(home / "runs").name
    assert found["payouts"] == [
        {
            "plan": "field",
            "currency": "USD",
            "participants": 3,
            "amount": "75.51",
            "payable": "54.51",
            "held": "21",
            "held_lines": 1,
        }
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("field/comp.yaml", "{start: 2026-01-01}", "{start: 2026-01-01, end: 2026-02-28}", "it ended on 2026-02-28"),
        ("field/comp.yaml", "{start: 2026-01-01}", "{start: 2026-04-01}", "it begins on 2026-04-01"),
        ("field/comp.yaml", "title: Seller", "title: Buyer", "nobody is on it in these days"),
        ("komisi.yaml", "pay_period: month", "pay_period: month", ""),
    ],
)
def test_why_nobody_is_paid(file: str, old: str, new: str, why: str, do: Komisi, home: Path) -> None:
    text = (home / file).read_text()
    assert old in text
    (home / file).write_text(text.replace(old, new))
    shown = do("run", "2026-03").out
    assert (f"Payouts\n  field    pays nobody: {why}\n" in shown) == bool(why) and ("pays nobody" in shown) == bool(why)


def test_a_quarter_that_does_not_end_here(do: Komisi, home: Path) -> None:
    plan = (home / "field/comp.yaml").read_text()
    (home / "field/comp.yaml").write_text(plan.replace("earning_period: month", "earning_period: quarter"))
    shown = do("run", "2026-02").out
    assert "Payouts\n  field    pays nobody: none of its earning periods ends here\n" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is POSIX")
def test_no_colour_where_it_is_not_wanted(home: Path) -> None:
    """On a terminal of its own, with NO_COLOR and without."""
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [sys.executable, "-c", "from engine.cli import main; main()", "run", "2026-03"]
    shown = []
    for settings in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        terminal, inside = os.openpty()
        env = {**plain, "PYTHONPATH": str(ROOT), "TERM": "xterm", **settings}
        done = subprocess.run(command, cwd=home, env=env, stdout=inside, check=False)
        os.close(inside)
        assert done.returncode == 0
        shown.append(os.read(terminal, 100_000).decode())
        os.close(terminal)
    assert ["\033[1mPayouts" in shown[0], "\033" in shown[1], "\033" in shown[2]] == [True, False, False]
    assert "Payouts" in shown[1] and "Payouts" in shown[2]


def test_latest_prefixes_and_folders(do: Komisi, home: Path) -> None:
    do("run", "2026-03")
    (first,) = [path.name for path in (home / "runs").iterdir() if path.is_dir()]
    (home / "orders.csv").write_text(ORDERS + "Y,2026-03-09,P1,booked,,1,1\n")
    do("run", "2026-03")
    (second,) = [path.name for path in (home / "runs").iterdir() if path.is_dir() and path.name != first]
    common = next(at for at in range(16) if first[at] != second[at])
    assert json.loads(do("explain", "latest:2026-03", "P1", "--json").out) is not None
    assert f"run {second}" in do("explain", "latest:2026-03", "P1").out
    assert f"run {first}" in do("explain", first[: common + 1], "P1").out
    assert f"run {first}" in do("explain", f"runs/{first}", "P1").out
    done = do("explain", "zz", "P1")
    assert done.code == 4 and "no run in runs begins with `zz`" in done.err
    for run in (first, second):
        (home / "runs" / run).rename(home / "runs" / f"abc{run}")
    done = do("explain", "abc", "P1")
    assert done.code == 4 and "several runs in runs begin with `abc`" in done.err and "give more of the id" in done.err


def test_receipts_that_are_damaged(do: Komisi, home: Path) -> None:
    do("run", "2026-03")
    with (home / "runs/receipts.jsonl").open("a", encoding="utf-8") as file:
        file.write('[]\n{"period": "2026-03"\n{"period": "2026-03", "run": "gone"}\n')
    assert do("verify", "latest:2026-03").code == 0


def test_an_unknown_participant(do: Komisi, home: Path) -> None:
    do("run", "2026-03")
    done = do("explain", "latest:2026-03", "P")
    assert (done.code, done.out) == (2, "") and "no participant `P` is in run" in done.err


# ----------------------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize("command", [(), ("check",), ("run",), ("explain",), ("verify",)], ids="-".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(command: tuple[str, ...], flag: str, do: Komisi) -> None:
    done = do(*command, flag)
    assert (done.code, done.err) == (0, "") and done.out.startswith(f"Usage: {' '.join(('komisi', *command))}")
    assert max(map(len, done.out.split("\n"))) <= 110


def test_help_loads_nothing_heavy() -> None:
    program = "import sys; sys.argv = ['komisi', '--help']\nimport atexit\nfrom engine.cli import main\n"
    program += (
        "atexit.register(lambda: print(*(n for n in ('polars', 'jsonschema', 'yaml') if n in sys.modules)))\nmain()"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.endswith("\n\n"), done.stdout[-200:]


def test_check(do: Komisi, home: Path) -> None:
    done = do("check")
    assert (done.code, done.out) == (0, "1 plan, 1 component, 3 files: no mistakes found.\n")
    assert done.err == "next: komisi run PERIOD\n"
    (home / "komisi.yaml").write_text(MAIN.replace("role: targets", "role: goals"))
    done = do("check")
    assert done.code == 1 and "komisi.yaml:" in done.out and done.err.startswith("next: komisi rule S004")
    found = json.loads(do("check", "--output-format", "json").out)
    assert len(found["diagnostics"]) >= 1 and found["hidden"] == {"error": 0, "warning": 0}


def test_version(do: Komisi) -> None:
    done = do("--version")
    assert done.code == 0 and re.fullmatch(r"komisi, version \d+\.\d+\.\d+\n", done.out)
