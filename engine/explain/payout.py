"""Payouts: each line of the payroll file with its attributes and status, and the earnings that it is made of."""

from decimal import Decimal
from typing import Any

from engine.explain.earning import earning_node
from engine.explain.exception import exception_node, stopping, waived
from engine.explain.formula import Figures
from engine.explain.node import Node, Worked
from engine.explain.remark import remark_nodes
from engine.explain.stages import parts
from engine.explain.tables import Rows, Tables, place, says
from engine.ir.expr import Call, Expr, Lit
from engine.ir.table import AsOf, Scan
from engine.ir.types import money

ATTRIBUTES = ("entity", "payroll_id", "pay_group", "cost_centre")
STATUS = {
    "payable": "payable", "incomplete": "incomplete: a component of it is blocked",
    "not_payable": "not payable: an exception stops it",
}  # fmt: skip

NOT_ALL = "that is the whole line; what stands below is a part of it"


def payout_node(tables: Tables, payout: dict[str, Any], earnings: Rows) -> Node:
    """One payout line and its earnings."""
    made = tables.definitions("payouts")["amount"]
    currency = payout["currency"]
    said = remark_nodes(made, tables.figures("payouts", payout))
    children = tuple(earning_node(tables, earning) for earning in earnings)
    shown = tables.value("payouts", "amount", payout)
    total = _total(tables.figures("payouts", payout), made.expr, earnings, currency)
    below = sum((e["earning"] for e in earnings if e["earning"] is not None), Decimal(0))
    some = payout["earned"] is not None and below != payout["earned"]  # one component was asked for
    stopped = tuple(exception_node(row) for row in stopping(tables, payout["participant"]))
    paid_all_the_same = tuple(exception_node(row) for row in waived(tables, payout["participant"], payout["plan"]))
    attributes = {name: payout[name] for name in ATTRIBUTES if payout[name]}
    status = STATUS.get(payout["status"], payout["status"])
    inputs = {"earned": tables.value("payouts", "earned", payout).plain, **attributes, "status": payout["status"]}
    return Node(
        "payout", f"payout {payout['earning_code']} · plan {payout['plan']}", shown,
        currency, "; ".join((status, *(f"{name} {value}" for name, value in attributes.items()), *([NOT_ALL] if some else []))),
        says(made), None if some or total == shown else total, inputs, place(made.span), made.note,
        children=(*said, *(stopped if payout["status"] == "not_payable" else ()), *paid_all_the_same, *children),
    )  # fmt: skip


def _total(figures: Figures, amount: Expr, earnings: Rows, currency: str) -> Worked | None:
    """The sum of the known earnings, in the rounding that the plan puts around it."""
    known = [Lit(e["earning"], money(currency)) for e in earnings if e["earning"] is not None]
    if not known:
        return None
    total: Expr = known[0]
    for term in known[1:]:
        total = Call("add", (total, term))
    taken = figures.taken(amount)
    if isinstance(taken, Call) and taken.fn == "round":
        total = Call("round", (total, *taken.args[1:]))
    return figures.text(total)


def lines(tables: Tables, participant: str, earnings: Rows) -> list[tuple[dict[str, Any], Rows]]:
    """The participant's payout lines, each with those of the earnings that went into it."""
    payouts = tables.rows("payouts", participant=participant)
    attributes = _in_force(tables, participant)
    found = []
    for payout in sorted(payouts, key=lambda row: tuple(str(row[k]) for k in ("plan", "earning_code", "currency"))):
        mine = [e for e in earnings if _fits(payout, e, attributes)]
        found.append((payout, mine))
    return found


def _fits(payout: dict[str, Any], earning: dict[str, Any], people: Rows) -> bool:
    if any(payout[name] != earning[name] for name in ("plan", "earning_code", "currency")):
        return False
    row: dict[str, Any] = next((p for p in people if p["start"] <= earning["end"] <= p["end"]), {})
    return all(payout[name] == (row.get(name) or "") for name in ATTRIBUTES)


def _in_force(tables: Tables, participant: str) -> Rows:
    """The participant's dated rows, from the source that payouts read them of."""
    for part in parts(tables.stages["payouts"].table):
        if isinstance(part, AsOf) and isinstance(part.right, Scan):
            return tables.rows(part.right.name, participant=participant)
    return []
