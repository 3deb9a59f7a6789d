"""Results as rows: the nouns' values under the table and column names that every backend uses. No arithmetic here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.plan.resolved import Component, Measure, Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.reference.adjustment import Move
from engine.reference.component import Earning
from engine.reference.credit import Matching, state_of
from engine.reference.credit_pay import CreditPay
from engine.reference.measured import Measured
from engine.reference.participant import Record
from engine.reference.payout import ATTRIBUTES, Payout
from engine.reference.rate_table import Slice
from engine.reference.reports import Below
from engine.reference.roll_up import Chain
from engine.reference.share import Share
from engine.reference.stint import Cell, Key, Stint
from engine.reference.target import Targets

Rows = list[dict[str, Any]]


def states(
    workspace: ResolvedWorkspace, source: Source, matched: Iterable[tuple[Record, Mapping[tuple[str, str], Matching]]]
) -> Rows:
    """`states/<source>`: the state of each transaction, and of it under each rule."""
    rows: Rows = []
    for transaction, found in matched:
        row = {name: transaction[name] for name in source.key}
        row["state"] = state_of(list(found.values()))
        for plan in workspace.plans:
            for rule in plan.rules:
                if rule.source.name == source.name:
                    matching = found[plan.name, rule.name]
                    row[f"{plan.name}.{rule.name}"] = matching.state
                    row[f"{plan.name}.{rule.name}.because"] = matching.because
        rows.append(row)
    return rows


def stints(found: Sequence[Stint]) -> Rows:
    """`stints/<plan>`."""
    return [
        {"participant": s.participant, "segment": s.start, "stint_end": s.end, "title": s.title, "currency": s.currency}
        | ({} if s.year is None else {"plan_start": s.year[0], "plan_end": s.year[1]})
        for s in found
    ]


def grid(plan: Plan, cells: Sequence[Cell]) -> Rows:
    """`grid/<plan>`."""
    return [
        _key(cell.key)
        | {
            "length": cell.period.length,
            "period_start": cell.period.start,
            "period_end": cell.period.end,
            "start": cell.start,
            "end": cell.end,
            "days": cell.days(None),
            "period_days": cell.period_days(None),
            "in_pay_period": cell.in_pay_period,
            "title": cell.stint.title,
            "currency": cell.stint.currency,
        }
        | _accumulated(plan, cell)
        for cell in cells
    ]


def _accumulated(plan: Plan, cell: Cell) -> dict[str, Any]:
    """The columns of each accumulation of the plan."""
    own = {} if cell.stint.year is None else {"plan_start": cell.stint.year[0], "plan_end": cell.stint.year[1]}
    return own | {
        f"{over}_{name}": value
        for over in plan.accumulations
        for name, value in (
            ("start", cell.spans[over][0]), ("end", cell.spans[over][1]),
            ("to_date_days", cell.days(over)), ("to_date_period_days", cell.period_days(over)),
        )
    }  # fmt: skip


def segments(cells: Sequence[Cell]) -> Rows:
    """`segments/<plan>`: the parts of each row, where they are joined."""
    return [
        _key(cell.key)
        | {"stint": part.start, "joined_from": cell.run[0].start}
        | {"start": max(part.start, cell.period.start), "end": min(part.end, cell.period.end)}
        for cell in cells
        for part in cell.parts
    ]


def targets(found: Mapping[Key, Targets]) -> Rows:
    """`targets/<plan>.<target>`."""
    return [
        _key(key)
        | {"own": t.own}
        | {f"{over}_to_date": amount for over, amount in t.to_date.items()}
        | {f"whole_{over}": amount for over, amount in t.whole.items()}
        | {f"group_{over}_to_date": amount for over, amount in t.of_group[0].items()}
        | {f"group_whole_{over}": amount for over, amount in t.of_group[1].items()}
        for key, t in found.items()
    ]


def credits(rule: Rule, shares: Sequence[Share]) -> Rows:
    """`credits/<plan>.<rule>`: all shares, unassigned, excluded and exception ones too."""
    return [
        _source_key(rule, share)
        | {
            "credit_date": share.credit_date,
            "participant": share.participant,
            "share": share.share,
            "value": share.value,
            "amount": share.amount,
            "state": share.state,
            "because": share.because,
            "segment": share.segment,
        }
        | ({} if rule.values_on is None else {"values_on": share.as_of})
        | ({**_weights(rule, share), **_adjusted(rule, share)} if rule.roll_up is None else {"level": share.level})
        for share in shares
    ]


def _weights(rule: Rule, share: Share) -> dict[str, Any]:
    if isinstance(rule.to, str) or rule.to.weight is None:
        return {}
    return {"share.weight": share.weight, "share.weights": share.weights}


def _adjusted(rule: Rule, share: Share) -> dict[str, Any]:
    return {} if rule.adjustments is None else {"share.adjusted": share.adjusted}


def adjustments(rule: Rule, moves: Iterable[Move]) -> Rows:
    """`adjustments/<plan>.<rule>`: every adjustment that is for the rule, whatever it does."""
    assert rule.adjustments is not None
    names = dict.fromkeys((*rule.adjustments.source.row_key, *rule.source.key, "share"))
    return [
        {name: move.row[name] for name in names}
        | {"from_participant": move.giver, "to_participant": move.taker, "before": move.before, "amount": move.amount}
        | {"credited_share": move.share, "because": move.because}
        for move in moves
    ]


def reports(earnings: Iterable[Below], levels: int) -> Rows:
    """`reports/<plan>.<measure>`: what was earned below whom."""
    return [
        {
            "participant": each.cell.stint.participant, "component": each.component, "period": each.cell.period.name,
            "segment": each.cell.stint.start, "day": each.day, "earning": each.earning,
            **{f"manager.{level}": dict(enumerate(each.managers, start=1)).get(level) for level in range(1, levels + 1)},
            **{f"above.{step}": one for step, one in enumerate(each.way or (), start=1)},
            "because": each.because,
        }
        for each in earnings
    ]  # fmt: skip


def rolled(rule: Rule, chains: Iterable[Chain]) -> Rows:
    """`shares/<plan>.<rule>`: whom the transactions of a roll-up belong to."""
    return [
        _source_key(rule, chain.below)
        | {"participant": chain.below.participant, "value": chain.below.value}
        | {"share": chain.below.share, "amount": chain.below.amount}
        | ({} if rule.values_on is None else {"values_on": chain.below.as_of})
        | _weights(rule, chain.below)
        | _adjusted(rule, chain.below)
        | {"because": chain.because, "levels": len(chain.managers)}
        | {f"manager.{level}": manager for level, manager in enumerate(chain.managers, start=1)}
        | {f"above.{step}": manager for step, manager in enumerate(chain.way, start=1)}
        for chain in chains
    ]


def measures(found: Mapping[Key, Measured]) -> Rows:
    """`measures/<plan>.<measure>`."""
    return [_key(key) | {"own": measured.own, "value": measured.value} for key, measured in found.items()]


def each(measure: Measure, found: Mapping[Key, Measured]) -> Rows:
    """`each/<plan>.<measure>`: what each customer, claim or policy counts for."""
    to_date = ("before", "after", "counts_before", "counts_after", "adds") if measure.to_date else ()
    columns = ("key", "own", "counts", *to_date)
    return [
        _key(key) | {name: getattr(one, name) for name in columns}
        for key, measured in found.items()
        for one in measured.each
    ]


def credit_pay(plan: Plan, component: Component, pays: Sequence[CreditPay]) -> Rows:
    """`credit_pay/<plan>.<component>`."""
    rule = plan.rule(component.base or "")
    return [
        _source_key(rule, pay.share)
        | _key(pay.cell.key)
        | {"amount": pay.share.amount, "before": pay.before, "after": pay.after, "target": pay.reading.target}
        | {"tier": pay.table.tier, "rate": pay.table.rate, "table_result": pay.table.result}
        | ({} if pay.table.rate_before is None else {"rate_before": pay.table.rate_before})
        | _steps(pay.steps)
        | {"pay": pay.pay}
        for pay in pays
    ]


def credit_slices(plan: Plan, component: Component, pays: Sequence[CreditPay]) -> Rows:
    """`slices/<plan>.<component>` on the basis of credits."""
    rule = plan.rule(component.base or "")
    return [
        _source_key(rule, pay.share) | _key(pay.cell.key) | _slice(piece) for pay in pays for piece in pay.table.slices
    ]


def slices(found: Sequence[Earning]) -> Rows:
    """`slices/<plan>.<component>` on the basis of periods."""
    return [_key(earning.cell.key) | _slice(piece) for earning in found for piece in earning.table.slices]


def component(found: Sequence[Earning]) -> Rows:
    """`earnings/<plan>.<component>`: an earning with all that led to it."""
    return [
        _key(earning.cell.key)
        | {"base": earning.base, "select": earning.select, "target": earning.reading.target}
        | {"attainment": earning.reading.attainment, "tier": earning.table.tier, "rate": earning.table.rate}
        | {"table_result": earning.table.result}
        | _steps(earning.steps)
        | {"earning": earning.earning, "outcome": earning.outcome, "cause": earning.cause}
        for earning in found
    ]


def earnings(plan: Plan, component: Component, found: Sequence[Earning]) -> Rows:
    """`earnings`: of all plans and components."""
    return [
        {"plan": plan.name, "component": component.name}
        | {"earning_code": component.earning_code, "currency": plan.currency}
        | _key(earning.cell.key)
        | {"table_result": earning.table.result, "earning": earning.earning}
        | {"outcome": earning.outcome, "cause": earning.cause}
        for earning in found
    ]


def steps(plan: Plan, component: Component, found: Sequence[Earning]) -> Rows:
    """`steps`: each modifier of each earning with the amount before and after it."""
    return [
        {"plan": plan.name, "component": component.name}
        | _key(earning.cell.key)
        | {"step": number, "kind": step.kind, "before": before, "after": after}
        for earning in found
        for number, (step, before, after) in enumerate(
            zip(component.steps, (earning.table.result, *earning.steps), earning.steps, strict=False), start=1
        )
    ]


def payouts(found: Sequence[Payout]) -> Rows:
    """`payouts`."""
    names = ("participant", "plan", *ATTRIBUTES, "earning_code", "currency")
    return [
        dict(zip(names, payout.key, strict=True)) | {"amount": payout.amount, "incomplete": payout.incomplete}
        for payout in found
    ]


def _key(key: Key) -> dict[str, str | date]:
    return dict(zip(("participant", "period", "segment"), key, strict=True))


def _source_key(rule: Rule, share: Share) -> dict[str, Any]:
    return {name: share.transaction[name] for name in rule.source.key}


def _steps(values: Sequence[Decimal | None]) -> dict[str, Decimal | None]:
    return {f"step_{number}": value for number, value in enumerate(values, start=1)}


def _slice(piece: Slice) -> dict[str, Any]:
    return {
        "tier": piece.tier,
        "lower": piece.lower,
        "upper": piece.upper,
        "length_before": piece.length_before,
        "length_after": piece.length_after,
        "length": piece.length_after - piece.length_before,
        "rate": piece.rate,
        "pay": piece.pay,
    }
