"""Ranks: of participants, one row for each; and prizes by place, that ties can share.

In: a measure or component as written. Out: diagnostics.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.resolve.interpolated import constant


def check_rank(
    measure: written.Measure, named: Mapping[str, written.Measure], segments: Choice, diagnostics: Diagnostics
) -> None:
    """Each participant stands in it once, with what is their own."""
    if segments.value != "joined" and segments.level != "unsaid":
        help = "say `segments: joined` under `policies:` of the plan"
        if any(other.reaches_back for other in named.values()):
            help += "; what looks back is earned in a plan beside it (`paid: false`), and ranked as `earned: PLAN.COMPONENT`"
        diagnostics.error(
            "M229", f"`{measure.name}` ranks participants, and somebody with two titles in the period would stand in it twice",
            measure.span, help=help, related=((segments.span, "said here"),),
        )  # fmt: skip
    for name in measure.parts:
        part = named.get(name.text)
        if part is not None and part.within is not None:
            diagnostics.error(
                "M233", f"`{part.name}` is of a group: all its members would be tied, and count as so many", name.span,
                help="rank participants by a measure of their own", related=((part.span, "the measure"),),
            )  # fmt: skip


def check_prizes(
    component: written.Component, select: written.Measure | None, digits: int, diagnostics: Diagnostics
) -> None:
    """Prizes are looked up by a place; and where ties share them, they are amounts that can be added up."""
    table, ranking = component.rate, None if select is None else select.ranking
    if table.prizes is not None and ranking is None:
        what = "something else" if select is None else f"`{select.name}`, which is no rank ({select.aggregate})"
        diagnostics.error(
            "M230", f"`prizes` are by place, but `{component.name}` selects {what}", table.prizes,
            help="select a measure of kind `rank`, or write `mode: step` with `tiers`",
            related=() if select is None else ((select.span, "the measure"),),
        )  # fmt: skip
    if select is None or ranking is None or ranking.ties != "share":
        return
    if table.prizes is None:
        diagnostics.error(
            "M231", f"who is tied in `{select.name}` shares what the places bring, and a table of mode `{table.mode}` says "
            "no amount for each place", table.mode_span,
            help="write `mode: prizes` with a list of amounts, or say `ties: both`", related=((select.span, "the rank"),),
        )  # fmt: skip
        return
    for tier in table.tiers:
        value = constant(tier.pays.expr)
        if value is None or value < 0 or value != round(value, digits):
            diagnostics.error(
                "M232", f"`{tier.pays.text}` can't be put together with the prizes of other places and shared", tier.span,
                help=f"write an amount that is not below 0, with {digits} digits at most; or say `ties: both`",
                related=((select.span, "ties share"),),
            )  # fmt: skip
