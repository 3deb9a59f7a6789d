"""A pay period without a row: a file that was forgotten, or a month in which nothing happened.

In: the accepted and the rejected rows, and what is due. Out: rows of the log, one for each source that rules read and that has
nothing of what is paid. They hold everybody where that is so of all sources of a plan, and a component has nothing to pay for.
"""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from engine.core.period import Period
from engine.plan.file_pattern import by_period, period_of
from engine.plan.resolved import Component, Plan, ResolvedWorkspace
from engine.plan.workspace import Source
from engine.record import collected, scanned
from engine.record.reading import NOT_ROWS
from engine.run.days import in_pay_period
from engine.run.everybody import because, listed
from engine.run.logged import LOG, logged, title_of
from engine.run.paid_for import Days, paid_for
from engine.run.rejected import LOSES_NOTHING

NONE_DATED = "E450"
Tables = Mapping[str, pl.DataFrame]
Held = Mapping[str, Collection[str]]
"""Each component that has nothing to pay for, as `plan.component`, with the sources that it would pay for."""


def none_dated(
    workspace: ResolvedWorkspace, tables: Tables, missing: Collection[str], rejects: pl.DataFrame
) -> pl.DataFrame:
    """Sources that have nothing of the pay period; those are told already that are `missing` a file.

    Of rows that are dated in it and were refused it is said that they are all there is; they hold whom they name.
    """
    pay = workspace.calendar.containing(tables["scope"].item(0, "scope_end"), workspace.pay_period)
    rejects = rejects.filter(~pl.col("code").is_in(NOT_ROWS))
    dated = rejects.filter(in_pay_period(tables, "date"))
    empty = {
        name: days for name, days in _credit_dates(workspace.plans).items() if not _any_paid(tables, name, sorted(days))
    }
    told = empty.keys() - set(missing)
    there = {name for name in told if _said_so(workspace, tables, workspace.sources[name], pay, rejects)}
    there |= {name for name in told if _waits(workspace, tables, workspace.sources[name], pay, sorted(empty[name]))}
    held = _held(workspace, tables, empty.keys() - there - set(dated["source"]))
    parts = [pl.DataFrame(schema=LOG)]
    for name in sorted(told):
        components = {component: sources for component, sources in held.items() if name in sources}
        about = _none(dated.filter((pl.col("source") == name) & ~pl.col("code").is_in(LOSES_NOTHING)))
        if components:
            about = about + because(pl.lit(_why(components)))
        parts.append(logged(
            pl.DataFrame({"source": [name]}), pl.lit(NONE_DATED), "blocks_period" if components else "warning", "files",
            source=pl.col("source"), period=pl.lit(None if pay is None else pay.name, pl.String), message=about,
        ))  # fmt: skip
    return pl.concat(parts)


def _why(held: Held) -> str:
    """What makes it that everybody is held: which components have nothing, and of what."""
    names = listed([f"the component `{name}`" for name in held])
    sources = listed([f"`{name}`" for name in sorted({name for of in held.values() for name in of})])
    return f"{names} {'has' if len(held) == 1 else 'have'} no row of {sources} to pay for"


def _none(rows: pl.DataFrame) -> pl.Expr:
    """The message; `rows` of the pay period were all refused."""
    if rows.height == 0:
        return title_of(pl.lit(NONE_DATED))
    count = "the one that is was refused" if rows.height == 1 else f"the {rows.height:,} that are were refused"
    codes = ", ".join(sorted(rows["code"].unique()))
    return pl.lit(f"no row that counts is dated in the pay period: {count} ({codes})")


def _said_so(
    workspace: ResolvedWorkspace, tables: Tables, source: Source, pay: Period | None, rejects: pl.DataFrame
) -> bool:
    """Whether the pay period has a file of its own without a row: then somebody says that there was nothing."""
    if pay is None or not by_period(source):
        return False
    files = set(collected(scanned(tables, f"source/{source.name}", ("file",)).unique())["file"])
    files |= set(rejects.filter(pl.col("source") == source.name)["file"].drop_nulls())
    return not _of_period(workspace, source, pay, files)


def _waits(
    workspace: ResolvedWorkspace, tables: Tables, source: Source, pay: Period | None, credit_dates: list[str]
) -> bool:
    """Whether rows that wait for their day show that the file is there: one of the pay period's own file does, else one that has
    another day in it. One of an earlier day says nothing of this file, unless no row was ever credited, and all wait."""
    waiting = pl.any_horizontal(pl.col(day).is_null() for day in credit_dates)
    if by_period(source):
        rows = scanned(tables, f"source/{source.name}", ("file", *credit_dates)).filter(waiting)
        files = collected(rows.select("file").unique())["file"]
        return pay is not None and bool(_of_period(workspace, source, pay, files))
    days = [column.name for column in source.columns if column.type.dtype == "date"]
    of_now = waiting & pl.any_horizontal(in_pay_period(tables, day) for day in days)
    undated = pl.all_horizontal(pl.col(day).is_null() for day in credit_dates)
    rows = scanned(tables, f"source/{source.name}", days).select(of_now.any() | ((pl.len() > 0) & undated.all()))
    return bool(collected(rows).item())


def _of_period(workspace: ResolvedWorkspace, source: Source, pay: Period, files: Iterable[str]) -> list[str]:
    """Those of the files that are the pay period's own."""
    parts = [part.name for part in workspace.calendar.parts(pay)]
    return [file for file in files if period_of(source, file, parts) is not None]


def _held(workspace: ResolvedWorkspace, tables: Tables, lacking: Collection[str]) -> Held:
    """The components that pay in this run and have nothing to pay for, of plans of which all sources are `lacking`.

    A plan that pays on what another one pays has that.
    """
    found = {}
    for plan in workspace.plans:
        if _credit_dates([plan]).keys() <= set(lacking) and not any(of != plan.name for of, _ in _earned([plan])):
            for component in plan.components:
                days = _to_pay_for(workspace, tables, plan, component)
                if days and not any(_any_between(tables, each) for each in days):
                    found[f"{plan.name}.{component.name}"] = sorted({each.source for each in days})
    return found


def _to_pay_for(workspace: ResolvedWorkspace, tables: Tables, plan: Plan, component: Component) -> list[Days]:
    """What a component pays for in this run; nothing, where nobody has anything of it now, or only the plan itself reads it."""
    elsewhere = _earned(each for each in workspace.plans if each.name != plan.name)
    if not component.paid and (plan.name, component.name) not in elsewhere:
        return []
    mine = (pl.col("plan") == plan.name) & (pl.col("component") == component.name) & pl.col("in_pay_period")
    rows = scanned(tables, "earnings", ("plan", "component", "period", "in_pay_period")).filter(mine)
    names = set(collected(rows.select("period").unique())["period"])
    due = [period for period in workspace.calendar.of_length(component.length) if period.name in names]
    return paid_for(workspace.calendar, plan, component, (due[0], due[-1])) if due else []


def _earned(plans: Iterable[Plan]) -> set[tuple[str, str]]:
    """Plan and component of all whose earnings some measure of the plans adds up."""
    return {of for plan in plans for measure in plan.measures for of in measure.earnings_of(plan.name)}


def _any_paid(tables: Tables, name: str, days: list[str]) -> bool:
    """Whether a source has a row of the pay period."""
    inside = pl.any_horizontal(in_pay_period(tables, day) for day in days)
    return bool(collected(scanned(tables, f"source/{name}", days).select(inside.any())).item())


def _any_between(tables: Tables, days: Days) -> bool:
    """Whether a source has a row of some days."""
    inside = pl.col(days.column).is_between(days.first, days.last)
    return bool(collected(scanned(tables, f"source/{days.source}", (days.column,)).select(inside.any())).item())


def _credit_dates(plans: Iterable[Plan]) -> dict[str, set[str]]:
    """Each source of transactions with the days by which rules of the plans credit them."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        for rule in plan.rules:
            found.setdefault(rule.source.name, set()).add(rule.credit_date)
    return found
