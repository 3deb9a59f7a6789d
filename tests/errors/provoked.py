"""The sound workspace with a code's example in it. In: an example (`engine/rules/examples`). Out: a folder to check or run."""

import shutil
from pathlib import Path

from engine.rules import Example
from engine.rules.example import put
from tests.hostile.case import BASE
from tests.hostile.made import MADE

BY_HAND = {"Y001": "plan-linked-to-the-passwords"}
"""What the bad example only tells of, and no text can be: a workspace of `tests/hostile/made.py`."""


def provoke(example: Example, folder: Path) -> None:
    """The workspace with the bad example."""
    if example.code in BY_HAND:
        shutil.copytree(BASE, folder)
        MADE[BY_HAND[example.code]](folder)
    else:
        _build(example, example.bad, folder)


def mend(example: Example, folder: Path) -> None:
    """The workspace with the good example."""
    _build(example, example.good, folder)


def _build(example: Example, fragment: str, folder: Path) -> None:
    shutil.copytree(BASE, folder)
    for name, old, new in example.besides:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{example.code}: {old} is not in {name}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    file = folder / example.file
    file.parent.mkdir(exist_ok=True)
    text = file.read_text(encoding="utf-8") if file.exists() else ""  # a plan test stands beside the sound plan
    file.write_bytes(put(example, fragment, text))
