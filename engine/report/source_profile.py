"""The page of `komisi sources check`: what the files of each source hold, what of it is refused, what the plans read and lack."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.codes import CODES
from engine.core.money import plain
from engine.core.unseen import seen
from engine.record.controls import untrue
from engine.record.like_total import HINT, with_total
from engine.record.misread import MAYBE, maybe_misread
from engine.record.reading import LIKE_A_ROW, NOT_ROWS
from engine.report.words import money_text

LONGEST = 200
"""Characters that are told of a value."""
SKIPPED = 10
"""So many rows that are skipped are told one by one."""
NOTHING_LOST = ("X012", "X023", "X024", "X025", *NOT_ROWS)
"""Codes of rows that need nothing done."""


def lacks(profile: Any, needed: Mapping[str, frozenset[str]]) -> list[str]:
    """What stands between a source and a run: a sentence each."""
    source = profile.source
    found = [] if profile.trouble is None else [f"{profile.trouble.where}: {profile.trouble.message}"]
    for file in profile.files:
        read = [column for column in file.missing if column.name in needed.get(source.name, ())]
        found += [f"{file.file} has no column `{c.header}`, which the plans read as `{c.name}`" for c in read]
    if profile.read is None:
        return found
    found += [f"no file for {period}" for period in profile.read.missing]
    found += [f"no row is dated in {period}" for period, rows in profile.by_period if rows == 0 and profile.read.files]
    for each in untrue(profile.read.controls):
        place = "" if each.row is None else f"{each.file}:{each.row}: "
        if each.severity != "warning":
            found.append(f"{place}{each.message}")
    found += [sentence for held, sentence in profile.idle if held]
    refused = [row for row in refusals(profile) if row["code"] not in NOTHING_LOST]
    return found + [f"{_rows(row['rows'])} refused: {row['title']} ({row['code']})" for row in refused]


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def refusals(profile: Any) -> list[dict[str, Any]]:
    """The rows that were refused: by code how many, with the first of them as example."""
    if profile.read is None:
        return []
    refused = profile.read.rejects.filter(~pl.col("code").is_in(NOT_ROWS))
    grouped = refused.group_by("code").agg(
        pl.len().alias("rows"), pl.col("file").first(), pl.col("row").first(), pl.col("column").first(), pl.col("found").first()
    )  # fmt: skip
    return [
        {**row, "found": row["found"] and row["found"][:LONGEST], "title": CODES[row["code"]].title}
        for row in grouped.sort("code").to_dicts()
    ]


def _like_totals(profile: Any) -> list[dict[str, Any]]:
    """Refused rows that look like a total, the first of each kind."""
    read = profile.read
    rows = with_total(profile.source, read.rejects, read.doubtful, read.rows.lazy()).drop_nulls(HINT)
    return rows.unique(HINT, keep="first", maintain_order=True).head(SKIPPED).to_dicts()


def skipped(profile: Any) -> list[dict[str, Any]]:
    """The rows that the source skips: where each stands, what it says, and whether it looks like any other row."""
    if profile.read is None:
        return []
    rows = profile.read.rejects.filter(pl.col("code").is_in(NOT_ROWS))
    told = rows.select("file", "row", "record", (pl.col("code") == LIKE_A_ROW).alias("like_a_row"))
    return [*told.sort("file", "row").iter_rows(named=True)]


def _money_skipped(profile: Any) -> list[str]:
    """The sum of each column of money over all rows that are skipped, by currency."""
    rows = profile.read.rejects.filter(pl.col("code").is_in(NOT_ROWS))
    rows = profile.read.doubtful.join(rows.select("file", "row"), on=["file", "row"], how="semi")
    found = []
    for column in (column for column in profile.source.columns if column.type.dtype == "money"):
        unit = pl.col(column.currency_column) if column.currency_column else pl.lit(column.type.currency)
        rows_of = rows.filter(pl.col(column.name).is_not_null()).group_by(unit.alias("~unit"))
        sums = rows_of.agg(pl.col(column.name).sum()).sort("~unit")
        found += [f"{column.name} {money_text(value, unit or '', {})}".rstrip() for unit, value in sums.iter_rows()]
    return found


def as_data(profiles: Iterable[Any], needed: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
    """The page as data."""
    return [
        {
            "source": profile.source.name,
            "role": profile.source.role,
            "files": [_file_data(file, needed.get(profile.source.name, frozenset())) for file in profile.files],
            "days": [day.isoformat() for day in profile.days] if profile.days else None,
            "rows_by_period": dict(profile.by_period),
            "refused": refusals(profile),
            "skipped": skipped(profile),
            "misread": [_numbers(row) for row in profile.read.misread.to_dicts()] if profile.read else [],
            "controls": [_numbers(row) for row in profile.read.controls.to_dicts()] if profile.read else [],
            "idle": [sentence for _, sentence in profile.idle],
            "lacks": lacks(profile, needed),
        }
        for profile in profiles
    ]


def _file_data(file: Any, needed: frozenset[str]) -> dict[str, Any]:
    columns = [
        {
            "header": c.header, "column": c.column and c.column.name, "type": c.column and _type(c.column),
            "read_by_plans": c.column is not None and c.column.name in needed, "looks_like": c.looks_like,
            "looks_otherwise": c.but, "empty": c.empty, "distinct": c.distinct, "smallest": c.smallest, "largest": c.largest,
        }
        for c in file.columns
    ]  # fmt: skip
    trouble = None if file.trouble is None else f"{file.trouble.where}: {file.trouble.message}"
    missing = [{"header": column.header, "column": column.name} for column in file.missing]
    return {"file": file.file, "rows": file.rows, "columns": columns, "missing": missing, "trouble": trouble}


def as_text(profiles: Iterable[Any], needed: Mapping[str, frozenset[str]]) -> str:
    """The page for a terminal."""
    lines: list[str] = []
    for profile in profiles:
        source, read = profile.source, profile.read
        lines += [f"{source.name} · {source.role}", ""]
        shown: list[Any] = []
        for file in profile.files:
            like = next((other for other in shown if _same(other, file)), None)
            if like is not None:
                lines.append(f"  {file.file}  {file.rows:,} rows, columns as in {like.file}")
                continue
            shown.append(file)
            lines += _file_lines(file, needed.get(source.name, frozenset()))
        if read is not None:
            lines += ["", *_rows_lines(profile)]
        missing = lacks(profile, needed)
        lines += ["", *(f"  lacks: {line}" for line in missing), *([] if missing else ["  lacks nothing"]), ""]
    return "\n".join(seen(line) for line in lines).rstrip() + "\n"


def _same(left: Any, right: Any) -> bool:
    """Whether two files have the same columns, all of which look alike."""
    of = [[(c.header, c.looks_like, c.but > 0) for c in file.columns] for file in (left, right)]
    return of[0] == of[1] and left.trouble is None and right.trouble is None


def _file_lines(file: Any, needed: frozenset[str]) -> list[str]:
    if file.trouble is not None:
        return [f"  {file.trouble.where}: {file.trouble.message}", f"    help: {file.trouble.help}"]
    table = [("column", "read as", "looks like", "empty", "distinct", "smallest", "largest")]
    for c in file.columns:
        ours = (
            "—"
            if c.column is None
            else f"{c.column.name}: {_type(c.column)}" + ("" if c.column.name in needed else " *")
        )
        looks = c.looks_like + (f" ({c.but} not)" if c.but else "")
        ends = (seen(c.smallest or ""), seen(c.largest or ""))
        table.append((seen(c.header, 30), ours, looks, f"{c.empty:,}", f"{c.distinct:,}", *ends))
    table += [(seen(c.header, 30), f"{c.name}: {_type(c)}", "MISSING", "", "", "", "") for c in file.missing]
    widths = [max(len(row[at]) for row in table) for at in range(7)]
    rows = [
        "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    ]
    unread = any(c.column is not None and c.column.name not in needed for c in file.columns)
    return [f"  {file.file}  {file.rows:,} rows", *rows, *(["    * no plan reads it"] if unread else [])]


def _rows_lines(profile: Any) -> list[str]:
    accepted = sum(file.accepted for file in profile.read.files)
    less = sum(file.skipped for file in profile.read.files)
    lines = [f"  {sum(file.read for file in profile.read.files):,} rows read, {accepted:,} accepted"]
    lines[0] += f", {less:,} skipped" if less else ""
    if profile.days is not None:
        lines[0] += f", dated {profile.days[0]} to {profile.days[1]}"
    for row in refusals(profile):
        where = f"{row['file']}:{row['row']}" + (f", column `{row['column']}`" if row["column"] else "")
        found = "" if row["found"] is None else f": `{seen(str(row['found']), 40)}`"
        lines.append(f"  {row['rows']:,} × {row['code']} {row['title']}, as in {where}{found}")
    lines += [f"    {row['file']}:{row['row']}: {row[HINT]}" for row in _like_totals(profile)]
    lines += [
        f"  {MAYBE} {CODES[MAYBE].title}: {row['file']}:{row['row']}, {maybe_misread(row)}"
        for row in profile.read.misread.to_dicts()
    ]
    lines += _skipped_lines(profile)
    lines += [f"  {sentence}" for held, sentence in profile.idle if not held]
    lines += [
        f"  {each.file}:{each.row}: {each.message}"
        for each in untrue(profile.read.controls)
        if each.severity == "warning"
    ]
    held = profile.read.controls.filter(pl.col("fault").is_null() & (pl.col("stated") == pl.col("found"))).height
    return lines + ([f"  {held} control total{'s hold' if held > 1 else ' holds'}"] if held else [])


def _skipped_lines(profile: Any) -> list[str]:
    """The rows that are skipped, those first that look like transactions; of many the first ones."""
    rows = sorted(skipped(profile), key=lambda row: not row["like_a_row"])
    if not rows:
        return []
    of = ", ".join(_money_skipped(profile))
    lines = [f"  {_rows(len(rows))} skipped, as `skip_rows` says" + (f"; in all {of}" if of else "")]
    for row in rows[:SKIPPED]:
        doubt = f"  {LIKE_A_ROW} {CODES[LIKE_A_ROW].title}" if row["like_a_row"] else ""
        lines.append(f"    {row['file']}:{row['row']}: `{seen(row['record'], 80)}`{doubt}")
    return lines + ([f"    and {len(rows) - SKIPPED:,} more"] if len(rows) > SKIPPED else [])


def _type(column: Any) -> str:
    type_ = column.type
    unit = column.currency_column or type_.currency
    return (
        str(type_.dtype)
        + (f" in {unit}" if type_.dtype == "money" else "")
        + (", may be empty" if type_.nullable else "")
    )


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in row.items()}
