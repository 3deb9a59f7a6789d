"""What the plans of one generated workspace share: calendar, sources, variables, and targets made as they are asked for."""

from dataclasses import dataclass, field
from random import Random

from engine.core.period import Calendar
from engine.ir.types import Type
from engine.plan.resolved import Target
from engine.plan.workspace import Source, Variable
from tests.properties.formulas import SPAN
from tests.properties.generated_data import source

FACTORS = ("0.1", "0.05", "0.125", "0.333333333333", "0.005", "1", "0")
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

    def target(self, unit: Type) -> str:
        """A target plan in that unit, a new one or one that there is."""
        random = self.random
        fitting = [name for name, target in self.targets.items() if target.unit == unit]
        if fitting and random.random() < 0.7:
            return random.choice(fitting)
        name = f"target_{len(self.targets) + 1}"
        given = random.choice(("period", "year"))
        columns = (("participant", Type("text")), (given, Type("text")), ("amount", unit))
        made = source(f"{name}-rows", "targets", columns, ("participant", given))
        self.sources[made.name] = made
        prorate = random.random() < 0.5
        self.targets[name] = Target(name, SPAN, unit, made, "period" if given == "period" else "year", prorate, None)
        return name
