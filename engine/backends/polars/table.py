"""Table expressions as lazy frames: one small function per node. Row order is never relied on nor promised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from engine.backends.polars.fold import folded
from engine.backends.polars.hoist import HIDDEN, hoisted, layers
from engine.backends.polars.scalar import compiled, typed
from engine.backends.polars.term import bounded, column, columns
from engine.backends.polars.window import NUMBER, ends_in, window
from engine.ir.expr import Expr, Fold, Over
from engine.ir.in_order import Keys, constants, in_runs, key_of, order_of
from engine.ir.infer import schema_over, type_of
from engine.ir.program import Schema
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import INTEGER, Type
from engine.ir.walk import children, refs, tables_in

ROW, HIT, AT, START, END, RUN = (f"{HIDDEN}{name}" for name in ("row", "hit", "at", "start", "end", "run"))
Shape = tuple[pl.LazyFrame, dict[str, Type]]
FEW = 4
"""So many joins in time, one upon the other, are planned at once."""


@dataclass
class Tables:
    """The frames and schemas of inputs and earlier stages, by name, and the columns by which their rows are known to ascend."""

    frames: Mapping[str, pl.LazyFrame]
    schemas: Mapping[str, Schema]
    keys: Keys = field(default_factory=dict)
    known: dict[int, tuple[Table, dict[str, Type]]] = field(default_factory=dict)
    """By its id, each table that was asked for, which stays while its id is a key, and its columns."""

    def frame(self, table: Table) -> pl.LazyFrame:
        """The rows of a table expression; its columns are in the order that `infer` says."""
        return NODES[type(table)](table, self)

    def schema(self, table: Table) -> dict[str, Type]:
        """The columns of a table expression."""
        if id(table) not in self.known:
            self.known[id(table)] = (table, schema_over(table, self.schemas, self.schema))
        return self.known[id(table)][1]


def _scan(table: Scan, tables: Tables) -> pl.LazyFrame:
    return tables.frames[table.name]


def _filter(table: Filter, tables: Tables) -> pl.LazyFrame:
    frame, schema = tables.frame(table.input), tables.schema(table.input)
    where = f"{HIDDEN}where"
    parts = hoisted([Def(where, table.where)])
    if len(parts) == 1:
        return frame.filter(compiled(parts[0][1], schema))
    return extended(frame, schema, parts)[0].filter(pl.col(where)).select(list(schema))


def _extend(table: Extend, tables: Tables) -> pl.LazyFrame:
    frame, parts, order = tables.frame(table.input), hoisted(table.defs), order_of(table.input, tables.keys)
    numbered = any(isinstance(expr, Over) and ends_in(expr, order) for _, expr in parts)
    frame = frame.with_row_index(NUMBER) if numbered else frame
    before = tables.schema(table.input)
    frame, made = extended(frame, before, parts, order)
    wanted = list(dict.fromkeys((*before, *table.places)))
    tables.known[id(table)] = (table, {name: made[name] for name in wanted})  # nothing asks for their types again
    return frame if list(made) == wanted and not numbered else frame.select(columns(wanted))


def extended(
    frame: pl.LazyFrame, schema: Schema, defs: Sequence[tuple[str, Expr]], order: tuple[str, ...] = ()
) -> Shape:
    """The frame with the definitions as columns, hidden ones too, and its columns.

    By `order` its rows ascend, if that is known; they are numbered then where a window asks for it.
    """
    known = dict(schema)
    for layer in layers(defs):
        made = [(name, *_made(expr, known, order)) for name, expr in layer]
        frame = frame.with_columns([value.alias(name) for name, value, _ in made])
        known |= {name: type_ for name, _, type_ in made}
    return frame, known


def _made(expr: Expr, schema: Schema, order: tuple[str, ...]) -> tuple[pl.Expr, Type]:
    if isinstance(expr, Fold):
        return folded(expr, schema), type_of(expr, schema)
    return (window(expr, schema, order), type_of(expr, schema)) if isinstance(expr, Over) else typed(expr, schema)


def _project(table: Project, tables: Tables) -> pl.LazyFrame:
    return tables.frame(table.input).select([column(name, new) for new, name in table.columns])


# -- joins


def _keys(on: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{HIDDEN}on{index}" for index in range(len(on))]


def _right(table: Join | AsOf, tables: Tables, *more: pl.Expr) -> pl.LazyFrame:
    """The right side with hidden keys and the taken columns under their new names; rows with a null key never match."""
    keys = [column(right, key) for key, (_, right) in zip(_keys(table.on), table.on, strict=True)]
    taken = [column(name, new) for new, name in table.take]
    frame = tables.frame(table.right).select(*keys, *taken, *more)
    return frame.drop_nulls(_keys(table.on)) if table.on else frame


def _join(table: Join, tables: Tables) -> pl.LazyFrame:
    """Where `right` has to be unique and is not, Polars raises: paying twice would be worse."""
    left, right, names = tables.frame(table.left), _right(table, tables), columns(tables.schema(table))
    if table.how == "cross":
        return left.join(right, how="cross").select(names)
    on, keys = [name for name, _ in table.on], _keys(table.on)
    validate: Any = "m:m" if table.many or table.how == "anti" or _is_unique(table, tables) else "m:1"
    if validate == "m:m" and _ascend_alike(table, tables):
        left, right = left.set_sorted(on[0]), right.set_sorted(keys[0])
    joined = left.join(right, left_on=on, right_on=keys, how=table.how, validate=validate, maintain_order="left")
    return joined.select(names)


def _is_unique(table: Join, tables: Tables) -> bool:
    """Whether it is known that no row has two partners: then nothing needs to look."""
    key = key_of(table.right, tables.keys)
    return bool(key) and set(key) <= {right for _, right in table.on}


def _ascend_alike(table: Join, tables: Tables) -> bool:
    """Whether the rows of both sides ascend by the one column that they are joined on: they can be merged."""
    sides = order_of(table.left, tables.keys), order_of(table.right, tables.keys)
    return [(left, right) for left, right in zip(*(side[:1] for side in sides), strict=False)] == list(table.on)


def _as_of(table: AsOf, tables: Tables) -> pl.LazyFrame:
    return _as_of_one(table, tables) if table.match == "one" else _as_of_many(table, tables)


def _intervals(table: AsOf, tables: Tables) -> pl.LazyFrame:
    """The right side with its interval; one that holds no day at all would hide the one before it."""
    right = _right(table, tables, pl.col(table.start).alias(START), pl.col(table.end).alias(END))
    return right.filter(pl.col(START) <= pl.col(END))


def _as_of_one(table: AsOf, tables: Tables) -> pl.LazyFrame:
    """The latest interval that began, if it has not ended."""
    joined = _latest(_chain(table), tables) if table.on else _latest_of_days(table, tables)
    return (joined.filter(column(HIT)) if table.how == "inner" else joined).select(columns(tables.schema(table)))


def _holding(joined: pl.LazyFrame, table: AsOf, *beside: str) -> pl.LazyFrame:
    """What was found, where it has not ended; and whether it has not."""
    holds = pl.col(AT) <= pl.col(END)
    taken = (pl.when(holds).then(pl.col(new)).alias(new) for new, _ in table.take)
    return joined.select(*beside, *taken, holds.alias(HIT))


def _chain(table: AsOf) -> list[AsOf]:
    """The joins of the same day that stand one upon the other, the lowest first: whose manager, and whose manager is that.

    Days that take turns make no chain: their joins are sorted each by itself.
    """
    inner = table.left
    same_day = isinstance(inner, AsOf) and (inner.match, inner.how, inner.at) == ("one", "left", table.at)
    if isinstance(inner, AsOf) and same_day and inner.on and table.at not in (new for new, _ in inner.take):
        return [*_chain(inner), table]
    return [table]


def _latest(chain: list[AsOf], tables: Tables) -> pl.LazyFrame:
    """Within equal keys. Only what is compared is sorted by day, and back again: once for a chain. Then it stands beside `left`.

    `left` is read twice, so a query of twenty levels of managers, one upon the other, would be planned a million times.
    """
    left, fixed = chain[0].left, constants(chain[0].left)
    numbered = tables.frame(left).with_row_index(ROW)
    rows = numbered.collect().lazy() if _chains_below(left) % FEW == FEW - 1 else numbered.cache()
    found_before = {new for table in chain for new, _ in table.take}
    own = sorted({name for table in chain for name, _ in table.on} - found_before - fixed.keys())
    found, beside = rows.select(ROW, pl.col(chain[0].at).alias(AT), *own).sort(AT), [ROW, AT, *own]
    for table in chain:
        keys = [(name, key) for (name, _), key in zip(table.on, _keys(table.on), strict=True)]
        same = [pl.col(key) == fixed[name] for name, key in keys if name in fixed and name not in found_before]
        by = [(name, key) for name, key in keys if name not in fixed or name in found_before]
        joined = found.join_asof(
            _intervals(table, tables).filter(*same).sort(START, END), left_on=AT, right_on=START, strategy="backward",
            by_left=[name for name, _ in by] or None, by_right=[key for _, key in by] or None, coalesce=False,
            check_sortedness=False,
        )  # fmt: skip
        found = _holding(joined, table, *beside)
        beside += [new for new, _ in table.take]
    return pl.concat([rows, found.sort(ROW).select(*beside[len(own) + 2 :], HIT)], how="horizontal")


def _chains_below(table: Table) -> int:
    """How many chains of joins of this kind the rows of a table have behind them."""
    below = max((_chains_below(inner) for inner in tables_in(table)), default=0)
    return below + (isinstance(table, AsOf) and (not table.on or len(_chain(table)) == 1))


def _latest_of_days(table: AsOf, tables: Tables) -> pl.LazyFrame:
    """Without keys every row of a day has the same partner, and days are few."""
    left, right = tables.frame(table.left).with_columns(pl.col(table.at).alias(AT)), _intervals(table, tables)
    days = left.select(AT).unique().sort(AT)
    found = days.join_asof(right.sort(START, END), left_on=AT, right_on=START, strategy="backward", coalesce=False)
    held = _holding(found, table, AT)
    return left.join(held, on=AT, how="left", maintain_order="left")


def _as_of_many(table: AsOf, tables: Tables) -> pl.LazyFrame:
    """Equal keys, then the days; of a left row without partner one copy stays, with nulls."""
    left, right = tables.frame(table.left), _intervals(table, tables)
    left_on, names = [name for name, _ in table.on], list(tables.schema(table))
    holds = (pl.col(START) <= pl.col(table.at)) & (pl.col(table.at) <= pl.col(END))
    if table.how == "inner":
        if left_on:
            return left.join(right, left_on=left_on, right_on=_keys(table.on)).filter(holds).select(names)
        return left.join(right, how="cross").filter(holds).select(names)
    left = left.with_row_index(ROW)
    if not left_on:
        left, right = left.with_columns(pl.lit(0).alias(HIT)), right.with_columns(pl.lit(0).alias(HIT))
    joined = left.join(right, left_on=left_on or [HIT], right_on=_keys(table.on) or [HIT], how="left")
    joined = joined.with_columns(holds.fill_null(False).alias(HIT))
    alone = ~pl.col(HIT).any().over(ROW) & (pl.int_range(pl.len()).over(ROW) == 0)
    joined = joined.filter(pl.col(HIT) | alone)
    return joined.with_columns(pl.when(pl.col(HIT)).then(pl.col(new)).alias(new) for new, _ in table.take).select(names)


# -- groups and unions


def _aggregate(table: Aggregate, tables: Tables) -> pl.LazyFrame:
    return finished(table, partial(table, tables), tables.schema(table))


def partial(table: Aggregate, tables: Tables) -> pl.LazyFrame:
    """An aggregate that can be put together with those of other rows. Arguments are columns first: groups calculate nothing."""
    if not in_runs(table, tables.keys) and (join := _can_come_after(table, tables)) is not None:
        return _before_join(table, join, tables)
    frame, schema = tables.frame(table.input), tables.schema(table.input)
    args = [f"{HIDDEN}arg{index}" for index in range(len(table.aggs))]
    frame, _ = extended(frame, schema, hoisted([Def(arg, agg.arg) for arg, agg in zip(args, table.aggs, strict=True)]))
    parts = [part for arg, agg in zip(args, table.aggs, strict=True) for part in _aggs(agg, arg)]
    return _in_runs(table, frame, parts) if in_runs(table, tables.keys) else _grouped(table, frame, parts)


def _can_come_after(table: Aggregate, tables: Tables) -> Join | None:
    """The join whose rows are added up, where it only brings columns by which they are grouped: it can be of the groups."""
    join = table.input
    while isinstance(join, Project) and all(new == old for new, old in join.columns):
        join = join.input
    if not isinstance(join, Join) or join.many or join.how not in ("inner", "left"):
        return None
    brought, own, on = {new for new, _ in join.take}, {*tables.schema(join.left)}, {left for left, _ in join.on}
    plain = all(refs(agg.arg) <= own and _of_one_row(agg.arg) and agg.name not in on for agg in table.aggs)
    return join if plain and brought & {*table.by} else None


def _of_one_row(expr: Expr) -> bool:
    return not isinstance(expr, Over | Fold) and all(_of_one_row(child) for child in children(expr))


def _before_join(table: Aggregate, join: Join, tables: Tables) -> pl.LazyFrame:
    """Rows are grouped by what they are joined on and what else groups them, and joined then; some groups come together."""
    brought = {new for new, _ in join.take}
    by = tuple(dict.fromkeys([*(left for left, _ in join.on), *(name for name in table.by if name not in brought)]))
    first = Aggregate(join.left, by, table.aggs)
    types = tables.schema(first)
    nulls = [f"{NULLS}{agg.name}" for agg in table.aggs if agg.fn in SUMS]
    schemas = {**tables.schemas, EARLY: {**types, **dict.fromkeys(nulls, INTEGER)}}
    late = Tables({**tables.frames, EARLY: partial(first, tables)}, schemas, tables.keys)
    return combined(table, late.frame(replace(join, left=Scan(EARLY))))


def combined(table: Aggregate, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Aggregates of some rows each → those of all rows."""
    return _grouped(table, rows, [part for agg in table.aggs for part in _again(agg)])


def _grouped(table: Aggregate, frame: pl.LazyFrame, parts: list[pl.Expr]) -> pl.LazyFrame:
    if not table.by:
        frame = frame.with_columns(pl.lit(0).alias(EVERYONE))
    return frame.group_by(list(table.by) or [EVERYONE]).agg(parts)


def _in_runs(table: Aggregate, frame: pl.LazyFrame, parts: list[pl.Expr]) -> pl.LazyFrame:
    """Of rows of which each group stands together: by the number of the group, which nothing has to be looked up for."""
    begins = [pl.col(name).ne_missing(pl.col(name).shift()) for name in table.by]
    numbered = frame.with_columns(reduce(or_, begins).cum_sum().set_sorted().alias(RUN))
    return numbered.group_by(RUN, maintain_order=True).agg(*(pl.col(name).first() for name in table.by), *parts)


def finished(table: Aggregate, grouped: pl.LazyFrame, types: Schema) -> pl.LazyFrame:
    """The columns of an aggregate."""
    return grouped.select(*table.by, *(_finished(agg, types[agg.name]) for agg in table.aggs))


EVERYONE = f"{HIDDEN}all"
NULLS = f"{HIDDEN}nulls "
EARLY = f"{HIDDEN}early"
SUMS = ("sum", "sum_known")


def _aggs(agg: Agg, arg: str) -> list[pl.Expr]:
    value = pl.col(arg)
    match agg.fn:
        case "sum" | "sum_known":
            return [value.sum().alias(agg.name), value.null_count().alias(NULLS + agg.name)]
        case "count":
            return [value.sum().cast(pl.Int64).alias(agg.name)]
        case "any":
            return [value.fill_null(False).any().alias(agg.name)]
        case "min":
            return [value.min().alias(agg.name)]
        case "max":
            return [value.max().alias(agg.name)]


def _again(agg: Agg) -> list[pl.Expr]:
    """Of what `_aggs` has made of some rows each."""
    value = pl.col(agg.name)
    match agg.fn:
        case "sum" | "sum_known":
            return [value.sum(), pl.col(NULLS + agg.name).sum()]
        case "count":
            return [value.sum()]
        case "any":
            return [value.any()]
        case "min":
            return [value.min()]
        case "max":
            return [value.max()]


def _finished(agg: Agg, type_: Type) -> pl.Expr:
    value = pl.col(agg.name)
    if agg.fn == "sum":
        value = pl.when(pl.col(NULLS + agg.name) == 0).then(value)
    return bounded(value, type_).alias(agg.name)


def _union(table: Union, tables: Tables) -> pl.LazyFrame:
    return pl.concat([tables.frame(input) for input in table.inputs], how="vertical")


NODES: dict[type, Callable[[Any, Tables], pl.LazyFrame]] = {
    Scan: _scan, Filter: _filter, Extend: _extend, Project: _project, Join: _join, AsOf: _as_of,
    Aggregate: _aggregate, Union: _union,
}  # fmt: skip
"""One implementation per node of `ir.table`."""
