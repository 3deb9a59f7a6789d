"""What an assignment's columns are to the plans: shares, or weights, whatever they are called.

In: sources and plans. Out: the sources, those of role `assignments` with the columns by which some plan divides: intake asks of
shares what a share must be, and two rows that differ in nothing else say two things of one day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.plan.comp_plan import Assignment, CompPlan, Name, RollUp, Weight
from engine.plan.workspace import Source


def with_share_columns(sources: Mapping[str, Source], plans: Iterable[CompPlan]) -> dict[str, Source]:
    """The sources, knowing which of their columns are shares and weights."""
    shares: dict[str, set[str]] = {}
    weights: dict[str, set[str]] = {}
    for rule in (rule for plan in plans for rule in plan.credits):
        to = rule.to.of if isinstance(rule.to, RollUp) else rule.to
        if isinstance(to, Assignment) and isinstance(to.share, Name):
            shares.setdefault(to.source.text, set()).add(to.share.text)
        if isinstance(to, Assignment) and isinstance(to.share, Weight):
            weights.setdefault(to.source.text, set()).add(to.share.column.text)
    return {
        name: replace(source, shares=frozenset(shares.get(name, ())), weights=frozenset(weights.get(name, ())))
        if source.role == "assignments"
        else source
        for name, source in sources.items()
    }
