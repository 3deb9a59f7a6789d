"""AdventureWorks, 2011–2014, against what is known of it: runs where the data lies beside the project, skips itself elsewhere."""

import csv
import importlib.util
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine import Run, Workspace, open_workspace

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "adventureworks"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the AdventureWorks data is not beside the project"),
]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _independent() -> ModuleType:
    spec = importlib.util.spec_from_file_location("independent", HERE / "independent.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The trial's workspace with the data beside it, and the sellers with the day of their first quota."""
    folder = tmp_path_factory.mktemp("adventureworks") / "workspace"
    shutil.copytree(HERE / "workspace", folder)
    (folder / "data").mkdir()
    for name in ("SalesOrderHeader", "SalesTerritoryHistory", "SalesPersonQuotaHistory"):
        shutil.copyfile(DATA / f"{name}.csv", folder / "data" / f"{name}.csv")
    first: dict[str, str] = {}
    for row in _rows(DATA / "SalesPersonQuotaHistory.csv"):
        first[row["BusinessEntityID"]] = min(first.get(row["BusinessEntityID"], "9999"), row["QuotaDate"])
    rates = {row["BusinessEntityID"]: row["CommissionPct"] for row in _rows(DATA / "SalesPerson.csv")}
    lines = ["participant,start,commission_pct", *(f"{who},{day},{rates[who]}" for who, day in sorted(first.items()))]
    (folder / "data" / "sellers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_workspace(folder)


@pytest.fixture(scope="module")
def runs(workspace: Workspace) -> dict[str, Run]:
    """One run for each of the twelve quota periods."""
    periods = workspace.compiled.workspace.calendar.of_length("period")
    return {period.name: workspace.run(period.name) for period in periods}


def _due(runs: dict[str, Run], table: str) -> list[dict[str, Any]]:
    """The rows of each run's own period."""
    return [row for name, run in runs.items() for row in run.table(table).to_dicts() if row["period"] == name]


def _cents(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def test_own_orders_equal_the_baseline(runs: dict[str, Run]) -> None:
    paid = {(r["participant"], r["period"]): r for r in _due(runs, "earnings/own.commission")}
    attained = {(r["participant"], r["period"]): r for r in _due(runs, "earnings/own.quota_attained")}
    baseline = _rows(DATA / "baseline" / "rep_quarter_baseline.csv")
    assert len(baseline) == 163
    assert {(r["SalesPersonID"], r["QuotaPeriodStart"]) for r in baseline} == set(paid)
    for row in baseline:
        key = (row["SalesPersonID"], row["QuotaPeriodStart"])
        assert paid[key]["sales"] == Decimal(row["Sales"])
        assert paid[key]["earning"] == Decimal(row["Commission"])
        assert attained[key]["target"] == Decimal(row["SalesQuota"])
        assert _cents(attained[key]["attainment"] * 100, "0.0001") == Decimal(row["AttainmentPct"])
    assert sum(r["sales"] for r in paid.values()) == Decimal("80487704.1832")
    assert sum(r["earning"] for r in paid.values()) == Decimal("1101643.43")


def test_year_to_date_equals_the_company_own_figure(runs: dict[str, Run]) -> None:
    last = runs["2014-03-01"].table("measures/own.sales_ytd").to_dicts()
    ytd = {r["participant"]: r["value"] for r in last if r["period"] == "2014-03-01"}
    known = {r["BusinessEntityID"]: Decimal(r["SalesYTD"]) for r in _rows(DATA / "SalesPerson.csv")}
    assert len(known) == 17
    assert ytd == known


def test_shared_territories_equal_the_independent_script(runs: dict[str, Run]) -> None:
    expected = {(r["participant"], r["period"]): r for r in _independent().territory(DATA)}
    found = {(r["participant"], r["period"]): r for r in _due(runs, "earnings/territory.commission")}
    assert len(expected) == 163
    assert set(found) == set(expected)
    for key, row in expected.items():
        assert found[key]["sales_ytd"] == row["sales_ytd"], key
        assert found[key]["target"] == row["quota_ytd"], key
        assert found[key]["earning"] == row["earning"], key
    assert sum(r["earning"] for r in found.values()) == Decimal("1274336.10")
    assert sorted(key for key, row in found.items() if row["earning"] < 0) == [
        ("276", "2012-11-30"), ("279", "2011-12-01"), ("280", "2013-02-28"), ("288", "2014-03-01"),
    ]  # fmt: skip


def test_shared_territories_credit_every_order_once(runs: dict[str, Run]) -> None:
    own = _due(runs, "measures/territory.sales_ytd")
    assert sum(r["own"] for r in own) == Decimal("80487704.1832")
    assert sum(r["own"] != 0 for r in own) == 133
    without = {(r["participant"], r["period"]) for r in own if r["own"] == 0}
    earned = {(r["participant"], r["period"]): r for r in _due(runs, "earnings/territory.commission")}
    assert len(without) == 30
    assert {key: earned[key]["earning"] for key in without if earned[key]["earning"] != 0} == {
        ("280", "2013-02-28"): Decimal("-9470.84")
    }
    assert all(earned[key]["cause"] for key in without if earned[key]["earning"] == 0)


def test_shares_and_the_sellers_who_are_missing_from_them(runs: dict[str, Run]) -> None:
    parties: dict[str, int] = {}
    warned = 0
    for name, run in runs.items():
        start, end = next(
            (p.start, p.end) for p in run.calculated.compiled.workspace.calendar.periods if p.name == name
        )
        for row in run.table("credits/territory.shared").to_dicts():
            if start <= row["credit_date"] <= end:
                parties[row["order"]] = parties.get(row["order"], 0) + 1
        warned += run.exceptions.filter(run.exceptions["code"] == "E109").height
    assert [list(parties.values()).count(n) for n in (1, 2)] == [1827, 1979]
    assert warned == 676


@pytest.mark.parametrize(("plan", "participant"), [("own", "275"), ("territory", "280")])
def test_runs_verify_and_explain(runs: dict[str, Run], tmp_path: Path, plan: str, participant: str) -> None:
    saved = runs["2013-02-28"].save(tmp_path / plan)
    verified = saved.verify()
    assert verified.ok, verified.findings[:3]
    tree = saved.explain(participant)
    assert participant in repr(tree)
