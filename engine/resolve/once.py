"""Amounts that are paid once: nothing of a table may let a value to date enter the same tier, or walk the same line, again.

In: a component's table, as written and resolved, with the measure that finds the tier. Out: diagnostics.
"""

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.resolved import Table


def check_once(
    component: written.Component, select: written.Measure | None, table: Table, diagnostics: Diagnostics
) -> None:
    """A value to date keeps what it has entered, so the bounds may not move on, nor a later period pay it anew."""
    if select is None or select.accumulation is None or table.gives != "amount":
        return
    span, related = select.accumulation, ((select.span, "the measure"), (component.rate.mode_span, "the mode"))
    moves = _moves(component.rate, table)
    if component.basis == "credit" and table.adds_up and moves is not None:
        place, why, instead = moves
        diagnostics.error(
            "M161", f"`{select.name}` adds up over the {span}, and {why}: what was entered in one period is left behind"
            " in the next, and paid again when it is entered again", place,
            help=f"{instead} with `basis: to_date` and `true_up: {span}` pay what the amount to date grows by",
            related=related,
        )  # fmt: skip
    if component.basis == "period" and table.mode == "each_entered":
        diagnostics.error(
            "M162", f"`{select.name}` adds up over the {span}, and the basis is the period: a tier once entered would pay"
            " its amount again in every period", component.rate.mode_span,
            help=f"say `basis: to_date` with `true_up: {span}`; or, if each period is to pay it, `step` with the sums of"
            " the amounts, or a measure over the `period`",
            related=((component.basis_span, "the basis"), (select.span, "the measure")),
        )  # fmt: skip


def _moves(table: written.RateTable, made: Table) -> tuple[Span, str, str] | None:
    """What moves the bounds from period to period: its place, why it does, and what to say instead."""
    if made.prorate_bounds:
        why = "its bounds are prorated by the days so far, whose share changes"
        return table.span, why, "leave the proration out; or"
    reach = None if made.against is None else made.against.reach
    if reach is None or reach.value != "to_date":
        return None
    return reach.span, "the target to date grows", "say `reach: accumulation`, the target of all of it; or"
