"""What parts of the million's run cost by themselves: intake from Parquet and from CSV, payouts with nothing kept.

python tests/benchmarks/alone.py [--transactions 1000000] [--participants 10000] [--repeat 3]

Each in a process of its own, with Python's start; beside them a process that only reads the amounts and sums them by seller.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from engine.core.period import Period
    from engine.pipeline import Compiled
    from engine.record.reading import Reading

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import made_million  # noqa: E402  # the script is run by its path, as the README says
from tests.benchmarks.million import Took, measured, median, table  # noqa: E402


def read_and_sum(data: Path) -> None:
    """The least that a program can do which pays people: no engine in it."""
    rows = pl.scan_parquet(data / "orders/*.parquet").select("seller", "net")
    rows.group_by("seller").agg(pl.col("net").sum()).collect(engine="streaming")


def intake(data: Path) -> None:
    """Read, check and type all rows of all sources, in memory."""
    _read(data)


def payouts(data: Path) -> None:
    """Calculate the pay period for its payouts only: no trace, no log, no digest, no file."""
    from engine.backends.polars import compile_program
    from engine.run import scope_tables

    made, period, reading = _read(data)
    inputs = {**scope_tables(made.workspace, period), **reading.tables}
    lazy = {name: inputs[name].lazy() for name in made.program.inputs}
    found = compile_program(made.program).run(lazy, ["payouts"])["payouts"]
    assert found.height, "nobody is paid"


def _read(data: Path) -> "tuple[Compiled, Period, Reading]":
    from engine import open_workspace
    from engine.pipeline import read

    made = open_workspace(str(data)).compiled
    period = made.workspace.calendar.find(made_million.PERIOD)
    assert period is not None
    return made, period, read(made, data, period)


def as_csv(data: Path, out: Path) -> None:
    """The same workspace with its transactions in CSV files."""
    shutil.copytree(data, out, ignore=shutil.ignore_patterns("orders"))
    (out / "orders").mkdir()
    for file in sorted((data / "orders").iterdir()):
        pl.read_parquet(file).write_csv(out / "orders" / f"{file.stem}.csv")
    text = made_million.WORKSPACE
    for said, instead in (("format: parquet", "format: csv"), ("orders/*.parquet", "orders/*.csv")):
        text = text.replace(said, instead, 1)  # the orders come first
    (out / "komisi.yaml").write_text(text, encoding="utf-8")


PARTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "read, sum": (read_and_sum, "parquet"),
    "payouts": (payouts, "parquet"),
    "intake": (intake, "parquet"),
    "intake, CSV": (intake, "csv"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_million.make(folder / "parquet", given.transactions, given.participants)
        as_csv(folder / "parquet", folder / "csv")
        runs: dict[str, list[Took]] = {part: [] for part in PARTS}
        for number in range(given.repeat + 1):
            for part, (_, kind) in PARTS.items():
                took = measured(
                    [sys.executable, str(HERE / "alone.py"), "--part", part, str(folder / kind)], folder / "cache"
                )
                runs[part] += [took] if number else []  # the first compiles
        print(f"{given.transactions:,} transactions, {given.participants:,} participants; median of {given.repeat}")
        print(table({part: median(found) for part, found in runs.items()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        PARTS[sys.argv[2]][0](Path(sys.argv[3]))
    else:
        main()
