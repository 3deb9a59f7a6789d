"""A listing of the exception log as data, as CSV and as a workbook: all of its rows, whatever a terminal would show."""

from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.codes import CODES
from engine.core.money import plain
from engine.core.progress import doing
from engine.record.sheets import sheets
from engine.report.log_listing import Listing
from engine.report.log_page import summed, what_to_do
from engine.report.workbook import ROWS, Cell, Sheet, workbook

WIDTHS = {
    "code": 8, "severity": 18, "stage": 10, "source": 14, "file": 32, "row": 8, "key": 20, "plan": 14, "part": 16,
    "participant": 14, "period": 10, "at_stake": 16, "currency": 9, "message": 44, "help": 60, "state": 9, "owner": 20,
    "waived_by": 40, "waived_in": 16, "record": 60, "news": 11,
}  # fmt: skip
FIRST = ("news", "owner", "severity", "state", "code", "participant", "at_stake", "currency", "message", "help")
"""The columns that whoever works on it reads first."""


class TooManyRows(Exception):
    """A sheet holds no more than about a million rows."""


def as_data(found: Listing, by: str) -> dict[str, Any]:
    """Summary and rows; decimals as plain texts."""
    before = None if found.before is None else {"run": found.before.id, "period": found.before.period}
    groups = [
        {
            **group,
            "at_stake": [{"currency": currency, "amount": plain(amount)} for currency, amount in group["at_stake"]],
        }
        for group in summed(found, by)
    ]
    rows = [{name: _plain(value) for name, value in row.items()} for row in found.rows.to_dicts()]
    return {
        "run": found.run.id, "period": found.run.period, "workspace": found.run.workspace,
        "as_of": found.run.as_of, "since": before,
        "news": dict(found.news), "blocking": found.blocking, "by": by, "groups": groups, "rows": rows,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


def as_csv(found: Listing) -> str:
    """As exceptions.csv of a run, with what is new; a text that a spreadsheet would run has an apostrophe before it."""
    return sheets({"exceptions": _columns(found)}, found.run.digits, found.run.period)["exceptions"].write_csv()


def _columns(found: Listing) -> pl.DataFrame:
    return found.rows if found.before is not None else found.rows.drop("news")


def as_workbook(found: Listing) -> bytes:
    """A sheet by code, and one of all rows. Raises TooManyRows."""
    rows = _columns(found)
    if rows.height >= ROWS:
        raise TooManyRows(f"{rows.height:,} rows, and a sheet of a workbook holds {ROWS - 1:,}")
    names = [*(name for name in FIRST if name in rows.columns), *(name for name in rows.columns if name not in FIRST)]
    doing(f"writing a workbook of {rows.height:,} rows")
    listed = Sheet(
        "Exceptions",
        tuple((name, WIDTHS[name]) for name in names),
        tuple(rows.select(names).iter_rows()),
        frozenset({"message", "help"}),
    )
    return workbook((_summary(found), listed))


def _summary(found: Listing) -> Sheet:
    """A row for each code and currency."""
    rows: list[tuple[Cell, ...]] = []
    for group in summed(found, "code"):
        code = CODES[group["group"]]
        told: tuple[Cell, ...] = (
            group["severity"],
            code.code,
            group["open"],
            group["waived"],
            ", ".join(group["owners"]),
        )
        for currency, amount in group["at_stake"] or [(None, None)]:
            rows.append((*told, amount, currency, code.title, what_to_do(found.rows, code.code)))
    columns = (
        ("at worst", 18), ("code", 8), ("open", 8), ("waived", 8), ("owner", 24), ("at_stake", 18), ("currency", 9),
        ("title", 40), ("what to do", 80),
    )  # fmt: skip
    known = f" known {found.run.as_of}" if found.run.as_of else ""
    return Sheet(f"{found.run.period} by code{known}", columns, tuple(rows), frozenset({"title", "what to do"}))
