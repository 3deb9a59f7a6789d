"""One source: its files read, typed and judged. accepted + rejected + skipped = rows read, to the row, per file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from engine.backends.key_order import ordered
from engine.backends.ranges import Ranges
from engine.core import fingerprint
from engine.intake.beside import COLUMN, DROP, FOUND, INDEX, RECORD, UNKEYED
from engine.intake.contract import FIRST_DAY, LAST_DAY, UNSAFE, judged, with_open_dates
from engine.intake.control import Found, Totals, counted, totals
from engine.intake.csv_rows import RawRows, csv_rows
from engine.intake.database.rows import database_rows, named
from engine.intake.files import files_of, missing_periods, shown
from engine.intake.knowledge import LATER, not_yet_known
from engine.intake.misread import Look, looks_of, misreads_of
from engine.intake.parquet_rows import parquet_rows
from engine.intake.parse import DECIMAL
from engine.intake.rejects import LOSES_NOTHING, REJECTS, IntakeError, empty
from engine.intake.skip import SKIP, code_of, column_of, found_in
from engine.intake.text_rows import typed_rows
from engine.intake.xlsx_rows import xlsx_rows
from engine.plan.workspace import Column, Source
from engine.record.controls import CONTROLS
from engine.record.misread import no_misreads
from engine.record.reading import NOT_ROWS, FileRead

NO_TEXT = pl.lit(None, pl.String)
NO_TOTALS = Totals(pl.DataFrame(schema=CONTROLS))


@dataclass(frozen=True)
class SourceRead:
    """`rows`: the accepted rows with `file` and `row`; `rejects`: the log of the others; `files`: the count per file.

    `doubtful`: rejected and skipped rows of which some columns could be read, typed, null in those at fault. `missing`: periods
    without a file. `controls`: what the export says of itself, and what was found; `control_files`: the sha256 of the files that
    say it. `ranges`: of a source that is too large to hold; its rows stand in these parts on the draft's shelf of inputs, and
    none in `rows`. `misread`: columns of numbers that may be read as a thousandth of what they are. `skipping`: by which of the
    items of `skip_rows`, by their number, some row is skipped.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    doubtful: pl.DataFrame
    files: tuple[FileRead, ...]
    missing: tuple[str, ...]
    controls: pl.DataFrame
    ranges: Ranges | None = None
    control_files: Mapping[str, str] = field(default_factory=dict)
    misread: pl.DataFrame = field(default_factory=no_misreads)
    skipping: frozenset[int] = frozenset()


def read_source(source: Source, root: Path, periods: tuple[str, ...], as_of: date | None = None) -> SourceRead:
    """Read all files of a source that a run over `periods` needs, as far as its rows were known on `as_of`."""
    reads = (
        [_read_file(path, shown(path, root), source) for path in files_of(source, root, periods)]
        if source.database is None
        else [_read_database(source, root / (source.database.path or ""))]
    )
    found: Found = {}
    if source.control is not None:
        found = {
            read.name: counted(source, read.read - read.skipped.height, read.good, read.doubtful) for read in reads
        }
    return _judged(source, reads, missing_periods(source, root, periods), as_of, totals(source, root, periods, found))


def read_files(source: Source, files: Mapping[str, Path], as_of: date | None) -> SourceRead:
    """Read just these files of a source, in this order, each under the name that it is called by; no control totals."""
    reads = [_read_file(path, name, source) for name, path in files.items()]
    return _judged(source, reads, (), as_of, NO_TOTALS)


def read_database(source: Source, path: Path | None, as_of: date | None) -> SourceRead:
    """Read a source in a database, which is at `path` if it is a file; no control totals."""
    return _judged(source, [_read_database(source, path)], (), as_of, NO_TOTALS)


def read_rows(source: Source, raw: RawRows, name: str) -> SourceRead:
    """Rows at hand, typed and judged as those of a file of the source that is called `name`."""
    return _judged(
        source,
        [cut(name, fingerprint.of_text(""), typed_rows(raw, source), source)],
        (),
        None,
        NO_TOTALS,
    )


def faults(source: Source, raw: RawRows) -> pl.DataFrame:
    """What is wrong with the values of rows at hand: their number (`~at`), the column, the code."""
    rows = typed_rows(raw, source).rows
    found = [
        rows.filter(pl.col(f"!{c.name}").is_not_null()).select(
            "~at", pl.lit(c.name).alias("column"), pl.col(f"!{c.name}").alias("code")
        )
        for c in source.columns
    ]
    return pl.concat(found).sort("~at", maintain_order=True)


def _judged(
    source: Source, reads: "list[FileRows]", missing: tuple[str, ...], as_of: date | None, said: Totals
) -> SourceRead:
    """The rows of all files of a source, judged together."""
    faulty = pl.concat([read.doubtful for read in reads])
    accepted, doubtful, late = judged_rows(source, pl.concat([read.good for read in reads]), faulty, as_of)
    rejects = pl.concat([*(known(source, read, as_of) for read in reads), late])
    doubtful = pl.concat([faulty.drop(UNKEYED), doubtful, *(read.skipped for read in reads)])
    files = counted_files(source, {read.name: (read.fingerprint, read.read) for read in reads}, rejects)
    both = in_places(rejects, doubtful)
    misreads = misreads_of(source, (look for read in reads for look in read.looks))
    skipping = frozenset(number for read in reads for number in read.skipping)
    return SourceRead(
        accepted, *both, files, missing, said.table, control_files=said.prints, misread=misreads, skipping=skipping
    )


def judged_rows(
    source: Source, good: pl.DataFrame, faulty: pl.DataFrame, as_of: date | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows whose every column could be read, judged together: those accepted, the others, and the log of these.

    `faulty` rows could not be read, and may be of the same keys. Accepted transactions stand in the order of their key.
    """
    rows = with_open_dates(source, good).with_row_index(INDEX)
    verdicts = judged(source, rows, with_open_dates(source, faulty), as_of)
    going = verdicts.filter(pl.col(DROP).is_not_null())
    found = pl.coalesce(
        NO_TEXT,
        *(pl.when(pl.col(COLUMN) == c.name).then(_as_text(rows.schema[c.name], c.name)) for c in source.columns),
    )
    late = _rejects(source, going.with_columns(found.alias(FOUND), pl.lit(False).alias(UNKEYED)))
    accepted = verdicts.filter(pl.col(DROP).is_null()).select(accepted_columns(source, verdicts.columns))
    if source.role == "transactions":
        accepted = ordered(accepted, list(source.key))
    return accepted, going.select(*(c.name for c in source.columns), "file", "row"), late


def accepted_columns(source: Source, there: Collection[str]) -> list[str]:
    """The columns of accepted rows: the source's, the dates that it leaves open, and where the row stands."""
    dated = [name for name in ("start", "end") if name in there and source.column(name) is None]
    return [*(c.name for c in source.columns), *dated, "file", "row"]


def counted_files(source: Source, files: Mapping[str, tuple[str, int]], rejects: pl.DataFrame) -> tuple[FileRead, ...]:
    """Of each file: what was in it (its fingerprint, the rows read), and what became of its rows."""
    skip = pl.col("code").is_in(NOT_ROWS)
    skipped = dict(rejects.filter(skip).group_by("file").len().iter_rows())
    lost = dict(rejects.filter(~skip).group_by("file").len().iter_rows())
    return tuple(
        FileRead(
            source.name, name, print_, read, read - lost.get(name, 0) - skipped.get(name, 0), lost.get(name, 0),
            skipped.get(name, 0),
        )
        for name, (print_, read) in files.items()
    )  # fmt: skip


def in_places(rejects: pl.DataFrame, doubtful: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both in the order of their files and rows."""
    return rejects.sort("file", "row", nulls_last=True, maintain_order=True), doubtful.sort(
        "file", "row", nulls_last=True, maintain_order=True
    )


def _as_text(dtype: pl.DataType, column: str) -> pl.Expr:
    """A value as people write it: a decimal without the zeros that nobody wrote, and no day where none was given."""
    if dtype == pl.Date:
        return pl.when(pl.col(column).is_between(FIRST_DAY, LAST_DAY, closed="none")).then(
            pl.col(column).cast(pl.String)
        )
    text = pl.col(column).cast(pl.String)
    return text.str.strip_chars_end("0").str.strip_chars_end(".") if isinstance(dtype, pl.Decimal) else text


def known(source: Source, read: "FileRows", as_of: date | None) -> pl.DataFrame:
    """The log of rows that can't be read, or are skipped: what can't be read and was not known then was no fault then."""
    rejects, faulty = read.rejects, read.doubtful.drop(UNKEYED)
    if as_of is None or source.recorded is None:
        return rejects
    later = faulty.filter(not_yet_known(source, as_of)).select("file", "row", pl.lit(LATER).alias("later"))
    hit = pl.col("later").is_not_null()
    lost = [pl.when(hit).then(None).otherwise(pl.col(name)).alias(name) for name in ("found", "at_stake", "currency")]
    column = pl.when(hit).then(pl.lit(source.recorded)).otherwise(pl.col("column")).alias("column")
    joined = rejects.join(later, on=["file", "row"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("later", "code").alias("code"), column, *lost).drop("later")


@dataclass(frozen=True)
class FileRows:
    """One file: rows whose every column could be read, the log of the others, their readable columns, rows read.

    The others' key may be at fault (`unkeyed`). `skipped`: the readable columns of rows that the source skips, in the log too.
    `looks`: what its numbers look like, where they are texts; `skipping`: which items of `skip_rows` skip some of its rows.
    """

    name: str
    fingerprint: str
    good: pl.DataFrame
    rejects: pl.DataFrame
    doubtful: pl.DataFrame
    skipped: pl.DataFrame
    read: int
    looks: list[Look] = field(default_factory=list)
    skipping: frozenset[int] = frozenset()


def _read_file(path: Path, name: str, source: Source) -> FileRows:
    """One file, typed column by column: `name` is a column's text, `=name` its value, `!name` its fault."""
    before = state_of(path, name)
    raw = parquet_rows(path, name, source) if source.format == "parquet" else _texts(path, name, source)
    print_ = fingerprint.of_file(path)
    if state_of(path, name) != before:
        raise IntakeError("X002", name, "the file changed while it was read", "run again when its export has ended")
    return _looked_at(cut(name, print_, raw, source), raw, source)


def _read_database(source: Source, path: Path | None) -> FileRows:
    """The rows of a database, typed column by column."""
    assert source.database is not None
    raw, fitted, print_ = database_rows(source, path)
    typed = typed_rows(raw, fitted)
    return _looked_at(cut(named(source.database), print_, typed, source), typed, fitted)


def _looked_at(read: FileRows, raw: RawRows, source: Source) -> FileRows:
    """The same with what its numbers look like, and what it skips; rows that are skipped are none of its."""
    if not source.skip:
        return replace(read, looks=looks_of(source, raw.rows, read.name))
    rows = raw.rows.filter(pl.col(SKIP).is_null())
    return replace(read, looks=looks_of(source, rows, read.name), skipping=frozenset(raw.rows[SKIP].drop_nulls()))


def _texts(path: Path, name: str, source: Source) -> RawRows:
    """A file of texts, typed."""
    rows = xlsx_rows if source.format == "xlsx" else csv_rows
    return typed_rows(rows(path, name, source), source)


def cut(name: str, print_: str, raw: RawRows, source: Source) -> FileRows:
    """The typed rows of one file, cut into those whose every column could be read and the others."""
    wrong_in = [(column, pl.col(f"!{column.name}").is_not_null()) for column in source.columns]
    fault = pl.coalesce(f"!{column.name}" for column in source.columns)
    values = [pl.col(f"={column.name}").alias(column.name) for column in source.columns]
    rows = raw.rows.with_columns(pl.lit(name).alias("file"), fault.alias(DROP))
    if RECORD not in rows.columns:
        rows = rows.with_columns(NO_TEXT.alias(RECORD))
    if not source.skip:
        rows = rows.with_columns(pl.lit(None, pl.Int32).alias(SKIP))
    told = rows.filter(pl.col(DROP).is_not_null() | pl.col(SKIP).is_not_null()).with_columns(
        pl.coalesce(NO_TEXT, *(pl.when(hit).then(pl.lit(column.name)) for column, hit in wrong_in)).alias(COLUMN),
        pl.coalesce(NO_TEXT, *(pl.when(hit).then(_shown(column)) for column, hit in wrong_in)).alias(FOUND),
        pl.coalesce(RECORD, _listed(source.columns)).alias(RECORD),
        pl.any_horizontal(pl.lit(False), *(hit for column, hit in wrong_in if column.name in source.row_key)).alias(
            UNKEYED
        ),
    )
    wrong = told.filter(pl.col(SKIP).is_null())
    skipped = _skipped(source, told.filter(pl.col(SKIP).is_not_null()))
    log = [
        _rejects(source, part.select(*values, "file", "row", RECORD, DROP, COLUMN, FOUND, UNKEYED))
        for part in (wrong, skipped)
    ]
    return FileRows(
        name, print_,
        rows.filter(pl.col(DROP).is_null() & pl.col(SKIP).is_null()).select(*values, "file", "row", RECORD),
        pl.concat([_unreadable(raw, name, source), *log]), wrong.select(*values, "file", "row", UNKEYED),
        skipped.select(*values, "file", "row"), raw.read,
    )  # fmt: skip


def _skipped(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that are skipped, with their code, and what of them says so: nothing else can be wrong with them."""
    return rows.with_columns(
        code_of(source).alias(DROP), column_of(source).alias(COLUMN), found_in(source).alias(FOUND)
    )


def state_of(path: Path, name: str) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise IntakeError(
            "X002", name, f"can't be read: {(error.strerror or str(error)).lower()}", "check the file"
        ) from None
    return found.st_size, found.st_mtime_ns


def _shown(column: Column) -> pl.Expr:
    return pl.col(column.name).cast(pl.String).fill_null("")


def _listed(columns: tuple[Column, ...]) -> pl.Expr:
    """A row that is no line of text, written out."""
    parts = [pl.format("{}={}", pl.lit(column.header), _shown(column)) for column in columns]
    return pl.concat_str(parts, separator=", ").str.slice(0, 10_000)


def _unreadable(raw: RawRows, name: str, source: Source) -> pl.DataFrame:
    """Lines that are no records at all: neither participant nor date is known."""
    if raw.bad.height == 0:
        return empty()
    unknown = ("column", "key", "participant", "date", "at_stake", "currency")
    filled = raw.bad.with_columns(
        pl.lit(source.name).alias("source"),
        pl.lit(name).alias("file"),
        *(pl.lit(None, REJECTS[column]).alias(column) for column in unknown),
    )
    return filled.select(list(REJECTS))


def _key(source: Source, there: list[str]) -> pl.Expr:
    """What identifies a row, as the log writes it; a dated row without a start holds always."""
    parts = {name: pl.col(name).cast(pl.String) for name in source.row_key if name in there}
    if source.role not in ("transactions", "targets") and "start" in source.row_key:
        always, start = pl.lit("always"), pl.col("start")
        dated = pl.when(start > FIRST_DAY).then(start.cast(pl.String)).otherwise(always)
        parts["start"] = dated if "start" in there else always
    return pl.concat_str(list(parts.values()), separator=" / ") if parts else NO_TEXT


def _rejects(source: Source, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a source → rows of the log. Of an id that a spreadsheet would run nobody knows whose it is."""
    amount = next((c for c in source.columns if c.type.dtype == "money"), None)
    stake, currency = pl.lit(None, DECIMAL), NO_TEXT
    if amount is not None and source.role == "transactions":
        stake = pl.col(amount.name)
        known = pl.col(amount.currency_column) if amount.currency_column else pl.lit(amount.type.currency, pl.String)
        currency = pl.when(stake.is_not_null()).then(known)
    who = NO_TEXT
    if source.participant is not None:
        mangled = (pl.col(DROP) == UNSAFE) & (pl.col(COLUMN) == (source.participant or ""))
        who = pl.when(~mangled).then(pl.col(source.participant))
    lost = ~pl.col(DROP).is_in(LOSES_NOTHING)
    when = pl.col(source.date) if source.date else pl.lit(None, pl.Date)
    return rows.select(
        pl.col(DROP).alias("code"), pl.lit(source.name).alias("source"), "file", "row", pl.col(COLUMN).alias("column"),
        pl.col(FOUND).alias("found"), pl.when(~pl.col(UNKEYED)).then(_key(source, rows.columns)).alias("key"),
        who.alias("participant"), when.alias("date"),
        pl.when(lost).then(stake).alias("at_stake"), pl.when(lost).then(currency).alias("currency"),
        pl.coalesce(RECORD, _listed(source.columns)).alias("record"),
    )  # fmt: skip
