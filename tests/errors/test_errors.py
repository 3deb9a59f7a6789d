"""Each diagnostic has a folder with a workspace that provokes it, and how `komisi check` prints that.

`case.yaml` is what differs from the sound workspace of `tests/hostile/base` (its form: `tests/hostile/case.py`); where
that is too large for a file, `made.txt` names one of `tests/hostile/made.py`. `KOMISI_UPDATE=1 python -m pytest
tests/errors` writes `expected.txt` anew: read what changes.
"""

import os
import shutil
from pathlib import Path

import pytest

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics, render_full
from engine.pipeline import front
from tests.hostile.case import BASE, read_case
from tests.hostile.made import MADE

HERE = Path(__file__).parent
FAMILIES = "YSFNTMW"
TOLD_BEFORE = {
    "M016": "the schema tells of a missing `select` first (S002); for plans that no schema has seen",
}
"""Codes that no file provokes, and why."""


def codes() -> list[str]:
    return [code for code in CODES if code[0] in FAMILIES and code not in TOLD_BEFORE]


def spoil(folder: Path, workspace: Path) -> None:
    """Make the workspace of a code's folder."""
    made = folder / "made.txt"
    if made.exists():
        shutil.copytree(BASE, workspace)
        MADE[made.read_text().strip()](workspace)
    else:
        read_case(folder / "case.yaml").spoil(workspace)


@pytest.mark.parametrize("code", codes())
def test_a_diagnostic_prints_as_expected(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = HERE / code
    assert folder.is_dir(), f"{code} has no folder in tests/errors"
    spoil(folder, tmp_path / "workspace")
    monkeypatch.chdir(tmp_path / "workspace")
    diagnostics, sources = Diagnostics(), dict[str, str]()
    front(Path("."), diagnostics, sources)
    assert code in {diagnostic.code for diagnostic in diagnostics}, [d.code for d in diagnostics]
    printed = render_full(diagnostics, sources, False) + "\n"
    if os.environ.get("KOMISI_UPDATE"):
        (folder / "expected.txt").write_text(printed, encoding="utf-8")
    assert printed == (folder / "expected.txt").read_text(encoding="utf-8")


def test_every_folder_is_of_a_code() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(codes())
