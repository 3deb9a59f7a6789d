"""Table expressions: nine nodes from which every stage of a Program is made.

Each node says what its rows are; columns are named, none is implied. Nulls never match in a join.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from engine.core.span import Span
from engine.ir.expr import Expr
from engine.ir.remark import Remark


@dataclass(frozen=True)
class Def:
    """One named column with its expression; `formula` and `span` are what the plan says, where it says it.

    `remarks` are the choices of the plan that this column obeys.
    """

    name: str
    expr: Expr
    formula: str | None = None
    span: Span | None = None
    note: str | None = None
    remarks: tuple[Remark, ...] = ()


Node = TypeVar("Node")
HASH = "~hash"


def hashed_once(node: type[Node]) -> type[Node]:
    """A kind of node that counts its hash once: it is of all that stands below it, and what is alike is found by it.

    Hashes of texts are of one process: what remembers them must not be pickled.
    """
    whole = node.__hash__

    def once(self: Node) -> int:
        found: int | None = self.__dict__.get(HASH)
        if found is None:
            found = self.__dict__[HASH] = whole(self)
        return found

    node.__hash__ = once  # type: ignore[assignment]
    return node


@dataclass(frozen=True)
class Scan:
    """The rows of an input table or of an earlier stage."""

    name: str


@hashed_once
@dataclass(frozen=True)
class Filter:
    """The rows for which `where` is true (null is not true)."""

    input: "Table"
    where: Expr


@hashed_once
@dataclass(frozen=True)
class Extend:
    """The rows with more columns; each definition sees the ones before it. A name that exists is replaced."""

    input: "Table"
    defs: tuple[Def, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The number of each definition, by its name."""
        return {made.name: number for number, made in enumerate(self.defs)}


@hashed_once
@dataclass(frozen=True)
class Project:
    """Just these columns: (new name, name in the input), in this order."""

    input: "Table"
    columns: tuple[tuple[str, str], ...]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name in the input of each column."""
        return dict(self.columns)


@hashed_once
@dataclass(frozen=True)
class Join:
    """Rows of `left` with columns `take` (new name, right name) of the one row of `right` that agrees in `on` (left, right).

    `left`: a row without partner stays, with nulls. `inner`: it goes. `cross`: every pair (`on` is empty). `anti`: just
    the rows without partner (`take` is empty). Except for `cross` and `many`, `right` is unique in its `on` columns.
    """

    left: "Table"
    right: "Table"
    on: tuple[tuple[str, str], ...]
    take: tuple[tuple[str, str], ...]
    how: Literal["left", "inner", "cross", "anti"] = "left"
    many: bool = False


@hashed_once
@dataclass(frozen=True)
class AsOf:
    """Rows of `left` with the rows of `right` that agree in `on` and whose [`start`, `end`] (inclusive) hold the date `at`.

    `one`: the intervals of `right` do not overlap within `on`, so there is at most one partner. `many`: any number.
    `how` as in `Join`.
    """

    left: "Table"
    right: "Table"
    on: tuple[tuple[str, str], ...]
    at: str
    start: str
    end: str
    take: tuple[tuple[str, str], ...]
    match: Literal["one", "many"] = "one"
    how: Literal["left", "inner"] = "left"


AggregateFn = Literal["sum", "sum_known", "count", "any", "min", "max"]
"""What an aggregate makes of a group."""


@dataclass(frozen=True)
class Agg:
    """One aggregate of a group.

    `sum` (null if any value is null), `sum_known` (nulls left out, 0 if all are null), `count` (rows where `arg` is true),
    `any` (whether `arg` is true in some row), `min`, `max`.
    """

    name: str
    fn: AggregateFn
    arg: Expr


@hashed_once
@dataclass(frozen=True)
class Aggregate:
    """One row per group of equal `by` columns, with `aggs`. No rows, no groups."""

    input: "Table"
    by: tuple[str, ...]
    aggs: tuple[Agg, ...]


@hashed_once
@dataclass(frozen=True)
class Union:
    """The rows of all inputs, which have the same columns in the same order and of the same types (nullability apart)."""

    inputs: tuple["Table", ...]


Table = Scan | Filter | Extend | Project | Join | AsOf | Aggregate | Union
