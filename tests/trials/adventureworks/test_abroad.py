"""AdventureWorks by lines: rates by category, overrides through managers, two currencies; against a script of another hand."""

import csv
import importlib.util
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, Workspace, open_workspace

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "adventureworks"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the AdventureWorks data is not beside the project"),
]
DIRECTOR = "273"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _written(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _lines() -> list[list[str]]:
    """Order lines that somebody sold, with their category."""
    group = {row["ProductSubcategoryID"]: row["ProductCategoryID"] for row in _rows("ProductSubcategory")}
    name = {row["ProductCategoryID"]: row["Name"] for row in _rows("ProductCategory")}
    of = {row["ProductID"]: name.get(group.get(row["ProductSubcategoryID"], ""), "none") for row in _rows("Product")}
    orders = {row["SalesOrderID"]: row for row in _rows("SalesOrderHeader") if row["SalesPersonID"]}
    return [
        [order, row["SalesOrderDetailID"], orders[order]["OrderDate"], orders[order]["SalesPersonID"], of[row["ProductID"]],
         row["LineTotal"]]
        for row in _rows("SalesOrderDetail")
        if (order := row["SalesOrderID"]) in orders
    ]  # fmt: skip


def _staff() -> list[list[str]]:
    """Sellers and the director above them, from the first quota on."""
    manager = {row["BusinessEntityID"]: row["ManagerID"] for row in _rows("Employee")}
    first: dict[str, str] = {}
    for row in _rows("SalesPersonQuotaHistory"):
        first[row["BusinessEntityID"]] = min(first.get(row["BusinessEntityID"], "9999"), row["QuotaDate"])
    first[DIRECTOR] = min(first.values())
    return [[who, day, manager[who]] for who, day in sorted(first.items())]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("adventureworks") / "abroad"
    shutil.copytree(HERE / "abroad", folder)
    (folder / "data").mkdir()
    shutil.copyfile(DATA / "CurrencyRate.csv", folder / "data" / "CurrencyRate.csv")
    columns = ["order", "line", "ordered_on", "seller", "category", "total"]
    _written(folder / "data" / "lines.csv", columns, _lines())
    _written(folder / "data" / "staff.csv", ["participant", "start", "manager"], _staff())
    return open_workspace(folder)


@pytest.fixture(scope="module")
def runs(workspace: Workspace) -> dict[str, Run]:
    """One run for each of the twelve quota periods."""
    periods = workspace.compiled.workspace.calendar.of_length("period")
    return {period.name: workspace.run(period.name) for period in periods}


def test_every_earning_equals_the_independent_script(runs: dict[str, Run]) -> None:
    spec = importlib.util.spec_from_file_location("independent_abroad", HERE / "independent_abroad.py")
    assert spec is not None and spec.loader is not None
    independent = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(independent)
    names = ("plan", "component", "participant", "period")
    expected = {tuple(row[name] for name in names): row["amount"] for row in independent.earnings(DATA)}
    found: dict[tuple[Any, ...], Decimal] = {}
    for period, run in runs.items():
        for row in run.table("earnings").to_dicts():
            if row["period"] == period:
                found[tuple(row[name] for name in names)] = row["earning"]
    assert len(expected) == 199
    assert found == expected
    totals = {plan: sum(amount for key, amount in found.items() if key[0] == plan) for plan in ("lines", "override")}
    assert totals == {"lines": Decimal("788578.88"), "override": Decimal("271108.68")}


def test_a_run_verifies_and_its_exchange_is_explained(runs: dict[str, Run], tmp_path: Path) -> None:
    saved = runs["2012-05-30"].save(tmp_path)
    verified = saved.verify()
    assert verified.ok, verified.findings[:3]
    assert "at the rate of 2012-05-30" in repr(saved.explain("289"))
