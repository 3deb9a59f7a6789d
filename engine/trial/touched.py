"""Which points of a plan one run touches, read off its trace. In: the run of one plan. Out: every point, and whether."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from engine.intake.contract import FIRST_DAY, LAST_DAY
from engine.pipeline import Run
from engine.plan.choice import Choice
from engine.plan.resolved import Adjustments, Plan, RollUp, Rule, Split, ValuesOn
from engine.trial.needed import assigned_on
from engine.trial.point import Found, Point, any_row
from engine.trial.touched_component import of_component
from engine.trial.touched_formula import of_rule_formulas
from engine.trial.touched_look_up import of_look_ups
from engine.trial.touched_measure import of_generations, of_measure

DAY = timedelta(days=1)


def touched(run: Run) -> dict[Point, bool]:
    """All points of the run's plan."""
    (plan,) = run.compiled.workspace.asked
    return dict(_all(run, plan))


def _all(run: Run, plan: Plan) -> Found:
    yield from _plan_days(run, plan)
    yield from _stints(run, plan)
    yield from _own_values(run, plan)
    yield from _held_values(run, plan)
    yield from of_look_ups(run, plan)
    for rule in plan.rules:
        yield from _of(rule.name, _rule(run, plan, rule))
        yield from _of(rule.name, of_rule_formulas(run, plan, rule))
        if isinstance(rule.to, Split):
            yield from _of(rule.name, _assignments(run, rule, rule.to))
        if rule.adjustments is not None:
            yield from _of(rule.name, _adjustments(run, plan, rule, rule.adjustments))
        if rule.roll_up is not None:
            yield from _of(rule.name, _roll_up(run, plan, rule, rule.roll_up))
        if rule.undated is not None:
            yield from _of(rule.name, _undated(run, plan, rule, rule.undated))
        if rule.values_on is not None:
            yield from _of(rule.name, _values_on(run, plan, rule, rule.values_on))
    for measure in plan.measures:
        yield from _of(measure.name, of_measure(run, plan, measure))
    for component in plan.components:
        yield from _of(component.name, of_component(run, plan, component))


def _of(name: str, found: Found) -> Found:
    for point, hit in found:
        yield replace(point, of=name), hit


def _plan_days(run: Run, plan: Plan) -> Found:
    """The plan's first and last day and those beside them, where the calendar has them, and the plan credits what is sold."""
    calendar = run.compiled.workspace.calendar
    days = {
        day
        for rule in plan.rules
        for day in run.outcome.inputs[f"source/{rule.source.name}"][rule.credit_date].unique()
    }
    ends = [("starts", plan.start, plan.start - DAY, "the day before")]
    ends += [("ends", plan.end, plan.end + DAY, "the day after")] if plan.end is not None else []
    for word, day, beside, called in ends:
        part = f"the plan {word} on {day}"
        for each, case in ((day, "a sale on that day"), (beside, f"a sale on {called}")):
            if plan.rules and calendar.containing(each, calendar.shortest) is not None:
                yield Point(plan.span, part, case), each in days


def _stints(run: Run, plan: Plan) -> Found:
    grid = run.outcome.tables[f"grid/{plan.name}"]
    part = "participants"
    yield (
        Point(plan.span, part, "one who joins inside a period"),
        any_row(grid, pl.col("start") > pl.col("period_start")),
    )
    yield Point(plan.span, part, "one who leaves inside a period"), any_row(grid, pl.col("end") < pl.col("period_end"))


def _own_values(run: Run, plan: Plan) -> Found:
    """Variables that participants override: with a value of one's own, and without."""
    people = run.outcome.inputs[f"source/{run.compiled.workspace.participants.name}"]
    for variable in plan.variables.values():
        if variable.column is not None:
            part, own = f"variable {variable.name}", pl.col(variable.column).is_not_null()
            yield Point(variable.span, part, "a value of one's own"), any_row(people, own)
            if variable.default is not None:
                yield Point(variable.span, part, "the default"), any_row(people, ~own)


def _rule(run: Run, plan: Plan, rule: Rule) -> Found:
    name = f"{plan.name}.{rule.name}"
    credits, matches = run.outcome.tables[f"credits/{name}"], run.outcome.tables[f"matches/{rule.source.name}"]
    because = pl.col(f"{name}.because")
    part = f"rule {rule.name}"
    yield Point(rule.span, part, "a credit"), any_row(credits, pl.col("state") == "credited")
    yield Point(rule.span, part, "a return"), any_row(credits, (pl.col("state") == "credited") & (pl.col("amount") < 0))
    if rule.where is not None:
        yield Point(rule.where.span, part, "one that `where` refuses"), any_row(matches, because == "where")
    for condition, formula in rule.exclude:
        yield Point(formula.span, part, f"one that `{condition}` excludes"), any_row(matches, because == condition)


def _assignments(run: Run, rule: Rule, split: Split) -> Found:
    """First and last day of an assignment, and those beside them; and a share that leaves something over."""
    given, sales = (run.outcome.inputs[f"source/{name}"] for name in (split.source.name, rule.source.name))
    ours, theirs = [o for o, _ in split.match], [t for _, t in split.match]
    spans = given.select(*ours, pl.col("start").alias("~start"), pl.col("end").alias("~end"))
    both = sales.join(spans, left_on=theirs, right_on=ours, how="inner", suffix="~")
    day, start, end = assigned_on(rule), pl.col("~start"), pl.col("~end")
    starts, stops = start != FIRST_DAY, end != LAST_DAY
    part = f"assignment {split.source.name}"
    for column, case, condition in (
        ("start", "a sale on its first day", starts & (day == start)),
        ("start", "a sale on the day before", starts & (day == start - DAY)),
        ("end", "a sale on its last day", stops & (day == end)),
        ("end", "a sale on the day after", stops & (day == end + DAY)),
    ):
        if split.source.column(column) is not None:
            yield Point(rule.span, part, case), any_row(both, condition)
    if split.share is not None:
        whole = pl.col(split.share) == 1
        yield Point(rule.span, part, "a share under 1"), any_row(given, ~whole)


def _adjustments(run: Run, plan: Plan, rule: Rule, made: Adjustments) -> Found:
    """A credit that goes to somebody else, and one that goes to nobody."""
    moves = run.outcome.tables[f"adjustments/{plan.name}.{rule.name}"]
    part, done, nobody = f"rule {rule.name}", pl.col("because") == "", pl.col("to_participant") == ""
    yield Point(made.stated.span, part, "a credit that is moved"), any_row(moves, done & ~nobody)
    yield Point(made.stated.span, part, "a credit that is taken away"), any_row(moves, done & nobody)


def _roll_up(run: Run, plan: Plan, rule: Rule, rolled: RollUp) -> Found:
    """A credit at each level, and each of the chains that the rule has a choice for."""
    name = f"{plan.name}.{rule.name}"
    credits, shares = run.outcome.tables[f"credits/{name}"], run.outcome.tables[f"shares/{name}"]
    credited, part = pl.col("state") == "credited", f"rule {rule.name}"
    span = rolled.longer.span if rolled.stated is None else rolled.stated.span
    for level in range(1, rolled.levels + 1):
        yield Point(span, part, f"a credit at level {level}"), any_row(credits, credited & (pl.col("level") == level))
    if rolled.generations is not None:
        yield from of_generations(shares, rolled.generations, part, pl.lit(True))
    ended = pl.col("because") == "no_manager"
    yield Point(rolled.no_manager.span, part, "somebody without a manager"), any_row(shares, ended)
    counted = () if rolled.generations is None else rolled.generations.titles
    if not counted or not set(counted) <= set(plan.titles or ()):  # else whoever takes a level is on this plan
        nowhere = pl.col("because") == "not_on_plan"
        yield Point(rolled.not_on_plan.span, part, "a manager on no plan"), any_row(credits, nowhere)
    if rolled.longer.value == "exception":
        yield Point(rolled.longer.span, part, "a longer chain"), any_row(shares, pl.col("because") == "longer_chain")


def _values_on(run: Run, plan: Plan, rule: Rule, said: ValuesOn) -> Found:
    """A credit of what was sold before it counts, one of what was sold after it, and somebody who was not there then."""
    name, part, day = f"{plan.name}.{rule.name}", f"rule {rule.name}", pl.col("values_on")
    credits, sales = run.outcome.tables[f"credits/{name}"], run.outcome.inputs[f"source/{rule.source.name}"]
    credited = pl.col("state") == "credited"
    yield (
        Point(said.stated.span, part, "values of an earlier day"),
        any_row(credits, credited & (day < pl.col("credit_date"))),
    )
    later = pl.col(said.column) > pl.col(rule.credit_date)
    yield Point(said.later.span, part, "sold after it counts"), any_row(sales, later)
    choice = said.not_on_roster
    if choice is not None:
        sold = sales.select(*rule.source.key, assigned_on(rule).alias("~sold"))
        joined = credits.join(sold, on=list(rule.source.key), how="left")
        nowhere = (pl.col("because") == "not_on_roster") | (credited & (day != pl.col("~sold")))
        yield Point(choice.span, part, "somebody not on the roster when it was sold"), any_row(joined, nowhere)


def _undated(run: Run, plan: Plan, rule: Rule, said: Choice) -> Found:
    """A row that has no credit date."""
    name = f"{plan.name}.{rule.name}.because"
    frame = run.outcome.tables[f"states/{rule.source.name}"]
    yield (
        Point(said.span, f"rule {rule.name}", "a row without a credit date"),
        any_row(frame, pl.col(name) == "undated"),
    )


def _held_values(run: Run, plan: Plan) -> Found:
    """Of a variable with values by title or position, somebody for whom each of them decides."""
    for variable in plan.variables.values():
        column = f"{variable.name}.said_by"
        frames = [frame for frame in run.outcome.tables.values() if column in frame.columns]
        for each in variable.held:
            word = f"{each.attribute} {each.name}"
            found = any(any_row(frame, pl.col(column) == word) for frame in frames)
            yield Point(each.span, f"variable {variable.name}", f"somebody with the {word}"), found
