"""Scalar expressions: six nodes. A formula of a plan is one of these before any pass sees it.

`at` is the character offset in the formula's text, for messages; it never takes part in comparison.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.ir.types import Type

Value = Decimal | str | bool | date | int | None


@dataclass(frozen=True)
class Ref:
    """A column of the row (or, in a plan's formula, any name that the place can see)."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Lit:
    """A constant. Decimal for numeric types, int only for `integer`."""

    value: Value
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """A function of `ir.functions` on arguments. Operators are calls: add sub mul div neg eq ne lt le gt ge and or not in."""

    fn: str
    args: tuple["Expr", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Case:
    """The value of the first branch whose condition is true, otherwise `otherwise`. A null condition makes the result null."""

    branches: tuple[tuple["Expr", "Expr"], ...]
    otherwise: "Expr"
    at: int = field(default=0, compare=False)


Frame = Literal["partition", "running", "running_before", "shift"]
WindowFn = Literal["sum", "count", "min", "max", "any", "value"]


@dataclass(frozen=True)
class Over:
    """A window: `fn` (sum count min max any value) of `arg` over the rows that agree in `by`.

    `frame`: `partition` all of them; `running` up to and with this row in `order`; `running_before` without it;
    `shift` the value of `arg` one row before (null on the first). `order` is total within `by` (column, descending).
    A null inside the frame makes a sum null; `min` and `max` leave nulls out, `count` and `any` look for true. Over no rows
    a sum is 0, a count 0, `any` false, the others null. In `by` nulls are one value; in `order` a null comes first, also
    descending.
    """

    fn: WindowFn
    arg: "Expr"
    by: tuple[str, ...]
    order: tuple[tuple[str, bool], ...] = ()
    frame: Frame = "partition"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Fold:
    """A value that remembers: `next`, row after row in `order`, along the rows that agree in `by`.

    `next` sees the columns of the row and, under the name `before`, what it came to one row earlier; on the first row that is
    `start`. It holds no window. `order` is as in `Over`.
    """

    before: str
    start: Lit
    next: "Expr"
    by: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    at: int = field(default=0, compare=False)


Expr = Ref | Lit | Call | Case | Over | Fold
