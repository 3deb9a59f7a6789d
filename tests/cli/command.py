"""Run the command line inside this process, as a shell would: what it prints on each stream, and its exit code."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


def as_json(do: Komisi, *arguments: object, code: int = 1) -> Any:
    """What a command says with `--json`, and nothing beside it."""
    done = do(*arguments, "--json")
    assert (done.code, done.err) == (code, "")
    return json.loads(done.out)
