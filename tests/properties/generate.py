"""Random workspaces with data, biased to where money is lost: seed in, (workspace, tables, pay period) out.

Nouns are built directly, as `resolve` and `typecheck` would leave them. `coverage` says what a case has exercised.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from engine.core.period import Calendar, Period, custom_calendar, months_calendar
from engine.core.week_calendar import PERIODS, WEEKDAYS, YearEnd, week_calendar, week_years
from engine.ir.types import QUANTITY, RATE
from engine.plan.comp_plan import Held, HeldValue
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.plan.workspace import Variable
from tests.properties.coverage import coverage
from tests.properties.formulas import SPAN, choice
from tests.properties.generated_across import across
from tests.properties.generated_adjustment import with_adjustments
from tests.properties.generated_component import component
from tests.properties.generated_data import (
    DataMaker,
    assignment_source,
    people_source,
    rates_source,
    transaction_source,
)
from tests.properties.generated_each import with_limits
from tests.properties.generated_formula import with_formulas
from tests.properties.generated_gap import with_gaps
from tests.properties.generated_generations import with_generations
from tests.properties.generated_group_to_date import with_group_to_date
from tests.properties.generated_held import with_held
from tests.properties.generated_large import with_large
from tests.properties.generated_measure import windowed
from tests.properties.generated_plan import PlanMaker
from tests.properties.generated_undated import with_undated
from tests.properties.generated_values_on import with_values_on
from tests.properties.generated_world import PEOPLE, World, one_in

__all__ = ["Case", "coverage", "generate"]

Case = tuple[ResolvedWorkspace, dict[str, list[dict[str, Any]]], Period]

Made = tuple[ResolvedWorkspace, dict[str, Variable]]

STAFFED = (
    ((("AE",), None), (("SE",), None), (None, ("p1", "Zoe"))),
    ((("AE", "SE"), None), (None, ("p1", "p2", "ana")), (("VP",), None)),
    ((("SE", "VP", "AE"), None), (("AE",), None), (("SE",), None)),
)
"""Who is on the first, second and third plan: titles, or names. Some plans overlap, some follow each other."""


def generate(seed: int) -> Case:
    """One case; the same for the same seed."""
    random = Random(seed)
    calendar = _calendar(random)
    pay_period = random.choice([calendar.shortest] * 4 + ["quarter" if calendar.of_length("quarter") else "year"])
    made, variables = _workspace(random, Random(f"groups to date {seed}"), calendar, pay_period)
    made = with_formulas(Random(f"formulas {seed}"), with_held(Random(f"held {seed}"), made), variables)
    workspace = with_limits(Random(f"each {seed}"), across(Random(f"across {seed}"), made))
    workspace = with_generations(Random(f"generations {seed}"), workspace)
    latest = [p for p in calendar.of_length(pay_period) if p.year_start > calendar.periods[0].year_start]
    period = random.choice(latest)
    people = random.sample(PEOPLE, random.randint(2, 6))
    workspace, tables = with_adjustments(seed, workspace, DataMaker(random, workspace, period, people).tables())
    workspace, tables = with_values_on(seed, workspace, tables)
    tables = with_large(seed, workspace, with_gaps(seed, workspace, tables, period))
    return *with_undated(seed, workspace, tables), period


def _calendar(random: Random) -> Calendar:
    """Months with any fiscal start, years of weeks with the extra week anywhere, or thirteen custom periods without quarters."""
    kind = random.random()
    if kind < 0.7:
        return months_calendar(2025, 2026, random.choice((1, 1, 1, 2, 4, 7, 10)), random.choice(("start", "end")))
    if kind < 0.85:
        ends = YearEnd(random.choice(("last", "nearest")), random.choice(WEEKDAYS), random.choice((1, 9, 12)))
        years = week_years(2025, 2026, ends, random.choice(("start", "end")))
        return week_calendar(years, random.choice(tuple(PERIODS)), random.choice((1, 3, 12)), "FY{yy}")
    rows: list[tuple[str, date, date, str, str | None]] = []
    start = date(2025, 2, 2)
    for year in ("FY25", "FY26"):
        for number in range(1, 14):
            end = start + timedelta(weeks=4, days=-1)
            rows.append((f"{year}-P{number:02}", start, end, year, None))
            start = end + timedelta(days=1)
    return custom_calendar(rows)


def _workspace(random: Random, later: Random, calendar: Calendar, pay_period: str) -> Made:
    """With its variables. What is made `later` draws from a stream of its own."""
    by_column = random.random() < 0.4
    currency = random.choice(("USD", "USD", "IDR"))
    sources = [people_source(), assignment_source("territories", True), assignment_source("teams", False)]
    sources.append(rates_source(one_in(random, 2), one_in(random, 3)))
    sources += [transaction_source(name, None if by_column else currency) for name in ("orders", "invoices")]
    variables = [
        Variable(
            "own_rate",
            RATE,
            Decimal("0.06"),
            "own_rate",
            SPAN,
            None,
            _held(random, ("0.02", "0.09"), one_in(random, 2)),
        ),
        Variable(
            "maybe_rate", RATE.optional(), None, "maybe_rate", SPAN, None, _held(random, ("0.01",), one_in(random, 3))
        ),
        Variable("boost", QUANTITY, Decimal("1.5"), None, SPAN, None, _held(random, ("1", "2"), one_in(random, 3))),
    ]
    world = World(random, calendar, {s.name: s for s in sources}, {v.name: v for v in variables}, by_column, currency)
    staffing = random.choice(STAFFED)
    made = [_plan(world, name, *staffing[n]) for n, name in enumerate(_plan_names(random))]
    plans = tuple(with_group_to_date(later, maker, plan) for maker, plan in made)
    plans = tuple(replace(plan, measures=tuple(windowed(later, each) for each in plan.measures)) for plan in plans)
    others = 1 if len(plans) > 1 and one_in(random, 8) else 0
    made_up = ResolvedWorkspace(
        name="generated",
        calendar=calendar,
        pay_period=pay_period,
        currencies={"USD": 2, "IDR": 0},
        participants=sources[0],
        sources=world.sources,
        targets=world.targets,
        plans=plans[others:],
        unmatched=choice("warning"),
        recompute_from=calendar.periods[40 % len(calendar.periods)].start if one_in(random, 5) else None,
        note=None,
        others=plans[:others],
    )
    return made_up, world.variables


def _held(random: Random, values: tuple[str, ...], any_: bool) -> tuple[HeldValue, ...]:
    """Values by title and position; the roster has others too, and nobody may hold these."""
    holders: list[tuple[Held, str]] = [("title", "AE"), ("title", "SE"), ("position", "north"), ("position", "south")]
    chosen = random.sample(holders, random.randint(2, 4)) if any_ else []
    of = {"title": values[0], "position": values[-1]}
    return tuple(HeldValue(attribute, name, Decimal(of[attribute]), SPAN) for attribute, name in chosen)


def _plan_names(random: Random) -> list[str]:
    return ["alpha", "beta", "gamma"][: random.choice((1, 1, 2, 2, 3))]


def _plan(
    world: World, name: str, titles: tuple[str, ...] | None, names: tuple[str, ...] | None
) -> tuple[PlanMaker, Plan]:
    maker = PlanMaker(world, name, titles, names)
    count = world.random.randint(1, 4)
    for number in range(count):
        maker.made.append(component(maker, f"component_{number + 1}"))
    return maker, maker.finish(maker.made)
