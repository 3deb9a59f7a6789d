"""A program in which what several stages make alike is made once: joins, and aggregates of the same groups.

In: a program. Out: the same, with stages of its own (`~shared`, not kept) before the first that reads each. The measures of a
rule and the pay on its credits look up the periods of the same credits, and sum the same groups of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.backends.polars.few_first import few_first
from engine.backends.polars.hoist import HIDDEN
from engine.ir.alike import made_once
from engine.ir.expr import Expr, Lit
from engine.ir.program import Program, Schema, Stage
from engine.ir.settled import settled, told
from engine.ir.table import Agg, Aggregate, AggregateFn, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import refs, scans, tables_in, with_tables

SHARED = f"{HIDDEN}shared"


def shared(program: Program, known: Mapping[str, Schema]) -> Program:
    """The same stages; what they share is made by others. `known` are the schemas of all."""
    once = few_first(made_once(settled(program))).stages
    stages = [replace(stage, table=_rows(stage.table, known).whole()) for stage in once]
    return replace(program, stages=tuple(_read_once_inside(_Sharing(stages).stages())))


def _read_once_inside(stages: list[Stage]) -> list[Stage]:
    """Stages, with those of the others that only one of them reads inside it: there more can be seen of what is done with it."""
    readers = Counter(name for stage in stages for name in scans(stage.table))
    inside = {s.name: s.table for s in stages if s.name.startswith(SHARED) and readers[s.name] == 1}

    def put(table: Table) -> Table:
        if isinstance(table, Scan) and table.name in inside:
            return put(inside[table.name])
        return with_tables(table, put)

    return [replace(stage, table=put(stage.table)) for stage in stages if stage.name not in inside]


# -- tables in a form in which those that are alike are equal


@dataclass(frozen=True)
class _Rows:
    """A table, with `constants` beside its columns, of which only `columns` are gone on with: both are for later."""

    table: Table
    constants: Mapping[str, Lit]
    columns: tuple[str, ...]
    there: tuple[str, ...]
    """The columns of `table`."""

    def whole(self) -> Table:
        """The table itself."""
        made = self.beside(self.columns)
        names = (*self.there, *(n for n in sorted(self.constants) if n in self.columns and n not in self.there))
        return made if names == self.columns else Project(made, tuple((n, n) for n in self.columns))

    def just(self) -> Table:
        """The same, by name: so it has these columns whatever else the tables have that it reads."""
        made = self.whole()
        return made if isinstance(made, Project) else Project(made, tuple((n, n) for n in self.columns))

    def beside(self, wanted: "frozenset[str] | tuple[str, ...]") -> Table:
        """The table with those of the constants."""
        defs = tuple(Def(name, self.constants[name]) for name in sorted(self.constants) if name in wanted)
        return Extend(self.table, defs) if defs else self.table

    def bare(self) -> "_Rows":
        """The same with nothing for later."""
        return _bare(self.whole(), self.columns)


def _rows(table: Table, known: Mapping[str, Schema]) -> _Rows:
    match table:
        case Scan(name):
            return _bare(table, tuple(known[name]))
        case Union((one,)):
            return _rows(one, known)
        case Union():
            every = [_rows(each, known) for each in table.inputs]
            return _bare(Union(tuple(each.just() for each in every)), every[0].columns)
        case Project():
            rows = _rows(table.input, known)
            names = tuple(new for new, _ in table.columns)
            if all(new == old for new, old in table.columns):
                return replace(rows, columns=names)
            return _bare(replace(table, input=rows.whole()), names)
        case Filter():
            return _filtered(table, _rows(table.input, known))
        case Extend():
            return _extended(table, _rows(table.input, known))
        case Join() | AsOf():
            return _joined(table, _rows(table.left, known), _rows(table.right, known).whole())
        case Aggregate():
            read = frozenset(table.by).union(*(refs(agg.arg) for agg in table.aggs))
            made = replace(table, input=_rows(table.input, known).beside(read))
            return _bare(made, (*table.by, *(agg.name for agg in table.aggs)))


def _bare(table: Table, columns: tuple[str, ...]) -> _Rows:
    return _Rows(table, {}, columns, columns)


def _filtered(table: Filter, rows: _Rows) -> _Rows:
    where = told(table.where, rows.constants)
    if isinstance(where, Lit) and where.value is True:
        return rows
    if refs(table.where) & rows.constants.keys():
        rows = rows.bare()
    return replace(rows, table=Filter(rows.table, table.where))


def _extended(table: Extend, rows: _Rows) -> _Rows:
    names = tuple(dict.fromkeys((*rows.columns, *(made.name for made in table.defs))))
    lits = {made.name: made.expr for made in table.defs if isinstance(made.expr, Lit)}
    if len(lits) == len(table.defs) and not lits.keys() & {*rows.there, *rows.constants}:
        return replace(rows, constants={**rows.constants, **lits}, columns=names)
    touched = {made.name for made in table.defs}.union(*(refs(made.expr) for made in table.defs))
    if touched & rows.constants.keys():
        rows = rows.bare()
    there = tuple(dict.fromkeys((*rows.there, *(made.name for made in table.defs))))
    return _Rows(Extend(rows.table, table.defs), rows.constants, names, there)


def _joined(table: Join | AsOf, rows: _Rows, right: Table) -> _Rows:
    taken = tuple(new for new, _ in table.take)
    read = {left for left, _ in table.on} | ({table.at} if isinstance(table, AsOf) else set())
    if read & rows.constants.keys() or {*taken} & {*rows.there, *rows.constants}:
        rows = rows.bare()
    made = replace(table, left=rows.table, right=right)
    return _Rows(made, rows.constants, (*rows.columns, *taken), (*rows.there, *taken))


# -- what stands in several stages

Groups = tuple[Table, tuple[str, ...]]
"""Rows, and the columns that group them."""


class _Sharing:
    """Stages, and what they share: joins by themselves, aggregates by the rows and groups that they are of."""

    def __init__(self, stages: list[Stage]):
        self._given = stages
        self._found: list[Stage] = []
        self._names: dict[Table | Groups, str] = {}
        self._count: Counter[Table | Groups] = Counter()
        self._aggs: dict[Groups, dict[tuple[AggregateFn, Expr], str]] = {}
        for stage in stages:
            for table in _inside(stage.table):
                self._note(table)

    def _note(self, table: Table) -> None:
        match table:
            case Join() | AsOf():
                self._count[table] += 1
            case Aggregate():
                groups = (table.input, table.by)
                self._count[groups] += 1
                aggs = self._aggs.setdefault(groups, {})
                for agg in table.aggs:
                    aggs.setdefault((agg.fn, agg.arg), f"{HIDDEN}{len(aggs)}")
            case _:
                pass

    def stages(self) -> list[Stage]:
        """All stages, in an order in which each reads only those before it."""
        for stage in self._given:
            self._found.append(replace(stage, table=self._table(stage.table)))
        return self._found

    def _table(self, table: Table) -> Table:
        match table:
            case Join() | AsOf() if self._count[table] > 1:
                return Scan(self._made(table, table))
            case Aggregate() if self._count[groups := (table.input, table.by)] > 1:
                aggs = self._aggs[groups]
                every = tuple(Agg(name, fn, arg) for (fn, arg), name in aggs.items())
                own = ((agg.name, aggs[agg.fn, agg.arg]) for agg in table.aggs)
                name = self._made(groups, replace(table, aggs=every))
                return Project(Scan(name), (*((name, name) for name in table.by), *own))
            case _:
                return self._inner(table)

    def _inner(self, table: Table) -> Table:
        """A table whose parts read what is shared; itself it is made here."""
        return with_tables(table, self._table)

    def _made(self, what: Table | Groups, table: Table) -> str:
        """The name of the stage that makes what is shared."""
        if what not in self._names:
            made = self._inner(table)
            self._names[what] = f"{SHARED}{len(self._names)}"
            self._found.append(Stage(self._names[what], "", made, (), kept=False))
        return self._names[what]


def _inside(table: Table) -> Iterator[Table]:
    """A table and all that are in it."""
    yield table
    for inner in tables_in(table):
        yield from _inside(inner)
