"""Credits: each transaction × rule gets one state, each matched one its shares, each share one state.

Semantics 3: "Each *transaction × credit rule* ends in exactly one state". Steps 1–7 are calc's.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.core import money
from engine.plan.resolved import Plan, Rule, Split
from engine.plan.workspace import Source
from engine.reference.participant import People, Record
from engine.reference.scalar import Row, Typed, bounded, decimal, truth
from engine.reference.scope import Scope
from engine.reference.stint import Stint, stint_on

FIRST_STATE = ("exception", "unassigned", "credited", "excluded", "unmatched", "out_of_scope")
"""Semantics 3: the state of a whole is the first of these that any of its parts has."""

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


@dataclass(frozen=True)
class Matching:
    """What one rule made of one transaction."""

    state: str
    because: str | None = None
    shares: tuple[Share, ...] = field(default=())


@dataclass(frozen=True)
class Context:
    """What crediting reads besides the transaction: the scope, all plans' stints, assignments by source."""

    scope: Scope
    stints: dict[str, list[Stint]]
    assignments: dict[str, list[Record]]


def matchings(plan: Plan, source: Source, transaction: Record, context: Context) -> dict[str, Matching]:
    """Steps 1–7 for all rules of `plan` that read `source`: rule → its state, and shares where it matched."""
    rules = [rule for rule in plan.rules if rule.source.name == source.name]
    row = source_row(source, transaction)
    found = {rule.name: _refused(plan, rule, transaction, row, context.scope) for rule in rules}
    candidates = [rule for rule in rules if found[rule.name] is None]
    for place, rule in enumerate(candidates):
        if plan.hit_policy.value == "first" and place > 0:
            found[rule.name] = Matching("excluded", "first")
        elif plan.hit_policy.value == "unique" and len(candidates) > 1:
            found[rule.name] = Matching("exception", "several_rules")
        else:
            found[rule.name] = _matched(plan, rule, transaction, row, context)
    return {name: matching for name, matching in found.items() if matching is not None}


def source_row(source: Source, transaction: Record) -> dict[str, Typed]:
    """Rule place: the columns of the rule's source."""
    return {column.name: Typed(transaction[column.name], column.type.dtype) for column in source.columns}


def credit_row(plan: Plan, rule: Rule, share: Share, people: People) -> dict[str, Typed]:
    """Credit place: the source's columns, `amount`, `credited_share`, and the variables on the credit date."""
    return {
        **source_row(rule.source, share.transaction),
        "amount": Typed(share.amount, rule.unit.dtype),
        "credited_share": Typed(share.share, "rate"),
        **people.variables(plan, plan.variables, share.participant, share.credit_date),
    }


def first_state(states: list[str]) -> str:
    """The first of `FIRST_STATE` among them; `unmatched` if there is none (no rule reads the source)."""
    return min(states, key=FIRST_STATE.index, default="unmatched")


def _refused(plan: Plan, rule: Rule, transaction: Record, row: Row, scope: Scope) -> Matching | None:
    """Steps 1–4: why the rule does not take the transaction; None: it is a candidate."""
    credit_date = transaction[rule.credit_date]
    if credit_date is None:
        return Matching("exception", "no_value")
    if not scope.holds(credit_date):
        return Matching("out_of_scope")
    if not plan.start <= credit_date <= (plan.end or date.max):
        return Matching("unmatched", "plan_not_in_force")
    taken = True if rule.where is None else truth(rule.where.expr, row)
    if taken is None:
        return Matching("exception", "no_value")
    if not taken:
        return Matching("unmatched", "where")
    for name, condition in rule.exclude:
        excluded = truth(condition.expr, row)
        if excluded is None:
            return Matching("exception", "no_value")
        if excluded:
            return Matching("excluded", name)
    return None


def _matched(plan: Plan, rule: Rule, transaction: Record, row: Row, context: Context) -> Matching:
    """Steps 6 and 7, then the shares; the state is the first that any has, because of the first such by participant."""
    value = bounded(decimal(rule.value.expr, row), rule.unit.dtype)
    if value is None:
        return Matching("exception", "no_value")
    if rule.currency_column is not None and transaction[rule.currency_column] != plan.currency:
        return Matching("exception", "other_currency")
    shares = [_placed(plan, share, context.stints) for share in _shares(rule, transaction, value, context)]
    shares.sort(key=lambda share: share.participant)
    state = first_state([share.state for share in shares])
    because = next(share.because for share in shares if share.state == state)
    return Matching(state, because, tuple(shares))


def _placed(plan: Plan, share: Share, stints: dict[str, list[Stint]]) -> Share:
    """Semantics 1, not on plan: credited on a stint, excluded where another plan has them, otherwise the policy."""
    if share.participant == NOBODY:
        return share
    stint = stint_on(stints[plan.name], share.participant, share.credit_date)
    if stint is not None:
        return replace(share, segment=stint.start)
    if any(stint_on(found, share.participant, share.credit_date) for found in stints.values()):
        return replace(share, state="excluded", because="on_another_plan")
    return replace(share, state=plan.not_on_plan.value, because="not_on_plan")


def _shares(rule: Rule, transaction: Record, value: Decimal, context: Context) -> list[Share]:
    """calc "Shares of a matched one": to a column, or by a dated assignment."""
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
    shares = _assigned(split, transaction, credit_date, context.assignments[split.source.name])
    if not shares:
        return [replace(whole, state="unassigned", because="no_assignment")]
    if sum(shares.values()) > 1:
        return [replace(whole, state="exception", because="shares_over_one")]
    return _cut(whole, shares, split.digits)


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
