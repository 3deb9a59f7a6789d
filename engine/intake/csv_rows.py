"""A CSV file → its records as text columns, and the records that are not records.

One physical line is one record, so a stray quote costs one row and never the rest of the file; a field may be quoted
(`"a, b"`, `""` for a quote) but holds no line end, unless the source says `records: quoted`. Lines without any content
(blank, or nothing but delimiters, as spreadsheets leave below a table) are no rows. Nothing is inferred: every column is
text here.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.intake.beside import RECORD
from engine.intake.header import every_column, header_of, places
from engine.intake.lines import lines_of
from engine.intake.parse import trimmed
from engine.intake.rejects import IntakeError
from engine.intake.skip import SKIP, skip_of
from engine.plan.workspace import Source

LONGEST_LINE = 1 << 20
"""Characters; a longer record is refused, whatever is in it."""
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
BAD = {"code": pl.String, "row": pl.Int64, "found": pl.String, "record": pl.String}


@dataclass(frozen=True)
class RawRows:
    """`rows`: columns named as the source names them, with `row` and `~record`; `bad`: code, row, found, record of the others.

    `read`: how many rows there were.
    """

    rows: pl.DataFrame
    bad: pl.DataFrame
    read: int


def csv_rows(path: Path, name: str, source: Source, every: bool = False) -> RawRows:
    """Read one CSV file of a source. `name` is what messages call it; `every` column, or those of the source."""
    lines = lines_of(path, name, source.encoding)
    lines = lines.slice(source.header_row - 1)
    if lines.height == 0:
        message = f"the file has no line {source.header_row}, where the header should stand"
        raise IntakeError("X002", name, message, f"correct `header_row:` of source `{source.name}`")
    if source.records == "quoted":
        lines = _joined(lines, name)
    places = _places(lines, name, source, every)
    escaped = f"\\{source.delimiter}" if source.delimiter == "|" else source.delimiter
    body = lines.slice(1).filter(pl.col("line").str.contains(rf"[^\s{escaped}]"))
    sane = (pl.col("line").str.len_chars() <= LONGEST_LINE) & ~pl.col("line").str.contains("[\\x00\ufffd]")
    records, stray = _cut(body.filter(sane), source.delimiter)
    width = pl.col("fields").list.len()
    right = width == places.width
    count = width.cast(pl.String) + f" fields, the header has {places.width}"
    columns = [pl.col("fields").list.get(place, null_on_oob=True).alias(column) for column, place in places.of.items()]
    short = [] if every else _skipped(records.filter(width < places.width).select("row", *columns), source)
    taken = right | pl.col("row").is_in(short) if short else right
    bad = [_bad(body.filter(~sane), "X003"), _bad(stray, "X004"), _bad(records.filter(~taken), "X005", count)]
    rows = records.filter(taken).select("row", pl.col("line").alias(RECORD), *columns)
    return RawRows(rows, pl.concat(bad), body.height)


def _skipped(short: pl.DataFrame, source: Source) -> list[int]:
    """Lines with too few fields that the source skips: remarks have no delimiters. What a line lacks is not empty there."""
    if not source.skip:
        return []
    found = short.select("row", *skip_of(source, lambda name: trimmed(name, ascii=False), lambda _: pl.lit(False)))
    return found.filter(pl.col(SKIP).is_not_null())["row"].to_list()


def _cut(lines: pl.DataFrame, mark: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines with their `fields`, in order of `row`; and the lines whose quotes are not right."""
    quoted = pl.col("line").str.contains('"', literal=True)
    plain = lines.filter(~quoted).with_columns(pl.col("line").str.split(mark).alias("fields"))
    escaped = f"\\{mark}" if mark == "|" else mark
    pattern = f'{escaped}("(?:[^"]|"")*"|[^{escaped}"]*)'
    cut = lines.filter(quoted).with_columns((pl.lit(mark) + pl.col("line")).alias("whole"))
    cut = cut.with_columns(pl.col("whole").str.extract_all(pattern).alias("fields"))
    whole = pl.col("fields").list.join("") == pl.col("whole")
    unquoted = pl.element().str.slice(1).str.replace(r'^"((?s:.*))"$', "${1}").str.replace_all('""', '"', literal=True)
    fine = cut.filter(whole).select("line", "row", pl.col("fields").list.eval(unquoted))
    records = pl.concat([plain, fine]).sort("row") if fine.height else plain
    return records, cut.filter(~whole).select("line", "row")


def _joined(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """Physical lines → records that may run over several: one begins where no quote is open. `row`: its first line."""
    quotes = pl.col("line").str.count_matches('"', literal=True).cast(pl.Int64)
    opened = lines.with_columns((quotes.cum_sum() - quotes).mod(2).alias("open"))
    numbered = opened.with_columns((pl.col("open") == 0).cum_sum().alias("record"))
    if lines.select(quotes.sum() % 2).item() == 1:
        first = numbered.filter(pl.col("record") == pl.col("record").max()).item(0, "row")
        raise IntakeError(
            "X004", f"{name}:{first}", "a quoted field is opened in this row, or in one before it, and never closed",
            "mend the quotes in the export; with `records: lines` such a row costs no other",
        )  # fmt: skip
    grouped = numbered.group_by("record", maintain_order=True).agg(pl.col("line").str.join("\n"), pl.col("row").first())
    return grouped.select("line", "row")


def _bad(lines: pl.DataFrame, code: str, found: pl.Expr | None = None) -> pl.DataFrame:
    shown = pl.col("line").str.slice(0, 200) if found is None else found
    return lines.select(
        pl.lit(code).alias("code"), pl.col("row"), shown.alias("found"), pl.col("line").str.slice(0, 10_000).alias("record")
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- header


@dataclass(frozen=True)
class _Places:
    """How many columns a file has, and at which place each of the source's stands."""

    width: int
    of: dict[str, int]


def _places(lines: pl.DataFrame, name: str, source: Source, every: bool) -> _Places:
    """Where the source's columns are; the header holds each of them once."""
    where, line = f"{name}:{lines.item(0, 'row')}", str(lines.item(0, "line"))
    if "\x00" in line or "\ufffd" in line:
        raise IntakeError(
            "X002", where, f"the header is not text in {source.encoding}",
            "say `encoding:`; Excel's “Unicode Text” is utf-16, “CSV” without more is often windows-1252",
        )  # fmt: skip
    if len(line) > LONGEST_LINE:
        raise IntakeError("X003", where, f"the header has {len(line):,} characters", "export fewer columns")
    records, _ = _cut(lines.head(1), source.delimiter)
    if records.height == 0:
        raise IntakeError("X004", where, "a stray quote in the header", "mend the first line of the export")
    header = header_of(str(field) for field in records.item(0, "fields"))
    source = every_column(source, header) if every else source
    return _Places(len(header), places(header, where, source, lambda: _hint(header, line, source)))


def _hint(header: list[str], line: str, source: Source) -> tuple[str, str] | None:
    """A header that another mark separates: what to say of it, and what to do."""
    other = next((mark for mark in DELIMITERS if mark != source.delimiter and mark in line), None)
    if len(header) > 1 or other is None:
        return None
    said = DELIMITERS[source.delimiter]
    return (
        f"the header is one field, the source says {said} separates them",
        f"the file looks separated by {DELIMITERS[other]}: say `delimiter: {other!r}` in source `{source.name}`",
    )
