"""Rate tables: how a table's result came about: the slices that each tier paid on, or the tier that was found and why."""

from dataclasses import replace
from typing import Any

from engine.explain.column import Line, chosen_by, column_node, is_constant, variables_of
from engine.explain.node import Node, Worked
from engine.explain.number import worked
from engine.explain.remark import holds
from engine.explain.tables import Rows, place
from engine.ir.expr import Call, Case, Expr, Lit
from engine.ir.table import Def
from engine.ir.types import RATE
from engine.ir.walk import children, refs


def table_node(line: Line, slices: Rows, credits: tuple[Node, ...] = ()) -> Node:
    """`table_result` of an earning or a credit; and that there is none where a rate reads a target that is not there."""
    node = _result(line, slices, credits)
    read = any("target" in refs(made.expr) for name, made in line.made.items() if name.rpartition(".")[2] == "rate")
    if line.row["table_result"] is not None or not line.row.get("special") or not read:
        return node
    there = "there is none" if line.row.get("missing") else "that is 0"
    return replace(node, about=f"a policy decided the attainment, but what is paid reads `target`, and {there}")


def _result(line: Line, slices: Rows, credits: tuple[Node, ...]) -> Node:
    if "slice_1.pay" in line.made:
        return _sliced(line, slices)
    if credits or "tier" not in line.made:
        return column_node(line, "table_result", "table", "table result", children=credits)
    if "prizes" in line.made:
        tied = Node("input", "tied", line.shown("tied"), about="have this place, and take as many")
        together = column_node(line, "prizes", "input", "prizes", "what the places bring that they take together")
        return column_node(line, "table_result", "table", "table result", children=(together, tied))
    found: tuple[Node, ...] = () if isinstance(line.made["tier"].expr, Lit) else (_tier(line),)
    found += _rate(line, "rate")
    if "rate_before" in line.made:
        found += (_tier(line, "_before"), *_rate(line, "rate_before"))
    return column_node(line, "table_result", "table", "table result", children=found)


def _rate(line: Line, column: str) -> tuple[Node, ...]:
    """What the tier or the line pays, where that is more than a number of the plan."""
    if line.row.get(column) is None:
        return ()
    made = line.made[column]
    if isinstance(made.expr, Case) and _is_line(line) and line.row[column.replace("rate", "tier")] == 0:
        made = Def(column, made.expr.otherwise, "that of the first point", made.span)
    for remark in made.remarks:
        if isinstance(made.expr, Case) and holds(remark, line.figures):
            own = next(value for condition, value in made.expr.branches if condition == remark.when)
            made = Def(column, own, remark.words, remark.span)
            break
    paid = "rate" if "base" in refs(line.made["table_result"].expr) else "amount"
    title = f"{paid} before" if column == "rate_before" else paid
    return () if is_constant(made) else (column_node(line, column, "rate", title, made=made),)


def _is_line(line: Line) -> bool:
    """Whether lines between points are what the value is looked up on."""
    return _calls(line.made["rate"].expr, "scaled")


def _calls(expr: Expr, fn: str) -> bool:
    return (isinstance(expr, Call) and expr.fn == fn) or any(_calls(part, fn) for part in children(expr))


def _tier(line: Line, which: str = "") -> Node:
    """The tier that was found, or the point: the bound that was reached, and the next one that was not."""
    number = line.row[f"tier{which}"]
    made = line.made[f"tier{which}"]
    own = next((r for r in line.made[f"rate{which}"].remarks if holds(r, line.figures)), None)
    about = _reached(line, made.expr) if isinstance(made.expr, Case) else ""
    what = "point" if _is_line(line) else "tier"
    if number == 0:
        under = f"under the {'first point' if what == 'point' else 'lowest bound, where the plan pays nothing (below: zero)'}"
        about = f"{under}; {about}"
    span = own.span if own is not None else line.made["table_result"].span
    title = f"{what}{' before' if which else ''} {number if number is not None else 'none'}"
    title += f" · {own.words}" if own is not None else ""
    note = own.note if own is not None else None
    said = chosen_by(line, f"tier{which}")
    return Node("tier", title, about=about, span=place(span), note=note, children=said)


def _reached(line: Line, expr: Case) -> str:
    """The condition that held and the last one before it that did not, with figures."""
    last: Expr | None = None
    for condition, then in expr.branches:
        if isinstance(then, Lit) and then.value is None:
            continue  # where a value outside the table blocks
        try:
            met = line.figures.value(condition)
        except LookupError:
            return ""
        if met:
            words = [f"reached: {_with_figures(line, condition)}"]
            if last is not None:
                words.append(f"not reached: {_with_figures(line, last, True)}")
            return "; ".join(words) + _on_bound(line, condition, "upper") + _on_bound(line, last, "lower")
        last = condition
    return (
        f"not reached: {_with_figures(line, last, True)}" + _on_bound(line, last, "lower") if last is not None else ""
    )


UNMET = {"ge": "lt", "gt": "le"}
"""What holds instead where a bound is not reached."""


def _with_figures(line: Line, condition: Expr, unmet: bool = False) -> str:
    """The comparison with its figures; of one that does not hold, what does: 140 < 1,000."""
    taken = line.figures.taken(condition)
    if unmet and isinstance(taken, Call) and taken.fn in UNMET:
        condition = Call(UNMET[taken.fn], taken.args, taken.at)
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


def _sliced(line: Line, slices: Rows) -> Node:
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
    """One tier: what lies in it × its rate (less what lay in it before); or the amount of a tier entered."""
    number = row["tier"]
    rate, pay = line.made[f"slice_{number}.rate"], line.made[f"slice_{number}.pay"]
    if not _calls(pay.expr, "mul"):
        return _entered(line, row)
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
        place(pay.span or rate.span), pay.note or rate.note, children=_own_values(line, number, rate),
    )  # fmt: skip


def _own_values(line: Line, number: int, rate: Def) -> tuple[Node, ...]:
    """The variables that the rate reads, and that say where the tier begins and ends, each once."""
    bounds = () if line.row.get("special") else (line.made[f"slice_{number}.{side}"] for side in ("lower", "upper"))
    return tuple({node.title: node for made in (rate, *bounds) for node in variables_of(line, made)}.values())


def _entered(line: Line, row: dict[str, Any]) -> Node:
    """A tier that pays its amount once: it was entered, was before this credit already, or is left by it."""
    number = row["tier"]
    rate, pay = line.made[f"slice_{number}.rate"], line.made[f"slice_{number}.pay"]
    money, digits = line.figures.types["table_result"], line.tables.digits
    after, before = row["length_after"], row["length_before"]
    state = "entered" if after > before else "left again" if before > after else "entered before"
    bound = _bound(line, line.made[f"slice_{number}.lower"])
    values = f"{line.shown('before').grouped} → {line.shown('after').grouped}" if "before" in line.row else (
        line.shown("after").grouped
    )  # fmt: skip
    about = f"{state}: {values}" + (f", from {bound} on" if bound is not None else "")
    return Node(
        "slice", f"tier {number} · {rate.formula or ''}", worked(row["pay"], money, digits), money.currency or "", about,
        pay.formula or "", None, {"rate": worked(row["rate"], money, digits).plain}, place(pay.span or rate.span),
        pay.note or rate.note,
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
