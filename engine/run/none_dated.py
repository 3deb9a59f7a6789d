"""A pay period without a row: a file that was forgotten, or a month in which nothing happened.

In: the accepted and the rejected rows, and what is due. Out: rows of the log, one for each source that rules read and that has
nothing of what is paid; they hold everybody where that is so of all sources of a plan.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import polars as pl

from engine.core.period import Period
from engine.plan.file_pattern import by_period, period_of
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.record import collected, scanned
from engine.record.reading import NOT_ROWS
from engine.run.days import in_pay_period
from engine.run.everybody import because, listed
from engine.run.logged import LOG, logged, title_of
from engine.run.rejected import LOSES_NOTHING

NONE_DATED = "E450"
Tables = Mapping[str, pl.DataFrame]


def none_dated(
    workspace: ResolvedWorkspace, tables: Tables, missing: Collection[str], rejects: pl.DataFrame
) -> pl.DataFrame:
    """Sources that have nothing of the pay period; those are told already that are `missing` a file.

    Of rows that are dated in it and were refused it is said that they are all there is; they hold whom they name.
    """
    pay = workspace.calendar.containing(tables["scope"].item(0, "scope_end"), workspace.pay_period)
    dated = rejects.filter(in_pay_period(tables, "date") & ~pl.col("code").is_in(NOT_ROWS))
    empty = {name for name, days in _credit_dates(workspace.plans).items() if not _any(tables, name, days, None)}
    seen = {name for name in empty - set(missing) if _said_so(workspace, tables, name, pay, rejects)}
    held = _plans_without(workspace, tables, empty - seen - set(dated["source"]))
    parts = [pl.DataFrame(schema=LOG)]
    for name in sorted(empty - set(missing)):
        plans = [plan for plan in held if name in _credit_dates([plan])]
        about = _none(dated.filter((pl.col("source") == name) & ~pl.col("code").is_in(LOSES_NOTHING)))
        if plans:
            about = about + because(pl.lit(_why(plans)))
        parts.append(logged(
            pl.DataFrame({"source": [name]}), pl.lit(NONE_DATED), "blocks_period" if plans else "warning", "files",
            source=pl.col("source"), period=pl.lit(None if pay is None else pay.name, pl.String), message=about,
        ))  # fmt: skip
    return pl.concat(parts)


def _why(plans: list[Plan]) -> str:
    """What makes it that everybody is held: which plans have nothing, and of what."""
    names = listed([f"the plan `{plan.name}`" for plan in plans])
    sources = listed([f"`{name}`" for name in sorted(_credit_dates(plans))])
    return f"{names} {'has' if len(plans) == 1 else 'have'} no row of {sources} to pay for"


def _none(rows: pl.DataFrame) -> pl.Expr:
    """The message; `rows` of the pay period were all refused."""
    if rows.height == 0:
        return title_of(pl.lit(NONE_DATED))
    count = "the one that is was refused" if rows.height == 1 else f"the {rows.height:,} that are were refused"
    codes = ", ".join(sorted(rows["code"].unique()))
    return pl.lit(f"no row that counts is dated in the pay period: {count} ({codes})")


def _said_so(
    workspace: ResolvedWorkspace, tables: Tables, name: str, pay: Period | None, rejects: pl.DataFrame
) -> bool:
    """Whether the pay period has a file of its own, with only the header: then somebody says that there was nothing."""
    source = workspace.sources[name]
    if pay is None or not by_period(source):
        return False
    parts = [part.name for part in workspace.calendar.parts(pay)]
    files = set(collected(scanned(tables, f"source/{name}", ("file",)).select("file").unique())["file"])
    files |= set(rejects.filter(pl.col("source") == name)["file"].drop_nulls())
    return all(period_of(source, file, parts) is None for file in files)


def _plans_without(workspace: ResolvedWorkspace, tables: Tables, empty: Collection[str]) -> list[Plan]:
    """The plans that pay in this run and have no transaction that they could pay for: all their sources are `empty`.

    What a component pays for begins with its own period, as a quarter. A plan that pays on earnings of others has those.
    """
    due = collected(scanned(tables, "earnings", ("plan", "start", "in_pay_period")).filter("in_pay_period"))
    starts = dict(due.group_by("plan").agg(pl.col("start").min()).iter_rows())
    found = []
    for plan in (plan for plan in workspace.plans if plan.name in starts and plan.rules):
        days = _credit_dates([plan])
        if days.keys() <= set(empty) and not _reads_others(plan):
            earlier = any(_any(tables, name, days[name], starts[plan.name]) for name in days)
            found += [] if earlier else [plan]
    return found


def _reads_others(plan: Plan) -> bool:
    """Whether it pays on what others earned, or on what another plan pays."""
    earned = (of for measure in plan.measures for of, _ in measure.earnings_of(plan.name))
    return any(measure.reports is not None for measure in plan.measures) or any(of != plan.name for of in earned)


def _any(tables: Tables, name: str, days: Collection[str], start: date | None) -> bool:
    """Whether a source has a row of the pay period, or since an earlier day."""
    end = tables["scope"].item(0, "scope_end")
    of = sorted(days)
    inside = [in_pay_period(tables, day) if start is None else pl.col(day).is_between(start, end) for day in of]
    return bool(collected(scanned(tables, f"source/{name}", of).select(pl.any_horizontal(inside).any())).item())


def _credit_dates(plans: Iterable[Plan]) -> dict[str, set[str]]:
    """Each source of transactions with the days by which rules of the plans credit them."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        for rule in plan.rules:
            found.setdefault(rule.source.name, set()).add(rule.credit_date)
    return found
