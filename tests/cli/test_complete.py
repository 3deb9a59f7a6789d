"""Shell completion, asked the way a shell asks: the words so far in the environment, completions on stdout."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import written

ROOT = Path(__file__).parents[2]


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is offered for the last of the words."""
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "_KOMISI_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["komisi", *words]), "COMP_CWORD": str(len(words)),
    }  # fmt: skip
    program = "import sys; sys.argv = ['komisi']; from engine.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == "", done.stderr
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with a run."""
    monkeypatch.chdir(written(tmp_path))
    do: Komisi = komisi(monkeypatch, capsys)
    assert do("run", "2026-03").code == 0
    return tmp_path


def test_what_is_there(home: Path) -> None:
    assert completed(home, "ru") == ["rule", "run"]
    assert completed(home, "run", "2026-0")[:3] == ["2026-01", "2026-02", "2026-03"]
    assert completed(home, "run", "2026-03", "--plan", "f") == ["field"]
    assert completed(home, "rule", "M10")[:2] == ["M101", "M102"]
    (run,) = (folder.name for folder in (home / "runs").iterdir() if folder.is_dir())
    assert completed(home, "verify", "") == ["latest:2026-03", run]
    assert completed(home, "explain", "") == ["latest:2026-03", run]
    assert completed(home, "explain", "latest:2026-03", "") == ["P1", "P2", "P3"]
    assert completed(home, "explain", run[:4], "P") == ["P1", "P2", "P3"]
    assert completed(home, "check", "--output-format", "s") == ["sarif"]


def test_nothing_to_complete_is_no_message(tmp_path: Path, home: Path) -> None:
    (home / "komisi.yaml").write_text("kind: [")
    (home / "runs" / "receipts.jsonl").write_text("{")
    assert completed(home, "run", "") == [] and completed(home, "explain", "latest:2026-03", "") == []
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (home / "komisi.yaml").unlink()
    assert completed(elsewhere, "run", "") == [] and completed(elsewhere, "verify", "l") == []


def test_help_says_how(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "_KOMISI_COMPLETE=bash_source komisi" in komisi(monkeypatch, capsys)("--help").out


def in_bash(folder: Path, line: str) -> list[str]:
    """What a real bash, set up as the help says, puts in the place of what its words end with."""
    program = folder / "bin" / "komisi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!{sys.executable}\nimport sys; sys.argv[0] = 'komisi'\nfrom engine.cli import main\nmain()\n")
    program.chmod(0o755)
    asks = f"""
        eval "$(_KOMISI_COMPLETE=bash_source komisi)"
        compopt() {{ :; }}
        COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}
        _komisi_completion komisi
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{program.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", asks], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == "", done.stderr
    return [word for word in done.stdout.splitlines() if word]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_a_word_with_a_colon_in_a_real_bash(home: Path) -> None:
    """Bash ends words at colons: it puts what it is offered in the place of what stands behind the last one."""
    (run,) = (folder.name for folder in (home / "runs").iterdir() if folder.is_dir())
    assert in_bash(home, "komisi ru") == ["rule", "run"]
    assert in_bash(home, "komisi explain ") == ["latest:2026-03", run]
    assert in_bash(home, "komisi explain lat") == ["latest:2026-03"]
    assert in_bash(home, "komisi explain latest:") == ["2026-03"]
    assert in_bash(home, "komisi explain latest:2026") == ["2026-03"]
    assert in_bash(home, "komisi explain latest:2026-03 ") == ["P1", "P2", "P3"]
    assert in_bash(home, "komisi explain 'latest:2026-03' P") == ["P1", "P2", "P3"]
    assert in_bash(home, "komisi check --output-format s") == ["sarif"]


def test_latest_is_no_trial(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`latest:` passes over a run of some plans; so does the list of who is paid in it."""
    people = (home / "people.csv").read_text()
    (home / "people.csv").write_text(people.replace("P3,", "P7,"))
    assert komisi(monkeypatch, capsys)("run", "2026-03", "--plan", "field").code in (0, 3)
    assert completed(home, "explain", "latest:2026-03", "") == ["P1", "P2", "P3"]
    (home / "runs" / "receipts.jsonl").unlink()
    assert completed(home, "explain", "latest:2026-03", "") == ["P1", "P2", "P3"]
