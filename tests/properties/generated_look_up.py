"""Generated look-up tables: every kind of dimension, bands with and without an end, `else`, what is missing; values on bounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.ir.expr import Expr, Ref
from engine.ir.types import DATE, QUANTITY, RATE, TEXT, Type
from engine.plan.look_up import Dimension, Key, LookUp, Missing, Row, Value, is_before
from tests.properties.formulas import SPAN, call, choice, formula, names_in, number, rate
from tests.properties.generated_world import FACTORS, one_in

if TYPE_CHECKING:
    from tests.properties.generated_plan import PlanMaker

NUMBERS = ("-1", "0", "1", "2", "3", "5", "6")
RATES = ("0", "0.06", "0.5", "1", "1.2")
MONEY = ("-100", "0", "50", "100", "200", "1000")
TEXTS = {"kind": ("sale", "return", "test", "gift"), "title": ("AE", "SE", "VP"), "position": ("north", "south")}


def look_up(maker: "PlanMaker", place: str, against: bool = False, over: str | None = None) -> Expr:
    """The name of a table that a formula at the place may read: a new one, or of a credit one that there is."""
    random = maker.random
    there = [name for name, of in maker.table_places.items() if of == place != "earning" and _readable(maker, name)]
    if there and one_in(random, 2):
        return Ref(random.choice(there))
    dimensions = tuple(
        replace(each, name=f"by_{number_}")
        for number_, each in enumerate(_dimensions(maker, place, against, over)[: random.choice((1, 1, 2, 2, 3))])
    )
    type_ = random.choice((RATE, RATE, QUANTITY))
    rows = tuple(_rows(maker, dimensions, 0, ()))
    made = LookUp(f"table_{len(maker.tables) + 1}", SPAN, type_, dimensions, (), _missing(maker), None, rows)
    if not rows:
        rows = (Row((None,) * len(dimensions), Decimal(1), SPAN),)
        made = replace(made, rows=rows)
    if made.size() == len(made.cells()):
        made = replace(made, missing=None)
    maker.tables[made.name] = replace(made, rows=tuple(_numbered(made.rows)))
    maker.table_places[made.name] = place
    return Ref(made.name)


def _readable(maker: "PlanMaker", name: str) -> bool:
    """Whether the component that is being made may read the measures that a table is looked up by."""
    names = names_in(*maker.tables[name].formulas)
    read = [measure for measure in maker.measures if measure.name in names]
    return all(maker.readable(m) and m.accumulation in (None, *maker.accumulations) for m in read)


def _numbered(rows: tuple[Row, ...]) -> list[Row]:
    """The rows, each on a line of its own."""
    return [replace(row, span=replace(SPAN, line=n, end_line=n)) for n, row in enumerate(rows, start=1)]


def _missing(maker: "PlanMaker") -> Missing:
    value = maker.random.choice((None, "0", "0.25", "-1"))
    return Missing("exception" if value is None else value, None if value is None else Decimal(value), SPAN)


def _dimensions(maker: "PlanMaker", place: str, against: bool, over: str | None) -> list[Dimension]:
    """What may be looked up by at a place, in any order."""
    random = maker.random
    if place == "earning":
        measure = maker.measure(over)
        other = maker.measure(over)
        found = [
            _of(Ref(measure.name), measure.unit.required(), True),
            _of(Ref(other.name), other.unit.required(), False),
            _of(Ref("own_rate"), RATE, one_in(random, 2)),
            *([_of(Ref("attainment"), RATE, True)] * 2 if against else []),
        ]
    else:
        found = [
            _of(Ref("kind"), TEXT, False),
            _of(Ref("kind"), TEXT, False),
            _of(Ref("qty"), QUANTITY, True),
            _of(Ref("qty"), QUANTITY, False),
            _of(call("div", number("6"), Ref("qty")), QUANTITY, True),
            _of(Ref("booked_on"), DATE, True),
            _of(call("coalesce", Ref("discount"), rate("0.5")), RATE, True),
        ]
        if place == "credit":
            found.append(_of(Ref("own_rate"), RATE, one_in(random, 2)))
        if place == "credit" and one_in(random, 2):
            measure = maker.measure()
            found = [_of(Ref(measure.name), measure.unit.required(), not one_in(random, 4))] * 4 + found[::2]
    if place != "transaction":
        found += [Dimension("", SPAN, None, attribute) for attribute in ("title", "position")]
    random.shuffle(found)
    return [replace(each, boundary=choice(random.choice(("upper", "lower"))) if each.band else None) for each in found]


def _of(expr: Expr, type_: Type, band: bool) -> Dimension:
    return Dimension("", SPAN, formula(expr), None, band, type=type_)


def _rows(maker: "PlanMaker", dimensions: tuple[Dimension, ...], at: int, keys: tuple[Key | None, ...]) -> list[Row]:
    """Rows for some of the values of each dimension, and often for all else."""
    random = maker.random
    if at == len(dimensions):
        value = Decimal(random.choice((*FACTORS, "-0.5", "2", "0.015")))
        return [Row(keys, value, SPAN)]
    dimension = dimensions[at]
    values = sorted(random.sample(pool := _values(maker, dimension), random.randint(1, min(3, len(pool)))))
    said: list[Key | None] = [Key(value) for value in values]
    if dimension.band:
        ends = [value for value in pool if is_before(values[-1], value)]
        last = random.choice(ends) if ends and one_in(random, 3) else None
        nexts = [*values[1:], last]
        said = [
            Key(value, end if end is last or one_in(random, 3) else None)
            for value, end in zip(values, nexts, strict=True)
        ]
    said += [None] if random.random() < 0.6 else []
    return [row for key in said for row in _rows(maker, dimensions, at + 1, (*keys, key))]


def _values(maker: "PlanMaker", dimension: Dimension) -> list[Value]:
    """Values that the data are likely to be equal to."""
    if dimension.attribute is not None:
        return list(TEXTS[dimension.attribute])
    match dimension.type.dtype:
        case "text":
            return list(TEXTS["kind"])
        case "date":
            days: list[date] = [each for p in maker.world.calendar.periods[6:18] for each in (p.start, p.end)]
            return list(dict.fromkeys(days))
        case "money":
            return [Decimal(each) for each in MONEY]
        case "quantity":
            return [Decimal(each) for each in NUMBERS]
        case _:
            return [Decimal(each) for each in RATES]
