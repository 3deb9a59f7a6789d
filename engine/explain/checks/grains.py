"""Sums across grains, row by row, in plain Python: shares to their transaction, slices to results, items and earnings to pay.

The identities of a run say that the totals agree; here each row must. Nothing of `run` or of the backends is used.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.money import EXACT, rounded
from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings, key_text
from engine.explain.share import split_rounding
from engine.ir.program import Program, Stage
from engine.ir.walk import scans

Sums = dict[tuple[Any, ...], Decimal]
GRID = ("participant", "period", "segment")
ZERO = Decimal(0)


def check_grains(reader: Reader, program: Program, findings: Findings) -> None:
    """All sums across grains of a run."""
    stages = {stage.name: stage for stage in program.stages}
    for name, stage in stages.items():
        if name.startswith("shares/"):
            _rolled_up(reader, stage, findings)
        rolled = name.startswith("credits/") and name.replace("credits/", "shares/", 1) in stages
        if name.startswith(("shares/", "credits/")) and not rolled:
            _shares(reader, stage, findings)
        if name.startswith("slices/"):
            _slices(reader, stage, stages, findings)
        if name.startswith("earnings/"):
            _steps(reader, name, "steps" in stages, findings)
    _earnings(reader, findings)


def sums(frame: pl.DataFrame, keys: Iterable[str], column: str) -> Sums:
    """Σ of a column by keys, missing values left out."""
    names = list(keys)
    found: Sums = {}
    rows = zip(frame.select(names).iter_rows(), frame[column].to_list(), strict=True)
    for key, value in rows:
        found[key] = EXACT.add(found.get(key, ZERO), value) if value is not None else found.get(key, ZERO)
    return found


def _shares(reader: Reader, stage: Stage, findings: Findings) -> None:
    """Σ shares of a transaction = its value."""
    rule, keys = stage.name.partition("/")[2], stage.keys[:-1]
    source = next(name for name in scans(stage.table) if name.startswith("prepared/")).replace(
        "prepared/", "matches/", 1
    )
    matches, credits = reader.frame(source), reader.frame(stage.name)
    if matches is None or credits is None:
        return
    matched = matches.filter(pl.col(f"{rule}.state") == "matched")
    mode = split_rounding(stage)
    values = {
        key: rounded(v, *mode) if mode and v is not None else v
        for key, v in sums(matched, keys, f"{rule}.value").items()
    }
    _equal(
        findings,
        stage.name,
        keys,
        "amount",
        sums(credits, keys, "amount"),
        values,
        "Σ shares is not the transaction's value",
    )


def _rolled_up(reader: Reader, stage: Stage, findings: Findings) -> None:
    """Roll-up credits of a transaction = Σ its shares × the managers above each."""
    shares, keys = reader.frame(stage.name), stage.keys[:-1]
    credits = reader.frame(stage.name.replace("shares/", "credits/", 1))
    if shares is None or credits is None:
        return
    expected: Sums = {}
    for *key, amount, levels in shares.filter(pl.col("levels") > 0).select(*keys, "amount", "levels").iter_rows():
        expected[tuple(key)] = EXACT.add(expected.get(tuple(key), ZERO), EXACT.multiply(amount, Decimal(levels)))
    credited = sums(credits.filter(pl.col("participant") != ""), keys, "amount")
    message = "Σ credits is not Σ shares × managers above"
    _equal(findings, stage.name.replace("shares/", "credits/", 1), keys, "amount", credited, expected, message)


def _slices(reader: Reader, stage: Stage, stages: dict[str, Stage], findings: Findings) -> None:
    """Σ slices = the table's result."""
    component = stage.name.removeprefix("slices/")
    whole = f"credit_pay/{component}" if f"credit_pay/{component}" in stages else f"earnings/{component}"
    slices, results = reader.frame(stage.name), reader.frame(whole)
    if slices is None or results is None:
        return
    keys = stages[whole].keys
    known = results.filter(pl.col("table_result").is_not_null())
    parts, totals = sums(slices, keys, "pay"), sums(known, keys, "table_result")
    filled = {key: parts.get(key, ZERO) for key in totals} | parts
    _equal(findings, whole, keys, "table_result", totals, filled, "the table's result is not the sum of its slices")


def _steps(reader: Reader, name: str, stepped: bool, findings: Findings) -> None:
    """Table result + Σ modifier steps = earning."""
    plan, _, component = name.removeprefix("earnings/").partition(".")
    frame, steps = reader.frame(name), reader.frame("steps") if stepped else None
    if frame is None:
        return
    known = frame.filter(pl.col("earning").is_not_null())
    totals = sums(known, GRID, "table_result")
    if steps is not None:
        mine = steps.filter((pl.col("plan") == plan) & (pl.col("component") == component))
        before, after = (sums(mine, GRID, side) for side in ("before", "after"))
        totals = {
            key: EXACT.add(v, EXACT.subtract(after.get(key, ZERO), before.get(key, ZERO))) for key, v in totals.items()
        }
    message = "the earning is not the table's result with all modifier steps"
    _equal(findings, name, GRID, "earning", sums(known, GRID, "earning"), totals, message)


def _earnings(reader: Reader, findings: Findings) -> None:
    """Σ earnings of the pay period = payouts before rounding, by participant, plan and code; none is paid twice or dropped."""
    earnings, payouts = reader.frame("earnings"), reader.frame("payouts")
    if earnings is None or payouts is None:
        return
    keys = ("participant", "plan", "earning_code", "currency")
    due = earnings.filter(pl.col("in_pay_period") & (pl.col("earning_code") != ""))
    message = "what was earned is not the sum of the earnings of the pay period"
    _equal(findings, "payouts", keys, "earned", sums(payouts, keys, "earned"), sums(due, keys, "earning"), message)


def _equal(
    findings: Findings, place: str, names: tuple[str, ...], column: str, stored: Sums, summed: Sums, message: str
) -> None:
    """The first key at which two sums differ."""
    findings.count("sums across grains", len(summed))
    wrong = [key for key in {**stored, **summed} if stored.get(key) != summed.get(key)]
    if wrong:
        first = min(wrong, key=lambda key: tuple((v is not None, 0 if v is None else v) for v in key))
        more = f" ({len(wrong):,} rows)" if len(wrong) > 1 else ""
        findings.add(place, message + more, key_text(names, first), column, stored.get(first), summed.get(first))
