"""The identities: what must add up in every run, each with both of its figures.

A row: what it says, where, left, right, holds. Counts and money alike are exact decimals; nothing is approximate.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl

from engine.backends.polars.scalar import rounded
from engine.plan.resolved import Component, Plan, ResolvedWorkspace, Rule, ShareOut
from engine.record import collected, scanned
from engine.record.reading import FileRead

DECIMAL = pl.Decimal(38, 12)
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Identity:
    """One equation with its figures."""

    name: str
    place: str
    left: Decimal
    right: Decimal

    @property
    def holds(self) -> bool:
        """Whether both sides are the same number."""
        return self.left == self.right


@dataclass(frozen=True, eq=False)
class _Sum:
    """The exact sum of a decimal over the rows of a table, nulls left out. Each is another one, whatever it adds up."""

    table: str
    value: pl.Expr


Side = tuple[_Sum | Decimal, ...]
"""What is added up."""
Claim = tuple[str, str, Side, Side]
"""Name and place of an identity, and what both of its sides are."""


def identities(workspace: ResolvedWorkspace, tables: Tables, files: Iterable[FileRead]) -> list[Identity]:
    """All identities of one run."""
    claims: list[Claim] = []
    for f in files:
        read, found = Decimal(f.read), Decimal(f.accepted + f.rejected + f.skipped)
        claims.append(("rows read = accepted + rejected + skipped", f"{f.source}: {f.file}", (read,), (found,)))
    claims += _accepted(tables, files)
    for name in sorted(name for name in tables if name.startswith("states/")):
        rows, states = _height(tables, name.replace("states/", "source/", 1)), pl.col("state").is_not_null()
        claims.append(("accepted rows = Σ rows by state", name[7:], (rows,), (_Sum(name, states.cast(pl.Int64)),)))
    for plan in workspace.plans:
        claims += (claim for rule in plan.rules for claim in _conserved(plan, rule))
        claims += _measured(tables, plan)
        for component in plan.components:
            claims += _earned(tables, plan.name, component)
            claims += _shared(tables, plan, component)
    return _added([*claims, *_paid(tables)], tables)


def _added(claims: list[Claim], tables: Tables) -> list[Identity]:
    """The figures of all claims. Each table is read once, and of it only what is added up."""
    by_table: dict[str, list[_Sum]] = {}
    for *_, left, right in claims:
        for each in (*left, *right):
            if isinstance(each, _Sum):
                by_table.setdefault(each.table, []).append(each)
    found: dict[_Sum, Decimal] = {}
    for name, sums in by_table.items():
        columns = sorted({column for each in sums for column in each.value.meta.root_names()})
        values = (each.value.cast(DECIMAL).sum().alias(str(number)) for number, each in enumerate(sums))
        row = collected(scanned(tables, name, columns).select(values)).row(0)
        found |= zip(sums, map(Decimal, row), strict=True)

    def total(side: Side) -> Decimal:
        return sum((found[each] if isinstance(each, _Sum) else each for each in side), Decimal(0))

    return [Identity(name, place, total(left), total(right)) for name, place, left, right in claims]


def _accepted(tables: Tables, files: Iterable[FileRead]) -> Iterator[Claim]:
    """What intake says it accepted is what the calculation read."""
    accepted: dict[str, int] = {}
    for file in files:
        accepted[file.source] = accepted.get(file.source, 0) + file.accepted
    for source, count in sorted(accepted.items()):
        yield "rows accepted = rows calculated with", source, (Decimal(count),), (_height(tables, f"source/{source}"),)


def _height(tables: Tables, name: str) -> Decimal:
    return Decimal(collected(scanned(tables, name).select(pl.len())).item())


def _where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value)


def _conserved(plan: Plan, rule: Rule) -> Iterator[Claim]:
    """Per rule: the value of matched transactions = Σ shares, in whatever state they ended; roll-up credits count apart."""
    p = f"{plan.name}.{rule.name}"
    value = pl.col(f"{p}.value")
    if not isinstance(rule.to, str) and rule.to.mode is not None:
        value = rounded(value, rule.to.mode, rule.to.digits)
    left = (_Sum(f"matches/{rule.source.name}", _where(pl.col(f"{p}.state") == "matched", value)),)
    amount, shares = pl.col("amount"), f"shares/{p}"
    if rule.roll_up is None:
        whole = "Σ matched value = Σ credited + unassigned + excluded + exception shares"
        yield whole, p, left, (_Sum(f"credits/{p}", amount),)
        yield from _moved(rule, f"credits/{p}")
        return
    yield "Σ matched value = Σ shares to roll up", p, left, (_Sum(shares, amount),)
    yield from _moved(rule, shares)
    reached = _Sum(shares, amount * pl.col("levels").cast(DECIMAL))
    of_managers = _Sum(f"credits/{p}", _where(pl.col("participant") != "", amount))
    yield "Σ shares × managers above = Σ roll-up credits", p, (reached,), (of_managers,)


def _moved(rule: Rule, shares: str) -> Iterator[Claim]:
    """Per rule that takes adjustments: what they gave to some they took off others, or off nobody's part."""
    if rule.adjustments is not None:
        change = pl.col("share.adjusted")
        given, taken = _Sum(shares, _where(change > 0, change)), _Sum(shares, _where(change < 0, -change))
        yield "Σ given by adjustments = Σ taken off", shares.partition("/")[2], (given,), (taken,)


def _measured(tables: Tables, plan: Plan) -> Iterator[Claim]:
    """Per measure that sums whole rules: Σ own over its shortest interval = Σ credited amounts dated in those intervals.

    Where an interval's sum is out of bounds, neither it nor its credits count.
    """
    for measure in plan.measures:
        if measure.where is not None or measure.each is not None or measure.aggregate != "sum" or not measure.lengths:
            continue
        length, name = measure.lengths[0], f"measures/{plan.name}.{measure.name}"
        reach = pl.col("in_reach" if measure.looked_back else "in_scope")
        spans = tables["calendar"].filter(reach & (pl.col("length") == length)).sort("start").select("start", "end")
        inside = pl.any_horizontal(
            [pl.lit(False), *(pl.col("credit_date").is_between(*span) for span in _joined(spans.iter_rows()))]
        )
        known = ~_of_unknown(tables, name, length, plan.joined)
        counts = _where((pl.col("state") == "credited") & inside & known, pl.col("amount"))
        own = _Sum(name, _where(pl.col("length") == length, pl.col("own")))
        credited = tuple(_Sum(f"credits/{plan.name}.{rule}", counts) for rule in measure.rules)
        yield "Σ measure = Σ credits", f"{plan.name}.{measure.name}", (own,), credited


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days in order, those put together that follow one another."""
    found: list[tuple[date, date]] = []
    for start, end in spans:
        if found and start == found[-1][1] + timedelta(1):
            start = found.pop()[0]
        found.append((start, end))
    return found


def _of_unknown(tables: Tables, measure: str, length: str, joined: bool) -> pl.Expr:
    """Whether a credit lies in an interval whose sum is not known: it is out of bounds, and blocks what is paid on it."""
    keys = ["participant"] if joined else ["participant", "segment"]
    own = scanned(tables, measure, ("period", *keys, "length", "own"))
    rows = collected(own.filter((pl.col("length") == length) & pl.col("own").is_null()).select("period", *keys))
    spans = tables["calendar"].filter(pl.col("length") == length).select("period", "start", "end")
    return pl.any_horizontal(
        [
            pl.lit(False),
            *(
                pl.all_horizontal(pl.col("credit_date").is_between(start, end), *map(_is, keys, values))
                for _, *values, start, end in rows.join(spans, on="period").iter_rows()
            ),
        ]
    )


def _is(name: str, value: object) -> pl.Expr:
    return pl.col(name) == pl.lit(value)


def _earned(tables: Tables, plan: str, component: Component) -> Iterator[Claim]:
    """Per component: Σ slices = table results, and table results + Σ modifier steps = earnings (known ones)."""
    name, result = f"{plan}.{component.name}", pl.col("table_result")
    paid, earned = f"credit_pay/{name}", f"earnings/{name}"
    results = _Sum(paid if paid in tables else earned, result)
    yield "Σ tier slices = table results", name, (_Sum(f"slices/{name}", pl.col("pay")),), (results,)
    amounts = [result, *(pl.col(f"step_{number}") for number in range(1, len(component.steps) + 1))]
    known = [_where(pl.col("earning").is_not_null(), each).fill_null(pl.lit(0, DECIMAL)) for each in amounts]
    made = (_Sum(earned, known[0]), *(_Sum(earned, after - before) for before, after in pairwise(known)))
    yield "table results + Σ modifier steps = earnings", name, made, (_Sum(earned, pl.col("earning")),)


def _shared(tables: Tables, plan: Plan, component: Component) -> Iterator[Claim]:
    """Per pool: what the groups had to share = Σ their members' parts; of those that could be shared, and were to be."""
    name = f"{plan.name}.{component.name}"
    for number, step in enumerate(component.steps, start=1):
        if isinstance(step, ShareOut):
            k = f"step_{number}"
            columns = ("period", f"{k}.group", f"{k}.pool", f"{k}.weights", k)
            shared = pl.col(k).is_not_null() & (pl.col(f"{k}.weights") > 0)
            rows = scanned(tables, f"earnings/{name}", columns).filter(shared)
            groups = rows.group_by("period", f"{k}.group").agg(pl.col(f"{k}.pool").first(), pl.col(k).sum())
            pools, parts = collected(groups.select(pl.col(f"{k}.pool").sum(), pl.col(k).sum())).row(0)
            yield "Σ pools = Σ parts shared out", name, (Decimal(pools),), (Decimal(parts),)


def _paid(tables: Tables) -> Iterator[Claim]:
    """Per plan: Σ earnings of the pay period, of components that are paid themselves, + payout rounding = payouts."""
    payouts, due = tables["payouts"], pl.col("in_pay_period")
    plans = collected(scanned(tables, "earnings", ("plan", "in_pay_period")).filter(due).select("plan").unique())
    for plan in sorted({*plans["plan"], *payouts["plan"]}):
        own = due & (pl.col("plan") == plan) & (pl.col("earning_code") != "")
        paid = payouts.filter(pl.col("plan") == plan).select(pl.col("amount", "earned").sum())
        amount, rounding = Decimal(paid["amount"][0]), Decimal(paid["amount"][0]) - Decimal(paid["earned"][0])
        earned = _Sum("earnings", _where(own, pl.col("earning")))
        yield "Σ earnings + payout rounding = payouts", plan, (earned, rounding), (amount,)


def as_table(found: list[Identity]) -> pl.DataFrame:
    """The identities as a table of the run."""
    return pl.DataFrame(
        [(i.name, i.place, i.left, i.right, i.holds) for i in found],
        schema={"identity": pl.String, "place": pl.String, "left": DECIMAL, "right": DECIMAL, "holds": pl.Boolean},
        orient="row",
    )
