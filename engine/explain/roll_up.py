"""Roll-ups: through whom a manager's credit came, and why a part of a transaction reaches no manager."""

from typing import Any

from engine.explain.adjustment import Moves
from engine.explain.because import OF_CHAIN
from engine.explain.node import Node, Worked
from engine.explain.remark import remark_nodes
from engine.explain.share import Cut
from engine.explain.tables import Tables, place
from engine.explain.values_on import on_that_day
from engine.ir.program import Stage


def managers_in(row: dict[str, Any]) -> list[str]:
    """Those who take a level in a row of `shares` or `reports`, nearest first."""
    return [row[name] for name in row if name.startswith("manager.") and row[name] is not None]


def way_in(row: dict[str, Any]) -> list[str]:
    """Everybody on the way up, where generations are counted."""
    return [row[name] for name in row if name.startswith("above.") and row[name] is not None]


def through(below: str, way: list[str], levels: list[str]) -> str:
    """The chain to the last of `levels`, with those who are passed over in brackets."""
    if not way or not levels:
        return " → ".join([below, *levels])
    words, left = [below], list(levels)
    for each in way:
        if not left:
            break
        takes = each == left[0]
        words.append(each if takes else f"({each})")
        left = left[1:] if takes else left
    return " → ".join(words)


class Below:
    """Whom the transactions of a roll-up belong to, and their managers: its stage `shares/<plan>.<rule>`."""

    def __init__(self, tables: Tables, stage: Stage):
        self.tables, self.stage = tables, stage
        self.keys = stage.keys[:-1]
        self.cut = Cut(tables, stage)
        self.moves = Moves(tables, stage.name.partition("/")[2], self.keys)

    def nodes(self, row: dict[str, Any]) -> tuple[Node, ...]:
        """The shares that one row of the credits is made of: `ana → mo → vera`, with the part of each."""
        shares = self.tables.rows(self.stage.name, **{name: row[name] for name in self.keys})
        return tuple(self._node(each, row["participant"]) for each in shares if self._is_of(each, row["participant"]))

    def others(self, key: dict[str, Any], participant: str) -> str:
        """Why a transaction credits a participant nothing here: whose managers are asked for instead."""
        shares = self.tables.rows(self.stage.name, **key)
        if any(each["participant"] == participant for each in shares):
            return "it belongs to them, and the rule credits the managers above"
        chains = [self._way(each, self._credited(each)) for each in shares]
        return f"not among the managers credited: {'; '.join(chains)}"

    def _chain(self, share: dict[str, Any]) -> list[str]:
        return [share["participant"] or "nobody", *self._credited(share)]

    def _credited(self, share: dict[str, Any]) -> list[str]:
        """The managers who are credited; or, where none is, everybody on the way up."""
        named = managers_in(share)
        if share["levels"]:
            return named[: share["levels"]]
        return way_in(share) or named

    def _way(self, share: dict[str, Any], credited: list[str]) -> str:
        """The chain up to the last of some: `ana → (mo) → vera`, who takes no level in brackets."""
        return through(share["participant"] or "nobody", way_in(share), credited)

    def _is_of(self, share: dict[str, Any], participant: str) -> bool:
        if participant == "":
            return bool(share["levels"] == 0)
        return share["levels"] > 0 and participant in self._chain(share)[1:]

    def _node(self, share: dict[str, Any], participant: str) -> Node:
        chain, name = self._chain(share), self.stage.name
        level = chain.index(participant, 1) if participant else 0
        because = share["because"]
        about = f"level {level}" if level else on_that_day(OF_CHAIN.get(because, because), because, share)
        moved = bool(share.get("share.adjusted"))
        cut = not moved and (share["share"] != 1 or share["amount"] != share["value"])
        figures: Worked | None = self.cut.figures(share) if cut else None
        words = (about, "adjusted" if moved else self.cut.words(share))
        made = self.tables.definitions(name)["because"]
        return Node(
            "through", self._way(share, chain[1 : level + 1] if level else chain[1:]), self.tables.value(name, "amount", share),
            self.tables.unit(name, "amount", share), "; ".join(word for word in words if word),
            f"value × {self.cut.by(share)}" if cut else "", figures,
            {"level": str(level), "participant": share["participant"], "because": because},
            place(self.stage.span), children=(*remark_nodes(made, self.tables.figures(name, share)), *self.moves.nodes(share)),
        )  # fmt: skip
