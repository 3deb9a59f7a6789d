"""Find a case for every point of a plan. In: a plan and what it needs. Out: point → case, and the points that none touches.

First round amounts and everything out of the ordinary; then the sides of every number are aimed at, tiers and gates first, caps
and floors from cases that are paid; then the middle of each tier.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from engine.core.money import quantize
from engine.plan.resolved import Component
from engine.trial.generate.aim import Knob, aimable, knobs, search
from engine.trial.generate.case import Case
from engine.trial.generate.families import cases_of_rule, other_cases, round_cases
from engine.trial.generate.ground import Ground
from engine.trial.generate.probe import Probe, Seen
from engine.trial.point import ON, Point

UNWANTED = ("it is not met", "it is missing", "it is zero")
LIMITS = ("below it", "above it")
STARTS = 8
ALONE = 6
"""Cases that are tried by themselves, where others of a run may have made them touch a point."""
NOT_ALONE = "alone, no case that was found touches it"
JUMPS = 2
"""After so many searches that found values to both sides of a number and none on it, it is given up."""


@dataclass
class Found:
    """Point → the case that is meant for it; points that nothing touches, each with why."""

    cases: dict[Point, Case] = field(default_factory=dict)
    missed: dict[Point, str] = field(default_factory=dict)
    aimed: set[Point] = field(default_factory=set)
    """Those that have a case of their own: a side of a number, the middle of a tier."""
    touched: dict[Case, frozenset[Point]] = field(default_factory=dict)
    """What each of the cases touches."""


def explore(ground: Ground) -> Found:
    """All points of the plan."""
    return _Explorer(ground).found()


class _Explorer:
    def __init__(self, ground: Ground):
        self._ground, self._probe, self._out = ground, Probe(ground), Found()
        self._middles: list[tuple[str, Knob, Decimal]] = []
        self._paying: set[Point] = set()
        """Points whose case was found from one that pays something."""

    def found(self) -> Found:
        """Everything, in the order that each step needs the one before."""
        components = self._ground.plan.components
        self._probe([case for component in components for case in round_cases(self._ground, component)])
        self._others(components)
        points = self._points()
        numbers = [point for point in points if aimable(point)]
        limits = {(point.place, point.part) for point in numbers if point.case in LIMITS}
        self._aim([point for point in numbers if (point.place, point.part) not in limits])
        self._middle_of_tiers()
        self._others(components)
        self._aim([point for point in numbers if point not in self._paying])
        for point in [p for p, case in self._out.cases.items() if not self._holds(case, p)]:
            del self._out.cases[point]
            self._out.aimed.discard(point)
        for point in points:
            if point not in self._out.cases:
                self._simplest(point)
        wanted = set(self._out.cases.values())
        seen = [each for case in wanted if (each := self._itself(case)) is not None]
        self._out.touched = {each.case: frozenset(p for p, hit in each.points.items() if hit) for each in seen}
        return self._out

    def _points(self) -> list[Point]:
        return list(dict.fromkeys(point for seen in self._probe.all for point in seen.points))

    def _others(self, components: Sequence[Component]) -> None:
        cases: list[Case] = []
        for component in components:
            for paying in self._good(component.name):
                cases += other_cases(self._ground, component, paying.case)
        for rule in self._ground.plain:
            single = [s for s in self._probe.all if [sale.rule for sale in s.case.sales] == [rule]]
            if single:
                cases += cases_of_rule(self._ground, min(single, key=lambda seen: _rank(seen, "")).case)
        self._probe(cases)

    def _good(self, name: str) -> list[Seen]:
        """The simplest case that a component pays; where others count too, also one of the first that pays by itself."""
        ranked = sorted(self._probe.all, key=lambda seen: _rank(seen, name))
        for seen in _of_each_shape(ranked) if self._ground.plan.in_common else ():
            alone = self._itself(seen.case)
            if alone is not None and alone.earned.get(name):
                return ranked[:1] if seen is ranked[0] else [ranked[0], seen]
        return ranked[:1]

    # -- the sides of numbers

    def _aim(self, points: Sequence[Point]) -> None:
        searches = {point: self._attempts(point) for point in points}
        asked = {point: next(each, None) for point, each in searches.items()}
        while any(cases is not None for cases in asked.values()):
            batch = {case: None for cases in asked.values() if cases is not None for case in cases}
            seen = {each.case: each for each in self._probe(batch)}
            for point, cases in asked.items():
                if cases is not None:
                    came = [seen[case] for case in cases if case in seen]
                    try:
                        asked[point] = searches[point].send(came)
                    except StopIteration:
                        asked[point] = None

    def _attempts(self, point: Point) -> Generator[list[Case], Sequence[Seen], None]:
        """One start and one knob after the other, until the point is touched and nothing hides what is paid there."""
        came: dict[Case, tuple[Seen, Knob]] = {}
        jumps = 0
        for start in self._starts(point):
            for knob in knobs(self._ground, start.case) if jumps < JUMPS else ():
                ended = yield from search(point, start, knob)
                jumps += ended.jumped
                if ended.case is not None:
                    came.setdefault(ended.case, (start, knob))
                    if not _hidden(self._seen(ended.case), point):
                        self._found(point, ended.case, *came[ended.case])
                        return
                    break
        if came:
            best = min(came, key=lambda case: (_hidden(self._seen(case), point), case.size))
            self._found(point, best, *came[best])

    def _found(self, point: Point, case: Case, start: Seen, knob: Knob) -> None:
        self._out.cases[point] = case
        self._out.aimed.add(point)
        self._paying |= {point} if start.earned.get(point.of) else set()
        if point.case == ON:
            self._middles.append((point.of, knob, _turned_to(knob, case)))

    def _seen(self, case: Case) -> Seen:
        return self._probe([case])[0]

    def _starts(self, point: Point) -> list[Seen]:
        """Cases that come near a point: one that pays, one of another shape, one of several rows."""
        near = [
            s
            for s in self._probe.all
            if s.case.sales and not s.case.rivals and (mine := s.point(point)) is not None and mine.apart
        ]
        plain = [seen for seen in near if not (seen.case.person or seen.case.targets or seen.case.shares)]
        shapes: dict[tuple[object, ...], Seen] = {}
        for seen in sorted(plain or near, key=lambda seen: _rank(seen, point.of)):
            shapes.setdefault(_shape(seen.case), seen)
        return list(shapes.values())[:STARTS]

    def _middle_of_tiers(self) -> None:
        """Half way between the values that stand on bounds, before the first, beyond the last."""
        groups: dict[tuple[str, str], list[tuple[Knob, Decimal]]] = {}
        for of, knob, value in self._middles:
            groups.setdefault((of, knob.name), []).append((knob, value))
        cases: dict[Case, set[str]] = {}
        for (of, _), stops in groups.items():
            knob, values = stops[0][0], sorted({value for _, value in stops})
            between = [values[0] / 2, *((a + b) / 2 for a, b in pairwise(values)), values[-1] * Decimal("1.25")]
            for value in between:
                whole = quantize(value / knob.unit, 0, ROUND_FLOOR) * knob.unit
                cases.setdefault(knob.turned(whole), set()).add(of)
        seen = self._probe(cases)
        for point in self._points():
            touching = [s for s in seen if point.of in cases[s.case] and s.points.get(point)]
            if touching and not aimable(point):
                self._out.cases[point] = min(touching, key=lambda s: _nearest(s, point.of)).case
                self._out.aimed.add(point)

    # -- all else

    def _simplest(self, point: Point) -> None:
        touching = [seen for seen in self._probe.all if seen.points.get(point)]
        ranked = sorted(touching, key=lambda seen: _rank(seen, point.of, point.case))
        single = _of_each_shape([seen for seen in ranked if not seen.case.rivals])
        tried = [*single, *(seen for seen in ranked if seen.case.rivals)] if self._ground.plan.in_common else ranked
        found = next((seen.case for seen in tried if self._holds(seen.case, point)), None)
        if found is not None:
            self._out.cases[point] = found
        else:
            self._out.missed[point] = NOT_ALONE if touching else self._why(point)

    def _holds(self, case: Case, point: Point) -> bool:
        """Whether a case touches a point without the others of its run, where what they sell may change what it earns."""
        if not self._ground.plan.in_common:
            return True
        seen = self._itself(case)
        return seen is not None and bool(seen.points.get(point))

    def _itself(self, case: Case) -> Seen | None:
        """What becomes of a case in a test of its own."""
        return self._probe.alone(case) if self._ground.plan.in_common else self._seen(case)

    def _why(self, point: Point) -> str:
        tried, without = len(self._probe.all), self._ground.without_rows(point.of)
        if without:
            return f"no row was found that the conditions of rule {' and '.join(without)} let through"
        apart = [d for seen in self._probe.all if (mine := seen.point(point)) is not None for d in mine.apart]
        if not aimable(point):
            return f"none of {tried} made-up cases does"
        if not apart:
            return f"in none of {tried} made-up cases is anything compared with it"
        nearest = min(apart, key=abs)
        if not nearest:
            return f"{tried} made-up cases lie exactly on it or further off"
        return f"the nearest of {tried} made-up cases lies {abs(nearest).normalize():f} {'below' if nearest > 0 else 'above'} it"


def _rank(seen: Seen, of: str, case: str = "") -> tuple[object, ...]:
    """What a reader would rather see: nothing blocked, missed or cut, something paid, few rows, short figures."""
    wrong = sum(hit for p, hit in seen.points.items() if p.of == of and p.case in UNWANTED and p.case != case)
    back = any(sale.amount < 0 for sale in seen.case.sales) and case != "a return"
    cut = sum(hit for p, hit in seen.points.items() if p.of == of and _cuts(p) and p.case != case)
    return wrong, *_unpaid(seen, of), cut, back, not seen.case.sales, seen.case.size


def _hidden(seen: Seen, point: Point) -> int:
    """How many other items of the list keep from being paid what the table gives at a point."""
    others = (p for p, hit in seen.points.items() if hit and p.of == point.of and p.place != point.place)
    return sum(_cuts(p) or p.case in UNWANTED for p in others)


def _cuts(point: Point) -> bool:
    return (point.part.endswith(", cap") and point.case == "above it") or (
        point.part.endswith(", floor") and point.case == "below it"
    )


def _nearest(seen: Seen, of: str) -> tuple[object, ...]:
    """The same, for the first tier that a growing amount reaches."""
    amount = sum((sale.amount for sale in seen.case.sales), Decimal(0))
    return *_rank(seen, of)[:-1], seen.case.size[:2], amount, seen.case.size


def _unpaid(seen: Seen, of: str) -> tuple[bool, bool]:
    """Whether what a component earns is not known; whether it is nothing. Of what is no component's: all of them."""
    earned = [seen.earned[of]] if of in seen.earned else list(seen.earned.values())
    return None in earned, not any(earned)


def _shape(case: Case) -> tuple[object, ...]:
    sales = tuple((sale.rule, sale.day, sale.times > 1, tuple(name for name, _ in sale.cells)) for sale in case.sales)
    return sales, tuple(name for name, _ in case.person)


def _of_each_shape(ranked: Sequence[Seen]) -> list[Seen]:
    """The first case of each of the first shapes: what is sold and who sells it, not how much of it."""
    shapes: dict[tuple[object, ...], Seen] = {}
    for seen in ranked:
        shapes.setdefault((*_shape(seen.case), seen.case.targets), seen)
    return list(shapes.values())[:ALONE]


def _turned_to(knob: Knob, case: Case) -> Decimal:
    for sale in case.sales:
        if knob.name == "amount":
            return sale.amount
        if knob.name == "times":
            return Decimal(sale.times)
    return knob.value
