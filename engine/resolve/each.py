"""What each customer, claim or policy counts for in a sum or count: that the limits are some, and that something reaches them.

In: a measure as written, its rules. Out: diagnostics, the limits.
"""

from collections.abc import Iterable

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.measure import Each
from engine.plan.workspace import Workspace


def resolve_each(each: written.EachOf) -> Each:
    """The column, and what of each of its values counts."""
    return Each(each.by.text, each.cap, each.floor, Stated(f"each {each.by.text}", each.span, each.note))


def check_each(
    measure: written.Measure,
    each: written.EachOf,
    rules: Iterable[written.CreditRule],
    workspace: Workspace,
    diagnostics: Diagnostics,
) -> None:
    """A cap above the floor; and of a count one that several credits can reach."""
    cap, floor = each.cap, each.floor
    if cap is not None and floor is not None and floor.value > cap.value:
        diagnostics.error(
            "M294", f"each `{each.by.text}` would count at least {plain(floor.value)}, and at most {plain(cap.value)}",
            floor.span, help="`floor` is the least, `cap` the most: exchange the two",
            related=((cap.span, "the most that counts"),),
        )  # fmt: skip
    keys = [source.key for rule in rules if (source := workspace.sources.get(rule.source.text)) is not None]
    alone = measure.aggregate == "count" and keys != [] and set(keys) == {(each.by.text,)}
    if alone and cap is not None and floor is None and cap.value >= len(keys):
        has = "one credit" if len(keys) == 1 else f"{len(keys)} credits at most, one of each rule"
        diagnostics.warning(
            "N078", f"each `{each.by.text}` has {has}, so no more than {plain(cap.value)} leaves nothing out", each.by.span,
            help="name the column that says whose they are, such as the customer, or delete `each`",
        )  # fmt: skip
