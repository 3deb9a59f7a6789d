"""A command in the workspace of an example of the language reference, and its files with other words."""

from pathlib import Path

import pytest

from tests.cli.command import Komisi, komisi
from tests.documents.examples import DOCUMENT, build, examples

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))
RUN = ("run", "2026-03")


def in_example(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """`komisi` in a folder where the example of a name stands; the terminal is wide."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "160")
    build(EXAMPLES, name, folder)
    return komisi(monkeypatch, capsys)


def changed(path: Path, *changes: tuple[str, str]) -> None:
    """A file with texts of it replaced, each of which is there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
