"""The tables that the program of a pay curve reads: for each point a made-up participant who is on the plan all year.

What the program makes of people and rows (stints, credits, measures) is given here; targets, tables, lists and earnings
are left to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from engine.core.money import EXACT
from engine.core.period import Period
from engine.ir.program import Program, Schema
from engine.plan.comp_plan import HELD
from engine.plan.example import example_part, example_target
from engine.plan.resolved import Plan, ResolvedWorkspace, Target
from engine.plan.workspace import Variable
from engine.run.scope import scope_tables
from engine.trial.curve_points import Course
from engine.trial.curve_setting import Setting
from engine.trial.cut import Rows, blank

LONG_AGO = date(1900, 1, 1)
"""When an example began."""
GROUP = "example"
"""The group of whoever has none."""


@dataclass(frozen=True)
class Example:
    """Whose figures are shown. Without a participant, targets are `target` each or a round amount."""

    participant: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The participant's row: own values of variables."""
    targets: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """(target, period or year) → the participant's amount."""
    target: Decimal | None = None
    days: tuple[date, date] | None = None
    """First and last day of the participant's run of days on the plan."""

    def held(self, period: Period) -> bool:
        """Whether the participant is on the plan for all of the period."""
        return self.days is None or (self.days[0] <= period.start and period.end <= self.days[1])


def round_amount(setting: Setting, money: bool, digits: int) -> Decimal:
    """A round amount for one earning period."""
    return example_part(money, digits) * len(setting.workspace.calendar.parts(setting.intervals[0]))


def given(setting: Setting) -> frozenset[str]:
    """Stages whose tables are made here."""
    plan = setting.plan
    measures = {f"measures/{plan.name}.{name}" for name in setting.component.measures}
    credits = {f"credits/{plan.name}.{setting.component.base}"} if setting.component.basis == "credit" else set()
    return frozenset(measures | credits | {f"stints/{plan.name}"})


def tables(setting: Setting, program: Program, courses: Mapping[str, Course], example: Example) -> dict[str, Any]:
    """Every input of the cut program, for participants with these courses."""
    plan, year = setting.plan, setting.year
    pay = setting.workspace.calendar.containing(setting.intervals[-1].end, setting.workspace.pay_period)
    assert pay is not None, "every interval ends in a pay period"
    stint = {
        "segment": year.start,
        "stint_end": year.end,
        "title": first_title(plan),
        "currency": plan.currency,
    }
    stint |= {"joined_from": year.start} if plan.joined else {}
    stint |= {"plan_start": year.start, "plan_end": year.end} if plan.begins_anew is not None else {}
    found: dict[str, Any] = dict(scope_tables(setting.workspace, pay))
    found[f"stints/{plan.name}"] = [{"participant": who, **stint} for who in courses]
    for name in setting.component.measures:
        if f"measures/{plan.name}.{name}" in program.inputs:
            schema = program.inputs[f"measures/{plan.name}.{name}"]
            found[f"measures/{plan.name}.{name}"] = _measures(setting, name, schema, courses)
    for target in targets_read(setting):
        for number, rows in enumerate(setting.workspace.targets[target].sources):
            source = f"source/{rows.source.name}"
            if source in program.inputs:
                found.setdefault(source, [])
                if number == giving(setting.workspace.targets[target]):
                    made = _targets(setting, target, program.inputs[source], tuple(courses), example)
                    category = setting.workspace.targets[target].held.items()
                    found[source] = [*(row for row in found[source] if not category <= row.items()), *made]
    people = f"source/{setting.workspace.participants.name}"
    if people in program.inputs:
        row = blank(program.inputs[people], year.start)
        row |= {"title": first_title(plan)} if "title" in row else {}
        row = _person(row, example) | _said(plan, row, example) | {"start": year.start, "end": year.end}
        row |= {name: _group(plan, example, name) for name in _groups(setting)}
        row |= {name: example.attributes.get(name) or LONG_AGO for name in _begun(setting)}
        found[people] = [{**row, "participant": who} for who in courses]
    credits = f"credits/{plan.name}.{setting.component.base}"
    if credits in program.inputs:
        found[credits] = _credits(setting, program.inputs[credits], courses, example)
    return found


def giving(target: Target) -> int:
    """Which source of a target the example stands in: the participants' own one, if there is one."""
    return next((n for n, rows in enumerate(target.sources) if rows.by == "participant"), 0)


def _group(plan: Plan, example: Example, attribute: str) -> str:
    """The group of the example: its own, the plan's first title, or a made-up one."""
    return str(example.attributes.get(attribute) or (first_title(plan) if attribute == "title" else "") or GROUP)


def _groups(setting: Setting) -> set[str]:
    """Attributes by which the targets that are read are given."""
    return {name for target in targets_read(setting) for name in setting.workspace.targets[target].groups}


def _begun(setting: Setting) -> set[str]:
    """Columns that say since when somebody's target grows: a participant's own day; in an example it is whole."""
    ramps = (setting.workspace.targets[name].ramp for name in targets_read(setting))
    return {ramp.since for ramp in ramps if ramp is not None}


def targets_read(setting: Setting) -> list[str]:
    """Targets that the table or a gate that is left reads."""
    return sorted({place.target for place in setting.component.againsts})


def _measures(setting: Setting, name: str, schema: Schema, courses: Mapping[str, Course]) -> Rows:
    """A measure's rows: moving with what varies, or held at a round amount in each interval."""
    measure = setting.plan.measure(name)
    moves = name in setting.same or name == setting.varies
    held = held_amount(setting, name)
    rows = []
    for who, course in courses.items():
        for number, interval in enumerate(setting.intervals):
            owns = course.own if moves else [held] * len(setting.intervals)
            own, since = owns[number], setting.since(number, measure.accumulation)
            key = {"participant": who, "period": interval.name, "segment": setting.year.start}
            value = reduce(EXACT.add, owns[since : number + 1]) if measure.is_total else own
            made = blank(schema, setting.year.start) | {"length": interval.length, "own": own, "value": value}
            rows.append(made | key)
    return rows


def held_amount(setting: Setting, name: str) -> Decimal:
    """The round amount at which a measure that does not vary is held in each interval."""
    unit = setting.plan.measure(name).unit
    if unit.dtype == "rate":
        return Decimal(1)
    return round_amount(setting, unit.dtype == "money", setting.workspace.currencies.get(unit.currency or "", 2))


def target_amount(workspace: ResolvedWorkspace, name: str, example: Example) -> Decimal:
    """The example of a target for the time it is given for: a shortest period, a quarter or a year."""
    if example.target is not None:
        return example.target
    return example_target(workspace.targets[name], workspace.currencies)


def _targets(setting: Setting, name: str, schema: Schema, people: tuple[str, ...], example: Example) -> Rows:
    """Everybody's rows of a target: the participant's own, else the example for every time."""
    target, year = setting.workspace.targets[name], setting.year
    named = [time.name for time in target.times(setting.workspace.calendar) if time.year == year.name]
    amount = target_amount(setting.workspace, name, example)
    own = {key: value for (of, key), value in example.targets.items() if of == name}
    times = dict.fromkeys(named, amount) if example.participant is None else own
    row, by = blank(schema, year.start), target.sources[giving(target)].by
    whose = people if by == "participant" else (_group(setting.plan, example, by),)
    row |= target.held
    return [{**row, by: who, target.given: time, "amount": a} for who in whose for time, a in times.items()]


def value_for(plan: Plan, variable: Variable, example: Example) -> tuple[Decimal | None, str]:
    """The value of a variable for the example, and who says it. Without a participant the title is the plan's first."""
    own = example.attributes.get(variable.column or "")
    if own is not None:
        return own, "participant"
    holds = {"title": first_title(plan), **example.attributes}
    for attribute in HELD:
        for each in variable.of(attribute):
            if holds.get(attribute) == each.name:
                return each.value, f"{attribute} {each.name}"
    return variable.default, "default"


def _said(plan: Plan, row: dict[str, Any], example: Example) -> dict[str, Any]:
    """Columns of the roster that are never empty and stand for a variable: in them a made-up participant has its value."""
    said = {v.column: value_for(plan, v, example)[0] for v in plan.variables.values() if v.column is not None}
    return {name: value for name, value in said.items() if value is not None and row.get(name) is not None}


def first_title(plan: Plan) -> str:
    """The title of an example on a plan."""
    return (plan.titles or ("",))[0]


def _person(row: dict[str, Any], example: Example) -> dict[str, Any]:
    return {name: example.attributes.get(name, value) for name, value in row.items()}


def _credits(setting: Setting, schema: Schema, courses: Mapping[str, Course], example: Example) -> Rows:
    """One credit per interval and participant, of the value that varies there."""
    rows = []
    for number, (who, course) in enumerate(courses.items()):
        for index, interval in enumerate(setting.intervals):
            row = _credit(setting, schema, interval, number * len(setting.intervals) + index, example)
            value = course.own[index]
            amount = (
                value
                if _is_amount(setting)
                else round_amount(setting, setting.rule.unit.dtype == "money", setting.plan.digits)
            )
            row |= {"participant": who, "value": amount, "amount": amount, "segment": setting.year.start}
            rows.append(row if _is_amount(setting) else {**row, setting.varies: value})
    return rows


def _is_amount(setting: Setting) -> bool:
    """Whether the credited amount itself varies, not another column of the credit."""
    return setting.varies == "amount" or any(m.name == setting.varies for m in setting.plan.measures)


def _credit(setting: Setting, schema: Schema, interval: Period, number: int, example: Example) -> dict[str, Any]:
    """A credit without its amount: its key made unique, its variables as the participant has them, the rest empty."""
    row = blank(schema, interval.start)
    for name in setting.rule.source.key:
        unique: dict[str, Any] = {"text": f"{number:06}", "integer": number, "quantity": Decimal(number)}
        row[name] = unique.get(schema[name].dtype, row[name])
    for name in setting.rule.variables:
        row[name], said_by = value_for(setting.plan, setting.plan.variables[name], example)
        row |= {f"{name}.said_by": said_by} if f"{name}.said_by" in schema else {}
    row |= {"credit_date": interval.start, "share": Decimal(1), "credited_share": Decimal(1)}
    row |= {"level": Decimal(1)} if "level" in schema else {}
    return row | {"state": "credited", "because": ""}
