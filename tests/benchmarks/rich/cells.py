"""Which cells of the engine's run and of the script by hand are the same figure, and whether they are equal."""

from pathlib import Path

import polars as pl

from engine.record.read import Record, open_record

GRID = {"participant": "participant", "period": "month", "segment": "segment"}
KEY = {"order_id": "order_id", "participant": "participant"}
CREDIT = {**KEY, "amount": "amount", "state": "state", "because": "because", "segment": "segment"}
ENDS = {"earning": "earning", "cause": "cause"}

# a table of the engine: the script's table, and the engine's columns by what the script calls them
CELLS: dict[str, tuple[str, dict[str, str]]] = {
    "payouts": ("payouts", {"participant": "participant", "payroll_id": "payroll_id", "earning_code": "code",
                            "amount": "amount"}),
    "earnings": ("earnings", {"component": "component", "earning_code": "code", **GRID, "table_result": "table_result",
                              **ENDS}),
    "states/orders": ("states", {
        "order_id": "order_id", "field.sales": "sales", "field.sales.because": "sales_because",
        "field.margin": "margin", "field.margin.because": "margin_because", "field.gadgets": "gadgets",
        "field.gadgets.because": "gadgets_because", "leaders.team": "team", "leaders.team.because": "team_because",
        "state": "state",
    }),
    "matches/orders": ("matches", {"order_id": "order_id", "field.sales.value": "value",
                                   "field.sales.rate_to_plan": "rate", "field.sales.rate_to_plan_since": "rate_since",
                                   "field.margin.value": "margin_value"}),
    "credits/field.sales": ("credits_sales", {
        **CREDIT, "kicker": "kicker", "kicker.product": "kicker_product",
    }),
    "credits/field.margin": ("credits_margin", CREDIT),
    "credits/field.gadgets": ("credits_gadgets", CREDIT),
    "credits/leaders.team": ("credits_team", {**CREDIT, "level": "level"}),
    "shares/leaders.team": ("shares_team", {**KEY, "amount": "amount", "because": "because", "levels": "levels",
                                            "manager.1": "manager_0", "manager.2": "manager_1"}),
    "slices/field.commission": ("slices_commission", {
        "order_id": "order_id", "tier": "tier", "lower": "lower", "upper": "upper", "length_before": "before",
        "length_after": "after", "rate": "rate", "pay": "pay",
    }),
    "credit_pay/field.commission": ("credit_pay_commission", {
        **KEY, "period": "month", "before": "before", "after": "after", "target": "target", "attainment": "attainment",
        "table_result": "table_result", "step_1.by": "kicker", "pay": "pay",
    }),
    "credit_pay/field.spiff": ("credit_pay_spiff", {**KEY, "table_result": "table_result", "pay": "pay"}),
    "credit_pay/leaders.override": ("credit_pay_override", {
        **KEY, "period": "month", "amount": "amount", "level": "level", "rate": "rate", "table_result": "table_result",
        "step_1.by": "by", "pay": "pay",
    }),
    "earnings/field.commission": ("earnings_commission", {
        **GRID, "table_result": "table_result", "step_1": "multiplied", "step_2": "rounded", **ENDS,
    }),
    "earnings/field.profit": ("earnings_profit", {
        **GRID, "margin_month": "margin", "table_result": "table_result", "step_1.last": "last",
        "step_1.brought": "brought", "step_1.due": "due", "step_1.carried": "carried", "step_1": "kept",
        "step_2": "rounded", **ENDS,
    }),
    "earnings/field.quarterly": ("earnings_quarterly", {
        **GRID, "sales_month": "sales", "target": "target", "attainment": "attainment", "deals_month": "deals",
        "returns_month": "returns", "margin_month": "margin", "days": "days", "step_1.met": "met",
        "table_result": "table_result", "step_1": "gated", "step_2": "prorated", "step_3": "rounded", **ENDS,
    }),
    "earnings/field.activity": ("earnings_activity", {
        **GRID, "deals_month": "deals", "sales_month": "sales", "step_1.met": "met", "step_2.limited": "left",
        "table_result": "amount", "step_1": "gated", "step_2": "limited", "step_3": "rounded", **ENDS,
    }),
    "earnings/field.spiff": ("earnings_spiff", {
        **GRID, "credits": "credits", "table_result": "table_result", "step_1": "budget", "step_2": "rounded", **ENDS,
    }),
    "earnings/field.pool": ("earnings_pool", {
        **GRID, "step_2.group": "region", "region_sales": "region_sales", "step_2.pool": "pool",
        "step_2.weight": "weight", "step_2.weights": "weights", "step_2.members": "members", "step_2.floor": "floor",
        "table_result": "table_result", "step_1": "capped", "step_2": "part", **ENDS,
    }),
    "earnings/field.contest": ("earnings_contest", {**GRID, "table_result": "prize", **ENDS}),
    "earnings/leaders.override": ("earnings_override", {
        **GRID, "base": "sales", "credits": "credits", "table_result": "table_result", "step_1": "multiplied",
        "step_2": "rounded", **ENDS,
    }),
    "earnings/leaders.growth": ("earnings_growth", {
        **GRID, "team_ytd": "sales_ytd", "target": "target_ytd", "attainment": "attainment", "rate": "rate",
        "table_result": "to_date", "step_1": "new", "step_2": "rounded", **ENDS,
    }),
    "earnings/leaders.curve": ("earnings_curve", {
        **GRID, "team_sales": "sales", "target": "target", "attainment": "attainment", "full_bonus": "full",
        "table_result": "table_result", "step_1": "rounded", **ENDS,
    }),
}  # fmt: skip
KEYS = ("order_id", "component", "participant", "code", "month", "tier")


def compared(engine: Path, hand: Path) -> list[str]:
    """The cells of both: equal in every row, or the names of the columns that aren't."""
    record = open_record(engine / (engine / "latest").read_text())
    return [_same(record, hand, name, theirs, columns) for name, (theirs, columns) in CELLS.items()]


def _same(record: Record, hand: Path, name: str, theirs: str, columns: dict[str, str]) -> str:
    keys = [key for key in KEYS if key in columns.values()]
    whole = record.scan(name, list(columns)).select(_as(column, column_of) for column, column_of in columns.items())
    ours = whole.collect().sort(keys, nulls_last=True)
    other = pl.read_parquet(hand / f"{theirs}.parquet", columns=list(columns.values()))
    other = other.select(ours.columns).cast(pl.Schema(ours.schema)).sort(keys, nulls_last=True)
    if ours.height != other.height:
        raise SystemExit(f"{name}: {ours.height} rows by the engine, {other.height} by hand")
    wrong = [column for column in ours.columns if not ours[column].equals(other[column], null_equal=True)]
    if wrong:
        raise SystemExit(f"{name}: {', '.join(wrong)} differ")
    return f"{name}: {ours.height:,} rows of {len(columns)} columns, equal"


def _as(column: str, column_of: str) -> pl.Expr:
    if column != "period":
        return pl.col(column).alias(column_of)
    number = pl.col("period").str.strip_prefix("2026-")
    ends = pl.when(number.str.starts_with("Q")).then(number.str.tail(1).cast(pl.Int8) * 3)
    return ends.otherwise(number.str.strip_prefix("Q").cast(pl.Int8)).alias(column_of)
