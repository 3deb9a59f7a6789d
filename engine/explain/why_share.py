"""The shares of a matched transaction: who got how much of it, and what that paid, by itself or as part of a sum."""

from typing import Any

from engine.explain.because import BECAUSE
from engine.explain.credit import Rule, adjusted_words, exchange_nodes
from engine.explain.each import reads_credits
from engine.explain.earning import outcome
from engine.explain.grid import grid_of, stints_of
from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.remark import remark_nodes
from engine.explain.selection import selections
from engine.explain.stages import taken
from engine.explain.tables import Tables, place, says
from engine.explain.values_on import as_of, day_nodes, day_words, on_that_day
from engine.ir.program import Stage
from engine.ir.types import RATE, money
from engine.ir.walk import scans


def share_nodes(tables: Tables, stage: Stage, key: dict[str, Any], participant: str | None) -> tuple[Node, ...]:
    """All shares of a transaction under one rule; a participant who asked and got none is told so."""
    rule = Rule(tables, stage)
    rows = sorted(tables.rows(stage.name, **key), key=lambda row: (row["participant"] == "", row["participant"]))
    exchanges = rule.exchanges(rows)
    nodes = [*rule.said(), *(_share(rule, row, exchanges) for row in rows)]
    if participant is not None and all(row["participant"] != participant for row in rows):
        others = ", ".join(row["participant"] or "nobody" for row in rows)
        about = f"the {rule.who()} says {others}" if rule.below is None else rule.below.others(key, participant)
        nodes.insert(0, Node("share", f"{participant} gets no share", about=about))
    return tuple(nodes)


def _share(rule: Rule, row: dict[str, Any], exchanges: dict[tuple[Any, ...], dict[str, Any]]) -> Node:
    tables, name = rule.tables, rule.stage.name
    share = worked(row["share"], RATE, tables.digits)
    rolled = rule.below
    split = rolled is None and row["share"] is not None and (row["share"] != 1 or row["amount"] != row["value"])
    exchanged = exchange_nodes(rule, row, exchanges)
    whole = None if exchanged else tables.value(name, "value", row)
    figures = rule.cut.figures(row) if split else whole
    credited, made = row["state"] == "credited", tables.definitions(name)["state"]
    cause = on_that_day(BECAUSE.get(row["because"], row["because"]), row["because"], row)
    said = "credited" if credited else f"{row['state']}: {cause}"
    level = f"level {tables.value(name, 'level', row).plain}" if rolled is not None and row["participant"] else ""
    cut = rule.cut.words(row) if rolled is None else level
    formula = f"value ({says(rule.value)}) × {rule.cut.by(row)}" if split else says(rule.value)
    if row.get("share.adjusted"):
        formula, figures, cut = adjusted_words(rule, row)
    return Node(
        "share", row["participant"] or "nobody", tables.value(name, "amount", row), tables.unit(name, "amount", row),
        "; ".join(words for words in (said, cut, *(day_words(row) if credited else ())) if words),
        formula, figures,
        {"state": row["state"], "because": row["because"], "credit_date": str(row["credit_date"]), **as_of(row),
         "share": share.plain},
        place(rule.value.span), rule.value.note,
        children=(
            *remark_nodes(made, tables.figures(name, row)), *day_nodes(tables, rule.stage, row), *exchanged,
            *(rule.moves.nodes(row) if rolled is None else rolled.nodes(row)),
            *(_paid(rule, row) if credited else ()),
        ),
    )  # fmt: skip


def _paid(rule: Rule, row: dict[str, Any]) -> tuple[Node, ...]:
    """What a credited share paid: its own pay where a component pays per credit, the sums that it is part of elsewhere."""
    nodes = []
    for stage in rule.tables.named("credit_pay/"):
        if rule.stage.name in scans(stage.table):
            nodes += _own_pay(rule.tables, stage, row)
    for stage in rule.tables.named("measures/"):
        for chosen in selections(reads_credits(rule.tables, stage).table, "credits/"):
            if chosen.table == rule.stage.name and chosen.kept([row], rule.tables.schemas[rule.stage.name]):
                nodes += _in_measure(rule.tables, stage, row)
    return tuple(nodes) or (Node("use", "no component reads it", about="it is in no measure and is paid by none"),)


def _own_pay(tables: Tables, stage: Stage, row: dict[str, Any]) -> list[Node]:
    paid = tables.row(stage.name, **{key: row[key] for key in stage.keys})
    if paid is None:
        return []
    component = stage.name.removeprefix("credit_pay/")
    about = f"its own pay, before what the component does per earning ({paid['period']})"
    return [
        Node("use", f"component {component}", tables.value(stage.name, "pay", paid), tables.unit(stage.name, "pay", paid),
             about, span=place(stage.span))
    ]  # fmt: skip


def _in_measure(tables: Tables, stage: Stage, row: dict[str, Any]) -> list[Node]:
    """The interval of a measure that it counts in, and the earnings that read it."""
    day = row["credit_date"]
    nodes = []
    for each in tables.rows(stage.name, participant=row["participant"]):
        period = tables.row("calendar", period=each["period"])
        if period is None or not period["start"] <= day <= period["end"]:
            continue
        if row["segment"] not in [start for start, _ in stints_of(tables, grid_of(stage.name), each)]:
            continue
        readers = tuple(
            node for node in (_reader(tables, e, stage, each) for e in tables.named("earnings/")) if node is not None
        )
        nodes.append(
            Node("use", f"measure {stage.name.rpartition('.')[2]} · {each['period']}", tables.value(stage.name, "value", each),
                 tables.unit(stage.name, "value", each), "it is part of this sum", span=place(stage.span), children=readers)
        )  # fmt: skip
    return nodes


def _reader(tables: Tables, earning: Stage, measure: Stage, row: dict[str, Any]) -> Node | None:
    """A component's earning that reads the measure."""
    if all(source.table != measure.name for source in taken(earning.table).values()):
        return None
    found = tables.row(earning.name, **{key: row[key] for key in ("participant", "period", "segment")})
    if found is None:
        return None
    plan, _, component = earning.name.removeprefix("earnings/").partition(".")
    whole = tables.row(
        "earnings", plan=plan, component=component, **{k: row[k] for k in ("participant", "period", "segment")}
    )
    currency = whole["currency"] if whole else ""
    sums = "paid on sums, so no part of it belongs to one transaction alone"
    if earning.name.replace("earnings/", "credit_pay/", 1) in tables.stages:
        sums = "paid credit by credit, the sum finds the tiers"
    return Node(
        "use", f"component {component} · {row['period']}", worked(found["earning"], money(currency), tables.digits), currency,
        f"{outcome(found)}; {sums}", span=place(earning.span),
    )  # fmt: skip
