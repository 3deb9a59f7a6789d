"""Rules that credit the one whom a column names: where that one stands on the credit date is looked up once for all of them.

In: transactions. Out: beside each `stints/<plan>/<column>/<date>/.segment` and, where there are several plans, since when on any.
A rule that cuts a transaction into shares, moves them or rolls them up looks each share up by itself.
"""

from collections.abc import Iterable

from engine.ir.table import AsOf, Scan, Table
from engine.lower.segment import ON_ANY_PLAN
from engine.lower.values_on import held_back
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule

SEGMENT, ON_PLAN = "segment", "on_plan_from"


def is_direct(rule: Rule) -> bool:
    """Whether each transaction is one share, of whom it names, and nothing more is asked of that one."""
    return isinstance(rule.to, str) and rule.roll_up is None and rule.adjustments is None and not held_back(rule)


def others_matter(workspace: ResolvedWorkspace) -> bool:
    """Whether somebody can be on another plan."""
    return len(workspace.plans) + len(workspace.others) > 1


def with_segment(plan: Plan, rows: Table, on: str, at: str, segment: str = SEGMENT) -> Table:
    """Rows with the segment on the plan of the participant in the column `on`, on the day `at`."""
    take = ((segment, "segment"),)
    return AsOf(rows, Scan(f"stints/{plan.name}"), ((on, "participant"),), at, "segment", "stint_end", take)


def with_any_plan(workspace: ResolvedWorkspace, rows: Table, on: str, at: str, on_plan: str = ON_PLAN) -> Table:
    """Rows with the day since which the participant has been on any plan, if there are several."""
    if not others_matter(workspace):
        return rows
    take = ((on_plan, "on_plan_from"),)
    return AsOf(rows, Scan(ON_ANY_PLAN), ((on, "participant"),), at, "on_plan_from", "on_plan_to", take)


def looked_up_once(workspace: ResolvedWorkspace, rules: Iterable[tuple[Plan, Rule]], rows: Table) -> Table:
    """Transactions with what their direct rules need of the participant; what several look up alike stands once."""
    found: set[str] = set()
    for plan, rule in rules:
        if not is_direct(rule):
            continue
        assert isinstance(rule.to, str)
        segment, on_plan = names(plan, rule)
        if segment not in found:
            rows = with_segment(plan, rows, rule.to, rule.credit_date, segment)
        if on_plan not in found:
            rows = with_any_plan(workspace, rows, rule.to, rule.credit_date, on_plan)
        found |= {segment, on_plan}
    return rows


def names(plan: Plan, rule: Rule) -> tuple[str, str]:
    """The columns beside a transaction: the segment, and since when on any plan."""
    at = f"{rule.to}/{rule.credit_date}/."
    return f"stints/{plan.name}/{at}segment", f"{ON_ANY_PLAN}/{at}on_plan_from"


def placed(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> tuple[tuple[str, str], ...]:
    """Those columns under the names that they have beside a share, with the names beside the transaction."""
    found = zip((SEGMENT, ON_PLAN), names(plan, rule), strict=True)
    return tuple(found) if others_matter(workspace) else tuple(found)[:1]
