"""What a test says must come out → typed rows beside the run's. In: `output:`, a run's tables. Out: both, or P codes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, brief
from engine.load.number import number
from engine.load.yaml_node import Scalar
from engine.pipeline import Run
from engine.run.exceptions import WAIVED_FOR_NOBODY
from engine.trial.difference import Expected, Values
from engine.trial.plan_test import Rows, text_of
from engine.trial.unknown import instead_of_column, instead_of_table

WRONG = object()
TOTALS = "totals"
"""What a participant is paid over all earning codes: no table of a run, but a sum that documents print."""
OF_ALL_PLANS = ("earnings", "steps", "payouts")
KEYS_OF = {
    TOTALS: ("participant", "currency"),
    "exceptions": ("code", "severity", "source", "row", "key", "plan", "part", "participant", "period"),
}
"""The keys of what is no stage of the program."""


@dataclass(frozen=True)
class Comparison:
    """One table of a test: what is expected, what the run has, and the columns that name a row."""

    said: Rows
    table: str
    expected: tuple[Expected, ...]
    found: Sequence[Values]
    keys: tuple[str, ...]


def comparison(said: Rows, plan: str, run: Run, diagnostics: Diagnostics) -> Comparison | None:
    """The table that `said` names, and its rows; None, and told, where there is no such table or column."""
    tables = {
        **run.outcome.tables,
        "exceptions": run.outcome.exceptions.filter(pl.col("code") != WAIVED_FOR_NOBODY),  # whom the test has not
        TOTALS: _totals(run.outcome.tables["payouts"]),
    }
    table = full_name(said.name, plan, tables)
    if table not in tables:
        (resolved,) = run.compiled.workspace.asked
        help = instead_of_table(said.name, resolved, [short_name(name, plan) for name in tables])
        diagnostics.error("P007", f"a run has no table `{brief(said.name)}`", said.place, help=help)
        return None
    frame = tables[table]
    expected = [_typed(said, number_, frame, diagnostics) for number_ in range(len(said.rows))]
    if any(row is None for row in expected):
        return None
    named = {column for row in said.rows for column in row.keys}
    keys = KEYS_OF[table] if table in KEYS_OF else run.compiled.program.stage(table).keys
    rows = _of_pay_period(_of_plan(frame, table, named, plan), named, run).to_dicts()
    return Comparison(said, table, tuple(row for row in expected if row is not None), rows, tuple(keys))


def _totals(payouts: pl.DataFrame) -> pl.DataFrame:
    """A row per participant and currency: the sum of the payouts, not known where one of them isn't, or not wholly."""
    known = pl.col("amount").is_not_null() & ~pl.col("incomplete")
    amount = pl.when(known.all()).then(pl.col("amount").sum()).otherwise(None)
    return payouts.group_by("participant", "currency").agg(amount.alias("amount")).sort("participant", "currency")


def full_name(name: str, plan: str, tables: Collection[str]) -> str:
    """A table's name in the run: a plan's own table may be called without its plan."""
    first, slash, rest = name.partition("/")
    own = f"{first}/{plan}.{rest}"
    return own if slash and own in tables else name


def short_name(name: str, plan: str) -> str:
    """The name that a test of a plan writes."""
    return name.replace(f"/{plan}.", "/", 1)


def _of_plan(frame: pl.DataFrame, table: str, named: set[str], plan: str) -> pl.DataFrame:
    """Of the tables of all plans the rows of the test's own, unless it names plans itself: others may be calculated beside it."""
    return frame.filter(pl.col("plan") == plan) if table in OF_ALL_PLANS and "plan" not in named else frame


def _of_pay_period(frame: pl.DataFrame, named: set[str], run: Run) -> pl.DataFrame:
    """The rows of the pay period, unless the test says itself which periods it means."""
    if "period" in named or "period" not in frame.columns:
        return frame
    if "in_pay_period" in frame.columns:
        return frame.filter(pl.col("in_pay_period"))
    if "code" in frame.columns:
        return frame
    calendar = run.compiled.workspace.calendar
    due = [p.name for p in calendar.periods if run.period.start <= p.end <= run.period.end]
    return frame.filter(pl.col("period").is_in(due))


def _typed(said: Rows, at: int, frame: pl.DataFrame, diagnostics: Diagnostics) -> Expected | None:
    row, values = said.rows[at], dict[str, Any]()
    for column, cell in row.cells.items():
        if column not in frame.columns:
            message = f"table `{said.name}` has no column `{brief(column)}`"
            help = instead_of_column(column, frame.columns)
            diagnostics.error("P008", message, row.keys[column], help=help)
            return None
        values[column] = value = _value(cell, frame.schema[column], diagnostics)
        if value is WRONG:
            kind, example = _kind(frame.schema[column])
            message = f"`{brief(cell.text)}` can't be in `{column}` of `{said.name}`, which is {kind}"
            diagnostics.error("P009", message, cell.span, help=f"as in `{example}`; `null` for nothing")
            return None
    return Expected(values, {column: cell.span for column, cell in row.cells.items()}, row.place)


def _value(cell: Scalar, dtype: pl.DataType, diagnostics: Diagnostics) -> Any:
    """A cell as the kind of value that the column has; WRONG if it can't be one."""
    text = text_of(cell)
    if text is None:
        return None
    if isinstance(dtype, pl.Decimal):
        found = number(cell, diagnostics, doubted=False)  # a wrong reading fails the test
        return WRONG if found is None or found.unit == "currency" else Decimal(found.value)
    if dtype.is_integer():
        return cell.value if isinstance(cell.value, int) and not isinstance(cell.value, bool) else WRONG
    if dtype == pl.Date:
        return day_of(text) or WRONG
    if dtype == pl.Boolean:
        return cell.value if isinstance(cell.value, bool) else WRONG
    return text


def _kind(dtype: pl.DataType) -> tuple[str, str]:
    if isinstance(dtype, pl.Decimal):
        return "a number", "1504000` or `5%"
    if dtype.is_integer():
        return "a whole number", "2"
    return ("a day", "2026-03-31") if dtype == pl.Date else ("true or false", "true")
