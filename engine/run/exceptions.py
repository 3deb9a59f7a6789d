"""The exception log of a run: what intake rejected, what credit rules could not decide, what blocks an earning.

One row per failure with its code, severity, place, participant, period, money at stake and what to do. Severities, most
severe first: `blocks_period`, `blocks_participant`, `blocks_component`, `warning`, `notice`.
"""

from collections.abc import Mapping
from dataclasses import astuple

import polars as pl

from engine.core.exception_codes import HOLDS_NOBODY, OPEN, SEVERITIES
from engine.ir.program import Program
from engine.plan.resolved import ResolvedWorkspace, Waivable
from engine.record import collected, scanned
from engine.record.controls import untrue
from engine.record.like_total import HINT, with_total
from engine.record.misread import MAYBE, maybe_misread
from engine.record.reading import NOT_ROWS, SKIPPED, Reading
from engine.record.visible import visible
from engine.run.adjusted import adjusted
from engine.run.anniversaries import two_days
from engine.run.blocked import with_about
from engine.run.credit import NOT_ON_PLAN, not_credited
from engine.run.days import in_pay_period, period_of
from engine.run.everybody import NOBODY_NAMED, because, reasons
from engine.run.handling import handled
from engine.run.late import after_calendar, late
from engine.run.logged import LOG, logged, title_of
from engine.run.look_up import no_row
from engine.run.none_dated import none_dated
from engine.run.nowhere import nowhere
from engine.run.off_plan import off_plan
from engine.run.rejected import OUTDATED, whose
from engine.run.roll_up import above_earnings
from engine.run.stranger import STRANGE, STRANGER, People, with_stranger
from engine.run.target_exceptions import target_exceptions

CAUSES = {
    "missing_target": "E201", "zero_target": "E202", "bounds_fall": "E445", "below_lowest": "E203", "above_highest": "E204",
    "no_value": "E205", "earlier_interval": "E206", "no_group": "E380", "group_unknown": "E381", "pool_differs": "E382",
    "negative_weight": "E383", "negative_pool": "E384", "no_weights": "E385", "budget_unknown": "E410",
}  # fmt: skip
NOT_IN_ROSTER, COVERS_NOBODY, NEGATIVE, WAIVED_FOR_NOBODY = "E112", "E113", "E301", "E426"
NO_PAYROLL_ID = "E448"
AT_LEAST = "{} (at least this is at stake: other rules of `{}` would credit it with other amounts)"


def exceptions(
    workspace: ResolvedWorkspace, program: Program, tables: Mapping[str, pl.DataFrame], read: Reading
) -> pl.DataFrame:
    """The log of one run, in a fixed order."""
    scope = tables["scope"]
    rejects = whose(workspace, tables, read, scope.item(0, "scope_start"), scope.item(0, "scope_end"))
    common = reasons(workspace)
    parts = [
        _rejected(People(workspace, tables), tables, _with_totals(workspace, tables, read, rejects)),
        _missing_files(tables, read),
        _controls(read),
        _misread(read),
    ]
    for source in sorted(workspace.sources.values(), key=lambda s: s.name):
        if source.role == "transactions":
            parts += not_credited(workspace, tables, source, common)
            parts.append(nowhere(workspace, program, tables, source))
    parts += [late(workspace, tables), after_calendar(workspace, tables)]
    parts.append(none_dated(workspace, tables, {source for source, _ in read.missing}, rejects))
    parts += [_not_in_roster(workspace, tables), _covers_nobody(workspace, tables)]
    parts.append(_waived_for_nobody(workspace, tables))
    parts += [part for plan in workspace.plans for part in above_earnings(workspace, tables, plan)]
    parts += [part for plan in workspace.plans for part in off_plan(workspace, tables, plan)]
    parts += adjusted(workspace, tables)
    parts += no_row(workspace, tables, in_pay_period(tables, "credit_date"))
    parts += two_days(workspace, tables)
    parts += [target_exceptions(workspace, tables), _blocked(workspace, tables), _negative(tables)]
    parts.append(_no_payroll_id(workspace, tables))
    log = _once(pl.concat([pl.DataFrame(schema=LOG), *(part for part in parts if part.height)]))
    paid = tables["calendar"].filter(pl.col("in_pay_period"))["period"].to_list()
    outside = rejects.filter("outside").select("source", "file", "row")
    log = handled(workspace, log, outside, scope.item(0, "scope_end"), paid)
    rank = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int64)
    order = ["code", "source", "file", "row", "plan", "part", "participant", "period", "key", "message"]
    return log.sort([rank, *(pl.col(c) for c in order)], nulls_last=True)


def _once(log: pl.DataFrame) -> pl.DataFrame:
    """The log with one warning of each sale of somebody who is on no plan, however many rules would have taken it.

    It is the one with most at stake, and says where that is not all; none where a plan that holds such sales tells it.
    """
    off = pl.col("code").is_in([NOT_ON_PLAN, STRANGER])
    warned, held = off & (pl.col("severity") == "warning"), log.filter(off & (pl.col("severity") != "warning"))
    place = ["source", "file", "row", "key", "participant"]
    rows = log.filter(warned).join(held, on=place, how="anti", nulls_equal=True)
    stake = pl.col("at_stake")
    several = stake.filter(stake != 0).n_unique().over([*place, "plan"]) > 1
    said = pl.when(several).then(pl.format(AT_LEAST, "message", "plan")).otherwise(pl.col("message"))
    rows = rows.with_columns(said.alias("message"))
    rows = rows.sort(stake.abs(), descending=True, nulls_last=True, maintain_order=True)
    return pl.concat([log.filter(~warned), rows.unique(place, keep="first", maintain_order=True)])


def _with_totals(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], read: Reading, rejects: pl.DataFrame
) -> pl.DataFrame:
    """The rejected rows, with what to write for those that look like a total."""
    of = [(name, rejects.filter(pl.col("source") == name)) for name in rejects["source"].unique().sort()]
    told = [
        with_total(workspace.needed[name], rows, read.doubtful[name], scanned(tables, f"source/{name}"))
        for name, rows in of
    ]
    return pl.concat(told) if told else rejects.with_columns(pl.lit(None, pl.String).alias(HINT))


def _rejected(people: People, tables: Mapping[str, pl.DataFrame], rejects: pl.DataFrame) -> pl.DataFrame:
    """Rows that intake rejected. A row whose participant is known blocks that one, any other the period; a copy warns,
    and a row that is known not to count is a notice, as is one that the source skips.

    A row that is dated outside the run's days is none of this run's business, but stays in the log as a warning. One that
    blocks somebody whom the roster doesn't have holds nobody there is, and says so.
    """
    severity = (
        pl.when(pl.col("code").is_in([*OUTDATED, SKIPPED])).then(pl.lit("notice"))
        .when(pl.col("code").is_in(["X012", *NOT_ROWS]) | pl.col("outside")).then(pl.lit("warning"))
        .when(pl.col("participant").is_not_null() & pl.col("shared").is_null()).then(pl.lit("blocks_participant"))
        .otherwise(pl.lit("blocks_period"))
    )  # fmt: skip
    title = title_of(pl.col("code"))
    found = visible(pl.col("found").str.slice(0, 80))
    shown = (
        pl.when(pl.col("found").is_null()).then(pl.format(" (column `{}`)", pl.col("column")))
        .when(pl.col("column").is_null()).then(pl.format(": {}", found))
        .when(found == "").then(pl.format(" (column `{}`)", pl.col("column")))
        .otherwise(pl.format(" (column `{}`: `{}`)", pl.col("column"), found))
    )  # fmt: skip
    rejected_too = rejects.filter(pl.col("source") == people.source)["participant"].drop_nulls().unique()
    held = (severity == "blocks_participant") & ~pl.col("participant").is_in(rejected_too.implode())
    rejects = with_stranger(people, rejects, held)
    hint = pl.concat_str([pl.format("; {}", pl.col(name)).fill_null("") for name in (HINT, STRANGE)])
    reason = pl.coalesce("shared", pl.lit(NOBODY_NAMED))
    everybody = because(pl.when(severity == "blocks_period").then(reason))
    return logged(
        rejects, pl.col("code"), severity, "intake", source=pl.col("source"), file=pl.col("file"), row=pl.col("row"),
        key=pl.col("key"), participant=pl.col("participant"), period=period_of(tables, pl.col("date")),
        at_stake=pl.col("at_stake"), currency=pl.col("currency"), message=title + shown.fill_null("") + hint + everybody,
        record=pl.col("record"),
    )  # fmt: skip


def _missing_files(tables: Mapping[str, pl.DataFrame], read: Reading) -> pl.DataFrame:
    """Periods in scope that a source has no file for: what is paid now may stand on them, so they block."""
    rows = pl.DataFrame(list(read.missing), schema={"source": pl.String, "period": pl.String}, orient="row")
    message = pl.format("no file for {} in source `{}`", "period", "source")
    return logged(
        rows,
        pl.lit("X021"),
        "blocks_period",
        "files",
        source=pl.col("source"),
        period=pl.col("period"),
        message=message,
    )


def _controls(read: Reading) -> pl.DataFrame:
    """Control totals that are not what was found, or can't be told to be: rows may be missing, and nobody knows whose."""
    found = [astuple(each) for each in untrue(read.controls)]
    names = ("code", "severity", "source", "file", "row", "message")
    rows = pl.DataFrame(found, schema={name: LOG[name] for name in names}, orient="row")
    place = {name: pl.col(name) for name in ("source", "file", "row", "message")}
    return logged(rows, pl.col("code"), pl.col("severity"), "files", **place)


def _misread(read: Reading) -> pl.DataFrame:
    """Columns of numbers that may be read as a thousandth of what they are: it is not known, so nobody is held."""
    said = pl.Series("message", [maybe_misread(row) for row in read.misread.rows(named=True)], pl.String)
    rows = read.misread.with_columns(said)
    place = {name: pl.col(name) for name in ("source", "file", "row", "message")}
    return logged(rows, pl.lit(MAYBE), "warning", "files", **place)


def _not_in_roster(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Titles, positions and people that a plan names and the roster does not know: often a slip that leaves someone out."""
    roster = tables[f"source/{workspace.participants.name}"]
    missing = []
    for plan in workspace.plans:
        column, named = ("title", plan.titles) if plan.titles is not None else ("participant", plan.names or ())
        known = set(roster[column]) if column in roster.columns else set()
        missing += [(plan.name, column, name) for name in named if name not in known]
        for attribute, holder in dict.fromkeys((e.attribute, e.name) for v in plan.variables.values() for e in v.held):
            if holder not in set(roster[attribute]) and (plan.name, attribute, holder) not in missing:
                missing.append((plan.name, attribute, holder))
    rows = pl.DataFrame(missing, schema={"plan": pl.String, "column": pl.String, "name": pl.String}, orient="row")
    message = pl.format("no {} is `{}` in source `{}`", "column", "name", pl.lit(workspace.participants.name))
    return logged(rows, pl.lit(NOT_IN_ROSTER), "warning", "credit", plan=pl.col("plan"), message=message)


def _waived_for_nobody(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Waivers of items for the pay period that leave no amount as it was: nobody of that name has one."""
    paid = set(tables["calendar"].filter("in_pay_period")["period"])
    said = [
        (plan.name, component.name, waiver.participant, period)
        for plan in workspace.plans
        for component in plan.components
        for step in component.steps
        for waiver in (step.waivers if isinstance(step, Waivable) else ())
        for period in waiver.periods
        if period in paid
    ]
    if not said:
        return pl.DataFrame(schema=LOG)
    names = ["plan", "component", "participant", "period"]
    rows = pl.DataFrame(list(dict.fromkeys(said)), schema=dict.fromkeys(names, pl.String), orient="row")
    reached = collected(scanned(tables, "earnings", tuple(names)).select(names).unique())
    return logged(
        rows.join(reached, on=names, how="anti", maintain_order="left"), pl.lit(WAIVED_FOR_NOBODY), "warning", "earning",
        plan=pl.col("plan"), part=pl.col("component"), participant=pl.col("participant"), period=pl.col("period"),
    )  # fmt: skip


def _covers_nobody(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Plans in force that nobody is on in the days of the run."""
    first, last = tables["scope"].row(0, named=True)["scope_start"], tables["scope"].row(0, named=True)["scope_end"]
    in_force = [plan for plan in workspace.plans if plan.start <= last and (plan.end is None or plan.end >= first)]
    now = (pl.col("segment") <= last) & (pl.col("stint_end") >= first)
    empty = [plan.name for plan in in_force if tables[f"stints/{plan.name}"].filter(now).height == 0]
    rows = pl.DataFrame({"plan": empty}, schema={"plan": pl.String})
    return logged(rows, pl.lit(COVERS_NOBODY), "warning", "credit", plan=pl.col("plan"))


def _blocked(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Earnings of the pay period that are not known, and why."""
    blocked = (pl.col("outcome") == "blocked") & pl.col("in_pay_period")
    rows = with_about(workspace, tables, collected(scanned(tables, "earnings").filter(blocked)))
    code = pl.col("cause").replace_strict(CAUSES, default="E205", return_dtype=pl.String)
    title = title_of(code)
    return logged(
        rows, code, "blocks_component", "earning", message=pl.coalesce(pl.format("{}: {}", title, "about"), title),
        plan=pl.col("plan"), part=pl.col("component"), participant=pl.col("participant"), period=pl.col("period"),
        currency=pl.col("currency"),
    )  # fmt: skip


def _negative(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Payouts below zero: they stand, until settlement rules say otherwise."""
    return _of_payouts(tables["payouts"].filter(pl.col("amount") < 0), NEGATIVE)


def _no_payroll_id(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Payouts that payroll can't find the person of, where the roster has the ids of others: a new hire, mostly."""
    roster = tables[f"source/{workspace.participants.name}"]
    none = pl.col("payroll_id").fill_null("") == ""
    if "payroll_id" not in roster.columns or roster.filter(~none).is_empty():
        return pl.DataFrame(schema=LOG)
    return _of_payouts(tables["payouts"].filter(none & (pl.col("amount") != 0)), NO_PAYROLL_ID)


def _of_payouts(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    return logged(
        rows, pl.lit(code), "warning", "payout", plan=pl.col("plan"), part=pl.col("earning_code"),
        participant=pl.col("participant"), at_stake=pl.col("amount"), currency=pl.col("currency"),
    )  # fmt: skip


def with_status(payouts: pl.DataFrame, log: pl.DataFrame, earnings: pl.DataFrame) -> pl.DataFrame:
    """Payouts with `status`, by the earnings of the pay period.

    `payable`; `incomplete`: a component of it is blocked, and that is not waived; `not_payable`: its participant is, or the
    whole period.
    """
    open_ones = log.filter(pl.col("state") == OPEN)
    period = open_ones.filter(pl.col("severity") == "blocks_period").height > 0
    stopped = (
        open_ones.filter(pl.col("severity") == "blocks_participant")["participant"].drop_nulls().unique().to_list()
    )
    on = ["participant", "plan", "component"]
    blocked = open_ones.filter(pl.col("stage") == "earning").select("participant", "plan", component="part").unique()
    lines = earnings.join(blocked, on=on, how="semi")
    keys = ["participant", "plan", "earning_code"]
    lacking = lines.select(*keys, lacks=pl.lit(True)).unique()
    status = (
        pl.when(pl.lit(period) | pl.col("participant").is_in(stopped)).then(pl.lit("not_payable"))
        .when(pl.col("incomplete") & pl.col("lacks")).then(pl.lit("incomplete"))
        .otherwise(pl.lit("payable"))
    )  # fmt: skip
    joined = payouts.join(lacking, on=keys, how="left", maintain_order="left")
    return joined.with_columns(status.alias("status")).drop("lacks")


def blocking(log: pl.DataFrame) -> pl.DataFrame:
    """The rows of a log that stop some payment: neither waived, nor mere warnings."""
    return log.filter((pl.col("state") == OPEN) & ~pl.col("severity").is_in(HOLDS_NOBODY))
