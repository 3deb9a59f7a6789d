"""Which columns of a stage a run need not write again: they stand beside them, in a table before, or are one value.

In: a program. Out: for each stage the columns that are left out on the disk, each with how it comes back, in an order in which
each needs only those before it. It is read off the program, so it is the same for every period and whatever the rows say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.ir.expr import Lit, Ref
from engine.ir.infer import program_schemas
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import AsOf, Extend, Filter, Join, Project, Scan, Table
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


Back = Copy | Constant | Joined
LeftOut = Mapping[str, Back]

JOINING = frozenset({"credit_pay", "component_earnings"})
"""What one row of stages is that repeat tables before them."""
WHOLE = frozenset({"earnings", "payouts", "steps"})
"""What one row of stages is that people open."""
RESULTS = ("earning", "pay", "amount")
"""Of columns that are the same, those are written that others read."""


def with_left_out(program: Program) -> Program:
    """The program whose stages say what is left out of each."""
    found = left_out(program)
    stages = (replace(stage, left_out=tuple(sorted(found.get(stage.name, ())))) for stage in program.stages)
    return replace(program, stages=tuple(stages))


def left_out(program: Program) -> dict[str, LeftOut]:
    """What is left out of each stage that is kept."""
    schemas = program_schemas(program)
    keys = {stage.name: stage.keys for stage in program.stages if stage.kept}
    kept = (stage for stage in program.stages if stage.kept and stage.grain not in WHOLE)
    return {stage.name: _of_stage(stage, schemas[stage.name], keys) for stage in kept}


def _of_stage(stage: Stage, schema: Schema, keys: Mapping[str, tuple[str, ...]]) -> LeftOut:
    first = (*stage.keys, *(name for name in RESULTS if name in schema))
    origins = {name: _origin(stage.table, name) for name in (*first, *schema)}
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
class _Made:
    """Made at a place of the stage: of an `Extend` the definition of that number, else the column of that name."""

    place: int
    name: str


_Origin = _One | _Read | _Made


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
            return _origin(table.input, dict(table.columns)[name])
        case Extend():
            for number, made in reversed(list(enumerate(table.defs[:until]))):
                if made.name == name and isinstance(made.expr, Ref):
                    return _origin(table, made.expr.name, number)
                if made.name == name:
                    return _One(made.expr.value) if isinstance(made.expr, Lit) else _Made(id(table), str(number))
            return _origin(table.input, name)
        case Join() | AsOf() if name not in dict(table.take):
            return _origin(table.left, name)
        case Join(right=Scan(other)) if not table.many and table.how in ("left", "inner"):
            on = tuple((_origin(table.left, left), right) for left, right in table.on)
            return _Read(id(table), other, dict(table.take)[name], on)
        case _:
            return _Made(id(table), name)


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
