"""How a share ends: credited, or in which other state and why, by the first condition that holds.

In: a rule. Out: conditions over the columns beside a share, or beside the transaction where that is the only share of it.
"""

from dataclasses import dataclass

from engine.ir.expr import Expr, Ref
from engine.lower.adjustment import ADJUSTED_AWAY, MOVE_FAILED
from engine.lower.direct import ON_PLAN, SEGMENT, is_direct, others_matter
from engine.lower.roll_up import rolled_state
from engine.lower.share import SPLIT_FAILED
from engine.lower.terms import TRUE, all_of, call, cases, missing, negate, one_of, text
from engine.lower.values_on import NOT_ON_ROSTER, ON_ROSTER_FROM, held_back
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule

Branch = tuple[Expr, Expr, Expr]
"""When, and then the state of a share and its cause."""


@dataclass(frozen=True)
class Share:
    """What decides how a share ends: as columns beside it, or beside the transaction where that has no other."""

    participant: Expr
    reason: Expr
    segment: Expr
    on_plan: Expr


BESIDE_SHARE = Share(Ref("participant"), Ref("share.reason"), Ref(SEGMENT), Ref(ON_PLAN))


def branches_of(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, share: Share) -> list[Branch]:
    """How a share ends; the last holds where none before it does."""
    rolled = rule.roll_up
    branches: list[Branch] = [] if rolled is None else [*rolled_state(rolled)]
    if not is_direct(rule):
        failed = MOVE_FAILED if rule.adjustments is not None else ()
        branches.append((one_of("share.reason", (*SPLIT_FAILED, *failed)), text("exception"), share.reason))
    if rule.adjustments is not None:
        branches.append((one_of("share.reason", ADJUSTED_AWAY), text("excluded"), share.reason))
    branches += [
        (call("eq", share.participant, text("")), text("unassigned"), share.reason),
        *_not_on_roster(rule, share),
        (negate(missing(share.segment)), text("credited"), text("")),
    ]
    if others_matter(workspace):
        branches.append((negate(missing(share.on_plan)), text("excluded"), text("on_another_plan")))
    nowhere = (plan.not_on_plan if rolled is None else rolled.not_on_plan).value
    return [*branches, (TRUE, text("excluded" if nowhere == "skip" else nowhere), text("not_on_plan"))]


def _not_on_roster(rule: Rule, share: Share) -> list[Branch]:
    """Who would be credited, and of whom the roster has nothing on the day as of which their values are read."""
    if not held_back(rule):
        return []
    lost = all_of(negate(missing(share.segment)), missing(Ref(ON_ROSTER_FROM)))
    return [(lost, text("exception"), text(NOT_ON_ROSTER))]


def first(branches: list[Branch], which: int) -> Expr:
    """The state or the cause of the first branch that holds."""
    return cases([(branch[0], branch[which]) for branch in branches[:-1]], branches[-1][which])
