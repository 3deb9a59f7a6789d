"""The same answer: whatever the order and partition of the rows, the threads, the engine, locale, time zone, hash seed, folder.

On the made company's August, which has splits, to-date components, returns and dirty rows.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from engine import Run, open_workspace

ROOT = Path(__file__).parents[2]
MONTH = "2026-11"
TEXTS = ("participants.csv", "targets_monthly.csv", "targets_yearly.csv", "accounts.csv")

PROGRAM = """\
import sys
from engine import open_workspace
run = open_workspace(sys.argv[1]).run(sys.argv[2])
print(run.digest(), run.calculated.manifest({})["run"])
"""


@pytest.fixture(scope="module")
def clean() -> Run:
    return open_workspace(ROOT / "plans").run(MONTH)


def _copy(folder: Path, rows: Callable[[str, bytes], bytes]) -> Path:
    """The company in `folder`, the rows of each file changed by `rows`; its plans."""
    shutil.copytree(ROOT / "plans", folder / "plans")
    for name in (*TEXTS, *(f"invoices/2026-{month:02}.csv" for month in range(1, 12))):
        path = folder / "fixtures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rows(name, (ROOT / "fixtures" / name).read_bytes()))
    return folder / "plans"


def _shuffled(name: str, data: bytes) -> bytes:
    header, *rows = data.splitlines(keepends=True)
    assert rows[-1].endswith(b"\n"), name
    Random(name).shuffle(rows)
    return header + b"".join(rows)


def test_the_month_has_what_is_wanted(clean: Run) -> None:
    codes = set(clean.exceptions["code"])
    assert {"E108", "X005", "X008", "X012", "X016"} <= codes
    credits = [name for name in clean.calculated.outcome.tables if name.startswith("credits/key-account.")]
    assert clean.table(credits[0])["state"].n_unique() > 1
    assert clean.earnings["period"].n_unique() > 3


def test_shuffled_rows(clean: Run, tmp_path: Path) -> None:
    run = open_workspace(_copy(tmp_path, _shuffled)).run(MONTH)
    assert run.digest() == clean.digest()
    assert run.calculated.manifest({})["run"] != clean.calculated.manifest({})["run"], "other files, another run"


def test_a_file_split_into_several(clean: Run, tmp_path: Path) -> None:
    plans = _copy(tmp_path, lambda name, data: data)
    for path in sorted((tmp_path / "fixtures" / "invoices").glob("*.csv")):
        header, *rows = path.read_bytes().splitlines(keepends=True)
        for part in range(3):
            other = path.parent / str(part) / path.name
            other.parent.mkdir(exist_ok=True)
            other.write_bytes(header + b"".join(rows[part::3]))
        path.unlink()
    main = plans / "komisi.yaml"
    files = "../fixtures/invoices/{period}.csv"
    parts = [f"../fixtures/invoices/{part}/{{period}}.csv" for part in (1, 0, 2)]
    text = main.read_text(encoding="utf-8")
    assert text.count(files) == 1
    main.write_text(text.replace(files, f"[{', '.join(repr(part) for part in parts)}]"), encoding="utf-8")
    run = open_workspace(plans).run(MONTH)
    assert len(run.calculated.files) == len(clean.calculated.files) + 2 * 11
    assert run.digest() == clean.digest()


def _locale(folder: Path) -> dict[str, str]:
    """Turkish, where it can be made (its i has two forms); else none at all."""
    made = folder / "tr_TR.UTF-8"
    if shutil.which("localedef") is not None:
        subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", str(made)], check=False, capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8"} if made.is_dir() else {"LC_ALL": "C", "PYTHONUTF8": "1"}


@pytest.mark.slow
def test_other_processes(clean: Run, tmp_path: Path) -> None:
    """Threads, locales, time zones, hash seeds and current folders, varied together so that three processes are enough."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "POLARS_", "TZ"))}
    one = {"POLARS_MAX_THREADS": "1", "TZ": "Asia/Jakarta", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    two = {"POLARS_MAX_THREADS": "2", "TZ": "America/New_York", "PYTHONHASHSEED": "1", **_locale(tmp_path)}
    eight = {"POLARS_MAX_THREADS": "8", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"}
    variants = [(one, ROOT, "plans"), (two, ROOT / "tests", "../plans"), (eight, tmp_path, str(ROOT / "plans"))]
    wanted = f"{clean.digest()} {clean.calculated.manifest({})['run']}"
    for settings, folder, plans in variants:
        env = {**plain, "PYTHONPATH": str(ROOT), **settings}
        command = [sys.executable, "-c", PROGRAM, plans, MONTH]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[-2] == wanted, settings


def test_the_second_run_was_there_already(tmp_path: Path) -> None:
    workspace = open_workspace(ROOT / "plans")
    first, second = workspace.run("2026-01"), workspace.run("2026-01")
    assert first.save(tmp_path).record.id == second.save(tmp_path).record.id
    assert len(list(tmp_path.iterdir())) == 1
