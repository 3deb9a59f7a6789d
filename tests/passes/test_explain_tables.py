"""Explanations of lines between points, of tiers entered and of running totals: what is said can be redone by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine import open_workspace
from engine.explain import explain
from engine.explain.formula import Figures, in_names
from engine.explain.node import Node, Worked
from engine.explain.render import render_text
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


def test_many_parts_of_a_target_are_counted_but_none_that_is_not_known() -> None:
    """The line of the target has every figure; `--all` shows where each comes from."""
    known = [Node("part", f"2026-{month:02}", Worked("100", "100"), "USD") for month in range(1, 12)]
    year = Node("target", "target quota", Worked("1100", "1,100"), "USD", children=(*known, Node("part", "2026-12")))
    lines = render_text(year).splitlines()
    assert [line.strip("├└─ ") for line in lines[1:]] == [
        "2026-01 = 100 USD", "2026-02 = 100 USD", "… 9 more of 12, to 2026-11 (--all or --json shows them)", "2026-12",
    ]  # fmt: skip
    assert len(render_text(year, everything=True).splitlines()) == 13
    quarter = Node("target", "target quota", Worked("300", "300"), "USD", children=tuple(known[:3]))
    assert len(render_text(quarter).splitlines()) == 4
