"""`komisi check`: what stands on which stream in each form, and that watching ends as the last check did."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.conformance.small_workspace import PLAN, written

ROOT = Path(__file__).parents[2]
BROKEN = PLAN.replace("rate: 1%", "rte: 1%")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, which is the current folder."""
    monkeypatch.chdir(written(tmp_path))
    return tmp_path


def test_forms_for_programs_have_stdout_for_themselves(do: Komisi, home: Path) -> None:
    for name in ("concise", "github"):
        done = do("check", "--output-format", name)
        assert (done.code, done.out, done.err) == (0, "", "no errors\n")
    for name in ("json", "sarif"):
        assert json.loads(do("check", "--output-format", name).out)
    for command in ("check", "show", "test"):
        assert do(command, "--json").out == do(command, "--output-format", "json").out, command
    (home / "field/comp.yaml").write_text(BROKEN)
    done = do("check", "--output-format", "concise")
    assert done.code == 1 and done.err.startswith("1 error in 1 file")
    assert done.out == "field/comp.yaml:35:26: error[S001] `tiers[1]` has no key `rte`\n"
    assert do("check", "--output-format", "github").out.startswith("::error file=field/comp.yaml,line=35,")


def test_only_the_files_asked_for(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(BROKEN)
    done = do("check", "komisi.yaml")
    assert (done.code, done.out) == (0, "") and "others of the workspace have some" in done.err
    assert do("check", "field").code == 1
    (home / "field/comp.yaml").write_text(PLAN)
    done = do("check", "orders.csv")
    assert (done.code, done.out) == (2, "") and "error: orders.csv is not read as a plan" in done.err


def test_a_plan_that_no_pattern_matches(do: Komisi, home: Path) -> None:
    (home / "plan-h2.yaml").write_text(PLAN.replace("name: field", "name: field-h2"))
    done = do("check")
    assert done.code == 0 and "N079" in done.out and "`plan-h2.yaml`: nobody is paid by it" in done.out
    assert "1 plan, 1 component, 3 files: no mistakes found, 1 warning above." in done.out
    done = do("check", "plan-h2.yaml")
    assert (done.code, done.out) == (2, "") and "error: plan-h2.yaml is not read as a plan" in done.err


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_watching_is_no_document(name: str, do: Komisi, home: Path) -> None:
    done = do("check", "--watch", "--output-format", name)
    assert (done.code, done.out) == (2, "") and "leave one of the two out" in done.err


# ------------------------------------------------------------------------------------------------------------ watching


@pytest.fixture
def watching(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`komisi check --watch` in the workspace, its streams in one."""
    program = [sys.executable, "-m", "engine", "check", "--watch", "--output-format", "concise"]
    with subprocess.Popen(
        program, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
    ) as child:  # fmt: skip
        yield child
        child.kill()


def _until(child: "subprocess.Popen[bytes]", text: str, seconds: float = 60) -> str:
    """What is printed up to a text."""
    assert child.stdout is not None
    printed = b""
    while text.encode() not in printed:
        ready, _, _ = select.select([child.stdout], [], [], seconds)
        assert ready, f"nothing more after {printed!r}"
        more = os.read(child.stdout.fileno(), 65536)
        assert more, f"it ended after {printed!r}"
        printed += more
    return printed.decode()


def _checked(child: "subprocess.Popen[bytes]", text: str) -> str:
    """What a check printed that says a text; a save that takes its time may be seen, and checked, twice."""
    while text not in (printed := _until(child, "Ctrl-C ends\n")):
        pass
    return printed


@pytest.mark.skipif(sys.platform == "win32", reason="signals and select of POSIX")
def test_a_change_checks_again_and_ctrl_c_ends(home: Path, watching: "subprocess.Popen[bytes]") -> None:
    _checked(watching, "no errors")
    (home / "field/comp.yaml").write_text(BROKEN)
    printed = _checked(watching, "error[S001]")
    assert "--- a file changed\n" in printed and "\x1b" not in printed
    (home / "field/new.yaml").write_text("kind: target-plan\n")  # a file that no pattern names yet
    _checked(watching, "error[S001]")
    (home / "komisi.yaml").rename(home / "away.yaml")
    _checked(watching, "can't be read")
    (home / "away.yaml").rename(home / "komisi.yaml")
    _checked(watching, "error[S001]")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(30) == 1
    (home / "field/comp.yaml").write_text(PLAN)


@pytest.mark.skipif(sys.platform == "win32", reason="signals and select of POSIX")
def test_a_sound_end(watching: "subprocess.Popen[bytes]") -> None:
    _until(watching, "Ctrl-C ends\n")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(30) == 0
