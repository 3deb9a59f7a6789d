"""The adjustments of a run: what each moved, who approved it, when and why, and what it did to pay.

In: a run. Out: a row for each adjustment and credit rule that takes it, as data and as a page. What one did to pay is what the
run pays less what it would pay without that row: its program is run again on its own rows but that one.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from engine.backends.polars import compile_program
from engine.core.money import EXACT, plain
from engine.core.progress import doing
from engine.explain.number import worked
from engine.explain.stages import Taken, origin
from engine.explain.tables import Tables
from engine.ir.program import Stage
from engine.ir.types import RATE, money
from engine.record import Record
from engine.report.document import Grid, Part, Section
from engine.report.plan_words.sentence import Sentence

Entry = dict[str, Any]
LINE = ("participant", "plan", "earning_code", "currency")
SAID = ("approved_by", "approved_on", "reason")
COLUMNS = ("adjustment", "transaction", "from", "to", "share", "rule", "before", "moved", "approved", "reason", "row")


def adjustments(record: Record, pay: bool) -> list[Entry]:
    """All of them, in the order of their keys; with `pay` what each did to every line of the payouts."""
    tables, found = Tables(record), list[Entry]()
    effects: dict[tuple[str, str], list[Entry]] = {}
    for stage in tables.named("adjustments/"):
        source = origin(stage.table, stage.keys[0])
        assert isinstance(source, Taken)
        for row in tables.rows(stage.name):
            said = tables.row(source.table, **{key: row[key] for key in stage.keys}) or {}
            entry = _entry(tables, stage, source.table, row, said)
            if pay:
                which = (source.table, entry["adjustment"])
                if which not in effects:
                    doing(f"calculating without adjustment {entry['adjustment']}")
                    effects[which] = _effect(record, source.table, {key: row[key] for key in stage.keys})
                entry["pay"] = effects[which]
            found.append(entry)
    return sorted(found, key=lambda entry: (entry["source"], entry["adjustment"]))


def _entry(tables: Tables, stage: Stage, source: str, row: dict[str, Any], said: dict[str, Any]) -> Entry:
    transaction = [name for name in row if name not in (*stage.keys, *OWN)]
    kind = tables.types(stage.name, row)["amount"]
    return {
        "source": source.removeprefix("source/"),
        "adjustment": " / ".join(str(row[key]) for key in stage.keys),
        "transaction": " / ".join(str(row[name]) for name in transaction),
        "from": row["from_participant"],
        "to": row["to_participant"],
        "share": row["share"],
        "rule": stage.name.removeprefix("adjustments/"),
        "before": row["before"],
        "moved": row["amount"],
        "currency": kind.currency or "",
        "because": row["because"],
        **{name: said.get(name) for name in SAID},
        "row": f"{said['file']}:{said['row']}" if said.get("file") is not None else "",
    }


OWN = ("from_participant", "to_participant", "share", "before", "amount", "credited_share", "because")
"""The columns of the table beside the keys of the adjustment and of its transaction."""


def _effect(record: Record, source: str, key: dict[str, Any]) -> list[Entry]:
    """What the payouts are more, or less, than without one row of a source."""
    program = record.program()
    frames = {name: record.scan(name) for name in program.inputs}
    others = pl.any_horizontal(pl.col(name) != value for name, value in key.items())
    frames[source] = frames[source].filter(others)
    without = _paid(compile_program(program).run(frames, ["payouts"])["payouts"])
    now = _paid(record.table("payouts"))
    changes = {
        line: EXACT.subtract(now.get(line, Decimal(0)), without.get(line, Decimal(0)))
        for line in sorted({*now, *without})
    }
    return [{**dict(zip(LINE, line, strict=True)), "amount": change} for line, change in changes.items() if change]


def _paid(payouts: pl.DataFrame) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = {}
    for *line, amount in payouts.select(*LINE, "amount").iter_rows():
        found[tuple(line)] = EXACT.add(found.get(tuple(line), Decimal(0)), amount or Decimal(0))
    return found


def as_data(record: Record, found: list[Entry]) -> dict[str, Any]:
    """As JSON: decimals and days as plain texts."""
    return {"run": record.id, "period": record.period, "adjustments": [_plain(entry) for entry in found]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return (
        plain(value) if isinstance(value, Decimal) else value if value is None or isinstance(value, str) else str(value)
    )


def page(record: Record, found: list[Entry]) -> list[Section]:
    """As a page for a terminal."""
    digits, pay = Tables(record).digits, any("pay" in entry for entry in found)
    title = f"{record.manifest['workspace']} · {record.period} · run {record.id}"
    if not found:
        return [Section(title, 2, (Sentence("no adjustments"),))]
    columns = (*COLUMNS, "pay") if pay else COLUMNS
    rows = tuple(tuple(_cells(entry, digits, pay)) for entry in found)
    parts: tuple[Part, ...] = (Grid("adjustments", columns, rows, frozenset({4, 6, 7})),)
    return [Section(title, 2, parts)]


def _cells(entry: Entry, digits: dict[str, int], pay: bool) -> Iterator[str]:
    yield from (entry["adjustment"], entry["transaction"], entry["from"] or "nobody", entry["to"] or "nobody")
    yield worked(entry["share"], RATE, digits).grouped
    yield entry["rule"]
    yield _amount(entry["before"], entry["currency"], digits)
    yield f"nothing: {entry['because']}" if entry["because"] else _amount(entry["moved"], entry["currency"], digits)
    yield f"{entry['approved_by']}, {entry['approved_on']}" if entry["approved_by"] else ""
    yield from (entry["reason"] or "", entry["row"])
    if pay:
        yield "; ".join(_line(line, digits) for line in entry["pay"]) or "nothing"


def _amount(value: Decimal | None, currency: str, digits: dict[str, int]) -> str:
    if value is None:
        return ""
    return worked(value, money(currency), digits).grouped if currency else plain(value)


def _line(line: Entry, digits: dict[str, int]) -> str:
    sign = "+" if line["amount"] > 0 else ""
    return f"{line['participant']} {sign}{_amount(line['amount'], line['currency'], digits)} {line['currency']}"
