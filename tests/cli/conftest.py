"""What tests of commands share."""

import pytest

from tests.cli.command import Komisi, komisi


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """`komisi` as a function of its arguments; a file whose tests all begin in one workspace has its own."""
    return komisi(monkeypatch, capsys)
