"""People whom the data names and the roster doesn't have: mostly an id that is misspelt, and paid to nobody.

In: the accepted rows of a source, and the roster. Out: of each column that names people who is not there, with the one that
may have been meant. A run tells the same of what it would have credited (E447); who is no participant may be right.
"""

from collections.abc import Collection, Iterator

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.core.slip import Slips
from engine.core.unseen import seen
from engine.ir.program import Schema
from engine.ir.walk import refs
from engine.plan.resolved import ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.record.reading import NOT_ROWS

SHOWN = 5
"""How many names are shown, those first of which another may be meant, then those of most rows."""
OF_ROLE = {"assignments": ("participant",), "adjustments": ("from_participant", "to_participant")}


def strangers(
    workspace: ResolvedWorkspace, source: Source, rows: pl.DataFrame, people: Collection[str]
) -> Iterator[str]:
    """A sentence for each column of a source that names somebody whom the roster doesn't have."""
    for column, named in _named(workspace, source, rows):
        lost = unknown(named, column, people)
        if lost.height:
            first = lost.head(SHOWN)
            listed = ", ".join(_shown(*row) for row in first.select("name", "rows", "file", "row", "meant").iter_rows())
            more = f" and {lost.height - SHOWN} more" if lost.height > SHOWN else ""
            count = int(lost["rows"].sum())
            verb = "names" if count == 1 else "name"
            yield f"{_rows(count)} {verb} in `{column}` whom `{workspace.participants.name}` doesn't have: {listed}{more}"


def known(accepted: pl.DataFrame, rejected: pl.DataFrame) -> frozenset[str]:
    """Everybody in the roster; also whose rows are refused, which is told of those rows."""
    refused = rejected.filter(~pl.col("code").is_in(NOT_ROWS))
    return frozenset(accepted["participant"]) | frozenset(refused["participant"].drop_nulls())


def unknown(rows: pl.DataFrame, column: str, people: Collection[str]) -> pl.DataFrame:
    """`name`, `rows`, the first `file` and `row`, and `meant`, of everybody in a column whom the roster doesn't have."""
    lost = rows.filter(pl.col(column).is_not_null() & (pl.col(column) != "") & ~pl.col(column).is_in(list(people)))
    firsts = (pl.len().alias("rows"), pl.col("file").first(), pl.col("row").first())
    grouped = lost.sort("file", "row").group_by(pl.col(column).alias("name"), maintain_order=True).agg(*firsts)
    slips = Slips(people)
    meant = pl.Series("meant", [slips.meant(name) for name in grouped["name"]], dtype=pl.String)
    told = grouped.with_columns(meant)
    return told.sort(pl.col("meant").is_null(), "rows", "name", descending=[False, True, False])


def _named(workspace: ResolvedWorkspace, source: Source, rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The columns that name people, with the rows of which that counts."""
    if source.role != "transactions":
        yield from ((column, rows) for column in OF_ROLE.get(source.role, ()) if column in rows.columns)
        return
    rules = [rule for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
    for column in dict.fromkeys(rule.to for rule in rules if isinstance(rule.to, str)):
        takes = [taken for rule in rules if rule.to == column and (taken := takes_of(rule, rows)) is not None]
        yield column, rows.filter(pl.any_horizontal(takes)) if takes else rows


def takes_of(rule: Rule, rows: pl.DataFrame) -> pl.Expr | None:
    """Whether a rule takes a row, as far as its conditions read nothing but the row; None where they read more."""
    schema: Schema = {column.name: column.type for column in rule.source.columns if column.name in rows.columns}
    if not all(refs(each.expr) <= set(schema) for each in rule.conditions):
        return None
    taken = [pl.lit(True)] + ([compiled(rule.where.expr, schema)] if rule.where is not None else [])
    taken += [~compiled(formula.expr, schema).fill_null(False) for _, formula in rule.exclude]
    return pl.all_horizontal(taken)


def _shown(name: str, rows: int, file: str, row: int, meant: str | None) -> str:
    hint = f"; did you mean `{seen(meant, 40)}`?" if meant is not None else ""
    return f"`{seen(name, 40)}` ({_rows(rows)}, as in {file}:{row}{hint})"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
