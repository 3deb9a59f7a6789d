"""Pay curves against the reference interpreter, on the same points, from transactions: to the last digit."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import open_workspace
from engine.ir.program import Schema
from engine.lower.inputs import source_schema
from engine.plan.resolved import Plan
from engine.reference import reference
from engine.report.curve import Curve, NoCurve
from engine.trial.curve import curve, curves
from engine.trial.curve_person import person
from engine.trial.curve_points import Course, course, spots
from engine.trial.curve_setting import Setting, setting, years_of
from engine.trial.curve_tables import Example, round_amount
from engine.trial.cut import blank
from tests.documents.examples import DOCUMENT, build, examples

ROOT = Path(__file__).parents[2]
COMPILED = open_workspace(ROOT / "plans").compiled
PARTS = [
    (plan.name, component.name, target)
    for plan in COMPILED.workspace.plans
    for component in plan.components
    for target in (None, Decimal("4321987.65") if plan.name != "salesman" else Decimal(1_234_567))
]

Rows = list[dict[str, Any]]


def _plan(name: str) -> Plan:
    return next(plan for plan in COMPILED.workspace.plans if plan.name == name)


def _invoices(asked: Setting, schema: Schema, who: str, course: Course) -> Rows:
    """The invoice lines that come to a course: one in each interval, or as many as are counted."""
    fits = {"branch": {"salesman": "ID", "key-account": "SG", "export": "EX"}[asked.plan.name], "status": "posted"}
    rows: Rows = []
    for interval, value in zip(asked.intervals, course.own, strict=True):
        lines = [Decimal(10) ** 9] * max(int(value), 0) if asked.counted else [value]
        for number, amount in enumerate(lines):
            row = {**blank(schema, interval.start), **fits, "invoice_id": f"{interval.name}-{who}", "line": f"{number}"}
            named = {"seller": who, "account": who, "currency": asked.plan.currency, "net_amount": amount}
            rows.append({**row, **named, "booked_at": interval.start})
    return rows


def _goals(asked: Setting, example: Decimal | None) -> list[tuple[Decimal, Decimal]]:
    """Targets by hand: the month's, or twelfths of the year's."""
    if asked.against is None:
        return []
    month = asked.workspace.targets[asked.against.target].given == "period"
    digits = asked.plan.digits
    amount = example or (Decimal(100_000_000) if digits == 0 else Decimal(100_000 if month else 1_200_000))
    if month:
        return [(amount, amount)]
    upto = [(amount * n / 12).quantize(Decimal("1e-12")) for n in range(13)]
    return [(upto[n] - upto[n - 1], upto[n]) for n in range(1, 13)]


def _tables(asked: Setting, courses: dict[str, Course], target: Decimal | None) -> dict[str, Rows]:
    workspace, year = asked.workspace, asked.year
    schemas = {name: source_schema(source) for name, source in workspace.sources.items()}
    everyone = list(courses)
    roster, accounts = (blank(schemas[name], year.start) for name in ("roster", "accounts"))
    on_plan = {"start": year.start, "end": year.end, "title": (asked.plan.titles or ("",))[0]}
    found = {
        "source/roster": [{**roster, **on_plan, "participant": who} for who in everyone],
        "source/accounts": [
            {**accounts, "account": w, "participant": w, "start": year.start, "end": year.end, "share": Decimal(1)}
            for w in everyone
        ],
        "source/invoices": [r for w, c in courses.items() for r in _invoices(asked, schemas["invoices"], w, c)],
    }
    for given in workspace.targets.values():
        times = [part.name for part in workspace.calendar.parts(year)] if given.given == "period" else [year.name]
        goal = target or (Decimal(100_000_000) if given.given == "period" else Decimal(1_200_000))
        rows = [{"participant": w, given.given: time, "amount": goal} for w in everyone for time in times]
        found.setdefault(f"source/{given.sources[0].source.name}", []).extend(rows)
    return found


@pytest.mark.parametrize(("plan_name", "name", "target"), PARTS, ids=[f"{p}.{c}-{t}" for p, c, t in PARTS])
def test_the_reference_pays_the_same_at_every_point(plan_name: str, name: str, target: Decimal | None) -> None:
    plan = _plan(plan_name)
    component = next(c for c in plan.components if c.name == name)
    drawn = curve(COMPILED, plan, component, Example(target=target))
    assert isinstance(drawn, Curve) and len(drawn.points) > 100
    workspace = COMPILED.workspace
    asked = setting(workspace, plan, component, years_of(plan, workspace.calendar)[0])
    everywhere, _ = spots(asked, round_amount(asked, asked.unit.dtype == "money", plan.digits))
    goals = _goals(asked, target)
    courses = {f"{n:04}": course(asked, spot, goals) for n, spot in enumerate(everywhere)}
    alone = replace(asked.workspace, plans=(replace(plan, components=(component,)),))
    month = workspace.calendar.containing(asked.intervals[-1].end, "month")
    assert month is not None
    names = {interval.name for interval in asked.intervals}
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in reference(alone, _tables(asked, courses, target), month)[f"earnings/{plan.name}.{name}"]:
        if row["period"] in names:
            paid[row["participant"]] += row["earning"]
    value = {who: c.to_date[-1] if asked.to_date else c.own[0] for who, c in courses.items()}
    expected = {value[who]: paid[who] for who in courses}
    shown = (*drawn.points, *drawn.figures, *(p for b in drawn.bounds for p in (b.below, b.on, b.above)))
    assert {p.value: p.pays for p in shown} == {p.value: expected[p.value] for p in shown}


def _drawn(name: str, component: str, folder: Path) -> Curve | NoCurve:
    """A curve of an example of the language reference."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), name, folder)
    made = open_workspace(folder).compiled
    (found,) = [c for c in curves(made, made.workspace.plans[0], Example()) if c.component == component]
    return found


def _bounds(found: Curve | NoCurve) -> list[tuple[str, str, str]]:
    assert isinstance(found, Curve)
    return [(f"{b.at:f}", b.of, b.jumps) for b in found.bounds]


SHAPES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("past-target", "commission", [("0.00", "tier", "no"), ("1.00", "tier", "no"), ("1.20", "tier", "no")]),
    ("whole", "commission", [("0.00", "tier", "no"), ("1.00", "tier", "below"), ("1.20", "tier", "below")]),
    ("to-date", "commission", [("0.00", "tier", "no"), ("1.00", "tier", "below")]),
    ("running", "commission", [("0", "tier", "no"), ("1000", "tier", "no")]),
    ("deal-size", "commission", [("0", "tier", "no"), ("1000", "tier", "below")]),
    ("count", "activity", [("0", "tier", "no"), ("2", "tier", "below"), ("5", "tier", "below")]),
]


@pytest.mark.parametrize(("name", "component", "expected"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_the_pay_jumps_where_the_table_says(
    name: str, component: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    found = _drawn(name, component, tmp_path)
    assert _bounds(found) == expected
    assert isinstance(found, Curve)
    assert len(found.pieces()) == 1 + sum(jump != "no" for _, _, jump in expected)


def test_who_is_on_a_bound_that_belongs_to_the_lower_tier_jumps_above_it(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "whole", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    file.write_text(file.read_text().replace("boundary: upper", "boundary: lower"))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example(target=Decimal(1000)))
    assert _bounds(found)[1:] == [("1.00", "tier", "above"), ("1.20", "tier", "above")]
    assert isinstance(found, Curve)
    at = found.bounds[1]
    assert [(p.value, p.pays) for p in (at.below, at.on, at.above)] == [
        (Decimal("999.99"), Decimal("40.00")), (Decimal(1000), Decimal("40.00")), (Decimal("1000.01"), Decimal("60.00")),
    ]  # fmt: skip


GATES: list[tuple[Callable[[str], str], list[tuple[str, str, str]], str]] = [
    (
        lambda text: text.replace("orders_month >= 3", "sales_month >= 0.8 * target"),
        [("0.00", "tier", "no"), ("1.00", "tier", "no"), ("1.20", "tier", "no")],
        "",
    ),
    (lambda text: text, [("0.00", "tier", "no"), ("1.00", "tier", "no"), ("1.20", "tier", "no")], "orders_month >= 3"),
]


@pytest.mark.parametrize(("change", "bounds", "taken"), GATES, ids=["asked", "taken-as-met"])
def test_a_gate_on_what_varies_stays_and_another_is_taken_as_met(
    change: Callable[[str], str], bounds: list[tuple[str, str, str]], taken: str, tmp_path: Path
) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "past-target", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    text = file.read_text().replace(
        "  sales_month: {", "  orders_month: {count: sales, over: period}\n  sales_month: {"
    )
    gate = "    then:\n      - gate: {when: orders_month >= 3, per: earning}\n"
    file.write_text(change(text.replace("    then:\n", gate)))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example(target=Decimal(1000)))
    assert isinstance(found, Curve) and _bounds(found) == bounds
    half = next(point for point in found.figures if point.at == Decimal("0.5"))
    assert half.pays == (Decimal(20) if taken else 0)
    assert any(taken in text and "taken as met" in text for text in found.assumed) == bool(taken)


def test_a_tier_that_no_single_value_finds_has_no_curve(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "deal-size", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    file.write_text(file.read_text().replace("select: amount", "select: amount * credited_share"))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example())
    assert isinstance(found, NoCurve) and "`amount * credited_share`, which is no single value" in found.why


@pytest.mark.parametrize(
    ("more", "rate", "drawn"),
    [
        (
            "  reached: {attainment: sales_month, against: monthly, missing_target: block, zero_target: block}",
            "reached",
            False,
        ),
        ("  half: {rounded: sales_month, mode: floor, digits: 0}", "half", False),
        ('  some: {sum: sales, where: seller == "ana", over: period}', "some", False),
        ("  orders_month: {count: sales, over: period}", "orders_month", True),
    ],
)
def test_what_is_made_of_what_varies_does_not_stand_still(more: str, rate: str, drawn: bool, tmp_path: Path) -> None:
    """A picture in which sales grow and what share they are of the target does not would be another plan's."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "past-target", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    text = file.read_text().replace("measures:\n", f"measures:\n{more}\n", 1)
    gate = f"    then:\n      - multiply: {{by: 2 if {rate} > 0 else 1, per: earning}}\n"
    file.write_text(text.replace("    then:\n", gate, 1))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example(target=Decimal(1000)))
    assert isinstance(found, Curve) == drawn
    assert drawn or (isinstance(found, NoCurve) and f"`{rate}` too, which moves with `sales_month`" in found.why)


def test_figures_stand_at_the_tables_own_bounds_and_a_unit_beside_a_jump(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "whole", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    file.write_text(file.read_text().replace("from: 120%", "from: 110%"))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example(target=Decimal(1000)))
    assert isinstance(found, Curve)
    assert [(f"{p.at:.2f}", p.value, p.pays) for p in found.figures] == [
        ("0.50", Decimal(500), Decimal(20)), ("0.80", Decimal(800), Decimal(32)),
        ("1.00", Decimal("999.99"), Decimal(40)), ("1.00", Decimal(1000), Decimal(60)),
        ("1.10", Decimal("1099.99"), Decimal(66)), ("1.10", Decimal(1100), Decimal(110)),
        ("1.20", Decimal(1200), Decimal(120)), ("1.50", Decimal(1500), Decimal(150)),
    ]  # fmt: skip
    file.write_text(file.read_text().replace("mode: whole", "mode: marginal").replace("      boundary: upper\n", ""))
    made = open_workspace(tmp_path).compiled
    (found,) = curves(made, made.workspace.plans[0], Example(target=Decimal(1000)))
    assert isinstance(found, Curve)
    assert [f"{p.at:.2f}" for p in found.figures] == ["0.50", "0.80", "1.00", "1.10", "1.20", "1.50"]


@pytest.mark.parametrize(
    "spent", ["over: plan, at: 150 USD, when_spent: stop", "over: year, at: 150 USD, when_spent: prorate"]
)
def test_a_budget_limits_whoever_is_shown(spent: str, tmp_path: Path) -> None:
    """A plan never pays more than its budget, however much one sells; of a smaller amount all is left."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "spiff", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    file.write_text(file.read_text().replace("over: plan, at: 150 USD, when_spent: stop", spent))
    made = open_workspace(tmp_path).compiled
    (found,) = [c for c in curves(made, made.workspace.plans[0], Example()) if c.component == "spiff"]
    assert (
        isinstance(found, Curve)
        and "Nothing of the budget is spent before, and nobody else is paid of it." in found.assumed
    )
    shown = (*found.points, *found.figures)
    assert {p.value: p.pays for p in shown} == {p.value: min(p.value * 20, Decimal(150)) for p in shown}
    assert {Decimal(150)} < {p.pays for p in shown}


SO_FAR = """\
measures:
  sales_month: {sum: sales, over: period}
  drills_ytd: {sum: drills, over: year_to_date}
"""
BY_TOTAL = (
    "mode: whole, select: drills_ytd, running_total: after, boundary: lower, below: same,"
    " tiers: [{from: 0, rate: 20 USD}, {from: 5, rate: 30 USD}]"
)


def test_a_budget_that_is_spent_credit_by_credit_is_not_drawn_over_a_year(tmp_path: Path) -> None:
    """What it leaves of December's credit hangs on those before."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "spiff", tmp_path)
    file = tmp_path / "sales/comp.yaml"
    text = file.read_text().replace("rate: {mode: flat, rate: 20 USD}", f"rate: {{{BY_TOTAL}}}")
    file.write_text(text.replace("measures:\n  sales_month: {sum: sales, over: period}\n", SO_FAR))
    made = open_workspace(tmp_path).compiled
    (found,) = [c for c in curves(made, made.workspace.plans[0], Example()) if c.component == "spiff"]
    assert isinstance(found, NoCurve) and "its budget" in found.why


def _person(folder: Path, people: str, goals: str) -> Curve | NoCurve:
    """The curve of `ana`, with her own roster rows and targets, of what is paid to date."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "to-date", folder)
    (folder / "people.csv").write_text(f"participant,start,end,title\n{people}")
    (folder / "goals.csv").write_text(f"participant,period,amount\n{goals}")
    made = open_workspace(folder).compiled
    plan = made.workspace.plans[0]
    (found,) = curves(made, plan, person(made, folder, plan, "ana"))
    return found


def test_months_with_a_target_are_drawn_alone_and_said(tmp_path: Path) -> None:
    goals = "ana,2026-03,1000\nana,2026-04,1000\nana,2026-05,2000\n"
    found = _person(tmp_path, "ana,2026-03-10,,Seller\n", goals)
    assert isinstance(found, Curve) and found.intervals == 3 and found.axis.target == 4000
    assert "Only 2026-03 to 2026-05 have a target: the year is shown as these alone." in found.assumed
    (comes,) = [text for text in found.assumed if text.startswith("ana comes on 2026-03-10")]
    assert "from 2026-03-01 to 2026-05-31" in comes
    reached = next(point for point in found.figures if point.at == 1 and not point.beside)
    assert reached.pays == Decimal(240)


def test_months_between_that_have_no_target_are_named(tmp_path: Path) -> None:
    goals = "ana,2026-03,1000\nana,2026-05,1000\n"
    found = _person(tmp_path, "ana,2026-03-01,,Seller\n", goals)
    assert isinstance(found, NoCurve) and "2026-01, 2026-02, 2026-04, 2026-06" in found.why


def test_rows_that_follow_one_another_are_one_time_on_the_plan(tmp_path: Path) -> None:
    goals = "".join(f"ana,2026-{month:02},1000\n" for month in range(1, 13))
    found = _person(tmp_path, "ana,2026-01-01,2026-06-30,Seller\nana,2026-07-01,,Seller\n", goals)
    assert isinstance(found, Curve) and "The participant is on the plan for all of the year." in found.assumed
