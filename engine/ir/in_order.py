"""In which order the rows of a table stand, as far as the program tells: so they need not be sorted, or looked at, again.

Scans stand in the order of their keys. What makes rows of one row each leaves them where they are, and so do joins with one
partner, and groups of rows that stand together; a union of parts that each have a value of their own in the first columns
stands in the order of these.
"""

from collections.abc import Mapping
from typing import Any

from engine.ir.expr import Lit
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union

Keys = Mapping[str, tuple[str, ...]]
"""By table, the columns in whose order its rows stand; no two rows agree in all of them."""


def stands_in(table: Table, wanted: tuple[str, ...], keys: Keys) -> bool:
    """Whether the rows are known to ascend by these columns, no two of them alike."""
    if isinstance(table, Union):
        return _united(table, wanted, keys)
    found, fixed = order_of(table, keys), constants(table)
    return bool(found) and _but(wanted, fixed)[: len(found)] == _but(found, fixed)


def _but(names: tuple[str, ...], fixed: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in fixed)


def _united(table: Union, wanted: tuple[str, ...], keys: Keys) -> bool:
    firsts = [constants(part) for part in table.inputs]
    count = 0
    while count < len(wanted) and all(wanted[count] in first for first in firsts):
        count += 1
    values = [tuple(first[name] for name in wanted[:count]) for first in firsts]
    apart = None not in {value for each in values for value in each} and sorted(set(values)) == values
    return apart and all(stands_in(part, wanted, keys) for part in table.inputs)


def order_of(table: Table, keys: Keys) -> tuple[str, ...]:
    """The columns by which rows ascend, no two of them alike; () where nothing is known."""
    match table:
        case Scan(name):
            return keys.get(name, ())
        case Filter():
            return order_of(table.input, keys)
        case Extend():
            return _unchanged(table, order_of(table.input, keys))
        case Project():
            return _renamed(table, order_of(table.input, keys))
        case Join() if not table.many and table.how != "cross":
            return order_of(table.left, keys)
        case AsOf(match="one"):
            return order_of(table.left, keys)
        case Aggregate():
            return table.by if in_runs(table, keys) else ()
        case _:
            return ()


def in_runs(table: Aggregate, keys: Keys) -> bool:
    """Whether the rows of each group are known to stand together, groups in the order of `by`."""
    return bool(table.by) and order_of(table.input, keys)[: len(table.by)] == table.by


def key_of(table: Table, keys: Keys) -> tuple[str, ...]:
    """The columns in which no two rows are alike, in whatever order these stand; () where nothing is known."""
    match table:
        case Aggregate():
            return table.by
        case Filter():
            return key_of(table.input, keys)
        case Extend():
            return _unchanged(table, key_of(table.input, keys))
        case Project():
            return _renamed(table, key_of(table.input, keys))
        case _:
            return order_of(table, keys)


def _unchanged(table: Extend, found: tuple[str, ...]) -> tuple[str, ...]:
    return () if {made.name for made in table.defs} & set(found) else found


def _renamed(table: Project, found: tuple[str, ...]) -> tuple[str, ...]:
    names = {old: new for new, old in reversed(table.columns)}
    return tuple(names[name] for name in found) if set(found) <= names.keys() else ()


def constants(table: Table) -> dict[str, Any]:
    """Columns that have one value, with it."""
    match table:
        case Filter():
            return constants(table.input)
        case Extend():
            found = constants(table.input)
            for made in table.defs:
                found.pop(made.name, None)
                if isinstance(made.expr, Lit):
                    found[made.name] = made.expr.value
            return found
        case Project():
            found = constants(table.input)
            return {new: found[old] for new, old in table.columns if old in found}
        case _:
            return {}
