"""A participant's own targets and values, read from the data: whose figures `komisi show --participant` shows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.intake import intake
from engine.pipeline import Compiled
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.trial.curve_tables import Example


class NotFound(Exception):
    """The roster does not have the participant, or not on this plan; with what to try instead."""

    def __init__(self, message: str, known: list[str]):
        super().__init__(message)
        self.known = known


def person(compiled: Compiled, root: Path, plan: Plan, participant: str) -> Example:
    """The participant's latest row on the plan, and all their targets. Raises NotFound and intake.IntakeError."""
    workspace = compiled.workspace
    sources = {rows.source.name: rows.source for target in workspace.targets.values() for rows in target.sources}
    shortest = tuple(part.name for part in workspace.calendar.of_length(workspace.calendar.shortest))
    read = intake(replace(workspace, sources=sources), root, shortest).tables
    people = read[f"source/{workspace.participants.name}"].to_dicts()
    mine = _row(plan, people, participant)
    mine |= _begun(workspace, [row for row in people if row["participant"] == participant])
    days = _days(plan, people, mine)
    targets: dict[tuple[str, str], Decimal] = {}
    for target in workspace.targets.values():
        if target.everybody is not None:
            times = target.times(workspace.calendar)
            targets |= {(target.name, time.name): target.everybody.amount for time in times}
        for each in reversed(target.sources):
            rows = read[f"source/{each.source.name}"].to_dicts()
            own = (row for row in rows if row[each.by] == mine.get(each.by))
            targets |= {(target.name, row[target.given]): row["amount"] for row in own}
    return Example(participant, mine, targets, days=days)


def _row(plan: Plan, people: Iterable[dict[str, Any]], participant: str) -> dict[str, Any]:
    """The last of the participant's rows that is on the plan while it is in force."""
    everyone = list(people)
    on_plan = [row for row in everyone if _is_on(plan, row)]
    mine = [row for row in on_plan if row["participant"] == participant]
    if mine:
        return max(mine, key=lambda row: row["start"])
    others = [row for row in everyone if row["participant"] == participant]
    if others:
        title = max(others, key=lambda row: row["start"]).get("title")
        raise NotFound(
            f"`{participant}` is not on the plan `{plan.name}`{f': their title is {title}' if title else ''}", []
        )
    raise NotFound(f"`{participant}` is not among the participants", sorted({row["participant"] for row in on_plan}))


def _begun(workspace: ResolvedWorkspace, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Since when the participant's targets grow: the first day that one of the rows says."""
    columns = {target.ramp.since for target in workspace.targets.values() if target.ramp is not None}
    return {name: min((row[name] for row in rows if row[name] is not None), default=None) for name in columns}


def _days(plan: Plan, people: Iterable[dict[str, Any]], last: dict[str, Any]) -> tuple[date, date]:
    """The days on the plan that lead up to the participant's last row: rows that follow one another are one run."""
    start, end = last["start"], last["end"]
    rows = [row for row in people if row["participant"] == last["participant"] and _is_on(plan, row)]
    for row in sorted(rows, key=lambda row: row["start"], reverse=True):
        if row["start"] < start <= min(row["end"], last["start"]) + timedelta(days=1):
            start = row["start"]
    return start, end


def _is_on(plan: Plan, row: dict[str, Any]) -> bool:
    if row["end"] < plan.start or (plan.end is not None and row["start"] > plan.end):
        return False
    return row["participant"] in (plan.names or ()) if plan.titles is None else row.get("title") in plan.titles
