"""Amounts near the bounds of their types: in some workspaces a few transactions, or all, and the targets beside them.

Sums and products of these leave the bounds, and are not known then. They are drawn from numbers of their own, so that a seed
makes the plans and rows that it made before there were any.
"""

from decimal import Decimal
from random import Random
from typing import Any

from engine.core.money import MONEY_LIMIT, RATE_LIMIT
from engine.ir.types import limit_of
from engine.plan.resolved import ResolvedWorkspace

Tables = dict[str, list[dict[str, Any]]]

ONE_IN = 12
CLOSE = Decimal("0.000000001")
"""As near to the limits as it comes: still nearer, a value leaves them where it is compared with a bound, at 9 places. The
product holds it for not known then; the reference, which has no columns, compares it."""
LARGE = (
    *(MONEY_LIMIT - CLOSE, MONEY_LIMIT / 2, MONEY_LIMIT / 10),
    *(Decimal("123456789.995"), Decimal("33333333333333.333333333333")),
)
MANY = (RATE_LIMIT - CLOSE, RATE_LIMIT / 2, Decimal(123456789))
"""The largest amount and quantity that a column holds, what is twice in it, and some below."""


def with_large(seed: int, workspace: ResolvedWorkspace, tables: Tables) -> Tables:
    """The tables, of some workspaces with amounts and quantities of many digits."""
    random = Random(f"large {seed}")
    if random.randrange(ONE_IN):
        return tables
    share, factor = random.choice((0.1, 0.3, 1)), Decimal(10) ** random.choice((5, 7, 9, 11, 12))
    found = dict(tables)
    for name in [f"source/{name}" for name, source in workspace.sources.items() if source.role == "transactions"]:
        found[name] = [_transaction(random, row, share, factor) for row in tables[name]]
    if random.random() < 0.5:
        for name, limit in _limits_of_targets(workspace).items():
            found[name] = [row | {"amount": _within(row["amount"], factor, limit)} for row in tables[name]]
    return found


def _limits_of_targets(workspace: ResolvedWorkspace) -> dict[str, Decimal]:
    """What the amounts of each source of targets stay below: it may be read in several units."""
    found: dict[str, Decimal] = {}
    for target in workspace.targets.values():
        limit = limit_of(target.unit)
        assert limit is not None
        for each in target.sources:
            name = f"source/{each.source.name}"
            found[name] = min(limit, found.get(name, limit))
    return found


def _transaction(random: Random, row: dict[str, Any], share: float, factor: Decimal) -> dict[str, Any]:
    if random.random() >= share:
        return row
    if random.random() < 0.7:
        return row | {"net": _within(row["net"], factor, MONEY_LIMIT)}
    sign = -1 if row["net"] < 0 else 1
    return row | {"net": sign * random.choice(LARGE), "qty": sign * random.choice((row["qty"], *MANY))}


def _within(amount: Decimal, factor: Decimal, limit: Decimal) -> Decimal:
    return amount * factor if abs(amount * factor) < limit else amount
