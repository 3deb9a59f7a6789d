"""Measures: what a participant's credits come to per period and segment, or since the reset; and what is made of measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.core import money
from engine.core.period import Calendar
from engine.plan.measure import Each
from engine.plan.resolved import Measure, Plan
from engine.reference.credit import credit_row
from engine.reference.each import Tally
from engine.reference.earlier import of_earlier, previous
from engine.reference.group import of_groups, standings
from engine.reference.group_to_date import ranked_by, totals_to_date
from engine.reference.measure_by_formula import by_formula
from engine.reference.measured import Measured, Measures
from engine.reference.participant import People
from engine.reference.reports import below
from engine.reference.scalar import Typed, bounded, divided, minus, plus, total, truth
from engine.reference.share import Share
from engine.reference.stint import Cell, Key, intervals, starts_again
from engine.reference.target import Targets, read
from engine.reference.weighted import weighted


def measured(
    plan: Plan,
    measure: Measure,
    calendar: Calendar,
    credits: Mapping[str, list[Share]],
    cells: list[Cell],
    reached: list[Cell],
    people: People,
    goals: Mapping[str, Mapping[Key, Targets]],
    found: Measures,
    earned: Mapping[str, list[tuple[Cell, Decimal | None]]],
) -> Mapping[Key, Measured]:
    """One measure of the plan, where those that it reads are `found` and the components that it reads have `earned`.

    On the rows of the grid; one that is read back on the periods `reached` too.
    """
    mine = [cell for cell in (reached if measure.looked_back else cells) if cell.period.length in measure.lengths]
    match measure.aggregate:
        case "ratio":
            return _ratios(plan, measure, mine, found)
        case "difference":
            return _differences(measure, mine, found)
        case "attainment":
            return _attainments(plan, measure, mine, found, goals)
        case "formula":
            return by_formula(plan, measure, mine, people, found)
        case "weighted":
            return weighted(measure, mine, found)
        case "rounded":
            return _rounded(plan, measure, mine, found)
        case "previous" if measure.earlier is not None:
            return of_earlier(measure, measure.earlier, mine, reached if measure.earlier.last else mine, found)
        case "previous":
            return previous(measure, calendar, mine, reached, found)
        case "total" if measure.to_date:
            return totals_to_date(plan, measure, mine, people, found[measure.parts[0]])
        case "total" | "headcount":
            each = {key: found[part][key].value for part in measure.parts for key in found[part]}
            values = of_groups(plan, measure, mine, people, each)
            return {key: Measured(value, value) for key, value in values.items()}
        case "rank":
            by = [ranked_by(plan, measure, plan.measure(part), mine, people, found[part]) for part in measure.parts]
            places = standings(plan, measure, mine, people, by)
            return {key: Measured(each.place, each.place, standing=each) for key, each in places.items()}
        case "earned":
            own = {
                name
                for name, (of, _) in zip(measure.earned, measure.earnings_of(plan.name), strict=True)
                if of == plan.name
            }
            return _earned(measure, mine, people, earned, own)
        case _ if measure.each is not None:
            return _of_each(measure, measure.each, _counted(plan, measure, credits, people), mine)
        case _:
            return _of_credits(measure, _counted(plan, measure, credits, people), mine)


def _earned(
    measure: Measure,
    cells: list[Cell],
    people: People,
    earned: Mapping[str, list[tuple[Cell, Decimal | None]]],
    own_plan: Collection[str],
) -> dict[Key, Measured]:
    """What the components earned in the interval, and since the reset; not known once one of them was blocked.

    Of a quarter it is what they earned in its months. Of the people below, where the measure says so. What was earned on
    another plan is of the row that holds its last day, if the participant is on this plan on it.
    """
    reports = measure.reports
    if reports is not None:
        all_of_them = [
            below(reports, name, of, amount, people) for name in measure.earned for of, amount in earned[name]
        ]
    result: dict[Key, Measured] = {}
    for group in intervals(cells):
        so_far: Decimal | None = Decimal(0)
        for before, cell in zip([None, *group], group, strict=False):
            if measure.accumulation is not None and starts_again(cell, before, measure.accumulation):
                so_far = Decimal(0)
            own: Decimal | None = Decimal(0)
            if reports is not None:
                own = total((each.amount_for(cell, reports.levels) for each in all_of_them), "money")
            for name in measure.earned if reports is None else ():
                held = _lies_in if name in own_plan else _ends_in
                inside = (amount for of, amount in earned[name] if held(cell, of))
                own = plus(own, total(inside, "money"), "money")
            so_far = plus(so_far, own, "money")
            result[cell.key] = Measured(own, so_far if measure.to_date else own)
    return result


def _lies_in(cell: Cell, other: Cell) -> bool:
    """Whether a row of a period is of a row of the same period, or of a longer one."""
    return (
        cell.stint.participant == other.stint.participant
        and other.stint in cell.parts
        and cell.period.start <= other.end <= cell.period.end
    )


def _ends_in(cell: Cell, other: Cell) -> bool:
    """Whether the last day of another plan's row is one of the days of this row."""
    return (
        cell.stint.participant == other.stint.participant
        and any(part.start <= other.end <= part.end for part in cell.parts)
        and cell.period.start <= other.end <= cell.period.end
    )


def _counted(
    plan: Plan, measure: Measure, credits: Mapping[str, list[Share]], people: People
) -> list[tuple[Share, bool | None]]:
    """The credits for which its condition holds, or for which that is not known (None)."""
    return [
        (share, counts)
        for rule in measure.rules
        for share in credits[rule]
        if share.state == "credited" and (counts := _counts(plan, measure, rule, share, people)) is not False
    ]


def _of_each(
    measure: Measure, each: Each, counted: Sequence[tuple[Share, bool | None]], cells: list[Cell]
) -> dict[Key, Measured]:
    """What each customer, claim or policy counts for, added up: of the credits in a row's days; to date, since the reset."""
    result: dict[Key, Measured] = {}
    for group in intervals(cells):
        tally, lost = Tally(measure, each), False
        for before, cell in zip([None, *group], group, strict=False):
            if measure.accumulation is not None and starts_again(cell, before, measure.accumulation):
                tally, lost = Tally(measure, each), False
            found = tally.add([(share, counts) for share, counts in counted if holds(cell, share)])
            lost = lost or tally.is_lost(found)
            own = tally.own(found)
            value = own if not measure.to_date else None if lost else tally.together()
            result[cell.key] = Measured(own, value, each=tuple(found))
    return result


def _of_credits(
    measure: Measure, counted: Sequence[tuple[Share, bool | None]], cells: list[Cell]
) -> dict[Key, Measured]:
    """A value for each grid row of the lengths that read it: of the credits in its days; to date, of all since the reset."""
    result: dict[Key, Measured] = {}
    for group in intervals(cells):
        since: list[tuple[Share, bool | None]] = []
        lost = False
        for before, cell in zip([None, *group], group, strict=False):
            if measure.accumulation is not None and starts_again(cell, before, measure.accumulation):
                since, lost = [], False
            mine = [(share, counts) for share, counts in counted if holds(cell, share)]
            since += mine
            own, value = _aggregate(measure, mine), _aggregate(measure, since)
            lost = lost or _loses(measure, mine)
            empty = not mine, not (since if measure.to_date else mine)
            blocks = measure.no_credits is not None and measure.no_credits.value == "block"
            nothing = blocks and empty[0], blocks and empty[1] and not lost
            result[cell.key] = Measured(own, own if not measure.to_date else None if lost else value, nothing)
    return result


def _loses(measure: Measure, mine: Sequence[tuple[Share, bool | None]]) -> bool:
    """A running sum never finds back what an interval left unknown."""
    sums = measure.aggregate in ("sum", "average")
    return sums and total((share.amount for share, _ in mine), measure.unit.dtype) is None


def _aggregate(measure: Measure, shares: Sequence[tuple[Share, bool | None]]) -> Decimal | None:
    """The aggregate of these credits; not known where it is not known of one of them whether it counts."""
    if any(counts is None for _, counts in shares):
        return None
    amounts = [share.amount for share, _ in shares]
    match measure.aggregate:
        case "sum":
            return total(amounts, measure.unit.dtype)
        case "count":
            return Decimal(len(shares))
        case "count_distinct":
            return Decimal(len({share.transaction[measure.distinct or ""] for share, _ in shares}))
    if not shares:
        assert measure.no_credits is not None
        return None if measure.no_credits.value == "block" else Decimal(0)
    match measure.aggregate:
        case "min":
            return min(amounts)
        case "max":
            return max(amounts)
    return _quotient(
        Typed(total(amounts, measure.unit.dtype), measure.unit.dtype), Typed(Decimal(len(shares)), "quantity")
    )


def _ratios(plan: Plan, measure: Measure, cells: list[Cell], found: Measures) -> dict[Key, Measured]:
    """One measure ÷ another, on the same row."""
    above, below = (found[part] for part in measure.parts)
    units = [plan.measure(part).unit.dtype for part in measure.parts]
    keys = [cell.key for cell in cells]
    return {
        key: Measured(
            _ratio(measure, units, above[key].own, below[key].own),
            _ratio(measure, units, above[key].value, below[key].value),
            (
                _not_divided(measure, above[key].own, below[key].own),
                _not_divided(measure, above[key].value, below[key].value),
            ),
        )
        for key in keys
    }


def _differences(measure: Measure, cells: list[Cell], found: Measures) -> dict[Key, Measured]:
    """One measure − another, on the same row; what is not known of one is not known of the two."""
    one, other = (found[part] for part in measure.parts)
    dtype = measure.unit.dtype
    return {
        cell.key: Measured(
            minus(one[cell.key].own, other[cell.key].own, dtype),
            minus(one[cell.key].value, other[cell.key].value, dtype),
        )
        for cell in cells
    }


def _not_divided(measure: Measure, above: Decimal | None, below: Decimal | None) -> bool:
    """Whether both are known, and there is nothing to divide by."""
    assert measure.zero_denominator is not None
    return measure.zero_denominator.value == "block" and above is not None and below is not None and below <= 0


def _attainments(
    plan: Plan, measure: Measure, cells: list[Cell], found: Measures, goals: Mapping[str, Mapping[Key, Targets]]
) -> dict[Key, Measured]:
    """A measure ÷ the target in the reach that is said; the interval's own against the interval's target."""
    against, [part] = measure.against, measure.parts
    assert against is not None
    unit = plan.measure(part).unit.dtype
    alone = replace(against, accumulation=None, whole=False)
    result: dict[Key, Measured] = {}
    for cell in cells:
        reached, target = found[part][cell.key], goals[against.target][cell.key]
        value, own = read(against, target, reached.value, unit), read(alone, target, reached.own, unit)
        nothing = [
            each.cause is not None and known is not None for each, known in ((own, reached.own), (value, reached.value))
        ]
        own = own if measure.to_date else value
        result[cell.key] = Measured(own.attainment, value.attainment, (nothing[0], nothing[1]))
    return result


def _rounded(plan: Plan, measure: Measure, cells: list[Cell], found: Measures) -> dict[Key, Measured]:
    """A measure at so many places, or at the nearest multiple; a share of a target first without what dividing left."""
    [part] = measure.parts
    return {
        cell.key: replace(
            found[part][cell.key],
            own=_at_places(plan, measure, found[part][cell.key].own),
            value=_at_places(plan, measure, found[part][cell.key].value),
        )
        for cell in cells
    }


def _at_places(plan: Plan, measure: Measure, value: Decimal | None) -> Decimal | None:
    how, part = measure.rounded, plan.measure(measure.parts[0])
    assert how is not None
    if value is None:
        return None
    if part.near:
        value = money.rounded(value, "half_even", money.BOUND_PLACES)
    if how.multiple is None:
        return bounded(money.rounded(value, how.mode, how.digits), measure.unit.dtype)
    many = bounded(money.quotient(value, how.multiple.value), measure.unit.dtype)
    if many is None:
        return None
    return bounded(money.product(money.rounded(many, how.mode, 0), how.multiple.value), measure.unit.dtype)


def _ratio(measure: Measure, units: Sequence[str], above: Decimal | None, below: Decimal | None) -> Decimal | None:
    """What is not known stays so; a denominator of zero or below is what the policy says."""
    if above is None or below is None:
        return None
    if below <= 0:
        assert measure.zero_denominator is not None
        return {"block": None, "zero": Decimal(0), "full": Decimal(1)}[measure.zero_denominator.value]
    return bounded(_quotient(Typed(above, units[0]), Typed(below, units[1])), measure.unit.dtype)


def _quotient(above: Typed, below: Typed) -> Decimal | None:
    value = divided(above, below).value
    assert value is None or isinstance(value, Decimal)
    return value


def holds(cell: Cell, share: Share) -> bool:
    """Whether a credited share belongs to the grid row: its participant, its segment, its credit date in the period."""
    return (
        share.participant == cell.stint.participant
        and share.segment in [part.start for part in cell.parts]
        and cell.period.start <= share.credit_date <= cell.period.end
    )  # fmt: skip


def _counts(plan: Plan, measure: Measure, rule: str, share: Share, people: People) -> bool | None:
    """A null that arises from a division never chooses a branch, so the measure is not known."""
    if measure.where is None:
        return True
    return truth(measure.where.expr, credit_row(plan, plan.rule(rule), share, people))
