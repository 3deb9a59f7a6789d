"""A table without what certain columns of it don't need: definitions, and joins that only bring columns to rows.

In: a table and the columns that are wanted of it. Out: the same rows with these columns, and whatever else is still on the way.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from engine.ir.table import Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import refs


def only(table: Table, columns: Sequence[str]) -> Table:
    """The rows of a table, made with no more than these columns need; those of a union have just these, in their order."""
    match table:
        case Scan():
            return table
        case Filter():
            return replace(table, input=_only(table.input, columns, refs(table.where)))
        case Extend():
            return _extended(table, columns)
        case Project():
            kept = tuple((new, old) for new, old in table.columns if new in columns) or table.columns[:1]
            return Project(_only(table.input, (old for _, old in kept)), kept)
        case Join():
            return _joined(table, columns, (), stays=table.many or table.how != "left")
        case AsOf():
            return _joined(table, columns, (table.at,), stays=table.match == "many" or table.how != "left")
        case Aggregate():
            aggs = tuple(agg for agg in table.aggs if agg.name in columns) or table.aggs[:1]
            return replace(table, input=_only(table.input, table.by, *(refs(agg.arg) for agg in aggs)), aggs=aggs)
        case Union():
            names = tuple((name, name) for name in columns)
            return Union(tuple(Project(only(each, columns), names) for each in table.inputs)) if names else table


def _only(table: Table, *columns: Iterable[str]) -> Table:
    return only(table, sorted(set().union(*columns)))


def _extended(table: Extend, columns: Collection[str]) -> Table:
    wanted, kept = set(columns), list[Def]()
    for made in reversed(table.defs):
        if made.name in wanted:
            wanted = (wanted - {made.name}) | refs(made.expr)
            kept.append(made)
    inner = _only(table.input, wanted)
    return Extend(inner, tuple(reversed(kept))) if kept else inner


def _joined(table: Join | AsOf, columns: Sequence[str], at: Collection[str], stays: bool) -> Table:
    """A join; where nobody reads what it brings it `stays` if it makes rows more or fewer."""
    take = tuple((new, old) for new, old in table.take if new in columns)
    if not take and not stays:
        return only(table.left, columns)
    take = take or table.take[:1]  # of a cross join rows without a column would be none
    brought = {new for new, _ in take}
    left = _only(table.left, (name for name in columns if name not in brought), at, (own for own, _ in table.on))
    interval = (table.start, table.end) if isinstance(table, AsOf) else ()
    right = _only(table.right, interval, (old for _, old in take), (there for _, there in table.on))
    return replace(table, left=left, right=right, take=take)
