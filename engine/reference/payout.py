"""Payouts: the earnings whose period ends in the pay period, summed by who pays them and rounded once.

Until there is a ledger, payout = earnings of the pay period; a negative one stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.core import money
from engine.plan.resolved import Component, Plan
from engine.reference.component import Earning
from engine.reference.participant import People
from engine.reference.scalar import bounded, total

ATTRIBUTES = ("entity", "payroll_id", "pay_group", "cost_centre")


@dataclass(frozen=True)
class Payout:
    """The known earnings of one participant, plan and earning code. `incomplete`: some earning is blocked."""

    key: tuple[str, ...]
    """participant, plan, `ATTRIBUTES`, earning code, currency"""
    amount: Decimal | None
    incomplete: bool


def payouts(plan: Plan, earned: Iterable[tuple[Component, Earning]], people: People) -> list[Payout]:
    """A line per participant, payroll attributes and earning code: the known earnings whose period ends in the pay period,
    with attributes as in force on the last day on the plan. No amount where none is known.
    """
    groups: dict[tuple[str, ...], list[Decimal | None]] = {}
    for component, earning in earned:
        if not earning.cell.in_pay_period or not component.paid:
            continue
        participant = earning.cell.stint.participant
        row = people.in_force(participant, earning.cell.end) or {}
        attributes = [row.get(name) or "" for name in ATTRIBUTES]
        key = (participant, plan.name, *attributes, component.earning_code, plan.currency)
        groups.setdefault(key, []).append(earning.earning)
    result: list[Payout] = []
    for key, amounts in groups.items():
        known = [amount for amount in amounts if amount is not None]
        amount = total(known) if known else None
        if amount is not None and plan.payout_rounding is not None:
            amount = bounded(money.rounded(amount, plan.payout_rounding.value, plan.digits), "money")
        result.append(Payout(key, amount, None in amounts))
    return result
