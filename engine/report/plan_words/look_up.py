"""Look-up tables in sentences, and their rows as a table."""

from collections.abc import Iterable
from decimal import Decimal

from engine.plan.look_up import Dimension, Key, LookUp, Value, shown
from engine.report.plan_words.number import grouped, listed, percent, value
from engine.report.plan_words.sentence import Sentence

MOST = 200
"""Rows that are shown."""


def look_up_sentences(table: LookUp, digits: int) -> Iterable[Sentence]:
    """What it is looked up by, and what no row says."""
    by = listed([_by(each) for each in table.dimensions])
    yield Sentence(f"`{table.name}` is looked up by {by}.", table.span, table.note)
    for each in table.dimensions:
        if each.note is not None:
            reads = "counts as it is" if each.name == each.words else f"is {each.words}"
            yield Sentence(f"{each.name[0].upper()}{each.name[1:]} {reads}.", each.span, each.note)
        if each.boundary is not None:
            side = "above" if each.boundary.value == "upper" else "below"
            words = f"A value exactly on a bound of {each.name} is in the band {side} it."
            yield Sentence(words, each.boundary.span, each.boundary.note)
    if any(key is None for row in table.rows for key in row.keys):
        yield Sentence("`else` is whatever no other row says, beside the same in the columns before it.")
    said = table.missing
    if said is not None:
        unknown = "it is not known, and neither is what reads it"
        words = unknown if said.value is None else f"it is {value(said.value, table.type, digits)}"
        yield Sentence(f"Where no row is for something, {words}.", said.span)
    if len(table.rows) > MOST:
        yield Sentence(f"Of its {len(table.rows):,} rows here are the first {MOST}.")


def look_up_rows(table: LookUp, digits: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The names of its columns, and its rows."""
    noted = any(row.note for row in table.rows)
    rows = tuple(
        (
            *(key_words(each, key) for each, key in zip(table.dimensions, row.keys, strict=True)),
            value(row.value, table.type, digits),
            *((row.note or "",) if noted else ()),
        )
        for row in table.rows[:MOST]
    )
    return (*(each.name for each in table.dimensions), table.type.dtype, *(("note",) if noted else ())), rows


def _by(each: Dimension) -> str:
    said = [*([each.words] if each.words != each.name else []), *(["in bands"] if each.band else [])]
    return f"{each.name} ({', '.join(said)})" if said else each.name


def key_words(each: Dimension, key: Key | None) -> str:
    """What a row asks of a dimension."""
    if key is None:
        return "else"
    start = _shown(each, key.value)
    if not each.band:
        return start
    return f"from {start}" + ("" if key.to is None else f" to {_shown(each, key.to)}")


def _shown(each: Dimension, value_: Value) -> str:
    if not isinstance(value_, Decimal):
        return shown(value_)
    return percent(value_) if each.type.dtype == "rate" else grouped(shown(value_))
