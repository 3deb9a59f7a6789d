"""The exception log as the workspace wants it worked on: raised severities, waivers, owners.

In: the rows of the log. Out: the same rows, and what there is to say of waivers. No figure of a run depends on it: a waived
exception is paid in spite of, not mended.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from engine.core.codes import CODES
from engine.core.exception_codes import OPEN, SEVERITIES, TOLD_APART, WAIVED
from engine.core.slip import Slips
from engine.plan.handling import Handling, Owner, Waiver
from engine.plan.resolved import ResolvedWorkspace
from engine.record.visible import visible
from engine.run.logged import LOG, logged

UNUSED, EXPIRED = "E310", "E311"
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
MAIN = "komisi.yaml"
AT_RAISED = " The workspace raises it (`severities:` of komisi.yaml): mend the row in its source, or write a waiver."
SAID = ("participant", "key", "file", "record")
"""Columns of texts from the data: a waiver says them as the log is written for people."""
Hits = dict[int, int]
"""Of each waiver, by its place in the list, how many rows it is for."""


def handled(
    workspace: ResolvedWorkspace, log: pl.DataFrame, outside: pl.DataFrame, end: date, paid: Collection[str]
) -> pl.DataFrame:
    """The rows of the log with severities as raised, `state`, `waived_by` and `owner`; and a row of each idle waiver.

    `outside` names rows (source, file, row) that are dated outside the run's days: they concern no payout of it, and stay
    warnings. `end` is the last day of the pay period: a waiver is good if it lasts to it. `paid` are the periods that end in it.
    """
    handling = workspace.handling
    waivers = handling.waivers
    found = _matches(log, waivers)
    good = [n for n, waiver in enumerate(waivers) if waiver.last is not None and waiver.last >= end]
    hits: Hits = dict(found.group_by("waiver").len().iter_rows())
    log = _waived(log, waivers, found.filter(pl.col("waiver").is_in(good)))
    state = log.with_row_index("n").select(pl.col("n").cast(pl.Int64), "state")
    open_ones = found.join(state, on="n").filter(pl.col("state") == OPEN)
    again: Hits = dict(open_ones.group_by("waiver").len().iter_rows())
    told = [] if workspace.others else list(_told(log, waivers, hits, again, good, paid))
    return _owned(_raised(pl.concat([log, *told]), handling, outside), handling.owners)


def _matches(log: pl.DataFrame, waivers: tuple[Waiver, ...]) -> pl.DataFrame:
    """`n`, a row of the log by its place, and `waiver`, one that is for it; joined once for all that say the same columns."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for number, waiver in enumerate(waivers):
        alike.setdefault(tuple(name for name, _ in waiver.where), []).append(number)
    found = [pl.DataFrame(schema={"n": pl.Int64, "waiver": pl.Int64})]
    if not waivers:
        return found[0]
    rows = log.with_row_index("n").with_columns(pl.col("n").cast(pl.Int64), *(visible(pl.col(name)) for name in SAID))
    for names, numbers in alike.items():
        said = [(*(value for _, value in waivers[number].where), number) for number in numbers]
        schema = {name: LOG[name] for name in names} | {"waiver": pl.Int64()}
        wanted = pl.DataFrame(said, schema=schema, orient="row")
        found.append(rows.join(wanted, on=list(names)).select("n", "waiver"))
    return pl.concat(found)


def _waived(log: pl.DataFrame, waivers: tuple[Waiver, ...], found: pl.DataFrame) -> pl.DataFrame:
    """The log with the first waiver of each row in `state`, `waived_by` and `waived_in`."""
    if found.height == 0:
        return log
    first = found.group_by("n").agg(pl.col("waiver").min()).sort("n")
    words = {number: waivers[number].words for number in first["waiver"].unique().to_list()}
    places = {number: _place(waivers[number]) for number in words}
    by = first.select(
        "n",
        pl.lit(WAIVED).alias("state"),
        pl.col("waiver").replace_strict(words, return_dtype=pl.String).alias("waived_by"),
        pl.col("waiver").replace_strict(places, return_dtype=pl.String).alias("waived_in"),
    )
    rows = log.with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))
    joined = rows.join(by, on="n", how="left", suffix="_new", maintain_order="left")
    changed = [pl.coalesce(f"{name}_new", name).alias(name) for name in by.columns if name != "n"]
    return joined.with_columns(changed).select(list(LOG))


def _place(waiver: Waiver) -> str:
    return f"{MAIN}:{waiver.span.line}"


def _told(
    log: pl.DataFrame,
    waivers: tuple[Waiver, ...],
    hits: Hits,
    again: Hits,
    good: Collection[int],
    paid: Collection[str],
) -> Iterator[pl.DataFrame]:
    """Waivers that are for nothing, and expired ones whose exceptions are open `again`: no other waiver is for them.

    One that names a period says nothing of the runs that don't pay it; one that is both idle and expired has done its work.
    """
    for number, waiver in enumerate(waivers):
        where = dict(waiver.where)
        idle = number not in hits and number in good and ("period" not in where or where["period"] in paid)
        if not idle and (number in good or number not in again):
            continue
        rows = pl.DataFrame({"n": [number]})
        values = {name: pl.lit(value, LOG[name]) for name, value in waiver.where if name != "code"}
        what = "nothing in this run is" if idle else f"open again: {again[number]} ×"
        message = pl.lit(f"{what} {waiver.code}, as waived by {waiver.words}{_meant(log, waiver) if idle else ''}")
        code = pl.lit(UNUSED if idle else EXPIRED)
        yield logged(rows, code, "warning", "waiver", message=message, waived_in=pl.lit(_place(waiver)), **values)


def _meant(log: pl.DataFrame, waiver: Waiver) -> str:
    """Whom or what an idle waiver may have meant: a code that was told apart has it, or another spelling of it."""
    other = TOLD_APART.get(waiver.code)
    if other is not None and _matches(log, (replace(waiver, where=(("code", other), *waiver.where[1:])),)).height:
        return f"; what it names is {other}, {CODES[other].title}: write `code: {other}`"
    rows = log.filter(pl.col("code") == waiver.code)
    for column, value in waiver.where:
        if column in ("participant", "key"):
            near = Slips(rows[column].drop_nulls().unique()).meant(value)
            if near is not None:
                return f"; did you mean {column} `{near}`?"
    return ""


def _raised(log: pl.DataFrame, handling: Handling, outside: pl.DataFrame) -> pl.DataFrame:
    """Severities of codes that the workspace raises. A row that would hold its participant and names none holds the period."""
    said = handling.severities
    if not said or log.height == 0:
        return log
    stated = pl.col("code").replace_strict(said, default=None, return_dtype=pl.String)
    nobody = (stated == "blocks_participant") & pl.col("participant").is_null()
    stated = pl.when(nobody).then(pl.lit("blocks_period")).otherwise(stated)
    rank = [part.replace_strict(RANK, default=None, return_dtype=pl.Int64) for part in (stated, pl.col("severity"))]
    place = pl.struct("source", "file", "row")
    there = outside.select(place.alias("place"))["place"].implode() if outside.height else None
    own = pl.lit(True) if there is None else ~((pl.col("stage") == "intake") & place.is_in(there))
    hit = (own & (rank[0] < rank[1])).fill_null(False)
    rest = pl.col("help").str.replace(r"\s*Nothing to do[^.]*\.", "")
    return log.with_columns(
        pl.when(hit).then(stated).otherwise(pl.col("severity")).alias("severity"),
        pl.when(hit).then(rest + pl.lit(AT_RAISED)).otherwise(pl.col("help")).alias("help"),
    )


def _owned(log: pl.DataFrame, owners: tuple[Owner, ...]) -> pl.DataFrame:
    """The log with whose each row is: that of the first item that fits."""
    whose = pl.lit(None, pl.String)
    for owner in reversed(owners):
        exact = [code for code in owner.codes if not code.endswith("*")]
        starts = [pl.col("code").str.starts_with(code[:-1]) for code in owner.codes if code.endswith("*")]
        fits = [
            *([pl.any_horizontal(pl.col("code").is_in(exact), *starts)] if owner.codes else []),
            *([pl.col("source").is_in(owner.sources).fill_null(False)] if owner.sources else []),
            *([pl.col("plan").is_in(owner.plans).fill_null(False)] if owner.plans else []),
        ]
        whose = pl.when(pl.all_horizontal(pl.lit(True), *fits)).then(pl.lit(owner.owner)).otherwise(whose)
    return log.with_columns(whose.alias("owner"))
