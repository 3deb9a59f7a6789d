"""What one credit rule said of one transaction: the condition that decided, with the values it read, and the shares."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.explain.because import OF_TRANSACTION
from engine.explain.formula import Figures, in_names
from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.remark import remark_nodes
from engine.explain.tables import Tables, place, says
from engine.explain.values_on import on_that_day
from engine.explain.why_share import share_nodes
from engine.ir.expr import Call, Case, Expr, Lit
from engine.ir.table import Def
from engine.ir.types import TEXT
from engine.ir.walk import refs, scans


def why_rule(
    tables: Tables, name: str, states: dict[str, Any], row: dict[str, Any], key: dict[str, Any], participant: str | None
) -> Node:
    """The word of `<plan>.<rule>` on a transaction. `row`: its source columns and what `matches/<source>` says of it."""
    return _Said(tables, name, row).node(states[name], states[f"{name}.because"], key, participant)


def _words(branches: Iterable[tuple[Expr, Expr]]) -> dict[Any, Expr]:
    """Each word by which a rule does not take a transaction, with its condition."""
    return {word.value: holds for holds, word in branches if isinstance(word, Lit)}


class _Said:
    """A rule and a transaction."""

    def __init__(self, tables: Tables, name: str, row: dict[str, Any]):
        self.tables, self.name, self.row = tables, name, row
        self.plan, _, self.rule = name.partition(".")
        self.stage = tables.stages[f"credits/{name}"]
        prepared = next(scan for scan in scans(self.stage.table) if scan.startswith("prepared/"))
        self.made = tables.definitions(prepared)
        self.source = prepared.replace("prepared/", "source/", 1)
        scope = tables.row("scope") or {}
        matches = tables.schemas[self.source.replace("source/", "matches/", 1)]
        schema = {**matches, **tables.types(self.source, row), **tables.schemas["scope"]}
        self.figures = Figures({**row, **scope}, schema, tables.digits)

    def node(self, state: str, because: str, key: dict[str, Any], participant: str | None) -> Node:
        """State, cause in words, and the deciding conditions or the shares beneath."""
        matched = self.row.get(f"{self.name}.state") == "matched"
        because = because or (state if state == "out_of_scope" else "")
        shares = share_nodes(self.tables, self.stage, key, participant) if matched else ()
        about = self._shared(because) if matched else self._because(because)
        said = remark_nodes(self.made[f"{self.name}.because"], self.figures)
        said += remark_nodes(self.made.get(f"{self.name}.values_on"), self.figures)
        children = (*said, *(shares if matched else self._conditions(because)))
        note = None if self.stage.about.startswith("shares credited by `") else self.stage.about
        return Node(
            "rule", f"plan {self.plan} · rule {self.rule}: {state.replace('_', ' ')}", about=about, span=place(self.stage.span),
            inputs={"state": state, "because": because}, note=note, children=children,
        )  # fmt: skip

    def _shared(self, because: str) -> str:
        """Why it ended so though the rule takes it."""
        day = {"values_on": self.row.get(f"{self.name}.values_on"), "credit_date": None}
        return on_that_day(OF_TRANSACTION.get(because, ""), because, day)

    def _because(self, because: str) -> str:
        """Why the rule does not take it."""
        words = {
            "out_of_scope": "its credit date is outside the days that this run computes",
            "plan_not_in_force": "the plan is not in force on its credit date",
            "where": "the rule's condition is not met",
            "no_value": "a formula of the rule has no value for it (a division by zero, an empty value, or out of bounds)",
            "first": f"an earlier rule takes it (hit policy: first): {self._candidates()}",
            "several_rules": f"several rules take it (hit policy: unique): {self._candidates()}",
            "other_currency": f"it is in another currency than the plan: {self._currency()}",
            "undated": self._undated(),
            "dated_later": "the day as of which its values are read lies after its credit date",
            "no_exchange_rate": f"there is no exchange rate for it: {self._currency()}",
        }  # fmt: skip
        return words.get(because, f"excluded by the condition `{because}`")

    def _undated(self) -> str:
        """What becomes of it without a credit date."""
        waits = self.row.get(f"{self.name}.state") == "out_of_scope"
        return "it waits: it has no credit date yet" if waits else "it has no credit date, so it is of no period"

    def _conditions(self, because: str) -> tuple[Node, ...]:
        """The conditions that decided, with the values that they read."""
        opened = self.made[f"{self.name}.open"].expr
        branches = opened.branches if isinstance(opened, Case) else ()
        if because in ("out_of_scope", "plan_not_in_force", "undated"):
            return (self._condition(_words(branches)[because], None),)
        if because == "dated_later":
            return (self._condition(_words(self._branches())[because], None),)
        made = self.made.get(f"{self.name}.{'where' if because == 'where' else f'exclude.{because}'}")
        if because == "no_value":
            return self._unknown()
        if made is None:
            return ()
        if because != "where":
            return (self._condition(made.expr, made),)
        parts = made.expr.args if isinstance(made.expr, Call) and made.expr.fn == "and" else (made.expr,)
        return tuple(self._condition(part, made) for part in parts if self.figures.value(part) is not True)

    def _condition(self, expr: Expr, made: Def | None) -> Node:
        """A condition and what its columns held: `status == "posted"` — status was "draft"."""
        types = self.figures.types
        read = {
            c: worked(self.figures.row[c], types.get(c, TEXT), self.tables.digits, True) for c in sorted(refs(expr))
        }
        said = ", ".join(f"{column} was {value.grouped}" for column, value in read.items())
        return Node(
            "condition", in_names(expr), about=said, inputs={c: v.plain for c, v in read.items()},
            span=place(made.span) if made is not None else None, note=made.note if made is not None else None,
        )  # fmt: skip

    def _unknown(self) -> tuple[Node, ...]:
        """The formulas of the rule that have no value."""
        mark = f"{self.name}."
        wanted = {
            n: d
            for n, d in self.made.items()
            if n.startswith((f"{mark}where", f"{mark}exclude.", f"{mark}value", f"{mark}row_value"))
        }
        nodes = []
        for name, made in wanted.items():
            if name in self.row and self.row[name] is None:
                node = self._condition(made.expr, made)
                nodes.append(replace(node, title=says(made)))
        return tuple(nodes)

    def _candidates(self) -> str:
        """The plan's other rules that take the transaction, here or in a run of another period."""
        mine = [n for n in self.tables.stages if n.startswith(f"credits/{self.plan}.") and n != self.stage.name]
        names = [n.removeprefix("credits/") for n in mine]
        taken = ("", "first", "several_rules", "dated_later", "other_currency", "no_exchange_rate")
        away = {"out_of_scope": " in another period", "undated": " once it has its day"}
        found = []
        for name in names:
            because = self.row.get(f"{name}.because", "where")
            if self.row.get(f"{name}.takes", because in taken):
                found.append(name.partition(".")[2] + away.get(because, ""))
        return ", ".join(found)

    def _branches(self) -> tuple[tuple[Expr, Expr], ...]:
        """Each condition for which the rule does not take it, with the word for it."""
        made = self.made[f"{self.name}.because"].expr
        return made.branches if isinstance(made, Case) else ()

    def _currency(self) -> str:
        """The column that says the currency, and what it holds."""
        conditions = [
            c
            for c, word in self._branches()
            if isinstance(word, Lit) and word.value in ("other_currency", "no_exchange_rate")
        ]
        read = sorted(name for name in refs(conditions[0]) if "." not in name) if conditions else []
        return ", ".join(f'{column} was "{self.row.get(column)}"' for column in read)
