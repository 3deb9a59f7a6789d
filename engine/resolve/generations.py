"""Generations: whether the roster has the titles that they are counted by, and whether they can be what is asked for.

In: what a roll-up or a measure of what was earned below says. Out: diagnostics.
"""

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.group import Generations
from engine.plan.workspace import Workspace
from engine.resolve.references import find_attribute


def check_generations(
    workspace: Workspace,
    plan: written.CompPlan,
    generations: Generations | None,
    looked_for: int,
    place: Span,
    diagnostics: Diagnostics,
) -> None:
    """The roster has titles, as many managers are looked at as `looked_for`, and one who takes a level is on the plan."""
    if generations is None:
        return
    reads = "generations are counted by it"
    find_attribute(workspace, "title", generations.titles_span, reads, "each one's title", diagnostics)
    if generations.within < looked_for:
        diagnostics.error(
            "M301", f"{looked_for} {'managers are' if looked_for > 1 else 'manager is'} to be found, and only "
            f"{generations.within} looked at", generations.within_span,
            help=f"say `within: {looked_for}` or more: those who are passed over are looked at as well",
            related=((place, "the levels"),),
        )  # fmt: skip
    if plan.titles is not None and not set(generations.titles) & set(plan.titles):
        titles = ", ".join(f"`{title}`" for title in plan.titles)
        diagnostics.error(
            "M302", f"nobody who takes a level is on `{plan.name}`: it is for {titles}", generations.titles_span,
            help=f"name a title that is on the plan, as in `title: {plan.titles[0]}`, or put theirs on it (`participants:`)",
            related=((plan.span, "the plan"),),
        )  # fmt: skip
