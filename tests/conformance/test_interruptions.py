"""A run that is interrupted at any point leaves nothing half, and the next one is right to the last byte.

`KOMISI_INTERRUPTIONS` says how often (20 unless it does): half are killed outright, a quarter find the disk full, a quarter are
told to stop (SIGINT, SIGTERM). When is drawn from a seed: over the whole run, or just while the folder is being filled.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from engine import open_run, open_workspace
from engine.core import fingerprint
from engine.record.read import add_receipt, find, receipts
from tests.conformance.small_workspace import written

ROOT = Path(__file__).parents[2]
TIMES = int(os.environ.get("KOMISI_INTERRUPTIONS", "20"))
COMMAND = [sys.executable, "-c", "from engine.cli import main; main()", "run", "2026-03"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"}


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder by its fingerprint."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): fingerprint.of_file(path) for path in files}


class Company:
    """The example company's March, as it comes out undisturbed, and how long that takes."""

    def __init__(self, folder: Path):
        self.folder, self.out = folder, folder / "runs"
        for name in ("plans", "fixtures"):
            (folder / name).symlink_to(ROOT / name)
        begun = time.monotonic()
        self.start(self.out).communicate()
        self.seconds = time.monotonic() - begun
        (self.id,) = (path.name for path in self.out.iterdir() if path.is_dir())
        self.right = tree(self.out / self.id)
        assert open_run(self.out / self.id).verify().ok

    def start(self, out: Path, limit: Callable[[], None] | None = None) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, "--out", str(out)], cwd=self.folder, env=ENV, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, preexec_fn=limit,
        )  # fmt: skip

    def holds(self, out: Path) -> None:
        """What is there is the whole run or none; `latest` finds it or nothing."""
        shown = {path.name for path in out.iterdir() if not path.name.startswith(".")}
        assert shown <= {self.id, "receipts.jsonl"}
        if self.id in shown:
            assert tree(out / self.id) == self.right
        assert {receipt["run"] for receipt in receipts(out)} <= {self.id}

    def next_is_right(self, out: Path) -> None:
        """The next run comes out the same to the last byte, and leaves nothing of the one before."""
        done = self.start(out)
        stdout, stderr = done.communicate(timeout=120)
        assert done.returncode == 0, stdout + stderr
        assert {path.name for path in out.iterdir()} == {self.id, "receipts.jsonl"}
        assert tree(out / self.id) == self.right and find(out, "latest:2026-03").id == self.id


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("company"))


def wait_for(moment: float, filling: bool, out: Path, run: "subprocess.Popen[str]") -> None:
    """Until the moment, counted from the start of the run, or from when its folder is there."""
    while filling and run.poll() is None and not any(out.glob(".*.part")):
        time.sleep(0.002)
    time.sleep(moment)


@pytest.mark.slow
def test_killed_at_any_moment(company: Company, tmp_path: Path) -> None:
    chosen, left = random.Random(20261126), 0
    for number in range(max(1, TIMES // 2)):
        out, filling = tmp_path / str(number), bool(number % 2)
        out.mkdir()
        run = company.start(out)
        wait_for(chosen.uniform(0, company.seconds * (0.5 if filling else 1)), filling, out, run)
        run.kill()
        run.communicate()
        left += any(out.glob(".*.part"))
        company.holds(out)
        company.next_is_right(out)
        shutil.rmtree(out)
    assert left or TIMES < 20, "no kill hit a run while it was being written"


@pytest.mark.slow
def test_told_to_stop_at_any_moment(company: Company, tmp_path: Path) -> None:
    chosen, stopped, left = random.Random(4), 0, 0
    for number in range(max(1, TIMES // 4)):
        out, filling = tmp_path / str(number), number % 4 != 3
        out.mkdir()
        run = company.start(out)
        wait_for(chosen.uniform(0, company.seconds * (0.5 if filling else 1)), filling, out, run)
        run.send_signal(signal.SIGTERM if number % 2 else signal.SIGINT)
        _, stderr = run.communicate(timeout=120)
        company.holds(out)
        if run.returncode == 130:
            stopped += 1
            assert "Interrupted." in stderr
            left += any(out.glob(".*.part"))  # told in the instant before the folder is anybody's to remove
        else:  # before the program began, or after it was done
            assert run.returncode in (0, 1, -signal.SIGINT, -signal.SIGTERM), stderr
        company.next_is_right(out)
        shutil.rmtree(out)
    assert (stopped or TIMES < 20) and left <= 1 + stopped // 20


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[tuple[Callable[[], None] | None, Callable[[], object]]]:
    """A disk of so many bytes in the folder, or else no file may be longer than a tenth of that; and how to make room."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") and os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield None, lambda: subprocess.check_call(["mount", "-o", "remount,size=64m", str(folder)])
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        limit = max(size // 10, 1)
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)), lambda: None


@pytest.mark.slow
def test_the_disk_is_full_at_any_point(company: Company, tmp_path: Path) -> None:
    chosen, full = random.Random(8), 0
    needed = sum(path.stat().st_size for path in (company.out / company.id).rglob("*") if path.is_file())
    for number in range(max(1, TIMES // 4)):
        out = tmp_path / str(number)
        out.mkdir()
        with small_disk(out, chosen.randrange(4096, needed)) as (limit, make_room):
            run = company.start(out, limit)
            stdout, stderr = run.communicate(timeout=120)
            company.holds(out)
            if run.returncode:
                full += 1
                assert run.returncode == 4 and "the run can't be written: " in stderr, stdout + stderr
                assert "no half run is left" in stderr and "Traceback" not in stderr
                assert not any(out.glob(".*.part"))
            make_room()
            company.next_is_right(out)
    assert full


def test_a_cut_receipt_does_not_take_the_next_with_it(tmp_path: Path) -> None:
    saved = open_workspace(written(tmp_path / "workspace")).run("2026-03").save(tmp_path / "runs")
    path, run = (
        tmp_path / "runs" / "receipts.jsonl",
        {"run": saved.record.id, "period": "2026-03", "at": "2026-04-01T08:00:00+00:00"},
    )
    add_receipt(path.parent, run)
    path.write_bytes(path.read_bytes() + b'{"run": "abc", "per')
    add_receipt(path.parent, run)
    assert receipts(path.parent) == [run, run] and path.read_bytes().count(b"\n") == 3


def test_what_a_killed_run_left_is_removed_and_what_another_works_in_is_not(tmp_path: Path) -> None:
    from engine.record.leftovers import claimed, release

    runs, workspace = tmp_path / "runs", open_workspace(written(tmp_path / "workspace"))
    (runs / ".77.killed.part" / "tables").mkdir(parents=True)
    (runs / ".mine").mkdir()
    other, lock = claimed(runs)
    saved = workspace.run("2026-03").save(runs)
    assert {path.name for path in runs.iterdir()} == {saved.record.id, other.name, ".mine"}
    release(lock)
    workspace.run("2026-02").save(runs)
    assert not other.exists() and (runs / ".mine").is_dir()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("parquet: underlying IO error: No space left on device (os error 28)", "No space left on device"),
        ("parquet: File out of specification: Invalid thrift: transport error", "the disk did not take all of it"),
    ],
)
def test_what_the_disk_says_is_told_however_it_is_wrapped(
    said: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise pl.exceptions.ComputeError(said)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match=told):
        open_workspace(written(tmp_path / "workspace")).run("2026-03").save(tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
