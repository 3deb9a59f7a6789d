"""Rows of the exception log as an explanation shows them: what was found, where, and what to do."""

from typing import Any

from engine.core.exception_codes import HOLDS_NOBODY, OPEN, WAIVED
from engine.explain.node import Node
from engine.explain.tables import Rows, Tables


def exception_node(row: dict[str, Any]) -> Node:
    """One row of the log."""
    severity = row["severity"].replace("_", " ")
    if row["state"] == WAIVED:
        severity += f", waived by {row['waived_by']} ({row['waived_in']})"
    place = f"{row['file']}:{row['row']}" if row["file"] and row["row"] is not None else row["file"]
    inputs = {name: str(row[name]) for name in ("key", "plan", "part", "participant", "period", "record") if row[name]}
    return Node(
        "exception", f"{row['code']} {row['message']}", about=f"{severity}. {row['help']}", inputs=inputs, source=place
    )


def stopping(tables: Tables, participant: str) -> Rows:
    """What makes a participant's payouts not payable."""
    period = tables.rows("exceptions", severity="blocks_period", state=OPEN)
    return period + tables.rows("exceptions", severity="blocks_participant", participant=participant, state=OPEN)


def waived(tables: Tables, participant: str, plan: str) -> Rows:
    """What would stop or lessen a participant's payout of a plan, had nobody approved to pay in spite of it."""
    mine = tables.rows("exceptions", participant=participant, state=WAIVED)
    return [row for row in mine if row["severity"] not in HOLDS_NOBODY and row["plan"] in (None, plan)]
