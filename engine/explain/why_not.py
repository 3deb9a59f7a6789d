"""Why (not) of one transaction: what every rule of every plan said of it, who got which share of it, and what that paid.

In: a key (its columns joined by ' / ', or the first one where that is unique; before it the source's name, where two
sources have it). Out: a `Node` with a child per credit rule.
A transaction that intake rejected is found in the log by its record; for one that is nowhere, the nearest keys are named.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from engine.explain.adjustment import of_adjustments
from engine.explain.checks.manifest import files_read
from engine.explain.exception import exception_node
from engine.explain.node import Node
from engine.explain.number import worked
from engine.explain.remark import remark_nodes, table_remarks
from engine.explain.tables import Rows, Tables, stands
from engine.explain.why_rule import why_rule
from engine.ir.program import Stage
from engine.ir.types import TEXT
from engine.record.reading import NOT_ROWS

JOINED = " / "
STATES = {
    "credited": "credited", "excluded": "excluded by a rule", "unassigned": "matched, but nobody gets it (or a part of it)",
    "unmatched": "no rule takes it", "exception": "an exception: it can't be decided",
    "out_of_scope": "outside the days that this run computes",
}  # fmt: skip
WAITS = "it waits: it has no credit date yet"
SHOWN = 8
NEAR = 3


def why_not(tables: Tables, transaction: str, participant: str | None = None) -> Node:
    """What became of a transaction. Raises LookupError where the key fits several, or none."""
    found = [(stage, row) for stage in tables.named("states/") for row in _fitting(tables, stage, transaction)]
    if len(found) > 1:
        sources = len({stage.name for stage, _ in found}) > 1
        keys = [f"{_source(stage) + ' ' if sources else ''}{_key(stage, row)}" for stage, row in found[:SHOWN]]
        raise LookupError(
            f"{len(found)} transactions have the key `{transaction}`, or begin with it: {', '.join(keys)}"
            f"{', …' if len(found) > SHOWN else ''}; give the whole key, as in '{keys[0]}'"
        )
    rejected = _rejected(tables, transaction)
    if found:
        return _decided(tables, *found[0], participant, rejected)
    if rejected:
        state = "skipped" if all(row["code"] in NOT_ROWS for row in rejected) else "rejected"
        return Node(
            "transaction", transaction, about=f"{state} at intake, so no rule saw it", inputs={"state": state},
            children=tuple(exception_node(row) for row in rejected),
        )  # fmt: skip
    raise LookupError(f"no transaction `{transaction}`: {_absent(tables, transaction)}")


def _source(stage: Stage) -> str:
    return stage.name.removeprefix("states/")


def _key(stage: Stage, row: dict[str, Any]) -> str:
    return JOINED.join(_text(row[name]) for name in stage.keys)


def _text(value: Any) -> str:
    return worked(value, TEXT, {}).plain


def _fitting(tables: Tables, stage: Stage, transaction: str) -> Rows:
    """Rows of `states/<source>` with that key: whole, or its first column alone; the source's name may stand before it."""
    transaction = transaction.removeprefix(f"{_source(stage)} ")
    parts = [transaction] if len(stage.keys) == 1 else [part.strip() for part in transaction.split(JOINED.strip())]
    if len(parts) not in (1, len(stage.keys)):
        return []
    frame = tables.record.scan(stage.name)
    for name, part in zip(stage.keys, parts, strict=False):
        if tables.schemas[stage.name][name].is_numeric:
            try:
                frame = frame.filter(pl.col(name) == Decimal(part))
            except InvalidOperation:
                return []
        else:
            frame = frame.filter(pl.col(name).cast(pl.String) == part)
    return sorted(tables.collected(stage.name, frame), key=lambda row: _key(stage, row))


def _decided(tables: Tables, stage: Stage, row: dict[str, Any], participant: str | None, rejected: Rows) -> Node:
    """An accepted transaction: its state, its source row, and every rule's word on it."""
    name = _source(stage)
    key = {column: row[column] for column in stage.keys}
    source = tables.row(f"source/{name}", **key) or {}
    matches = tables.row(f"matches/{name}", **key) or {}
    about_source = table_remarks(tables, f"source/{name}", "scope")
    rules = [column for column in row if f"{column}.because" in row]
    children = [why_rule(tables, rule, row, {**source, **matches}, key, participant) for rule in rules]
    types = tables.types(f"source/{name}", source)
    columns = {c: worked(v, types[c], tables.digits).plain for c, v in source.items() if c not in ("file", "row")}
    logged = tables.rows("exceptions", source=name, key=_key(stage, row)) + of_adjustments(tables, rules, key)
    children += [exception_node(each) for each in (*logged, *rejected)]
    if not rules:
        children.append(Node("rule", "no credit rule reads this source"))
    said = remark_nodes(tables.definitions(stage.name)["state"], tables.figures(stage.name, row))
    waits = row["state"] == "out_of_scope" and any(row[f"{rule}.because"] == "undated" for rule in rules)
    stands_as = WAITS if waits else STATES.get(row["state"], row["state"])
    about = f"{stands_as}{_of_others(tables, rules, key, participant)}"
    return Node(
        "transaction", f"{name} {_key(stage, row)}", about=about, inputs={"state": row["state"], **columns},
        source=stands(source), children=(*said, *children, *about_source),
    )  # fmt: skip


def _of_others(tables: Tables, rules: list[str], key: dict[str, Any], participant: str | None) -> str:
    """That nothing of it is of the participant who is asked about, and whose it is."""
    shares = [share for rule in rules for share in tables.rows(f"credits/{rule}", **key)]
    names = sorted({str(share["participant"]) for share in shares if share["participant"]})
    if participant is None or not names or participant in names:
        return ""
    more = f" and {len(names) - NEAR} more" if len(names) > NEAR else ""
    return f"; it names {', '.join(names[:NEAR])}{more}, and {participant} has nothing of it"


def _rejected(tables: Tables, transaction: str) -> Rows:
    """Rows of the log that intake rejected and that hold every part of the key as a word."""
    for source in (_source(stage) for stage in tables.named("states/")):
        transaction = transaction.removeprefix(f"{source} ")
    parts = [re.compile(rf"(?<![\w-]){re.escape(part.strip())}(?![\w-])") for part in transaction.split(JOINED.strip())]
    log = tables.rows("exceptions", stage="intake")
    return [row for row in log if row["record"] and all(part.search(row["record"]) for part in parts)]


def _absent(tables: Tables, transaction: str) -> str:
    """That it isn't there, what is, and what was read."""
    near = _near(tables, transaction)
    if near:
        return f"neither accepted nor rejected; did you mean {', '.join(near)}?"
    scope = tables.row("scope") or {}
    files = sorted({file for names in files_read(tables.record.manifest).values() for file in names})
    shown = ", ".join(files[:SHOWN]) + (", …" if len(files) > SHOWN else "")
    days = f"this run computes {scope.get('scope_start')} to {scope.get('scope_end')}"
    return f"it is in none of the files that this run read, neither accepted nor rejected; {days}, from {shown}"


def _near(tables: Tables, transaction: str) -> list[str]:
    """The first keys that begin as this one does, with as much of it as any key has; none where that is under half."""
    for length in range(len(transaction), len(transaction) // 2, -1):
        begins = pl.col("~key").str.to_lowercase().str.starts_with(transaction[:length].lower())
        found: list[str] = []
        for stage in tables.named("states/"):
            key = pl.concat_str([pl.col(name).cast(pl.String) for name in stage.keys], separator=JOINED).alias("~key")
            frame = tables.record.scan(stage.name).select(key).filter(begins).sort("~key").head(NEAR)
            found += frame.collect()["~key"].to_list()
        if found:
            return found[:NEAR]
    return []
