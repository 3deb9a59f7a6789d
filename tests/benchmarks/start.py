"""How fast `komisi --help` and `komisi check` answer, as multiples of an empty Python that is started in turns with them.

python tests/benchmarks/start.py [--repeat 15]
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.installed import environment  # noqa: E402  # the script is run by its path, as the README says

BASE = ROOT / "tests" / "hostile" / "base"
LINES = 1000
AIMS = {"--help": 8, "check plans/": 25, f"check {LINES:,} lines": 100}

COMPONENT = """
  c{0}:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: C{0}
    rate:
      mode: marginal
      select: sales_month
      against: field-monthly
      tiers:
        - {{from: 0%, rate: 1%}}
        - {{from: 100%, rate: 2%}}
    then:
      - multiply: {{by: 1.1 if orders_month > {0} else 1, per: earning}}
      - cap: {{over: earning_period, at: 50000 USD}}
      - round: {{per: earning, mode: half_up}}
"""


def long_plan(folder: Path) -> None:
    """The sound workspace of the tests with components up to a thousand lines."""
    shutil.copytree(BASE, folder)
    plan = folder / "field" / "comp.yaml"
    text = plan.read_text(encoding="utf-8")
    number = 0
    while text.count("\n") < LINES - COMPONENT.count("\n"):
        number += 1
        text += COMPONENT.format(number)
    plan.write_text(text, encoding="utf-8")


def seconds(command: list[str], folder: Path) -> float:
    """What one process used of the processors: the clock says more of what else the machine does."""
    with (folder / "out").open("w") as out:
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment(folder / "cache"))
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} failed with {child.returncode}: {(folder / 'out').read_text()}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=15)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long_plan(folder / "long")
        komisi = [sys.executable, "-m", "engine"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [*komisi, "--help"],
            "check plans/": [*komisi, "check", "-w", str(ROOT / "plans")],
            f"check {LINES:,} lines": [*komisi, "check", "-w", str(folder / "long")],
        }
        took: dict[str, list[float]] = {label: [] for label in commands}
        for command in commands.values():
            seconds(command, folder)  # compiles
        for _ in range(repeat):
            for label, command in commands.items():
                took[label].append(seconds(command, folder))
    empty = statistics.median(took["python -c pass"])
    print(f"{'median of ' + str(repeat):20}{'user+sys ms':>14}{'× empty':>10}{'aim':>7}")
    for label, each in took.items():
        middle = statistics.median(each)
        print(f"{label:20}{middle * 1000:14.0f}{middle / empty:10.1f}{AIMS.get(label, ''):>7}")


main()
