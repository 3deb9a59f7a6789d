"""Where a column of a stage comes from: the definition that made it, or the table that it was taken from."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import tables_in


@dataclass(frozen=True)
class Taken:
    """A column of another table."""

    table: str
    column: str


def origin(table: Table, column: str) -> Def | Agg | Taken | None:
    """What made `column` of a table expression; None where there is no such column."""
    match table:
        case Scan(name):
            return Taken(name, column)
        case Filter(input):
            return origin(input, column)
        case Extend(input, defs):
            return next((d for d in reversed(defs) if d.name == column), None) or origin(input, column)
        case Project(input, columns):
            old = dict(columns).get(column)
            return None if old is None else origin(input, old)
        case Join() | AsOf():
            old = dict(table.take).get(column)
            return origin(table.left, column) if old is None else origin(table.right, old)
        case Aggregate(input, by, aggs):
            found = next((agg for agg in aggs if agg.name == column), None)
            return found or (origin(input, column) if column in by else None)
        case Union(inputs):
            return origin(inputs[0], column)


def definition(table: Table, column: str) -> Def | None:
    """The definition of a column, inner ones (that the stage leaves out at its end) among them."""
    inner = table.input if isinstance(table, Project) else table
    found = origin(inner, column)
    return found if isinstance(found, Def) else None


def definitions(table: Table) -> dict[str, Def]:
    """All definitions of a table expression and of what it is made of, the outermost of each name."""
    found: dict[str, Def] = {}
    for part in parts(table):
        if isinstance(part, Extend):
            for made in reversed(part.defs):
                found.setdefault(made.name, made)
    return found


def parts(table: Table) -> Iterator[Table]:
    """A table expression and all that it is made of, outermost first."""
    yield table
    for inner in tables_in(table):
        yield from parts(inner)


def taken(table: Table) -> dict[str, Taken]:
    """Columns that a table expression takes by joins from other tables: name here → where it comes from."""
    found: dict[str, Taken] = {}
    for part in parts(table):
        if isinstance(part, Join | AsOf):
            for new, old in part.take:
                source = origin(part.right, old)
                if isinstance(source, Taken):
                    found.setdefault(new, source)
    return found
