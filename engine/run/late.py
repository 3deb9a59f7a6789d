"""Rows that no run pays, as they are dated: in another period than their file, whose own run does not read it, or after the
calendar.

In: the accepted rows of sources that have a file for each period, with what the rules say of them. Out: rows of the log. Rows
of any other source are read by every run, so each is paid by the run of its own period, made again.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from engine.core.period import Period
from engine.plan.file_pattern import PERIOD, period_of
from engine.plan.resolved import Component, Plan, ResolvedWorkspace, Rule
from engine.record import collected, scanned
from engine.run.logged import LOG, logged
from engine.run.scope import scope_of

IN_ANOTHER_FILE, AFTER_CALENDAR = "E340", "E449"


def late(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Told in the run of the period whose file it is: in those after it nothing is new."""
    pay = workspace.calendar.containing(tables["scope"].item(0, "scope_end"), workspace.pay_period)
    parts = [
        _late(workspace, tables, plan, rule, pay)
        for plan in workspace.plans
        for rule in plan.rules
        if pay is not None and any(PERIOD in pattern for pattern in rule.source.files)
    ]
    return pl.concat([pl.DataFrame(schema=LOG), *(part for part in parts if part.height)])


def _late(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, pay: Period
) -> pl.DataFrame:
    """Rows of the pay period's files that the rule would take, if they are paid neither now nor on their own day."""
    source = scanned(tables, f"source/{rule.source.name}")
    shortest = [part.name for part in workspace.calendar.parts(pay)]
    of = {name: period_of(rule.source, name, shortest) for name in collected(source.select("file").unique())["file"]}
    day = pl.col(rule.credit_date)
    here = pl.col("file").is_in([name for name, period in of.items() if period is not None])
    elsewhere = (day < _paid_from(workspace, plan, rule, pay)) | (day > pay.end)
    known = day.is_between(plan.start, plan.end or date.max) & (day <= _last_day(workspace))
    rows = collected(source.filter(here & elsewhere & known))
    lost = [each for each in rows[rule.credit_date].unique().to_list() if unread(workspace, each, pay)]
    rows = rows.filter(day.is_in(lost))
    whose = pl.col("file").replace_strict(of, return_dtype=pl.String)
    message = pl.format("dated {}, in the file of {}: no run pays it", day.cast(pl.String), whose)
    since = _counted_since(workspace, plan, rule, pay)
    if since is not None:
        told = pl.format("{}, though what is to date here counts it", message)
        message = pl.when(day.is_between(since, pay.end)).then(told).otherwise(message)
    return _told(workspace, tables, plan, rule, rows, IN_ANOTHER_FILE, message)


def after_calendar(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Transactions of a day for which there will be no period, told for the first rule that would take each: a slip, mostly."""
    last = _last_day(workspace)
    parts = [pl.DataFrame(schema=LOG)]
    for plan in workspace.plans:
        for rule in plan.rules:
            day = pl.col(rule.credit_date)
            rows = _beyond(tables, rule, last)
            message = pl.format(
                "dated {}, and the calendar ends on {}: no run pays it", day.cast(pl.String), pl.lit(last)
            )
            parts.append(_told(workspace, tables, plan, rule, rows, AFTER_CALENDAR, message))
    return pl.concat(parts).unique(["source", "file", "row"], keep="first", maintain_order=True)


def _beyond(tables: Mapping[str, pl.DataFrame], rule: Rule, last: date) -> pl.DataFrame:
    """The rows after a day; of a large table first only the days are read, since there is hardly ever one."""
    day, source = pl.col(rule.credit_date), f"source/{rule.source.name}"
    latest = collected(scanned(tables, source, (rule.credit_date,)).select(day.max())).item()
    if latest is None or latest <= last:
        return pl.DataFrame()
    return collected(scanned(tables, source).filter(day > last))


def _last_day(workspace: ResolvedWorkspace) -> date:
    return workspace.calendar.of_length(workspace.calendar.shortest)[-1].end


def _told(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, rows: pl.DataFrame,
    code: str, message: pl.Expr,
) -> pl.DataFrame:  # fmt: skip
    """Those of the rows that the rule would take, with what they are worth."""
    if rows.height == 0:
        return pl.DataFrame(schema=LOG)
    p = f"{plan.name}.{rule.name}"
    said = scanned(tables, f"matches/{rule.source.name}")
    names = [*rule.source.key, f"{p}.value"] + ([f"{p}.where"] if rule.where is not None else [])
    excluded = [f"{p}.exclude.{name}" for name, _ in rule.exclude]
    keys = list(rule.source.key)
    told = collected(said.select(*names, *excluded).join(rows.select(keys).lazy(), on=keys, how="semi"))
    found = rows.join(told, on=keys, how="left")
    if rule.where is not None:
        found = found.filter(pl.col(f"{p}.where").fill_null(True))
    for name in excluded:
        found = found.filter(~pl.col(name).fill_null(False))
    money = rule.unit.dtype == "money"
    known = pl.col(rule.currency_column) if rule.currency_column else pl.lit(plan.currency)
    direct = rule.to if isinstance(rule.to, str) and rule.roll_up is None else None
    return logged(
        found, pl.lit(code), "warning", "credit", source=pl.lit(rule.source.name), file=pl.col("file"),
        row=pl.col("row"), key=pl.concat_str([pl.col(k).cast(pl.String) for k in rule.source.key], separator=" / "),
        plan=pl.lit(plan.name), part=pl.lit(rule.name), message=message,
        participant=pl.lit(None, pl.String) if direct is None else pl.col(direct), period=_period(workspace, found, rule),
        at_stake=pl.col(f"{p}.value") if money else pl.lit(None, pl.Decimal(38, 12)),
        currency=known if money else pl.lit(None, pl.String),
    )  # fmt: skip


def _period(workspace: ResolvedWorkspace, rows: pl.DataFrame, rule: Rule) -> pl.Expr:
    """The shortest period that each row is dated in; null outside the calendar."""
    calendar = workspace.calendar
    held = {day: calendar.containing(day, calendar.shortest) for day in rows[rule.credit_date].unique().to_list()}
    names = {day: None if period is None else period.name for day, period in held.items()}
    return pl.col(rule.credit_date).replace_strict(names, return_dtype=pl.String)


def unread(workspace: ResolvedWorkspace, day: date, pay: Period) -> bool:
    """Whether the run that pays a day leaves out the pay period's files: earlier ones do, later ones unless they reach back."""
    own = workspace.calendar.containing(day, workspace.pay_period)
    return own is None or own.end < pay.start or scope_of(workspace, own)[0] > pay.end


def _paid_from(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, pay: Period) -> date:
    """The first day of which every component that reads the rule pays in the pay period, or after it: its earning period's.

    A true-up pays for no other day: what it takes off is calculated from the same rows.
    """
    lengths = [component.length for component in plan.components if _reads(plan, component, rule)]
    held = [workspace.calendar.containing(pay.start, length) for length in lengths]
    return max((period.start for period in held if period is not None), default=pay.start)


def _reads(plan: Plan, component: Component, rule: Rule) -> bool:
    """Whether what the rule credits is paid on, or finds a tier or passes a gate, in the component."""
    measures = plan.with_parts(component.measures)
    return component.base == rule.name or any(rule.name in measure.rules for measure in measures)


def _counted_since(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, pay: Period) -> date | None:
    """The first day whose credits are in something to date of the pay period; None where nothing that has the rule adds up."""
    over = {component.remembers for component in plan.components if _reads(plan, component, rule)}
    measures = (measure for component in plan.components for measure in plan.with_parts(component.measures))
    over |= {measure.accumulation for measure in measures if rule.name in measure.rules}
    held = [workspace.calendar.containing(pay.start, each) for each in over - {None, "plan"} if each is not None]
    begins = [period.start for period in held if period is not None] + ([plan.start] if "plan" in over else [])
    return min(begins, default=None)
