"""Adjustments: what somebody approved of a transaction's shares to be moved to others, or taken away.

Each row is a share of what its participant had before any of them; so their order makes no difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core import money
from engine.plan.resolved import Plan, Rule, Split
from engine.reference.participant import Record
from engine.reference.share import NOBODY, Share

HELD = ("moved_over_one", "moved_twice")
UNSHARED = ("shares_over_one", "assigned_twice", "bad_weight")


@dataclass(frozen=True)
class Move:
    """An adjustment, and what it does to a rule's credit; or because of what nothing."""

    row: Record
    before: Decimal | None
    amount: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    because: str | None = None

    @property
    def giver(self) -> str:
        """Who had it; '' is nobody."""
        return self.row["from_participant"] or NOBODY

    @property
    def taker(self) -> str:
        """Who has it now."""
        return self.row["to_participant"] or NOBODY


def for_rule(plan: Plan, rule: Rule, rows: Iterable[Record]) -> list[Record]:
    """The rows that are for a rule: those that name it, or none."""
    return [row for row in rows if row.get("credit_rule") in (None, f"{plan.name}.{rule.name}")]


def idle(row: Record) -> bool:
    """Whether it changes nothing, whatever was credited."""
    return row["share"] <= 0 or (row["from_participant"] or NOBODY) == (row["to_participant"] or NOBODY)


def unmoved(row: Record) -> Move:
    """A row for which the rule has no credit."""
    return Move(row, None, because="no_change" if idle(row) else "no_credit")


def moves(rule: Rule, transaction: Record, shares: Sequence[Share], rows: Iterable[Record]) -> list[Move]:
    """What the rows that name a transaction do to its shares."""
    mine = [row for row in rows if all(row[name] == transaction[name] for name in rule.source.key)]
    found: list[Move] = []
    for giver in dict.fromkeys(row["from_participant"] or NOBODY for row in mine):
        of = next((share for share in shares if share.participant == giver), None)
        theirs = [row for row in mine if (row["from_participant"] or NOBODY) == giver]
        found += _of_one(rule, of, [row for row in theirs if not idle(row)])
        found += [replace(unmoved(row), before=_had(of)) for row in theirs if idle(row)]
    return found


def _of_one(rule: Rule, of: Share | None, rows: list[Record]) -> list[Move]:
    """All that is moved of one share."""
    if of is None or of.because in UNSHARED:
        return [Move(row, _had(of), because="no_credit") for row in rows]
    takers = [row["to_participant"] or NOBODY for row in rows]
    if sum(row["share"] for row in rows) > 1:
        return [Move(row, of.amount, because="moved_over_one") for row in rows]
    if len(set(takers)) < len(takers):
        return [Move(row, of.amount, because="moved_twice") for row in rows]
    found: list[Move] = []
    amount = share = together = Decimal(0)
    for row in sorted(rows, key=lambda row: (row["to_participant"] is None, row["to_participant"] or "")):
        together += row["share"]
        upto, of_all = _part(rule, of.amount, together), money.product(of.share, together)
        found.append(Move(row, of.amount, upto - amount, of_all - share))
        amount, share = upto, of_all
    return found


def _had(of: Share | None) -> Decimal | None:
    return None if of is None else of.amount


def _part(rule: Rule, whole: Decimal, share: Decimal) -> Decimal:
    """A share of an amount, mirrored where that is negative."""
    part = money.product(abs(whole), share)
    if isinstance(rule.to, Split) and rule.to.mode is not None:
        part = money.rounded(part, rule.to.mode, rule.to.digits)
    return -part if whole < 0 else part


def adjusted(shares: Sequence[Share], done: Sequence[Move]) -> list[Share]:
    """The shares afterwards: who gave has less, who takes has more, and has a share if there was none."""
    held = {move.giver: move.because for move in done if move.because in HELD}
    good = [move for move in done if move.because is None]
    takers = {move.taker for move in good}
    found = []
    for share in shares:
        who = share.participant
        more = [move for move in good if move.taker == who]
        less = [move for move in good if move.giver == who]
        amount = sum((m.amount for m in more), Decimal(0)) - sum((m.amount for m in less), Decimal(0))
        part = sum((m.share for m in more), Decimal(0)) - sum((m.share for m in less), Decimal(0))
        new = replace(share, amount=share.amount + amount, share=share.share + part, adjusted=amount)
        if who in held:
            new = replace(new, state="exception", because=held[who])
        elif sum(m.row["share"] for m in less) == 1 and not more:
            new = replace(new, state="excluded", because="moved_away")
        found.append(new)
    for who in sorted(takers - {share.participant for share in shares}):
        more = [move for move in good if move.taker == who]
        amount = sum((m.amount for m in more), Decimal(0))
        new = replace(
            shares[0], participant=who, amount=amount, share=sum((m.share for m in more), Decimal(0)), adjusted=amount,
            weight=Decimal(1), weights=Decimal(1), state="credited", because=None,
        )  # fmt: skip
        found.append(new if who != NOBODY else replace(new, state="excluded", because="taken_away"))
    return found
