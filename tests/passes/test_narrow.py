"""Decimals as they stand on the disk: narrow where all values fit, and the same values again."""

from decimal import Decimal

import polars as pl
import pytest

from engine.record.narrow import WIDE, narrowed, widened


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["0.000000000001", "-999999.999999999999"], pl.Decimal(18, 12)),
        (["1000000", "0.000000001"], pl.Decimal(18, 9)),
        (["1000000", "0.0000000001"], WIDE),
        (["999999999999.999999"], pl.Decimal(18, 6)),
        (["99999999999999.99", "-1.25"], pl.Decimal(18, 4)),
        (["9999999999999999.99"], pl.Decimal(18, 2)),
        (["9999999999999999.999"], WIDE),
        (["-9999999999999999"], pl.Decimal(18, 2)),
        (["9999999999999999.999999999999", "1"], WIDE),
        ([], pl.Decimal(18, 12)),
    ],
)
def test_a_column_is_as_narrow_as_its_values_and_comes_back_whole(values: list[str], dtype: pl.DataType) -> None:
    column = pl.Series("n", [None, *map(Decimal, values), None], WIDE)
    table = pl.DataFrame({"n": column, "t": ["x"] * len(column)})
    narrow = narrowed(table)
    assert narrow.schema == {"n": dtype, "t": pl.String}
    assert widened(narrow.lazy()).collect().equals(table)
    assert widened(narrow.lazy()).collect_schema() == table.schema
