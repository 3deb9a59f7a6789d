"""What the plans of one generated workspace share: calendar, sources, variables, and targets made as they are asked for."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from engine.core.period import Calendar
from engine.ir.types import Type
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.resolved import Ramp, Spread, Target, TargetRows
from engine.plan.target_plan import By, Category, Everybody, Given
from engine.plan.workspace import Source, Variable
from tests.properties.formulas import SPAN, choice
from tests.properties.generated_data import source

FACTORS = ("0.1", "0.05", "0.125", "0.333333333333", "0.005", "1", "0")
GROUPED = (
    ("title",), ("entity",), ("participant", "title"), ("entity", "participant"), ("participant", "title", "entity"),
    ("participant", "participant"),
)  # fmt: skip
"""For whom the sources of a target have rows, in their order; a change of entity cuts no segment."""
SHARES = ("0", "0.05", "0.05", "0.0833", "0.08", "0.083333333333")
"""Of a year, for each of its periods; twelve of the largest leave something for the last."""
LINES = ("A", "B")
"""What the targets of one source are of, where it tells them apart."""
PEOPLE = ("p1", "p10", "p2", "Zoe", "ana", "p9")
MODES = ("half_up", "half_even", "truncate", "floor", "ceiling")


def one_in(random: Random, count: int) -> bool:
    """True once in `count` times."""
    return random.randrange(count) == 0


@dataclass
class World:
    """What plans of one workspace share."""

    random: Random
    calendar: Calendar
    sources: dict[str, Source]
    variables: dict[str, Variable]
    by_column: bool
    currency: str
    targets: dict[str, Target] = field(default_factory=dict)

    def target(self, unit: Type, prorated: bool) -> str:
        """A target plan in that unit, a new one or one that there is; `prorated`: one that must be."""
        random = self.random
        fitting = [name for name, target in self.targets.items() if target.unit == unit and target.prorate >= prorated]
        if fitting and random.random() < 0.7:
            return random.choice(fitting)
        name = f"target_{len(self.targets) + 1}"
        given: Given = random.choice(("period", "quarter", "year") if self._has_quarters else ("period", "year"))
        whose = random.choice((*[("participant",)] * 6, *GROUPED))
        rows, lines = [], one_in(random, 4)
        for number, by in enumerate(whose, start=1):
            columns = ((by, Type("text")), (given, Type("text")), ("amount", unit))
            more = (("line", Type("text")),) if lines else ()
            key = (by, given, *(column for column, _ in more))
            made = source(f"{name}-rows-{number}", "targets", (*columns, *more), key)
            self.sources[made.name] = made
            rows.append(TargetRows(made, by))
        self.targets[name] = Target(
            name=name,
            span=SPAN,
            unit=unit,
            sources=tuple(rows),
            given=given,
            prorate=(prorate := prorated or random.random() < 0.5),
            note=None,
            spread=None if given == "period" else self._spread(given),
            precedence=random.choice(("first", "first", "exception")) if len(rows) > 1 else None,
            values_on=choice(random.choice(("segment_start", "segment_end")))
            if not prorate and set(whose) != {"participant"}
            else None,
            ramp=self._ramp() if one_in(random, 3) else None,
        )
        if not lines:
            self._everybody(name)
        for line in LINES if lines else ():
            of = Category(Name("line", SPAN), line, SPAN, name, Stated(line, SPAN, None))
            self.targets[f"{name}_{line}"] = replace(self.targets[name], name=f"{name}_{line}", category=of)
        if lines:
            del self.targets[name]
            name = f"{name}_{random.choice(LINES)}"
        return name

    def _everybody(self, name: str) -> None:
        """Now and then a number for whoever has no other one, or one for all without any row."""
        apart, target = Random(), self.targets[name]
        apart.setstate(self.random.getstate())  # so that what is drawn after it stays
        if not one_in(apart, 4):
            return
        every = Everybody(Decimal(apart.choice(("100", "250.005", "1", "1000"))), SPAN)
        alone = target.own and one_in(apart, 2)
        for each in target.sources if alone else ():
            del self.sources[each.source.name]
        self.targets[name] = replace(target, everybody=every, sources=() if alone else target.sources)

    def _ramp(self) -> Ramp:
        shares = tuple(
            Decimal(self.random.choice(("0", "0.25", "0.333333333333", "1")))
            for _ in range(self.random.choice((1, 2, 4)))
        )
        return Ramp("hired", shares, Stated("ramp", SPAN, None))

    @property
    def _has_quarters(self) -> bool:
        """Whether each shortest period is in a quarter."""
        calendar = self.calendar
        held = {part for quarter in calendar.of_length("quarter") for part in calendar.parts(quarter)}
        return held == set(calendar.of_length(calendar.shortest))

    def _spread(self, given: Given) -> Spread:
        """Evenly, by days, or a season of round and odd shares; some of its periods have nothing. Of a year by quarters too."""
        random, calendar = self.random, self.calendar
        by: By = random.choice(("evenly", "calendar_days", "shares"))
        sizes = {len(calendar.parts(whole)) for whole in calendar.of_length(given if given != "period" else "year")}
        if by == "shares":
            return Spread(by, self._weights(sizes.pop())) if len(sizes) == 1 else Spread("evenly")
        quarters = {sum(q.year == y.name for q in calendar.of_length("quarter")) for y in calendar.of_length("year")}
        if given == "year" and self._has_quarters and len(quarters) == 1 and random.random() < 0.5:
            return Spread(by, quarters=self._weights(quarters.pop()))
        return Spread(by)

    def _weights(self, count: int) -> tuple[Decimal, ...]:
        weights = [Decimal(self.random.choice(SHARES)) for _ in range(count - 1)]
        return (*weights, 1 - sum(weights, Decimal(0)))
