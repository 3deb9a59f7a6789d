"""One line on a terminal for what takes over a second: it says the pass, stays in its line, and nothing of it is left."""

import io
import os
import re
import subprocess
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from engine.cli import progress
from engine.core.progress import doing
from tests.conformance.small_workspace import written

ROOT = Path(__file__).parents[2]
PROGRAM = "import engine.cli.progress as p; p.AFTER = p.EVERY = 0.01; from engine.cli import main; main()"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(text: str) -> list[str]:
    """What a terminal shows after each return to the start of the line, over what was there."""
    line, seen = "", []
    for part in text.split("\r"):
        line = part + line[len(part) :]
        seen.append(line.rstrip())
    return seen


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "AFTER", 0.05)
    monkeypatch.setattr(progress, "EVERY", 0.01)
    return Terminal()


def test_it_says_what_is_done_and_goes_away(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.progress():
        doing("reading invoices · 8,971 rows")
        time.sleep(0.2)
        doing("writing")
        time.sleep(0.1)
    seen = shown(terminal.getvalue())
    assert "reading invoices · 8,971 rows · 0 s" in seen and "writing · 0 s" in seen and seen[-1] == ""
    assert "\n" not in terminal.getvalue() and "\033" not in terminal.getvalue()


def test_it_goes_away_after_a_mistake(terminal: Terminal) -> None:
    def fails() -> None:
        with redirect_stderr(terminal), progress.progress():
            doing("reading")
            time.sleep(0.1)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert shown(terminal.getvalue())[-1] == ""


def test_what_is_done_at_once_shows_nothing(terminal: Terminal) -> None:
    with redirect_stderr(terminal), progress.progress():
        doing("reading")
    assert terminal.getvalue() == ""


def test_a_long_line_stays_one_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    with redirect_stderr(terminal), progress.progress():
        doing("calculating · " + "x" * 500)
        time.sleep(0.1)
    assert 20 < max(len(line) for line in shown(terminal.getvalue())) < 30


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_can_t_go_back_sees_nothing(
    term: str | None, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM") if term is None else monkeypatch.setenv("TERM", term)
    with redirect_stderr(terminal), progress.progress():
        doing("reading")
        time.sleep(0.1)
    assert terminal.getvalue() == ""


def on_terminal(folder: Path, *arguments: str, **settings: str) -> str:
    """What a command writes to a terminal's stderr; its stdout goes elsewhere."""
    there, inside = os.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **settings}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, env=env, stderr=inside, stdout=subprocess.PIPE
    )
    os.write(inside, b"|end")
    os.close(inside)
    text = b""
    while not text.endswith(b"|end"):
        text += os.read(there, 100_000)
    os.close(there)
    assert done.returncode == 0 and b"\r" not in done.stdout
    return text.decode().removesuffix("|end")


def test_commands_show_it_and_quiet_does_not(tmp_path: Path) -> None:
    folder = written(tmp_path)
    seen = shown(on_terminal(folder, "run", "2026-03"))
    assert any(re.match(r"(reading|calculating|writing|adding) .* · \d+ s", line) for line in seen), seen
    assert seen[-1] == ""
    verified = shown(on_terminal(folder, "verify", "latest:2026-03"))
    assert any(line.startswith(("calculating again · table", "checking")) for line in verified)
    for command in (("run", "2026-03"), ("replay", "latest:2026-03")):
        assert not re.search(r" · \d+ s", on_terminal(folder, *command, "--quiet"))


def test_a_pipe_sees_nothing(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-c", PROGRAM, "run", "2026-03"]
    done = subprocess.run(command, cwd=written(tmp_path), env=env, capture_output=True, check=True)
    assert done.stderr == b"" and b"\r" not in done.stdout
