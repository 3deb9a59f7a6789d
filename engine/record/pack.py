"""A run as one file that an outsider can read and prove: a zip of plain texts, with the verifier that needs no engine.

README.txt  verify.py  manifest.json  program.json  plans/…  payouts.csv  earnings.csv  exceptions.csv  identities.csv
tables.json (columns and their types)  inputs/<table>.csv  tables/<stage>.csv

The same run gives the same bytes: fixed order, times and compression.
"""

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import polars as pl

from engine.backends.key_order import ordered
from engine.core import fingerprint
from engine.core.progress import doing
from engine.ir.infer import program_schemas
from engine.record.digest import PROVENANCE
from engine.record.read import Record, RecordError
from engine.record.same import MANIFEST

NULL = "\\N"
"""Null in a packed table, as databases write it; a text that begins with a backslash has one more before it."""
NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a pack: the first that a zip can say."""
INTEGERS = pl.Int64()
TYPES: dict[pl.DataType, str] = {
    pl.String(): "text", pl.Boolean(): "bool", pl.Date(): "date", INTEGERS: "integer", pl.Decimal(38, 12): "quantity",
}  # fmt: skip
README = """\
A run of komisi {engine}: pay period {period} of workspace {workspace}, run {run}

Prove it with nothing but Python 3.11 or later:

    python verify.py --digest RUN_DIGEST

RUN_DIGEST is the digest that was approved; ask who approved it, and don't take it from this file. Take `verify.py` from
komisi {engine} itself if you can (`komisi pack --verifier`), or read it: it is made to be read in half an hour.
Its sha256 is {verifier}

payouts.csv, earnings.csv, exceptions.csv, identities.csv   what people open
inputs/   the rows of the source files, as they were accepted or rejected, with file and row
tables/   every figure, from transactions to payouts
plans/    the plans, as they were written; program.json is what they were compiled to
tables.json   the columns of all tables and their types

Tables are CSV in UTF-8: decimals are exact, \\N is null (an empty field is an empty text), and a text that begins with a
backslash has one more before it.
"""


@dataclass(frozen=True)
class Packed:
    """Where a pack is, and the fingerprints of it and of the verifier in it."""

    path: Path
    sha256: str
    verifier: str
    run_digest: str


def verifier() -> bytes:
    """The stand-alone verifier: one file of Python that imports nothing of ours."""
    return files("engine.record").joinpath("verifier.py").read_bytes()


def pack(record: Record, out: Path) -> Packed:
    """Write a run as one file; it takes its name only when it is whole. Raises RecordError and OSError."""
    _check_unchanged(record)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(part, "w") as zipped:
            for name, data in _contents(record):
                info = zipfile.ZipInfo(name, NEVER)
                info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
                zipped.writestr(info, data, compresslevel=6)
        os.chmod(part, 0o600)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    digest = str(record.manifest.get("run_digest"))
    return Packed(out, fingerprint.of_file(out), fingerprint.of_bytes(verifier()), digest)


def _check_unchanged(record: Record) -> None:
    """An outsider gets what was written: a run whose files don't have their fingerprints is not packed."""
    stated = record.manifest.get("files")
    for path in sorted(record.folder.rglob("*")):
        name = path.relative_to(record.folder).as_posix()
        known = stated.get(name) if isinstance(stated, dict) else None
        if path.is_file() and name != MANIFEST and fingerprint.of_file(path) != known:
            raise RecordError(f"{name} was changed after the run" if known else f"{name} was added after the run")


def _contents(record: Record) -> Iterator[tuple[str, bytes]]:
    """Every file of a pack, in order: first what one reads, then the texts of the run, then its tables."""
    said = {name: record.manifest.get(name) for name in ("engine", "period", "workspace", "run")}
    yield "README.txt", README.format(**said, verifier=fingerprint.of_bytes(verifier())).encode()
    yield "verify.py", verifier()
    kinds, keys = _types(record)
    index: dict[str, list[list[str]]] = {}
    names = [*(f"inputs/{name}" for name in record.input_names()), *(f"tables/{name}" for name in record.names())]
    for name in names:
        schema = _written(record, name.partition("/")[2]).collect_schema()
        stated = kinds.get(name.partition("/")[2], {})
        index[name] = [[column, stated.get(column) or _kind(name, column, dtype)] for column, dtype in schema.items()]
    yield "tables.json", (json.dumps(index, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    yield MANIFEST, _bytes(record, MANIFEST)
    for name in sorted(_texts(record)):
        yield name, _bytes(record, name)
    for number, name in enumerate(names, start=1):
        doing(f"packing · table {number} of {len(names)}, {name}")
        yield f"{name}.csv", table_text(_in_order(name, _collected(record, name.partition("/")[2]), keys))


def _written(record: Record, name: str) -> pl.LazyFrame:
    """A table without what is left out of it, also where the run was made by parts, which write it."""
    return record.written(name).drop(record.layout.left_out.get(name, ()), strict=False)


def _collected(record: Record, name: str) -> pl.DataFrame:
    try:
        return _written(record, name).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RecordError(f"{record.folder.name}: table `{name}` can't be read: {str(error)[:200]}") from None


def _texts(record: Record) -> Iterator[str]:
    """The files of a run that are texts already."""
    for path in record.folder.rglob("*"):
        if path.is_file() and path.suffix != ".parquet" and path.name != MANIFEST:
            yield path.relative_to(record.folder).as_posix()


def _bytes(record: Record, name: str) -> bytes:
    try:
        return (record.folder / name).read_bytes()
    except OSError as error:
        raise RecordError(f"{record.folder.name}/{name} can't be read: {error.strerror or error}") from None


def _types(record: Record) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    """The types that the program gives the columns of its tables (a decimal is money, rate or quantity), and their keys."""
    try:
        program = record.program()
        schemas = program_schemas(program)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise RecordError(f"{record.folder.name}/program.json can't be read: {str(error)[:200]}") from None
    kinds = {name: {column: str(type_.dtype) for column, type_ in schema.items()} for name, schema in schemas.items()}
    return kinds, {stage.name: stage.keys for stage in program.stages}


def _in_order(name: str, table: pl.DataFrame, keys: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The rows as their digest has them: results in the order of their keys, input rows as they stand."""
    kind, _, stage = name.partition("/")
    if kind == "inputs":
        return table
    known = [key for key in keys.get(stage, ()) if key in table.columns]
    first = [*known, *(column for column in table.columns if column not in (*known, *PROVENANCE))]
    return ordered(table, first)


def _kind(table: str, column: str, dtype: pl.DataType) -> str:
    kind = TYPES.get(dtype, "integer" if dtype.is_integer() else None)
    if kind is None:
        raise RecordError(f"{table}: column `{column}` is {dtype}, which no run has")
    return kind


def table_text(table: pl.DataFrame) -> bytes:
    """A table as CSV in which no two different values look alike."""
    columns = [_exact(name, dtype).alias(name) for name, dtype in table.schema.items()]
    text = io.BytesIO()
    table.select(columns).write_csv(text, null_value=NULL)
    return text.getvalue()


def _exact(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        return pl.when(column.str.starts_with("\\")).then("\\" + column).otherwise(column)
    return column.cast(pl.String).str.replace(r"\.?0+$", "") if isinstance(dtype, pl.Decimal) else column
