"""Canaries: what the Polars backend takes for granted. One that falls names the place to look at before an upgrade."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest

from engine.backends.polars.scalar import FINE
from engine.backends.polars.schema import DECIMAL
from engine.backends.polars.term import bounded, literal, number
from engine.core.money import product, quotient
from engine.ir.types import QUANTITY, money

TOP = Decimal("9999999999999999.999999999999")
RATE_TOP = Decimal("999999999.999999999999")
ENGINES: list[Any] = ["in-memory", "streaming"]


def frame(**columns: list[Any]) -> pl.LazyFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, DECIMAL)).lazy()


def units(rng: Random, digits: int) -> Decimal:
    """A number of 12 places with up to so many digits."""
    size = 10 ** rng.randint(1, digits)
    return Decimal(rng.randint(-size + 1, size - 1)) * Decimal("1e-12")


@pytest.mark.parametrize("engine", ENGINES)
def test_products_round_half_even_at_once(engine: Any) -> None:
    """Over the whole range up to 10¹⁶ × 10⁹, ties and negative halves among them: the intermediate has 256 bits."""
    rng = Random(1)
    left = [units(rng, 28) for _ in range(20_000)] + [Decimal(2 * n + 1) * Decimal("1e-12") for n in range(-500, 500)]
    right = [units(rng, 21) for _ in range(20_000)] + [Decimal("0.5"), Decimal("-0.5")] * 500
    left += [TOP, -TOP, TOP]
    right += [RATE_TOP, RATE_TOP, -RATE_TOP]
    found = frame(a=left, b=right).select(pl.col("a") * pl.col("b")).collect(engine=engine).to_series()
    assert found.dtype == DECIMAL
    assert found.to_list() == [product(a, b) for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize("engine", ENGINES)
def test_quotients_round_half_even_at_once(engine: Any) -> None:
    rng = Random(2)
    left = [units(rng, 28) for _ in range(20_000)] + [Decimal(2 * n + 1) * Decimal("1e-12") for n in range(-500, 500)]
    right = [units(rng, 28) or Decimal(1) for _ in range(20_000)] + [Decimal(2), Decimal(-2)] * 500
    right = [b if abs(b) >= Decimal("1e-9") else Decimal("1e-9") for b in right]
    left += [TOP, -TOP]
    right += [Decimal("1e-9"), Decimal("1e-9")]
    found = frame(a=left, b=right).select(pl.col("a") / pl.col("b")).collect(engine=engine).to_series()
    assert found.dtype == DECIMAL
    assert found.to_list() == [quotient(a, b) for a, b in zip(left, right, strict=True)]


def test_an_overflow_ends_the_query() -> None:
    """So operands stay in their bounds; a value under a null does not count."""
    with pytest.raises(pl.exceptions.ComputeError, match="overflow"):
        frame(a=[TOP]).select(pl.col("a") * pl.col("a")).collect()
    with pytest.raises(pl.exceptions.PolarsError):
        frame(a=[TOP], b=[Decimal(0)]).select(pl.col("a") / pl.col("b")).collect()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_stands_under_a_null_is_never_calculated_with(engine: Any) -> None:
    rows = frame(a=[TOP, Decimal(1)], b=[Decimal(0), Decimal(2)])
    for _ in range(4):
        rows = rows.with_columns(a=bounded(pl.col("a") * number(Decimal(999_999_999)), money("USD")))
    assert rows.select("a").collect(engine=engine).to_series().to_list() == [None, None]
    hidden = rows.with_columns(b=pl.when(pl.col("b") > number(0)).then(pl.col("b"))).with_columns(
        c=pl.col("b") / pl.col("b")
    )
    assert hidden.select("c").collect(engine=engine).to_series().to_list() == [None, Decimal(1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cast_to_fewer_digits_is_a_bound(engine: Any) -> None:
    """How `bounded` mentions its argument once: not strict, a cast gives null where the digits don't fit."""
    step = Decimal("1e-12")
    values = [TOP, -TOP, TOP + step, -TOP - step, Decimal(0), RATE_TOP, RATE_TOP + step, -RATE_TOP - step, None]
    assert str(TOP + step) == "10000000000000000.00000000000"
    found = frame(a=values).select(
        m=bounded(pl.col("a"), money("USD")), q=bounded(pl.col("a"), QUANTITY)
    ).collect(engine=engine)  # fmt: skip
    assert found["m"].to_list() == [TOP, -TOP, None, None, 0, RATE_TOP, RATE_TOP + step, -RATE_TOP - step, None]
    assert found["q"].to_list() == [None, None, None, None, 0, RATE_TOP, None, None, None]
    assert found.schema == {"m": DECIMAL, "q": DECIMAL}


def test_rounding_modes() -> None:
    values = [Decimal(text) for text in ("2.5", "-2.5", "3.5", "-0.5", "1.999999999999", "-1.999999999999")]
    found = frame(a=values).select(
        even=pl.col("a").round(0, mode="half_to_even"), up=pl.col("a").round(0, mode="half_away_from_zero"),
        cut=pl.col("a").truncate(0),
    ).collect()  # fmt: skip
    assert found["even"].to_list() == [2, -2, 4, 0, 2, -2]
    assert found["up"].to_list() == [3, -3, 4, -1, 2, -2]
    assert found["cut"].to_list() == [2, -2, 3, 0, 1, -1]
    assert set(found.dtypes) == {DECIMAL}


def test_eighteen_places_hold_a_value_times_a_share() -> None:
    exact = pl.col("a").cast(FINE) * pl.col("b").cast(FINE)
    rows = frame(a=[TOP, Decimal("1e-12")], b=[Decimal("0.999999"), Decimal("0.333333")])
    found = rows.select(x=exact, cut=exact.truncate(2).cast(DECIMAL)).collect()
    assert [str(value) for value in found["x"]] == ["9999989999999999.999999999999000001", "3.33333E-13"]
    assert found["cut"].to_list() == [Decimal("9999989999999999.99"), 0]


def test_literals_are_exact() -> None:
    for value in (TOP, -TOP, Decimal("1e-12"), Decimal("0.1"), Decimal("-0.000000000001")):
        assert pl.select(literal(value, QUANTITY)).item() == value


def test_sums_are_exact_and_as_wide_as_their_parts() -> None:
    values = [TOP] * 1000 + [-TOP] * 999 + [Decimal("1e-12")]
    found = frame(a=values).select(total=pl.col("a").sum(), last=pl.col("a").cum_sum().last()).collect()
    assert found.row(0) == (10**16, 10**16)
    assert set(found.dtypes) == {DECIMAL}


def test_integers_and_days_become_decimals_exactly() -> None:
    found = pl.select(pl.lit(2**62, dtype=pl.Int64).cast(DECIMAL)).item()
    assert found == 2**62
    assert pl.select(pl.lit(date(1, 1, 1)).cast(pl.Int32)).item() == -719162


WINDOW = pl.DataFrame(
    {
        "k": ["a", "a", "a", None, None],
        "o": [2, 1, None, 2, 1],
        "v": [Decimal(1), None, Decimal(4), Decimal(8), Decimal(16)],
    },
    schema={"k": pl.String, "o": pl.Int64, "v": DECIMAL},
).lazy()


@pytest.mark.parametrize("engine", ENGINES)
def test_windows_in_order(engine: Any) -> None:
    """A null sorts first in both directions, null keys are one group, and `cum_sum` steps over nulls."""
    for descending, expected in ((False, [5, None, 4, 24, 16]), (True, [5, None, 4, 8, 24])):
        total = pl.col("v").cum_sum().over("k", order_by=["o"], descending=descending)
        assert WINDOW.select(total).collect(engine=engine).to_series().to_list() == expected
    place = pl.int_range(pl.len()).over(None, order_by=[pl.col("o"), pl.col("v")])
    assert WINDOW.select(place).collect(engine=engine).to_series().to_list() == [3, 1, 0, 4, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_joins_skip_null_keys_and_tell_doubles(engine: Any) -> None:
    left = pl.LazyFrame({"k": ["a", None, "b"]})
    right = pl.LazyFrame({"k": ["a", None], "v": [1, 2]})
    found = left.join(right, on="k", how="left", validate="m:1").sort("k").collect(engine=engine)
    assert found["v"].to_list() == [None, 1, None]
    with pytest.raises(pl.exceptions.ComputeError, match="m:1"):
        left.join(pl.concat([right, right]), on="k", how="left", validate="m:1").collect(engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("keyed", [True, False])
def test_as_of_joins_take_the_latest_start(engine: Any, keyed: bool) -> None:
    """Null days, null keys and empty sides match nothing, and nothing raises."""
    days = [date(2026, 1, n) for n in range(1, 10)]
    left = pl.LazyFrame({"k": ["a", "a", "a", None, "b"], "at": [days[0], days[4], None, days[4], days[4]]})
    right = pl.LazyFrame({"j": ["a", "a", None], "start": [days[1], days[3], days[0]], "v": [1, 2, 3]})
    right = right if keyed else right.filter(pl.col("j").is_not_null())
    by: dict[str, Any] = {"by_left": ["k"], "by_right": ["j"], "check_sortedness": False} if keyed else {}
    found = (
        left.sort("at").join_asof(right.sort("start"), left_on="at", right_on="start", strategy="backward", coalesce=False, **by)
    )  # fmt: skip
    by_row = sorted(found.select("k", "at", "v").collect(engine=engine).rows(), key=str)
    expected = {True: [None, 2, None, None, None], False: [None, 2, None, 2, 2]}[keyed]
    assert by_row == sorted(zip(*left.collect().to_dict(as_series=False).values(), expected, strict=True), key=str)
    empty = left.sort("at").join_asof(right.head(0), left_on="at", right_on="start", coalesce=False, **by)
    assert empty.collect(engine=engine)["v"].null_count() == 5


def test_horizontal_extremes_leave_nulls_out() -> None:
    assert frame(a=[None], b=[Decimal(2)]).select(pl.min_horizontal("a", "b")).collect().item() == 2


def test_texts_compare_by_code_point() -> None:
    texts = ["Z", "a", "ä", "Ω", "\uffff", "😀"]
    assert pl.Series(texts[::-1]).sort().to_list() == sorted(texts)
