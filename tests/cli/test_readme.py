"""What the README tells people to type works as it stands."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.ending import BLOCKING, FINDINGS
from tests.cli.command import komisi
from tests.conformance.small_workspace import ORDERS, written

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tests_are_run_as_the_quick_start_says() -> None:
    (block,) = re.findall(r"## Quick start\n.*?```sh\n(.*?)```", README, re.DOTALL)
    install, tests = block.strip().split("\n")
    assert install.endswith("&& .venv/bin/komisi run 2026-03") and tests == ".venv/bin/python -m pytest -n auto"
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    awk = re.search(r"readme_test_command\(\) \{\n(.*?)\n\}", script, re.DOTALL)
    assert awk is not None
    if shutil.which("awk"):
        done = subprocess.run(["sh", "-c", awk[1]], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == tests
    pins = "-m pip install -q --require-hashes -r requirements.txt"
    own = "-m pip install -q --no-deps --no-build-isolation -e ."
    assert pins in script and own in script
    assert "pip install -q --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt" in install
    assert "--no-deps --no-build-isolation -e ." in install


def _lines() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.split("\n") if line.startswith("$ komisi ")]


@pytest.mark.slow
def test_every_line_to_type_works(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    shutil.copytree(ROOT / "plans", tmp_path / "plans")  # some lines write tests beside the plans
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    assert len(_lines()) >= 5
    for line in ("komisi run 2026-03", *_lines()):
        arguments = shlex.split(line, comments=True)[1:]
        command = [sys.executable, "-c", "from engine.cli import main; main()", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout[-500:], done.stderr)
        assert done.stdout.strip(), line


def test_a_months_end_goes_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An order without its amount is mended between the two runs."""
    (block,) = re.findall(r"## A month's end\n\n```sh\n(.*?)```", README, re.DOTALL)
    lines = [shlex.split(line, comments=True)[1:] for line in block.strip().split("\n")]
    first, again = (at for at, line in enumerate(lines) if line[0] == "run")
    do, codes = komisi(monkeypatch, capsys), list[int]()
    spoilt = ORDERS.replace("booked,,1,1000.00", "booked,,1,")
    assert spoilt != ORDERS
    monkeypatch.chdir(written(tmp_path, {"orders.csv": spoilt}))
    for at, line in enumerate(lines):
        if at == again:
            (tmp_path / "orders.csv").write_text(ORDERS)
        codes.append(do(*line).code)
    assert (codes[first], codes[again]) == (BLOCKING, 0)
    assert {line[0]: code for line, code in zip(lines, codes, strict=True)} == {
        "sources": BLOCKING, "run": 0, "exceptions": 0, "diff": FINDINGS, "verify": 0, "pack": 0,
    }  # fmt: skip
    assert (tmp_path / "march.zip").is_file()
