"""Shares: a matched transaction's value, whole to the one who is named or cut among those of a dated assignment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.core import money
from engine.plan.resolved import Rule, Split
from engine.reference.participant import Record

NOBODY = ""


@dataclass(frozen=True)
class Share:
    """A share of one transaction's value. `participant` is empty where nobody gets it; `segment` stands if credited."""

    transaction: Record
    credit_date: date
    participant: str
    share: Decimal
    value: Decimal
    amount: Decimal
    state: str = "credited"
    because: str | None = None
    segment: date | None = None
    level: Decimal = Decimal(0)
    """Of a manager's credit: how far above; 0 of everybody else's."""


def shares(rule: Rule, transaction: Record, value: Decimal, assignments: Mapping[str, list[Record]]) -> list[Share]:
    """Who gets which part of a matched transaction: whom a column names gets all; or each row of the assignment in force on the
    credit date its share, and nobody the rest.
    """
    credit_date = transaction[rule.credit_date]
    whole = Share(transaction, credit_date, NOBODY, Decimal(1), value, value)
    if isinstance(rule.to, str):
        name = transaction[rule.to]
        if name is None:
            return [replace(whole, state="unassigned", because="no_participant")]
        return [replace(whole, participant=name)]
    split = rule.to
    if split.mode is not None:
        whole = replace(whole, amount=money.rounded(value, split.mode, split.digits))
    parties = _assigned(split, transaction, credit_date, assignments[split.source.name])
    if not parties:
        return [replace(whole, state="unassigned", because="no_assignment")]
    if sum(parties.values()) > 1:
        return [replace(whole, state="exception", because="shares_over_one")]
    return _cut(whole, parties, split.digits)


def _assigned(split: Split, transaction: Record, day: date, rows: list[Record]) -> dict[str, Fraction]:
    """Each participant's exact share: rows in force on the credit date whose match columns agree (null never does)."""
    mine = [
        row
        for row in rows
        if row["start"] <= day <= row["end"]
        and all(row[ours] is not None and row[ours] == transaction[theirs] for ours, theirs in split.match)
    ]
    if split.share is None:
        names = {row["participant"] for row in mine}
        return {name: Fraction(1, len(names)) for name in names}
    shares: dict[str, Fraction] = {}
    for row in mine:
        shares[row["participant"]] = shares.get(row["participant"], Fraction(0)) + Fraction(row[split.share])
    return shares


def _cut(whole: Share, shares: dict[str, Fraction], digits: int) -> list[Share]:
    """Semantics 1: "left-over units go by largest remainder, ties by participant id; a negative value mirrors"."""
    rest = Fraction(1) - sum(shares.values(), Fraction(0))
    if rest > 0:
        shares = shares | {NOBODY: rest}
    size = Fraction(whole.amount.copy_abs()) * 10**digits
    units = {name: int(size * share) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (units[name] - size * shares[name], name == NOBODY, name))
    for name in order[: int(size) - sum(units.values())]:
        units[name] += 1
    sign = -1 if whole.amount < 0 else 1
    cut = [
        replace(
            whole,
            participant=name,
            share=_decimal(share),
            amount=money.EXACT.scaleb(Decimal(sign * units[name]), -digits),
        )
        for name, share in shares.items()
    ]
    return [
        replace(share, state="unassigned", because="shares_under_one") if share.participant == NOBODY else share
        for share in cut
    ]


def _decimal(share: Fraction) -> Decimal:
    """A share as a 12-place decimal."""
    result = money.quotient(Decimal(share.numerator), Decimal(share.denominator))
    assert result is not None
    return result
