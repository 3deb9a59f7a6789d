"""What the log says of transactions that are not credited, or not as one expects: undecided, nobody's, on no plan, unmatched.

In: a source of transactions, with what its rules made of it. Out: rows of the log, each at its transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.record import collected, scanned
from engine.run.adjusted_shares import KEY, SOURCE, at_adjustments, without_taken_away
from engine.run.days import in_force, in_pay_period, period_of
from engine.run.everybody import because
from engine.run.logged import DECIMAL, LOG, logged, title_of
from engine.run.roll_up import CHAIN, managers_unknown, with_chain
from engine.run.split_rows import ASSIGNED, with_assigned
from engine.run.stranger import STRANGE, STRANGER, People, with_stranger
from engine.run.wanted_rates import WANTED, with_wanted

BECAUSE = {
    "no_value": "E101", "several_rules": "E102", "other_currency": "E103", "shares_over_one": "E104",
    "not_on_plan": "E105", "no_participant": "E106", "no_assignment": "E107", "shares_under_one": "E108",
    "manager_cycle": "E120", "longer_chain": "E121", "no_manager": "E122", "beyond_reach": "E451", "assigned_twice": "E360",
    "bad_weight": "E361", "no_exchange_rate": "E400", "moved_over_one": "E435", "moved_twice": "E436", "dated_later": "E455",
    "not_on_roster": "E456", "undated": "E453",
}  # fmt: skip
NOT_ON_PLAN = BECAUSE["not_on_plan"]
EXPECTED_MISSING, UNMATCHED = "E109", "E110"
Tables = Mapping[str, pl.DataFrame]
Rules = Sequence[tuple[Plan, Rule]]


def not_credited(
    workspace: ResolvedWorkspace, tables: Tables, source: Source, common: Mapping[str, str]
) -> Iterator[pl.DataFrame]:
    """All that is told of the transactions of a source; `common`: why those of a plan hold everybody, by its name."""
    rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
    people = People(workspace, tables)
    for plan, rule in rules:
        yield _undecided(tables, plan, rule, common.get(plan.name))
        yield _failed_shares(people, tables, plan, rule, common.get(plan.name))
        yield _unexpected(tables, plan, rule)
        yield managers_unknown(workspace, tables, plan, rule)
    yield _unmatched(workspace, tables, source, rules)


def row_currency(plan: Plan, rule: Rule) -> pl.Expr:
    """The currency of a row's value, before it is exchanged; null of a quantity."""
    if rule.row_currency_column is not None:
        return pl.col(rule.row_currency_column)
    return _currency(plan, rule) if rule.convert is None else pl.lit(rule.convert.currency, pl.String)


def row_value(plan: Plan, rule: Rule) -> str:
    """The column of `matches` that has a row's value, before it is exchanged."""
    return f"{plan.name}.{rule.name}.{'value' if rule.convert is None else 'row_value'}"


def _currency(plan: Plan, rule: Rule) -> pl.Expr:
    return pl.lit(plan.currency if rule.unit.dtype == "money" else None, pl.String)


def _money(rule: Rule, column: str) -> pl.Expr:
    return pl.col(column) if rule.unit.dtype == "money" else pl.lit(None, DECIMAL)


def key_of(source: Source) -> pl.Expr:
    """A transaction's key, as the log writes it."""
    return pl.concat_str([pl.col(name).cast(pl.String) for name in source.key], separator=" / ")


def placed(tables: Tables, rows: pl.DataFrame, source: Source, columns: Iterable[str]) -> pl.DataFrame:
    """The rows with `file`, `row` and the wanted columns of their transaction."""
    wanted = [name for name in dict.fromkeys((*columns, "file", "row")) if name not in rows.columns]
    keys = list(source.key)
    transactions = scanned(tables, f"source/{source.name}").select(*keys, *wanted)
    few = collected(transactions.join(rows.select(keys).lazy(), on=keys, how="semi"))  # of many
    return rows.join(few, on=keys, how="left")


def _undecided(tables: Tables, plan: Plan, rule: Rule, common: str | None) -> pl.DataFrame:
    """Transactions that a rule could not take: no value, several rules, another currency. They block who they name, or all.

    A roll-up names the sellers, and it is their managers who are not credited; in a group others' pay changes with it. One
    without a credit date is of no period, so it holds nobody.
    """
    p = f"{plan.name}.{rule.name}"
    undecided = collected(scanned(tables, f"matches/{rule.source.name}").filter(pl.col(f"{p}.state") == "exception"))
    direct = rule.to if isinstance(rule.to, str) and rule.roll_up is None and common is None else None
    names = [rule.credit_date, direct, rule.row_currency_column, rule.convert.rate_date if rule.convert else None]
    rows = placed(tables, undecided, rule.source, [name for name in names if name is not None])
    who = pl.col(direct) if direct is not None else pl.lit(None, pl.String)
    dated = pl.col(f"{p}.because") != "undated"
    held = pl.when(who.is_not_null()).then(pl.lit("blocks_participant")).otherwise(pl.lit("blocks_period"))
    severity = pl.when(dated).then(held).otherwise(pl.lit("warning"))
    code = pl.col(f"{p}.because").replace_strict(BECAUSE, default="E101", return_dtype=pl.String)
    title = title_of(code)
    rows = with_wanted(tables, plan, rule, rows)
    about = pl.coalesce(pl.format("{}: {}", title, WANTED), title)
    about = about + because(pl.when(dated).then(pl.lit(common, pl.String)))
    return logged(
        rows, code, severity, "credit", message=about, source=pl.lit(rule.source.name), file=pl.col("file"), row=pl.col("row"),
        key=key_of(rule.source), plan=pl.lit(plan.name), part=pl.lit(rule.name), participant=who,
        period=period_of(tables, pl.col(rule.credit_date)), at_stake=_money(rule, row_value(plan, rule)),
        currency=row_currency(plan, rule),
    )  # fmt: skip


def _failed_shares(people: People, tables: Tables, plan: Plan, rule: Rule, common: str | None) -> pl.DataFrame:
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
    told = with_stranger(people, told, pl.col("because") == "not_on_plan")
    rows = placed(tables, told, rule.source, ()).with_columns(
        key_of(rule.source).alias(KEY), pl.lit(rule.source.name).alias(SOURCE)
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
    code = pl.when(pl.col(STRANGE).is_not_null()).then(pl.lit(STRANGER)).otherwise(code)
    title = title_of(code)
    about = pl.coalesce(STRANGE, pl.format("{}: {}", title, pl.coalesce(CHAIN, ASSIGNED)), title)
    about = about + because(pl.when(failed).then(pl.lit(common, pl.String)))
    return logged(
        rows, code, severity, "credit", message=about,
        source=pl.col(SOURCE), file=pl.col("file"), row=pl.col("row"), key=pl.col(KEY), plan=pl.lit(plan.name),
        part=pl.lit(rule.name), participant=pl.when(known).then(pl.col("participant")),
        period=period_of(tables, pl.col("credit_date")), at_stake=_money(rule, "amount"), currency=_currency(plan, rule),
    )  # fmt: skip


def _unexpected(tables: Tables, plan: Plan, rule: Rule) -> pl.DataFrame:
    """Transactions whose own participant (`expect`) is not among those credited."""
    if isinstance(rule.to, str) or rule.to.expect is None:
        return pl.DataFrame(schema=LOG)
    flag = f"{plan.name}.{rule.name}.expected_missing"
    missing = collected(scanned(tables, f"states/{rule.source.name}").filter(pl.col(flag)).select(*rule.source.key))
    rows = placed(tables, missing, rule.source, (rule.credit_date, rule.to.expect))
    return logged(
        rows.filter(in_pay_period(tables, rule.credit_date)), pl.lit(EXPECTED_MISSING), "warning", "credit",
        source=pl.lit(rule.source.name), file=pl.col("file"), row=pl.col("row"), key=key_of(rule.source), plan=pl.lit(plan.name),
        part=pl.lit(rule.name), participant=pl.col(rule.to.expect), period=period_of(tables, pl.col(rule.credit_date)),
    )  # fmt: skip


def _unmatched(workspace: ResolvedWorkspace, tables: Tables, source: Source, rules: Rules) -> pl.DataFrame:
    """Transactions that no rule of any plan takes on whatever day is its own, where the workspace wants to hear of them.

    One that a rule takes in the run of another day is unmatched by the rules of this one alone. A warning is given for the
    pay periods in which a rule looks at it; of a source that no rule reads, for that of its day.
    """
    wanted = workspace.unmatched.value
    if wanted == "ignore":
        return pl.DataFrame(schema=LOG)
    on, days = list(source.key), list(dict.fromkeys(rule.credit_date for _, rule in rules))
    of_row = [] if source.date is None else [source.date]
    where = [name for plan, rule in rules for name in where_columns(plan, rule)]
    matches = scanned(tables, f"matches/{source.name}").select(*on, *where)
    unmatched = scanned(tables, f"states/{source.name}").filter(pl.col("state") == "unmatched").select(*on)
    rows = placed(tables, collected(unmatched.join(matches, on=on, how="left")), source, (*days, *of_row))
    rows = rows.filter(~pl.any_horizontal(pl.lit(False), *(_takes(workspace, plan, rule) for plan, rule in rules)))
    now = [pl.when(in_pay_period(tables, day)).then(pl.col(day)) for day in days or of_row]
    if wanted == "warning" and now:
        rows = rows.filter(pl.coalesce(now).is_not_null())
    about = pl.coalesce(*now, *map(pl.col, of_row), pl.lit(None, pl.Date))
    return logged(
        rows, pl.lit(UNMATCHED), "warning" if wanted == "warning" else "blocks_period", "credit", source=pl.lit(source.name),
        file=pl.col("file"), row=pl.col("row"), key=key_of(source), period=period_of(tables, about),
    )  # fmt: skip


def where_columns(plan: Plan, rule: Rule) -> list[str]:
    """The column of `matches` that has what a rule's `where` comes to, on whatever day; none if it has none."""
    return [] if rule.where is None else [f"{plan.name}.{rule.name}.where"]


def _takes(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> pl.Expr:
    """Whether a rule takes a transaction on its own day, or excludes it then, or can't tell. No run looks before the calendar."""
    where = [pl.col(name).fill_null(True) for name in where_columns(plan, rule)]
    first = workspace.calendar.of_length(workspace.calendar.shortest)[0].start
    looked_at = in_force(plan, rule.credit_date) & (pl.col(rule.credit_date) >= first)
    return pl.all_horizontal(looked_at.fill_null(False), *where)
