"""Transactions that wait for their credit date: how many by rule, and what they are worth, as far as that is known.

In: a run's tables. Out: a row per rule that lets rows wait, of those that it would take as they stand.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.record import collected, scanned

Rows = list[dict[str, Any]]
Tables = Mapping[str, pl.DataFrame]
DECIMAL = pl.Decimal(38, 12)


def waiting(workspace: ResolvedWorkspace, tables: Tables) -> Rows:
    """By plan and rule, and by currency where rows differ in it."""
    rules = ((plan, rule) for plan in workspace.plans for rule in plan.rules)
    return [row for plan, rule in rules for row in _of(plan, rule, tables)]


def _of(plan: Plan, rule: Rule, tables: Tables) -> Iterator[dict[str, Any]]:
    if rule.undated is None or rule.undated.value != "waits":
        return
    p, keys = f"{plan.name}.{rule.name}", list(rule.source.key)
    rows = scanned(tables, f"matches/{rule.source.name}").filter(pl.col(f"{p}.because") == "undated")
    if rule.where is not None:
        rows = rows.filter(pl.col(f"{p}.where").fill_null(True))
    for name, _ in rule.exclude:
        rows = rows.filter(~pl.col(f"{p}.exclude.{name}").fill_null(False))
    by = rule.row_currency_column
    own = plan.currency if rule.convert is None else rule.convert.currency
    value = pl.col(f"{p}.value" if rule.convert is None else f"{p}.row_value")
    if rule.unit.dtype != "money":
        value, by, own = pl.lit(None, DECIMAL), None, None
    if by is not None:
        source = scanned(tables, f"source/{rule.source.name}").select(*keys, pl.col(by).alias("~currency"))
        rows = rows.join(source, on=keys, how="left")
    else:
        rows = rows.with_columns(pl.lit(own, pl.String).alias("~currency"))
    sums = rows.group_by("~currency").agg(pl.len().alias("rows"), value.sum().alias("value"))
    found = sums.rename({"~currency": "currency"}).sort("currency")
    for row in collected(found).to_dicts():
        worth = row["value"] if row["currency"] is not None else None
        yield {"plan": plan.name, "rule": rule.name, "for": rule.credit_date, **row, "value": worth}
