"""Windows in plain Python: for each group, its rows in order, one small function per aggregate.

A null inside a frame makes a sum null; `min` and `max` leave nulls out; `count` and `any` count what is true.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.backends.replay.rows import ReplayTable, Values, grouped, ordered
from engine.backends.replay.term import within
from engine.core.money import EXACT
from engine.ir.expr import Over
from engine.ir.types import Type, limit_of, zero_of


def window(over: Over, arg: Values, table: ReplayTable, arg_type: Type) -> Values:
    """The column of a window over the rows of `table`, of whose argument the values are given."""
    limit = limit_of(arg_type) if over.fn == "sum" else None
    result: Values = [None] * table.height
    for group in ordered_groups(table, over.by, over.order):
        found = FRAMES[over.frame](over.fn, [arg[row] for row in group], arg_type)
        for row, value in zip(group, found, strict=True):
            result[row] = within(value, limit)
    return result


def ordered_groups(table: ReplayTable, by: tuple[str, ...], order: tuple[tuple[str, bool], ...]) -> Iterable[list[int]]:
    """The rows that agree in `by`, each group in order."""
    rows = ordered(table, order) if order else list(range(table.height))
    return grouped(table, by, rows).values()


def total(fn: str, values: Values, type_: Type) -> Any:
    """An aggregate of all values; bounds are the caller's."""
    last = deque(so_far(fn, values, type_), maxlen=1)
    return last[0] if last else empty(fn, type_)


def empty(fn: str, type_: Type) -> Any:
    """An aggregate of no values."""
    return {"sum": zero_of(type_), "sum_known": zero_of(type_), "count": 0, "any": False}.get(fn)


def so_far(fn: str, values: Values, type_: Type) -> Iterator[Any]:
    """The aggregate up to and with each value."""
    return RUNNING[fn](values, type_)


def _sum(values: Values, type_: Type) -> Iterator[Any]:
    result: Any = zero_of(type_)
    for value in values:
        result = None if value is None or result is None else _plus(result, value, type_)
        yield result


def _sum_known(values: Values, type_: Type) -> Iterator[Any]:
    result: Any = zero_of(type_)
    for value in values:
        result = result if value is None else _plus(result, value, type_)
        yield result


def _plus(left: Any, right: Any, type_: Type) -> Any:
    return EXACT.add(left, right) if type_.is_numeric else left + right


def _count(values: Values, type_: Type) -> Iterator[int]:
    result = 0
    for value in values:
        result += value is True
        yield result


def _any(values: Values, type_: Type) -> Iterator[bool]:
    return (count > 0 for count in _count(values, type_))


def _min(values: Values, type_: Type) -> Iterator[Any]:
    result = None
    for value in values:
        result = value if result is None or (value is not None and value < result) else result
        yield result


def _max(values: Values, type_: Type) -> Iterator[Any]:
    result = None
    for value in values:
        result = value if result is None or (value is not None and value > result) else result
        yield result


RUNNING: dict[str, Callable[[Values, Type], Iterator[Any]]] = {
    "sum": _sum, "sum_known": _sum_known, "count": _count, "any": _any, "min": _min, "max": _max,
}  # fmt: skip


def _partition(fn: str, values: Values, type_: Type) -> Values:
    return [total(fn, values, type_)] * len(values)


def _running(fn: str, values: Values, type_: Type) -> Values:
    return list(so_far(fn, values, type_))


def _running_before(fn: str, values: Values, type_: Type) -> Values:
    return [empty(fn, type_), *so_far(fn, values[:-1], type_)]


def _shift(fn: str, values: Values, type_: Type) -> Values:
    return [None, *values[:-1]]


FRAMES: dict[str, Callable[[str, Values, Type], Values]] = {
    "partition": _partition, "running": _running, "running_before": _running_before, "shift": _shift,
}  # fmt: skip
