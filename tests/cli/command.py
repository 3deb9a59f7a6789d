"""Run the command line inside this process, as a shell would: what it prints on each stream, and its exit code."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.cli import main


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Komisi = Callable[..., Done]


def komisi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """`komisi` as a function of its arguments."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["komisi", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run
