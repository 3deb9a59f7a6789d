"""Credits: the shares that a rule gave a participant, each with its transaction's file and row, under the rule that did."""

from decimal import Decimal
from functools import reduce
from typing import Any

from engine.core.money import EXACT, plain
from engine.explain.adjustment import Moves
from engine.explain.look_up import look_up_node
from engine.explain.node import ABOVE, Node, Worked
from engine.explain.number import worked
from engine.explain.remark import inputs_of, remark_node, table_remarks
from engine.explain.roll_up import Below
from engine.explain.selection import Selection
from engine.explain.share import Cut
from engine.explain.stages import Taken, definitions, origin
from engine.explain.tables import Rows, Tables, place, says, stands
from engine.explain.values_on import as_of, day_nodes, day_words, later_nodes, noted_day
from engine.ir.expr import Call, Case
from engine.ir.program import Stage
from engine.ir.types import RATE
from engine.ir.walk import refs, scans


class Rule:
    """A credit rule as its stage `credits/<plan>.<rule>` shows it."""

    def __init__(self, tables: Tables, stage: Stage):
        self.tables, self.stage = tables, stage
        self.name = stage.name.removeprefix("credits/")
        self.keys = stage.keys[:-1]
        below = tables.stages.get(f"shares/{self.name}")
        self.below = Below(tables, below) if below is not None else None
        self.belongs = below or stage
        self.cut = Cut(tables, self.belongs)
        self.moves = Moves(tables, self.name, self.keys)
        prepared = next(name for name in scans(stage.table) if name.startswith("prepared/"))
        self.source = prepared.replace("prepared/", "source/", 1)
        self.prepared = prepared
        self.matches = prepared.replace("prepared/", "matches/", 1)
        made = tables.definitions(prepared)
        self.converted = made.get(f"{self.name}.value") if f"{self.name}.row_value" in made else None
        self.value = made[f"{self.name}.row_value" if self.converted is not None else f"{self.name}.value"]
        self.where = made.get(f"{self.name}.where")
        mark = f"{self.name}.exclude."
        self.exclude = {name.removeprefix(mark): made[name] for name in reversed(made) if name.startswith(mark)}

    def looked_up(self, row: dict[str, Any]) -> dict[str, Any]:
        """What the look-up tables came to that the rule's value reads."""
        if not any(name.startswith(f"{self.name}.") for name in refs(self.value.expr)):
            return {}
        found = self.tables.row(self.matches, **{key: row[key] for key in self.keys}) or {}
        return {name: value for name, value in found.items() if name.startswith(f"{self.name}.")}

    @property
    def note(self) -> str | None:
        """What the plan notes beside the rule."""
        about = self.stage.about
        return None if about.startswith("shares credited by `") else about or None

    def sentence(self) -> str:
        """Whom it takes and what it counts, as the plan says it."""
        words = [f"value {says(self.value)}"]
        if self.converted is not None:
            words.append(f"in the plan's currency {says(self.converted)}")
        if self.where is not None:
            words.append(f"where {says(self.where)}")
        words += [f"except {name} ({says(made)})" for name, made in self.exclude.items()]
        return "; ".join(words)

    def who(self) -> str:
        """How it finds the participant."""
        made = definitions(self.belongs.table).get("participant")
        named = made is not None and made.formula
        own_day = "values_on" in self.tables.schemas[self.belongs.name]
        day = "the day of its values" if own_day else "the credit date"
        found = f"column {made.formula}" if made is not None and named else f"assignment in force on {day}"
        return found if self.below is None else f"managers of {'those in the ' if named else 'the '}{found}"

    def said(self) -> tuple[Node, ...]:
        """What is noted beside whom it credits, and about the sources that it reads; once in a tree."""
        if self.tables.listed("said", self.stage.name):
            return ()
        made = self.tables.definitions(self.belongs.name)
        remarks = (*made["amount"].remarks, *(made["levels"].remarks if self.below is not None else ()))
        assigned = table_remarks(self.tables, *inputs_of(self.tables, self.belongs.name))
        source = table_remarks(self.tables, self.source, columns=self.reads())
        read = scans(self.tables.stages[self.prepared].table) if self.converted is not None else ()
        rates = (name.replace("rates/", "source/", 1) for name in read if name.startswith("rates/"))
        exchange = table_remarks(self.tables, *rates)
        day = noted_day(self.tables, self.prepared, self.name)
        return (*(remark_node(remark) for remark in remarks), *day, *assigned, *source, *exchange)

    def reads(self) -> frozenset[str]:
        """Columns of the source that the rule, or what is paid on its credits, reads."""
        formulas = [self.value, *self.exclude.values(), *((self.where,) if self.where is not None else ())]
        taken = (origin(self.stage.table, name) for name in self.tables.schemas[self.stage.name])
        read = {each.column for each in taken if isinstance(each, Taken)}
        return frozenset(read).union(*(refs(made.expr) for made in formulas))

    def key(self, row: dict[str, Any]) -> str:
        """The transaction's key as one text."""
        return " / ".join(str(row[name]) for name in self.keys)

    def keys_of(self, rows: Rows) -> frozenset[tuple[Any, ...]]:
        """Keys of shares: a transaction and a participant each."""
        return frozenset(tuple(row[key] for key in self.stage.keys) for row in rows)

    def credited(self, chosen: Selection | None, **values: Any) -> Rows:
        """Shares with these values that a reader chooses, by credit date and key."""
        rows = self.tables.rows(self.stage.name, **values)
        if chosen is not None:
            rows = chosen.kept(rows, self.tables.schemas[self.stage.name])
        return sorted(rows, key=lambda row: (row["credit_date"], *(str(row[name]) for name in self.keys)))

    def transactions(self, rows: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The source rows of some shares, by key."""
        return self._of_transactions(self.source, rows)

    def exchanges(self, rows: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
        """What the rule said of these transactions, by key, where it exchanges their values."""
        return {} if self.converted is None else self._of_transactions(self.matches, rows)

    def _of_transactions(self, table: str, rows: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
        if not rows:
            return {}
        import polars as pl

        first = self.keys[0]
        wanted = pl.Series(sorted({row[first] for row in rows}))
        frame = self.tables.record.scan(table).filter(pl.col(first).is_in(wanted.implode()))
        found = self.tables.collected(table, frame)
        return {tuple(row[name] for name in self.keys): row for row in found}


def rule_head(rule: Rule) -> Node:
    """A rule without its shares: whom it takes, what it counts, and what is noted beside it."""
    return Node(
        "rule", f"rule {rule.name.partition('.')[2]}", formula=rule.sentence(), inputs={"to": rule.who()},
        span=place(rule.stage.span), note=rule.note, children=rule.said(),
    )  # fmt: skip


def rule_node(rule: Rule, rows: Rows, counted: bool, away: Rows) -> Node:
    """A rule with the shares it gave, in order of credit date, and those that adjustments moved `away`.

    A list that was shown before is not repeated.
    """
    kind = rule.tables.schemas[rule.stage.name]["amount"]
    total = reduce(EXACT.add, (row["amount"] for row in rows), Decimal(0))
    value = Worked(str(len(rows)), f"{len(rows):,}") if counted else worked(total, kind, rule.tables.digits)
    about = f"{len(rows):,} credit{'' if len(rows) == 1 else 's'}"
    sentence, note, children = rule.sentence(), rule.note, tuple[Node, ...]()
    if rows and rule.tables.listed(rule.stage.name, rule.keys_of(rows)):
        about, sentence, note = f"{about}{ABOVE}", "", None
    else:
        sources, exchanges = rule.transactions(rows), rule.exchanges(rows)
        children = (*rule.said(), *(credit_node(rule, row, sources, exchanges) for row in rows))
    if away and not rule.tables.listed("away", rule.stage.name, rule.keys_of(away)):
        children += tuple(_away(rule, row) for row in away)
    return Node(
        "rule", f"rule {rule.name.partition('.')[2]}", value, "" if counted else kind.currency or "", about,
        sentence, None, {"credits": str(len(rows)), "to": rule.who()}, place(rule.stage.span), note,
        children=children,
    )  # fmt: skip


def credit_node(
    rule: Rule,
    row: dict[str, Any],
    sources: dict[tuple[Any, ...], dict[str, Any]],
    exchanges: dict[tuple[Any, ...], dict[str, Any]],
) -> Node:
    """One share: the value of its transaction, its exchange, the share of it, and where the transaction stands."""
    tables, name = rule.tables, rule.stage.name
    source = sources.get(tuple(row[key] for key in rule.keys))
    figures: Worked | None = None
    formula = says(rule.value)
    inputs = {"credit_date": str(row["credit_date"]), **as_of(row)}
    matched = rule.looked_up(row)
    if source is not None:
        read = tables.figures(rule.source, source)
        read.row, read.types = {**read.row, **matched}, {**read.types, **tables.schemas[rule.matches]}
        figures = read.worked(rule.value.expr)
        figures = None if figures == tables.value(name, "amount", row) else figures
        inputs |= {c: _plain(tables, rule.source, c, source) for c in sorted(refs(rule.value.expr)) if c in source}
    share, about = row["share"], rule.cut.words(row)
    if rule.below is not None:
        about = f"level {tables.value(name, 'level', row).plain}"
    if share is not None and (share != 1 or row["amount"] != row["value"]):
        inputs["share"] = worked(share, RATE, tables.digits).plain
        formula, figures = f"value × {rule.cut.by(row)}", rule.cut.figures(row)
    if row.get("share.adjusted"):
        formula, figures, about = adjusted_words(rule, row)
    if rule.below is not None and figures is not None and share != 1:
        formula, figures = "Σ of what came through", None
    about = "; ".join(word for word in (about, *day_words(row)) if word)
    names = [name for name in sorted(refs(rule.value.expr)) if name in matched]
    looked_up = [look_up_node(tables, rule.matches, name, matched) for name in names]
    return Node(
        "credit", f"{rule.key(row)} · {row['credit_date']}", tables.value(name, "amount", row),
        tables.unit(name, "amount", row), about, formula, figures, inputs, source=stands(source or {}),
        children=(
            *(n for n in looked_up if n),
            *later_nodes(tables, rule.prepared, rule.name, rule.source, source),
            *day_nodes(tables, rule.stage, row),
            *exchange_nodes(rule, row, exchanges),
            *(rule.below.nodes(row) if rule.below is not None else rule.moves.nodes(row)),
        ),
    )  # fmt: skip


def _away(rule: Rule, row: dict[str, Any]) -> Node:
    """A share of which adjustments left nothing."""
    about = "no credit any more: adjustments left nothing of it"
    children = rule.moves.nodes(row)
    return Node("credit", f"{rule.key(row)} · {row['credit_date']}", about=about, children=children)


def adjusted_words(rule: Rule, row: dict[str, Any]) -> tuple[str, Worked | None, str]:
    """Of a share that adjustments changed: its formula, that with figures, what to say of it."""
    stage, digits = rule.belongs.name, rule.tables.digits
    kind = rule.tables.types(stage, row)["amount"]
    before, change = worked(rule.moves.before(row), kind, digits), worked(abs(row["share.adjusted"]), kind, digits)
    sign = "+" if row["share.adjusted"] > 0 else "−"
    both = Worked(f"{before.plain} {sign} {change.plain}", f"{before.grouped} {sign} {change.grouped}")
    return "what it was before + adjustments", both, "adjusted"


def exchange_nodes(
    rule: Rule, row: dict[str, Any], exchanges: dict[tuple[Any, ...], dict[str, Any]]
) -> tuple[Node, ...]:
    """How the value of a transaction in another currency became money of the plan's."""
    said = exchanges.get(tuple(row[key] for key in rule.keys))
    if rule.converted is None or said is None:
        return ()
    rates = {n: said[f"{rule.name}.{n}"] for n in ("rate_to_row", "rate_to_plan") if f"{rule.name}.{n}" in said}
    if all(rate is None for rate in rates.values()):
        return ()
    made = rule.converted.expr
    assert isinstance(made, Call) and isinstance(made.args[0], Case)
    tables, column = rule.tables, f"{rule.name}.value"
    figures = tables.figures(rule.matches, said).worked(made.args[0].branches[0][1])
    days = (said[f"{rule.name}.{name}_since"] for name in rates)
    since = " and ".join(dict.fromkeys(f"of {day}" for day in days if day is not None))
    return (
        Node(
            "exchange", "exchange", tables.value(rule.matches, column, said), tables.unit(rule.matches, column, said),
            f"at the rate{'s' if len(rates) > 1 else ''} {since}", rule.converted.formula or "", figures,
            {name: plain(rate) for name, rate in rates.items() if rate is not None}, place(rule.converted.span),
            rule.converted.note,
        ),
    )  # fmt: skip


def _plain(tables: Tables, table: str, column: str, row: dict[str, Any]) -> str:
    return tables.value(table, column, row).plain if column in row else ""
