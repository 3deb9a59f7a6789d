"""The exception log of a run: what intake rejected, what credit rules could not decide, what blocks an earning.

One row per failure with its code, severity, place, participant, period, money at stake and what to do. Severities, most
severe first: `blocks_period`, `blocks_participant`, `blocks_component`, `warning`, `notice`.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from engine.core.codes import CODES
from engine.core.exception_codes import HOLDS_NOBODY, OPEN, SEVERITIES
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule, Waivable
from engine.plan.workspace import Source
from engine.record import collected, scanned
from engine.record.reading import Reading
from engine.record.visible import visible
from engine.run.adjusted import adjusted
from engine.run.adjusted_shares import at_adjustments, without_taken_away
from engine.run.anniversaries import two_days
from engine.run.blocked import with_about
from engine.run.days import in_pay_period, period_of
from engine.run.everybody import NOBODY_NAMED, because, reasons
from engine.run.handling import handled
from engine.run.late import after_calendar, late, none_dated
from engine.run.logged import DECIMAL, LOG, logged
from engine.run.look_up import no_row
from engine.run.off_plan import off_plan
from engine.run.rejected import whose
from engine.run.roll_up import above_earnings, managers_unknown, with_chain
from engine.run.split_rows import with_assigned
from engine.run.target_exceptions import target_exceptions
from engine.run.wanted_rates import with_wanted

BECAUSE = {
    "no_value": "E101", "several_rules": "E102", "other_currency": "E103", "shares_over_one": "E104",
    "not_on_plan": "E105", "no_participant": "E106", "no_assignment": "E107", "shares_under_one": "E108",
    "manager_cycle": "E120", "longer_chain": "E121", "no_manager": "E122", "beyond_reach": "E451", "assigned_twice": "E360",
    "bad_weight": "E361", "no_exchange_rate": "E400", "moved_over_one": "E435", "moved_twice": "E436", "dated_later": "E455",
    "not_on_roster": "E456", "undated": "E453",
}  # fmt: skip
CAUSES = {
    "missing_target": "E201", "zero_target": "E202", "bounds_fall": "E445", "below_lowest": "E203", "above_highest": "E204",
    "no_value": "E205", "earlier_interval": "E206", "no_group": "E380", "group_unknown": "E381", "pool_differs": "E382",
    "negative_weight": "E383", "negative_pool": "E384", "no_weights": "E385", "budget_unknown": "E410",
}  # fmt: skip
OUTDATED = ("X023", "X024", "X025")
"""Rows that don't count because another one does, or because they were not known yet."""
EXPECTED_MISSING, UNMATCHED, NOT_IN_ROSTER, COVERS_NOBODY, NEGATIVE = "E109", "E110", "E112", "E113", "E301"
WAIVED_FOR_NOBODY = "E426"


def exceptions(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], read: Reading) -> pl.DataFrame:
    """The log of one run, in a fixed order."""
    scope = tables["scope"]
    rejects = whose(workspace, tables, read, scope.item(0, "scope_start"), scope.item(0, "scope_end"))
    common = reasons(workspace)
    parts = [_rejected(tables, rejects), _missing_files(tables, read), _controls(read)]
    for source in sorted(workspace.sources.values(), key=lambda s: s.name):
        if source.role != "transactions":
            continue
        rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
        for plan, rule in rules:
            parts += [
                _undecided(tables, plan, rule, common.get(plan.name)),
                _not_credited(tables, plan, rule, common.get(plan.name)),
                _unexpected(tables, plan, rule),
                managers_unknown(workspace, tables, plan, rule),
            ]
        parts.append(_nowhere(workspace, tables, source))
        parts.append(_unmatched(workspace, tables, source.name, source.key, source.date))
    parts += [late(workspace, tables), after_calendar(workspace, tables)]
    parts.append(none_dated(workspace, tables, {source for source, _ in read.missing}))
    parts += [_not_in_roster(workspace, tables), _covers_nobody(workspace, tables)]
    parts.append(_waived_for_nobody(workspace, tables))
    parts += [part for plan in workspace.plans for part in above_earnings(workspace, tables, plan)]
    parts += [part for plan in workspace.plans for part in off_plan(workspace, tables, plan)]
    parts += adjusted(workspace, tables)
    parts += no_row(workspace, tables, in_pay_period(tables, "credit_date"))
    parts += two_days(workspace, tables)
    parts += [target_exceptions(workspace, tables), _blocked(workspace, tables), _negative(tables)]
    log = _once(pl.concat([pl.DataFrame(schema=LOG), *(part for part in parts if part.height)]))
    paid = tables["calendar"].filter(pl.col("in_pay_period"))["period"].to_list()
    outside = rejects.filter("outside").select("source", "file", "row")
    log = handled(workspace, log, outside, scope.item(0, "scope_end"), paid)
    rank = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int64)
    order = ["code", "source", "file", "row", "plan", "part", "participant", "period", "key", "message"]
    return log.sort([rank, *(pl.col(c) for c in order)], nulls_last=True)


def _once(log: pl.DataFrame) -> pl.DataFrame:
    """The log with one warning of each sale of somebody who is on no plan, however many rules would have taken it.

    It is the one with most at stake; none where a plan that holds such sales tells it.
    """
    off = pl.col("code") == BECAUSE["not_on_plan"]
    warned, held = off & (pl.col("severity") == "warning"), log.filter(off & (pl.col("severity") != "warning"))
    place = ["source", "file", "row", "key", "participant"]
    rows = log.filter(warned).join(held, on=place, how="anti", nulls_equal=True)
    rows = rows.sort(pl.col("at_stake").abs(), descending=True, nulls_last=True, maintain_order=True)
    return pl.concat([log.filter(~warned), rows.unique(place, keep="first", maintain_order=True)])


def _rejected(tables: Mapping[str, pl.DataFrame], rejects: pl.DataFrame) -> pl.DataFrame:
    """Rows that intake rejected. A row whose participant is known blocks that one, any other the period; a copy warns,
    and a row that is known not to count is a notice.

    A row that is dated outside the run's days is none of this run's business, but stays in the log as a warning.
    """
    severity = (
        pl.when(pl.col("code").is_in(OUTDATED)).then(pl.lit("notice"))
        .when((pl.col("code") == "X012") | pl.col("outside")).then(pl.lit("warning"))
        .when(pl.col("participant").is_not_null() & pl.col("shared").is_null()).then(pl.lit("blocks_participant"))
        .otherwise(pl.lit("blocks_period"))
    )  # fmt: skip
    titles = {name: entry.title for name, entry in CODES.items()}
    title = pl.col("code").replace_strict(titles, default="", return_dtype=pl.String)
    found = visible(pl.col("found").str.slice(0, 80))
    shown = (
        pl.when(pl.col("found").is_null()).then(pl.format(" (column `{}`)", pl.col("column")))
        .when(pl.col("column").is_null()).then(pl.format(": {}", found))
        .when(found == "").then(pl.format(" (column `{}`)", pl.col("column")))
        .otherwise(pl.format(" (column `{}`: `{}`)", pl.col("column"), found))
    )  # fmt: skip
    reason = pl.coalesce("shared", pl.lit(NOBODY_NAMED))
    everybody = because(pl.when(severity == "blocks_period").then(reason))
    return logged(
        rejects, pl.col("code"), severity, "intake", source=pl.col("source"), file=pl.col("file"), row=pl.col("row"),
        key=pl.col("key"), participant=pl.col("participant"), period=period_of(tables, pl.col("date")),
        at_stake=pl.col("at_stake"), currency=pl.col("currency"), message=title + shown.fill_null("") + everybody,
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
    """Control totals that are not what was found: rows may be missing, and nobody knows whose."""
    if read.controls.height == 0:
        return pl.DataFrame(schema=LOG)
    rows = read.controls.filter(pl.col("stated").is_null() | (pl.col("stated") != pl.col("found")))
    stated = pl.coalesce(pl.format("stated {}", _plain("stated")), pl.lit("none is stated"))
    message = pl.format("{} of {}: {}, found {}", "total", pl.coalesce("file", "source"), stated, _plain("found"))
    return logged(
        rows, pl.lit("X022"), "blocks_period", "files", source=pl.col("source"), file=pl.col("file"), message=message
    )


def _plain(column: str) -> pl.Expr:
    """A number without the noughts that end its decimals."""
    return pl.col(column).cast(pl.String).str.replace(r"\.?0+$", "")


def _key(rule: Rule) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String) for name in rule.source.key], separator=" / ")


def _placed(
    tables: Mapping[str, pl.DataFrame], rows: pl.DataFrame, rule: Rule, columns: tuple[str, ...]
) -> pl.DataFrame:
    """The rows with `file`, `row` and the wanted columns of their transaction."""
    wanted = [name for name in (*columns, "file", "row") if name not in rows.columns]
    keys = list(rule.source.key)
    return rows.join(_transactions(tables, rule.source.name, rows.select(keys), wanted), on=keys, how="left")


def _transactions(
    tables: Mapping[str, pl.DataFrame], source: str, keys: pl.DataFrame, columns: Iterable[str]
) -> pl.DataFrame:
    """The transactions of some keys, few of many, with some of their columns."""
    names = keys.columns
    rows = scanned(tables, f"source/{source}").select(*names, *(name for name in columns if name not in names))
    return collected(rows.join(keys.lazy(), on=names, how="semi"))


def _undecided(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, common: str | None) -> pl.DataFrame:
    """Transactions that a rule could not take: no value, several rules, another currency. They block who they name, or all.

    A roll-up names the sellers, and it is their managers who are not credited; in a group others' pay changes with it. One
    without a credit date is of no period, so it holds nobody.
    """
    p = f"{plan.name}.{rule.name}"
    undecided = collected(scanned(tables, f"matches/{rule.source.name}").filter(pl.col(f"{p}.state") == "exception"))
    direct = rule.to if isinstance(rule.to, str) and rule.roll_up is None and common is None else None
    named = [direct] if direct is not None else []
    convert = rule.convert
    by = rule.currency_column if convert is None else convert.currency_column
    own = _currency(plan, rule) if convert is None else pl.lit(convert.currency)
    value = f"{p}.value" if convert is None else f"{p}.row_value"
    names = (rule.credit_date, *named, *([by] if by else []), *([convert.rate_date] if convert is not None else []))
    rows = _placed(tables, undecided, rule, tuple(dict.fromkeys(names)))
    who = pl.col(direct) if direct is not None else pl.lit(None, pl.String)
    dated = pl.col(f"{p}.because") != "undated"
    held = pl.when(who.is_not_null()).then(pl.lit("blocks_participant")).otherwise(pl.lit("blocks_period"))
    severity = pl.when(dated).then(held).otherwise(pl.lit("warning"))
    code = pl.col(f"{p}.because").replace_strict(BECAUSE, default="E101", return_dtype=pl.String)
    title = code.replace_strict({n: entry.title for n, entry in CODES.items()}, default="", return_dtype=pl.String)
    rows = with_wanted(tables, plan, rule, rows)
    about = pl.coalesce(pl.format("{}: {}", title, "wanted"), title) + because(
        pl.when(dated).then(pl.lit(common, pl.String))
    )
    return logged(
        rows, code, severity, "credit", message=about, source=pl.lit(rule.source.name), file=pl.col("file"), row=pl.col("row"),
        key=_key(rule), plan=pl.lit(plan.name), part=pl.lit(rule.name), participant=who,
        period=period_of(tables, pl.col(rule.credit_date)), at_stake=_money(rule, value),
        currency=pl.col(by) if by else own,
    )  # fmt: skip


def _not_credited(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, common: str | None) -> pl.DataFrame:
    """Shares that nobody got (a warning, for the pay period), and shares that are exceptions (they block)."""
    columns = [*rule.source.key, "participant", "credit_date", rule.as_of, "amount", "state", "because"]
    columns += ["share.adjusted"] if rule.adjustments is not None and rule.roll_up is None else []
    credits = scanned(tables, f"credits/{plan.name}.{rule.name}", tuple(dict.fromkeys(columns)))
    failed = pl.col("state") == "exception"
    due = (pl.col("state") == "unassigned") & in_pay_period(tables, "credit_date")
    open_ones = pl.col("state").is_in(["exception", "unassigned"])  # by itself: only these are read whole
    wanted = collected(credits.filter(open_ones).filter(failed | due))
    wanted = without_taken_away(tables, plan, rule, wanted)
    told = with_assigned(tables, rule, with_chain(tables, plan, rule, wanted))
    rows = _placed(tables, told, rule, ()).with_columns(
        _key(rule).alias("key"), pl.lit(rule.source.name).alias("source")
    )
    rows = at_adjustments(tables, plan, rule, rows)
    known = pl.col("participant") != ""
    severity = (
        pl.when(~failed)
        .then(pl.lit("warning"))
        .when(known & pl.lit(common is None))
        .then(pl.lit("blocks_participant"))
        .otherwise(pl.lit("blocks_period"))
    )
    code = pl.col("because").replace_strict(BECAUSE, default="E106", return_dtype=pl.String)
    title = code.replace_strict(
        {name: entry.title for name, entry in CODES.items()}, default="", return_dtype=pl.String
    )
    about = pl.coalesce(pl.format("{}: {}", title, pl.coalesce("chain", "assigned")), title)
    about = about + because(pl.when(failed).then(pl.lit(common, pl.String)))
    return logged(
        rows, code, severity, "credit", message=about,
        source=pl.col("source"), file=pl.col("file"), row=pl.col("row"), key=pl.col("key"), plan=pl.lit(plan.name),
        part=pl.lit(rule.name), participant=pl.when(known).then(pl.col("participant")),
        period=period_of(tables, pl.col("credit_date")), at_stake=_money(rule, "amount"), currency=_currency(plan, rule),
    )  # fmt: skip


def _money(rule: Rule, column: str) -> pl.Expr:
    return pl.col(column) if rule.unit.dtype == "money" else pl.lit(None, DECIMAL)


def _currency(plan: Plan, rule: Rule) -> pl.Expr:
    return pl.lit(plan.currency if rule.unit.dtype == "money" else None, pl.String)


def _unexpected(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule) -> pl.DataFrame:
    """Transactions whose own participant (`expect`) is not among those credited."""
    if isinstance(rule.to, str) or rule.to.expect is None:
        return pl.DataFrame(schema=LOG)
    flag = f"{plan.name}.{rule.name}.expected_missing"
    missing = collected(scanned(tables, f"states/{rule.source.name}").filter(pl.col(flag)).select(*rule.source.key))
    wanted = tuple(dict.fromkeys((rule.credit_date, rule.to.expect)))
    rows = _placed(tables, missing, rule, wanted).filter(in_pay_period(tables, rule.credit_date))
    return logged(
        rows, pl.lit(EXPECTED_MISSING), "warning", "credit", source=pl.lit(rule.source.name), file=pl.col("file"),
        row=pl.col("row"), key=_key(rule), plan=pl.lit(plan.name), part=pl.lit(rule.name),
        participant=pl.col(rule.to.expect), period=period_of(tables, pl.col(rule.credit_date)),
    )  # fmt: skip


def _nowhere(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], source: Source) -> pl.DataFrame:
    """Transactions that every rule left to another plan, and no plan credited: somebody is on a plan and is not paid."""
    rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
    if not rules or workspace.others:
        return pl.DataFrame(schema=LOG)
    states = scanned(tables, f"states/{source.name}").filter(pl.col("state") == "excluded")
    by_rule = [(plan, rule, pl.col(f"{plan.name}.{rule.name}.because") == "on_another_plan") for plan, rule in rules]
    keys = collected(
        states.filter(pl.any_horizontal(left for _, _, left in by_rule)).select(
            *source.key, *(left.fill_null(False).alias(f"~{at}") for at, (_, _, left) in enumerate(by_rule))
        )
    )
    held = any(plan.not_on_plan.value == "exception" for plan in workspace.plans)
    day = rules[0][1].credit_date
    names = dict.fromkeys(name for _, rule, _ in by_rule if (name := _currency_column(rule)) is not None)
    rows = _transactions(
        tables, source.name, keys.select(*source.key), tuple(dict.fromkeys((day, "file", "row", *names)))
    )
    rows = rows.join(keys, on=list(source.key), how="left")
    if not held:
        rows = rows.filter(in_pay_period(tables, day))
    values = [
        f"{plan.name}.{rule.name}.{'value' if rule.convert is None else 'row_value'}" for plan, rule, _ in by_rule
    ]
    matches = scanned(tables, f"matches/{source.name}").select(*source.key, *dict.fromkeys(values))
    of_these = collected(matches.join(rows.select(*source.key).lazy(), on=list(source.key), how="semi"))
    rows = rows.join(of_these, on=list(source.key), how="left")
    told = [
        (pl.col(f"~{at}") & pl.col(value).is_not_null(), plan, rule, value)
        for at, ((plan, rule, _), value) in enumerate(zip(by_rule, values, strict=True))
        if rule.unit.dtype == "money"
    ]
    stake = [pl.when(here).then(pl.col(value)) for here, _, _, value in told]
    currency = [pl.when(here).then(_row_currency(plan, rule)) for here, plan, rule, _ in told]
    return logged(
        rows, pl.lit("E111"), "blocks_period" if held else "warning", "credit", source=pl.lit(source.name),
        file=pl.col("file"), row=pl.col("row"), key=_key(rules[0][1]), period=period_of(tables, pl.col(day)),
        at_stake=pl.coalesce([*stake, pl.lit(None, DECIMAL)]), currency=pl.coalesce([*currency, pl.lit(None, pl.String)]),
    )  # fmt: skip


def _currency_column(rule: Rule) -> str | None:
    """The column that names the currency of a row's value."""
    return rule.currency_column if rule.convert is None else rule.convert.currency_column


def _row_currency(plan: Plan, rule: Rule) -> pl.Expr:
    """The currency of a row's value, before it is exchanged."""
    by = _currency_column(rule)
    own = plan.currency if rule.convert is None else rule.convert.currency
    return pl.col(by) if by else pl.lit(own, pl.String)


def _unmatched(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], name: str, key: tuple[str, ...], day: str | None
) -> pl.DataFrame:
    """Transactions that no rule of any plan takes, where the workspace wants to hear of them."""
    if workspace.unmatched.value == "ignore":
        return pl.DataFrame(schema=LOG)
    keys = collected(scanned(tables, f"states/{name}").filter(pl.col("state") == "unmatched").select(*key))
    rows = _transactions(tables, name, keys, ([day] if day is not None else []) + ["file", "row"])
    if day is not None and workspace.unmatched.value == "warning":
        rows = rows.filter(in_pay_period(tables, day))
    severity = "warning" if workspace.unmatched.value == "warning" else "blocks_period"
    return logged(
        rows, pl.lit(UNMATCHED), severity, "credit", source=pl.lit(name), file=pl.col("file"), row=pl.col("row"),
        key=pl.concat_str([pl.col(k).cast(pl.String) for k in key], separator=" / "),
        period=period_of(tables, pl.col(day)) if day else pl.lit(None, pl.String),
    )  # fmt: skip


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
    title = code.replace_strict({n: entry.title for n, entry in CODES.items()}, default="", return_dtype=pl.String)
    return logged(
        rows, code, "blocks_component", "earning", message=pl.coalesce(pl.format("{}: {}", title, "about"), title),
        plan=pl.col("plan"), part=pl.col("component"), participant=pl.col("participant"), period=pl.col("period"),
        currency=pl.col("currency"),
    )  # fmt: skip


def _negative(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Payouts below zero: they stand, until settlement rules say otherwise."""
    rows = tables["payouts"].filter(pl.col("amount") < 0)
    return logged(
        rows, pl.lit(NEGATIVE), "warning", "payout", plan=pl.col("plan"), part=pl.col("earning_code"),
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
