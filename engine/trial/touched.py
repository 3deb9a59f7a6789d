"""Which points of a plan one run touches, read off its trace. In: the run of one plan. Out: every point, and whether."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from engine.intake.contract import FIRST_DAY, LAST_DAY
from engine.pipeline import Run
from engine.plan.choice import Choice
from engine.plan.measure import Each
from engine.plan.resolved import Adjustments, Generations, Measure, Plan, RollUp, Rule, Split, ValuesOn
from engine.trial.point import Found, Point, at_limit, unit_of
from engine.trial.touched_component import of_component
from engine.trial.touched_formula import of_rule_formulas
from engine.trial.touched_look_up import of_look_ups

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
        yield from _of(measure.name, _measure(run, plan, measure))
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
    yield Point(plan.span, part, "one who joins inside a period"), _any(grid, pl.col("start") > pl.col("period_start"))
    yield Point(plan.span, part, "one who leaves inside a period"), _any(grid, pl.col("end") < pl.col("period_end"))


def _own_values(run: Run, plan: Plan) -> Found:
    """Variables that participants override: with a value of one's own, and without."""
    people = run.outcome.inputs[f"source/{run.compiled.workspace.participants.name}"]
    for variable in plan.variables.values():
        if variable.column is not None:
            part, own = f"variable {variable.name}", pl.col(variable.column).is_not_null()
            yield Point(variable.span, part, "a value of one's own"), _any(people, own)
            if variable.default is not None:
                yield Point(variable.span, part, "the default"), _any(people, ~own)


def _rule(run: Run, plan: Plan, rule: Rule) -> Found:
    name = f"{plan.name}.{rule.name}"
    credits, matches = run.outcome.tables[f"credits/{name}"], run.outcome.tables[f"matches/{rule.source.name}"]
    because = pl.col(f"{name}.because")
    part = f"rule {rule.name}"
    yield Point(rule.span, part, "a credit"), _any(credits, pl.col("state") == "credited")
    yield Point(rule.span, part, "a return"), _any(credits, (pl.col("state") == "credited") & (pl.col("amount") < 0))
    if rule.where is not None:
        yield Point(rule.where.span, part, "one that `where` refuses"), _any(matches, because == "where")
    for condition, formula in rule.exclude:
        yield Point(formula.span, part, f"one that `{condition}` excludes"), _any(matches, because == condition)


def _levels(level: int) -> str:
    return "a level below" if level == 1 else f"{level} levels below"


def _measure(run: Run, plan: Plan, measure: Measure) -> Found:
    """What a policy decides: an average or extreme of nothing, a ratio to nothing, no target; and what changes a value."""
    if measure.lengths and measure.ranking is not None:
        yield from _rank(run, plan, measure)
    if not measure.lengths:
        return
    if measure.reports is not None:
        rows = run.outcome.tables[f"reports/{plan.name}.{measure.name}"]
        if measure.reports.generations is not None:
            earned = pl.col("earning") != 0
            yield from _generations(rows, measure.reports.generations, f"measure {measure.name}", earned)
        for level in measure.reports.levels:
            there = pl.col(f"manager.{level}").is_not_null() & (pl.col("earning") != 0)
            yield (
                Point(measure.reports.stated.span, f"measure {measure.name}", f"an earning {_levels(level)}"),
                _any(rows, there),
            )
    due = [p.name for p in run.compiled.workspace.calendar.periods if run.period.start <= p.end <= run.period.end]
    if measure.on_move is not None:
        moved = _moved(run.outcome.tables[f"measures/{plan.name}.{measure.name}"], due)
        yield (
            Point(measure.on_move.span, f"measure {measure.name}", "somebody who came to the group, or left it"),
            moved,
        )
    frame = run.outcome.tables[f"measures/{plan.name}.{measure.name}"].filter(pl.col("period").is_in(due))
    part, span = f"measure {measure.name}", "_to_date" if measure.to_date else ""
    if measure.zero_denominator is not None:
        yield Point(measure.span, part, "a denominator of 0 or below"), _any(frame, pl.col("denominator") <= 0)
    elif measure.against is not None:
        part = f"{part}, target {measure.against.target}"
        yield Point(measure.span, part, "it is missing"), _any(frame, pl.col("target").is_null())
        yield Point(measure.span, part, "it is zero"), _any(frame, pl.col("target") == 0)
    elif measure.weighted:
        yield from _weighted(plan, measure, frame)
    elif measure.each is not None:
        limited = run.outcome.tables[f"each/{plan.name}.{measure.name}"].filter(pl.col("period").is_in(due))
        yield from _each(plan, measure, measure.each, limited)
    elif measure.rounded is not None:
        rounds = pl.col("unrounded") != pl.col("value")
        yield Point(measure.rounded.span, part, "something to round"), _any(frame, rounds)
    elif measure.earlier is not None:
        few = measure.earlier.last if measure.earlier.complete else None
        case = "no whole period before" if few is None else f"fewer than {few} whole periods"
        yield Point(measure.span, part, case), _any(frame, pl.col("found") < (few or 1))
    elif measure.no_previous is not None:
        yield Point(measure.span, part, "no whole period before"), _any(frame, ~pl.col("whole"))
    elif measure.no_credits is not None and measure.aggregate == "average":
        yield Point(measure.span, part, "no credits"), _any(frame, pl.col(f"credits{span}") == 0)
    elif measure.no_credits is not None:
        yield Point(measure.span, part, "no credits"), _any(frame, pl.col(f"reached{span}").is_null())


def _each(plan: Plan, measure: Measure, each: Each, frame: pl.DataFrame) -> Found:
    """Both sides of what each customer, claim or policy counts for."""
    unit, currency = unit_of(measure.unit, plan.digits), measure.unit.currency
    values = frame["after" if measure.to_date else "own"].drop_nulls().unique().to_list()
    for word, limit in (("cap", each.cap), ("floor", each.floor)):
        if limit is not None:
            pairs = ((value, limit.value) for value in values)
            yield from at_limit(limit.span, f"measure {measure.name}, each {each.by}, {word}", pairs, unit, currency)


def _weighted(plan: Plan, measure: Measure, frame: pl.DataFrame) -> Found:
    """Of each part, that it is missing, and both sides of what it counts for at most and at least."""
    unit, currency = unit_of(measure.unit, plan.digits), measure.unit.currency
    for number, each in enumerate(measure.weighted, start=1):
        part, column = f"measure {measure.name}, part {each.measure}", f"part_{number}"
        if f"{column}.missing" in frame.columns:
            yield Point(each.stated.span, part, "it is missing"), _any(frame, pl.col(f"{column}.missing"))
        for word, limit in (("cap", each.cap), ("floor", each.floor)):
            if limit is not None:
                pairs = ((value, limit.value) for value in frame[column].drop_nulls().unique())
                yield from at_limit(limit.span, f"{part}, {word}", pairs, unit, currency)


def _moved(rows: pl.DataFrame, due: Sequence[str]) -> bool:
    """Whether somebody was in several groups, or in one before and then in none."""
    by_person = rows.group_by("participant").agg(
        pl.col("group").n_unique(), pl.col("period").is_in(due).any().alias("due")
    )
    return _any(by_person, (pl.col("group") > 1) | ~pl.col("due"))


def _rank(run: Run, plan: Plan, measure: Measure) -> Found:
    """Who is tied with somebody, and who does not reach what is asked."""
    due = [p.name for p in run.compiled.workspace.calendar.periods if run.period.start <= p.end <= run.period.end]
    frame = run.outcome.tables[f"measures/{plan.name}.{measure.name}"].filter(pl.col("period").is_in(due))
    part, ranked = f"measure {measure.name}", pl.col("entered") == 1
    yield Point(measure.span, part, "two with one place"), _any(frame, ranked & (pl.col("tied") > 1))
    if measure.ranking is not None and measure.ranking.at_least is not None:
        yield Point(measure.ranking.at_least.span, part, "somebody who is not ranked"), _any(frame, ~ranked)


def _assignments(run: Run, rule: Rule, split: Split) -> Found:
    """First and last day of an assignment, and those beside them; and a share that leaves something over."""
    given, sales = (run.outcome.inputs[f"source/{name}"] for name in (split.source.name, rule.source.name))
    ours, theirs = [o for o, _ in split.match], [t for _, t in split.match]
    spans = given.select(*ours, pl.col("start").alias("~start"), pl.col("end").alias("~end"))
    both = sales.join(spans, left_on=theirs, right_on=ours, how="inner", suffix="~")
    day, start, end = pl.col(rule.credit_date), pl.col("~start"), pl.col("~end")
    day = day if rule.values_on is None else pl.min_horizontal(day, rule.values_on.column)
    starts, stops = start != FIRST_DAY, end != LAST_DAY
    part = f"assignment {split.source.name}"
    for column, case, condition in (
        ("start", "a sale on its first day", starts & (day == start)),
        ("start", "a sale on the day before", starts & (day == start - DAY)),
        ("end", "a sale on its last day", stops & (day == end)),
        ("end", "a sale on the day after", stops & (day == end + DAY)),
    ):
        if split.source.column(column) is not None:
            yield Point(rule.span, part, case), _any(both, condition)
    if split.share is not None:
        whole = pl.col(split.share) == 1
        yield Point(rule.span, part, "a share under 1"), _any(given, ~whole)


def _adjustments(run: Run, plan: Plan, rule: Rule, made: Adjustments) -> Found:
    """A credit that goes to somebody else, and one that goes to nobody."""
    moves = run.outcome.tables[f"adjustments/{plan.name}.{rule.name}"]
    part, done, nobody = f"rule {rule.name}", pl.col("because") == "", pl.col("to_participant") == ""
    yield Point(made.stated.span, part, "a credit that is moved"), _any(moves, done & ~nobody)
    yield Point(made.stated.span, part, "a credit that is taken away"), _any(moves, done & nobody)


def _generations(rows: pl.DataFrame, counted: Generations, part: str, due: pl.Expr) -> Found:
    """Somebody who is passed over; and managers above those that are looked at, where that is not simply the end."""
    way = [name for name in rows.columns if name.startswith("above.")]
    levels = [name for name in rows.columns if name.startswith("manager.")]
    passed = pl.concat_list(way).list.drop_nulls().list.len() > pl.concat_list(levels).list.drop_nulls().list.len()
    yield Point(counted.stated.span, part, "a manager who is passed over"), _any(rows, due & passed)
    if counted.beyond.value == "exception":
        beyond = due & (pl.col("because") == "beyond_reach")
        yield Point(counted.beyond.span, part, "managers above those that are looked at"), _any(rows, beyond)


def _roll_up(run: Run, plan: Plan, rule: Rule, rolled: RollUp) -> Found:
    """A credit at each level, and each of the chains that the rule has a choice for."""
    name = f"{plan.name}.{rule.name}"
    credits, shares = run.outcome.tables[f"credits/{name}"], run.outcome.tables[f"shares/{name}"]
    credited, part = pl.col("state") == "credited", f"rule {rule.name}"
    span = rolled.longer.span if rolled.stated is None else rolled.stated.span
    for level in range(1, rolled.levels + 1):
        yield Point(span, part, f"a credit at level {level}"), _any(credits, credited & (pl.col("level") == level))
    if rolled.generations is not None:
        yield from _generations(shares, rolled.generations, part, pl.lit(True))
    ended = pl.col("because") == "no_manager"
    yield Point(rolled.no_manager.span, part, "somebody without a manager"), _any(shares, ended)
    counted = () if rolled.generations is None else rolled.generations.titles
    if not counted or not set(counted) <= set(plan.titles or ()):  # else whoever takes a level is on this plan
        nowhere = pl.col("because") == "not_on_plan"
        yield Point(rolled.not_on_plan.span, part, "a manager on no plan"), _any(credits, nowhere)
    if rolled.longer.value == "exception":
        yield Point(rolled.longer.span, part, "a longer chain"), _any(shares, pl.col("because") == "longer_chain")


def _values_on(run: Run, plan: Plan, rule: Rule, said: ValuesOn) -> Found:
    """A credit of what was sold before it counts, one of what was sold after it, and somebody who was not there then."""
    name, part, day = f"{plan.name}.{rule.name}", f"rule {rule.name}", pl.col("values_on")
    credits, sales = run.outcome.tables[f"credits/{name}"], run.outcome.inputs[f"source/{rule.source.name}"]
    credited = pl.col("state") == "credited"
    yield (
        Point(said.stated.span, part, "values of an earlier day"),
        _any(credits, credited & (day < pl.col("credit_date"))),
    )
    later = pl.col(said.column) > pl.col(rule.credit_date)
    yield Point(said.later.span, part, "sold after it counts"), _any(sales, later)
    choice = said.not_on_roster
    if choice is not None:
        before = pl.min_horizontal(said.column, rule.credit_date)
        sold = sales.select(*rule.source.key, before.alias("~sold"))
        joined = credits.join(sold, on=list(rule.source.key), how="left")
        nowhere = (pl.col("because") == "not_on_roster") | (credited & (day != pl.col("~sold")))
        yield Point(choice.span, part, "somebody not on the roster when it was sold"), _any(joined, nowhere)


def _undated(run: Run, plan: Plan, rule: Rule, said: Choice) -> Found:
    """A row that has no credit date."""
    name = f"{plan.name}.{rule.name}.because"
    frame = run.outcome.tables[f"states/{rule.source.name}"]
    yield Point(said.span, f"rule {rule.name}", "a row without a credit date"), _any(frame, pl.col(name) == "undated")


def _held_values(run: Run, plan: Plan) -> Found:
    """Of a variable with values by title or position, somebody for whom each of them decides."""
    for variable in plan.variables.values():
        column = f"{variable.name}.said_by"
        frames = [frame for frame in run.outcome.tables.values() if column in frame.columns]
        for each in variable.held:
            word = f"{each.attribute} {each.name}"
            found = any(_any(frame, pl.col(column) == word) for frame in frames)
            yield Point(each.span, f"variable {variable.name}", f"somebody with the {word}"), found


def _any(frame: pl.DataFrame, condition: pl.Expr) -> bool:
    return frame.filter(condition).height > 0
