"""The made company, month by month, against the answers of a script that knows nothing of the engine (`fixtures/expected.py`)."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import Run, open_workspace

ROOT = Path(__file__).parents[2]
EXPECTED = ROOT / "fixtures" / "expected"
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def _rows(name: str, month: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["month"] == month]


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    workspace = open_workspace(ROOT / "plans")
    return {month: workspace.run(month) for month in MONTHS}


def _blocked(month: str) -> set[str]:
    return {row["participant"] for row in _rows("blocked", month) if row["scope"] == "participant"}


@pytest.mark.parametrize("month", MONTHS)
def test_earnings(runs: dict[str, Run], month: str) -> None:
    found: dict[tuple[str, ...], Any] = {
        (r["participant"], r["plan"], r["component"], r["segment"].isoformat()): r["earning"]
        for r in runs[month].earnings.to_dicts()
        if r["period"] == month
    }
    expected = {(r["participant"], r["plan"], r["component"], r["segment"]): r for r in _rows("earnings", month)}
    assert set(found) == set(expected)
    dirty = _blocked(month)
    for key, row in expected.items():
        if key[0] not in dirty:
            assert found[key] == (Decimal(row["earning"]) if row["earning"] else None), (key, row["cause"])


@pytest.mark.parametrize("month", MONTHS)
def test_payouts(runs: dict[str, Run], month: str) -> None:
    keys = ("participant", "entity", "payroll_id", "pay_group", "cost_centre", "earning_code", "currency")
    dirty = _blocked(month)
    found = {
        tuple(r[k] for k in keys): r["amount"] for r in runs[month].payouts.to_dicts() if r["participant"] not in dirty
    }
    expected = {tuple(r[k] for k in keys): Decimal(r["amount"]) for r in _rows("payouts", month)}
    incomplete = {tuple(r[k] for k in keys) for r in runs[month].payouts.to_dicts() if r["incomplete"]}
    assert {key: amount for key, amount in found.items() if key not in incomplete or amount} == expected


@pytest.mark.parametrize("month", MONTHS)
def test_who_is_not_payable(runs: dict[str, Run], month: str) -> None:
    payouts = runs[month].payouts.to_dicts()
    held = {r["participant"] for r in payouts if r["status"] == "not_payable"}
    period_held = any(row["scope"] == "period" for row in _rows("blocked", month))
    paid = {r["participant"] for r in payouts}
    assert held == (paid if period_held else _blocked(month) & paid)
    assert held == set() or month >= "2026-06"
    log = runs[month].exceptions.filter(pl.col("severity") == "blocks_participant")
    assert set(log["participant"]) == _blocked(month)
