"""A million transactions by the engine, by a hand-written script and in DuckDB, side by side: time, memory, the same payouts.

python tests/benchmarks/million.py [--rich] [--transactions 1000000] [--participants 10000] [--repeat 3] [--out DIR]
                                   [--engine-only] [--verify]
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import made_million  # noqa: E402  # the script is run by its path, as the README says
from tests.benchmarks.installed import environment  # noqa: E402
from tests.benchmarks.rich import cells, made  # noqa: E402


@dataclass(frozen=True)
class Benchmark:
    """A workspace, the programs that calculate it, and what of their results has to be equal."""

    make: Callable[[Path, int, int], None]
    variants: dict[str, Path]
    compared: Callable[[Path, Path], list[str]]


@dataclass(frozen=True)
class Took:
    """What one process used: seconds on the clock, seconds of the processors, the most memory it held."""

    wall: float
    cpu: float
    peak_mb: float


def measured(command: list[str], cache: Path) -> Took:
    """Run a command in a process of its own, as an installation has it: compiled once, before, and then read."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment(cache))
    _, status, usage = os.wait4(process.pid, 0)
    took = Took(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return took


def ran(script: Path, data: Path, out: Path, cache: Path) -> Took:
    """Run one variant, into an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    return measured([sys.executable, str(script), str(data), str(out)], cache)


def median(runs: list[Took]) -> Took:
    """The middle of each figure."""
    return Took(*(statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "peak_mb")))


def compared(engine: Path, hand: Path) -> list[str]:
    """The results of both: equal in every row, or the program ends here."""
    tables = engine / (engine / "latest").read_text() / "tables"
    payouts = pl.read_parquet(tables / "payouts.parquet").select(
        "participant", "payroll_id", pl.col("earning_code").alias("code"), "amount"
    )
    earnings = pl.read_parquet(tables / "earnings.parquet").select(
        "component", pl.col("earning_code").alias("code"), "participant", "segment",
        pl.col("period").str.tail(2).cast(pl.Int8).alias("month"), "earning",
    )  # fmt: skip
    states = pl.read_parquet(tables / "states/orders.parquet").select("order_id", "state")
    return [
        _same("payouts", payouts, hand, ["participant", "code"]),
        _same("earnings", earnings, hand, ["component", "participant", "segment", "month"]),
        _same("states", states, hand, ["order_id"]),
    ]


def _same(name: str, ours: pl.DataFrame, hand: Path, keys: list[str]) -> str:
    theirs = pl.read_parquet(hand / f"{name}.parquet").select(ours.columns).cast(pl.Schema(ours.schema))
    if not ours.sort(keys).equals(theirs.sort(keys)):
        sys.exit(f"{name} differ: {ours.height} rows by the engine, {theirs.height} in {hand}")
    return f"{name}: {ours.height:,} rows, equal"


PLAIN = Benchmark(made_million.make, {"by hand": HERE / "by_hand.py", "engine": HERE / "by_engine.py"}, compared)
RICH = Benchmark(made.make, {"by hand": HERE / "rich/by_hand.py", "engine": HERE / "by_engine.py"}, cells.compared)
if find_spec("duckdb") is not None:
    PLAIN.variants["duckdb"] = HERE / "by_duckdb.py"


def table(took: dict[str, Took]) -> str:
    """The figures, and the ratio to the hand-written script if it ran."""
    lines = [f"{'':12}{'wall s':>10}{'user+sys s':>12}{'peak MB':>10}"]
    lines += [f"{name:12}{t.wall:10.2f}{t.cpu:12.2f}{t.peak_mb:10.0f}" for name, t in took.items()]
    if "by hand" not in took:
        return "\n".join(lines)
    hand, engine = took["by hand"], took["engine"]
    ratios = f"{engine.wall / hand.wall:10.2f}{engine.cpu / hand.cpu:12.2f}{engine.peak_mb / hand.peak_mb:10.2f}"
    return "\n".join([*lines, f"{'ratio':12}{ratios}"])


def verified(folder: Path, transactions: int, cache: Path) -> str:
    """What it takes to prove the engine's run, from nothing but what it wrote."""
    took = measured([sys.executable, "-m", "engine", "verify", str(folder / (folder / "latest").read_text())], cache)
    each = took.cpu / transactions * 1_000_000
    return f"{'verify':12}{took.wall:10.2f}{took.cpu:12.2f}{took.peak_mb:10.0f}   {each:.0f} µs a transaction"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rich", action="store_true", help="the plans of ten components")
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path, help="keep data and results here")
    parser.add_argument("--engine-only", action="store_true", help="without the other two, which hold all rows")
    parser.add_argument("--verify", action="store_true", help="then prove the engine's run, too")
    given = parser.parse_args()
    benchmark = RICH if given.rich else PLAIN
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = given.out or Path(temporary), Path(temporary) / "cache"
        data, results = folder / "data", {name: folder / name.replace(" ", "_") for name in benchmark.variants}
        benchmark.make(data, given.transactions, given.participants)
        benchmark.make(Path(temporary) / "small", 1_000, 10)
        variants = {name: run for name, run in benchmark.variants.items() if name == "engine" or not given.engine_only}
        for script in variants.values():
            ran(script, Path(temporary) / "small", Path(temporary) / "first", cache)  # compiles
        runs: dict[str, list[Took]] = {name: [] for name in variants}
        for _ in range(given.repeat):
            for name, script in variants.items():
                runs[name].append(ran(script, data, results[name], cache))
        print(f"{given.transactions:,} transactions, {given.participants:,} participants; median of {given.repeat}")
        print(table({name: median(found) for name, found in runs.items()}), flush=True)
        for name in variants:
            if name != "engine":
                lines = benchmark.compared(results["engine"], results[name])
                print("\n".join(f"{name}: {line}" for line in lines), flush=True)
        if given.verify:
            print(verified(results["engine"], given.transactions, cache))


if __name__ == "__main__":
    main()
