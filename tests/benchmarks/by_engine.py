"""The engine's side of the benchmark: a run on disk, as `komisi run` makes it. `--stages` says where the time went."""

import sys
import time
from pathlib import Path

from engine import open_workspace
from engine.pipeline import calculate, draft, finish
from tests.benchmarks.made_million import PERIOD


def main(data: Path, out: Path) -> str:
    """Where the time went: in calculating, and in what a run is given at its end."""
    started = time.perf_counter()
    made = open_workspace(str(data)).compiled
    period = made.workspace.calendar.find(PERIOD)
    assert period is not None
    with draft(made, out) as fresh:
        run = calculate(made, data, period, draft=fresh)
        calculated = time.perf_counter()
        written = finish(run, fresh, {"plans": ""})
    assert all(identity.holds for identity in run.outcome.identities)
    (out / "latest").write_text(written.id)
    return f"calculate {calculated - started:.2f} s, finish {time.perf_counter() - calculated:.2f} s"


if __name__ == "__main__":
    stages = main(Path(sys.argv[1]), Path(sys.argv[2]))
    if "--stages" in sys.argv:
        print(stages)
