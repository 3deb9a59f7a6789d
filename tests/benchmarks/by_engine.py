"""The engine's side of the benchmark: calculate the period and save the run. `--stages` says where the time went."""

import sys
import time
from pathlib import Path

from engine import open_workspace
from tests.benchmarks.made_million import PERIOD

if __name__ == "__main__":
    started = time.perf_counter()
    run = open_workspace(sys.argv[1]).run(PERIOD)
    calculated = time.perf_counter()
    saved = run.save(sys.argv[2])
    if "--stages" in sys.argv:
        print(f"calculate {calculated - started:.2f} s, save {time.perf_counter() - calculated:.2f} s")
    assert all(identity.holds for identity in run.calculated.outcome.identities)
    (Path(sys.argv[2]) / "latest").write_text(saved.record.id)
