"""Table expressions in plain Python: one small function per node."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import compress
from typing import Any

from engine.backends.replay.rows import ReplayTable, Values, grouped, known_keys, picked
from engine.backends.replay.scalar import compiled
from engine.backends.replay.term import Evaluate, within
from engine.backends.replay.window import ordered_groups, total, window
from engine.ir.expr import Expr, Fold, Over
from engine.ir.infer import inside, schema_of, type_of
from engine.ir.program import Schema
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import limit_of
from engine.ir.walk import refs

Tables = Mapping[str, ReplayTable]
Pairs = tuple[list[int], list[int | None]]
"""Of each row of a join, the row on the left and the one on the right, if any."""


def replayed(table: Table, tables: Tables) -> ReplayTable:
    """The rows of a table expression."""
    return NODES[type(table)](table, tables)


def evaluated(expr: Expr, table: ReplayTable) -> Values:
    """The column of an expression over the rows of a table."""

    def windows(over: Over | Fold) -> Evaluate:
        if isinstance(over, Fold):
            return lambda columns, height: folded(over, table)
        arg = compiled(over.arg, table.schema, windows)
        arg_type = type_of(over.arg, table.schema)
        return lambda columns, height: window(over, arg(columns, height), table, arg_type)

    return compiled(expr, table.schema, windows)(table.columns, table.height)


def folded(fold: Fold, table: ReplayTable) -> Values:
    """Row after row of each group, what comes before beside the row's own columns."""
    seen = inside(fold, table.schema)
    following = compiled(fold.next, seen, _no_window)
    read = sorted(refs(fold.next) - {fold.before})
    result: Values = [None] * table.height
    for group in ordered_groups(table, fold.by, fold.order):
        value: Any = fold.start.value
        for row in group:
            columns = {name: [table.columns[name][row]] for name in read}
            result[row] = value = following({**columns, fold.before: [value]}, 1)[0]
    return result


def _no_window(over: Over | Fold) -> Evaluate:
    raise AssertionError("a window inside a fold")


def _scan(table: Scan, tables: Tables) -> ReplayTable:
    return tables[table.name]


def _filter(table: Filter, tables: Tables) -> ReplayTable:
    rows = replayed(table.input, tables)
    mask = [value is True for value in evaluated(table.where, rows)]
    return ReplayTable({name: list(compress(values, mask)) for name, values in rows.columns.items()}, rows.schema)


def _extend(table: Extend, tables: Tables) -> ReplayTable:
    rows = replayed(table.input, tables)
    columns, schema = dict(rows.columns), dict(rows.schema)
    for definition in table.defs:
        rows = ReplayTable(columns, schema)
        values, type_ = evaluated(definition.expr, rows), type_of(definition.expr, schema)
        columns, schema = columns | {definition.name: values}, schema | {definition.name: type_}
    return ReplayTable(columns, schema)


def _project(table: Project, tables: Tables) -> ReplayTable:
    rows = replayed(table.input, tables)
    columns = {new: rows.columns[name] for new, name in table.columns}
    return ReplayTable(columns, {new: rows.schema[name] for new, name in table.columns})


# -- joins


def _join(table: Join, tables: Tables) -> ReplayTable:
    left, right = replayed(table.left, tables), replayed(table.right, tables)
    return _paired(table, left, right, _matches(table, left, right))


def _matches(table: Join, left: ReplayTable, right: ReplayTable) -> Pairs:
    if table.how == "cross":
        pairs = [(a, b) for a in range(left.height) for b in range(right.height)]
        return [a for a, _ in pairs], [b for _, b in pairs]
    partners: dict[Any, list[int]] = {}
    for row, key in enumerate(known_keys(right, [name for _, name in table.on])):
        if key is not None:
            partners.setdefault(key, []).append(row)
    if not table.many and table.how != "anti":
        twice = [key for key, rows in partners.items() if len(rows) > 1]
        assert not twice, f"the right side of a join is not unique: {twice[:3]}"
    lefts: list[int] = []
    rights: list[int | None] = []
    for row, key in enumerate(known_keys(left, [name for name, _ in table.on])):
        _add_pairs(table.how, row, partners.get(key, []) if key is not None else [], lefts, rights)
    return lefts, rights


def _add_pairs(how: str, row: int, found: list[int], lefts: list[int], rights: list[int | None]) -> None:
    """What one row of the left side gives."""
    if how == "anti" and found:
        return
    if found:
        lefts += [row] * len(found)
        rights += found
    elif how in ("left", "anti"):
        lefts.append(row)
        rights.append(None)


def _paired(table: Join | AsOf, left: ReplayTable, right: ReplayTable, pairs: Pairs) -> ReplayTable:
    lefts, rights = pairs
    columns = {name: [values[row] for row in lefts] for name, values in left.columns.items()}
    columns |= {new: picked(right.columns[name], rights) for new, name in table.take}
    outer = table.how == "left"
    taken = {new: right.schema[name].optional() if outer else right.schema[name] for new, name in table.take}
    return ReplayTable(columns, {**left.schema, **taken})


def _as_of(table: AsOf, tables: Tables) -> ReplayTable:
    left, right = replayed(table.left, tables), replayed(table.right, tables)
    intervals = _intervals(table, right)
    find = _latest if table.match == "one" else _all_that_hold
    days = left.columns[table.at]
    lefts: list[int] = []
    rights: list[int | None] = []
    for row, key in enumerate(known_keys(left, [name for name, _ in table.on])):
        known = key is not None and days[row] is not None
        found = find(intervals.get(key, []), days[row]) if known else []
        _add_pairs(table.how, row, found, lefts, rights)
    return _paired(table, left, right, (lefts, rights))


Interval = tuple[Any, Any, int]


def _intervals(table: AsOf, right: ReplayTable) -> dict[Any, list[Interval]]:
    """(start, end, row) of the intervals that hold a day, in order, by join key."""
    found: dict[Any, list[Interval]] = {}
    starts, ends = right.columns[table.start], right.columns[table.end]
    for row, key in enumerate(known_keys(right, [name for _, name in table.on])):
        start, end = starts[row], ends[row]
        if key is not None and start is not None and end is not None and start <= end:
            found.setdefault(key, []).append((start, end, row))
    for intervals in found.values():
        intervals.sort()
    return found


def _latest(intervals: list[Interval], day: Any) -> list[int]:
    """The row of the latest interval that began, if it has not ended."""
    index = bisect_right(intervals, day, key=lambda interval: interval[0])
    return [intervals[index - 1][2]] if index and day <= intervals[index - 1][1] else []


def _all_that_hold(intervals: list[Interval], day: Any) -> list[int]:
    return [row for start, end, row in intervals if start <= day <= end]


# -- groups and unions


def _aggregate(table: Aggregate, tables: Tables) -> ReplayTable:
    rows = replayed(table.input, tables)
    groups = grouped(rows, table.by, range(rows.height))
    columns: dict[str, Values] = {name: [key[index] for key in groups] for index, name in enumerate(table.by)}
    for agg in table.aggs:
        arg, type_ = evaluated(agg.arg, rows), type_of(agg.arg, rows.schema)
        limit = limit_of(type_) if agg.fn in ("sum", "sum_known") else None
        columns[agg.name] = [within(total(agg.fn, [arg[r] for r in group], type_), limit) for group in groups.values()]
    return ReplayTable(columns, schema_of(Aggregate(Scan("input"), table.by, table.aggs), {"input": rows.schema}))


def _union(table: Union, tables: Tables) -> ReplayTable:
    parts = [replayed(input, tables) for input in table.inputs]
    schemas: dict[str, Schema] = {str(index): part.schema for index, part in enumerate(parts)}
    columns = {name: [value for part in parts for value in part.columns[name]] for name in parts[0].columns}
    return ReplayTable(columns, schema_of(Union(tuple(Scan(name) for name in schemas)), schemas))


NODES: dict[type, Callable[[Any, Tables], ReplayTable]] = {
    Scan: _scan, Filter: _filter, Extend: _extend, Project: _project, Join: _join, AsOf: _as_of,
    Aggregate: _aggregate, Union: _union,
}  # fmt: skip
"""One implementation per node of `ir.table`."""
