"""What each place of a plan sees, and where the names it does not see have their values (their grain).

In: a plan as written. Out: a `Scope` per place, exactly as the docstring of `plan/resolved` lists it. A name that
exists at another grain is the most common mistake, and deserves a better answer than "unknown".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.workspace import Source, Variable, Workspace
from engine.resolve.names_in import names_in

Grain = Literal["transaction", "credit", "earning", "participant"]
Place = Literal["transaction", "credit", "earning"]

ONE_VALUE: Mapping[Grain, str] = {
    "transaction": "one value per transaction",
    "credit": "one value per credit",
    "earning": "one value per participant and period",
    "participant": "one value per participant and date",
}


@dataclass(frozen=True)
class Seen:
    """A name: what it is, its grain, and where it is defined (None for names the engine makes)."""

    name: str
    what: str
    grain: Grain
    span: Span | None
    is_day: bool = False


@dataclass(frozen=True)
class Scope:
    """The names that a place sees, and those that exist elsewhere in the plan; first come, first meant."""

    place: Place
    visible: tuple[Seen, ...]
    elsewhere: tuple[Seen, ...]
    measures: tuple[tuple[str, frozenset[str]], ...]
    """Each measure with the names that it is made of: its rules, and what their values read."""

    def find(self, name: str) -> tuple[Seen, ...]:
        """All that `name` can mean here: none, one, or (a clash) several."""
        return tuple(seen for seen in self.visible if seen.name == name)

    def find_elsewhere(self, name: str) -> Seen | None:
        """What `name` means at another place."""
        return next((seen for seen in self.elsewhere if seen.name == name), None)

    def measures_of(self, name: str) -> tuple[str, ...]:
        """Measures that are made of a rule, or of values that read that column."""
        return tuple(measure for measure, parts in self.measures if name in parts)


AMOUNT = (
    Seen("amount", "the credited amount", "credit", None),
    Seen("credited_share", "the credited share", "credit", None),
)
LEVEL = Seen("level", "the level of a roll-up", "credit", None)
TARGET = (
    Seen("target", "the target", "earning", None),
    Seen("attainment", "the attainment", "earning", None),
)


class Scopes:
    """Builds the scopes of one plan."""

    def __init__(self, workspace: Workspace, plan: written.CompPlan, variables: Mapping[str, Variable]):
        self._workspace, self._plan = workspace, plan
        self._variables = tuple(Seen(v.name, "a variable", "participant", v.span) for v in variables.values())
        self._measures = tuple(Seen(m.name, "a measure", "earning", m.span) for m in plan.measures)
        self._look_ups = tuple(Seen(t.name, "a look-up table", "credit", t.span) for t in plan.look_ups)
        self._targets = tuple(Seen(t.name, "a target", "earning", t.span) for t in workspace.targets)
        self._rules = tuple(Seen(r.name, "a credit rule", "credit", r.span) for r in plan.credits)
        self._made_of = tuple((m.name, self._parts(m)) for m in plan.measures)

    def source(self, rule: written.CreditRule) -> Source | None:
        """The source that a rule reads, if there is one of that name."""
        return self._workspace.sources.get(rule.source.text)

    def transaction(self, rule: written.CreditRule, look_ups: bool = True) -> Scope:
        """Rule place: the columns of the rule's source, and look-up tables; what these read themselves sees none."""
        return self._scope("transaction", (*_columns(self.source(rule)), *(self._look_ups if look_ups else ())))

    def credit(self, rules: Iterable[written.CreditRule], with_measures: bool = False, look_ups: bool = True) -> Scope:
        """Credit place: columns that all the rules' sources have, the credit's own values, variables, look-up tables."""
        rules = list(rules)
        sources = [source for rule in rules if (source := self.source(rule)) is not None]
        columns = _columns(sources[0]) if sources else ()
        common = tuple(c for c in columns if all(s.column(c.name) is not None for s in sources))
        measures = self._measures if with_measures else ()
        level = (LEVEL,) if rules and all(isinstance(rule.to, written.RollUp) for rule in rules) else ()
        tables = self._look_ups if look_ups else ()
        return self._scope("credit", (*measures, *common, *AMOUNT, *level, *self._variables, *tables))

    def earning(self, component: written.Component, look_ups: bool = True) -> Scope:
        """Earning place: measures, variables, look-up tables, and with a table `against` a target: `target`, `attainment`."""
        target = TARGET if component.rate.against is not None else ()
        tables = self._look_ups if look_ups else ()
        return self._scope("earning", (*self._measures, *self._variables, *target, *tables))

    def measure(self) -> Scope:
        """The formula of a measure: other measures, and variables; look-up tables are told by their own message."""
        return self._scope("earning", (*self._measures, *self._variables, *self._look_ups))

    def variables_only(self) -> Scope:
        """What is stated for a participant without any period: a target incentive."""
        return self._scope("earning", self._variables)

    def measures_only(self) -> Scope:
        """Where nothing but one measure may stand: `select` of a table that is not per credit."""
        return self._scope("earning", self._measures)

    def _scope(self, place: Place, visible: tuple[Seen, ...]) -> Scope:
        sources = dict.fromkeys(rule.source.text for rule in self._plan.credits)
        found = [self._workspace.sources[name] for name in sources if name in self._workspace.sources]
        columns = tuple(seen for source in found for seen in _columns(source))
        people = (s for s in self._workspace.sources.values() if s.role == "participants")
        attributes = tuple(
            Seen(c.name, f"an attribute of participants, in `{s.name}`", "participant", c.span)
            for s in people
            for c in s.columns
        )
        everything = (
            *self._measures,
            *self._variables,
            *AMOUNT,
            LEVEL,
            *TARGET,
            *self._rules,
            *columns,
            *attributes,
            *self._targets,
        )
        return Scope(place, visible, everything, self._made_of)

    def _parts(self, measure: written.Measure) -> frozenset[str]:
        """Its rules; and where it is made of their amounts, what these are made of."""
        names = {rule.text for rule in measure.rules}
        if measure.parts or measure.aggregate in ("count", "count_distinct", "headcount", "earned"):
            return frozenset(names)
        values = (names_in(rule.value) for rule in self._plan.credits if rule.name in names)
        return frozenset(names | {"amount"}).union(*values)


def _columns(source: Source | None) -> tuple[Seen, ...]:
    if source is None:
        return ()
    return tuple(
        Seen(c.name, f"a column of `{source.name}`", "transaction", c.span, c.type.dtype == "date")
        for c in source.columns
    )
