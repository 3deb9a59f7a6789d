"""Random programs: polars == replay to the last digit, in any row order."""

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.ir.table import Def, Extend, Scan, Table
from engine.ir.types import Type
from tests.conformance.both import evaluate
from tests.conformance.random_ir import MONEY, SCHEMA, TYPES, expression, rows

SEEDS = int(os.environ.get("KOMISI_CONFORMANCE", "6"))
"""Batches per type; `KOMISI_CONFORMANCE=500 pytest tests/conformance/test_random.py` tries more."""


@pytest.mark.parametrize("type_", TYPES, ids=str)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_many_expressions(type_: Type, seed: int) -> None:
    """Thirty expressions at once over forty rows, some of them over few or none."""
    rng = Random(f"{type_} {seed}")
    data = rows(rng, rng.choice([0, 1, 40, 40]))
    defs = [Def(f"e{index}", expression(rng, type_, rng.randint(1, 4))) for index in range(30)]
    found = evaluate(Extend(Scan("rows"), tuple(defs)), {"rows": SCHEMA}, {"rows": data}, "o")
    if len(found) == 40:
        assert sum(row[d.name] is not None for row in found for d in defs) > 200


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rng=st.randoms(use_true_random=False), type_=st.sampled_from(TYPES), height=st.integers(0, 4))
def test_expression(rng: Random, type_: Type, height: int) -> None:
    data = rows(rng, height)
    table = Extend(Scan("rows"), (Def("e", expression(rng, type_)),))
    evaluate(table, {"rows": SCHEMA}, {"rows": data}, "o")


@pytest.mark.parametrize("seed", range(10))
def test_definitions_see_those_before(seed: int) -> None:
    """Definitions that replace what others read, in every order."""
    rng = Random(seed)
    data, table = rows(rng, 20), Scan("rows")
    nested: Table = table
    for _ in range(2):
        names = rng.sample(["m1", "m2", "x", "y", "z"], 5)
        nested = Extend(nested, tuple(Def(name, expression(rng, MONEY, 2)) for name in names))
    evaluate(nested, {"rows": SCHEMA}, {"rows": data}, "o")
