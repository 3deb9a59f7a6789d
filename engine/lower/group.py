"""Groups: which one each row of a plan's grid is in, by an attribute of the roster on the day that the plan says.

All rows of one period that have one `group` are its members there.
"""

from engine.ir.expr import Ref
from engine.ir.program import Stage
from engine.ir.table import AsOf, Def, Extend, Join, Project, Scan, Table
from engine.lower.inputs import source_table
from engine.lower.remark import decided
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import call, text
from engine.plan.group import EVERYONE
from engine.plan.resolved import Plan, ResolvedWorkspace


def groups(workspace: ResolvedWorkspace, plan: Plan, attribute: str) -> Stage:
    """`groups/<plan>.<attribute>`: the group of each row of the grid; '' where the attribute is empty."""
    assert plan.values_on is not None
    at = "start" if plan.values_on.value == "segment_start" else "end"
    columns = (*SEGMENT_KEYS, "length", at)
    rows = Project(Scan(f"grid/{plan.name}"), tuple((c, c) for c in columns))
    people = Scan(source_table(workspace.participants))
    found = AsOf(rows, people, (("participant", "participant"),), at, "start", "end", (("group", attribute),))
    remarks = (decided("participant_values_on", plan.values_on),)
    named = Extend(found, (Def("group", call("coalesce", Ref("group"), text("")), attribute, remarks=remarks),))
    shown = (*SEGMENT_KEYS, "length", "group")
    return Stage(
        f"groups/{plan.name}.{attribute}", "groups", Project(named, tuple((c, c) for c in shown)), SEGMENT_KEYS,
        span=plan.span, about=f"the group that each row of the grid is in, by `{attribute}`",
    )  # fmt: skip


def with_group(plan: Plan, within: str, rows: Table, name: str = "group") -> Table:
    """Rows of the grid with the group that each is in."""
    if within == EVERYONE:
        return Extend(rows, (Def(name, text(EVERYONE)),))
    keys = tuple((k, k) for k in SEGMENT_KEYS)
    return Join(rows, Scan(f"groups/{plan.name}.{within}"), keys, ((name, "group"),), "inner")
