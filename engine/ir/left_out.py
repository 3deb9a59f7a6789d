"""What of a stage a run need not write again: columns that stand beside them, in a table before, or are one value; whole tables.

In: a program. Out: for each stage the columns that are left out on the disk, each with how it comes back, in an order in which
each needs only those before it; and the stages that only repeat others. It is read off the program, so it is the same for
every period and whatever the rows say.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.ir.alike import made_once
from engine.ir.carried import Carrying
from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import Type


@dataclass(frozen=True)
class Copy:
    """The same as another column of the row."""

    column: str


@dataclass(frozen=True)
class Constant:
    """The same value in every row."""

    value: Any
    type: Type


@dataclass(frozen=True)
class Joined:
    """A column of the row of another table whose key, `on` (column here, column there), is found here."""

    table: str
    on: tuple[tuple[str, str], ...]
    column: str


@dataclass(frozen=True)
class Made:
    """A sum or difference of other columns of the row, or a value that another one chooses: no product, nothing rounded."""

    expr: Expr


Back = Copy | Constant | Joined | Made
LeftOut = Mapping[str, Back]

JOINING = frozenset({"credit_pay", "component_earnings", "slices"})
"""What one row of stages is that repeat tables before them."""
WHOLE = frozenset({"earnings", "payouts"})
"""What one row of stages is that people open."""
OF_TRANSACTIONS = frozenset({"credits", "shares"})
"""What one row of stages is that carry along what a transaction says."""
MATCHES = "matches/"
RESULTS = ("earning", "pay", "amount", "credit_date")
"""Of columns that are the same, those are written that others read."""


def with_left_out(program: Program) -> Program:
    """The program whose stages say what is left out of each, and which are left out whole."""
    found, whole = left_out(program), views(program)
    stages = (
        replace(stage, left_out=tuple(sorted(found.get(stage.name, ()))), view=stage.name in whole)
        for stage in program.stages
    )
    return replace(program, stages=tuple(stages))


def views(program: Program) -> frozenset[str]:
    """The stages that are kept and only repeat rows of others that are, with constants beside them."""
    there = {stage.name for stage in program.stages if stage.kept}
    kept = (stage for stage in program.stages if stage.kept and stage.grain not in WHOLE)
    return frozenset(stage.name for stage in kept if _repeats(stage.table, there))


def _repeats(table: Table, there: Collection[str]) -> bool:
    match table:
        case Scan(name):
            return name in there
        case Filter() | Project():
            return _repeats(table.input, there)
        case Extend():
            return all(isinstance(made.expr, Ref | Lit) for made in table.defs) and _repeats(table.input, there)
        case Union():
            return all(_repeats(each, there) for each in table.inputs)
        case _:
            return False


def left_out(program: Program) -> dict[str, LeftOut]:
    """What is left out of each stage that is written."""
    schemas, whole = program_schemas(program), views(program)
    keys = {stage.name: stage.keys for stage in program.stages if stage.kept}
    once = made_once(program).stages
    unkept = {stage.name: stage.table for stage in once if not stage.kept}
    kept = (stage for stage in once if stage.kept and stage.grain not in WHOLE and stage.name not in whole)
    found = {s.name: _of_stage(_seen_through(s, unkept), schemas[s.name], keys) for s in kept}
    sources = {f"source/{n.removeprefix(MATCHES)}": by for n, by in keys.items() if n.startswith(MATCHES)}
    carrying = Carrying({stage.name: stage.table for stage in once}, sources)
    return {s.name: _of_source(s, schemas[s.name], found[s.name], carrying, sources) for s in once if s.name in found}


def _of_source(
    stage: Stage, schema: Schema, found: LeftOut, carrying: Carrying, sources: Mapping[str, tuple[str, ...]]
) -> LeftOut:
    """What is left out of a stage, and of credits and shares what their transaction says, too: its key stands beside them."""
    if stage.grain not in OF_TRANSACTIONS:
        return found
    own = {carrying.of(stage.table, key): key for key in stage.keys}
    joined: dict[str, Back] = {}
    for name in schema:
        of = carrying.of(stage.table, name)
        if of is None or name in (*stage.keys, *RESULTS, *found):
            continue
        source, column = of
        if all((source, key) in own for key in sources[source]):
            joined[name] = Joined(source, tuple((own[source, key], key) for key in sources[source]), column)
    return {**joined, **found}


def _seen_through(stage: Stage, unkept: Mapping[str, Table]) -> Stage:
    """A stage that has some columns of one that is not kept: as if it made them itself."""
    match stage.table:
        case Project(Scan(name)) if name in unkept:
            return replace(stage, table=replace(stage.table, input=unkept[name]))
        case _:
            return stage


def _of_stage(stage: Stage, schema: Schema, keys: Mapping[str, tuple[str, ...]]) -> LeftOut:
    parts = stage.table.inputs if isinstance(stage.table, Union) else (stage.table,)
    return _of_all(stage, schema, parts, [_of_part(part, stage, schema, keys) for part in parts])


def _of_all(stage: Stage, schema: Schema, parts: Sequence[Table], found: Sequence[LeftOut]) -> LeftOut:
    """What comes back in the same way in all parts of a union, and constants that a column of its key tells apart."""
    by, values = _told_apart(stage, parts)
    same: dict[str, Back] = {}
    for name, back in found[0].items():
        backs = [each.get(name) for each in found]
        constants = [each.value for each in backs if isinstance(each, Constant)]
        if all(each == back for each in backs):
            same[name] = back
        elif by and len(constants) == len(parts):
            tests = [Call("eq", (Ref(by), Lit(value, schema[by]))) for value in values]
            lits = [Lit(value, schema[name]) for value in constants]
            same[name] = Made(Case(tuple(zip(tests, lits, strict=True)), Lit(None, schema[name].optional())))
    return same


def _told_apart(stage: Stage, parts: Sequence[Table]) -> tuple[str, list[Any]]:
    """A column of the key that has one value in each part and another one in each; an empty name where none has."""
    for name in stage.keys:
        origins = [_origin(part, name) for part in parts]
        values = [origin.value for origin in origins if isinstance(origin, _One)]
        if len(set(values)) == len(parts):
            return name, values
    return "", []


def _of_part(table: Table, stage: Stage, schema: Schema, keys: Mapping[str, tuple[str, ...]]) -> LeftOut:
    first = (*stage.keys, *(name for name in RESULTS if name in schema))
    origins = {name: _origin(table, name) for name in (*first, *schema)}
    there: dict[_Origin, str] = {}
    found: dict[str, Back] = {}
    for name, origin in origins.items():
        if name not in stage.keys:
            if isinstance(origin, _One):
                found[name] = Constant(origin.value, schema[name])
                continue
            if origin in there:
                found[name] = Copy(there[origin])
                continue
            joined = _joined(origin, origins, keys) if stage.grain in JOINING else None
            if joined is not None and all(own in there.values() for own, _ in joined.on):
                found[name] = joined
            elif isinstance(origin, _Sum) and name not in first and {origin.left, origin.right} <= there.keys():
                found[name] = Made(Call(origin.fn, (Ref(there[origin.left]), Ref(there[origin.right]))))
        there.setdefault(origin, name)
    return found


# -- where a column comes from


@dataclass(frozen=True)
class _One:
    """One value."""

    value: Any


@dataclass(frozen=True)
class _Read:
    """A column of the one row of a table that a place of the stage, by its number, has for each of its rows.

    `on`: what stands for the table's columns in a join, by their names; None for the row itself.
    """

    place: int
    table: str
    column: str
    on: "tuple[tuple[_Origin, str], ...] | None" = None


@dataclass(frozen=True)
class _Defined:
    """Made at a place of the stage: of an `Extend` the definition of that number, else the column of that name."""

    place: int
    name: str


@dataclass(frozen=True)
class _Sum:
    """Two columns added, or one subtracted from the other."""

    fn: str
    left: "_Origin"
    right: "_Origin"


_Origin = _One | _Read | _Defined | _Sum


def _origin(table: Table, name: str, until: int | None = None) -> _Origin:
    """Where a column of a table expression comes from; equal ones have equal values in every row.

    `until`: as the definition of that number of an `Extend` sees it.
    """
    match table:
        case Scan():
            return _Read(id(table), table.name, name)
        case Filter():
            return _origin(table.input, name)
        case Project():
            return _origin(table.input, table.names[name])
        case Extend():
            number = table.places.get(name)
            if number is None or (until is not None and number >= until):
                return _origin(table.input, name)
            expr = table.defs[number].expr
            return _origin(table, expr.name, number) if isinstance(expr, Ref) else _defined(table, number, expr)
        case Join() | AsOf() if name not in dict(table.take):
            return _origin(table.left, name)
        case Join(right=Scan(other)) if not table.many and table.how in ("left", "inner"):
            on = tuple((_origin(table.left, left), right) for left, right in table.on)
            return _Read(id(table), other, dict(table.take)[name], on)
        case _:
            return _Defined(id(table), name)


def _defined(table: Extend, number: int, expr: Expr) -> _Origin:
    """Of the definition of that number."""
    match expr:
        case Lit(value):
            return _One(value)
        case Call("add" | "sub" as fn, (Ref(left), Ref(right))):
            return _Sum(fn, _origin(table, left, number), _origin(table, right, number))
        case _:
            return _Defined(id(table), str(number))


def _joined(origin: _Origin, origins: Mapping[str, _Origin], keys: Mapping[str, tuple[str, ...]]) -> Joined | None:
    """How the column comes from another table of the run, if all of that table's key is here."""
    if not isinstance(origin, _Read) or origin.table not in keys:
        return None
    key = keys[origin.table]
    wanted: dict[str, _Origin] = {column: replace(origin, column=column) for column in key}
    if origin.on is not None:
        wanted = {column: at for at, column in origin.on}
    if set(wanted) != set(key):
        return None
    named = {at: name for name, at in reversed(list(origins.items()))}
    on = tuple((named[at], column) for column, at in wanted.items() if at in named)
    return Joined(origin.table, on, origin.column) if len(on) == len(wanted) else None
