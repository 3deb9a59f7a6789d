"""Credits: each transaction × rule gets one state, each matched one its shares, each share one state.

Each *transaction × credit rule* ends in exactly one state.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from engine.plan.resolved import Plan, Rule, Split
from engine.plan.workspace import Source
from engine.reference.adjustment import Move, adjusted, for_rule, moves
from engine.reference.exchange import exchanged
from engine.reference.look_up import looked_up
from engine.reference.participant import People, Record
from engine.reference.roll_up import Chain, chain_of, rolled_up
from engine.reference.scalar import Row, Typed, bounded, decimal, truth
from engine.reference.scope import Scope
from engine.reference.share import NOBODY, Share, shares, whole
from engine.reference.stint import Stint, stint_on

FIRST_STATE = ("exception", "unassigned", "credited", "excluded", "unmatched", "out_of_scope")
"""The state of a whole is the first of these that any of its parts has."""


@dataclass(frozen=True)
class Matching:
    """What one rule made of one transaction."""

    state: str
    because: str | None = None
    shares: tuple[Share, ...] = field(default=())
    chains: tuple[Chain, ...] = field(default=())
    """Of a roll-up: whom the transaction belongs to, with their managers."""
    moves: tuple[Move, ...] = field(default=())
    """What adjustments that name the transaction do."""


@dataclass(frozen=True)
class Context:
    """What crediting reads besides the transaction: the scope, all plans' stints, assignments by source, the roster."""

    scope: Scope
    stints: dict[str, list[Stint]]
    assignments: dict[str, list[Record]]
    rates: dict[str, list[Record]]
    adjustments: dict[str, list[Record]]
    people: People


def matchings(plan: Plan, source: Source, transaction: Record, context: Context) -> dict[str, Matching]:
    """Steps 1–7 for all rules of `plan` that read `source`: rule → its state, and shares where it matched."""
    rules = [rule for rule in plan.rules if rule.source.name == source.name]
    row = source_row(source, transaction)
    seen = {rule.name: {**row, **_valued_by(plan, rule, row)} for rule in rules}
    found = {rule.name: _refused(plan, rule, transaction, seen[rule.name], context.scope) for rule in rules}
    rivals = [rule for rule in rules if _would_take(plan, rule, transaction, seen[rule.name])]
    for rule in (rule for rule in rules if found[rule.name] is None):
        if plan.hit_policy.value == "first" and rule is not rivals[0]:
            found[rule.name] = Matching("excluded", "first")
        elif plan.hit_policy.value == "unique" and len(rivals) > 1:
            found[rule.name] = Matching("exception", "several_rules")
        else:
            found[rule.name] = _matched(plan, rule, transaction, seen[rule.name], context)
    return {name: matching for name, matching in found.items() if matching is not None}


def _valued_by(plan: Plan, rule: Rule, row: Row) -> dict[str, Typed]:
    """What the look-up tables come to that the rule's own formulas read."""
    return {table.name: looked_up(table, row, {}) for table in plan.tables(rule.valued_by)}


def source_row(source: Source, transaction: Record) -> dict[str, Typed]:
    """Rule place: the columns of the rule's source."""
    return {column.name: Typed(transaction[column.name], column.type.dtype) for column in source.columns}


def credit_row(plan: Plan, rule: Rule, share: Share, people: People) -> dict[str, Typed]:
    """Credit place: the source's columns, `amount`, `credited_share`, the variables as of the credit's day, look-up tables."""
    row = {
        **source_row(rule.source, share.transaction),
        "amount": Typed(share.amount, rule.unit.dtype),
        "credited_share": Typed(share.share, "rate"),
        "level": Typed(share.level, "quantity"),
        **people.variables(plan, plan.variables, share.participant, share.as_of),
    }
    held = people.in_force(share.participant, share.as_of) or {}
    return row | {table.name: looked_up(table, row, held) for table in plan.tables(rule.look_ups)}


def first_state(states: list[str]) -> str:
    """The first of `FIRST_STATE` among them; `unmatched` if there is none (no rule reads the source)."""
    return min(states, key=FIRST_STATE.index, default="unmatched")


def state_of(matchings: list[Matching]) -> str:
    """The state of a transaction: the first that a rule gives it; what waits for a rule is not yet unmatched."""
    first = first_state([matching.state for matching in matchings])
    waits = any((each.state, each.because) == ("out_of_scope", "undated") for each in matchings)
    return "out_of_scope" if waits and first == "unmatched" else first


def _refused(plan: Plan, rule: Rule, transaction: Record, row: Row, scope: Scope) -> Matching | None:
    """Steps 1–4: why the rule does not take the transaction; None: it is a candidate."""
    credit_date = transaction[rule.credit_date]
    if credit_date is None:
        return _undated(rule, row)
    if not scope.holds(credit_date):
        return Matching("out_of_scope")
    if not plan.start <= credit_date <= (plan.end or date.max):
        return Matching("unmatched", "plan_not_in_force")
    return _left_out(rule, row)


def _would_take(plan: Plan, rule: Rule, transaction: Record, row: Row) -> bool:
    """Whether the rule takes the transaction in this run or another, or will once it has its day."""
    credit_date = transaction[rule.credit_date]
    in_force = credit_date is None or plan.start <= credit_date <= (plan.end or date.max)
    return in_force and _left_out(rule, row) is None


def _undated(rule: Rule, row: Row) -> Matching:
    """A transaction without a day waits, whatever else it says; or it is an exception, if the rule would take it."""
    assert rule.undated is not None, "the column may not be empty"
    if rule.undated.value == "waits":
        return Matching("out_of_scope", "undated")
    return _left_out(rule, row) or Matching("exception", "undated")


def _left_out(rule: Rule, row: Row) -> Matching | None:
    """`where` and the exclusions; None: they leave it in."""
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
    said = rule.values_on
    if (
        said is not None
        and said.later.value == "exception"
        and transaction[said.column] > transaction[rule.credit_date]
    ):
        return Matching("exception", "dated_later")
    value = bounded(decimal(rule.value.expr, row), rule.unit.dtype)
    if value is None:
        return Matching("exception", "no_value")
    if rule.convert is not None:
        rates = context.rates[rule.convert.source.name]
        value, because = exchanged(rule.convert, plan.currency, value, transaction, rates)
        if value is None:
            return Matching("exception", because)
    if rule.currency_column is not None and transaction[rule.currency_column] != plan.currency:
        return Matching("exception", "other_currency")
    if isinstance(rule.to, Split) and bounded(whole(rule.to, value), rule.unit.dtype) is None:
        return Matching("exception", "no_value")
    parties, chains, done = shares(rule, transaction, value, context.assignments), [], list[Move]()
    if rule.adjustments is not None:
        rows = for_rule(plan, rule, context.adjustments[rule.adjustments.source.name])
        done = moves(rule, transaction, parties, rows)
        parties = adjusted(parties, done)
    if rule.roll_up is not None:
        chains = [chain_of(rule.roll_up, share, context.people) for share in parties]
        parties = rolled_up(rule.roll_up, chains)
    placed = [_valued(rule, _placed(plan, rule, share, context.stints), context.people) for share in parties]
    placed.sort(key=lambda share: share.participant)
    state = first_state([share.state for share in placed])
    because = next(share.because for share in placed if share.state == state)
    return Matching(state, because, tuple(placed), tuple(chains), tuple(done))


def _valued(rule: Rule, share: Share, people: People) -> Share:
    """Of whoever is not on the roster on the day as of which values are read: those of the credit date, or it is held back."""
    choice = rule.not_on_roster
    if choice is None or people.in_force(share.participant, share.as_of) is not None:
        return share
    if choice.value == "credit_date":
        return replace(share, values_on=None)
    if share.state != "credited":
        return share
    return replace(share, state="exception", because="not_on_roster", segment=None)


def _placed(plan: Plan, rule: Rule, share: Share, stints: dict[str, list[Stint]]) -> Share:
    """Credited on a stint, excluded where another plan has them, otherwise the policy."""
    if share.participant == NOBODY or share.because is not None:  # held back, or moved on, wherever they are
        return share
    stint = stint_on(stints[plan.name], share.participant, share.credit_date)
    if stint is not None:
        return replace(share, segment=stint.start)
    if any(stint_on(found, share.participant, share.credit_date) for found in stints.values()):
        return replace(share, state="excluded", because="on_another_plan")
    nowhere = plan.not_on_plan.value
    if rule.roll_up is not None:
        nowhere = "excluded" if rule.roll_up.not_on_plan.value == "skip" else "exception"
    return replace(share, state=nowhere, because="not_on_plan")
