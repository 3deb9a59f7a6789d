"""Hostile and broken plans: no traceback, no escape, no more than 2 s and 500 MB, and each told at its line.

All cases are checked in one process that may not write, connect, start anything or read elsewhere (`batch.py`); some of
them, and some of `cases/`, by the real command as well.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.case import BASE, Expected, all_cases
from tests.hostile.made import BY_COMMAND, MADE

resource = pytest.importorskip("resource", reason="limits, links and pipes of POSIX")

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 500
SLOWER = 40
"""On a slow machine a case may take as many times what the sound workspace takes."""
BEYOND_EMPTY = 6
"""The same by the command, most of which is its start: 0.3 to 0.4 s where this was written."""
CASES: dict[str, Callable[[Path], Expected]] = {case.name: case.build for case in all_cases()} | MADE
TO_COMMAND = (
    "001-duplicate-key", "006-python-tag", "113-files-from-the-net", "125-import-os", "128-open-for-writing", *BY_COMMAND,
)  # fmt: skip


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Name of the case → what `batch.py` said of it, with what was expected."""
    root = tmp_path_factory.mktemp("hostile")
    expected, before = {}, {}
    for name in ["sound", *CASES]:
        folder = root / name
        expected[str(folder)] = built(name, folder)
        before[str(folder)] = entries(folder)
    found = {}
    with ThreadPoolExecutor(2) as two:
        for line in chain.from_iterable(two.map(batch, (list(expected)[::2], list(expected)[1::2]))):
            result = json.loads(line)
            folder = result["folder"]
            result |= {"expected": expected[folder], "new": entries(Path(folder)) - before[folder]}
            found[Path(folder).name] = result
    return found


def batch(folders: list[str]) -> list[str]:
    """What `batch.py` says of workspaces, a line of each."""
    asked = "".join(f"{folder}\n" for folder in folders)
    program = [sys.executable, "-B", "-m", "tests.hostile.batch"]  # what it compiles would be seen as written
    done = subprocess.run(program, cwd=ROOT, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr[-3000:]
    return done.stdout.splitlines()


def built(name: str, folder: Path) -> Expected:
    """The workspace of a case, in `folder`."""
    if name in MADE or name == "sound":
        shutil.copytree(BASE, folder)
        return MADE[name](folder) if name in MADE else Expected("komisi.yaml", ())
    return CASES[name](folder)


def entries(folder: Path) -> set[str]:
    """All files in a folder."""
    return {str(Path(place) / name) for place, _, names in os.walk(folder) for name in names}


def assert_told(found: list[dict[str, Any]], expected: Expected) -> None:
    """The expected diagnostic is there, at its line; none where there is no mistake."""
    if not expected.lines:
        assert [d for d in found if d["severity"] == "error"] == []
        return
    here = [(d["severity"], d["code"]) for d in found if d["file"] == expected.file and d["line"] in expected.lines]
    assert (expected.severity, expected.code) in here, [(d["code"], d["file"], d["line"], d["message"]) for d in found]


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_told_at_its_line(name: str, checked: dict[str, Any]) -> None:
    result = checked[name]
    assert result["crash"] is None, result["crash"]
    assert result["escapes"] == [] and result["new"] == set()
    assert_told(result["found"], result["expected"])
    assert result["cpu"] <= max(SECONDS, SLOWER * checked["sound"]["cpu"])
    assert result["rss"] <= MEGABYTES


def test_the_base_is_sound(checked: dict[str, Any]) -> None:
    assert checked["sound"]["found"] == [] and checked["sound"]["crash"] is None


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 400 and len({case.name[:3] for case in all_cases()}) == len(all_cases())


ATTACKS = (
    "open('/etc/passwd')", "open('pwned', 'w')", "os.system('true')", "os.listdir('/etc')", "os.mkdir('pwned')",
    "__import__('socket').socket().connect(('127.0.0.1', 9))", "os.remove('komisi.yaml')", "os.rename('a', 'b')",
    "os.symlink('a', 'b')", "__import__('subprocess').run(['true'])", "os.execv('/bin/true', ['true'])",
    "__import__('ctypes').CDLL(None)", "os.open('x', os.O_CREAT)",
)  # fmt: skip


def test_the_watch_sees_an_escape(tmp_path: Path) -> None:
    """A canary: what the batch would say of an engine that reads, writes, runs or connects where a plan tells it to."""
    program = f"""
import os, sys
from pathlib import Path
from tests.hostile import batch
watch = batch.Watch()
sys.addaudithook(watch)
for attack in {ATTACKS!r}:
    batch.front = lambda *_: eval(attack)
    assert batch.one(Path({str(tmp_path)!r}), watch)["escapes"], attack
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------------------------------------------- by the command


def command(folder: Path) -> tuple[int, str, str, float, int]:
    """`komisi check` in a process of its own: exit code, output, errors, CPU seconds, megabytes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))

    # files, not pipes: a child that fills a pipe while we wait for it would wait for us
    with (
        (folder.parent / f"{folder.name}.out").open("w+") as out,
        (folder.parent / f"{folder.name}.err").open("w+") as err,
    ):
        child = subprocess.Popen(
            [sys.executable, "-m", "engine", "check", "--output-format", "json"], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, preexec_fn=limit, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, err):
            stream.seek(0)
        return child.returncode, out.read(), err.read(), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


@pytest.mark.slow
def test_by_the_command(tmp_path: Path) -> None:
    built("sound", tmp_path / "sound")
    code, out, errors, empty, _ = command(tmp_path / "sound")
    assert (code, json.loads(out)["diagnostics"], errors) == (0, [], "no errors\n")
    for name in TO_COMMAND:
        expected = built(name, tmp_path / name)
        before = entries(tmp_path / name)
        code, out, errors, seconds, megabytes = command(tmp_path / name)
        assert code == (1 if expected.lines and expected.severity == "error" else 0), (name, errors)
        assert "Traceback" not in errors and entries(tmp_path / name) == before, (name, errors)
        assert_told(json.loads(out)["diagnostics"], expected)
        used = (name, seconds, megabytes)
        assert seconds - empty <= max(SECONDS, BEYOND_EMPTY * empty) and megabytes <= MEGABYTES, used
