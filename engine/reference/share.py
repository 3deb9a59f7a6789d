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
    weight: Decimal = Decimal(1)
    weights: Decimal = Decimal(1)
    """Of a part by weights: its weight, and all of them."""
    adjusted: Decimal = Decimal(0)
    """What adjustments gave to it, less what they took off."""
    values_on: date | None = None
    """The day as of which it reads what is dated, where that is not the credit date."""

    @property
    def as_of(self) -> date:
        """The day as of which it reads what is dated."""
        return self.values_on or self.credit_date


def shares(rule: Rule, transaction: Record, value: Decimal, assignments: Mapping[str, list[Record]]) -> list[Share]:
    """Who gets which part of a matched transaction: whom a column names gets all; or each row of the assignment in force on the
    credit date, or the day that `values_on` says, its share, and nobody the rest.
    """
    credit_date = transaction[rule.credit_date]
    all_of_it = Share(transaction, credit_date, NOBODY, Decimal(1), value, value)
    if rule.values_on is not None:
        all_of_it = replace(all_of_it, values_on=min(transaction[rule.values_on.column], credit_date))
    if isinstance(rule.to, str):
        name = transaction[rule.to]
        if name is None:
            return [replace(all_of_it, state="unassigned", because="no_participant")]
        return [replace(all_of_it, participant=name)]
    split = rule.to
    all_of_it = replace(all_of_it, amount=whole(split, value))
    mine = _assigned(split, transaction, all_of_it.as_of, assignments[split.source.name])
    if not mine:
        return [replace(all_of_it, weight=Decimal(1), weights=Decimal(1), state="unassigned", because="no_assignment")]
    wrong = _wrong(split, mine)
    if wrong is not None:
        return [replace(all_of_it, weight=Decimal(1), weights=Decimal(1), state="exception", because=wrong)]
    if split.share is not None:
        return _cut(all_of_it, _added(mine, split.share), split.digits)
    weights = (
        _added(mine, split.weight) if split.weight is not None else {row["participant"]: Fraction(1) for row in mine}
    )
    total = sum(weights.values(), Fraction(0))
    cut = _cut(all_of_it, {name: weight / total for name, weight in weights.items()}, split.digits)
    return [replace(share, weight=_decimal(weights[share.participant]), weights=_decimal(total)) for share in cut]


def whole(split: Split, value: Decimal) -> Decimal:
    """What is cut into shares: the value, rounded first where that is said."""
    return value if split.mode is None else money.rounded(value, split.mode, split.digits)


def _wrong(split: Split, rows: list[Record]) -> str | None:
    """Why the rows can't be followed: shares over 1, a weight of nothing or weights without measure, somebody twice."""
    if split.share is not None:
        return "shares_over_one" if sum(Fraction(row[split.share]) for row in rows) > 1 else None
    if split.weight is not None:
        weights = [Fraction(row[split.weight]) for row in rows]
        return "bad_weight" if min(weights) < money.DIVISOR_LEAST or sum(weights) >= money.RATE_LIMIT else None
    return "assigned_twice" if len({row["participant"] for row in rows}) < len(rows) else None


def _assigned(split: Split, transaction: Record, day: date, rows: list[Record]) -> list[Record]:
    """Rows in force on the day whose match columns agree (null never does)."""
    return [
        row
        for row in rows
        if row["start"] <= day <= row["end"]
        and all(row[ours] is not None and row[ours] == transaction[theirs] for ours, theirs in split.match)
    ]


def _added(rows: list[Record], column: str) -> dict[str, Fraction]:
    """Each participant's number, exactly; those of several rows added up."""
    found: dict[str, Fraction] = {}
    for row in rows:
        found[row["participant"]] = found.get(row["participant"], Fraction(0)) + Fraction(row[column])
    return found


def _cut(whole: Share, shares: dict[str, Fraction], digits: int) -> list[Share]:
    """Left-over units go by largest remainder, ties by participant id; a negative value mirrors."""
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
