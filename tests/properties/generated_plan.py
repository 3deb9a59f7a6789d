"""Generated plans: rules, and measures as components ask for them. A few measures stay unread, as `resolve` allows."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from engine.ir.expr import Case, Expr, Ref
from engine.ir.types import QUANTITY, RATE, Type, money
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Stated
from engine.plan.comp_plan import BeginsAnew, Name
from engine.plan.formula import Formula
from engine.plan.group import EVERYONE
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Convert,
    Gate,
    Limit,
    LookUp,
    Measure,
    Multiply,
    Plan,
    RollUp,
    Round,
    Rule,
    ShareOut,
    Split,
)  # fmt: skip
from engine.plan.workspace import Variable
from tests.properties.formulas import SPAN, amount, call, choice, day, formula, names_in, number, of, rate, text
from tests.properties.generated_look_up import look_up
from tests.properties.generated_measure import MeasureMaker
from tests.properties.generated_world import FACTORS, MODES, World, one_in


class PlanMaker(MeasureMaker):
    """One plan being made. `measures` grows as components ask for them."""

    def __init__(self, world: World, name: str, titles: tuple[str, ...] | None, names: tuple[str, ...] | None):
        self.world, self.random, self.name, self.titles, self.names = world, world.random, name, titles, names
        other = "USD" if world.currency == "IDR" else "IDR"
        self.currency = self.random.choice((world.currency,) * 4 + (other,))
        self.digits = {"USD": 2, "IDR": 0}[self.currency]
        self.tables: dict[str, LookUp] = {}
        self.table_places: dict[str, str] = {}
        """Look-up tables by name, and the kind of place that reads each."""
        self.measures: list[Measure] = []
        self.rules = [self._rule(f"rule_{n + 1}") for n in range(self.random.choice((1, 1, 2, 2, 3)))]
        self.paid: Rule | None = None
        """The rule whose credits the component that is being made pays."""
        self.start, self.end = self._days()
        self.joined = self.random.random() < 0.4
        self.continues = self.joined and self.random.random() < 0.65
        self.anew = not self.joined and one_in(self.random, 4)
        self.made: list[Component] = []
        """The components before the one that is being made."""
        self.length = ""
        """The earning period of the component that is being made."""
        self.orders: dict[str, tuple[str, ...]] = {}
        """Source → the order of its rules' credits: those that move one running total have one."""

    def _days(self) -> tuple[date, date | None]:
        """When it is in force: mostly always; else from and to the ends of periods, or days inside them."""
        random, periods = self.random, self.world.calendar.periods
        start, end = periods[0].start, None
        if one_in(random, 5):
            start = random.choice(periods).start + timedelta(days=random.choice((0, 0, 9)))
        if one_in(random, 3):
            end = random.choice(periods[-12:]).end - timedelta(days=random.choice((0, 0, 9)))
        return start, None if end is not None and end < start else end

    @property
    def accumulations(self) -> list[Accumulation]:
        """What may add up in the component that is being made: nothing shorter than its earning period."""
        quarters = self.world.calendar.of_length("quarter") and self.length != "year"
        return [*(("quarter",) if quarters else ()), "year", "year", "plan"]

    # -- rules

    def _rule(self, name: str) -> Rule:
        random = self.random
        source = self.world.sources[random.choice(("orders", "orders", "invoices"))]
        value, unit = self._value()
        convert = self._convert() if unit.dtype == "money" else None
        if one_in(random, 6):
            value = formula(call("mul", value.expr, look_up(self, "transaction")))
        excludes = (("internal", self._condition()), ("small", self._condition()))
        return Rule(
            name=name,
            span=SPAN,
            source=source,
            where=self._condition() if random.random() < 0.3 else None,
            exclude=tuple(random.sample(excludes, random.choice((0,) * 8 + (1, 2)))),
            to="seller" if random.random() < 0.6 else self._split(),
            credit_date=random.choice(("booked_on", "booked_on", "posted_on")),
            value=value,
            order=(),
            unit=unit,
            currency_column="cur" if unit.dtype == "money" and self.world.by_column and convert is None else None,
            variables=(),
            note=None,
            roll_up=self._roll_up() if one_in(random, 4) else None,
            convert=convert,
        )

    def _convert(self) -> Convert | None:
        """Where rows may be in another currency, now and then; where all of them are, always."""
        random, by_column = self.random, self.world.by_column
        if not one_in(random, 3) if by_column else self.currency == self.world.currency:
            return None
        rates, mode = self.world.sources["rates"], random.choice((None, *MODES))
        others = ("EUR", "EUR", "USD" if self.currency == "IDR" else "IDR")
        return Convert(
            source=rates,
            pair=(pair := random.choice(("row_to_plan", "plan_to_row", "through"))),
            through=random.choice(others) if pair == "through" else None,
            rate_date=random.choice(("booked_on", "posted_on")),
            max_age=None if rates.subject else random.choice((0, 3, 30, 366)),
            rate_type=random.choice(("spot", "average")) if rates.column("rate_type") is not None else None,
            mode=mode,
            digits=random.choice((0, 2, 5)) if mode else 0,
            stated=Stated("convert", SPAN),
            currency=None if by_column else self.world.currency,
            currency_column="cur" if by_column else None,
        )

    def _roll_up(self) -> RollUp:
        """Chains of the generated managers are short, but for loops: two levels are often the end of it."""
        random = self.random
        on_plan = choice(random.choice(("skip", "skip", "exception")))
        no_manager, longer = choice(random.choice(("skip", "exception"))), choice(random.choice(("stop", "exception")))
        return RollUp(random.choice((1, 2, 2, 3, 4)), longer, no_manager, on_plan)

    def _split(self) -> Split:
        random = self.random
        by = random.choice(("share", "share", "weight", "equal"))
        source = self.world.sources["territories" if by == "share" else "teams"]
        digits = random.choice((12, 12, 12, 2, 0, 3))
        match = (("territory", "territory"), ("kind", "kind")) if one_in(random, 4) else (("territory", "territory"),)
        mode = None if digits == 12 else random.choice(MODES)
        share, weight = "share" if by == "share" else None, "hours" if by == "weight" else None
        return Split(source, match, share, digits, mode, "seller" if one_in(random, 3) else None, weight=weight)

    def _value(self) -> tuple[Formula, Type]:
        """What a rule credits: money of the row, or a quantity."""
        net, qty, own = Ref("net"), Ref("qty"), None if self.world.by_column else self.world.currency
        if one_in(self.random, 4):
            picks: list[Expr] = [qty, call("neg", qty), call("mul", qty, rate("0.5")), call("abs", qty)]
            picks.append(call("div", qty, Ref("seq")))
            return formula(self.random.choice(picks)), QUANTITY
        returned = call("eq", Ref("kind"), text("return"))
        picks = [net, net, net, call("mul", net, rate("0.333333333333")), call("div", net, qty)]
        picks += [
            call("coalesce", Ref("list_price"), net),
            call("sub", net, amount("0.005", own)),
            Case(((returned, call("neg", call("abs", net))),), net),
            call("mul", net, call("coalesce", Ref("discount"), rate("1"))),
            call("min", net, call("add", amount("100", own), call("mul", qty, amount("10", own)))),
        ]
        if one_in(self.random, 15):
            picks = [call("mul", call("mul", net, number("999999999")), number("999999"))]
        return formula(self.random.choice(picks)), money(self.currency)

    def _condition(self) -> Formula:
        """A condition on a transaction; some arise as null from a division by zero."""
        net, own = Ref("net"), None if self.world.by_column else self.world.currency
        ratio = call("div", net, call("coalesce", Ref("list_price"), amount("100", own)))
        picks: list[Expr] = [
            call("ne", Ref("kind"), text("test")),
            call("in", Ref("kind"), text("sale"), text("return")),
            call("starts_with", Ref("kind"), text("s")),
            call("or", call("gt", net, amount("0", own)), Ref("flag")),
            call("and", call("ge", Ref("qty"), number("1")), call("not", Ref("flag"))),
            call("lt", ratio, rate("2")),
            call("or", Ref("flag"), call("ge", ratio, rate("0"))),
            call("not", call("is_missing", Ref("discount"))),
            call("le", call("days_between", Ref("booked_on"), Ref("posted_on")), number("20")),
            call("ge", Ref("booked_on"), day(self.world.calendar.periods[3].start)),
            call("ne", call("month", Ref("booked_on")), number("2")),
        ]
        return formula(self.random.choice(picks))

    # -- formulas of components

    def factor(self, place: str, against: bool = False, over: str | None = None) -> Formula:
        """A rate or number; at the credit place of a credit, at the earning place of measures and the target."""
        random = self.random
        plain = rate(random.choice(FACTORS))
        own = [Ref("own_rate")] * (4 if self.continues else 1)
        picks: list[Expr] = [*([plain] * 8), *own, call("coalesce", Ref("maybe_rate"), plain)]
        picks.append(call("mul", Ref("boost"), plain))
        if place == "credit":
            sale = call("eq", Ref("kind"), text("sale"))
            picks += [Case(((sale, plain),), rate("0.02")), call("mul", Ref("credited_share"), plain)]
            picks.append(call("div", plain, Ref("qty")))
            if self.paid is not None and self.paid.roll_up is not None:
                picks += [Case(((call("eq", Ref("level"), number("1")), plain),), rate("0.005"))] * 4
            if one_in(random, 4):
                measure = self.measure()
                reached = call("ge", Ref(measure.name), of(random.choice(("0", "100", "2")), measure.unit))
                picks = [
                    Case(((reached, plain),), rate("0.01")),
                    *([Ref(measure.name)] if measure.unit == RATE else []),
                ]
        else:
            if against:
                picks += [call("mul", Ref("attainment"), plain), call("min", Ref("attainment"), rate("1"))]
            measure = self.measure(over)
            if measure.unit.dtype == "money":
                picks.append(
                    call("div", Ref(measure.name), call("add", Ref(measure.name), amount("100", self.currency)))
                )
            else:
                picks.append(call("div", rate("0.1"), Ref(measure.name)))
        if one_in(random, 6):
            return formula(look_up(self, place, against, over))
        return formula(random.choice(picks))

    def pay(self, place: str, against: bool = False, over: str | None = None) -> Formula:
        """Money: of a step, per unit, a limit."""
        plain = amount(self.random.choice(("100", "50", "0", "12.345", "0.005", "250", "1000")), self.currency)
        if self.random.random() < 0.7:
            return formula(plain)
        return formula(call("mul", plain, self.factor(place, against, over).expr))

    def when(self, place: str, over: str | None = None) -> Formula:
        """The condition of a gate."""
        random = self.random
        if place == "credit":
            picks: list[Expr] = [
                call("eq", Ref("kind"), text("sale")),
                call("gt", Ref("qty"), number("1")),
                call("gt", call("div", number("1"), Ref("qty")), number("0")),
                call("gt", Ref("own_rate"), rate("0.05")),
            ]
            return formula(random.choice(picks))
        measure = self.measure(over)
        other = self.measure(over, unit=measure.unit.dtype)
        other = other if other.unit == measure.unit else measure  # a ratio of the rate asked for may be money per unit
        picks = [
            call("ge", Ref(measure.name), of(random.choice(("0", "100", "2")), measure.unit)),
            call("gt", call("div", Ref(measure.name), Ref(other.name)), of("0.5", _ratio(measure.unit))),
            call("gt", Ref("own_rate"), rate("0.05")),
            call("not", call("is_missing", Ref("maybe_rate"))),
        ]
        return formula(random.choice(picks))

    # -- the plan

    def finish(self, components: list[Component]) -> Plan:
        """The plan with what follows from its components: orders, lengths, what each place reads."""
        random = self.random
        variables = self._variables(components)
        reads: list[Variable | LookUp] = [
            v
            for v in variables.values()
            if (v.column is not None or v.of("position") or (self.joined and v.varies))
            and any(v.name in c.variables for c in components)
        ]
        steps = [step for component in components for step in component.steps]
        groups = [m.within for m in self.measures] + [step.within for step in steps if isinstance(step, ShareOut)]
        tables = [self.tables[name] for c in components for name in c.look_ups]
        reads += [t for t in tables if "position" in t.attributes or (self.joined and t.attributes)]
        asked = bool(reads) or any(within not in (None, EVERYONE) for within in groups)
        two = len({rule.source.name for rule in self.rules}) < len(self.rules)
        rounds = all(_ends_rounded(component, self.digits) for component in components)
        return Plan(
            name=self.name,
            file="generated.yaml",
            span=SPAN,
            currency=self.currency,
            digits=self.digits,
            start=self.start,
            end=self.end,
            titles=self.titles,
            names=self.names,
            rules=tuple(self._finished_rule(rule, components) for rule in self.rules),
            measures=tuple(
                replace(m, lengths=self._lengths(m, components), looked_back=self._looked_back(m))
                for m in self.measures
            ),
            components=tuple(self._unpaid(component) for component in components),
            variables=variables,
            hit_policy=choice(random.choice(("first", "unique", "all"))) if two else choice("all"),
            not_on_plan=choice(random.choice(("unassigned", "exception"))),
            segments=choice("joined" if self.joined else "separate"),
            on_change=choice("continue" if self.continues else "reset") if self.joined else None,
            values_on=choice(random.choice(("segment_start", "segment_end"))) if asked else None,
            payout_rounding=None if rounds else choice(random.choice(MODES)),
            note=None,
            look_ups=self.tables,
            begins_anew=BeginsAnew(Name("joined_on", SPAN), Stated("anew", SPAN, None)) if self.anew else None,
        )

    def _unpaid(self, component: Component) -> Component:
        """Some of what is read by measures of `earned` is not paid itself."""
        read = any(component.name in measure.earned for measure in self.measures)
        return replace(component, earning_code="") if read and one_in(self.random, 2) else component

    def _variables(self, components: list[Component]) -> dict[str, Variable]:
        read = {name for c in components for name in c.variables} | {
            name for rule in self.rules for name in self._read_at_credits(rule, components)
        }
        found = {name: variable for name, variable in self.world.variables.items() if name in read}
        if "own_rate" in found and one_in(self.random, 3):
            found["own_rate"] = replace(found["own_rate"], default=Decimal("0.07"))
        return found

    def _read_at_credits(self, rule: Rule, components: list[Component]) -> set[str]:
        formulas = [m.where for m in self.measures if rule.name in m.rules]
        for component in components:
            if component.basis == "credit" and component.base == rule.name:
                table = component.table
                formulas += [
                    table.select_formula,
                    *(tier.pays for tier in table.tiers),
                    *step_formulas(component, "credit"),
                ]
        return self.through(names_in(*formulas))

    def through(self, names: set[str]) -> set[str]:
        """Names that formulas read, and those that the look-up tables read that are among them."""
        return names | {n for name in names if name in self.tables for n in names_in(*self.tables[name].formulas)}

    def by_measure(self, table: str) -> bool:
        """Whether a look-up table has a measure as a dimension."""
        return bool({measure.name for measure in self.measures} & names_in(*self.tables[table].formulas))

    def _finished_rule(self, rule: Rule, components: list[Component]) -> Rule:
        selected = {c.table.select for c in components if c.basis == "credit"}
        runs = any(rule.name in m.rules for m in self.measures if m.name in selected)
        mine = [c for c in components if c.basis == "credit" and c.base == rule.name]
        runs = runs or any(isinstance(step, Budget) and step.per == "credit" for c in mine for step in c.steps)
        key = rule.source.key[0]
        orders = (("booked_on", key), ("posted_on", key), (key,), ("booked_on", "seq", key))
        order = self.orders.setdefault(rule.source.name, self.random.choice(orders)) if runs else ()
        read = self._read_at_credits(rule, components)
        return replace(
            rule,
            order=order,
            variables=tuple(name for name in self.world.variables if name in read),
            look_ups=tuple(name for name in self.tables if name in read and not self.by_measure(name)),
            valued_by=tuple(name for name in self.tables if name in names_in(rule.value)),
        )

    def _looked_back(self, measure: Measure) -> bool:
        readers = [other for other in self.measures if measure.name in other.parts]
        return any(other.reaches_back or self._looked_back(other) for other in readers)

    def _lengths(self, measure: Measure, components: list[Component]) -> tuple[str, ...]:
        """Lengths of the components that read it, themselves or through another measure."""
        read = {component.length for component in components if measure.name in component.measures}
        for other in self.measures:
            if measure.name in other.parts:
                read |= set(self._lengths(other, components))
        return tuple(length for length in ("month", "period", "quarter", "year") if length in read)


def step_formulas(component: Component, per: str) -> list[Formula]:
    """The formulas of a component's steps of one kind."""
    found: list[Formula] = []
    for step in component.steps:
        if step.per == per:
            match step:
                case Gate(when=Formula() as when):
                    found.append(when)
                case Multiply(by=by):
                    found.append(by)
                case Limit(at=at):
                    found.append(at)
                case CarryForward():
                    found += [line.at for line in step.lines]
                case ShareOut(by=by, among=among):
                    found += [formula for formula in (by, among) if formula is not None]
    return found


def _ratio(unit: Type) -> Type:
    return QUANTITY if unit.dtype == "quantity" else RATE


def _ends_rounded(component: Component, digits: int) -> bool:
    last = component.steps[-1] if component.steps else None
    return isinstance(last, Round) and last.per == "earning" and last.digits <= digits
