"""Targets per grid row: own, to date and of the whole accumulation; and what a place that reads one gets from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from engine.core import money
from engine.core.period import Calendar, Period
from engine.plan.resolved import Against, Spread, Target
from engine.reference.participant import People, Record
from engine.reference.scalar import Typed, bounded, divided, plus, total
from engine.reference.stint import Cell, Key, Stint, days, intervals, overlap, starts_again


@dataclass(frozen=True)
class Targets:
    """The target of one grid row: the interval's own, and by accumulation to date and of the whole. None: missing."""

    own: Decimal | None
    to_date: Mapping[str, Decimal | None]
    whole: Mapping[str, Decimal | None]
    of_group: tuple[Mapping[str, Decimal | None], Mapping[str, Decimal | None]] = field(
        default_factory=lambda: ({}, {})
    )
    """To date and of the whole, of the group that the participant is in: its periods, whether they were there or not."""
    of_group_until: Mapping[str, Mapping[date, Decimal | None]] = field(default_factory=dict)
    """The same to date, at the end of each period since the reset, by its first day."""


@dataclass(frozen=True)
class Reading:
    """A target as a place reads it for a value. `special`: missing or zero; `cause`: and its policy is to block."""

    target: Decimal | None = None
    attainment: Decimal | None = None
    special: bool = False
    cause: str | None = None
    unit: str = "money"
    """The target's dtype."""
    by_attainment: bool = False
    """Tiers are found by the attainment itself: a policy decided it, or the place rounds it."""


NO_TARGET = Reading()


def targets(
    target: Target,
    rows: Mapping[str, Sequence[Record]],
    cells: list[Cell],
    calendar: Calendar,
    people: People,
    begins: date = date.min,
) -> dict[Key, Targets]:
    """Of every grid row the target of its own days, that to date (summed along the intervals), and that of the whole.

    `begins`: the plan's first day, before which no period counts for a group.
    """
    asked = Numbers(target, rows, people, calendar)
    found: dict[Key, Targets] = {}
    for group in intervals(cells):
        so_far: dict[str, Decimal | None] = {}
        wholes: dict[tuple[str, tuple[date, date], tuple[Stint, ...]], Decimal | None] = {}
        who = group[0].stint.participant
        for before, cell in zip([None, *group], group, strict=False):
            own = _sum(asked, who, calendar.parts(cell.period), cell.parts, cell.period.start, cell.period.end)
            for over in cell.spans:
                earlier = Decimal(0) if starts_again(cell, before, over) else so_far[over]
                so_far[over] = plus(earlier, own, target.unit.dtype)
            stints = tuple(cell.run) if cell.goes_on else (cell.stint,)
            for over, span in cell.spans.items():  # the same for all intervals of a span
                if (over, span, stints) not in wholes:
                    wholes[over, span, stints] = _whole(asked, who, stints, over, span, calendar)
            whole = {over: wholes[over, span, stints] for over, span in cell.spans.items()}
            by_group = ({}, {}, {}) if target.prorate or target.own else _of_group(asked, cell, calendar, begins)
            found[cell.key] = Targets(own, dict(so_far), whole, by_group[:2], by_group[2])
    return found


def _of_group(
    asked: "Numbers", cell: Cell, calendar: Calendar, begins: date
) -> tuple[dict[str, Decimal | None], dict[str, Decimal | None], dict[str, dict[date, Decimal | None]]]:
    """What the group that a row is in has as target in the periods since the reset, in all of the span, and to each period."""
    late = asked.target.values_on is not None and asked.target.values_on.value == "segment_end"
    who = cell.stint.participant
    groups = asked.groups(who, cell.end if late else cell.start)
    to_date: dict[str, Decimal | None] = {}
    whole: dict[str, Decimal | None] = {}
    until: dict[str, dict[date, Decimal | None]] = {}
    for over, (first, last) in cell.spans.items():
        since = max(first, begins)
        periods = [p for p in calendar.of_length(cell.period.length) if p.end >= since and p.start <= cell.period.start]
        amounts = {p.start: [asked.of_part(who, groups, part) for part in calendar.parts(p)] for p in periods}
        until[over] = {
            day: total((a for start in amounts if start <= day for a in amounts[start]), asked.target.unit.dtype)
            for day in amounts
        }
        to_date[over] = until[over].get(cell.period.start)
        all_parts = [p for p in calendar.of_length(calendar.shortest) if p.end >= first and p.start <= last]
        whole[over] = total((asked.of_part(who, groups, part) for part in all_parts), asked.target.unit.dtype)
    return to_date, whole, until


def _whole(
    asked: "Numbers", who: str, stints: Sequence[Stint], over: str, span: tuple[date, date], calendar: Calendar
) -> Decimal | None:
    """The target of all of an accumulation, as far as the segment goes: of a quarter or year, or of the plan's days."""
    first, last = span
    if over == "quarter" and not any((q.start, q.end) == span for q in calendar.of_length("quarter")):
        return None  # a longer period, which nothing reads by the quarter
    parts = [p for p in calendar.of_length(calendar.shortest) if p.end >= first and p.start <= last]
    return _sum(asked, who, parts, stints, first, last)


Cuts = tuple[str, list[tuple[Spread, Sequence[Period], Period]]]
"""What a number is given for, and how it is cut, one after the other: how, into which parts, which of them."""


def _of(target: Target, rows: Sequence[Record]) -> Sequence[Record]:
    """The rows of the target's category, where it has one."""
    category = target.category
    return rows if category is None else [row for row in rows if row[category.column.text] == category.value]


class Numbers:
    """What a target plan's sources say of a participant, on a day, for one of the calendar's shortest periods."""

    def __init__(
        self, target: Target, rows: Mapping[str, Sequence[Record]], people: People, calendar: Calendar
    ) -> None:
        self.target, self._people = target, people
        self._groups: dict[tuple[str, date], tuple[str, ...] | None] = {}
        self._calendar = calendar
        self._cuts: dict[Period, Cuts] = {}
        self._found: dict[tuple[str, tuple[str, ...], str], Decimal | None] = {}
        self._given = [
            (each.by, {(row[each.by], row[target.given]): row["amount"] for row in _of(target, rows[each.source.name])})
            for each in target.sources
        ]

    def groups_if_known(self, participant: str, day: date) -> tuple[str, ...] | None:
        """Which groups the participant is in on a day; where the roster lacks that day, being in no group is not said."""
        if (participant, day) not in self._groups:
            row = self._people.in_force(participant, day)
            names = self.target.groups
            self._groups[participant, day] = None if row is None else tuple(row.get(name) or "" for name in names)
        return self._groups[participant, day]

    def groups(self, participant: str, day: date) -> tuple[str, ...]:
        """The same; in none, where the roster lacks that day."""
        return self.groups_if_known(participant, day) or ("",) * len(self.target.groups)

    def amount(self, participant: str, groups: tuple[str, ...], time: str) -> Decimal | None:
        """The number for somebody in these groups: the first source's that has one, or none of two. Negative is none."""
        mine = {"participant": participant, **dict(zip(self.target.groups, groups, strict=True))}
        asked = [(by, given) for by, given in self._given if by == "participant" or mine[by]]
        found: list[Decimal] = [given[mine[by], time] for by, given in asked if (mine[by], time) in given]
        if not found and self.target.everybody is not None:
            return self.target.everybody.amount
        if not found or found[0] < 0 or (len(found) > 1 and self.target.precedence == "exception"):
            return None
        return found[0]

    def of_part(self, participant: str, groups: tuple[str, ...], part: Period) -> Decimal | None:
        """What is given for the part; or its part of a longer time's, differences of cumulative shares, so that all add up."""
        if (participant, groups, part.name) not in self._found:
            self._found[participant, groups, part.name] = self._of_part(participant, groups, part)
        return self._found[participant, groups, part.name]

    def _of_part(self, participant: str, groups: tuple[str, ...], part: Period) -> Decimal | None:
        given = self._given_of_part(participant, groups, part)
        share = self._share(participant, part)
        if given is None or share is None:
            return None
        return given if share == 1 else bounded(money.product(given, share), self.target.unit.dtype)

    def _share(self, participant: str, part: Period) -> Decimal | None:
        """What share of the target there is so many periods after the participant began; not known of before the calendar."""
        ramp = self.target.ramp
        since = None if ramp is None else self._people.earliest(participant, ramp.since)
        if ramp is None or since is None:
            return Decimal(1)
        parts = self._calendar.of_length(self._calendar.shortest)
        if since < parts[0].start:
            longest = max(each.days for each in parts) * len(ramp.shares)
            over = (parts[0].start - since).days > longest or parts.index(part) + 1 >= len(ramp.shares)
            return Decimal(1) if over else None
        begun = sum(each.start <= since for each in parts) - 1 if since <= parts[-1].end else len(parts)
        step = parts.index(part) - begun
        return ramp.shares[step] if 0 <= step < len(ramp.shares) else Decimal(1)

    def _given_of_part(self, participant: str, groups: tuple[str, ...], part: Period) -> Decimal | None:
        """Without any ramp."""
        spread = self.target.spread
        if spread is None:
            return self.amount(participant, groups, part.name)
        if part not in self._cuts:
            self._cuts[part] = self._cuts_down_to(part, spread)
        time, cuts = self._cuts[part]
        amount = self.amount(participant, groups, time)
        for by, parts, one in cuts if amount is not None else ():
            assert amount is not None
            amount = _between(by, amount, parts, one)
        return amount

    def _cuts_down_to(self, part: Period, spread: Spread) -> Cuts:
        """How the number that a part is of is cut: by quarters first, where these have shares."""
        whole = self._calendar.containing(part.start, self.target.given)
        assert whole is not None, "resolve asks every part for its quarter"
        if not spread.quarters:
            return whole.name, [(spread, self._calendar.parts(whole), part)]
        quarters = [q for q in self._calendar.of_length("quarter") if q.year == part.year]
        [mine] = [q for q in quarters if q.start <= part.start <= q.end]
        first = (Spread("shares", spread.quarters), quarters, mine)
        return whole.name, [first, (spread, self._calendar.parts(mine), part)]


def read(against: Against, found: Targets, value: Decimal | None, unit: str) -> Reading:
    """The target in the stated reach. A missing (or negative) one and one of 0 block, or count as 0 % or 100 %, by policy.

    A policy says what a value comes to without a target; that of a value that is not known is not known either.
    """
    over = against.accumulation
    to_date, whole = (found.to_date, found.whole) if against.group is None else found.of_group
    target = found.own if over is None else (whole if against.whole else to_date)[over]
    if target is not None and target != 0:
        ratio = divided(Typed(value, unit), Typed(target, unit)).value
        assert ratio is None or isinstance(ratio, Decimal)
        if against.rounded is None or ratio is None:
            return Reading(target, ratio, unit=unit, by_attainment=against.rounded is not None)
        near = money.rounded(ratio, "half_even", money.BOUND_PLACES)
        ratio = money.rounded(near, against.rounded.mode, against.rounded.digits)
        return Reading(target, ratio, unit=unit, by_attainment=True)
    policy = against.missing if target is None else against.zero
    if policy.value == "block":
        return Reading(target, None, True, "missing_target" if target is None else "zero_target", unit, True)
    said = Decimal(1) if policy.value == "full" else Decimal(0)
    return Reading(target, None if value is None else said, True, unit=unit, by_attainment=True)


def _sum(
    asked: Numbers, participant: str, parts: Sequence[Period], stints: Sequence[Stint], start: date, end: date
) -> Decimal | None:
    """The sum over the shortest periods from start to end, each × the days of the stints ÷ its days if the target is prorated.

    Of joined segments "the target is the sum of the segments' prorated targets": of one amount, so of all
    their days at once.
    """
    target = asked.target
    found: list[Decimal | None] = []
    for part in parts:
        if not target.prorate:
            late = target.values_on is not None and target.values_on.value == "segment_end"
            day = min(stints[-1].end, end) if late else max(stints[0].start, start)
            found.append(asked.of_part(participant, asked.groups(participant, day), part))
            continue
        for groups, count in _days_in(asked, participant, stints, max(part.start, start), min(part.end, end)):
            value = asked.of_part(participant, groups, part)
            if value is not None:
                value = money.quotient(money.product(value, Decimal(count)), Decimal(part.days))
            found.append(value)
    return total(found, target.unit.dtype)


def _days_in(
    asked: Numbers, participant: str, stints: Sequence[Stint], first: date, last: date
) -> list[tuple[tuple[str, ...], int]]:
    """The stints' days from first to last, as runs in which the groups stay the same: the groups, and how many days."""
    if not asked.target.groups:
        count = overlap(stints, first, last)
        return [((), count)] if count > 0 else []
    runs: list[tuple[tuple[str, ...] | None, int]] = []
    for number in range(days(first, last)):
        day = first + timedelta(days=number)
        groups = asked.groups_if_known(participant, day)
        mine = sum(stint.start <= day <= stint.end for stint in stints)
        if runs and runs[-1][0] == groups:
            runs[-1] = (groups, runs[-1][1] + mine)
        else:
            runs.append((groups, mine))
    return [(groups, count) for groups, count in runs if groups is not None and count > 0]


def _between(spread: Spread, amount: Decimal, parts: Sequence[Period], part: Period) -> Decimal:
    """What one of the parts has: what they have up to its end, less what they have before it."""
    here = parts.index(part) + 1
    reached, before = (_up_to(spread, amount, parts, count) for count in (here, here - 1))
    assert reached is not None and before is not None
    return money.EXACT.subtract(reached, before)


def _up_to(spread: Spread, amount: Decimal, year: Sequence[Period], count: int) -> Decimal | None:
    """What the first `count` parts of a year or quarter have of it: their shares, their days of all, or so many of all."""
    if spread.by == "shares":
        return money.product(amount, sum(spread.shares[:count], Decimal(0)))
    if spread.by == "calendar_days":
        reached, whole = (sum(part.days for part in parts) for parts in (year[:count], year))
    else:
        reached, whole = count, len(year)
    return money.quotient(money.product(amount, Decimal(reached)), Decimal(whole))
