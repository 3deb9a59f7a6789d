"""Whom a rejected row could have paid: the participant that it names, unless a rule would have shared it among others.

A row names its seller, but a rule that credits by a dated assignment would have paid whoever has the account: then the
one named is not all there is to know, and the row blocks its period (`semantics` 7).
"""

from datetime import date

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.ir.program import Schema
from engine.plan.resolved import ResolvedWorkspace, Rule
from engine.record.reading import Reading


def whose(workspace: ResolvedWorkspace, read: Reading, start: date, end: date) -> pl.DataFrame:
    """The log of rejected rows with two more columns.

    `shared`: a split, a roll-up, or a rule by another column could have taken the row; or others' pay changes with it: it is
    an assignment, or in the roster, and a roll-up asks there for managers. `outside`: every date that a rule would credit it
    on is known, and none lies in the days from `start` to `end`.
    """
    marks = [
        _marks(workspace, name, rows.unique(["file", "row"]), start, end)
        for name, rows in sorted(read.doubtful.items())
        if name in workspace.sources and workspace.sources[name].role == "transactions" and rows.height
    ]
    flags = pl.DataFrame(
        schema={"source": pl.String, "file": pl.String, "row": pl.Int64, "shared": pl.Boolean, "outside": pl.Boolean}
    )
    joined = read.rejects.join(pl.concat([flags, *marks]), on=["source", "file", "row"], how="left")
    assigned = [source.name for source in workspace.sources.values() if source.role == "assignments"]
    if any(rule.roll_up is not None for plan in workspace.plans for rule in plan.rules):
        assigned.append(workspace.participants.name)
    shared = pl.col("shared").fill_null(False) | pl.col("source").is_in(assigned)
    return joined.with_columns(shared, pl.col("outside").fill_null(False))


def _marks(workspace: ResolvedWorkspace, name: str, rows: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    source = workspace.sources[name]
    schema: Schema = {column.name: column.type.optional() for column in source.columns}
    rules = [rule for plan in workspace.plans for rule in plan.rules if rule.source.name == name]
    shared = pl.any_horizontal(
        [pl.lit(False), *(_could_take(r, schema) for r in rules if _others(r, source.participant))]
    )
    dates = dict.fromkeys(
        [*(rule.credit_date for rule in rules), *([source.date] if source.date and not rules else [])]
    )
    outside = pl.all_horizontal([pl.lit(bool(dates)), *(~pl.col(day).is_between(start, end) for day in dates)])
    return rows.select(
        pl.lit(name).alias("source"), pl.col("file"), pl.col("row").cast(pl.Int64), shared.alias("shared"),
        outside.fill_null(False).alias("outside"),
    )  # fmt: skip


def _others(rule: Rule, participant: str | None) -> bool:
    """Whether a rule may pay others than the one whom the row names."""
    return rule.to != participant or rule.roll_up is not None


def _could_take(rule: Rule, schema: Schema) -> pl.Expr:
    """Whether a rule would take the row, as far as can be read: what depends on the column at fault counts as yes."""
    wanted = pl.lit(True) if rule.where is None else compiled(rule.where.expr, schema).fill_null(True)
    for _, formula in rule.exclude:
        wanted = wanted & ~compiled(formula.expr, schema).fill_null(False)
    return wanted
