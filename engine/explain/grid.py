"""The rows of a plan's grid: whose a measure or a target is, the segments that are one on a row, the rows that add up."""

from datetime import date
from typing import Any

from engine.explain.tables import Rows, Tables
from engine.ir.expr import Over
from engine.ir.walk import scans

Key = dict[str, Any]
"""participant, period, segment: a row of a plan's grid."""
KEY = ("participant", "period", "segment")


def grid_of(name: str) -> str:
    """The grid that a measure's or target's rows belong to."""
    return f"grid/{name.partition('/')[2].partition('.')[0]}"


def stints_of(tables: Tables, grid: str, row: Key) -> list[tuple[date, date]]:
    """First and last day of the stints that are one on a row of a grid: one, or those that are joined."""
    stints, plan = grid.replace("grid/", "stints/", 1), grid.partition("/")[2]
    parts = [row["segment"]]
    if f"segments/{plan}" in tables.stages:
        joined = tables.rows(f"segments/{plan}", **{column: row[column] for column in KEY})
        parts = [each["stint"] for each in joined] or parts
    rows = tables.rows(stints, participant=row["participant"])
    return sorted((each["segment"], each["stint_end"]) for each in rows if each["segment"] in parts)


def grid_read(tables: Tables, name: str) -> str:
    """The same; of what is read back also the periods that the run only reads."""
    reach = grid_of(name).replace("grid/", "reach/", 1)
    return reach if name in tables.stages and reach in scans(tables.stages[name].table) else grid_of(name)


def span_of(window: Over) -> str:
    """What a window adds up over: quarter, year or plan."""
    return next(name.removesuffix("_start") for name in window.by if name.endswith("_start"))


def intervals(tables: Tables, name: str, key: Key, by: tuple[str, ...]) -> Rows:
    """The rows up to this one that a window `by` those columns adds up, each with its columns of the grid; itself last."""
    grid = grid_read(tables, name)
    here = tables.row(grid, **{column: key[column] for column in KEY})
    if here is None:
        return [key]
    same = tables.rows(grid, **{column: here[column] for column in by}) if by else [here]
    found = {tuple(each[c] for c in KEY): each for each in tables.rows(name, participant=key["participant"])}
    dated = sorted(
        (each for each in same if each["period_start"] <= here["period_start"]), key=lambda each: each["period_start"]
    )
    return [{**each, **found.get(tuple(each[c] for c in KEY), {})} for each in dated]
