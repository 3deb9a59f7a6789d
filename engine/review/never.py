"""Rows of look-up tables that never hold. In: a plan. Out: a warning R031 for each: most often a slip in what the row says.

Told is what the plan alone shows: a title that nobody on the plan has, a text that the dimension's formula never comes to,
days on which the plan is not in force.
"""

from collections.abc import Iterator
from datetime import date

from engine.core.diagnostic import Diagnostics, closest
from engine.ir.expr import Case, Expr, Lit, Ref
from engine.plan.look_up import Dimension, LookUp
from engine.plan.resolved import Plan


def review_rows(plan: Plan, diagnostics: Diagnostics) -> None:
    """A warning at each row that no credit and no earning can get to."""
    for table in plan.look_ups.values():
        for at, dimension in enumerate(table.dimensions):
            _texts(plan, table, at, dimension, diagnostics)
            if dimension.band:
                _days(plan, table, at, dimension, diagnostics)


def _texts(plan: Plan, table: LookUp, at: int, dimension: Dimension, diagnostics: Diagnostics) -> None:
    possible, whose = plan.titles, "the titles of the plan are"
    if dimension.reads is not None:
        found = list(_literals(dimension.reads.expr))
        possible = None if None in found else tuple(dict.fromkeys(text for text in found if text is not None))
        whose = "it comes to"
    elif dimension.attribute != "title":
        return
    for row in table.rows if possible else ():
        key = row.keys[at]
        if key is None or possible is None or key.value in possible:
            continue
        near = closest(str(key.value), possible)
        there_is = ", ".join(f"`{each}`" for each in possible[:8])
        diagnostics.warning(
            "R031", f"this row never holds: `{dimension.name}` is never `{key.value}`", row.span,
            help=f"did you mean `{near}`?" if near else f"{whose} {there_is}; delete the row, or correct it",
            related=((dimension.span, "what it is looked up by"),),
        )  # fmt: skip


def _literals(expr: Expr) -> Iterator[str | None]:
    """The texts that a formula can come to; None where that is more than the plan can tell."""
    match expr:
        case Lit(value) if isinstance(value, str):
            yield value
        case Case(branches, otherwise):
            for _, chosen in branches:
                yield from _literals(chosen)
            yield from _literals(otherwise)
        case _:
            yield None


def _days(plan: Plan, table: LookUp, at: int, dimension: Dimension, diagnostics: Diagnostics) -> None:
    """Bands of the credit date that end before the plan begins, or begin after it ends."""
    readers = [rule for rule in plan.rules if table.name in (*rule.look_ups, *rule.valued_by)]
    read = None if dimension.reads is None else dimension.reads.expr
    if not readers or any(read != Ref(rule.credit_date) for rule in readers):
        return
    starts: dict[tuple[object, ...], list[date]] = {}
    for row in table.rows:
        key = row.keys[at]
        if key is not None and isinstance(key.value, date):
            starts.setdefault(row.keys[:at], []).append(key.value)
    for row in table.rows:
        key = row.keys[at]
        if key is None or not isinstance(key.value, date):
            continue
        later = [day for day in starts[row.keys[:at]] if day > key.value]
        end = key.to if isinstance(key.to, date) else min(later, default=None)
        upper = dimension.boundary is None or dimension.boundary.value == "upper"
        over = end is not None and (end <= plan.start if upper else end < plan.start)
        if over or (plan.end is not None and (key.value > plan.end if upper else key.value >= plan.end)):
            when = f"from {plan.start}" + (f" to {plan.end}" if plan.end is not None else " on")
            diagnostics.warning(
                "R031", f"this row never holds: the plan is in force {when}", row.span,
                help="delete the row, or correct its day", related=((dimension.span, "what it is looked up by"),),
            )  # fmt: skip
