"""Review: plans that can be paid, held against what their readers would think.

In: a typed workspace. Out: warnings (codes R, and M292) on jumps and falls, tiers in vain, caps below accelerators, limits
that a return escapes, factors below 0, amounts to date that each period pays again, target incentives and targets of another
category, values of a period beside those of a day, amounts for each segment of those below, what another plan pays the same
people too, or another component, factors as large as percentages, less those that a component accepts with a reason; on sums
before an `if`, on credit rules that take the same rows, or wait for a day in files by period, and on rows of look-up tables
that never hold. It changes nothing: what it finds may be meant.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Component, Plan, ResolvedWorkspace
from engine.review.again import review_again
from engine.review.category import review_categories
from engine.review.earned import review_earned
from engine.review.falling import review_lines
from engine.review.incentive import review_incentive
from engine.review.jump import review_jumps
from engine.review.levels import review_levels
from engine.review.negatives import review_negatives
from engine.review.never import review_rows
from engine.review.of_period import review_of_period
from engine.review.paid import Paid
from engine.review.per_segment import review_per_segment
from engine.review.prorated import review_prorated, review_whole_incentive
from engine.review.reached import review_reached
from engine.review.returned import review_returned
from engine.review.same_rows import review_same_rows
from engine.review.slips import review_slips, review_sums
from engine.review.twice import review_twice
from engine.review.undone import review_undone
from engine.review.waiting import review_waiting

__all__ = ["review"]


def review(workspace: ResolvedWorkspace, diagnostics: Diagnostics) -> None:
    """Tell what is odd in every component."""
    for plan in workspace.plans:
        review_same_rows(plan, diagnostics)
        review_rows(plan, diagnostics)
        review_waiting(plan, diagnostics)
        review_sums(plan, diagnostics)
        for component in plan.components:
            _review(workspace, plan, component, diagnostics)


def _review(workspace: ResolvedWorkspace, plan: Plan, component: Component, diagnostics: Diagnostics) -> None:
    found = Diagnostics()
    paid = Paid(workspace, plan, component)
    review_jumps(paid, found)
    review_lines(paid, found)
    review_reached(paid, found)
    review_incentive(paid, found)
    review_returned(paid, found)
    review_prorated(paid, found)
    review_whole_incentive(paid, found)
    review_levels(paid, found)
    review_undone(paid, found)
    review_negatives(paid, found)
    review_again(paid, found)
    review_categories(paid, found)
    review_of_period(paid, found)
    review_per_segment(paid, found)
    review_twice(paid, found)
    review_earned(paid, found)
    review_slips(paid, found)
    accepted = {each.words for each in component.accepted}
    for diagnostic in found:
        if diagnostic.code not in accepted:
            diagnostics.add(diagnostic)
    told = {diagnostic.code for diagnostic in found}
    for each in component.accepted:
        if each.words in told:
            diagnostics.accept(each.span.file)
        else:
            message = f"`{component.name}` accepts {each.words}, which is not told of it"
            diagnostics.warning("R007", message, each.span, help="delete it: it would hide the next one")
