"""Generated components: every basis × mode × table option that resolve lets pass, with steps in all their legal places."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, cast

from engine.ir.expr import Expr, Ref
from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.accumulation import Accumulation, longest
from engine.plan.carry_forward import Line
from engine.plan.formula import Formula
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    Measure,
    Multiply,
    Prorate,
    Round,
    Rule,
    ShareOut,
    Step,
    Table,
    Tier,
    TrueUp,
    Waivable,
)
from engine.plan.waiver import Waiver
from tests.properties.formulas import SPAN, amount, call, choice, formula, names_in, number, of, rate
from tests.properties.generated_measure import WITHIN
from tests.properties.generated_plan import PlanMaker, step_formulas
from tests.properties.generated_world import MODES, PEOPLE, one_in

BOUNDS = {
    "share": ("0", "0.5", "0.8", "1", "1.2", "1.5"),
    "money": ("-100", "0", "50", "100", "200", "300", "500", "1000"),
    "quantity": ("-1", "0", "1", "2", "3", "5", "10"),
    "rate": ("0", "0.25", "0.5", "1", "2"),
}


def component(maker: PlanMaker, name: str) -> Component:
    """One component of the plan that `maker` makes."""
    random = maker.random
    lengths = [p for p in ("month", "period", "quarter", "year") if maker.world.calendar.of_length(p)]
    maker.length = random.choice([lengths[0], lengths[0], *lengths])
    made = {"credit": _per_credit, "period": _per_period, "to_date": _per_period}
    basis = random.choice(("credit", "period", "period", "to_date", "to_date"))
    over = random.choice(maker.accumulations) if basis == "to_date" else None
    table, base = made[basis](maker, over)
    steps = _steps(maker, basis, table.against is not None, over)
    if basis == "period" and one_in(random, 4):
        steps, kept = steps if table.against is None else (), one_in(random, 6)
        table, base = (table, base) if kept else _pool(maker)
        within = next((m.within for m in maker.measures if m.name == base), None)
        steps = _shared_out(maker, steps, None if one_in(random, 8) else within)
    elif basis == "period" and table.against is None and maker.joined and one_in(random, 2):
        table, base = _contest(maker), None
    earning = [] if basis == "credit" else [formula for tier in table.tiers for formula in tier.formulas]
    result = Component(
        name=name,
        span=SPAN,
        length=maker.length,
        basis=cast(Any, basis),
        base=base,
        table=table,
        steps=steps,
        earning_code=random.choice(("COMM", "BONUS")),
        variables=(),
        measures=(),
        remembers=longest(
            s.accumulation
            for s in steps
            if isinstance(s, TrueUp | CarryForward) or (isinstance(s, Limit) and s.cumulative)
        ),
        note=None,
        target_incentive=formula(number("500")) if one_in(random, 8) else None,
    )
    paid = step_formulas(result, "credit")
    if basis == "credit":
        paid += [*(tier.pays for tier in table.tiers), *([table.select_formula] if table.select_formula else [])]
    at_credits = maker.through(names_in(*paid))
    of_credits = tuple(measure.name for measure in maker.measures if measure.name in at_credits)
    read = maker.through(names_in(*earning, *step_formulas(result, "earning")))
    read |= {step.measure for step in steps if isinstance(step, Gate) and step.measure is not None}
    read |= {table.select} if table.select is not None else set()
    read |= {base} if basis != "credit" and base is not None else set()
    return replace(
        result,
        variables=tuple(name for name in maker.world.variables if name in read),
        measures=tuple(measure.name for measure in maker.measures if measure.name in read | {*of_credits}),
        at_credits=of_credits,
        credit_look_ups=tuple(name for name in maker.tables if name in at_credits and maker.by_measure(name)),
        look_ups=tuple(name for name in maker.tables if name in read),
    )


def _per_credit(maker: PlanMaker, _: Accumulation | None) -> tuple[Table, str]:
    random = maker.random
    rule = maker.paid = random.choice(maker.rules)
    mode = random.choice(("flat", "whole", "step", "marginal", "marginal", "interpolated", "each_entered"))
    if mode == "flat":
        return _flat(maker, "credit", rule.unit), rule.name
    if random.random() < (0.75 if mode == "marginal" else 0.5):
        exactly = maker.measure(unit=rule.unit.dtype, only=rule) if mode == "marginal" else maker.measure(along=rule)
        return _tiered(maker, "credit", mode, exactly, None, rule.unit), rule.name
    value, dtype = _own_value(random, rule, mode)
    return _tiered(maker, "credit", mode, None, (value, dtype), rule.unit), rule.name


def _own_value(random: Random, rule: Rule, mode: str) -> tuple[Expr, str]:
    """The value of a credit that finds its tier."""
    picks: list[tuple[Expr, str]] = [(Ref("amount"), rule.unit.dtype)]
    if mode != "marginal":
        picks += [(Ref("qty"), "quantity"), (call("div", number("1"), Ref("qty")), "quantity")]
        picks.append((call("mul", Ref("credited_share"), rate("2")), "rate"))
        picks += [(Ref("level"), "quantity")] if rule.roll_up is not None else []
    return random.choice(picks)


def _per_period(maker: PlanMaker, over: Accumulation | None) -> tuple[Table, str | None]:
    """On a measure of the period, or `over` an accumulation."""
    random = maker.random
    mode = random.choice(("flat", "whole", "step", "marginal", "interpolated", "interpolated", "each_entered"))
    base = maker.measure(over or "period", use="total" if over or mode == "marginal" else "paid")
    if mode == "flat":
        return _flat(maker, "period", base.unit), base.name
    if mode == "marginal":
        return _tiered(maker, "period", mode, base, None, base.unit), base.name
    select = base if random.random() < 0.4 else maker.measure(over)
    table = _tiered(maker, "period", mode, select, None, base.unit)
    return table, base.name if table.gives == "rate" or random.random() < 0.3 else None


def _pool(maker: PlanMaker) -> tuple[Table, str]:
    """What a group comes to, by rates that are the same for all of it."""
    random, measure = maker.random, maker.of_group()
    pays = formula(amount(random.choice(("10", "0.333", "-2")), maker.currency))
    if measure.unit.dtype == "money":
        pays = formula(rate(random.choice(("0.1", "0.333333333333", "0.0001"))))
    tier = Tier(1, None, None, pays, SPAN, None)
    return Table("flat", "rate", SPAN, None, None, None, (tier,), False, None, None, None, None), measure.name


def _contest(maker: PlanMaker) -> Table:
    """Prizes by place; where ties share them, plain amounts in the currency's digits."""
    random, place = maker.random, maker.rank()
    assert place.ranking is not None
    smallest = Decimal(1).scaleb(-maker.digits)
    prizes = [amount(str(random.choice((1, 7, 10000)) * smallest), maker.currency) for _ in range(random.randint(1, 3))]
    pays = [formula(prize) for prize in prizes]
    if place.ranking.ties == "both" and one_in(random, 2):
        pays[0] = maker.pay("earning")
    pays.append(formula(amount("0", maker.currency)))
    tiers = tuple(Tier(n, Decimal(n), None, each, SPAN, None) for n, each in enumerate(pays, start=1))
    upper, zero = choice("upper"), choice("zero")
    return Table("step", "amount", SPAN, place.name, None, None, tiers, False, upper, zero, None, None, prizes=True)


def _shared_out(maker: PlanMaker, steps: tuple[Step, ...], within: str | None) -> tuple[Step, ...]:
    """A pool, mostly as the table made it, and what is done to each part."""
    random, first = maker.random, [step for step in steps if isinstance(step, Round)][:1]
    unit: Type
    measure, weights = maker.measure("period"), [("1", QUANTITY), ("0.333333333333", QUANTITY), ("0", QUANTITY)]
    picks: list[tuple[Expr, Type]] = [(of(value, unit), unit) for value, unit in weights]
    picks += [(Ref(measure.name), measure.unit)] * 3 + [
        (call("max", Ref(measure.name), of("0", measure.unit)), measure.unit)
    ] * 4
    picks += [(Ref("own_rate"), RATE), (call("coalesce", Ref("maybe_rate"), rate("0")), RATE)]
    by, unit = random.choice(picks)
    equal = one_in(random, 5)
    step = ShareOut(
        within=within or random.choice(WITHIN),
        by=None if equal else formula(by),
        among=maker.when("earning", "period") if one_in(random, 4) else None,
        prorate=one_in(random, 3),
        mode=random.choice(MODES),
        digits=random.choice((2, 2, 0, 1, 5, 12)),
        negative_pool=choice(random.choice(("share", "share", "zero", "block"))),
        no_weights=choice(random.choice(("equally", "nobody", "block"))),
        span=SPAN,
        note=None,
        unit=QUANTITY if equal else unit,
    )
    return (*first, step, *(steps if one_in(random, 2) else ()))


def _flat(maker: PlanMaker, basis: str, unit: Type) -> Table:
    tier = Tier(1, None, None, _pays(maker, basis, "rate", unit, False), SPAN, None)
    return Table("flat", "rate", SPAN, None, None, None, (tier,), False, None, None, None, None)


def _tiered(
    maker: PlanMaker, basis: str, mode: str, select: Measure | None, own: tuple[Expr, str] | None, unit: Type
) -> Table:
    random = maker.random
    comparable = select is not None and (select.is_total or select.within is not None)
    against = maker.against(select) if select is not None and comparable and random.random() < 0.5 else None
    near = select is not None and select.near
    kind = (
        "share"
        if against is not None or (near and select is not None and select.unit.dtype == "rate")
        else select.unit.dtype
        if select is not None
        else own[1]
        if own
        else "money"
    )
    points = mode == "interpolated"
    gives = random.choice(("rate", "amount")) if points else "amount" if mode in ("step", "each_entered") else "rate"
    bounds = sorted(Decimal(b) for b in random.sample(BOUNDS[kind], random.randint(2 if points else 1, 4)))
    entered = mode == "each_entered" and basis == "credit"  # a bound left, and the lowest left by a first credit
    if random.random() < (0.2 if entered else 0.6):
        bounds[0] = min(bounds[0], Decimal(0)) if kind != "share" else Decimal(0)
    if points and one_in(random, 3):
        jump = random.choice(bounds)
        bounds = sorted([*dict.fromkeys(bounds), jump])
    last = bounds[-1] + Decimal(random.choice(BOUNDS[kind][-2:])) if one_in(random, 3) and not points else None
    tiers = tuple(
        Tier(
            number=place + 1,
            lower=bound,
            upper=last if place == len(bounds) - 1 else None,
            pays=_pays(maker, basis, gives, unit, against is not None),
            span=SPAN,
            note=None,
        )
        for place, bound in enumerate(bounds)
    )
    if mode == "marginal" and basis != "credit" and select is not None and against is None:
        apart = Random()
        apart.setstate(random.getstate())  # so that what is drawn after it stays
        tiers = _placed(apart, tiers, select)
    made = Table(
        mode=cast(Any, mode),
        gives=cast(Any, gives),
        span=SPAN,
        select=None if select is None else select.name,
        select_formula=None if own is None else formula(own[0]),
        against=against,
        tiers=tiers,
        prorate_bounds=select is not None and select.is_total and against is None and random.random() < 0.4,
        boundary=choice(random.choice(("upper", "lower"))),
        below=choice(random.choice(("same", "zero", "exception" if entered else "same", "zero", "exception"))),
        above=None if last is None and not points else choice(random.choice(("same", "exception"))),
        note=None,
        near=near,
    )
    if against is not None and (mode == "marginal" or (basis == "credit" and gives == "amount" and mode != "step")):
        made = replace(made, against=replace(against, rounded=None))
    if basis != "credit" or select is None or made.adds_up:
        return made
    return replace(made, running_total=choice(random.choice(("before", "after"))))


def _placed(random: Random, tiers: tuple[Tier, ...], select: Measure) -> tuple[Tier, ...]:
    """Tiers of which some stand where a formula says, mostly in the order in which they are: of numbers that differ by person,
    one that a division may leave unknown, and the value itself."""
    if one_in(random, 4):
        return tiers

    def place(bound: Decimal, before: Decimal) -> Formula:
        at, floor = of(str(bound), select.unit), of(str(before), select.unit)
        picks = [
            call("mul", at, Ref("boost")),
            call("max", floor, call("mul", at, Ref("own_rate"))),
            call("max", floor, call("mul", call("mul", at, Ref("own_rate")), number("15"))),
            call("mul", at, call("coalesce", Ref("maybe_rate"), rate("1"))),
            call("max", floor, call("mul", at, call("coalesce", Ref("maybe_rate"), rate("1.000000000001")))),
            call("add", at, call("div", floor, call("sub", Ref("own_rate"), rate("0.05")))),
        ]
        return formula(
            random.choice([*picks, *([call("max", floor, Ref(select.name))] if select.within is None else [])])
        )

    made, before = [], Decimal(0)
    for tier in tiers:
        bound = tier.lower or Decimal(0)
        chosen = replace(tier, lower=None, lower_by=place(bound, min(bound, before))) if one_in(random, 2) else tier
        if tier.upper is not None and one_in(random, 2):
            chosen = replace(chosen, upper=None, upper_by=place(tier.upper, bound))
        made.append(chosen)
        before = bound
    return tuple(made)


def _pays(maker: PlanMaker, basis: str, gives: str, unit: Type, against: bool) -> Any:
    place = "credit" if basis == "credit" else "earning"
    if gives == "amount" or unit.dtype == "quantity":
        return maker.pay(place, against)
    return maker.factor(place, against)


def _steps(maker: PlanMaker, basis: str, against: bool, over: Accumulation | None) -> tuple[Step, ...]:
    """Per-credit steps, then per-earning ones; for a basis to date, those before the true-up, it, those after."""
    random = maker.random
    steps: list[Step] = []
    if basis == "credit":
        steps += [_credit_step(maker) for _ in range(random.choice((0, 0, 1, 2)))]
    if over is not None:
        steps += [_earning_step(maker, against, over) for _ in range(random.choice((0, 0, 1, 2)))]
        steps.append(TrueUp(over, SPAN, None))
    steps += [_earning_step(maker, against, None) for _ in range(random.choice((0, 0, 1, 2, 3)))]
    last = steps[-1] if steps else None
    if isinstance(last, Limit) and last.lost and one_in(random, 2):
        steps += [_beside(maker, last) for _ in range(random.choice((1, 1, 2)))]
    if one_in(random, 3):
        steps.append(Round("earning", random.choice(MODES), maker.digits, SPAN, None))
    to_date = over is not None
    for place, step in enumerate(steps):
        to_date = to_date and not isinstance(step, TrueUp)
        summed = isinstance(step, Limit) and step.cumulative
        if isinstance(step, Waivable) and not to_date and not summed and one_in(random, 5):
            steps[place] = replace(step, waivers=_waivers(maker))
    return tuple(steps)


def _waivers(maker: PlanMaker) -> tuple[Waiver, ...]:
    """One or two people whom an item is waived for, in some periods."""
    random, calendar = maker.random, maker.world.calendar
    periods = [period.name for period in calendar.of_length(maker.length)]
    people = random.sample(PEOPLE, random.choice((1, 1, 2)))
    chosen = [tuple(random.sample(periods, min(len(periods), random.choice((1, 3, 12))))) for _ in people]
    return tuple(
        Waiver(who, names, "Vera", date(2026, 1, 9), "why", SPAN) for who, names in zip(people, chosen, strict=True)
    )


def _credit_step(maker: PlanMaker) -> Step:
    match maker.random.choice(("gate", "multiply", "limit", "round", "budget")):
        case "budget":
            return _budget(maker, "stop")
        case "gate":
            return Gate("credit", SPAN, maker.when("credit"), None, None, None, None)
        case "multiply":
            return Multiply("credit", maker.factor("credit"), SPAN, None)
        case "limit":
            return _limit(maker, "credit", "credit", False, False)
    return Round("credit", maker.random.choice(MODES), maker.random.choice((0, 1, 2)), SPAN, None)


def _earning_step(maker: PlanMaker, against: bool, before: Accumulation | None) -> Step:
    """An item before a true-up over `before`, or after it."""
    random = maker.random
    match random.choice(("gate", "gate", "multiply", "limit", "limit", "carry", "budget", "prorate", "round")):
        case "gate":
            return _gate(maker, before)
        case "multiply":
            return Multiply("earning", maker.factor("earning", against), SPAN, None)
        case "limit":
            over: str = before or random.choice((random.choice(maker.accumulations), "earning_period"))
            cumulative = over != "earning_period" and before is None
            return _limit(maker, "earning", over, random.random() < 0.5, cumulative)
        case "carry" if before is None:
            return _carry_forward(maker)
        case "budget" if before is None:
            return _budget(maker, "prorate")
        case "prorate":
            return Prorate(before, SPAN, None)
    return Round("earning", random.choice(MODES), random.choice((0, 1, 2)), SPAN, None)


def _limit(maker: PlanMaker, place: str, over: str, prorate: bool, cumulative: bool) -> Limit:
    kind = "cap" if maker.random.random() < (0.4 if cumulative else 0.65) else "floor"
    at = maker.pay(place)
    excess = choice(maker.random.choice(("remembered", "lost"))) if cumulative else None
    return Limit(cast(Any, kind), cast(Any, over), at, prorate, cumulative, excess, SPAN, None)


def _beside(maker: PlanMaker, first: Limit) -> Limit:
    """A limit that acts together with one that forgets: over the same, or in an interval; mostly of the other kind."""
    own = one_in(maker.random, 3)
    step = _limit(maker, "earning", "earning_period" if own else first.over, one_in(maker.random, 3), not own)
    step = replace(step, kind="floor" if first.kind == "cap" else "cap") if maker.random.random() < 0.7 else step
    return step if own else replace(step, excess=choice("lost"))


def _budget(maker: PlanMaker, when_spent: Any) -> Budget:
    """Small enough to be spent, most often."""
    random = maker.random
    spans = [span for span in maker.accumulations if span != "plan" or not maker.anew]
    over: str = random.choice((*spans, "earning_period"))
    excess = choice(random.choice(("remembered", "lost"))) if when_spent == "stop" or over != "earning_period" else None
    at = formula(amount(random.choice(("0", "3", "10", "10.005", "33.33", "100", "1000")), maker.currency))
    return Budget(when_spent, cast(Any, over), at, excess, maker.digits, SPAN, None)


def _carry_forward(maker: PlanMaker) -> CarryForward:
    """Mostly between plain amounts; settled only where the last interval can be told."""
    random = maker.random

    def line(plain: tuple[str, ...]) -> Line:
        at = maker.pay("earning") if one_in(random, 4) else formula(amount(random.choice(plain), maker.currency))
        settled = (maker.continues or not maker.joined) and random.random() < 0.6
        return Line(at, settled, SPAN)

    deficit, excess = line(("0", "0", "1", "-2", "10")), line(("0", "3", "10", "10", "100"))
    kind = random.choice(("deficit", "excess", "both", "both"))
    return CarryForward(
        accumulation=random.choice(maker.accumulations),
        deficit=deficit if kind != "excess" else None,
        excess=excess if kind != "deficit" else None,
        prorate=one_in(random, 3),
        span=SPAN,
        note=None,
    )


def _gate(maker: PlanMaker, before: Accumulation | None) -> Gate:
    random = maker.random
    if one_in(random, 3):
        return Gate("earning", SPAN, maker.when("earning", before), None, None, None, None)
    measure = maker.measure(before)
    against = maker.against(measure) if measure.is_total and random.random() < 0.6 else None
    shares = against is not None or (measure.near and measure.unit.dtype == "rate")
    bounds = BOUNDS["share"] if shares else BOUNDS[measure.unit.dtype]
    least = Decimal(random.choice(bounds))
    return Gate("earning", SPAN, None, measure.name, against, least, None, near=measure.near)
