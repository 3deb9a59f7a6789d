"""What the log says of transactions that rules left to another plan, and no plan credits: somebody is on a plan and is not paid.

In: a source of transactions, with what its rules made of it. Out: rows of the log. Where rules have days of their own, each run
may look at the day of one of them only; so a transaction is told of in the run of the last day on which one could take it.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from engine.core.codes import CODES
from engine.ir.program import Program
from engine.plan.file_pattern import by_period
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.record import collected, scanned
from engine.run.credit import Rules, key_of, placed, row_currency, row_value, where_columns
from engine.run.cut import cut
from engine.run.days import in_force, in_pay_period, period_of
from engine.run.late import unread
from engine.run.logged import DECIMAL, LOG, logged

NOWHERE = "E111"
LAST = "~last"
"""The last day on which a rule could take a transaction. No name of a column begins so."""
AT_ONCE = 1_000_000
"""So many transactions are asked of at once."""
Tables = Mapping[str, pl.DataFrame]


def nowhere(workspace: ResolvedWorkspace, program: Program, tables: Tables, source: Source) -> pl.DataFrame:
    """A warning for the pay period. Where a plan holds whoever is on none, it holds the period, for all days of the run."""
    rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]
    parts = [pl.DataFrame(schema=LOG)]
    if not rules or workspace.others:
        return parts[0]
    held = any(plan.not_on_plan.value == "exception" for plan in workspace.plans)
    due = pl.col(LAST) >= tables["scope"].item(0, "scope_start") if held else in_pay_period(tables, LAST)
    for keys in _excluded(tables, source, rules).iter_slices(AT_ONCE):
        rows = _settled(workspace, tables, source, rules, keys).filter(due)
        if rows.height:
            rows = rows.join(_left_to_others(program, tables, source, rules, rows), on=list(source.key))
            parts.append(_told(tables, source, rules, rows, "blocks_period" if held else "warning"))
    return pl.concat(parts)


def _excluded(tables: Tables, source: Source, rules: Rules) -> pl.DataFrame:
    """The keys of what no rule takes in this run: some left it to another plan, or are of a day that the run doesn't look at."""
    names = [f"{plan.name}.{rule.name}" for plan, rule in rules]
    left = [(pl.col(f"{p}.because") == "on_another_plan") | (pl.col(p) == "out_of_scope") for p in names]
    states = scanned(tables, f"states/{source.name}").filter((pl.col("state") == "excluded") & pl.any_horizontal(left))
    return collected(states.select(*source.key))


def _settled(
    workspace: ResolvedWorkspace, tables: Tables, source: Source, rules: Rules, keys: pl.DataFrame
) -> pl.DataFrame:
    """Those that no run after this one will look at, with `LAST`, and what is known of each.

    One that waits for the day of a rule, or has a later one, may be credited by that rule yet.
    """
    end, on = tables["scope"].item(0, "scope_end"), list(source.key)
    days = [rule.credit_date for _, rule in rules]
    currencies = [rule.row_currency_column for _, rule in rules if rule.row_currency_column is not None]
    rows = placed(tables, keys, source, (*days, *currencies))
    said = [name for plan, rule in rules for name in (row_value(plan, rule), *_conditions(plan, rule))]
    matches = scanned(tables, f"matches/{source.name}").select(*on, *dict.fromkeys(said))
    rows = rows.join(collected(matches.join(keys.lazy(), on=on, how="semi")), on=on, how="left")
    later = {day for name in days for day in rows[name].drop_nulls().unique().to_list() if day > end}
    ahead = pl.Series([day for day in sorted(later) if _is_read(workspace, source, day, end)], dtype=pl.Date).implode()
    waits = [_could(plan, rule) & (pl.col(rule.credit_date).is_null() | pl.col(rule.credit_date).is_in(ahead))
             for plan, rule in rules]  # fmt: skip
    past = [pl.when(_could(plan, rule) & (pl.col(rule.credit_date) <= end)).then(pl.col(rule.credit_date))
            for plan, rule in rules]  # fmt: skip
    return rows.filter(~pl.any_horizontal(waits)).with_columns(pl.max_horizontal(past).alias(LAST))


def _conditions(plan: Plan, rule: Rule) -> list[str]:
    """The columns of `matches` that have what a rule's `where` and exclusions come to."""
    p = f"{plan.name}.{rule.name}"
    return where_columns(plan, rule) + [f"{p}.exclude.{name}" for name, _ in rule.exclude]


def _could(plan: Plan, rule: Rule) -> pl.Expr:
    """Whether a rule could take a transaction, on its own day and whoever is on the plan then; so does one without a day."""
    p = f"{plan.name}.{rule.name}"
    where = [pl.col(name).fill_null(True) for name in where_columns(plan, rule)]
    excluded = [pl.col(f"{p}.exclude.{name}").fill_null(False) for name, _ in rule.exclude]
    in_time = in_force(plan, rule.credit_date).fill_null(True)
    return pl.all_horizontal(in_time, *where, ~pl.any_horizontal(pl.lit(False), *excluded))


def _is_read(workspace: ResolvedWorkspace, source: Source, day: date, end: date) -> bool:
    """Whether the run that pays a later day, which there has to be, reads what this one reads."""
    own, pay = (workspace.calendar.containing(each, workspace.pay_period) for each in (day, end))
    return own is not None and not (by_period(source) and pay is not None and unread(workspace, day, pay))


def _left_to_others(program: Program, tables: Tables, source: Source, rules: Rules, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of those that no rule took on its own day, in this run or one before, and in `~0`, `~1` … which left it.

    The program is asked again, without a first day: what a rule did in an earlier run nothing else can tell.
    """
    name, on = f"states/{source.name}", list(source.key)
    part = cut(program, [name], ())
    inputs = {each: scanned(tables, each) for each in part.inputs}
    asked = f"source/{source.name}"
    inputs[asked] = inputs[asked].join(rows.select(on).lazy(), on=on, how="semi")
    inputs["scope"] = inputs["scope"].with_columns(pl.lit(date.min).alias("scope_start"))
    from engine.backends.polars import compile_program

    states = compile_program(part).run(inputs, [name])[name].filter(pl.col("state") == "excluded")
    left = [
        (pl.col(f"{plan.name}.{rule.name}.because") == "on_another_plan").fill_null(False).alias(f"~{at}")
        for at, (plan, rule) in enumerate(rules)
    ]
    return states.select(*on, *left).filter(pl.any_horizontal(f"~{at}" for at in range(len(rules))))


def _told(tables: Tables, source: Source, rules: Rules, rows: pl.DataFrame, severity: str) -> pl.DataFrame:
    """The rows of the log; where rules have days of their own, with which rule left it on which day."""
    stake, currency, by = list[pl.Expr](), list[pl.Expr](), list[pl.Expr]()
    for at, (plan, rule) in enumerate(rules):
        day, left = pl.col(rule.credit_date).cast(pl.String), pl.col(f"~{at}")
        by.append(pl.when(left).then(pl.format("`{}` on {}", pl.lit(f"{plan.name}.{rule.name}"), day)))
        if rule.unit.dtype == "money":
            value = pl.col(row_value(plan, rule))
            here = pl.when(left & value.is_not_null())
            stake.append(here.then(value))
            currency.append(here.then(row_currency(plan, rule)))
    title, several = pl.lit(CODES[NOWHERE].title), len({rule.credit_date for _, rule in rules}) > 1
    told = pl.format("{}: {}", title, pl.concat_str(by, separator=", ", ignore_nulls=True)) if several else title
    return logged(
        rows, pl.lit(NOWHERE), severity, "credit", message=told, source=pl.lit(source.name), file=pl.col("file"),
        row=pl.col("row"), key=key_of(source), period=period_of(tables, pl.col(LAST)),
        at_stake=pl.coalesce([*stake, pl.lit(None, DECIMAL)]), currency=pl.coalesce([*currency, pl.lit(None, pl.String)]),
    )  # fmt: skip
