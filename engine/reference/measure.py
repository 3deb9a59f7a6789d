"""Measures: the sum or count of a participant's credits per period and segment, or running to date."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.plan.resolved import Measure, Plan
from engine.reference.credit import credit_row
from engine.reference.participant import People
from engine.reference.scalar import plus, total, truth
from engine.reference.share import Share
from engine.reference.stint import Cell, Key, intervals, starts_again


@dataclass(frozen=True)
class Measured:
    """A measure on one grid row: the interval's own, and its value (the same, or to date)."""

    own: Decimal | None
    value: Decimal | None


def measured(
    plan: Plan, measure: Measure, credits: Mapping[str, list[Share]], cells: list[Cell], people: People
) -> dict[Key, Measured]:
    """calc "Measures": one row per grid row of the measure's lengths; to date, along the intervals of its group."""
    counted = {
        rule: [
            share
            for share in credits[rule]
            if share.state == "credited" and _counts(plan, measure, rule, share, people) is not False
        ]
        for rule in measure.rules
    }
    shares = [share for found in counted.values() for share in found]
    doubtful = [
        share
        for rule, found in counted.items()
        for share in found
        if _counts(plan, measure, rule, share, people) is None
    ]
    unit = measure.unit.dtype
    result: dict[Key, Measured] = {}
    for group in intervals([cell for cell in cells if cell.period.length in measure.lengths]):
        so_far: Decimal | None = Decimal(0)
        for before, cell in zip([None, *group], group, strict=False):
            if measure.accumulation is not None and starts_again(cell, before, measure.accumulation):
                so_far = Decimal(0)
            mine = [share for share in shares if holds(cell, share)]
            own: Decimal | None
            own = Decimal(len(mine)) if measure.aggregate == "count" else total((share.amount for share in mine), unit)
            if any(holds(cell, share) for share in doubtful):
                own = None
            so_far = plus(so_far, own, unit)
            result[cell.key] = Measured(own, so_far if measure.to_date else own)
    return result


def holds(cell: Cell, share: Share) -> bool:
    """Whether a credited share belongs to the grid row: its participant, its segment, its credit date in the period."""
    return (
        (share.participant, share.segment) == (cell.stint.participant, cell.stint.start)
        and cell.period.start <= share.credit_date <= cell.period.end
    )  # fmt: skip


def _counts(plan: Plan, measure: Measure, rule: str, share: Share, people: People) -> bool | None:
    """Semantics 2: a null that arises from a division never chooses a branch, so the measure is not known."""
    if measure.where is None:
        return True
    return truth(measure.where.expr, credit_row(plan, plan.rule(rule), share, people))
