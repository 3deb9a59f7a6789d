"""A plan test as written: rows by source, rows by table, everything with its place. Nothing is typed yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.core.period import Period
from engine.core.span import Span
from engine.load.yaml_node import Scalar


@dataclass(frozen=True)
class Row:
    """A row: column → value. In input, it stands for `repeat` rows."""

    cells: Mapping[str, Scalar]
    keys: Mapping[str, Span]
    """The places of the columns' names."""
    place: Span
    repeat: int = 1


@dataclass(frozen=True)
class Rows:
    """The rows under one name: a source, or a table of the run."""

    name: str
    place: Span
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PlanTest:
    """One case of one plan, whose period, plan, sources and columns exist."""

    name: str
    place: Span
    plan: str
    period: Period
    variables: Mapping[str, Decimal]
    defaults: Mapping[str, Mapping[str, Scalar]]
    """Source → column → the value of rows that don't say another."""
    input: Mapping[str, Rows]
    output: tuple[Rows, ...]


def text_of(cell: Scalar) -> str | None:
    """What is written, as a data file would have it; None for nothing."""
    return None if cell.style == "plain" and cell.value is None else cell.text
