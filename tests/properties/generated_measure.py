"""Generated measures: of credits, of two measures, of an earlier period, as components ask for them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, Literal

from engine.ir.expr import Expr, Ref
from engine.ir.types import QUANTITY, RATE, money
from engine.plan.accumulation import Accumulation, accumulation_named
from engine.plan.amount import Amount
from engine.plan.choice import Stated
from engine.plan.earlier import Earlier, Take
from engine.plan.formula import Formula
from engine.plan.group import EVERYONE, Entry, Ranking, Reports
from engine.plan.measure import RoundedMeasure, Weighted, may_be_missing
from engine.plan.resolved import Against, Component, Measure, Rounded, Rule
from tests.properties.formulas import SPAN, call, choice, formula, number, of, rate, text
from tests.properties.generated_world import MODES, World, one_in

LENGTHS = ("month", "period", "quarter", "year")
WITHIN = ("entity", "title", "title", "position", EVERYONE, EVERYONE)
"""By what participants are in groups; a change of entity cuts no segment."""


class MeasureMaker:
    """The measures of a plan being made: one that fits is found, or made from its rules."""

    random: Random
    currency: str
    rules: list[Rule]
    measures: list[Measure]
    world: World
    end: date | None
    joined: bool
    """Segments are, so nothing looks back to an earlier period."""
    continues: bool
    anew: bool
    """It begins anew with each anniversary."""
    length: str
    made: list[Component]

    @property
    def accumulations(self) -> list[Accumulation]:
        """What may add up in the component that is being made."""
        raise NotImplementedError

    @property
    def longer_spans(self) -> list[Accumulation]:
        """What may begin and hold several periods of the component that is being made."""
        return [span for span in self.accumulations if span != self.length]

    def measure(
        self,
        over: str | None = None,
        unit: str | None = None,
        only: Rule | None = None,
        along: Rule | None = None,
        use: Literal["any", "paid", "total"] = "any",
    ) -> Measure:
        """A measure over the `period`, an accumulation, or either; found or made.

        `only` is the sum of one rule's credits, `along` runs along them; `use`: a rate is paid on it, or it is a total too.
        """
        random = self.random
        one = only or along
        fitting = [m for m in self.measures if self._fits(m, over, unit, only) and _usable(m, use)]
        if along is not None:
            fitting = [m for m in fitting if m.rules == (along.name,) and m.aggregate in ("sum", "count")]
        if fitting and random.random() < 0.7:
            return random.choice(fitting)
        over = over or random.choice(("period", random.choice(self.accumulations)))
        if one is None and use == "any" and unit in (None, "rate") and one_in(random, 4):
            return self._ratio(over)
        if one is None and use == "any" and unit in (None, "rate") and one_in(random, 4):
            return self._attainment(over)
        if one is None and one_in(random, 8):
            return self._difference(over, unit, use)
        if one is None and use == "any" and over == "period" and unit != "rate" and one_in(random, 5):
            return self.rank() if self.joined and unit != "money" and one_in(random, 3) else self.of_group(unit)
        if one is None and use != "total" and one_in(random, 5):
            return self._made_of_others(over, unit, use)
        if one is None and use == "any" and over == "period" and one_in(random, 4):
            return self._earlier(unit)
        if one is None and use == "any" and over != "plan" and not self.joined and one_in(random, 6):
            return self._previous(over, unit)
        if one is None and unit in (None, "money") and one_in(random, 6) and self._earning():
            return self._earned(over)
        count = only is None and unit != "money" and (one_in(random, 3) or self._of_unit(unit) == [])
        aggregate = "count" if count else "sum"
        among = [one] if one is not None else self.rules if aggregate == "count" else self._of_unit(unit)
        if not among:  # money, of earnings only
            return self._earned(over)
        first = random.choice(among)
        others = [r for r in among if r.unit == first.unit or aggregate == "count"]
        rules = [first] if one is not None or random.random() < 0.5 else others
        where = (
            self._credited(first)
            if only is None and one_in(random, 2 if use == "total" else 4) and len(rules) == 1
            else None
        )
        if one is not None and where is None and random.random() < 0.6:  # beside it, credits that move the total unpaid
            rules = [r for r in self.rules if r.unit == one.unit and r.source.name == one.source.name]
        kind: Any = aggregate
        if one is None and aggregate == "count" and one_in(random, 3):
            kind = "count_distinct"
        elif one is None and aggregate == "sum" and use != "total" and one_in(random, 3):
            kind = random.choice(("average", "min", "max"))
        made = Measure(
            name=f"measure_{len(self.measures) + 1}",
            span=SPAN,
            aggregate=kind,
            rules=tuple(rule.name for rule in rules),
            where=where,
            accumulation=accumulation_named(over),
            unit=QUANTITY if aggregate == "count" else first.unit,
            lengths=(),
            note=None,
            distinct=random.choice(("kind", "territory", "booked_on")) if kind == "count_distinct" else None,
            no_credits=choice(random.choice(("block", "zero"))) if kind in ("average", "min", "max") else None,
        )
        self.measures.append(made)
        return made

    def _ratio(self, over: str) -> Measure:
        """A ratio of two measures of one span of time; what is divided by may be 0, or below."""
        random = self.random
        above = self.measure(over)
        below = self.measure(over, unit=None if above.unit.dtype == "money" else above.unit.dtype)
        if above.unit != below.unit and (above.unit.dtype, below.unit.dtype) != ("money", "quantity"):
            below = above
        unit = RATE if above.unit == below.unit else above.unit
        made = Measure(
            name=f"measure_{len(self.measures) + 1}",
            span=SPAN,
            aggregate="ratio",
            rules=(),
            where=None,
            accumulation=accumulation_named(over),
            unit=unit,
            lengths=(),
            note=None,
            parts=(above.name, below.name),
            zero_denominator=choice(random.choice(("block", "zero", "full") if unit == RATE else ("block", "zero"))),
        )
        self.measures.append(made)
        return made

    def _earning(self) -> list[Component]:
        """Components before this one that earn for the same periods, or for such as lie in them."""
        return [component for component in self.made if self._longer(component.length)]

    def _longer(self, length: str) -> bool:
        calendar = self.world.calendar
        return all(calendar.containing(p.start, self.length) for p in calendar.of_length(length)) and LENGTHS.index(
            length
        ) <= LENGTHS.index(self.length)

    def _earned(self, over: str) -> Measure:
        """What one or two of them earned."""
        among = self._earning()
        read = self.random.sample(among, min(len(among), self.random.choice((1, 1, 2))))
        made = Measure(
            name=f"measure_{len(self.measures) + 1}",
            span=SPAN,
            aggregate="earned",
            rules=(),
            where=None,
            accumulation=accumulation_named(over),
            unit=money(self.currency),
            lengths=(),
            note=None,
            earned=tuple(component.name for component in read),
            reports=self._reports() if one_in(self.random, 2) else None,
        )
        self.measures.append(made)
        return made

    def _reports(self) -> Reports:
        """The people below; some of them stand in a circle."""
        levels = self.random.choice(((1,), (1,), (2,), (1, 2), (1, 3)))
        stated = Stated("reports", SPAN, None)
        return Reports(
            levels, choice(self.random.choice(("first_day", "last_day"))), choice("skip"), choice("stop"), stated
        )

    def of_earnings(self, measure: Measure) -> bool:
        """Whether it is made of earnings, itself or through others."""
        parts = [m for m in self.measures if m.name in measure.parts]
        return measure.earned != () or any(self.of_earnings(part) for part in parts)

    def readable(self, measure: Measure) -> bool:
        """Whether the component that is being made may read it: its period holds those of all earnings that it is made of.

        And it is shorter than what its earlier periods are taken of.
        """
        if measure.earlier is not None and measure.earlier.since not in (None, *self.longer_spans):
            return False
        components = [component for component in self.made if component.name in measure.earned]
        parts = [m for m in self.measures if m.name in measure.parts]
        return all(self._longer(component.length) for component in components) and all(map(self.readable, parts))

    def _difference(self, over: str, unit: str | None, use: Literal["any", "paid", "total"]) -> Measure:
        """One measure − another of one unit and span of time; of totals where it has to be one."""
        one = self.measure(over, unit=unit, use=use)
        other = self.measure(over, unit=one.unit.dtype, use=use)
        if one.unit != other.unit:
            return one
        totals = one.is_total and other.is_total
        return self._added(replace(bare(one), aggregate="difference", parts=(one.name, other.name), of_totals=totals))

    def of_group(self, unit: str | None = None) -> Measure:
        """What all of a group have together, or how many they are."""
        random = self.random
        adds_up = [m for m in self.measures if m.aggregate in ("sum", "count", "earned") and m.accumulation is None]
        adds_up = [m for m in adds_up if self.readable(m)]
        adds_up = [m for m in adds_up if unit in (None, m.unit.dtype)]
        rules = self._of_unit(unit)
        if rules and (not adds_up or one_in(random, 3)):
            adds_up = [self.measure("period", only=random.choice(rules))]
        counts = not adds_up or (unit != "money" and one_in(random, 4))
        made = Measure(
            name=f"measure_{len(self.measures) + 1}",
            span=SPAN,
            aggregate="headcount" if counts else "total",
            rules=(),
            where=None,
            accumulation=None,
            unit=QUANTITY if counts else (part := random.choice(adds_up)).unit,
            lengths=(),
            note=None,
            parts=() if counts else (part.name,),
            within=random.choice(WITHIN),
        )
        self.measures.append(made)
        return made

    def rank(self) -> Measure:
        """Who is first in a group; few different values, so that many are tied. Segments are joined."""
        random = self.random
        parts = [self.measure() for _ in range(random.choice((1, 1, 2)))]
        parts = [part for part in dict.fromkeys(parts) if not self.grouped(part)] or [
            self.measure("period", only=self.rules[0])
        ]
        least = Entry(Decimal(random.choice(("0", "1", "100"))), "none", None, SPAN) if one_in(random, 3) else None
        first: Literal["highest", "lowest"] = random.choice(("highest", "highest", "lowest"))
        ties: Literal["share", "both"] = random.choice(("share", "both"))
        ranking = Ranking(first, ties, least)
        made = Measure(
            name=f"measure_{len(self.measures) + 1}",
            span=SPAN,
            aggregate="rank",
            rules=(),
            where=None,
            accumulation=None,
            unit=QUANTITY,
            lengths=(),
            note=None,
            parts=tuple(part.name for part in parts),
            within=random.choice(("title", EVERYONE, EVERYONE)),
            ranking=ranking,
        )
        self.measures.append(made)
        return made

    def grouped(self, measure: Measure) -> bool:
        """Whether it is of a group, or made of one that is."""
        parts = [m for m in self.measures if m.name in measure.parts]
        return measure.within is not None or any(self.grouped(part) for part in parts)

    def _previous(self, over: str, unit: str | None) -> Measure:
        """A measure over the period before, or the same one a year earlier; to date only the latter."""
        random = self.random
        part = self.measure(over, unit=unit)
        if not self._may_be_looked_back(part):
            return part
        made = replace(
            bare(part),
            aggregate="previous",
            parts=(part.name,),
            back="year" if over != "period" else random.choice(("period", "period", "year")),
            no_previous=choice(random.choice(("block", "zero", "zero"))),
        )
        return self._added(made)

    def _earlier(self, unit: str | None) -> Measure:
        """What is taken of several earlier periods: of those since something began, or of the last two or three."""
        random = self.random
        part = self.measure("period", unit=unit)
        last = random.choice((2, 3)) if one_in(random, 2) else None
        if self.grouped(part) or (last and (self.joined or not self._may_be_looked_back(part))):
            return part
        take: Take = random.choice(("highest", "highest", "lowest", "average"))
        made = replace(
            bare(part),
            aggregate="previous",
            parts=(part.name,),
            earlier=Earlier(take, None if last else random.choice(self.longer_spans), last),
            no_previous=choice(random.choice(("block", "zero", "zero"))),
        )
        return self._added(made)

    def _may_be_looked_back(self, measure: Measure) -> bool:
        """Whether it can be known of periods that a run does not calculate."""
        return not (
            self._of_target(measure) or self.grouped(measure) or self.of_earnings(measure) or self._since(measure)
        )

    def _since(self, measure: Measure) -> bool:
        """Whether it is taken of periods since something began, or is made of one that is."""
        parts = [m for m in self.measures if m.name in measure.parts]
        return (measure.earlier is not None and measure.earlier.since is not None) or any(map(self._since, parts))

    def _attainment(self, over: str) -> Measure:
        """A total ÷ a target."""
        part = self.measure(over, use="total")
        made = replace(
            bare(part),
            aggregate="attainment",
            unit=RATE,
            parts=(part.name,),
            against=replace(self.against(part), rounded=None),
        )
        return self._added(made)

    def _made_of_others(self, over: str, unit: str | None, use: Literal["any", "paid", "total"]) -> Measure:
        """Several measures of one unit weighted, or one rounded; such measures are parts of the next ones."""
        if unit is None and use == "any" and one_in(self.random, 2):
            unit = "rate"
        part = self.measure(over, unit=unit, use=use)
        return self._rounded(part) if one_in(self.random, 3) else self._weighted(part, over)

    def _rounded(self, part: Measure) -> Measure:
        """At some digits, or to multiples; `digits` are those of the value, as after the type check."""
        random = self.random
        multiples = {"rate": ("0.05", "0.03"), "money": ("0.05", "250"), "quantity": ("12", "0.7")}[part.unit.dtype]
        multiple = Decimal(random.choice(multiples)) if one_in(random, 2) else None
        written = None if multiple is None else Amount(multiple, "amount", SPAN)
        digits = 0 if multiple is not None else random.choice((0, 1, 2, 3))
        how = RoundedMeasure(random.choice(MODES), digits, written, SPAN)
        made = replace(bare(part), aggregate="rounded", parts=(part.name,), rounded=how)
        return self._added(made)

    def _weighted(self, part: Measure, over: str) -> Measure:
        """Two or three measures of one unit and one span of time, some of which may be missing."""
        random = self.random
        parts = {part.name: part}
        for _ in range(random.choice((1, 1, 2))):
            other = self.measure(over, unit=part.unit.dtype)
            if other.unit == part.unit:
                parts[other.name] = other
        weights = [Decimal(random.choice(("0.1", "0.25", "0.4", "0.6"))) for _ in parts]
        if one_in(random, 2):
            weights[-1] = max(Decimal(1) - sum(weights[:-1], Decimal(0)), Decimal("0.05"))
        limits = {"rate": ("0", "0.5", "1", "1.5"), "money": ("0", "100", "500"), "quantity": ("0", "1", "3")}
        weighted = []
        lacking, policy = self._may_be_missing(), random.choice(("block", "zero", "redistribute", "redistribute"))
        for name, weight in zip(parts, weights, strict=True):
            floor, cap = sorted(random.sample([Decimal(at) for at in limits[part.unit.dtype]], 2))
            weighted.append(
                Weighted(
                    name,
                    weight,
                    Amount(cap, "amount", SPAN) if one_in(random, 3) else None,
                    Amount(floor, "amount", SPAN) if one_in(random, 3) else None,
                    Stated("weight", SPAN, None),
                    choice(random.choice((policy, policy, "block", "zero"))) if name in lacking else None,
                )
            )
        made = replace(
            bare(part),
            aggregate="weighted",
            parts=tuple(parts),
            weighted=tuple(weighted),
            out_of=sum(weights, Decimal(0)),
        )
        return self._added(made)

    def _may_be_missing(self) -> set[str]:
        """Measures of which there may be nothing, each after those that it reads."""
        found: set[str] = set()
        for measure in self.measures:
            found.update([measure.name] if may_be_missing(measure, found) else [])
        return found

    def _added(self, made: Measure) -> Measure:
        made = replace(made, name=f"measure_{len(self.measures) + 1}")
        self.measures.append(made)
        return made

    def against(self, measure: Measure) -> Against:
        """A target that the measure is held against."""
        random = self.random
        ends = (
            not (self.anew and measure.accumulation == "plan")
            and (measure.accumulation != "plan" or self.end is not None)
            and (self.continues or not self.joined)
        )
        often = 0.7 if measure.accumulation == "plan" else 0.4  # few plans end
        whole = measure.to_date and ends and random.random() < often
        policy = ("block", "zero", "full")
        return Against(
            target=self.world.target(measure.unit, self.joined),
            missing=choice(random.choice(policy)),
            zero=choice(random.choice(policy)),
            accumulation=measure.accumulation,
            whole=whole,
            reach=choice("accumulation" if whole else "to_date") if measure.to_date else None,
            rounded=Rounded(random.choice(MODES), random.choice((2, 2, 0, 3)), Stated("rounded", SPAN, None))
            if one_in(random, 3)
            else None,
        )

    def _of_target(self, measure: Measure) -> bool:
        """Whether it is an attainment, or is made of one: nothing looks back at those."""
        return measure.aggregate == "attainment" or any(
            self._of_target(m) for m in self.measures if m.name in measure.parts
        )

    def _of_unit(self, unit: str | None) -> list[Rule]:
        return [rule for rule in self.rules if unit is None or rule.unit.dtype == unit]

    def _fits(self, found: Measure, over: str | None, unit: str | None, only: Rule | None) -> bool:
        exactly = (found.aggregate, found.rules, found.where) == ("sum", (only.name,), None) if only else True
        spans = found.accumulation is None or found.accumulation in self.accumulations
        return (
            exactly
            and spans
            and self.readable(found)
            and over in (None, found.accumulation or "period")
            and unit in (None, found.unit.dtype)
        )

    def _credited(self, rule: Rule) -> Formula:
        """A condition at the credit place."""
        picks: list[Expr] = [
            *([call("eq", Ref("level"), number("1"))] * 3 if rule.roll_up is not None else []),
            call("gt", Ref("amount"), of("0", rule.unit)),
            call("eq", Ref("kind"), text("sale")),
            call("ge", Ref("credited_share"), rate("0.5")),
            call("le", call("div", number("1"), Ref("qty")), number("1")),
            call("gt", Ref("own_rate"), rate("0.05")),
        ]
        return formula(self.random.choice(picks))


def windowed(random: Random, measure: Measure) -> Measure:
    """What is taken of earlier periods, now and then with this one, as a sum, mostly of no fewer than asked for and whole."""
    earlier = measure.earlier
    if earlier is None:
        return measure
    take: Take = "sum" if earlier.last and one_in(random, 3) else earlier.take
    complete = earlier.last is not None and not one_in(random, 3)
    found = replace(earlier, take=take, with_present=one_in(random, 2), complete=complete, partial=one_in(random, 3))
    none = measure.no_previous
    if found.never_none and none is not None and none.value == "zero":
        none = None  # a plan says nothing of it
    return replace(measure, earlier=found, no_previous=none)


def bare(part: Measure) -> Measure:
    """A measure of the part's unit and span of time that says nothing yet."""
    return replace(
        part,
        rules=(),
        earned=(),
        reports=None,
        ranking=None,
        where=None,
        distinct=None,
        no_credits=None,
        zero_denominator=None,
        back=None,
        earlier=None,
        no_previous=None,
        against=None,
        of_totals=False,
        formula=None,
        variables=(),
        of_shares=False,
        weighted=(),
        out_of=Decimal(1),
        rounded=None,
        within=None,
    )


def _usable(found: Measure, use: str) -> bool:
    return use == "any" or (found.unit != RATE and (use == "paid" or found.is_total))
