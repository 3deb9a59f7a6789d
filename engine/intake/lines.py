"""A text file → its physical lines with their numbers; or why it is no text file at all.

Lines end with LF or CRLF. A byte order mark is no part of the first line. Bytes that are not text show as U+FFFD, so that
they cost the line that they stand in and no other.
"""

from pathlib import Path

import polars as pl

from engine.intake.rejects import IntakeError

ENDLESS, BLOCK = 8 << 20, 1 << 20
"""Bytes: a line this long is not read into memory to be refused, as a shorter one is that is too long for a record."""
MANY_LINES, SHORTEST = 10_000_000, 3
"""A file of more lines than the first has more bytes a line than the second: one with a key has."""
MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed (gzip)",
    b"\x28\xb5\x2f\xfd": "compressed (zstd)",
    b"BZh": "compressed (bzip2)",
    b"%PDF": "a PDF",
    b"PAR1": "Parquet",
}
"""How files begin that are often taken for CSV."""


def lines_of(path: Path, name: str, encoding: str) -> pl.DataFrame:
    """`line` and `row` (from 1) of each physical line. `name` is what messages call the file."""
    try:
        _check_kind(path, name)
        _check_ends(path, name)
        lines = _scanned(path) if encoding == "utf-8" else _decoded(path, encoding)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise IntakeError("X002", name, f"can't be read: {why}", "check the file and its permissions") from None
    if lines.height == 1 and "\r" in str(lines.item(0, "line")).rstrip("\r"):
        message = "its lines end with carriage returns alone, as old Macintosh programs write them"
        raise IntakeError("X002", name, message, "save it with line ends of Windows (CRLF) or Unix (LF)")
    if lines.height == 0:
        raise IntakeError("X002", name, "the file is empty", "a file has at least a header line; export it again")
    text = pl.col("line").str.strip_suffix("\r")
    first = pl.when(pl.col("row") == 0).then(text.str.strip_prefix("\ufeff")).otherwise(text)
    return lines.select(first.alias("line"), (pl.col("row").cast(pl.Int64) + 1).alias("row"))


def _check_kind(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    for magic, what in MAGIC.items():
        if start.startswith(magic):
            help = "say `format: parquet`" if what == "Parquet" else "save it as CSV (UTF-8)"
            raise IntakeError("X002", name, f"the file is {what}, not text", help)


def _check_ends(path: Path, name: str) -> None:
    """Lines end, and are not just ends, before the file is taken for lines."""
    with path.open("rb") as file:
        if file.seek(0, 2) <= ENDLESS:
            return
        file.seek(0)
        length, ended, lines = 0, 0, 0
        while block := file.read(BLOCK):
            lines += block.count(b"\n")
            if lines > MANY_LINES and lines * SHORTEST > file.tell():
                message = f"its first {file.tell():,} bytes are {lines:,} lines"
                raise IntakeError(
                    "X032", name, message, "no export has so many lines without content; export the file again"
                )
            first = block.find(b"\n")
            length += len(block) if first < 0 else first
            if length > ENDLESS:
                message = f"after {ended:,} bytes there is a line of more than {ENDLESS:,}"
                raise IntakeError("X032", name, message, "no export has such a line; export the file again")
            if first >= 0:
                ended = file.tell() - len(block) + block.rfind(b"\n") + 1
                length = file.tell() - ended


def _scanned(path: Path) -> pl.DataFrame:
    try:
        return pl.scan_lines(path, row_index_name="row", glob=False).collect()
    except pl.exceptions.ComputeError:  # some bytes are not UTF-8
        return _decoded(path, "utf-8")


def _decoded(path: Path, encoding: str) -> pl.DataFrame:
    lines = path.read_bytes().decode(encoding, errors="replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    return pl.DataFrame({"line": lines}, schema={"line": pl.String}).with_row_index("row")
