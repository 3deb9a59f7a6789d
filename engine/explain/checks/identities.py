"""The identities of a run, recomputed in plain Python from the run's tables and compared with those it stored."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from engine.backends.polars.schema import DECIMAL
from engine.core.money import EXACT, rounded
from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import compare_entries, files_read
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings
from engine.explain.selection import selections
from engine.explain.share import split_rounding
from engine.explain.stages import definitions
from engine.ir.program import Program, Stage
from engine.ir.walk import scans

Identity = tuple[str, str, Decimal, Decimal]
"""Name, place, both sides."""
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "identity": pl.String, "place": pl.String, "left": DECIMAL, "right": DECIMAL, "holds": pl.Boolean,
}  # fmt: skip
LENGTHS = ("month", "period", "quarter", "year")


def check_identities(reader: Reader, program: Program, findings: Findings) -> None:
    """Recompute all identities; each must hold and be the one that is stored, and none may be missing."""
    stored = reader.frame("identities")
    recomputed = list(_Recomputed(reader, program).all())
    findings.count("identities", len(recomputed))
    for name, place, left, right in recomputed:
        if left != right:
            findings.add("identities", "it does not hold", f"identity {name}, place {place}", "left", left, right)
    fresh = pl.DataFrame([(*row, row[2] == row[3]) for row in recomputed], schema=SCHEMA, orient="row")
    if stored is None or not check_rows(findings, "identities", ("identity", "place"), stored, fresh):
        reader.replaced["identities"] = None  # in which order they stood isn't known
    counted = {"checked": len(recomputed), "failed": sum(left != right for *_, left, right in recomputed)}
    message = "it counts other identities than the run has"
    compare_entries(reader.record.manifest, {"identities": counted}, message, findings)


def _total(values: pl.Series) -> Decimal:
    """Σ of the known values."""
    result = Decimal(0)
    for value in values.drop_nulls().to_list():
        result = EXACT.add(result, value)
    return result


class _Recomputed:
    """The identities of a run, from its tables alone."""

    def __init__(self, reader: Reader, program: Program):
        self.reader, self.program = reader, program
        self.stages = {stage.name: stage for stage in program.stages}

    def all(self) -> Iterator[Identity]:
        """Every identity that can be recomputed; of a table that can't be read another finding tells."""
        yield from self._rows()
        for name, stage in self.stages.items():
            if name.startswith("credits/"):
                yield from self._conserved(stage)
            if name.startswith("measures/"):
                yield from self._measured(stage)
            if name.startswith("earnings/"):
                yield from self._earned(name.removeprefix("earnings/"))
        yield from self._paid()

    def _frame(self, name: str) -> pl.DataFrame | None:
        return self.reader.frame(name)

    def _rows(self) -> Iterator[Identity]:
        """Rows read = accepted + rejected + skipped, per file and source; accepted = calculated with = Σ by state."""
        log = self._frame("exceptions")
        rejected: Counter[Any] = Counter()
        if log is not None:
            rejected.update(log.filter(pl.col("stage") == "intake").select("source", "file").iter_rows())
        stated = files_read(self.reader.record.manifest)
        for name in (name for name in self.program.inputs if name.startswith("source/")):
            source, frame = name.removeprefix("source/"), self._frame(name)
            if frame is None:
                continue
            accepted = Counter(frame["file"].to_list())
            files = {*accepted, *(f for s, f in rejected if s == source), *stated.get(source, ())}
            for file in files:
                rows = Decimal(accepted[file] + rejected[source, file])
                yield "rows read = accepted + rejected + skipped", f"{source}: {file}", rows, rows
            count = Decimal(frame.height)
            yield "rows accepted = rows calculated with", source, count, count
            states = self._frame(f"states/{source}") if f"states/{source}" in self.stages else None
            if states is not None:
                yield "accepted rows = Σ rows by state", source, count, Decimal(states.height)

    def _conserved(self, stage: Stage) -> Iterator[Identity]:
        """Per rule: the value of matched transactions = Σ shares; of a roll-up Σ shares × managers above = Σ credits."""
        rule = stage.name.removeprefix("credits/")
        below = self.stages.get(f"shares/{rule}")
        source = next(name for name in scans(stage.table) if name.startswith("prepared/"))
        matches, credits = self._frame(source.replace("prepared/", "matches/", 1)), self._frame(stage.name)
        if matches is None or credits is None:
            return
        values = matches.filter(pl.col(f"{rule}.state") == "matched")[f"{rule}.value"]
        mode = split_rounding(below or stage)
        left = _total(values)
        if mode is not None:
            left = Decimal(0)
            for value in values.drop_nulls().to_list():
                left = EXACT.add(left, rounded(value, *mode))
        if below is None:
            name = "Σ matched value = Σ credited + unassigned + excluded + exception shares"
            yield name, rule, left, _total(credits["amount"])
            yield from _moved(rule, credits)
            return
        shares = self._frame(below.name)
        if shares is None:
            return
        yield "Σ matched value = Σ shares to roll up", rule, left, _total(shares["amount"])
        yield from _moved(rule, shares)
        reached = Decimal(0)
        for amount, levels in shares.select("amount", "levels").iter_rows():
            reached = EXACT.add(reached, EXACT.multiply(amount, Decimal(levels)))
        credited = credits.filter(pl.col("participant") != "")["amount"]
        yield "Σ shares × managers above = Σ roll-up credits", rule, reached, _total(credited)

    def _measured(self, stage: Stage) -> Iterator[Identity]:
        """Per measure that sums whole rules: Σ own of its shortest intervals = Σ credits dated in them."""
        read = list(selections(stage.table, "credits/"))
        frame, calendar = self._frame(stage.name), self._frame("calendar")
        summed = any(
            made.name == "own" and (made.formula or "").startswith("sum of ")
            for made in definitions(stage.table).values()
        )
        if frame is None or calendar is None or not summed or any(chosen.reads() != {"state"} for chosen in read):
            return
        lengths = set(frame["length"].to_list())
        shortest = next((length for length in LENGTHS if length in lengths), "")
        reach = "in_reach" if any(name.startswith("reach/") for name in scans(stage.table)) else "in_scope"
        spans = calendar.filter(pl.col(reach) & (pl.col("length") == shortest)).select("start", "end").rows()
        plan = stage.name.removeprefix("measures/").partition(".")[0]
        keys = ["participant"] if f"segments/{plan}" in self.stages else ["participant", "segment"]
        days = calendar.filter(pl.col("length") == shortest).select("period", "start", "end")
        lost = frame.filter((pl.col("length") == shortest) & pl.col("own").is_null()).select("period", *keys)
        unknown = [(who, start, end) for _, *who, start, end in lost.join(days, on="period").iter_rows()]
        right = Decimal(0)
        for chosen in read:
            credits = self._frame(chosen.table)
            if credits is None:
                return
            mine = credits.filter(pl.col("state") == "credited").select("credit_date", "amount", *keys)
            for day, amount, *who in mine.iter_rows():
                known = not any(who == whose and start <= day <= end for whose, start, end in unknown)
                if known and any(start <= day <= end for start, end in spans):
                    right = EXACT.add(right, amount)
        own = frame.filter(pl.col("length") == shortest)["own"]
        yield "Σ measure = Σ credits", stage.name.removeprefix("measures/"), _total(own), right

    def _earned(self, component: str) -> Iterator[Identity]:
        """Per component: Σ slices = table results; table results + Σ steps = earnings."""
        rows, slices = self._frame(f"earnings/{component}"), self._frame(f"slices/{component}")
        per_credit = f"credit_pay/{component}"
        results = self._frame(per_credit) if per_credit in self.stages else rows
        if rows is None or slices is None or results is None:
            return
        yield "Σ tier slices = table results", component, _total(slices["pay"]), _total(results["table_result"])
        known = rows.filter(pl.col("earning").is_not_null())
        left = _total(known["table_result"])
        steps = self._frame("steps") if "steps" in self.stages else None
        if steps is not None:
            plan, _, name = component.partition(".")
            keys = set(known.select("participant", "period", "segment").iter_rows())
            mine = steps.filter((pl.col("plan") == plan) & (pl.col("component") == name))
            for *key, before, after in mine.select("participant", "period", "segment", "before", "after").iter_rows():
                if tuple(key) in keys:
                    left = EXACT.add(left, EXACT.subtract(after or Decimal(0), before or Decimal(0)))
        yield "table results + Σ modifier steps = earnings", component, left, _total(known["earning"])
        for name in (name.removesuffix(".pool") for name in rows.columns if name.endswith(".pool")):
            pools: dict[Any, Decimal] = {}
            parts = Decimal(0)
            columns = ("period", f"{name}.group", f"{name}.weights", f"{name}.pool", name)
            for period, group, weights, pool, part in rows.select(columns).iter_rows():
                if part is not None and weights is not None and weights > 0:
                    pools[period, group] = pool
                    parts = EXACT.add(parts, part)
            yield "Σ pools = Σ parts shared out", component, sum(pools.values(), Decimal(0)), parts

    def _paid(self) -> Iterator[Identity]:
        """Per plan: Σ earnings of the pay period + rounding = payouts."""
        earnings, payouts = self._frame("earnings"), self._frame("payouts")
        if earnings is None or payouts is None:
            return
        due = earnings.filter(pl.col("in_pay_period"))
        for plan in sorted({*due["plan"].to_list(), *payouts["plan"].to_list()}):
            paid = payouts.filter(pl.col("plan") == plan)
            rounding = EXACT.subtract(_total(paid["amount"]), _total(paid["earned"]))
            coded = due.filter((pl.col("plan") == plan) & (pl.col("earning_code") != ""))
            left = EXACT.add(_total(coded["earning"]), rounding)
            yield "Σ earnings + payout rounding = payouts", plan, left, _total(paid["amount"])


def _moved(rule: str, shares: pl.DataFrame) -> Iterator[Identity]:
    """Of a rule that takes adjustments: what they gave = what they took off."""
    if "share.adjusted" in shares.columns:
        change = shares["share.adjusted"]
        given, taken = (_total(change.filter(change > 0)), _total(change.filter(change < 0)))
        yield "Σ given by adjustments = Σ taken off", rule, given, EXACT.minus(taken)
