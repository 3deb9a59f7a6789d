"""Forty kinds of dirt, as CSV, as a workbook and from databases: every row is accepted or in the log, and no good row is lost."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run
from tests.intake.company import calculated, company, paid
from tests.intake.databases import KINDS, table, texts
from tests.intake.dirt import DIRT, GOOD, HEADER, INSIDER, OUTSIDER, PAY, ROWS, TAKEN
from tests.intake.workbooks import sheet, workbook

KEPT = {row[0] for row in GOOD} | {dirt.row[0] for dirt in DIRT if dirt.code is None}


def _csv(folder: Path) -> Path:
    made = company(folder, "files: orders.csv")
    with (made / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return made


def _xlsx(folder: Path) -> Path:
    made = company(folder, "files: orders.xlsx\n    format: xlsx")
    workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, *ROWS])})
    return made


def _database(kind: str) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        rows = texts(ROWS)
        return company(folder, table(kind, folder, [f"{name} text" for name in HEADER], rows))

    return made


MADE: dict[str, Callable[[Path], Path]] = {"csv": _csv, "xlsx": _xlsx, **{kind: _database(kind) for kind in KINDS}}


@pytest.fixture(scope="module", params=sorted(MADE))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """March of the company, its orders from one of the places."""
    return calculated(MADE[request.param](tmp_path_factory.mktemp(request.param)))


def _log(run: Run) -> pl.DataFrame:
    return run.exceptions.filter((pl.col("source") == "orders") & (pl.col("stage") == "intake"))


def _plain(number: str | Decimal | None) -> str:
    return "" if number is None else f"{Decimal(number):.2f}"


def test_forty_kinds() -> None:
    assert len(OUTSIDER) == len(INSIDER) == 20 and len({dirt.kind for dirt in DIRT}) == 40


def test_every_row_is_accepted_or_in_the_log(run: Run) -> None:
    (file,) = (file for file in run.calculated.files if file.source == "orders")
    accepted = run.calculated.outcome.inputs["source/orders"]
    log = _log(run)
    assert file.read == len(ROWS) == file.accepted + file.rejected
    assert accepted.height == file.accepted and log.height == file.rejected
    places = [*accepted.select("file", "row").rows(), *log.select("file", "row").rows()]
    assert len(set(places)) == len(ROWS)
    assert all(identity.holds for identity in run.calculated.outcome.identities)


def test_no_good_row_is_lost(run: Run) -> None:
    assert set(run.calculated.outcome.inputs["source/orders"]["order_id"]) == KEPT
    assert paid(run) == PAY


def test_each_kind_is_told_with_what_is_at_stake(run: Run) -> None:
    """By the row's own words, since a database has no numbers of rows."""
    lines = any(file.file.endswith(".csv") for file in run.calculated.files if file.source == "orders")
    expected = [
        (d.code, "" if d.code == "X003" and lines else _plain(d.at_stake))  # such a line of text isn't cut into fields
        for d in DIRT
        if d.code is not None
    ]
    found = [(code, _plain(at_stake)) for code, at_stake in _log(run).select("code", "at_stake").rows()]
    assert sorted(found) == sorted([*expected, ("X016", _plain(TAKEN[3]))])
    for dirt in DIRT:
        if dirt.code is not None:
            told = _log(run).filter(pl.col("code") == dirt.code)["record"].to_list()
            assert any(all(value in record for value in dirt.row) for record in told), dirt.kind


def test_the_run_verifies(run: Run, tmp_path: Path) -> None:
    assert run.save(tmp_path).verify().ok
