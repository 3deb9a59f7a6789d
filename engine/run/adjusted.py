"""What the log says of adjustments that do nothing, or too much: each at its own row, for both whom it names.

In: `adjustments/…` of all rules that take a source, and the states of the transactions. Out: rows of the log. What is approved
and not done pays somebody too much and somebody too little, so it holds both.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.plan.file_pattern import by_period
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.record import collected, scanned
from engine.run.everybody import because, listed, reasons
from engine.run.logged import LOG, logged, title_of

NO_TRANSACTION, NO_CREDIT, NO_CHANGE = "E433", "E434", "E437"
HELD = {"moved_over_one": "E435", "moved_twice": "E436"}
STATES = ("out_of_scope", "exception")
"""Where its own transaction is told of, or is not of these days: nothing more is said of its adjustment."""
BECAUSE, PLAN, RULE, TAKER = "~because", "~plan", "~rule", "~taker"
"""What became of an adjustment, and by which rule; who is told of what holds a credit: whoever would get it, since whose it is
has it in the log as such."""
SAID, WHOSE, WHO, HAS = "~said", "~whose", "~who", "~has"
"""What the rules say of its transaction, whom they credit with it, whom a row of the log names; and who has the credit that
an adjustment looks for with somebody else: it may be theirs that was to be moved."""
Takers = list[tuple[Plan, Rule]]
Tables = Mapping[str, pl.DataFrame]


def adjusted(workspace: ResolvedWorkspace, tables: Tables) -> Iterator[pl.DataFrame]:
    """All that is told of adjustments, by source."""
    for name, source in sorted(workspace.sources.items()):
        takers = [
            (plan, rule)
            for plan in workspace.plans
            for rule in plan.rules
            if rule.adjustments is not None and rule.adjustments.source.name == name
        ]
        if source.role == "adjustments" and takers:
            yield from _of(workspace, tables, source, takers)


def _of(workspace: ResolvedWorkspace, tables: Tables, source: Source, takers: Takers) -> Iterator[pl.DataFrame]:
    rows = collected(scanned(tables, f"source/{source.name}"))
    if rows.height == 0:
        return
    rows = rows.with_columns(pl.coalesce("to_participant", "from_participant").alias(TAKER))
    key, common = list(source.row_key), reasons(workspace)
    everybody = listed([common[plan.name] for plan, _ in takers if plan.name in common])
    done = pl.concat([_done(tables, plan, rule, key) for plan, rule in takers])
    held = rows.join(done.filter(pl.col(BECAUSE).is_in(list(HELD))), on=key, how="inner", maintain_order="left")
    yield _told(source, held, pl.col(BECAUSE).replace_strict(HELD, return_dtype=pl.String), everybody, (TAKER,))
    idle, does = pl.col(BECAUSE) == "no_change", pl.col(BECAUSE).is_in(["", *HELD])
    best = done.group_by(key).agg(idle.any().alias("~idle"), does.any().alias("~does"))
    nothing = rows.join(best, on=key, how="left", maintain_order="left").filter(~pl.col("~does").fill_null(False))
    both = ("from_participant", "to_participant")
    yield _told(source, nothing.filter("~idle"), pl.lit(NO_CHANGE), everybody, both)
    if workspace.others:  # what a plan that is left out would do with them, this run can't know
        return
    lost = nothing.filter(~pl.col("~idle").fill_null(False))
    about = pl.concat([_about(tables, plan, rule, lost) for plan, rule in takers])
    about = about.group_by(key).agg(
        pl.col("~known").any(), pl.col("~quiet").any(), pl.col(SAID).drop_nulls(), pl.col(HAS).explode().drop_nulls()
    )
    lost = lost.join(about, on=key, how="left", maintain_order="left").filter(~pl.col("~quiet").fill_null(False))
    known = pl.col("~known").fill_null(False)
    elsewhere = all(by_period(rule.source) for _, rule in takers)
    of_another = pl.lit("none in the files of this run; one of another period is moved in the run of that")
    told, severity = (of_another, "warning") if elsewhere else (None, None)
    yield _told(source, lost.filter(~known), pl.lit(NO_TRANSACTION), everybody, both, told, severity)
    whose = (*both, HAS)
    yield _told(source, lost.filter(known), pl.lit(NO_CREDIT), everybody, whose, _where(source, takers))


def _where(source: Source, takers: Takers) -> pl.Expr:
    """What the rules that it is for say of the transaction; or that there is no such rule."""
    said = pl.col(SAID).list.join("; ")
    if source.column("credit_rule") is None:
        return said
    names = [f"{plan.name}.{rule.name}" for plan, rule in takers]
    none = pl.format("no rule `{}` takes adjustments of `{}`", "credit_rule", pl.lit(source.name))
    return pl.when(pl.col("credit_rule").is_null() | pl.col("credit_rule").is_in(names)).then(said).otherwise(none)


def _done(tables: Tables, plan: Plan, rule: Rule, key: list[str]) -> pl.DataFrame:
    """What became of each adjustment by one rule."""
    rows = collected(
        scanned(tables, f"adjustments/{plan.name}.{rule.name}").select(*key, pl.col("because").alias(BECAUSE))
    )
    return rows.with_columns(pl.lit(plan.name).alias(PLAN), pl.lit(rule.name).alias(RULE))


def _about(tables: Tables, plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """What one rule said of the transactions of some adjustments: whether they are there, and where they ended."""
    assert rule.adjustments is not None
    keys, name = list(rule.source.key), f"{plan.name}.{rule.name}"
    said = scanned(tables, f"states/{rule.source.name}").select(
        *keys, pl.col(name).alias("~state"), pl.col(f"{name}.because").alias("~why")
    )
    found = collected(rows.lazy().join(said, on=keys, how="left", maintain_order="left"))
    found = found.join(_whose(tables, name, found.select(keys)), on=keys, how="left", maintain_order="left")
    why = pl.when(pl.col("~why").fill_null("") == "").then(pl.lit("")).otherwise(pl.format(" ({})", "~why"))
    names = pl.col(WHOSE).list.join(", ")
    to = pl.when(pl.col(WHOSE).is_null()).then(pl.lit("")).otherwise(pl.format(" to {}", names))
    mine = pl.lit(True) if "credit_rule" not in rows.columns else pl.col("credit_rule").fill_null(name) == name
    return found.select(
        *rule.adjustments.source.row_key,
        pl.col("~state").is_not_null().alias("~known"),
        (mine & pl.col("~state").is_in(list(STATES))).fill_null(False).alias("~quiet"),
        pl.when(mine).then(pl.format("by {} it is {}{}{}", pl.lit(name), "~state", to, why)).alias(SAID),
        pl.when(mine & pl.lit(rule.roll_up is None)).then(pl.col(WHOSE)).alias(HAS),
    )


def _whose(tables: Tables, name: str, keys: pl.DataFrame) -> pl.DataFrame:
    """To whom a rule credits these transactions."""
    credited = scanned(tables, f"credits/{name}").filter(pl.col("state") == "credited")
    of_these = collected(
        credited.join(keys.unique().lazy(), on=keys.columns, how="semi").select(*keys.columns, "participant")
    )
    return of_these.group_by(keys.columns).agg(pl.col("participant").sort().alias(WHOSE))


def _told(
    source: Source,
    rows: pl.DataFrame,
    code: pl.Expr,
    everybody: str,
    whose: tuple[str, ...],
    about: pl.Expr | None = None,
    severity: str | None = None,
) -> pl.DataFrame:
    """A row of the log for each participant of an adjustment; for the period, where it names none or others' pay hangs on it.

    `everybody`: why it does, in words; nothing, where it does not.
    """
    if rows.height == 0:
        return pl.DataFrame(schema=LOG)
    named = pl.concat_list([pl.col(name) for name in whose]).list.unique(maintain_order=True)
    rows = rows.with_columns(named.alias(WHO))
    rows = rows.with_columns((pl.col(WHO).list.drop_nulls().list.len() == 0).alias("~nobody")).explode(WHO)
    rows = rows.filter(pl.col("~nobody") | pl.col(WHO).is_not_null())
    all_of_it = pl.col(WHO).is_null() | bool(everybody)
    held = pl.when(all_of_it).then(pl.lit("blocks_period")).otherwise(pl.lit("blocks_participant"))
    title = title_of(code)
    message = title if about is None else pl.concat_str([title, pl.format(": {}", about).fill_null("")])
    if severity is None:
        message = message + because(pl.lit(everybody or None, pl.String))
    part = {name: pl.col(own) for name, own in (("plan", PLAN), ("part", RULE)) if own in rows.columns}
    return logged(
        rows, code, held if severity is None else severity, "adjustment", message=message, source=pl.lit(source.name),
        file=pl.col("file"), row=pl.col("row"),
        key=pl.concat_str([pl.col(name).cast(pl.String) for name in source.row_key], separator=" / "),
        participant=pl.col(WHO), **part,
    )  # fmt: skip
