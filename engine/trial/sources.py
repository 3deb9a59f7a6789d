"""The sources of a workspace before a run: what each holds, and which of its columns the plans read."""

from pathlib import Path

from engine.core.period import Period
from engine.intake.profile import SourceProfile, profile
from engine.pipeline import Compiled
from engine.plan.workspace import Source
from engine.run import shortest_in_scope
from engine.trial.needed import columns_read

BESIDE_PAYOUTS = ("entity", "payroll_id", "pay_group", "cost_centre")


def look_at(
    compiled: Compiled, root: Path, period: Period | None
) -> tuple[list[SourceProfile], dict[str, frozenset[str]]]:
    """What the sources hold, for one pay period or for all of the calendar; and by source, the columns that are needed."""
    workspace = compiled.workspace
    parts = workspace.calendar.of_length(workspace.calendar.shortest)
    asked = None if period is None else shortest_in_scope(workspace, period)
    periods = tuple(part for part in parts if asked is None or part.name in asked)
    profiles = [profile(source, root, periods) for _, source in sorted(workspace.needed.items())]
    if period is None:
        profiles = [each.of_any_time() for each in profiles]
    read = [columns_read(workspace, plan) for plan in workspace.plans]
    needed = {
        name: _of_itself(source) | {column for each in read for column in each.get(name, ())}
        for name, source in workspace.needed.items()
    }
    return profiles, needed


def _of_itself(source: Source) -> frozenset[str]:
    """The columns that a source names for a purpose, and those of the roster that stand beside a payout."""
    named = {*source.row_key, *(name.text for name in source.named), source.participant or ""}
    summed = {name.text for name in source.control.sums} if source.control is not None else set()
    beside = set(BESIDE_PAYOUTS) if source.role == "participants" else set()
    return frozenset(named | summed | beside) & frozenset(column.name for column in source.columns)
