"""What the implementations of scalar functions are made from: a call with its type, the bounds, and shapes of functions."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.backends.replay.rows import Columns, Values
from engine.core.money import EXACT
from engine.ir.expr import Call, Lit
from engine.ir.types import Type

Evaluate = Callable[[Columns, int], Values]
"""From columns and their length to the column of an expression."""


@dataclass(frozen=True)
class Term:
    """A call with the type of its result, from which its implementation is made."""

    call: Call
    type: Type

    def literal(self, index: int) -> Any:
        """The value of an argument that must be a literal."""
        arg = self.call.args[index]
        assert isinstance(arg, Lit), f"argument {index + 1} of {self.call.fn} is not a literal"
        return arg.value


def within(value: Decimal | None, limit: Decimal | None) -> Decimal | None:
    """The value without a negative zero, or None where it leaves its bounds."""
    if value is None or limit is None:
        return value
    if not value:
        return EXACT.plus(value)
    return value if value.copy_abs() < limit else None


# -- shapes of functions: from argument columns to the result's column

Function = Callable[[list[Values]], Values]


def one(function: Callable[[Any], Any]) -> Function:
    """Of one argument; None of None."""
    return lambda args: [None if x is None else function(x) for x in args[0]]


def two(function: Callable[[Any, Any], Any]) -> Function:
    """Of two arguments; None if one of them is."""

    def evaluate(args: list[Values]) -> Values:
        pairs = zip(args[0], args[1], strict=True)
        return [None if x is None or y is None else function(x, y) for x, y in pairs]

    return evaluate


def many(function: Callable[[tuple[Any, ...]], Any]) -> Function:
    """Of any number of arguments, which it looks at itself."""
    return lambda args: [function(row) for row in zip(*args, strict=True)]
