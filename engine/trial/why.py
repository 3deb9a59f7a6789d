"""Why a figure is what it is, in a line: the way from the base to the earning. In: a run, a row. Out: lines for people."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from engine.core.money import plain
from engine.pipeline import Run
from engine.plan.resolved import Component, Plan
from engine.trial.difference import Difference, shown

CAUSES = {
    "gate": "a gate was not met", "no_credits": "what it is paid on, or what finds its tier, is 0",
    "table": "the rate table gives 0", "modifiers": "the items of the list take it all",
    "missing_target": "there is no target", "zero_target": "the target is zero",
    "bounds_fall": "a bound of the table lies under the one before it", "below_lowest": "the value lies below the lowest tier",
    "above_highest": "the value lies above the highest tier", "no_value": "a value is not known",
    "earlier_interval": "an earlier interval is blocked", "no_group": "the roster says no group",
    "group_unknown": "another member's amount or weight is not known", "pool_differs": "members come to different pools",
    "negative_weight": "a weight is below zero", "negative_pool": "the pool is below zero", "no_weights": "nobody has a weight",
    "budget_unknown": "what others come to, and so what is left of the budget, is not known",
}  # fmt: skip
LIMIT = 4
REMEDIES = {"E102": "let the rules' `where` exclude each other, or choose `hit_policy: first` or `all`"}
"""What to do about an exception whose message doesn't say it."""


def why(run: Run, difference: Difference) -> list[str]:
    """What led to the row: its component's way from base to earning, or of all components of its participant."""
    plan = _plan(run, difference)
    participant = difference.row.get("participant")
    outside = _not_calculated(run, difference) if difference.kind == "missing" else None
    outside = _of_another_period(run, difference) if difference.kind == "extra" else outside
    if outside is not None:
        return [outside]
    if participant is not None and difference.kind == "missing":
        missing = _not_there(run, plan, str(participant))
        if missing is not None:
            return [missing]
    found = [
        _way(component, row)
        for component in _components(plan, difference)
        for row in _rows(run, plan, component, difference)
    ]
    return [*found[:LIMIT], *_refused(difference), *_log(run, participant)]


def _plan(run: Run, difference: Difference) -> Plan:
    """The plan whose table it is: the test's own, or one beside it that the table names."""
    (own,) = run.compiled.workspace.asked
    of = difference.table.partition("/")[2].rpartition(".")[0]
    return next((plan for plan in run.compiled.workspace.plans if plan.name == of), own)


def _components(plan: Plan, difference: Difference) -> list[Component]:
    table, row = difference.table.split("/"), difference.row
    if table[0] not in ("earnings", "payouts", "totals", "steps", "slices", "credit_pay"):
        return []
    name = table[1].rpartition(".")[2] if len(table) > 1 else row.get("component")
    code = row.get("earning_code") if table[0] == "payouts" else None
    return [c for c in plan.components if name in (None, c.name) and code in (None, c.earning_code)]


def _rows(run: Run, plan: Plan, component: Component, difference: Difference) -> Iterator[dict[str, Any]]:
    """The earnings of the component that the row is of."""
    frame = run.outcome.tables[f"earnings/{plan.name}.{component.name}"]
    keys = {key: difference.row.get(key) for key in ("participant", "period", "segment")}
    wanted = [pl.col(key) == value for key, value in keys.items() if value is not None]
    if keys["period"] is None:
        wanted.append(pl.col("in_pay_period"))
    yield from frame.filter(wanted).iter_rows(named=True)


def _way(component: Component, row: dict[str, Any]) -> str:
    """`commission paid: base 160000000 · target 200000000 · tier 2 → 800000 · round 800000`."""
    parts = [f"{name} {_short(row[name])}" for name in ("base", "select", "target", "attainment") if _has(row, name)]
    if row.get("select") is not None and row.get("select") == row.get("base"):
        parts = [part for part in parts if not part.startswith("select ")]
    parts += [f"tier {row['tier']}"] if _has(row, "tier") else []
    parts.append(f"table result {_short(row['table_result'])}")
    parts += [f"{step.kind} {_short(row[f'step_{n}'])}" for n, step in enumerate(component.steps, start=1)]
    cause = f" because {CAUSES.get(row['cause'], row['cause'])}" if row["cause"] else ""
    place = component.span.where
    return f"{component.name} of {row['period']} is {row['outcome']}{cause}: {' · '.join(parts)}  [{place}]"


def _has(row: dict[str, Any], name: str) -> bool:
    return row.get(name) is not None


def _short(value: Any) -> str:
    return "unknown" if value is None else plain(value) if hasattr(value, "as_tuple") else shown(value)


def _not_calculated(run: Run, difference: Difference) -> str | None:
    """That the period of a row is none that the run calculates, and which it does."""
    named = run.compiled.workspace.calendar.find(str(difference.row.get("period")))
    if named is None:
        return None
    periods = run.outcome.inputs["calendar"].filter(pl.col("in_scope"))
    those = periods.filter(pl.col("length") == named.length).sort("start")["period"]
    if named.name in those or those.is_empty():
        return None
    if named.start > run.period.end:
        return f"{named.name} comes after {run.period.name}, the period of the test"
    only, reach = f"only {those[0]}", "over more periods"
    if len(those) > 1:
        only, reach = f"only {those[0]} to {those[-1]}", "from before that"
    return f"a run of {run.period.name} calculates {only} here: nothing adds up {reach}"


def _of_another_period(run: Run, difference: Difference) -> str | None:
    """That a row too many is one of another pay period, which the test asks for by naming periods."""
    named = run.compiled.workspace.calendar.find(str(difference.row.get("period")))
    if named is None or run.period.start <= named.end <= run.period.end:
        return None
    there = f"a row of `{difference.table}` names `period`, so those of all periods are compared"
    return f"{there}; where none does, only those of {run.period.name} are"


def _not_there(run: Run, plan: Plan, participant: str) -> str | None:
    """Why somebody has no rows at all."""
    if run.outcome.tables[f"grid/{plan.name}"].filter(pl.col("participant") == participant).height:
        return None
    roster = run.outcome.inputs[f"source/{run.compiled.workspace.participants.name}"]
    if not roster.filter(pl.col("participant") == participant).height:
        return f"no row of the roster has a participant `{participant}`"
    who = f"title {' or '.join(plan.titles)}" if plan.titles is not None else "the plan's names"
    return f"`{participant}` is on plan {plan.name} on no day of the run: look at {who}, start and end"


def _refused(difference: Difference) -> list[str]:
    """Why a transaction ended where it did, by rule."""
    if not difference.table.startswith("states/"):
        return []
    reasons = {name: value for name, value in difference.row.items() if name.endswith(".because") and value}
    return [f"rule {name.removesuffix('.because')}: {value}" for name, value in reasons.items()]


def _log(run: Run, participant: object) -> list[str]:
    """The first lines of the exception log that are about the participant, or about all."""
    rows = run.outcome.exceptions.filter(pl.col("participant").is_null() | (pl.col("participant") == str(participant)))
    told = rows.select("code", "message", "file", "row").unique(maintain_order=True).head(LIMIT)
    return [
        f"{code} {message}"
        + (f": {REMEDIES[code]}" if code in REMEDIES else "")
        + (f"  [{file}:{row}]" if row is not None else "")
        for code, message, file, row in told.iter_rows()
    ]
