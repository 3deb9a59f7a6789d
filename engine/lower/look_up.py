"""Look-up tables: what each dimension falls into as a column, and the row of the table that it leads to.

A table is an input of the program (`look_ups/<plan>.<table>`): a row per combination that a row of the plan holds for, with
that row's line. So a look-up is a join, however many rows there are. Columns of a table that a place reads are `<table>`,
`<table>.<dimension>` and `<table>.line`.
"""

from collections.abc import Collection, Iterable
from datetime import date

from engine.core.money import plain
from engine.ir.expr import Call, Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import AsOf, Def, Extend, Join, Scan, Table
from engine.ir.types import TEXT
from engine.ir.walk import rebuilt
from engine.lower.inputs import look_up_table, source_table
from engine.lower.remark import decided
from engine.lower.terms import any_of, call, cases, day, either, integer, missing, null, number, text
from engine.plan.choice import Choice
from engine.plan.look_up import BELOW, OTHER, Dimension, LookUp, Value, shown
from engine.plan.resolved import Plan, ResolvedWorkspace


def with_attributes(
    workspace: ResolvedWorkspace, rows: Table, tables: Iterable[LookUp], at: str, chosen: Choice | None = None
) -> Table:
    """The rows with a column per dimension that reads an attribute of the participant, as in force on the day in `at`."""
    found = [(table, each) for table in tables for each in table.dimensions if each.attribute is not None]
    if not found:
        return rows
    own = tuple((f"{table.name}.{each.name}.own", each.attribute or "") for table, each in found)
    people = Scan(source_table(workspace.participants))
    rows = AsOf(rows, people, (("participant", "participant"),), at, "start", "end", own)
    return Extend(rows, tuple(_attribute(table, each, chosen) for table, each in found))


def looked_up(plan: Plan, rows: Table, names: Iterable[str], prefix: str = "") -> Table:
    """The rows with the columns of look-up tables; attributes of participants are there already."""
    for table in plan.tables(names):
        base = f"{prefix}{table.name}"
        told = [(at, each) for at, each in enumerate(table.dimensions) if each.reads is not None]
        defs = [made for at, each in told for made in _class(table, at, each, base)]
        on = tuple((f"{base}.{each.name}", each.name) for each in table.dimensions)
        take = ((base, "value"), (f"{base}.line", "line"))
        rows = Extend(rows, tuple(defs)) if defs else rows
        rows = Join(rows, Scan(look_up_table(plan, table)), on, take)
        line = f"{base}.line"
        rows = Extend(rows, (_value(table, base), Def(line, Ref(line), "line of its row", table.rows[0].span)))
    return rows


def look_up_columns(table: LookUp, prefix: str = "") -> tuple[str, ...]:
    """The columns that stages show of a table."""
    base = f"{prefix}{table.name}"
    return (base, *(f"{base}.{each.name}" for each in table.dimensions), f"{base}.line")


def reading(expr: Expr, names: Collection[str], prefix: str) -> Expr:
    """A formula that reads tables by the names that their columns have here."""
    if isinstance(expr, Ref):
        return Ref(f"{prefix}{expr.name}", expr.at) if expr.name in names else expr
    return rebuilt(expr, lambda inner: reading(inner, names, prefix))


def _class(table: LookUp, at: int, dimension: Dimension, base: str) -> tuple[Def, ...]:
    """What a dimension comes to, and what that falls into."""
    assert dimension.reads is not None
    name = f"{base}.{dimension.name}"
    own = Def(f"{name}.own", dimension.reads.expr, dimension.words, dimension.span)
    remarks: tuple[Remark, ...] = ()
    if dimension.boundary is not None:
        on_one = [call("eq", dimension.reads.expr, _literal(dimension, bound)) for bound in table.bounds(at)]
        remarks = (decided("boundary", dimension.boundary, any_of(*on_one)),)
    words = f"from {dimension.words}" if dimension.band else dimension.words
    made = _classes(table, at, dimension, Ref(own.name))
    return own, Def(name, made, words, dimension.span, dimension.note, remarks)


def _attribute(table: LookUp, dimension: Dimension, chosen: Choice | None) -> Def:
    """What an attribute falls into; one that is empty is like one that no row says."""
    name, at = f"{table.name}.{dimension.name}", table.dimensions.index(dimension)
    own = Ref(f"{name}.own")
    made = either(missing(own), text(OTHER), _classes(table, at, dimension, own))
    remarks = () if chosen is None else (decided("participant_values_on", chosen),)
    return Def(name, made, dimension.words, dimension.span, dimension.note, remarks)


def _classes(table: LookUp, at: int, dimension: Dimension, own: Expr) -> Expr:
    bounds = table.bounds(at)
    if dimension.band:
        fn = "gt" if dimension.boundary is not None and dimension.boundary.value == "lower" else "ge"
        reached = [(call(fn, own, _literal(dimension, bound)), text(shown(bound))) for bound in reversed(bounds)]
        return cases([(missing(own), null(TEXT)), *reached], text(BELOW))
    if not bounds:
        return either(missing(own), null(TEXT), text(OTHER))
    if dimension.type.dtype == "text" and all(row.keys[at] is not None for row in table.rows):
        return own
    if dimension.type.dtype == "text":
        return either(Call("in", (own, *(_literal(dimension, bound) for bound in bounds))), own, text(OTHER))
    equal = [(call("eq", own, _literal(dimension, bound)), text(shown(bound))) for bound in bounds]
    return cases(equal, text(OTHER))


def _literal(dimension: Dimension, value: Value) -> Expr:
    if isinstance(value, str):
        return text(value)
    return day(value) if isinstance(value, date) else number(value, dimension.type)


def _value(table: LookUp, base: str) -> Def:
    """The value of the row that was found; without one, what the table says."""
    classes = [Ref(f"{base}.{each.name}") for each in table.dimensions]
    found: Expr = Ref(base)
    remarks = tuple(
        Remark(f"by {each.name}: {each.words}", each.span, each.note) for each in table.dimensions if each.note
    )
    remarks += tuple(
        Remark(
            f"{table.name}: {plain(row.value)}",
            row.span,
            row.note,
            call("eq", Ref(f"{base}.line"), integer(row.span.line)),
        )
        for row in table.rows
        if row.note
    )
    said = table.missing
    if said is not None:
        none = missing(Ref(f"{base}.line"))
        remarks += (Remark(f"missing: {said.words}", said.span, None, none),)
        if said.value is not None:
            unknown = (any_of(*(missing(each) for each in classes)), null(table.type))
            found = cases([unknown, (none, number(said.value, table.type))], Ref(base))
    words = "looked up by " + ", ".join(each.name for each in table.dimensions)
    return Def(base, found, words, table.span, table.note, remarks)
