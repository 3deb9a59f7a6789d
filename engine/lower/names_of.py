"""The names of a table expression's columns, in order: what a stage must know to leave its inner columns out."""

from collections.abc import Mapping

from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union


def names_of(table: Table, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Columns of `table`; `known` has those of inputs and earlier stages."""
    match table:
        case Scan(name):
            return known[name]
        case Filter(input):
            return names_of(input, known)
        case Extend(input, defs):
            return tuple(dict.fromkeys((*names_of(input, known), *(d.name for d in defs))))
        case Project(_, columns):
            return tuple(new for new, _ in columns)
        case Join() | AsOf():
            return tuple(dict.fromkeys((*names_of(table.left, known), *(new for new, _ in table.take))))
        case Aggregate(_, by, aggs):
            return (*by, *(agg.name for agg in aggs))
        case Union(inputs):
            return names_of(inputs[0], known)
