"""The managers above somebody, in force on a day: each one whom the roster names, or those who take a level.

In: rows with a participant and a day. Out: the same with `manager.1`, `manager.2`, … and, where generations are counted,
`above.1`, `above.2`, …: everybody on the way up, as far as is looked.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import AsOf, Def, Extend, Scan, Table
from engine.ir.types import TEXT
from engine.lower.inputs import source_table
from engine.lower.remark import decided, noted
from engine.lower.terms import call, cases, either, integer, known_true, missing, negate, null, one_of, text
from engine.plan.group import managers
from engine.plan.resolved import Generations, ResolvedWorkspace

BEYOND = "beyond_reach"
"""Why levels are not found: there are managers above those that are looked at."""


def shown(counted: Generations | None, most: int) -> tuple[str, ...]:
    """The columns that are added."""
    return (*managers(most), *(counted.looked_at if counted is not None else ()))


def with_managers(
    workspace: ResolvedWorkspace, table: Table, day: str, most: int, counted: Generations | None
) -> Table:
    """The rows with the managers above `participant`, so many of them at most."""
    people, below = Scan(source_table(workspace.participants)), "participant"
    if counted is None:
        for manager in managers(most):
            table = AsOf(table, people, ((below, "participant"),), day, "start", "end", ((manager, "manager"),))
            below = manager
        return table
    for step in range(1, counted.within + 2):  # one more than is looked at: whether that one takes a level is not asked
        table = _one_up(table, people, day, step, most, counted)
    takers = enumerate(managers(most), start=1)
    return Extend(table, tuple(Def(manager, _taker(level, counted)) for level, manager in takers))


def _taker(level: int, counted: Generations) -> Expr:
    """The first on the way up with whom so many have a level."""
    steps = range(1, counted.within + 1)
    reached = [(call("eq", Ref(f"counted.{step}"), integer(level)), Ref(f"above.{step}")) for step in steps]
    return cases(reached, null(TEXT))


def _one_up(table: Table, people: Table, day: str, step: int, most: int, counted: Generations) -> Table:
    """One look into the roster: whether the last one takes a level, and who manages them, while levels are to be found."""
    above, last = f"above.{step}", f"above.{step - 1}"
    if step == 1:
        return AsOf(table, people, (("participant", "participant"),), day, "start", "end", ((above, "manager"),))
    title, so_far = f"title.{step - 1}", f"counted.{step - 1}"
    taken = ((title, "title"), (above, "manager"))
    row = AsOf(table, people, ((last, "participant"),), day, "start", "end", taken)
    takes = known_true(one_of(title, counted.titles))
    before = f"counted.{step - 2}"
    now = either(takes, integer(1), integer(0)) if step == 2 else either(takes, _next(before, most), Ref(before))
    goes_on = call("lt", Ref(so_far), integer(most))
    return Extend(row, (Def(so_far, now), Def(above, either(goes_on, Ref(above), null(TEXT)))))


def _next(before: str, most: int) -> Expr:
    """One more than before, `most` at most."""
    return cases([(call("eq", Ref(before), integer(n)), integer(n + 1)) for n in range(most)], integer(most))


def beyond(counted: Generations | None) -> list[tuple[Expr, Expr]]:
    """When levels are not found for want of looking further, and the word for it."""
    if counted is None or counted.beyond.value == "stop":
        return []
    return [(negate(missing(Ref(f"above.{counted.within + 1}"))), text(BEYOND))]


def remarks(counted: Generations | None) -> tuple[Remark, ...]:
    """What is noted beside the generations, and where levels are not found."""
    if counted is None:
        return ()
    return (*noted(counted.stated), decided("beyond", counted.beyond, call("eq", Ref("because"), text(BEYOND))))
