"""Pay that two plans pay the same people for the same rows: most often a copied plan whose old one has no `end` (R041).

In: a component. Out: a warning for each plan that began before its own and is in force beside it, covers one of its titles or
people, and pays under the same earning code for rows that go to the same ones. Rows that the text of conditions keeps apart are
not the same; of other conditions data decides whether both can hold. Told is the pair of plans, once, where the older one says
its days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.ir.expr import Call, Expr, Lit, Ref
from engine.plan.formula import Formula
from engine.plan.resolved import Component, Plan, Rule
from engine.review.paid import Paid

OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
SHOWN = 3
"""So many titles or people are named."""


@dataclass(frozen=True)
class PaidOn:
    """What pay is for: credits of a rule, those that a measure takes; or what another plan's component earned."""

    rule: Rule | None
    where: Formula | None = None
    earned: str = ""
    of_reports: bool = False


def review_twice(paid: Paid, diagnostics: Diagnostics) -> None:
    """A warning for each older plan that pays what the component pays."""
    for older in _older(paid):
        if paid.component in (twins := _twins(older, paid.plan)):
            open_ = [c for c in twins if "R041" not in {each.words for each in c.accepted}]
            _tell(older, paid.plan, open_ or twins, diagnostics)


def _older(paid: Paid) -> Iterator[Plan]:
    """The plans that began before this one and are in force beside it; those of one first day are meant to stand side by side."""
    first = paid.plan.start
    for other in paid.workspace.plans:
        if other.start < first and (other.end is None or other.end >= first) and _people(other, paid.plan):
            yield other


def _people(one: Plan, other: Plan) -> tuple[str, ...]:
    """The titles, or the people, that both plans name."""
    both = (one.titles, other.titles) if one.titles is not None else (one.names, other.names)
    return tuple(name for name in both[0] or () if name in (both[1] or ()))


def _twins(older: Plan, newer: Plan) -> list[Component]:
    """The components of the newer plan that the older one pays too."""
    return [c for c in newer.components if c.paid and any(_same(older, each, newer, c) for each in older.components)]


def _same(older: Plan, one: Component, newer: Plan, other: Component) -> bool:
    if one.earning_code != other.earning_code:
        return False
    theirs = list(_paid_on(newer, other))
    return any(_meet(mine, each) for mine in _paid_on(older, one) for each in theirs)


def _paid_on(plan: Plan, component: Component) -> Iterator[PaidOn]:
    """What its base is made of; where nothing is multiplied, what finds its tier."""
    name = component.base or component.table.select or ""
    if component.basis == "credit":
        yield PaidOn(plan.rule(name))
        return
    for measure in plan.with_parts([name]):
        for rule in measure.rules:
            yield PaidOn(plan.rule(rule), measure.where)
        for of, earned in measure.earnings_of(plan.name):
            if of == plan.name and measure.reports is None:
                yield from _paid_on(plan, plan.component(earned))
            elif of != plan.name:
                yield PaidOn(None, earned=f"{of}.{earned}", of_reports=measure.reports is not None)


def _meet(one: PaidOn, other: PaidOn) -> bool:
    """Whether both may be for one row, and go to the same ones."""
    if one.rule is None or other.rule is None:
        return one == other
    return _credited(one.rule) == _credited(other.rule) and not any(
        _contradict(mine, theirs) for mine in _conditions(one) for theirs in _conditions(other)
    )


def _credited(rule: Rule) -> tuple[object, ...]:
    """Of which source, and who: by which column or split, themselves or their managers."""
    to = rule.to if isinstance(rule.to, str) else (rule.to.source.name, rule.to.match)
    return rule.source.name, to, rule.roll_up is None


def _conditions(paid_on: PaidOn) -> Iterator[Expr]:
    """What is true of each of its rows, as far as formulas say it one by one."""
    rule = paid_on.rule
    for formula in (paid_on.where, None if rule is None else rule.where):
        if formula is not None:
            yield from _all_of(formula.expr)
    for _, left_out in rule.exclude if rule is not None else ():
        yield _negated(left_out.expr)


def _all_of(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Call) and expr.fn == "and":
        for arg in expr.args:
            yield from _all_of(arg)
    else:
        yield expr


def _negated(expr: Expr) -> Expr:
    match expr:
        case Call("not", (arg,)):
            return arg
        case Call(fn, args) if fn in OPPOSITE:
            return Call(OPPOSITE[fn], args)
    return Call("not", (expr,))


def _contradict(one: Expr, other: Expr) -> bool:
    """Whether no row can have both: each is the other's opposite, or they name other values or sides of one column."""
    if one == _negated(other) or other == _negated(one) or _apart(one, other) or _apart(other, one):
        return True
    mine, theirs = _values(one), _values(other)
    if mine is None or theirs is None or mine[0] != theirs[0]:
        return False
    (_, some, are), (_, others, are_too) = mine, theirs
    if are and are_too:
        return some.isdisjoint(others)
    return (are and some <= others) or (are_too and others <= some)


def _apart(below: Expr, above: Expr) -> bool:
    """Whether one lets a column be so much at most, and the other only more than that."""
    match below, above:
        case (
            Call("lt" | "le" as under, (Ref(name), Lit(int() | Decimal() as most))),
            Call("gt" | "ge" as over, (Ref(other), Lit(int() | Decimal() as least))),
        ):
            return name == other and (most < least or (most == least and (under, over) != ("le", "ge")))
    return False


def _values(expr: Expr) -> tuple[str, frozenset[object], bool] | None:
    """A column, values, and whether it is one of them, or none."""
    match expr:
        case Call("not", (Call("in") as inner,)):
            found = _values(inner)
            return None if found is None else (found[0], found[1], False)
        case Call("eq" | "ne" | "in" as fn, (Ref(name), *rest)):
            values = [each.value for each in rest if isinstance(each, Lit)]
            return (name, frozenset(values), fn != "ne") if len(values) == len(rest) else None
    return None


def _tell(older: Plan, newer: Plan, twins: list[Component], diagnostics: Diagnostics) -> None:
    people = _people(older, newer)
    many = len(people) > SHOWN
    whom = ", ".join(f"`{name}`" for name in people[:SHOWN]) + " and others" if many else listed(people)
    codes, parts = listed(dict.fromkeys(c.earning_code for c in twins)), listed(c.name for c in twins)
    when = _days(newer.start, min((end for end in (older.end, newer.end) if end is not None), default=None))
    apart = f"say `end: {newer.start - timedelta(days=1)}` in `in_force` of `{older.name}`"
    if older.end is not None and older.end < (newer.end or date.max):
        apart += f" (or `start: {older.end + timedelta(days=1)}` in that of `{newer.name}`)"
    at, beside = (plan.span if plan.in_force is None else plan.in_force.span for plan in (older, newer))
    diagnostics.warning(
        "R041", f"`{older.name}` and `{newer.name}` both pay {whom} under {codes} {when}: rows that both take are paid twice", at,
        help=f"{apart}; or give other pay an earning code of its own; or accept it, with the reason: "
        f'`accept: {{R041: "…"}}` in {parts} of `{newer.name}`',
        related=((beside, f"`{newer.name}`"),),
    )  # fmt: skip


def _days(first: date, last: date | None) -> str:
    if last is None:
        return f"from {first} on"
    return f"on {first}" if first == last else f"from {first} to {last}"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence."""
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} and {last}" if most else last
