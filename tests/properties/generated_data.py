"""Generated input tables: few distinct amounts and days, so that ties, exact bounds and interval ends are frequent."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, permutations
from random import Random
from typing import Any

from engine.core.period import Period
from engine.ir.types import BOOL, DATE, QUANTITY, RATE, TEXT, Type, money
from engine.plan.resolved import ResolvedWorkspace, Target
from engine.plan.workspace import Column, Source
from engine.reference.scope import scope
from tests.properties.formulas import SPAN

Rows = list[dict[str, Any]]

AMOUNTS = (
    "0 50 100 100 100 200 200 300 500 1000 -50 -100 -100 -300 33.33 0.01 0.005 -0.005 12.345 99.995 66.67 250".split()
)
QUANTITIES = "0 1 1 1 2 2 3 5 10 -1 -2 0.5".split()
LIST_PRICES = (None, None, "0", "100", "200", "50")
TARGETS = "0 0 0 0 100 100 200 300 1000 333.33 -5".split()
YEAR_TARGETS = "0 0 1200 1200 2400 1000 100 -1 3333.33".split()
WEIGHTS = "1 1 1 2 2 3 7 37.5 0.333333333333 999999998 0.000000001 0.000000000001 0 -1".split()
EXCHANGE_RATES = "1 0.5 0.85 1.085 17000 0.000058823529 3 0.333333333333 999999999".split()
SHARES = "0.5 0.5 0.25 0.25 0.333333 0.333333 0.666667 1 0.3 0 0.1".split()
TITLES = ("AE", "AE", "AE", "AE", "SE", "SE", "VP")

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def source(name: str, role: Any, columns: Sequence[tuple[str, Type]], key: tuple[str, ...]) -> Source:
    """A source as resolve leaves it: its columns come from headers of the same name."""
    money_by = {"net", "list_price"}
    made = tuple(
        Column(n, n, t, SPAN, "cur" if n in money_by and t.dtype == "money" and t.currency is None else None)
        for n, t in columns
    )
    return Source(name, role, (f"{name}.csv",), made, key, SPAN)


def people_source() -> Source:
    """Participants with dated attributes and two columns that override variables."""
    text = TEXT.optional()
    columns = [("participant", TEXT), ("start", DATE), ("end", DATE), ("title", text), ("currency", text)]
    columns += [("manager", text), ("position", text)]
    columns += [("entity", text), ("pay_group", text), ("payroll_id", text)]
    columns += [("hired", DATE.optional()), ("joined_on", DATE)]
    columns += [("own_rate", RATE.optional()), ("maybe_rate", RATE.optional())]
    return source("people", "participants", columns, ("participant", "start"))


def transaction_source(name: str, currency: str | None) -> Source:
    """Transactions. `currency` None: money is in the row's own currency."""
    key = f"{name[:-1]}_id"
    columns = [(key, TEXT), ("booked_on", DATE), ("posted_on", DATE), ("seller", TEXT.optional())]
    columns += [("territory", TEXT.optional()), ("kind", TEXT), ("flag", BOOL), ("cur", TEXT.optional())]
    columns += [("net", money(currency)), ("list_price", money(currency).optional())]
    columns += [("qty", QUANTITY), ("seq", QUANTITY), ("discount", RATE.optional())]
    return source(name, "transactions", columns, (key,))


def assignment_source(name: str, shared: bool) -> Source:
    """Who works which territory (and kind) from when to when, with a share; or with hours, or for equal parts."""
    columns = [("participant", TEXT), ("start", DATE), ("end", DATE), ("territory", TEXT), ("kind", TEXT)]
    return source(
        name, "assignments", [*columns, ("share", RATE) if shared else ("hours", QUANTITY)], ("participant", "start")
    )


def rates_source(ends: bool, typed: bool) -> Source:
    """Exchange rates of days, or of intervals; one of a day, or two."""
    columns = [
        ("from_currency", TEXT),
        ("to_currency", TEXT),
        *([("rate_type", TEXT)] if typed else []),
        ("start", DATE),
    ]
    columns += [("end", DATE)] if ends else []
    return source("rates", "exchange_rates", [*columns, ("rate", QUANTITY)], ("from_currency", "to_currency", "start"))


class DataMaker:
    """Fills the tables of one workspace for one pay period."""

    def __init__(self, random: Random, workspace: ResolvedWorkspace, period: Period, people: list[str]):
        self.random, self.workspace, self.people, self.period = random, workspace, people, period
        first, last = scope(workspace, period).start, period.end  # more than a year where `recompute_from` says so
        parts = workspace.calendar.of_length(workspace.calendar.shortest)
        edges = [day for p in parts if first <= p.start and p.end <= last for day in (p.start, p.end)]
        days = [first + timedelta(days=random.randrange((last - first).days + 1)) for _ in range(24)]
        self.days = edges + days + [period.start + timedelta(days=d) for d in range(0, period.days, 3)]

    def tables(self) -> dict[str, Rows]:
        """All input tables but the calendar, which is the workspace's."""
        found: dict[str, Rows] = {}
        for name, made in self.workspace.sources.items():
            match made.role:
                case "participants":
                    rows = [row for person in self.people for row in self._person(person)]
                case "transactions":
                    count = self.random.choice((0, 20, 40, 60, 60))
                    rows = [self._transaction(made, number) for number in range(count)]
                case "assignments":
                    rows = [self._assignment(made, n < 2) for n in range(self.random.choice((1, 4, 6, 8, 10)))]
                    rows = rows if self.random.random() < 0.3 else self._once(rows)
                case "exchange_rates":
                    rows = self._rates(made)
                case _:
                    rows = [
                        row
                        for target in self.workspace.targets.values()
                        for each in target.sources
                        if each.source is made
                        for row in self._targets(target, each.by)
                    ]
            self.random.shuffle(rows)
            found[f"source/{name}"] = [row | {"file": f"{name}.csv", "row": n} for n, row in enumerate(rows, start=2)]
        return found

    def _day(self) -> date:
        stray = self.random.random()
        if stray < 0.03:
            return self.period.end + timedelta(days=self.random.choice((1, 40)))
        if stray < 0.08:
            return self.period.year_start - timedelta(days=self.random.choice((1, 45)))
        return self.random.choice(self.days)

    def _person(self, person: str) -> Rows:
        """One row, or several that meet: a promotion, a gap, a leave and return, a change that cuts nothing."""
        random = self.random
        joined = any(plan.joined for plan in self.workspace.plans)
        count = random.choice((2, 3, 3, 4, 5) if joined else (1, 1, 2, 2, 3))
        alike = 0.85 if joined else 0.5
        cuts = sorted({self._day() for _ in range(count - 1)})
        starts = [random.choice((FIRST, FIRST, FIRST, random.choice(self.days))), *cuts]
        starts = sorted(set(starts))
        ends = [start - timedelta(days=1) for start in starts[1:]]
        ends.append(LAST if random.random() < 0.75 else max(starts[-1], random.choice(self.days)))
        rows: Rows = []
        for start, end in zip(starts, ends, strict=True):
            if len(starts) > 1 and random.random() < 0.15:
                continue
            late = end if random.random() < 0.85 else max(start, end - timedelta(days=10)) if end < LAST else end
            rows.append(self._attributes(person, start, late, rows[-1] if rows and random.random() < alike else None))
        return rows

    def _attributes(self, person: str, start: date, end: date, before: dict[str, Any] | None) -> dict[str, Any]:
        random = self.random
        own, maybe = random.choice((None, None, "0.03", "0.125")), random.choice((None, None, "0.04"))
        joined_on = random.choice((start, self._day(), self._day(), date(2024, 2, 29), date(2019, 3, 1)))
        kept = before or {"title": random.choice(TITLES), "currency": random.choice(("USD", "USD", None, "IDR"))}
        if before is not None and random.random() < 0.5:
            kept = {**kept, "title": random.choice(TITLES)}  # a promotion, paid in the same currency
        return {
            "participant": person,
            "start": start,
            "end": end,
            "title": kept["title"],
            "currency": kept["currency"],
            "manager": self._manager(person),
            "position": random.choice((None, "north", "south", "west")),
            "hired": self._hired(start),
            "joined_on": before["joined_on"] if before is not None and random.random() < 0.9 else joined_on,
            "entity": random.choice(("US", "ID", None)),
            "pay_group": random.choice(("weekly", None)),
            "payroll_id": random.choice((None, f"P-{person}")),
            "own_rate": None if own is None else Decimal(own),
            "maybe_rate": None if maybe is None else Decimal(maybe),
        }

    def _hired(self, start: date) -> date | None:
        """The day from which a ramp counts; whoever began some days before the calendar does began with it."""
        random, first = self.random, self.workspace.calendar.periods[0].start
        found = random.choice((None, start, self._day(), self._day() - timedelta(days=random.choice((40, 400)))))
        return first if found is not None and first - timedelta(days=25) < found < first else found

    def _manager(self, person: str) -> str | None:
        """Most often somebody further on in the list, so that chains end; sometimes anybody, oneself among them."""
        above = self.people[self.people.index(person) + 1 :]
        if self.random.random() < 0.1:
            return self.random.choice([*self.people, "ghost"])
        return self.random.choice(above[:2]) if above and self.random.random() < 0.9 else None

    def _transaction(self, made: Source, number: int) -> dict[str, Any]:
        random = self.random
        price, discount = random.choice(LIST_PRICES), random.choice((None, "0.5", "0", "0.1"))
        currency = next(c.type.currency for c in made.columns if c.name == "net")
        currencies = [plan.currency for plan in self.workspace.plans] * 8 + ["EUR", None]
        booked = self._day()
        return {
            made.key[0]: f"{made.name[0].upper()}{number:03}" if random.random() < 0.9 else f"z{number}",
            "booked_on": booked,
            "posted_on": booked + timedelta(days=random.choice((0, 0, 1, 5, 30))),
            "seller": random.choice([*self.people * 8, None, "ghost"]),
            "territory": random.choice(("north",) * 6 + ("south", "south", "west", None)),
            "kind": random.choice(("sale", "sale", "sale", "sale", "return", "service", "test")),
            "flag": random.random() < 0.4,
            "cur": currency if currency is not None else random.choice(currencies),
            "net": Decimal(random.choice(AMOUNTS)),
            "list_price": None if price is None else Decimal(price),
            "qty": Decimal(random.choice(QUANTITIES)),
            "seq": Decimal(random.choice((1, 1, 2, 3))),
            "discount": None if discount is None else Decimal(discount),
        }

    def _assignment(self, made: Source, always: bool) -> dict[str, Any]:
        random = self.random
        start = FIRST if always else random.choice((FIRST, FIRST, FIRST, self._day()))
        end = LAST if always or random.random() < 0.7 else max(start, self._day())
        row: dict[str, Any] = {
            "participant": random.choice([*self.people * 10, "ghost"]),
            "start": start,
            "end": end,
            "territory": "north" if always else random.choice(("north", "south", "west")),
            "kind": random.choice(("sale", "sale", "return")),
        }
        if made.column("share") is not None:
            return row | {"share": Decimal(random.choice(SHARES))}
        return row | {"hours": Decimal(random.choice(WEIGHTS if random.random() < 0.3 else WEIGHTS[:9]))}

    def _rates(self, made: Source) -> Rows:
        """Of most pairs, on some days; those of intervals have gaps and days that meet."""
        random = self.random
        types = [{"rate_type": name} for name in ("spot", "average")] if made.column("rate_type") else [{}]
        rows: Rows = []
        for first, second in permutations(("EUR", "USD", "IDR"), 2):
            for of_type in types:
                starts = sorted({random.choice(self.days) for _ in range(random.choice((0, 6, 12, 12)))})
                for start, following in pairwise([*starts, LAST]):
                    last = following - timedelta(days=1)
                    end = last if random.random() < 0.5 else start + (last - start) // 2
                    days = {"start": start, "end": end} if made.column("end") else {"start": start}
                    rate = {"rate": Decimal(random.choice(EXCHANGE_RATES))}
                    rows.append({"from_currency": first, "to_currency": second, **of_type, **days, **rate})
        return rows

    def _once(self, rows: Rows) -> Rows:
        """Nobody twice in one territory."""
        return list({(row["participant"], row["territory"]): row for row in rows}.values())

    def _targets(self, target: Target, by: str) -> Rows:
        """Per participant or group, and period or year; some are missing, zero or negative."""
        random = self.random
        choices = TARGETS if target.given == "period" else YEAR_TARGETS
        unwell = random.random() < 0.4
        some = 0.3 if by == "participant" and len(target.sources) > 1 else 1
        groups = {"participant": self.people, "title": list(dict.fromkeys(TITLES)), "entity": ["US", "ID"]}
        return [
            {by: person, target.given: period.name, "amount": Decimal(self._target(choices, unwell)), **target.held}
            for person in groups[by]
            for period in target.times(self.workspace.calendar)
            if random.random() < some * (0.85 if unwell else 0.99)
        ]

    def _target(self, choices: list[str], unwell: bool) -> str:
        return self.random.choice(choices if unwell else [c for c in choices if Decimal(c) > 0])
