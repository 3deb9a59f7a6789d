"""A run of the small workspace over two years, in which one seller sells an amount in the middle of each month."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import Run, open_workspace
from tests.conformance.small_workspace import written
from tests.passes.test_earned import HEAD

SELLER = "P1,2025-01-01,,Seller,X1"


def run_of(
    folder: Path, text: str, amounts: Mapping[str, int], period: str, people: str = SELLER, *others: tuple[str, str]
) -> Run:
    """The plan's text for Sellers and Seniors from 2025 on; `others` are replaced in komisi.yaml."""
    text = text.replace("in_force: {start: 2026-01-01", "in_force: {start: 2025-01-01")
    orders = [f"O-{month},{month}-15,P1,booked,,1,{net}" for month, net in amounts.items()]
    files: dict[str, Any] = {
        "field/comp.yaml": text.replace("{title: Seller}", "{title: [Seller, Senior]}"),
        "orders.csv": "\n".join([HEAD, *orders, ""]),
        "people.csv": f"participant,start,end,title,payroll_id\n{people}\n",
    }
    root = written(folder, files)
    config = root / "komisi.yaml"
    said = config.read_text()
    for old, new in (("first_year: 2026", "first_year: 2025"), *others):
        said = said.replace(old, new)
    config.write_text(said)
    return open_workspace(root).run(period)


def months(run: Run, measure: str) -> dict[str, Any]:
    """What a measure is in each month of a run."""
    return dict(run.table(f"measures/field.{measure}").sort("period").select("period", "value").iter_rows())
