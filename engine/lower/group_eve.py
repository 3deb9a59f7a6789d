"""What a group's amount to date came to before: the same table on what the group had at the end of its interval before.

The interval before is the group's last one that had members, so a month in which nobody was there is made up for in the
next: what all intervals of a group add comes to its amount to date. With `on_move: follow`, where members bring what they
had elsewhere, it is the last in which one of today's members was anywhere, if that is later. All of it stands on the row,
so no other row that is blocked has a say.
"""

from collections.abc import Callable

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import money
from engine.lower.accumulation import IN_ORDER, within
from engine.lower.group import with_group
from engine.lower.group_target import with_group_target
from engine.lower.modifier import step_name
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import ZERO, before, call, cases, either, missing, number, one_of
from engine.plan.resolved import Component, Plan, ResolvedWorkspace, TrueUp

KEYS = tuple((key, key) for key in SEGMENT_KEYS)
SHOWN = ("base", "select", "target", "attainment", "tier", "rate")
"""What the table was asked with, and what it found."""


def group_eve_stage(
    workspace: ResolvedWorkspace,
    plan: Plan,
    component: Component,
    rows: Table,
    paid: Callable[[Table], tuple[Table, tuple[str, ...]]],
) -> Stage:
    """`group_eves/<plan>.<component>`: `step_k.before` of each row of the component's grid, and what it was made from.

    `rows` have the component's measures and target; `paid` gives them what the table pays, and the names of all columns.
    """
    against, table = component.table.against, component.table
    eves = _eves(plan, component)
    rows, had = Join(rows, eves, KEYS, ((_eve(component), _eve(component)),)), list[Def]()
    for name in dict.fromkeys(name for name in (component.base, table.select) if name is not None):
        rows = Join(rows, Scan(f"measures/{plan.name}.{name}"), KEYS, ((f"{name}.own", "own"),))
        had.append(Def(name, call("sub", Ref(name), Ref(f"{name}.own")), f"{name} without this interval's own"))
    if against is not None and not against.whole:
        target = workspace.targets[against.target]
        rows = with_group_target(plan, rows, target, against, "target.before", (eves, _eve(component)))
        had.append(Def("target", Ref("target.before"), "the group's target at the end of the interval before"))
    found, names = paid(Extend(rows, tuple(had)))
    none = either(missing(Ref(_eve(component))), number(ZERO, money(plan.currency)), Ref("table_result"))
    words = "the table on what the group had before; nothing where it had no interval before"
    made = Extend(found, (Def(_before(component), none, words, component.span),))
    shown = (*SEGMENT_KEYS, _eve(component), *(name for name in SHOWN if name in names), _before(component))
    return Stage(
        _name(plan, component), "eves", Project(made, tuple((c, c) for c in shown)), SEGMENT_KEYS,
        span=component.span, about="what the group's amount to date came to before each interval",
    )  # fmt: skip


def with_group_eve(plan: Plan, component: Component, rows: Table) -> Table:
    """The rows with that, where the component is calculated on what a group has to date."""
    if plan.grown_by(component) is None:
        return rows
    column = _before(component)
    return Join(rows, Scan(_name(plan, component)), KEYS, ((column, column),))


def not_known_before(component: Component) -> Expr:
    """Whether what the group has is known, and what it had before is not."""
    return call("and", missing(Ref(_before(component))), call("not", missing(Ref("table_result"))))


def _eves(plan: Plan, component: Component) -> Table:
    """By row of the grid the first day of the interval before; null where there is none since the reset."""
    group = plan.grown_by(component)
    assert group is not None
    over = _true_up(component)[1].accumulation
    began, name, mine = f"{over}_start", _eve(component), "own_before"
    grid = Filter(Scan(f"grid/{plan.name}"), one_of("length", (component.length,)))
    earlier = Def(mine, before(Ref("period_start"), within(plan, over), IN_ORDER))
    rows = Extend(with_group(plan, group, grid), (earlier,))
    keys = ("period", "group")
    groups: Table = Aggregate(rows, (*keys, *IN_ORDER, began), (Agg(mine, "max", Ref(mine)),))
    groups = Extend(groups, (Def("group_before", before(Ref("period_start"), ("group", began), IN_ORDER)),))
    last: Expr = Ref("group_before")
    if _follows(plan, component):
        either_one = [(missing(Ref(mine)), last), (missing(last), Ref(mine))]
        last = cases(either_one, call("max", last, Ref(mine)))
    groups = Extend(groups, (Def(name, last, "the first day of the group's interval before", component.span),))
    found = Join(rows, groups, tuple((key, key) for key in keys), ((name, name),))
    return Project(found, (*KEYS, (name, name)))


def _follows(plan: Plan, component: Component) -> bool:
    measure = plan.measure(component.base or component.table.select or "")
    return measure.on_move is not None and measure.on_move.value == "follow"


def _true_up(component: Component) -> tuple[str, TrueUp]:
    """The true-up, with the name of its columns."""
    steps = enumerate(component.steps, start=1)
    return next((step_name(number), step) for number, step in steps if isinstance(step, TrueUp))


def _before(component: Component) -> str:
    return f"{_true_up(component)[0]}.before"


def _eve(component: Component) -> str:
    return f"{_true_up(component)[0]}.interval_before"


def _name(plan: Plan, component: Component) -> str:
    return f"group_eves/{plan.name}.{component.name}"
