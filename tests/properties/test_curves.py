"""Random plans read back: every page, every picture; and every point of their curves against the reference interpreter."""

from collections import defaultdict
from decimal import Decimal
from itertools import accumulate
from xml.etree import ElementTree

import pytest

from engine.lower.inputs import source_schema
from engine.pipeline import Compiled, back
from engine.plan.resolved import Component, Plan
from engine.reference.component import earnings
from engine.reference.credit_pay import credit_pays
from engine.reference.facts import Facts
from engine.reference.measured import Measured
from engine.reference.participant import People
from engine.reference.scope import scope
from engine.reference.share import Share
from engine.reference.stint import Stint, grid
from engine.reference.target import targets
from engine.report.curve import Curve
from engine.report.curve_svg import svg
from engine.report.document import as_markdown, as_text
from engine.report.plan_page import plan_page
from engine.run.cut import cut
from engine.trial.curve import curve, curves
from engine.trial.curve_points import Course, course, spots
from engine.trial.curve_setting import Setting, setting, years_of
from engine.trial.curve_tables import Example, first_title, given, round_amount, tables, targets_read
from engine.trial.cut import blank
from tests.properties.generate import generate

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_page_and_every_picture_can_be_made(seed: int) -> None:
    workspace, _, _ = generate(seed)
    made = back(workspace, {}, ".")
    for plan in workspace.plans:
        found = curves(made, plan, Example())
        for ascii_only in (True, False):
            page = plan_page(workspace, plan, found, ascii_only)
            assert all(component.name in as_text(page, False) for component in plan.components)
            assert as_markdown(page).startswith("# The plan ")
        ElementTree.fromstring(svg(plan.name, [each for each in found if isinstance(each, Curve)]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_pays_the_same_at_every_point(seed: int) -> None:
    workspace, _, _ = generate(seed)
    made = back(workspace, {}, ".")
    for plan in workspace.plans:
        for component in plan.components:
            found = curve(made, plan, component, Example())
            if isinstance(found, Curve):
                expected = _paid(made, plan, component)
                assert {p.value: p.pays for p in found.points} == expected


def _paid(made: Compiled, plan: Plan, component: Component) -> dict[Decimal, Decimal | None]:
    """What the reference pays at each value, over the intervals of the curve."""
    calendar = made.workspace.calendar
    asked = setting(made.workspace, plan, component, years_of(plan, calendar)[0])
    bare = _facts(asked, {"": Course()})
    goals = []
    if asked.against is not None:
        rows = bare.targets[asked.against.target]
        goals = [rows["", interval.name, asked.year.start] for interval in asked.intervals]
    own = [goal.own or Decimal(0) for goal in goals]
    amounts = list(zip(own, accumulate(own), strict=True))
    everywhere, _ = spots(asked, round_amount(asked, asked.unit.dtype == "money", plan.digits))
    courses = {f"{n:06}": course(asked, spot, amounts) for n, spot in enumerate(everywhere)}
    facts = _facts(asked, courses)
    pays = credit_pays(facts, asked.component) if asked.component.basis == "credit" else []
    earned: defaultdict[str, list[Decimal | None]] = defaultdict(list)
    for earning in earnings(facts, asked.component, pays):
        earned[earning.cell.stint.participant].append(earning.earning)
    value = {who: c.to_date[-1] if asked.to_date else c.own[0] for who, c in courses.items()}
    evenly_last = sorted(courses, key=lambda who: -abs(everywhere[int(who)].beside))
    return {value[who]: _sum(earned[who]) for who in evenly_last if everywhere[int(who)].at < 0 or value[who] >= 0}


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    return None if None in amounts else sum((amount for amount in amounts if amount is not None), Decimal(0))


def _facts(asked: Setting, courses: dict[str, Course]) -> Facts:
    """The rows that the program of the curve is given, as the reference reads them."""
    workspace, plan, year = asked.workspace, asked.plan, asked.year
    program = back(workspace, {}, ".").program
    bare = not courses.get("", Course(own=[Decimal(0)])).own
    stage = f"targets/{plan.name}.{asked.against.target}" if bare and asked.against else ""
    keep = stage or f"earnings/{plan.name}.{asked.component.name}"
    rows = {} if bare and not stage else tables(asked, cut(program, [keep], given(asked)), courses, Example())
    pay = workspace.calendar.containing(asked.intervals[-1].end, workspace.pay_period)
    assert pay is not None
    names = {interval.name for interval in asked.intervals}
    stints = [Stint(who, year.start, year.end, None, plan.currency) for who in courses]
    cells = [c for c in grid(plan, stints, workspace.calendar, scope(workspace, pay)) if c.period.name in names]
    title = first_title(plan)
    unsaid = blank(source_schema(workspace.participants), year.start)
    people = [{**unsaid, "participant": who, "start": year.start, "end": year.end, "title": title} for who in courses]
    own = rows.get(f"source/{workspace.participants.name}", people)
    measures = {
        name: {
            (row["participant"], row["period"], row["segment"]): Measured(row["own"], row["value"])
            for row in rows.get(f"measures/{plan.name}.{name}", [])
        }
        for name in asked.component.measures
    }
    shares = []
    for row in rows.get(f"credits/{plan.name}.{asked.component.base}", []):
        whole = {**blank(source_schema(asked.rule.source), year.start), **row}
        named = (row["credit_date"], row["participant"], row["share"], row["value"], row["amount"])
        shares.append(Share(whole, *named, segment=year.start, level=row.get("level", Decimal(0))))
    goals = {
        name: targets(
            target,
            {each.source.name: rows.get(f"source/{each.source.name}", []) for each in target.sources},
            cells,
            workspace.calendar,
            People(own),
        )
        for name, target in ((name, workspace.targets[name]) for name in targets_read(asked))
    }
    credits = {rule.name: shares if rule.name == asked.component.base else [] for rule in plan.rules}
    return Facts(plan, People(own), cells, credits, measures, goals)
