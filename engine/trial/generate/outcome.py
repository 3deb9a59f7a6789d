"""What a generated test says must come out: few columns, those that show what the test is about.

In: the run of a test, the points that it is for. Out: rows by table, as the plan calculates them now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from engine.pipeline import Run
from engine.plan.resolved import Budget, CarryForward, Component, Gate, Limit, Multiply, Plan, Rule, Step
from engine.trial.needed import rules_of
from engine.trial.point import Point
from engine.trial.write import Share

Rows = list[dict[str, Any]]
SHARES = ("attainment", "rate")
KEYS = ("participant", "period", "segment")
LONG = 9
"""Digits of a share that nobody reads."""
MOST = 3
"""Paid credits that are shown one by one."""


def outcome(run: Run, points: Iterable[Point]) -> dict[str, Rows]:
    """The rows: of a component its earning and what led to it, of a rule or the plan's days what became of transactions."""
    (plan,) = run.compiled.workspace.asked
    asked = list(points)
    names = {point.of for point in asked}
    found: dict[str, Rows] = {}
    for rule in plan.rules:
        if rule.name in names or (_days(asked) and "" in names):
            found |= _states(run, rule)
    for component in plan.components:
        if component.name in names:
            mine = [point for point in asked if point.of == component.name]
            found |= _component(run, plan, component, mine)
    if "" in names or not any(name.startswith("earnings") for name in found):
        for component in _concerned(plan, names):
            rows = _rows(run, f"earnings/{plan.name}.{component.name}", ("earning",), KEYS)
            found.setdefault(f"earnings/{component.name}", rows)
    empty: dict[str, Rows] = {name: [] for name in found if name.startswith("earnings")}
    return {name: rows for name, rows in found.items() if rows} or empty


def _concerned(plan: Plan, names: Collection[str]) -> list[Component]:
    """The components that read what the test is about, by name: one that the plan has later is none of its business."""
    mine = [each for each in plan.components if "" not in names and set(rules_of(plan, [each.name])) & set(names)]
    return mine or list(plan.components)


def _days(points: Sequence[Point]) -> bool:
    return any("a sale on" in point.case for point in points)


def _states(run: Run, rule: Rule) -> dict[str, Rows]:
    """What became of each transaction; of many alike, once each."""
    keys = [name for name in rule.source.key if _said(run, rule, name)]
    table = run.outcome.tables[f"states/{rule.source.name}"]
    if table.height > MOST * 3:
        return {}
    found = {f"states/{rule.source.name}": table.select(*keys, "state").to_dicts()}
    (plan,) = run.compiled.workspace.asked
    credits = run.outcome.tables[f"credits/{plan.name}.{rule.name}"]
    if credits.height:
        several = [] if isinstance(rule.to, str) and rule.roll_up is None else ["participant"]
        shown = [*keys, *several, *(["level"] if rule.roll_up is not None else []), "amount", "state"]
        found[f"credits/{rule.name}"] = _plain(credits.select(shown).to_dicts())
    return found


def _said(run: Run, rule: Rule, key: str) -> bool:
    """Whether the test names its transactions by this column: numbers that were given them tell a reader nothing."""
    values = run.outcome.inputs[f"source/{rule.source.name}"][key].to_list()
    return any(str(value).startswith("N-") for value in values)


def _component(run: Run, plan: Plan, component: Component, points: Sequence[Point]) -> dict[str, Rows]:
    name = component.name
    steps = [s for s in component.steps if any(p.place in (s.span, *_formulas(s)) for p in points)]
    earnings = run.outcome.tables[f"earnings/{plan.name}.{name}"]
    found: dict[str, Rows] = {}
    if component.basis == "credit":
        credits = run.outcome.tables[f"credit_pay/{plan.name}.{name}"]
        due = set(earnings.filter(pl.col("in_pay_period"))["period"])
        if credits.filter(pl.col("period").is_in(due)).height <= MOST:
            columns = ["after", "attainment", "tier", "table_result", *_of_steps(component, steps, "credit"), "pay"]
            rows = _rows(run, f"credit_pay/{plan.name}.{name}", _there(credits, columns), ())
            found |= {f"credit_pay/{name}": rows} if rows else {}
    columns = ["attainment", "select", "tier", "table_result", *_of_steps(component, steps, "earning")]
    if f"credit_pay/{name}" in found:
        columns = columns[4:]
    elif component.table.against is not None or component.table.select is None:
        columns.remove("select")
    columns += ["earning", "outcome", "cause"]
    found[f"earnings/{name}"] = _rows(run, f"earnings/{plan.name}.{name}", _there(earnings, columns), KEYS)
    return found


def _of_steps(component: Component, steps: Sequence[Step], per: str) -> list[str]:
    """What the items that the test is about read and do, where their list stands in the table."""
    found = []
    for number, step in enumerate(component.steps, start=1):
        if step in steps and step.per == per:
            before = f"step_{number - 1}"
            match step:
                case Gate():
                    found.append(f"step_{number}.met")
                case Multiply():
                    found.append(f"step_{number}.by")
                case Limit() | Budget():
                    found += [before, f"step_{number}"]
                case CarryForward():
                    found += [f"step_{number}.{part}" for part in ("brought", "due", "carried")] + [f"step_{number}"]
    return found


def _formulas(step: Step) -> tuple[object, ...]:
    match step:
        case Multiply():
            return (step.by.span,)
        case Gate() if step.when is not None:
            return (step.when.span,)
        case Limit() | Budget():
            return (step.at.span,)
        case CarryForward():
            return tuple(line.at.span for line in step.lines)
        case _:
            return ()


def _there(frame: pl.DataFrame, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(columns) if name in frame.columns)


def _rows(run: Run, table: str, columns: Sequence[str], keys: Sequence[str], plan: str | None = None) -> Rows:
    """The rows of the pay period; of all periods, with their names, where it has several rows of one kind."""
    frame = run.outcome.tables[table]
    frame = frame if plan is None else frame.filter(pl.col("plan") == plan)
    due = run.outcome.tables["earnings"].filter(pl.col("in_pay_period"))["period"].unique().to_list()
    mine = frame.filter(pl.col("period").is_in(due))
    named = [key for key in keys if key not in columns and mine[key].n_unique() > 1]
    shown = frame if "period" in named else mine
    return _plain(shown.select(*named, *columns).to_dicts())


def _plain(rows: Iterable[Mapping[str, Any]]) -> Rows:
    """Without what says nothing: an outcome that the earning says already, no cause, what is not known besides pay."""
    return [
        {name: _written(name, value) for name, value in row.items() if not _says_nothing(name, value)} for row in rows
    ]


def _written(name: str, value: Any) -> Any:
    return Share(value) if name in SHARES and isinstance(value, Decimal) else value


def _says_nothing(name: str, value: Any) -> bool:
    if name == "outcome":
        return bool(value == "paid")
    if name == "attainment" and value is not None and len(value.normalize().as_tuple().digits) > LONG:
        return True
    return value == "" or (value is None and name not in ("earning", "pay", "amount"))
