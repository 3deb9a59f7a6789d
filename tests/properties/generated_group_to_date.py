"""Generated groups to date, made after the rest of a workspace from a stream of its own, so that the rest stays as it is."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, cast

from engine.ir.expr import Ref
from engine.ir.types import QUANTITY, RATE, Type
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Choice
from engine.plan.group import EVERYONE, Ranking
from engine.plan.measure import Measure
from engine.plan.resolved import (
    Against,
    Component,
    Gate,
    Plan,
    Round,
    ShareOut,
    Step,
    Table,
    Target,
    TargetRows,
    Tier,
    TrueUp,
)
from engine.plan.target_plan import Given
from tests.properties.formulas import SPAN, amount, call, choice, formula, names_in, number, rate
from tests.properties.generated_component import BOUNDS
from tests.properties.generated_data import source
from tests.properties.generated_measure import LENGTHS, WITHIN
from tests.properties.generated_plan import PlanMaker
from tests.properties.generated_world import MODES, World, one_in

ADDS_UP = ("sum", "count", "earned")
GIVEN_BY = ("title", "entity")
"""The attributes by whose values targets have rows."""


def with_group_to_date(random: Random, maker: PlanMaker, plan: Plan) -> Plan:
    """The plan with what its ranks say of members who move, and now and then with a component paid by a group to date."""
    measures = tuple(_ranked(random, plan, measure) for measure in plan.measures)
    plan = replace(plan, measures=measures)
    if plan.begins_anew is not None or not one_in(random, 3):
        return plan
    return _Addition(random, maker, plan).made()


def _ranked(random: Random, plan: Plan, measure: Measure) -> Measure:
    """A rank within a group, by something to date, says `on_move`; `stay` only of what adds up."""
    dated = [part for part in map(plan.measure, measure.parts) if part.to_date]
    if measure.ranking is None or measure.within == EVERYONE or not dated:
        return measure
    parts = all(part.aggregate in ADDS_UP for part in dated)
    return replace(measure, on_move=choice(random.choice(("stay", "follow")) if parts else "follow"))


class _Addition:
    """A component and its measures, added to a plan that is whole."""

    def __init__(self, random: Random, maker: PlanMaker, plan: Plan):
        self.random, self.maker, self.plan = random, maker, plan
        self.measures: list[Measure] = []
        lengths = [p for p in LENGTHS if maker.world.calendar.of_length(p)]
        maker.length = self.length = random.choice([lengths[0], lengths[0], *lengths])
        self.over: Accumulation = random.choice(maker.accumulations)
        self.values_on = plan.values_on or choice(
            "segment_end" if plan.joined else random.choice(("segment_start", "segment_end"))
        )

    def made(self) -> Plan:
        """The plan with it."""
        total = self._total(self.random.choice(WITHIN))
        component = self._component(total)
        read = set(component.measures)
        every = (*self.plan.measures, *self.measures)
        for measure in reversed(every):
            read.update(measure.parts if measure.name in read else ())
        measures = [replace(m, lengths=self._in_order(m.lengths)) if m.name in read else m for m in every]
        rounds = isinstance(component.steps[-1], Round)
        return replace(
            self.plan,
            measures=tuple(measures),
            components=(*self.plan.components, component),
            values_on=self.values_on,
            payout_rounding=self.plan.payout_rounding or (None if rounds else choice(self.random.choice(MODES))),
        )

    def _in_order(self, lengths: tuple[str, ...]) -> tuple[str, ...]:
        """The lengths and that of the component, shortest first."""
        return tuple(length for length in LENGTHS if length in (*lengths, self.length))

    def _component(self, total: Measure) -> Component:
        """Paid by the step or rate that the group has reached, on its own or the period's amount; shared out, or to each."""
        random = self.random
        grown = one_in(random, 2)
        against = self._against(total, grown) if total.within in GIVEN_BY and (grown or one_in(random, 2)) else None
        select = self._made_of(total) if not grown and against is None and one_in(random, 2) else total
        base = total if grown else self._part(None)
        shares, by_rate = one_in(random, 3), base.unit.dtype == "money" and one_in(random, 2)
        if not grown and (shares or one_in(random, 2)):
            base = self._of_members(base, total.within or "", None)
        mode = ("whole" if not grown or one_in(random, 2) else "marginal") if by_rate else "step"
        kind = "share" if against is not None or select.near else select.unit.dtype
        bounds = sorted(Decimal(bound) for bound in random.sample(BOUNDS[kind], random.randint(1, 4)))
        tiers = tuple(Tier(n, bound, None, self._pays(by_rate), SPAN, None) for n, bound in enumerate(bounds, start=1))
        table = Table(
            cast(Any, mode), "rate" if by_rate else "amount", SPAN, select.name, None, against, tiers, False,
            choice(random.choice(("upper", "lower"))), choice(random.choice(("same", "zero", "exception"))), None, None,
            near=select.near,
        )  # fmt: skip
        steps = (*([TrueUp(self.over, SPAN, None)] if grown else []), *self._steps(total, shares))
        read = {select.name, *([base.name] if by_rate else []), *(s.measure for s in steps if isinstance(s, Gate))}
        read |= names_in(*(step.when for step in steps if isinstance(step, Gate) and step.when is not None))
        return Component(
            name="of_group", span=SPAN, length=self.length, basis="to_date" if grown else "period",
            base=base.name if by_rate else None, table=table,
            steps=steps, earning_code="GROUP", variables=(), remembers=None, note=None,
            measures=tuple(m.name for m in (*self.plan.measures, *self.measures) if m.name in read),
        )  # fmt: skip

    def _pays(self, by_rate: bool) -> Any:
        if by_rate:
            return formula(rate(self.random.choice(("0.1", "0.333333333333", "0.02"))))
        return formula(amount(self.random.choice(("100", "12.345", "0", "0.005")), self.plan.currency))

    def _steps(self, total: Measure, shares: bool) -> tuple[Step, ...]:
        """A gate by a place or by the group, parts of a pool, a rounding."""
        random = self.random
        steps: list[Step] = []
        if self.plan.joined and one_in(random, 2):
            place = self._rank(total.within or "")
            first = call("le", Ref(place.name), number(random.choice(("1", "2"))))
            steps.append(Gate("earning", SPAN, formula(first), None, None, None, None))
        if total.within in GIVEN_BY and one_in(random, 2):
            least = Decimal(random.choice(BOUNDS["share"]))
            steps.append(Gate("earning", SPAN, None, total.name, self._against(total), least, None, share=True))
        if shares:
            negative, none = choice(random.choice(("share", "zero"))), None
            within = total.within or EVERYONE
            shared = ShareOut(
                within, None, None, one_in(random, 2), "half_up", self.plan.digits, negative, none, SPAN, None
            )
            steps.insert(0, shared)
        return (*steps, Round("earning", random.choice(MODES), self.plan.digits, SPAN, None))

    # -- measures

    def _part(self, over: Accumulation | None, unit: Type | None = None) -> Measure:
        """A sum or count over the span, one that there is or a new one."""
        random = self.random
        fitting = [
            m
            for m in (*self.plan.measures, *self.measures)
            if m.aggregate in ADDS_UP and m.accumulation == over and unit in (None, m.unit) and self.maker.readable(m)
        ]
        if fitting and one_in(random, 2):
            return random.choice(fitting)
        rules = [rule for rule in self.plan.rules if unit in (None, rule.unit)]
        counts = not rules or (unit in (None, QUANTITY) and one_in(random, 4))
        rule = random.choice(rules or list(self.plan.rules))
        return self._added(
            Measure(
                "",
                SPAN,
                "count" if counts else "sum",
                (rule.name,),
                None,
                over,
                QUANTITY if counts else rule.unit,
                (),
                None,
            )
        )

    def _of_members(self, part: Measure, within: str, on_move: Choice | None) -> Measure:
        of_all = Measure("", SPAN, "total", (), None, part.accumulation, part.unit, (), None, parts=(part.name,))
        return self._added(replace(of_all, within=within, on_move=on_move))

    def _total(self, within: str, unit: Type | None = None) -> Measure:
        """What a group has to date."""
        on_move = self.random.choice(("stay", "follow", "follow")) if self.plan.continues else "stay"
        return self._of_members(self._part(self.over, unit), within, choice(on_move))

    def _rank(self, within: str) -> Measure:
        """Who has most to date, of equal ones who has most in the period."""
        random = self.random
        parts = [self._part(self.over), *([self._part(None)] if one_in(random, 2) else [])]
        ranking = Ranking(random.choice(("highest", "lowest")), "both", None)
        made = Measure("", SPAN, "rank", (), None, None, QUANTITY, (), None, ranking=ranking, within=within)
        on_move = None if within == EVERYONE else choice(random.choice(("stay", "follow")))
        return self._added(replace(made, parts=tuple(part.name for part in parts), on_move=on_move))

    def _made_of(self, total: Measure) -> Measure:
        """A share of the group's target, or of what all have; where no rule credits that, for each that all have counted."""
        if total.within in GIVEN_BY and one_in(self.random, 2):
            made = Measure("", SPAN, "attainment", (), None, self.over, RATE, (), None, parts=(total.name,))
            return self._added(replace(made, against=self._against(total)))
        whole = self._total(EVERYONE, total.unit)
        unit = RATE if whole.unit == total.unit else total.unit
        made = Measure("", SPAN, "ratio", (), None, self.over, unit, (), None, parts=(total.name, whole.name))
        instead = ("block", "zero", "full") if unit == RATE else ("block", "zero")
        return self._added(replace(made, zero_denominator=choice(self.random.choice(instead))))

    def _added(self, made: Measure) -> Measure:
        made = replace(made, name=f"group_{len(self.measures) + 1}")
        self.measures.append(made)
        return made

    # -- targets

    def _against(self, total: Measure, grown: bool = False) -> Against:
        """The group's own target, to date or of the whole; most often to date where it enters what came before."""
        random = self.random
        ends = self.over != "plan" or self.plan.end is not None
        whole = ends and one_in(random, 4 if grown else 2)
        missing, zero = (choice(random.choice(("block", "zero", "full"))) for _ in range(2))
        reach = choice("accumulation" if whole else "to_date")
        return Against(self._target(total), missing, zero, self.over, whole, reach, group=total.within)

    def _target(self, total: Measure) -> str:
        world, by = self.maker.world, total.within or ""
        fitting = [
            target.name
            for target in world.targets.values()
            if target.unit == total.unit and not target.prorate and target.ramp is None and target.everybody is None
            and [rows.by for rows in target.sources] == [by] and target.values_on == self.values_on
        ]  # fmt: skip
        if fitting and one_in(self.random, 2):
            return fitting[0]
        name = f"target_{len(world.targets) + 1}"
        given: Given = self.random.choice(("period", "year"))
        columns = ((by, Type("text")), (given, Type("text")), ("amount", total.unit))
        rows = source(f"{name}-rows-1", "targets", columns, (by, given))
        world.sources[rows.name] = rows
        spread = None if given == "period" else _spread(world, self.random, given)
        world.targets[name] = Target(
            name, SPAN, total.unit, (TargetRows(rows, by),), given, False, None, spread, values_on=self.values_on
        )
        return name


def _spread(world: World, random: Random, given: Given) -> Any:
    return replace(world, random=random)._spread(given)
