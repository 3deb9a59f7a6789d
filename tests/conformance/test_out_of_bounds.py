"""A sum that is out of bounds is not known: it blocks what is paid on it, others are paid, and the run holds."""

from pathlib import Path

import polars as pl

from engine import open_workspace
from tests.conformance.small_workspace import ORDERS, written

HUGE = "9999999999999999.00"  # the largest amount that a column may have


def test_two_amounts_that_add_up_to_more(tmp_path: Path) -> None:
    header, first, *_ = ORDERS.splitlines()
    seller = first.split(",")[2]
    lines = [",".join([f"H{n}", *first.split(",")[1:-1], HUGE]) for n in (1, 2)]
    written(tmp_path, {"orders.csv": "\n".join([*ORDERS.splitlines(), *lines]) + "\n"})
    assert header.split(",")[-1] == "net"
    run = open_workspace(tmp_path).run("2026-03")
    blocked = run.exceptions.filter(pl.col("code") == "E205")
    assert set(blocked["participant"]) == {seller}
    assert all(identity.holds for identity in run.calculated.outcome.identities)
    others = run.payouts.filter(pl.col("participant") != seller)
    assert others.height and set(others["status"]) == {"payable"}
    assert run.save(tmp_path / "runs").verify().ok
