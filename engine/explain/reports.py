"""What people below earned: each earning that a manager's measure has, with the managers through whom it came up."""

from dataclasses import replace
from typing import Any

from engine.explain.because import OF_CHAIN
from engine.explain.grid import KEY, Key, grid_of, stints_of
from engine.explain.node import Node
from engine.explain.remark import remark_nodes
from engine.explain.roll_up import through, way_in
from engine.explain.tables import Tables
from engine.ir.program import Stage
from engine.ir.table import Project, Table
from engine.ir.walk import tables_in
from engine.plan.measure import component_named

EARNINGS = "earnings"
"""Kind of a node that stands for an earning, until `earning` puts it there."""
WALKED = 12
"""So many earnings below are walked down to their credits; what each of more was paid for, its own explanation says."""


def earning_of(plan: str, component: str, row: Key) -> Node:
    """What stands for one earning, of this plan or another."""
    said = {"plan": plan, "component": component, **{column: str(row[column]) for column in KEY}}
    return Node(EARNINGS, component, inputs=said)


def reports_nodes(tables: Tables, name: str, measure: Stage, row: Key) -> list[Node]:
    """A node per earning below in the interval of a row of the measure; the first ones with all that they were paid for."""
    who, stints = row["participant"], stints_of(tables, grid_of(measure.name), row)
    made, levels = tables.definitions(name), _levels(measure.table)
    counted: list[tuple[dict[str, Any], int]] = []
    for each in tables.rows(name):
        inside = row["period_start"] <= each["day"] <= row["period_end"]
        mine = any(start <= each["day"] <= end for start, end in stints)
        counted += [(each, n) for n in levels if inside and mine and each[f"manager.{n}"] == who]
    remarks: list[Node] = []
    for each, _ in counted[:1]:  # they are the same of all
        figures = tables.figures(name, each)
        remarks = [node for column in ("component", "because") for node in remark_nodes(made[column], figures)]
    nodes = [_node(tables, name, each, level) for each, level in counted]
    plan = name.partition("/")[2].partition(".")[0]
    for at, (each, _) in enumerate(counted[:WALKED]):
        nodes[at] = replace(nodes[at], children=(earning_of(*component_named(plan, each["component"]), each),))
    return [*remarks, *nodes]


def _levels(table: Table) -> list[int]:
    """The levels that the measure counts."""
    here = [old for _, old in table.columns if old.startswith("manager.")] if isinstance(table, Project) else []
    levels = {int(name.partition(".")[2]) for name in here}
    return sorted(levels.union(*(_levels(inner) for inner in tables_in(table))))


def _node(tables: Tables, name: str, row: dict[str, Any], level: int) -> Node:
    chain = through(row["participant"], way_in(row), [row[f"manager.{n}"] for n in range(1, level + 1)])
    because = row["because"]
    return Node(
        "earned_below", f"{chain} · {row['component']} · {row['period']}", tables.value(name, "earning", row),
        tables.unit(name, "earning", row), f"level {level} on {row['day']}" if not because else OF_CHAIN[because],
        inputs={"participant": row["participant"], "component": row["component"], "period": row["period"],
                "segment": str(row["segment"]), "day": str(row["day"]), "level": str(level), "because": because},
    )  # fmt: skip
