"""What the log says of look-up tables: combinations that no row is for, where the table says that this is an exception."""

from collections.abc import Iterable, Mapping

import polars as pl

from engine.plan.look_up import LookUp
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.record import collected, scanned
from engine.run.logged import LOG, logged

NO_ROW = "E370"
Tables = Mapping[str, pl.DataFrame]


def no_row(workspace: ResolvedWorkspace, tables: Tables, due: pl.Expr) -> Iterable[pl.DataFrame]:
    """Credits and earnings for which a table has no row; `due` is whether a credit date lies in the pay period."""
    for plan in workspace.plans:
        for rule in plan.rules:
            name = f"{plan.name}.{rule.name}"
            for table in _failing(plan, rule.valued_by):
                rows = _lacking(
                    tables, f"matches/{rule.source.name}", table, f"{name}.", pl.col(f"{name}.state") == "exception"
                )
                yield _of_rule(tables, plan, rule, table, rows, f"{name}.")
            for table in _failing(plan, rule.look_ups):
                credited = (pl.col("state") == "credited") & due
                rows = _lacking(tables, f"credits/{name}", table, "", credited)
                yield _of_rule(tables, plan, rule, table, rows, "")
        for component in plan.components:
            for table in _failing(plan, component.credit_look_ups):
                rows = _lacking(tables, f"credit_pay/{plan.name}.{component.name}", table, "", due)
                yield _of_rule(tables, plan, plan.rule(component.base or ""), table, rows, "")
            for table in _failing(plan, component.look_ups):
                stage = f"earnings/{plan.name}.{component.name}"
                rows = _lacking(tables, stage, table, "", pl.col("in_pay_period"))
                yield logged(
                    rows, pl.lit(NO_ROW), "warning", "earning", plan=pl.lit(plan.name), part=pl.lit(component.name),
                    participant=pl.col("participant"), period=pl.col("period"), message=_words(table, ""),
                )  # fmt: skip


def _failing(plan: Plan, names: Iterable[str]) -> list[LookUp]:
    """The tables of these names that have no value for what no row is for."""
    return [each for each in plan.tables(names) if each.missing is not None and each.missing.value is None]


def _lacking(tables: Tables, stage: str, table: LookUp, prefix: str, among: pl.Expr) -> pl.DataFrame:
    """Rows for which no row of the table was found, though all that it is looked up by is known."""
    known = pl.all_horizontal(pl.col(f"{prefix}{table.name}.{each.name}").is_not_null() for each in table.dimensions)
    return collected(scanned(tables, stage).filter(among & known & pl.col(f"{prefix}{table.name}.line").is_null()))


def _of_rule(tables: Tables, plan: Plan, rule: Rule, table: LookUp, rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    if rows.height == 0:
        return pl.DataFrame(schema=LOG)
    keys = list(rule.source.key)
    source = scanned(tables, f"source/{rule.source.name}").select(*keys, "file", "row")
    placed = rows.join(collected(source.join(rows.select(keys).lazy(), on=keys, how="semi")), on=keys, how="left")
    who = {"participant": pl.col("participant")} if not prefix else {}
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in keys], separator=" / ")
    return logged(
        placed, pl.lit(NO_ROW), "warning", "credit", source=pl.lit(rule.source.name), file=pl.col("file"), row=pl.col("row"),
        key=key, plan=pl.lit(plan.name), part=pl.lit(rule.name), message=_words(table, prefix), **who,
    )  # fmt: skip


def _words(table: LookUp, prefix: str) -> pl.Expr:
    """What there is no row for."""
    said = [f"{each.name} {{}}" for each in table.dimensions]
    columns = [pl.col(f"{prefix}{table.name}.{each.name}") for each in table.dimensions]
    return pl.format(f"`{table.name}` has no row for {', '.join(said)}", *columns)
