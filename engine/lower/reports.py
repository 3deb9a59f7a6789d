"""What the people below a manager earned: each earning with the managers above it, of the day that the measure says.

`reports/<plan>.<measure>` has a row per earning; `earned_below` turns that around, for the managers at the levels that count.
"""

from engine.ir.expr import Ref
from engine.ir.program import Stage
from engine.ir.table import AsOf, Def, Extend, Filter, Project, Scan, Table, Union
from engine.lower.generations import beyond, remarks, shown, with_managers
from engine.lower.remark import decided, noted
from engine.lower.roll_up import has_cycle
from engine.lower.terms import call, cases, either, missing, negate, null, text
from engine.plan.group import managers, way_up
from engine.plan.measure import component_named
from engine.plan.resolved import Measure, Plan, Reports, ResolvedWorkspace

KEYS = ("participant", "component", "period", "segment")


def reports_name(plan: Plan, measure: Measure) -> str:
    """Stage that holds who earned something below whom."""
    return f"reports/{plan.name}.{measure.name}"


def reports_stage(workspace: ResolvedWorkspace, plan: Plan, measure: Measure, below: Reports) -> Stage:
    """`reports/<plan>.<measure>`: the earnings of the components, and `manager.1`, `manager.2`, … on `day`."""
    parts = tuple(_earnings(plan, name, below) for name in measure.earned)
    counted, most, highest = below.generations, below.unrolled, max(below.levels)
    table = with_managers(workspace, Union(parts) if len(parts) > 1 else parts[0], "day", most, counted)
    circle = (has_cycle(way_up(counted, most)), text("manager_cycle"))
    longer = [(negate(missing(Ref(name))), text("longer_chain")) for name in managers(most)[highest:]]
    said = decided("longer", below.longer, call("eq", Ref("because"), text("longer_chain")))
    because = Def(
        "because", cases([circle, *beyond(counted), *longer], text("")),
        "whether somebody is above themselves, or above all levels", below.stated.span,
        remarks=(*noted(below.stated), said, *remarks(counted)),
    )  # fmt: skip
    columns = (*KEYS, "day", "earning", *shown(counted, most), "because")
    return Stage(
        reports_name(plan, measure), "reports", Project(Extend(table, (because,)), tuple((c, c) for c in columns)), KEYS,
        span=measure.span, about=f"what `{measure.name}` is made of: the earnings below each manager",
    )  # fmt: skip


def _earnings(plan: Plan, component: str, below: Reports) -> Table:
    """The earnings of a component of this plan, or of the plan that it names."""
    of, name = component_named(plan.name, component)
    day = below.managers_on.value.removesuffix("_day")
    columns = {"participant": "participant", "period": "period", "segment": "segment", "earning": "earning"}
    columns["day"] = {"first": "start", "last": "end"}[day]
    rows = Project(Scan(f"earnings/{of}.{name}"), tuple(columns.items()))
    remarks = (decided("managers_on", below.managers_on),)
    return Extend(rows, (Def("component", text(component), span=below.stated.span, remarks=remarks),))


def earned_below(plan: Plan, measure: Measure, below: Reports, component: str) -> Table:
    """What people below earned by a component, as rows of their managers on that day."""
    found = Filter(Scan(reports_name(plan, measure)), call("eq", Ref("component"), text(component)))
    dated = Extend(found, (Def("credit_date", Ref("day")),))
    levels = tuple(_at(dated, level, measure) for level in below.levels)
    return on_the_day(plan, Union(levels) if len(levels) > 1 else levels[0])


def on_the_day(plan: Plan, rows: Table) -> Table:
    """The rows of those who are on the plan on their `credit_date`, with the segment that it lies in."""
    on = (("participant", "participant"),)
    stints = Scan(f"stints/{plan.name}")
    return AsOf(rows, stints, on, "credit_date", "segment", "stint_end", (("segment", "segment"),), "one", "inner")


def _at(dated: Table, level: int, measure: Measure) -> Table:
    """The rows under the manager of a level, where there is one; not known from where on somebody stands above themselves."""
    manager = f"manager.{level}"
    circle = has_cycle(managers(level))
    amount = Def("amount", either(circle, null(measure.unit), Ref("earning")))
    there = Extend(Filter(dated, negate(missing(Ref(manager)))), (amount,))
    columns = (("participant", manager), ("credit_date", "credit_date"), ("amount", "amount"))
    return Project(there, columns)
