"""What the log says of chains of managers: those that failed, and people of whom the roster knows nothing that day."""

from collections.abc import Iterator, Mapping
from functools import partial

import polars as pl

from engine.plan.group import way_up
from engine.plan.resolved import Measure, Plan, Reports, ResolvedWorkspace, Rule
from engine.record import collected, scanned
from engine.run.days import in_force, in_pay_period, on_plans, period_of, read_now
from engine.run.logged import logged

MANAGER_UNKNOWN, IN_CIRCLE, NOT_ON_PLAN, BEYOND_REACH = "E123", "E424", "E425", "E452"
LONGER = "E446"
CHAIN = "~chain"


def with_chain(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `CHAIN`: whose managers they are about, as `ana → mo → vera`; null where it is about no chain."""
    if rule.roll_up is None or rows.height == 0:
        return rows.with_columns(pl.lit(None, pl.String).alias(CHAIN))
    shares = scanned(tables, f"shares/{plan.name}.{rule.name}").filter(pl.col("participant") != "")
    managers = way_up(rule.roll_up.generations, rule.roll_up.unrolled)
    words = pl.concat_str(["participant", *managers], separator=" → ", ignore_nulls=True)
    on = [*rule.source.key, "because"]
    asked = shares.join(rows.lazy().select(on).unique(), on=on, how="semi")
    chains = collected(asked.select(*on, words.alias(CHAIN)).group_by(on).agg(pl.col(CHAIN).min()))
    nobody = pl.when(pl.col("participant") == "").then(pl.col(CHAIN))
    return rows.join(chains, on=on, how="left").with_columns(nobody.alias(CHAIN))


def managers_unknown(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule
) -> pl.DataFrame:
    """People in a chain of managers of whom the roster has nothing that day: who stands above them is not known."""
    rows = _unknown(workspace, tables, plan, rule, in_pay_period(tables, "credit_date"))
    return _unknown_managers(tables, rows, plan, rule.name, "credit", "is credited")


def _unknown_managers(
    tables: Mapping[str, pl.DataFrame], rows: pl.DataFrame, plan: Plan, part: str, stage: str, lost: str
) -> pl.DataFrame:
    message = pl.format("the roster has no row of `{}` on {}, so nobody above " + lost, "who", "day")
    return logged(
        rows, pl.lit(MANAGER_UNKNOWN), "warning", stage, plan=pl.lit(plan.name), part=pl.lit(part),
        participant=pl.col("who"), period=period_of(tables, pl.col("credit_date")), message=message,
    )  # fmt: skip


def above_earnings(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan
) -> Iterator[pl.DataFrame]:
    """What of what people below earned nobody has, or has wrongly, because of the managers above: told of each measure."""
    for measure in plan.measures:
        if measure.reports is not None and measure.lengths:
            unknown = _unknown_above(workspace, tables, plan, measure, read_now(tables, measure, "credit_date"))
            has = "or in that place has what was earned below"
            yield _unknown_managers(tables, unknown, plan, measure.name, "measure", has)
            way, told = way_up(measure.reports.generations, measure.reports.unrolled), partial(_told, plan, measure)
            circles = _of_chains(tables, plan, measure, "manager_cycle", way)
            in_circle = pl.format("managers in a circle: {}", "chain")
            yield told(circles, IN_CIRCLE, "warning", pl.col("participant"), in_circle)
            beyond = _of_chains(tables, plan, measure, "beyond_reach", way)
            further_up = pl.format("managers above those that are looked at: {}", "chain")
            yield told(beyond, BEYOND_REACH, "blocks_period", pl.lit(None, pl.String), further_up)
            longer = _of_chains(tables, plan, measure, "longer_chain", way)
            above_all = pl.format("managers above the levels that count: {}", "chain")
            yield told(longer, LONGER, "blocks_period", pl.lit(None, pl.String), above_all)
            nowhere = _on_no_plan(workspace, tables, plan, measure, measure.reports)
            on_no_plan = pl.format("{} is on no plan on {}", "manager", "day")
            yield told(nowhere, NOT_ON_PLAN, "blocks_participant", pl.col("manager"), on_no_plan)


def _told(
    plan: Plan, measure: Measure, rows: pl.DataFrame, code: str, severity: str, who: pl.Expr, message: pl.Expr
) -> pl.DataFrame:
    """Earnings below managers in the log, with the one whom each holds."""
    return logged(
        rows, pl.lit(code), severity, "measure", plan=pl.lit(plan.name), part=pl.lit(measure.name), participant=who,
        period=pl.col("period"), at_stake=pl.col("earning"), currency=pl.lit(plan.currency), message=message,
    )  # fmt: skip


def _unknown(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule, due: pl.Expr
) -> pl.DataFrame:
    """Who ends a chain for want of a row in the roster: `who`, the first `day` on which it lacks, and the `credit_date`."""
    if rule.roll_up is None:
        return pl.DataFrame(schema={"who": pl.String, "day": pl.Date, "credit_date": pl.Date})
    shares = scanned(tables, f"shares/{plan.name}.{rule.name}").filter(
        due & pl.col("because").is_in(["", "no_manager"])
    )
    ended = shares.filter(pl.col("levels") < rule.roll_up.levels)
    way = way_up(rule.roll_up.generations, rule.roll_up.levels)
    return _not_in_roster(workspace, tables, ended.with_columns(day=pl.col(rule.as_of)), way)


def _unknown_above(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, due: pl.Expr
) -> pl.DataFrame:
    """The same of the chains above what people below earned."""
    assert measure.reports is not None
    way = way_up(measure.reports.generations, measure.reports.unrolled)
    rows = scanned(tables, f"reports/{plan.name}.{measure.name}").with_columns(credit_date=pl.col("day"))
    return _not_in_roster(workspace, tables, rows.filter(due & (pl.col("because") == "")), way)


def _on_no_plan(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, reports: Reports
) -> pl.DataFrame:
    """Managers who would have something of what was earned below, and are on no plan that day, while this one is in force."""
    if reports.not_on_plan.value == "skip":
        return pl.DataFrame()
    rows = above(tables, plan, measure, reports).filter(in_force(plan)).rename({"manager": "participant"})
    on = on_plans(tables, (*workspace.plans, *workspace.others), rows)
    keys = ["participant", "period", "day"]
    return rows.join(on, on=keys, how="anti").sort(keys).rename({"participant": "manager"})


def above(tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, reports: Reports) -> pl.DataFrame:
    """What the managers of a measure's levels would have of what was earned below: once per period and day, with the sum."""
    name, keys = f"reports/{plan.name}.{measure.name}", ["manager", "period", "day"]
    due = (
        read_now(tables, measure, "day")
        & (pl.col("because") == "")
        & (pl.col("earning").is_null() | (pl.col("earning") != 0))
    )
    rows = scanned(tables, name).filter(due)
    each = [rows.select(pl.col(f"manager.{n}").alias("manager"), "period", "day", "earning") for n in reports.levels]
    return collected(pl.concat(each).drop_nulls("manager").group_by(keys).agg(pl.col("earning").sum()))


def _of_chains(
    tables: Mapping[str, pl.DataFrame], plan: Plan, measure: Measure, because: str, way: list[str]
) -> pl.DataFrame:
    """Earnings of which it is not known whose they are, because of what is above: whose, of what, and the chain."""
    due = read_now(tables, measure, "day") & (pl.col("because") == because)
    rows = scanned(tables, f"reports/{plan.name}.{measure.name}").filter(due)
    chain = pl.concat_str(["participant", *way], separator=" → ", ignore_nulls=True)
    return collected(rows.with_columns(chain.alias("chain")))


def _not_in_roster(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], ended: pl.LazyFrame, way: list[str]
) -> pl.DataFrame:
    """Who ends these chains and has no row in force that day; somebody who has one has no manager, and is fine."""
    last = collected(
        ended.select(pl.coalesce(*reversed(way), "participant").alias("who"), "day", "credit_date").unique()
    )
    roster = tables[f"source/{workspace.participants.name}"].select(pl.col("participant").alias("who"), "start", "end")
    known = last.join(roster, on="who").filter(pl.col("day").is_between("start", "end"))
    missing = last.join(known, on=["who", "day"], how="anti")
    return missing.group_by("who").agg(pl.col("day", "credit_date").sort_by("day", "credit_date").first()).sort("who")
