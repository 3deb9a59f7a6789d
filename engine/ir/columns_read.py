"""Which columns of which tables a table expression reads, so that certain columns of it can be made."""

from collections.abc import Collection

from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import refs


def columns_read(table: Table, columns: Collection[str], into: dict[str, set[str]]) -> None:
    """Note them by table; among them may be names that a table does not have, because they are made on the way."""
    match table:
        case Scan(name):
            into.setdefault(name, set()).update(columns)
        case Filter():
            columns_read(table.input, {*columns, *refs(table.where)}, into)
        case Extend():
            made = {each.name for each in table.defs}
            wanted = (set(columns) - made).union(*(refs(each.expr) for each in table.defs))
            columns_read(table.input, wanted, into)
        case Project():
            columns_read(table.input, {old for _, old in table.columns}, into)
        case Join() | AsOf():
            at, interval = ((table.at,), (table.start, table.end)) if isinstance(table, AsOf) else ((), ())
            own = (set(columns) - {new for new, _ in table.take}).union(at, (left for left, _ in table.on))
            columns_read(table.left, own, into)
            columns_read(table.right, {*interval, *(old for _, old in table.take), *(old for _, old in table.on)}, into)
        case Aggregate():
            columns_read(table.input, set(table.by).union(*(refs(agg.arg) for agg in table.aggs)), into)
        case Union():
            for each in table.inputs:
                columns_read(each, columns, into)
