"""Expressions, definitions and tables of a program, otherwise than it has them."""

from collections.abc import Callable
from dataclasses import replace

from engine.ir.expr import Call, Case, Expr, Lit, Over, Ref
from engine.ir.table import Aggregate, AsOf, Def, Filter, Join, Project, Scan, Table
from engine.ir.types import INTEGER
from engine.ir.walk import refs
from engine.lower.terms import FALSE, call, integer, missing
from tests.properties.planting import Tables


def everywhere(stage: str, name: str) -> bool:
    return True


def calls(old: str, new: str) -> Callable[[Expr], Expr]:
    return lambda expr: Call(new, expr.args) if isinstance(expr, Call) and expr.fn == old else expr


def mode(old: str, new: str) -> Callable[[Expr], Expr]:
    def change(expr: Expr) -> Expr:
        match expr:
            case Call("round", (value, Lit(mode) as said, digits)) if mode == old:
                return call("round", value, Lit(new, said.type), digits)
        return expr

    return change


def turned(*names: str) -> Callable[[Expr], Expr]:
    """Windows ordered the other way round by some of their columns."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Over):
            return expr
        return replace(expr, order=tuple((n, d != (n in names or not names)) for n, d in expr.order))

    return change


def of_the_interval(stage: str, made: Def) -> Expr:
    """What an interval adds is what counts of it alone."""
    return Ref("counts") if stage.startswith("each/") and made.name == "adds" else made.expr


def from_the_limit(stage: str, made: Def) -> Expr:
    """What has had no credit counts for the floor already."""
    first = stage.startswith("each/") and made.name == "counts_before" and isinstance(made.expr, Case)
    return made.expr.otherwise if first and isinstance(made.expr, Case) else made.expr


def each_credit(stage: str, table: Table) -> Table:
    """What a column adds up is not read: all that somebody has in an interval is one."""
    adds = isinstance(table, Project) and stage.startswith("each/")
    if not isinstance(table, Project) or not adds or "counted" not in dict(table.columns):
        return table
    return replace(
        table, columns=tuple((new, "state" if new == "counted" != old else old) for new, old in table.columns)
    )


def in_part(expr: Expr) -> Expr:
    some = isinstance(expr, Call) and expr.fn == "eq"
    return call("not", missing(Ref("days_before"))) if some else expr


def with_itself(expr: Expr) -> Expr:
    return replace(expr, frame="running") if isinstance(expr, Over) and expr.frame == "running_before" else expr


def of_its_period(stage: str, table: Table) -> Table:
    measured = isinstance(table, Join) and isinstance(table.right, Scan) and table.right.name.startswith("measures/")
    if not isinstance(table, Join) or not measured or not stage.startswith("credit_pay/"):
        return table
    return replace(table, take=tuple((new, "own" if old == "value" else old) for new, old in table.take))


def unless_so(word: str) -> Callable[[Expr], Expr]:
    """A case without the branch that says so."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Case):
            return expr
        return replace(
            expr, branches=tuple(b for b in expr.branches if not (isinstance(b[1], Lit) and b[1].value == word))
        )

    return change


def of_any_rule(stage: str, table: Table) -> Table:
    asks = stage.startswith("adjustments/") and isinstance(table, Filter) and "credit_rule" in refs(table.where)
    return table.input if asks and isinstance(table, Filter) else table


def as_of_the_credit_date(stage: str, table: Table, reads: Callable[[AsOf], bool]) -> Table:
    """Look-ups of another day that read something, of the credit date."""
    there = stage.startswith(("credits/", "shares/", "credit_pay/"))
    if there and isinstance(table, AsOf) and table.at == "values_on" and reads(table):
        return replace(table, at="credit_date")
    return table


def values_of_the_credit_date(stage: str, table: Table) -> Table:
    return as_of_the_credit_date(stage, table, lambda t: all(new.endswith(".own") for new, _ in t.take))


def managers_of_the_credit_date(stage: str, table: Table) -> Table:
    return as_of_the_credit_date(stage, table, lambda t: all(new.startswith("manager.") for new, _ in t.take))


def roster_of_the_credit_date(stage: str, table: Table) -> Table:
    return as_of_the_credit_date(stage, table, lambda t: all(new == "values_on.since" for new, _ in t.take))


def shares_of_the_credit_date(stage: str, table: Table) -> Table:
    """Whom an assignment names is asked of few columns, the day among them."""
    day = ("values_on", "values_on")
    if not isinstance(table, Project) or day not in table.columns or ("credit_date", "credit_date") in table.columns:
        return table
    return replace(table, columns=tuple(("values_on", "credit_date") if c == day else c for c in table.columns))


def true_up_dropped(stage: str, definition: Def) -> Expr:
    if not (definition.formula or "").startswith("amount to date − the same an interval earlier"):
        return definition.expr
    assert isinstance(definition.expr, Case)
    return definition.expr.branches[0][1]


def a_day_short(stage: str, definition: Def) -> Expr:
    if stage.startswith("grid/") and definition.name.endswith("days") and not definition.name.endswith("period_days"):
        return call("sub", definition.expr, integer(1))
    return definition.expr


def never_earlier_blocked(stage: str, definition: Def) -> Expr:
    return FALSE if definition.name == "earlier_blocked" else definition.expr


def eve_forgotten(stage: str, definition: Def) -> Expr:
    return FALSE if definition.name == "changed" else definition.expr


def of_the_last_segment(name: str, table: Table) -> Table:
    """A joined period has the days of its last segment only."""
    if not isinstance(table, Aggregate) or not name.startswith("grid/"):
        return table
    return replace(table, aggs=tuple(replace(a, fn="min") if a.name == "days" else a for a in table.aggs))


def without(stage: str, fn: str) -> Tables:
    """Filters that are one call of `fn` let everything through, in stages whose name begins so."""

    def change(name: str, table: Table) -> Table:
        begins = name.startswith(stage)
        return table.input if begins and isinstance(table, Filter) and is_call(table.where, fn) else table

    return change


def is_call(expr: Expr, fn: str) -> bool:
    return isinstance(expr, Call) and expr.fn == fn


def first_tier_for_zero(expr: Expr) -> Expr:
    return Lit(1, INTEGER) if expr == integer(0) else expr


def after_only(stage: str, definition: Def) -> Expr:
    """A slice pays F(after), and never takes F(before) off."""
    expr = definition.expr
    if definition.name.startswith("slice_") and definition.name.endswith(".pay") and is_call(expr, "sub"):
        assert isinstance(expr, Call)
        return expr.args[0]
    return expr


def divided_first(expr: Expr) -> Expr:
    """A line's share of the way, rounded, × the rise."""
    if not is_call(expr, "scaled"):
        return expr
    assert isinstance(expr, Call)
    rise, part, whole = expr.args
    return call("mul", rise, call("as_rate", call("div", part, whole)))


def line_after_only(stage: str, definition: Def) -> Expr:
    """A credit pays the amount with it, and the amount before it is not taken off."""
    return Ref("rate") if definition.formula == "amount − amount before" else definition.expr


def at_the_end(stage: str, table: Table) -> Table:
    """People's values are read on a segment's last day, whatever the plan says."""
    of_values = isinstance(table, AsOf) and table.at == "start" and not stage.startswith("groups/")
    return replace(table, at="end") if isinstance(table, AsOf) and of_values else table


def null_to_zero_lost(stage: str, definition: Def) -> Expr:
    """A measure without credits is missing instead of 0."""
    expr = definition.expr
    of_credits = stage.startswith("measures/") and definition.name == "own"
    if of_credits and isinstance(expr, Case) and len(expr.branches) > 1:
        return replace(expr, branches=expr.branches[1:])
    return expr


def highest_level(_: str, table: Table) -> Table:
    if not isinstance(table, Aggregate):
        return table
    aggs = (replace(agg, fn="max") if (agg.name, agg.fn) == ("level", "min") else agg for agg in table.aggs)
    return replace(table, aggs=tuple(aggs))


def starts_with(*stages: str) -> Callable[[str, str], bool]:
    return lambda stage, _: stage.startswith(stages)


def is_place(expr: Expr) -> bool:
    """A rounding by a plan, not that to the places at which shares of a target are compared."""
    return (
        isinstance(expr, Call) and expr.fn == "round" and isinstance(expr.args[2], Lit) and expr.args[2].value in (0, 3)
    )


def called(*names: str) -> Callable[[str, str], bool]:
    return lambda _, name: name in names


def ends(part: str) -> Callable[[str, str], bool]:
    """The columns of items that are called so."""
    return lambda _, name: name.startswith("step_") and name.endswith(f".{part}")


def turned_ending(ending: str) -> Callable[[Expr], Expr]:
    def change(expr: Expr) -> Expr:
        names = [n for n, _ in expr.order if n.endswith(ending)] if isinstance(expr, Over) else []
        return turned(*names)(expr) if names else expr

    return change


def is_open(stage: str, name: str) -> bool:
    """Whether a column says that a rule may take a row."""
    return stage.startswith("prepared/") and name.endswith(".open")


def undated_asked(at: int) -> Callable[[Expr], Expr]:
    """Rows without a day are asked about first (0), or last (-1)."""

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Case):
            return expr
        mine = [b for b in expr.branches if isinstance(b[1], Lit) and b[1].value == "undated"]
        others = [b for b in expr.branches if b not in mine]
        return replace(expr, branches=tuple([*mine, *others] if at == 0 else [*others, *mine]))

    return change
