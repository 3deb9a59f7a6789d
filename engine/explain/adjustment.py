"""Adjustments: what was moved of a credit, from whom to whom, and who approved it, when and why."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.core.money import EXACT
from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.stages import Taken, origin
from engine.explain.tables import Rows, Tables, place, stands
from engine.ir.types import RATE

UNMOVED = {
    "no_credit": "nothing is moved: they have no credit of it",
    "no_change": "nothing is moved: a share of 0, or to the same",
    "moved_over_one": "nothing is moved: the shares of the adjustments add up to more than 1",
    "moved_twice": "nothing is moved: two adjustments move a part of it to the same participant",
}


class Moves:
    """What adjustments do to the credits of a rule: its stage `adjustments/<plan>.<rule>`, if it takes any."""

    def __init__(self, tables: Tables, rule: str, keys: tuple[str, ...]):
        self.tables, self.keys = tables, keys
        self.stage = tables.stages.get(f"adjustments/{rule}")

    def of(self, row: dict[str, Any]) -> Rows:
        """Those that name a share: from its participant, or to them."""
        if self.stage is None:
            return []
        found = self.tables.rows(self.stage.name, **{name: row[name] for name in self.keys})
        who = row["participant"]
        return [each for each in found if who in (each["from_participant"], each["to_participant"])]

    def nodes(self, row: dict[str, Any]) -> tuple[Node, ...]:
        """Each with what it gave to a share, or took off it."""
        return tuple(self._node(each, row["participant"]) for each in self.of(row))

    def before(self, row: dict[str, Any]) -> Decimal:
        """What a share was before any of them."""
        return EXACT.subtract(row["amount"], row["share.adjusted"] or Decimal(0))

    def _node(self, move: dict[str, Any], participant: str) -> Node:
        assert self.stage is not None
        tables, name = self.tables, self.stage.name
        gives = participant == move["from_participant"]
        source = origin(self.stage.table, self.stage.keys[0])
        assert isinstance(source, Taken)
        said = tables.row(source.table, **{key: move[key] for key in self.stage.keys}) or {}
        other = move["to_participant"] if gives else move["from_participant"]
        whom = f"{'to' if gives else 'from'} {other or 'nobody'}" if other or not gives else "taken away"
        share = worked(move["share"], RATE, tables.digits)
        words = [
            whom,
            f"{share.grouped} of {tables.value(name, 'before', move).grouped}" if not move["because"] else "",
        ]
        words += [UNMOVED.get(move["because"], ""), _approval(said)]
        signed = {**move, "amount": EXACT.minus(move["amount"]) if gives else move["amount"]}
        return Node(
            "adjustment", f"adjustment {' / '.join(str(move[key]) for key in self.stage.keys)}",
            tables.value(name, "amount", signed), tables.unit(name, "amount", move), "; ".join(word for word in words if word),
            inputs={
                "from": move["from_participant"], "to": move["to_participant"], "share": share.plain,
                **{key: str(said[key]) for key in ("approved_by", "approved_on") if said.get(key) is not None},
            },
            span=place(self.stage.span), note=said.get("reason"), source=stands(said),
        )  # fmt: skip


def of_adjustments(tables: Tables, rules: Iterable[str], key: dict[str, Any]) -> Rows:
    """What the log says of the adjustments of a transaction, which have rows of their own in it, also of those for no rule."""
    stages = [tables.stages[f"adjustments/{rule}"] for rule in rules if f"adjustments/{rule}" in tables.stages]
    sources = {
        taken.table: stage.keys for stage in stages if isinstance(taken := origin(stage.table, stage.keys[0]), Taken)
    }
    found: Rows = []
    for source, keys in sources.items():
        for row in tables.rows(source, **key):
            said = " / ".join(str(row[name]) for name in keys)
            found += tables.rows("exceptions", source=source.removeprefix("source/"), key=said)
    return found


def _approval(said: dict[str, Any]) -> str:
    """Who approved it, and when; a plan test need not say."""
    if said.get("approved_by") is None:
        return ""
    return f"approved by {said['approved_by']}" + (f" on {said['approved_on']}" if said.get("approved_on") else "")
