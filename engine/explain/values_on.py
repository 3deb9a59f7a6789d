"""The day as of which a credit reads what is dated, in words, where that is not the credit date."""

from typing import Any

from engine.explain.node import Node
from engine.explain.remark import remark_node, remark_nodes
from engine.explain.tables import Tables
from engine.ir.program import Stage

OF_THAT_DAY = ("no_assignment", "no_manager")
"""Causes that are so on that day."""


def as_of(row: dict[str, Any]) -> dict[str, str]:
    """The day, if it is another one."""
    day = row.get("values_on")
    return {} if day is None or day == row["credit_date"] else {"values_on": str(day)}


def on_that_day(words: str, because: str, row: dict[str, Any]) -> str:
    """Why nobody has a share, with the day on which that is so."""
    said = as_of(row) if because in OF_THAT_DAY else {}
    return words.replace("on the credit date", f"on {said['values_on']}") if said else words


def day_words(row: dict[str, Any]) -> tuple[str, ...]:
    """`with the values of 2026-01-15`."""
    return tuple(f"with the values of {day}" for day in as_of(row).values())


def day_nodes(tables: Tables, stage: Stage, row: dict[str, Any]) -> tuple[Node, ...]:
    """The choice by which the credit date counts for whoever was not there."""
    return remark_nodes(tables.definitions(stage.name).get("values_on"), tables.figures(stage.name, row))


def later_nodes(tables: Tables, prepared: str, rule: str, source: str, row: dict[str, Any] | None) -> tuple[Node, ...]:
    """The choice by which the credit date counts where the day is a later one."""
    made = tables.definitions(prepared).get(f"{rule}.values_on")
    return () if row is None else remark_nodes(made, tables.figures(source, row), always=False)


def noted_day(tables: Tables, prepared: str, rule: str) -> tuple[Node, ...]:
    """What is noted beside the day; the last remark of the column is the choice of days after the credit date."""
    made = tables.definitions(prepared).get(f"{rule}.values_on")
    return () if made is None else tuple(remark_node(remark) for remark in made.remarks[:-1])
