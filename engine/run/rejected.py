"""Whom a rejected row could have paid: the participant that it names, unless a rule would have shared it among others.

A row names its seller, but a rule that credits by a dated assignment would have paid whoever has the account: then the
one named is not all there is to know, and the row blocks its period.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from engine.backends.polars.scalar import compiled
from engine.core.unseen import BLANKS, JOINERS, LONGEST_TEXT, UNSEEN_IN_IDS
from engine.ir.program import Schema
from engine.ir.walk import refs
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.record import collected, scanned
from engine.record.reading import NOT_ROWS, Reading
from engine.run.credit import row_currency
from engine.run.everybody import of_rule, of_source, reasons
from engine.run.logged import DECIMAL

MARKS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String, "file": pl.String, "row": pl.Int64, "shared": pl.String, "outside": pl.Boolean,
    "worth": DECIMAL, "worth_in": pl.String,
}  # fmt: skip
OUTDATED = ("X023", "X024", "X025")
"""Rows that don't count because another one does, or because they were not known yet."""
LOSES_NOTHING = ("X012", *OUTDATED)
"""These, and copies: nothing of theirs is at stake."""


def whose(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], read: Reading, start: date, end: date
) -> pl.DataFrame:
    """The log of rejected rows with two more columns, its participants and its money as far as they can be told.

    What is at stake is what the first rule that could take a row would credit, as in rows that were accepted; where that can't
    be told, the first amount of the row, as intake has it.

    `shared`: why it holds everybody, null where it holds the one whom it names. A split, a roll-up, or a rule by another column
    could have taken the row; or others' pay changes with it: it is an assignment or adjustment, or in the roster, and a roll-up
    asks there for managers; or a plan measures groups or shares pools, and who is paid less for a row may not be the one whom
    it names.

    `outside`: every date that a rule would credit it on is known, and none lies in the days from `start` to `end`. A row that
    may replace any other is shared and never outside: it could be anybody's, on any day.
    """
    marks = [
        _marks(workspace, name, rows.unique(["file", "row"]), start, end)
        for name, rows in sorted(read.doubtful.items())
        if name in workspace.sources and workspace.sources[name].role == "transactions" and rows.height
    ]
    flags = pl.DataFrame(schema=MARKS)
    joined = read.rejects.join(pl.concat([flags, *marks]), on=["source", "file", "row"], how="left")
    worth = pl.col("worth").is_not_null() & ~pl.col("code").is_in(LOSES_NOTHING)
    joined = joined.with_columns(
        pl.when(worth).then(pl.col(told)).otherwise(pl.col(name)).alias(name)
        for name, told in (("at_stake", "worth"), ("currency", "worth_in"))
    ).drop("worth", "worth_in")
    others = {name: of_source(workspace, name) for name in sorted(workspace.needed)}
    by_source = pl.col("source").replace_strict(others, default=None, return_dtype=pl.String)
    told = joined.with_columns(
        pl.coalesce("shared", by_source), pl.col("outside").fill_null(False), _told_apart(workspace, read)
    )
    replacing = _replacing(workspace, tables, read)
    rows = told.join(replacing, on=["source", "file", "row"], how="left", maintain_order="left")
    return rows.with_columns(
        pl.coalesce("any", "shared").alias("shared"), pl.col("outside") & pl.col("any").is_null()
    ).drop("any")


def _told_apart(workspace: ResolvedWorkspace, read: Reading) -> pl.Expr:
    """The participant, where the id can be one: without what nobody sees in it, somebody of the roster, or else nobody.

    Of one that a spreadsheet would run (`=…`) nobody knows whose it is.
    """
    who = pl.col("participant")
    known = read.tables[f"source/{workspace.participants.name}"]["participant"].unique().sort()
    broken = who.str.contains(rf"[{UNSEEN_IN_IDS}]|{JOINERS}|^[=+\-@]") & ~who.is_in(known.implode())
    long = who.str.len_chars() > LONGEST_TEXT
    meant: pl.Expr = pl.lit(None, pl.String)
    for blank in ("", " "):
        bare = (
            who.str.replace_all(f"[{BLANKS}]", blank)
            .str.replace_all(f"[{UNSEEN_IN_IDS}]|{JOINERS}", "")
            .str.strip_chars()
        )
        meant = pl.when(bare.is_in(known.implode()) & ~long).then(bare).otherwise(meant)
    return pl.when(broken | long).then(meant).otherwise(who).alias("participant")


def _replacing(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], read: Reading) -> pl.DataFrame:
    """Rejected rows that nobody knows the key of, where their version may be later than one that counts: whose is not known."""
    found = [pl.DataFrame(schema={"source": pl.String, "file": pl.String, "row": pl.Int64, "any": pl.String})]
    for name, source in sorted(workspace.needed.items()):
        if source.version is None or name not in read.doubtful:
            continue
        first = collected(scanned(tables, f"source/{name}").select(pl.col(source.version).min())).item()
        if first is None:
            continue
        later = pl.col(source.version).is_null() | (pl.col(source.version) > first)
        rows = read.doubtful[name].filter(later.fill_null(False)).select("file", pl.col("row").cast(pl.Int64))
        refused = read.rejects.filter((pl.col("source") == name) & ~pl.col("code").is_in(NOT_ROWS))
        unkeyed = refused.filter(pl.col("key").is_null())
        lost = unkeyed.join(rows, on=["file", "row"], how="semi").unique(["file", "row"])
        why = f"its key can't be read, so it may be a later version of any row of `{name}`"
        found.append(lost.select("source", "file", "row", pl.lit(why).alias("any")))
    return pl.concat(found)


def _marks(workspace: ResolvedWorkspace, name: str, rows: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """`shared`, `outside`, and what a row is worth, of rejected transactions of a source."""
    source = workspace.sources[name]
    schema: Schema = {column.name: column.type.optional() for column in source.columns}
    rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == name]
    grouped = reasons(workspace)
    why = [
        (rule, reason)
        for plan, rule in rules
        if (reason := of_rule(plan, rule, source.participant) or grouped.get(plan.name)) is not None
    ]
    taken = [pl.when(_could_take(rule, schema)).then(pl.lit(reason)) for rule, reason in why]
    shared = pl.coalesce([*taken, pl.lit(None, pl.String)])
    dates = dict.fromkeys(
        [*(rule.credit_date for _, rule in rules), *([source.date] if source.date and not rules else [])]
    )
    outside = pl.all_horizontal([pl.lit(bool(dates)), *(~pl.col(day).is_between(start, end) for day in dates)])
    return rows.select(
        pl.lit(name).alias("source"), pl.col("file"), pl.col("row").cast(pl.Int64), shared.alias("shared"),
        outside.fill_null(False).alias("outside"), *_worth(rules, schema),
    )  # fmt: skip


def _worth(rules: Sequence[tuple[Plan, Rule]], schema: Schema) -> tuple[pl.Expr, pl.Expr]:
    """What the first rule that could take a row would credit, and the currency of that; null where a value can't be read."""
    worth, currency = [pl.lit(None, DECIMAL)], [pl.lit(None, pl.String)]
    for plan, rule in rules:
        if rule.unit.dtype != "money" or not refs(rule.value.expr) <= set(schema):
            continue
        value = compiled(rule.value.expr, schema).cast(DECIMAL)
        taken = _could_take(rule, schema) & value.is_not_null()
        worth.append(pl.when(taken).then(value))
        currency.append(pl.when(taken).then(row_currency(plan, rule)))
    return pl.coalesce(worth).alias("worth"), pl.coalesce(currency).alias("worth_in")


def _could_take(rule: Rule, schema: Schema) -> pl.Expr:
    """Whether a rule would take the row, as far as can be read: what depends on the column at fault counts as yes."""
    wanted = pl.lit(True) if rule.where is None else compiled(rule.where.expr, schema).fill_null(True)
    for _, formula in rule.exclude:
        wanted = wanted & ~compiled(formula.expr, schema).fill_null(False)
    return wanted
