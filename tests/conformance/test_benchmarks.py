"""The benchmarks' scripts by hand, which know nothing of the engine, pay what it pays: so their times are of one thing."""

from pathlib import Path

import pytest

from tests.benchmarks import by_engine, by_hand, million
from tests.benchmarks.rich import by_hand as rich_by_hand

BY_HAND = {"plain": (million.PLAIN, by_hand.main), "rich": (million.RICH, rich_by_hand.main)}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_script_by_hand_pays_the_same(tmp_path: Path, name: str) -> None:
    benchmark, script = BY_HAND[name]
    benchmark.make(tmp_path / "data", 3_000, 60)
    script(tmp_path / "data", tmp_path / "hand")
    by_engine.main(tmp_path / "data", tmp_path / "engine")
    assert benchmark.compared(tmp_path / "engine", tmp_path / "hand")
