"""Earnings: what a component earned in one earning period: its items, its table's result, its target, measures, credits."""

from dataclasses import replace
from typing import Any

from engine.explain.column import Line, chosen_by, column_node
from engine.explain.credit import Rule, credit_node, rule_head
from engine.explain.measure import measure_node
from engine.explain.modifier import compared, steps_of
from engine.explain.node import AS_ABOVE, Node
from engine.explain.number import worked
from engine.explain.rate_table import table_node
from engine.explain.remark import table_remarks
from engine.explain.reports import EARNINGS
from engine.explain.share_out import WORDS
from engine.explain.stages import Taken, taken
from engine.explain.tables import Rows, Tables, place
from engine.ir.types import money
from engine.ir.walk import refs, scans

CAUSES = {
    "missing_target": "the target is missing", "zero_target": "the target is zero",
    "bounds_fall": "a bound of the table lies under the one before it, by this participant's own values",
    "below_lowest": "the value lies under the lowest bound of the table",
    "above_highest": "the value lies over the highest bound of the table",
    "no_value": "a measure or formula has no value (no target, nothing to average, a division by zero, a missing value,"
    " or out of bounds)",
    "earlier_interval": "an earlier interval is blocked, so what was earned before is not known",
    **WORDS,
    "budget_unknown": "what others come to, and so what is left of the budget, is not known",
    "gate": "a gate was not met", "no_credits": "what it is paid on, or what finds its tier, is 0",
    "table": "the rate table pays nothing for it", "modifiers": "the modifiers made it zero",
}  # fmt: skip


def outcome(row: dict[str, Any]) -> str:
    """How an earning ended, in words: what is `paid` in the table was earned, and may be held."""
    said = CAUSES.get(row["cause"], row["cause"])
    return {"zero": f"zero, because {said}", "blocked": f"blocked, because {said}"}.get(row["outcome"], "earned")


def earning_node(tables: Tables, earning: dict[str, Any]) -> Node:
    """One row of `earnings`, walked down to the credits."""
    name = f"earnings/{earning['plan']}.{earning['component']}"
    beside = tables.rows(name, participant=earning["participant"])
    row = next(each for each in beside if all(each[key] == earning[key] for key in ("period", "segment")))
    line = Line(tables, name, row, beside)
    kinds = _kinds(tables, earning)
    per_credit = tables.stages.get(name.replace("earnings/", "credit_pay/", 1))
    if per_credit is None:
        slices = tables.rows(name.replace("earnings/", "slices/", 1), **line.key())
        result = table_node(line, slices)
    else:
        result = table_node(line, [], _credit_pays(tables, per_credit.name, line, kinds))
    component, made = tables.stages[name], line.made["earning"]
    said = (*chosen_by(line, "earning"), *table_remarks(tables, "calendar", period=row["period"]))
    return Node(
        "earning", f"earning {earning['component']} · {earning['period']}{_days(row)}",
        worked(earning["earning"], money(earning["currency"]), tables.digits), earning["currency"], outcome(earning),
        inputs={"plan": earning["plan"], "component": earning["component"], "period": earning["period"],
                "segment": str(earning["segment"]), "outcome": earning["outcome"], "cause": earning["cause"]},
        span=place(component.span), note=made.note,
        children=tuple(
            _walked(tables, child)
            for child in (*said, result, *steps_of(line, kinds), *compared(line, ""), *_measures(line))
        ),
    )  # fmt: skip


def _walked(tables: Tables, node: Node) -> Node:
    """The node, with the earnings that a measure in it is made of; a measure that was explained before says so."""
    if node.kind == "measure" and node.children and tables.listed("measure", id(node)):
        return replace(node, about=AS_ABOVE, formula="", worked=None, note=None, children=())
    if node.kind == EARNINGS:
        asked = dict(node.inputs)
        segment = asked.pop("segment")
        row = next(each for each in tables.rows("earnings", **asked) if str(each["segment"]) == segment)
        return earning_node(tables, row)
    return replace(node, children=tuple(_walked(tables, child) for child in node.children)) if node.children else node


def _days(row: dict[str, Any]) -> str:
    """The days of the segment in the period, where it is not all of them; and how many segments are joined."""
    joined = f" ({row['segments']} segments joined)" if row.get("segments", 1) > 1 else ""
    if row["days"] == row["period_days"]:
        return joined
    return f"{joined} ({row['start']} to {row['end']}, {row['days']} of {row['period_days']} days)"


def _kinds(tables: Tables, earning: dict[str, Any]) -> dict[int, str]:
    """What each item of the component's list is."""
    if "steps" not in tables.stages:
        return {}
    keys = ("plan", "component", "participant", "period", "segment")
    rows = tables.rows("steps", **{key: earning[key] for key in keys})
    return {row["step"]: row["kind"] for row in rows}


def _measures(line: Line) -> tuple[Node, ...]:
    """The measures that the table is about: what selects the tier, and what is paid on."""
    sources = taken(line.tables.stages[line.name].table)
    gates = {n for name, made in line.made.items() if name.endswith(".met") for n in refs(made.expr)}
    core = {n for name in ("base", "select", "after") if name in line.made for n in refs(line.made[name].expr)}
    found: dict[str, Taken] = {
        name: s for name, s in sources.items() if s.table.startswith("measures/") and s.column == "value"
    }
    wanted = [name for name in found if name in core or name not in gates]
    return tuple(measure_node(line.tables, found[name].table, line.key()) for name in wanted)


def _credit_pays(tables: Tables, name: str, line: Line, kinds: dict[int, str]) -> tuple[Node, ...]:
    """What each credit of the interval paid, by credit date and key."""
    rule = Rule(tables, tables.stages[next(n for n in scans(tables.stages[name].table) if n.startswith("credits/"))])
    rows = tables.rows(name, **line.key())
    tables.listed(rule.stage.name, rule.keys_of(rows))
    rows.sort(key=lambda row: (row["credit_date"], *(str(row[key]) for key in rule.keys)))
    sources, exchanges = rule.transactions(rows), rule.exchanges(rows)
    shares = {
        tuple(row[key] for key in rule.keys): row for row in rule.credited(None, participant=line.row["participant"])
    }
    slices: dict[tuple[Any, ...], Rows] = {}
    for row in tables.rows(name.replace("credit_pay/", "slices/", 1), participant=line.row["participant"]):
        slices.setdefault(tuple(row[key] for key in rule.keys), []).append(row)
    found = [rule_head(rule)] if rows else []
    for row in rows:
        key = tuple(row[k] for k in rule.keys)
        share = credit_node(rule, shares[key], sources, exchanges) if key in shares else None
        found.append(_credit_pay(Line(tables, name, row), rule, slices.get(key, []), kinds, share))
    return tuple(found)


def _credit_pay(line: Line, rule: Rule, slices: Rows, kinds: dict[int, str], share: Node | None) -> Node:
    """One credit's pay: its items, its slices, and the credited share itself."""
    row = line.row
    about = f"credited {line.shown('amount').grouped}"
    if "before" in row:
        about += f"; running total {line.shown('before').grouped} before, {line.shown('after').grouped} with it"
    variables = [column_node(line, "after", "select", "value")] if _selects(line) else []
    children = (table_node(line, slices), *steps_of(line, kinds), *variables, *((share,) if share else ()))
    return Node(
        "credit_pay", f"{rule.key(row)} · {row['credit_date']}", line.shown("pay"), line.unit("pay"), about,
        inputs={"amount": line.shown("amount").plain}, source=share.source if share else None, children=children,
    )  # fmt: skip


def _selects(line: Line) -> bool:
    """Whether a formula of the plan finds the credit's tier."""
    return "before" not in line.row and line.made["after"].formula is not None
