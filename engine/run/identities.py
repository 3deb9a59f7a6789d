"""The identities: what must add up in every run, each with both of its figures.

A row: what it says, where, left, right, holds. Counts and money alike are exact decimals; nothing is approximate.
"""

from collections.abc import Iterable, Mapping
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


def identities(
    workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame], files: Iterable[FileRead]
) -> list[Identity]:
    """All identities of one run."""
    told = [
        Identity(
            "rows read = accepted + rejected",
            f"{f.source}: {f.file}",
            Decimal(f.read),
            Decimal(f.accepted + f.rejected),
        )
        for f in files
    ]
    told += _accepted(tables, files)
    for name in sorted(name for name in tables if name.startswith("states/")):
        rows = _height(tables, name.replace("states/", "source/", 1))
        states = collected(scanned(tables, name).group_by("state").len())
        told.append(Identity("accepted rows = Σ rows by state", name[7:], rows, Decimal(int(states["len"].sum()))))
    for plan in workspace.plans:
        told += [identity for rule in plan.rules for identity in _conserved(tables, plan, rule)]
        told += _measured(tables, plan)
        for component in plan.components:
            told += _earned(tables, plan.name, component)
            told += _shared(tables, plan, component)
    return [*told, *_paid(tables)]


def _accepted(tables: Mapping[str, pl.DataFrame], files: Iterable[FileRead]) -> list[Identity]:
    """What intake says it accepted is what the calculation read."""
    accepted: dict[str, int] = {}
    for file in files:
        accepted[file.source] = accepted.get(file.source, 0) + file.accepted
    return [
        Identity("rows accepted = rows calculated with", source, Decimal(count), _height(tables, f"source/{source}"))
        for source, count in sorted(accepted.items())
    ]


def _height(tables: Mapping[str, pl.DataFrame], name: str) -> Decimal:
    return Decimal(collected(scanned(tables, name).select(pl.len())).item())


def _total(rows: pl.LazyFrame | pl.DataFrame, column: pl.Expr | str) -> Decimal:
    """The exact sum of a decimal column, nulls left out."""
    return _totals(rows, column)[0]


def _totals(rows: pl.LazyFrame | pl.DataFrame, *columns: pl.Expr | str) -> list[Decimal]:
    """The exact sums of decimal columns, nulls left out; the rows are read once."""
    values = (pl.col(column) if isinstance(column, str) else column for column in columns)
    sums = [value.cast(DECIMAL).sum().alias(str(number)) for number, value in enumerate(values)]
    return [Decimal(each) for each in collected(rows.lazy().select(sums)).row(0)]


def _conserved(tables: Mapping[str, pl.DataFrame], plan: Plan, rule: Rule) -> list[Identity]:
    """Per rule: the value of matched transactions = Σ shares, in whatever state they ended; roll-up credits count apart."""
    p = f"{plan.name}.{rule.name}"
    matched = scanned(tables, f"matches/{rule.source.name}").filter(pl.col(f"{p}.state") == "matched")
    value = pl.col(f"{p}.value")
    if not isinstance(rule.to, str) and rule.to.mode is not None:
        value = rounded(value, rule.to.mode, rule.to.digits)
    left = _total(matched, value)
    credits = scanned(tables, f"credits/{p}", ("participant", "amount"))
    if rule.roll_up is None:
        whole = "Σ matched value = Σ credited + unassigned + excluded + exception shares"
        return [Identity(whole, p, left, _total(credits, "amount")), *_moved(tables, rule, f"credits/{p}")]
    below = scanned(tables, f"shares/{p}")
    reached = pl.col("amount") * pl.col("levels").cast(DECIMAL)
    return [
        Identity("Σ matched value = Σ shares to roll up", p, left, _total(below, "amount")),
        *_moved(tables, rule, f"shares/{p}"),
        Identity(
            "Σ shares × managers above = Σ roll-up credits", p, _total(below, reached),
            _total(credits.filter(pl.col("participant") != ""), "amount"),
        ),
    ]  # fmt: skip


def _moved(tables: Mapping[str, pl.DataFrame], rule: Rule, shares: str) -> list[Identity]:
    """Per rule that takes adjustments: what they gave to some they took off others, or off nobody's part."""
    if rule.adjustments is None:
        return []
    change = pl.col("share.adjusted")
    rows, none = scanned(tables, shares, ("share.adjusted",)), pl.lit(0, DECIMAL)
    more, less = _totals(
        rows, pl.when(change > 0).then(change).otherwise(none), pl.when(change < 0).then(-change).otherwise(none)
    )
    return [Identity("Σ given by adjustments = Σ taken off", shares.partition("/")[2], more, less)]


def _measured(tables: Mapping[str, pl.DataFrame], plan: Plan) -> list[Identity]:
    """Per measure that sums whole rules: Σ own over its shortest interval = Σ credited amounts dated in those intervals.

    Where an interval's sum is out of bounds, neither it nor its credits count.
    """
    found = []
    for measure in plan.measures:
        if measure.where is not None or measure.each is not None or measure.aggregate != "sum" or not measure.lengths:
            continue
        length = measure.lengths[0]
        own = scanned(tables, f"measures/{plan.name}.{measure.name}").filter(pl.col("length") == length)
        reach = pl.col("in_reach" if measure.looked_back else "in_scope")
        spans = tables["calendar"].filter(reach & (pl.col("length") == length)).sort("start").select("start", "end")
        inside = pl.any_horizontal(
            [pl.lit(False), *(pl.col("credit_date").is_between(*span) for span in _joined(spans.iter_rows()))]
        )
        known = ~_of_unknown(tables["calendar"], own, length, plan.joined)
        credited = [
            scanned(tables, f"credits/{plan.name}.{rule}").filter((pl.col("state") == "credited") & inside & known)
            for rule in measure.rules
        ]
        right = sum((_total(rows, "amount") for rows in credited), Decimal(0))
        found.append(Identity("Σ measure = Σ credits", f"{plan.name}.{measure.name}", _total(own, "own"), right))
    return found


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days in order, those put together that follow one another."""
    found: list[tuple[date, date]] = []
    for start, end in spans:
        if found and start == found[-1][1] + timedelta(1):
            start = found.pop()[0]
        found.append((start, end))
    return found


def _of_unknown(calendar: pl.DataFrame, own: pl.LazyFrame, length: str, joined: bool) -> pl.Expr:
    """Whether a credit lies in an interval whose sum is not known: it is out of bounds, and blocks what is paid on it."""
    keys = ["participant"] if joined else ["participant", "segment"]
    rows = collected(own.filter(pl.col("own").is_null()).select("period", *keys))
    spans = calendar.filter(pl.col("length") == length).select("period", "start", "end")
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


def _earned(tables: Mapping[str, pl.DataFrame], plan: str, component: Component) -> list[Identity]:
    """Per component: Σ slices = table results, and table results + Σ modifier steps = earnings (known ones)."""
    name = f"{plan}.{component.name}"
    paid = f"credit_pay/{name}"
    results = scanned(tables, paid if paid in tables else f"earnings/{name}", ("table_result",))
    found = [
        Identity(
            "Σ tier slices = table results",
            name,
            _total(scanned(tables, f"slices/{name}", ("pay",)), "pay"),
            _total(results, "table_result"),
        )
    ]
    amounts = ["table_result", *(f"step_{number}" for number in range(1, len(component.steps) + 1))]
    rows = scanned(tables, f"earnings/{name}", (*amounts, "earning"))
    *sums, earned = _totals(rows.filter(pl.col("earning").is_not_null()), *amounts, "earning")
    result = sums[0] + sum((after - before for before, after in pairwise(sums)), Decimal(0))
    found.append(Identity("table results + Σ modifier steps = earnings", name, result, earned))
    return found


def _shared(tables: Mapping[str, pl.DataFrame], plan: Plan, component: Component) -> list[Identity]:
    """Per pool: what the groups had to share = Σ their members' parts; of those that could be shared, and were to be."""
    name, found = f"{plan.name}.{component.name}", []
    for number, step in enumerate(component.steps, start=1):
        if isinstance(step, ShareOut):
            k = f"step_{number}"
            rows = collected(
                scanned(tables, f"earnings/{name}")
                .filter(pl.col(k).is_not_null() & (pl.col(f"{k}.weights") > 0))
                .select(
                    "period",
                    pl.col(f"{k}.group").alias("group"),
                    pl.col(f"{k}.pool").alias("pool"),
                    pl.col(k).alias("part"),
                )
            )
            pools = rows.unique(["period", "group"])
            found.append(Identity("Σ pools = Σ parts shared out", name, _total(pools, "pool"), _total(rows, "part")))
    return found


def _paid(tables: Mapping[str, pl.DataFrame]) -> list[Identity]:
    """Per plan: Σ earnings of the pay period, of components that are paid themselves, + payout rounding = payouts."""
    due = collected(scanned(tables, "earnings").filter(pl.col("in_pay_period")))
    payouts = tables["payouts"]
    found = []
    for plan in sorted(set(due["plan"].to_list()) | set(payouts["plan"].to_list())):
        earned = _total(due.filter((pl.col("plan") == plan) & (pl.col("earning_code") != "")), "earning")
        paid = payouts.filter(pl.col("plan") == plan)
        rounding = _total(paid, "amount") - _total(paid, "earned")
        found.append(
            Identity("Σ earnings + payout rounding = payouts", plan, earned + rounding, _total(paid, "amount"))
        )
    return found


def as_table(found: list[Identity]) -> pl.DataFrame:
    """The identities as a table of the run."""
    return pl.DataFrame(
        [(i.name, i.place, i.left, i.right, i.holds) for i in found],
        schema={"identity": pl.String, "place": pl.String, "left": DECIMAL, "right": DECIMAL, "holds": pl.Boolean},
        orient="row",
    )
