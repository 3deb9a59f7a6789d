"""The engine's side of the benchmark: a run on disk, as `komisi run` makes it. `--stages` says where the time went."""

import sys
import time
from pathlib import Path

from engine import open_workspace
from engine.pipeline import calculate, draft, finish
from tests.benchmarks.made_million import PERIOD

if __name__ == "__main__":
    started = time.perf_counter()
    made = open_workspace(sys.argv[1]).compiled
    period = made.workspace.calendar.find(PERIOD)
    assert period is not None
    with draft(made, Path(sys.argv[2])) as fresh:
        run = calculate(made, Path(sys.argv[1]), period, draft=fresh)
        calculated = time.perf_counter()
        written = finish(run, fresh, {"plans": ""})
    if "--stages" in sys.argv:
        print(f"calculate {calculated - started:.2f} s, finish {time.perf_counter() - calculated:.2f} s")
    assert all(identity.holds for identity in run.outcome.identities)
    (Path(sys.argv[2]) / "latest").write_text(written.id)
