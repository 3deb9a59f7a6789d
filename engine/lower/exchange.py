"""Exchange: the value of a transaction in another currency becomes money of the plan's, by the rate in force on a stated day.

In: transactions with a value in their own currency. Out: `<rule>.rate_to_row` and `<rule>.rate_to_plan`, of which the first
divides and the second multiplies, and the value in the plan's currency; null where a rate is not known.
"""

from collections.abc import Iterable

from engine.ir.expr import Expr, Over, Ref
from engine.ir.program import Stage
from engine.ir.table import AsOf, Def, Extend, Project, Scan, Table
from engine.ir.types import DATE, QUANTITY
from engine.lower.inputs import source_table
from engine.lower.segment import LAST_DAY
from engine.lower.share import ONE
from engine.lower.terms import (
    all_of,
    any_of,
    call,
    cases,
    day,
    either,
    integer,
    known_true,
    missing,
    negate,
    null,
    text,
)
from engine.plan.resolved import Convert, Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source


def rates_name(source: Source) -> str:
    """Stage that holds a source's exchange rates with their days."""
    return f"rates/{source.name}"


def rates(source: Source) -> Stage:
    """`rates/<source>`: each exchange rate with the days it may count on; `until` the day before the next one, or its `end`."""
    columns = (*source.pair, "start", *(["end"] if source.subject else []), "rate")
    rows: Table = Project(Scan(source_table(source)), tuple((name, name) for name in columns))
    after = Over("value", Ref("start"), source.pair, (("start", True),), "shift")
    until = Ref("end") if source.subject else call("coalesce", call("add_days", after, integer(-1)), day(LAST_DAY))
    made = Extend(rows, (Def("until", until),))
    shown = (*source.pair, "start", "until", "rate")
    return Stage(
        rates_name(source), "rates", Project(made, tuple((c, c) for c in shown)), (*source.pair, "start"),
        span=source.span, about="what one unit of a currency is in another, and on which days",
    )  # fmt: skip


def sources_of_rates(workspace: ResolvedWorkspace) -> list[Source]:
    """The sources of exchange rates that some rule reads, by name."""
    found = {r.convert.source.name: r.convert.source for p in workspace.plans for r in p.rules if r.convert is not None}
    return [found[name] for name in sorted(found)]


def with_rates(rules: Iterable[tuple[Plan, Rule]], rows: Table) -> Table:
    """Transactions with the rates that their exchange needs, and from when they are; what rules look up alike stands once."""
    found: set[str] = set()
    for plan, rule in rules:
        for leg in () if rule.convert is None else rule.convert.legs:
            assert rule.convert is not None
            if (at := _found(plan, rule.convert, leg)) not in found:
                rows = _with_rate(plan, rule.convert, leg, rows)
                found.add(at)
    return rows


def _with_rate(plan: Plan, convert: Convert, leg: tuple[str, str], rows: Table) -> Table:
    at = _found(plan, convert, leg)
    from_currency, to_currency = (_side(plan, convert, side) for side in leg)
    keys = {"from_currency": from_currency, "to_currency": to_currency}
    if convert.rate_type is not None:
        keys["rate_type"] = text(convert.rate_type)
    rows = Extend(rows, tuple(Def(f"{at}.{name}", expr) for name, expr in keys.items()))
    on = tuple((f"{at}.{name}", name) for name in keys)
    take = ((f"{at}.rate", "rate"), (f"{at}.start", "start"))
    return AsOf(rows, Scan(rates_name(convert.source)), on, convert.rate_date, "start", "until", take)


def exchanged(plan: Plan, rule: Rule, convert: Convert) -> list[Def]:
    """The rates that count for a row, null where none is needed or known; since when; and the value in the plan's currency."""
    p = f"{plan.name}.{rule.name}"
    names = {
        "row_to_plan": ["rate_to_plan"],
        "plan_to_row": ["rate_to_row"],
        "through": ["rate_to_row", "rate_to_plan"],
    }
    defs: list[Def] = []
    for name, leg in zip(names[convert.pair], convert.legs, strict=True):
        known = _known(plan, convert, leg)
        start = either(missing(Ref(f"{p}.{name}")), null(DATE), Ref(f"{_found(plan, convert, leg)}.start"))
        defs += [
            Def(f"{p}.{name}", known, span=convert.stated.span),
            Def(f"{p}.{name}_since", start, span=convert.stated.span),
        ]
    value: Expr = Ref(f"{p}.row_value")
    if convert.pair != "row_to_plan":
        value = call("div", value, Ref(f"{p}.rate_to_row"))
    if convert.pair != "plan_to_row":
        value = call("mul", value, Ref(f"{p}.rate_to_plan"))
    if convert.mode is not None:
        value = call("round", value, text(convert.mode), integer(convert.digits))
    made = either(foreign(plan, convert), value, Ref(f"{p}.row_value"))
    formula = words(convert)
    stated = convert.stated
    return [*defs, Def(f"{p}.value", call("as_money", made, text(plan.currency)), formula, stated.span, stated.note)]


def words(convert: Convert) -> str:
    """What is done with the value, as a reader writes it."""
    steps = {
        "row_to_plan": " × rate_to_plan",
        "plan_to_row": " ÷ rate_to_row",
        "through": " ÷ rate_to_row × rate_to_plan",
    }
    return f"row_value{steps[convert.pair]}"


def unknown_rate(plan: Plan, rule: Rule, convert: Convert) -> Expr:
    """Whether a row in another currency has a value and no rate."""
    p = f"{plan.name}.{rule.name}"
    wanted = [name for name in ("rate_to_row", "rate_to_plan") if name in words(convert)]
    lacks = any_of(*(missing(Ref(f"{p}.{name}")) for name in wanted))
    return all_of(foreign(plan, convert), negate(missing(Ref(f"{p}.row_value"))), lacks)


def foreign(plan: Plan, convert: Convert) -> Expr:
    """Whether a row is in another currency than the plan, or in none."""
    return negate(known_true(call("eq", _currency(convert), text(plan.currency))))


def _currency(convert: Convert) -> Expr:
    return text(convert.currency or "") if convert.currency_column is None else Ref(convert.currency_column)


def _side(plan: Plan, convert: Convert, side: str) -> Expr:
    return {"row": _currency(convert), "plan": text(plan.currency), "third": text(convert.through or "")}[side]


def _found(plan: Plan, convert: Convert, leg: tuple[str, str]) -> str:
    """What the columns of a rate begin with: the rates, the pair, the day and the type, by which it is looked up."""
    of_row = convert.currency or f"<{convert.currency_column}>"
    names = {"row": of_row, "plan": plan.currency, "third": convert.through or ""}
    pair = (names[side] for side in leg)
    return "/".join((rates_name(convert.source), *pair, convert.rate_date, convert.rate_type or ""))


def _known(plan: Plan, convert: Convert, leg: tuple[str, str]) -> Expr:
    """The rate that was found, if it is not too old; a third currency is 1 in itself."""
    at = _found(plan, convert, leg)
    found: Expr = Ref(f"{at}.rate")
    if convert.max_age is not None:
        young = known_true(
            call("le", call("days", Ref(f"{at}.start"), Ref(convert.rate_date)), integer(convert.max_age + 1))
        )
        found = either(young, found, null(QUANTITY))
    branches: list[tuple[Expr, Expr]] = [(negate(foreign(plan, convert)), null(QUANTITY))]
    if leg[0] == "third" and leg[1] == "row":
        branches.append((known_true(call("eq", Ref(f"{at}.from_currency"), Ref(f"{at}.to_currency"))), ONE))
    return cases(branches, found)
