"""Rate tables: how a table's result came about: the slices that each tier paid on, or the tier that was found and why."""

from typing import Any

from engine.explain.column import Line, chosen_by, column_node, is_constant
from engine.explain.node import Node, Worked
from engine.explain.number import worked
from engine.explain.remark import holds
from engine.explain.tables import Rows, place
from engine.ir.expr import Call, Case, Expr, Lit
from engine.ir.table import Def
from engine.ir.types import RATE


def table_node(line: Line, slices: Rows, credits: tuple[Node, ...] = ()) -> Node:
    """`table_result` of an earning or a credit."""
    marginal = "slice_1.pay" in line.made
    if marginal:
        return _marginal(line, slices)
    if credits or "tier" not in line.made:
        return column_node(line, "table_result", "table", "table result", children=credits)
    tiers = () if isinstance(line.made["tier"].expr, Lit) else (_tier(line),)
    return column_node(line, "table_result", "table", "table result", children=(*tiers, *_rate(line)))


def _rate(line: Line) -> tuple[Node, ...]:
    """What the tier pays, where that is more than a number of the plan."""
    if line.row.get("rate") is None:
        return ()
    made = line.made["rate"]
    for remark in made.remarks:
        if isinstance(made.expr, Case) and holds(remark, line.figures):
            own = next(value for condition, value in made.expr.branches if condition == remark.when)
            made = Def("rate", own, remark.words, remark.span)
            break
    return () if is_constant(made) else (column_node(line, "rate", "rate", "rate", made=made),)


def _tier(line: Line) -> Node:
    """The tier that was found: the bound that was reached, and the next one that was not."""
    number = line.row["tier"]
    made = line.made["tier"]
    own = next((r for r in line.made["rate"].remarks if holds(r, line.figures)), None)
    about = _reached(line, made.expr) if isinstance(made.expr, Case) else ""
    if number == 0:
        about = f"under the lowest bound, where the plan pays nothing (below: zero); {about}"
    span = own.span if own is not None else line.made["table_result"].span
    title = f"tier {number if number is not None else 'none'}" + (f" · {own.words}" if own is not None else "")
    note = own.note if own is not None else None
    return Node("tier", title, about=about, span=place(span), note=note, children=chosen_by(line, "tier"))


def _reached(line: Line, expr: Case) -> str:
    """The condition that held and the last one before it that did not, with figures."""
    last: Expr | None = None
    for condition, _ in expr.branches:
        try:
            met = line.figures.value(condition)
        except LookupError:
            return ""
        if met:
            words = [f"reached: {_with_figures(line, condition)}"]
            if last is not None:
                words.append(f"not reached: {_with_figures(line, last)}")
            return "; ".join(words) + _on_bound(line, condition, "upper") + _on_bound(line, last, "lower")
        last = condition
    return f"not reached: {_with_figures(line, last)}" + _on_bound(line, last, "lower") if last is not None else ""


def _with_figures(line: Line, condition: Expr) -> str:
    return line.figures.worked(condition).grouped


def _on_bound(line: Line, condition: Expr | None, side: str) -> str:
    """What the policy `boundary` decided, where the value is exactly the bound."""
    if condition is None:
        return ""
    taken = line.figures.taken(condition)
    if not isinstance(taken, Call) or taken.fn not in ("ge", "gt") or (taken.fn == "ge") != (side == "upper"):
        return ""
    if line.figures.value(taken.args[0]) != line.figures.value(taken.args[1]):
        return ""
    where = "above" if side == "upper" else "below"
    return f"; exactly on the bound, which belongs to the tier {where} it (boundary: {side})"


def _marginal(line: Line, slices: Rows) -> Node:
    """The sum of the slices, and each of them."""
    ordered = sorted(slices, key=lambda row: row["tier"])
    nodes = tuple(_slice(line, row) for row in ordered)
    pays = [node.value for node in nodes if node.value is not None]
    made = line.made["table_result"]
    total = Worked(" + ".join(p.plain for p in pays), " + ".join(p.grouped for p in pays)) if len(pays) > 1 else None
    about = "nothing lies in any tier" if not nodes and line.row["table_result"] is not None else ""
    if line.row.get("special"):
        about = "a policy decided the attainment, so all of it lies in that tier"
    return Node(
        "table", "table result", line.shown("table_result"), line.unit("table_result"), about, made.formula or "", total,
        span=place(made.span), note=made.note,
        children=(*chosen_by(line, "table_result"), *nodes),
    )  # fmt: skip


def _slice(line: Line, row: dict[str, Any]) -> Node:
    """One tier: what lies in it × its rate (less what lay in it before)."""
    number = row["tier"]
    rate, pay = line.made[f"slice_{number}.rate"], line.made[f"slice_{number}.pay"]
    types = line.figures.types
    value, money = types["after"], types["table_result"]
    digits = line.tables.digits

    def times(length: Any, type_: Any) -> Worked:
        left, right = worked(length, value, digits), worked(row["rate"], type_, digits)
        return Worked(f"{left.plain} × {right.plain}", f"{left.grouped} × {right.grouped}")

    kind = line.tables.schemas[line.name.replace(line.name.partition("/")[0], "slices", 1)].get("rate", RATE)
    after = times(row["length_after"], kind)
    if row["length_before"]:
        less = times(row["length_before"], kind)
        after = Worked(f"{after.plain} − {less.plain}", f"{after.grouped} − {less.grouped}")
    formula = "length × rate" + (" − length before × rate" if row["length_before"] else "")
    shown = {
        name: worked(row[name], value, digits).plain for name in ("lower", "upper", "length_before", "length_after")
    }
    return Node(
        "slice", f"tier {number} · {rate.formula or ''}", worked(row["pay"], money, digits), money.currency or "",
        _between(line, number), formula, after, {**shown, "rate": worked(row["rate"], kind, digits).plain},
        place(pay.span or rate.span), pay.note or rate.note,
    )  # fmt: skip


def _between(line: Line, number: int) -> str:
    """The bounds of a tier on this row."""
    if line.row.get("special"):
        return ""
    low, high = (_bound(line, line.made[f"slice_{number}.{side}"]) for side in ("lower", "upper"))
    what = line.shown("after").grouped
    if low is None and high is None:
        return f"all of {what}"
    if low is None:
        return f"the part of {what} under {high}"
    return f"the part of {what} over {low}" + (f", up to {high}" if high is not None else "")


def _bound(line: Line, made: Def) -> str | None:
    """A bound with figures, `80 % × 188,000,000 = 150,400,000`; None for none."""
    value = line.figures.value(made.expr)
    if value is None:
        return None
    text, result = (
        line.figures.worked(made.expr).grouped,
        worked(value, line.figures.types["after"], line.tables.digits),
    )
    return text if text == result.grouped else f"{text} = {result.grouped}"
