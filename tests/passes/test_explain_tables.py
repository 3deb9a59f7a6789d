"""Explanations of lines between points, of tiers entered and of running totals: what is said can be redone by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine import open_workspace
from engine.explain import explain
from engine.explain.formula import Figures, in_names
from engine.ir.expr import Ref
from engine.ir.types import RATE, money
from engine.lower.terms import at_bound_places, call, number
from engine.record import Record, open_record
from tests.documents.examples import DOCUMENT, build, examples

from .calculator import nodes, wrong

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))
TOLD = {
    "between-rates": [
        (
            "point 2 · 4%",
            "reached: 1,550.50 >= 100 % × 1,250.00; not reached: 1,550.50 < 150 % × 1,250.00",
        ),
        ("rate", "4 % + (9 % − 4 %) × (1,550.50 − 100 % × 1,250.00) ÷ (150 % × 1,250.00 − 100 % × 1,250.00)"),
    ],
    "between-amounts": [
        ("table result", "135.00 − 72.00"),
        ("amount", "90.00 + (390.00 − 90.00) × (1,300.00 − 1,000.00) ÷ (3,000.00 − 1,000.00)"),
        ("point before 1 · 0", "reached: 800.00 >= 0.00; not reached: 800.00 < 1,000.00"),
    ],
    "looked-up": [("tier 1 · 10", "reached: 1 >= 0; not reached: 1 < 2"), ("running_total: before", "")],
    "milestones": [("tier 2 · 50", "entered: 1,550.50, from 1,000.00 on")],
}
"""Example → titles and what stands beside them."""


def recorded(name: str, folder: Path) -> Record:
    """A run of an example of the language reference."""
    build(EXAMPLES, name, folder / "ws")
    return open_record(open_workspace(folder / "ws").run("2026-03").save(folder / "runs").record.folder)


@pytest.mark.parametrize("name", TOLD)
def test_every_line_can_be_redone(name: str, tmp_path: Path) -> None:
    record = recorded(name, tmp_path)
    assert [wrong(explain(record, who)) for who in ("ana", "ben")] == [[], []]
    said = [
        (node.title, node.about or "", node.worked.grouped if node.worked else "")
        for node in nodes(explain(record, "ana"))
    ]
    for title, beside in TOLD[name]:
        assert any(found == title and beside in (about, worked) for found, about, worked in said), (title, said)


def test_places_that_are_left_out_are_told_where_they_decide() -> None:
    """120 % of February's 833.333333333334 of 10,000 a year: who sold 1,000.00 is on it."""
    usd = money("USD")
    share = call("mul", number(Decimal("1.2"), RATE), Ref("target"))
    reached = call("ge", at_bound_places(Ref("sold")), at_bound_places(share))
    types = {"sold": usd, "target": usd}
    uneven = Figures({"sold": Decimal(1000), "target": Decimal("833.333333333334")}, types, {"USD": 2})
    assert uneven.worked(reached).plain == "1000.00 >= 1.2 × 833.333333333334, at 9 places"
    even = Figures({"sold": Decimal(1000), "target": Decimal(800)}, types, {"USD": 2})
    assert even.worked(reached).plain == "1000.00 >= 1.2 × 800.00"
    assert in_names(reached) == "sold >= 120 % × target"
