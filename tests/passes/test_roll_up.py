"""Roll-ups: how they are written and refused, who is credited through whom, and what becomes of what reaches nobody."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import Node, explain
from engine.pipeline import front
from engine.record import open_record
from tests.conformance.small_workspace import MAIN, ORDERS, PLAN, written

MANAGED = MAIN.replace("title: text, ", "title: text, manager: {type: text, nullable: true}, ")
SKIPPING = "longer: stop, no_manager: skip, not_on_plan: skip"
SPLIT = "{assignment: accounts, match: {account: account}, share: share, digits: 2, mode: half_up}"
HEAD = "participant,start,end,title,payroll_id,manager"


def team(to: str, where: str = 'status == "booked"') -> str:
    """The plan with a rule that credits managers, and a component that pays 2 % for level 1 and 0.5 % above."""
    rule = f"  team:\n    from: orders\n    where: {where}\n    to: {to}\n    credit_date: booked_on\n    value: net\nmeasures:"
    paid = (
        "  override:\n    earning_period: month\n    basis: credit\n    base: team\n    earning_code: OVER\n"
        "    rate: {mode: flat, rate: 0.02 if level == 1 else 0.005}\n    then: [{round: {per: earning, mode: half_up}}]\n"
        "policies: {segments: separate, hit_policy: all}"
    )
    return PLAN.replace("measures:", rule).replace("policies: {segments: separate, hit_policy: first}", paid)


def run_of(folder: Path, to: str, people: list[str], where: str = 'status == "booked"', orders: str = ORDERS) -> Run:
    """March, with these people."""
    files: dict[str, Any] = {"komisi.yaml": MANAGED, "people.csv": "\n".join([HEAD, *people, ""]), "orders.csv": orders}
    return open_workspace(written(folder, {**files, "field/comp.yaml": team(to, where)})).run("2026-03")


def credits(run: Run) -> list[tuple[Any, ...]]:
    table = run.table("credits/field.team")
    names = ("order_id", "participant", "level", "amount", "state", "because")
    return [tuple(row) for row in table.select(names).iter_rows()]


CHAIN = ["P1,2025-01-01,,Seller,X1,P2", "P2,2025-01-01,,Seller,X2,P3", "P3,2025-01-01,,Seller,X3,"]
ONE = "order_id,booked_on,seller,status,account,quantity,net\nA,2026-03-10,P1,booked,,1,100\n"
SHARED = "order_id,booked_on,seller,status,account,quantity,net\nS,2026-03-10,P1,shared,K1,1,100.01\n"


def test_levels_are_counted_from_the_seller_up(tmp_path: Path) -> None:
    run = run_of(tmp_path, f"{{managers_of: seller, levels: 2, {SKIPPING}}}", CHAIN, orders=ONE)
    assert credits(run) == [("A", "P2", 1, 100, "credited", ""), ("A", "P3", 2, 100, "credited", "")]
    paid = run.table("credit_pay/field.override").select("participant", "pay").rows()
    assert paid == [("P2", Decimal(2)), ("P3", Decimal("0.5"))]


def test_the_hierarchy_is_that_of_the_credit_date(tmp_path: Path) -> None:
    moved = ["P1,2025-01-01,2026-03-09,Seller,X1,P2", "P1,2026-03-10,,Seller,X1,P3", *CHAIN[1:]]
    orders = ONE + "B,2026-03-09,P1,booked,,1,1\n"
    run = run_of(tmp_path, f"{{managers_of: seller, levels: 1, {SKIPPING}}}", moved, orders=orders)
    assert [row[:2] for row in credits(run)] == [("A", "P3"), ("B", "P2")]


def test_parts_of_a_split_go_up_to_each_ones_manager_and_meet_there(tmp_path: Path) -> None:
    """K1 is shared 0.5 by P2 and 0.25 by P3: P3 has P2's half from level 1, P4 has P3's quarter at 1 and P2's half at 2."""
    people = ["P2,2025-01-01,,Seller,X2,P3", "P3,2025-01-01,,Seller,X3,P4", "P4,2025-01-01,,Seller,X4,"]
    to = f"{{managers_of: {SPLIT}, levels: 2, {SKIPPING}}}"
    run = run_of(tmp_path, to, people, 'status == "shared"', SHARED)
    assert credits(run) == [
        ("S", "", 0, Decimal("25.00"), "unassigned", "shares_under_one"),
        ("S", "P3", 1, Decimal("50.01"), "credited", ""),
        ("S", "P4", 1, Decimal("75.01"), "credited", ""),
    ]


@pytest.mark.parametrize(
    ("choices", "people", "expected"),
    [
        ("levels: 1, longer: exception, no_manager: skip, not_on_plan: skip", CHAIN, ("", 0, "exception", "longer_chain")),
        ("levels: 9, longer: stop, no_manager: skip, not_on_plan: skip", [*CHAIN[:2], "P3,2025-01-01,,Seller,X3,P1"],
         ("", 0, "exception", "manager_cycle")),
        ("levels: 1, longer: stop, no_manager: skip, not_on_plan: skip", ["P1,2025-01-01,,Seller,X1,P1"],
         ("", 0, "exception", "manager_cycle")),
        ("levels: 2, longer: stop, no_manager: skip, not_on_plan: skip", ["P1,2025-01-01,,Seller,X1,"],
         ("", 0, "excluded", "no_manager")),
        ("levels: 2, longer: stop, no_manager: exception, not_on_plan: skip", ["P1,2025-01-01,,Seller,X1,"],
         ("", 0, "exception", "no_manager")),
        ("levels: 2, longer: stop, no_manager: skip, not_on_plan: skip", ["P1,2025-01-01,,Seller,X1,P9"],
         ("P9", 1, "excluded", "not_on_plan")),
        ("levels: 2, longer: stop, no_manager: skip, not_on_plan: exception", ["P1,2025-01-01,,Seller,X1,P9"],
         ("P9", 1, "exception", "not_on_plan")),
    ],
    ids=["longer", "circle", "oneself", "nobody", "nobody-held", "off-plan", "off-plan-held"],
)  # fmt: skip
def test_chains_that_are_not_as_one_hopes(
    choices: str, people: list[str], expected: tuple[Any, ...], tmp_path: Path
) -> None:
    run = run_of(tmp_path, f"{{managers_of: seller, {choices}}}", people, orders=ONE)
    (found,) = credits(run)
    assert (found[1], found[2], found[4], found[5]) == expected


def test_who_is_left_out_leaves_the_others_their_levels(tmp_path: Path) -> None:
    people = [CHAIN[0], "P2,2025-01-01,,Coach,X2,P3", CHAIN[2]]
    run = run_of(tmp_path, f"{{managers_of: seller, levels: 2, {SKIPPING}}}", people, orders=ONE)
    assert credits(run) == [("A", "P2", 1, 100, "excluded", "not_on_plan"), ("A", "P3", 2, 100, "credited", "")]


GENERATIONS = "generations: {title: Seller, within: 3, beyond: exception}"
COACHED = ["P1,2025-01-01,,Seller,X1,P5", "P5,2025-01-01,,Coach,X5,P2", *CHAIN[1:]]


def test_generations_pass_over_who_has_another_title(tmp_path: Path) -> None:
    """By reporting line the coach is level 1 and P2 level 2; of two generations P2 is the first and P3 the second."""
    run = run_of(tmp_path / "one", f"{{managers_of: seller, levels: 2, {SKIPPING}}}", COACHED, orders=ONE)
    assert credits(run) == [("A", "P2", 2, 100, "credited", ""), ("A", "P5", 1, 100, "excluded", "not_on_plan")]
    to = f"{{managers_of: seller, levels: 2, {GENERATIONS}, {SKIPPING}}}"
    run = run_of(tmp_path / "two", to, COACHED, orders=ONE)
    assert credits(run) == [("A", "P2", 1, 100, "credited", ""), ("A", "P3", 2, 100, "credited", "")]
    paid = run.table("credit_pay/field.override").select("participant", "pay").rows()
    assert paid == [("P2", Decimal(2)), ("P3", Decimal("0.5"))]
    (way,) = run.table("shares/field.team").select("manager.1", "manager.2", "above.1", "above.2", "above.3").rows()
    assert way == ("P2", "P3", "P5", "P2", "P3")
    record = open_record(run.save(tmp_path / "runs").record.folder)
    through = [node.title for node in _nodes(explain(record, "P3")) if node.kind == "through"]
    assert through == ["P1 → (P5) → P2 → P3"]


def test_the_title_is_that_of_the_credit_date_and_it_is_looked_no_further_than_needed(tmp_path: Path) -> None:
    """P5 is promoted on the 10th: from then on level 1. P3 and P2 run in a circle above, which nobody has to look at."""
    people = [COACHED[0], "P5,2025-01-01,2026-03-09,Coach,X5,P2", "P5,2026-03-10,,Seller,X5,P2", CHAIN[1],
              "P3,2025-01-01,,Seller,X3,P2"]  # fmt: skip
    orders = ONE + "B,2026-03-09,P1,booked,,1,1\n"
    run = run_of(tmp_path, f"{{managers_of: seller, levels: 1, {GENERATIONS}, {SKIPPING}}}", people, orders=orders)
    assert [row[:3] for row in credits(run)] == [("A", "P5", 1), ("B", "P2", 1)]


GENERATION_ENDS = [
    ("levels: 1, generations: {title: Seller, within: 1, beyond: exception}", COACHED, ("", 0, "exception", "beyond_reach")),
    ("levels: 1, generations: {title: Seller, within: 1, beyond: stop}", COACHED, ("", 0, "excluded", "no_manager")),
    ("levels: 1, generations: {title: Seller, within: 2, beyond: exception}", COACHED, ("P2", 1, "credited", "")),
    ("levels: 1, generations: {title: [Boss, Seller], within: 5, beyond: exception}",
     ["P1,2025-01-01,,Seller,X1,P5", "P5,2025-01-01,,Boss,X5,P2", *CHAIN[1:]], ("P5", 1, "excluded", "not_on_plan")),
    ("levels: 1, generations: {title: Seller, within: 5, beyond: exception}",
     ["P1,2025-01-01,,Seller,X1,P9"], ("", 0, "excluded", "no_manager")),
    ("levels: 1, generations: {title: Seller, within: 5, beyond: exception}",
     ["P1,2025-01-01,,Seller,X1,P5", "P5,2025-01-01,,Coach,X5,P6", "P6,2025-01-01,,Coach,X6,P5"],
     ("", 0, "exception", "manager_cycle")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "people", "expected"), GENERATION_ENDS,
    ids=["beyond", "beyond-stops", "within", "counted-off-plan", "ghost", "circle-of-passed"],
)  # fmt: skip
def test_where_generations_end(said: str, people: list[str], expected: tuple[Any, ...], tmp_path: Path) -> None:
    run = run_of(tmp_path, f"{{managers_of: seller, {said}, {SKIPPING}}}", people, orders=ONE)
    (found,) = credits(run)
    assert (found[1], found[2], found[4], found[5]) == expected


def test_a_longer_chain_is_one_more_who_takes_a_level(tmp_path: Path) -> None:
    """The coach on the way is none: P2 is the only one above P1 until P3 is one too."""
    to = "{managers_of: seller, levels: 1, generations: {title: Seller, within: 4, beyond: exception}, longer: exception, "
    to += "no_manager: skip, not_on_plan: skip}"
    (one,) = credits(run_of(tmp_path / "one", to, [*COACHED[:3], "P3,2025-01-01,,Coach,X3,"], orders=ONE))
    assert one[1:] == ("P2", 1, 100, "credited", "")
    (two,) = credits(run_of(tmp_path / "two", to, COACHED, orders=ONE))
    assert two[1:] == ("", 0, 100, "exception", "longer_chain")


def test_parts_of_a_split_meet_at_the_nearest_generation(tmp_path: Path) -> None:
    """P2 has a half, P3 a quarter: both go up to P4, P2's over the coach P3, who takes no level; P4 is level 1 of both."""
    people = ["P2,2025-01-01,,Seller,X2,P3", "P3,2025-01-01,,Coach,X3,P4", "P4,2025-01-01,,Seller,X4,"]
    to = f"{{managers_of: {SPLIT}, levels: 2, {GENERATIONS}, {SKIPPING}}}"
    run = run_of(tmp_path, to, people, 'status == "shared"', SHARED)
    assert credits(run) == [
        ("S", "", 0, Decimal("25.00"), "unassigned", "shares_under_one"),
        ("S", "P4", 1, Decimal("75.01"), "credited", ""),
    ]


def test_a_rejected_row_of_the_roster_blocks_the_period(tmp_path: Path) -> None:
    """Without it the managers of that seller's sales are not known, so it is not the seller's matter alone."""
    bad = ["P1,soon,,Seller,X1,P2", *CHAIN[1:]]
    to = f"{{managers_of: seller, levels: 2, {SKIPPING}}}"
    log = run_of(tmp_path, to, bad, orders=ONE).exceptions.filter(pl.col("code") == "X011")
    assert log["severity"].to_list() == ["blocks_period"]


def test_an_explanation_says_through_whom(tmp_path: Path) -> None:
    run = run_of(tmp_path, f"{{managers_of: seller, levels: 2, {SKIPPING}}}", CHAIN, orders=ONE)
    record = open_record(run.save(tmp_path / "runs").record.folder)
    through = [node.title for node in _nodes(explain(record, "P3")) if node.kind == "through"]
    assert through == ["P1 → P2 → P3"]
    asked = [node for node in _nodes(explain(record, "P1", transaction="A")) if node.title == "P1 gets no share"]
    assert [node.about for node in asked] == ["it belongs to them, and the rule credits the managers above"]
    other = [node for node in _nodes(explain(record, "P9", transaction="A")) if node.title == "P9 gets no share"]
    assert other[-1].about == "not among the managers credited: P1 → P2 → P3"


def _nodes(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children for inner in _nodes(child))]


MISTAKES = [
    ("{managers_of: seller, levels: 2, longer: stop, no_manager: skip}", "S002", "needs `not_on_plan`"),
    ("{manager_of: seller, levels: 2, longer: stop, no_manager: skip, not_on_plan: skip}", "S001", "no key `manager_of`"),
    ("{managers_of: seller, levels: 0, longer: stop, no_manager: skip, not_on_plan: skip}", "S006", "too small"),
    ("{managers_of: seller, levels: 2, longer: ignore, no_manager: skip, not_on_plan: skip}", "S004", "ignore"),
    ("{managers_of: {managers_of: seller}, levels: 2, longer: stop, no_manager: skip, not_on_plan: skip}", "S001", "managers_of"),
    ("{managers_of: sellr, levels: 2, longer: stop, no_manager: skip, not_on_plan: skip}", "N001", "sellr"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "code", "words"), MISTAKES, ids=[words for *_, words in MISTAKES])
def test_a_mistake_is_told(to: str, code: str, words: str, tmp_path: Path) -> None:
    told = _told(tmp_path, MANAGED, team(to))
    assert code in {d.code for d in told}
    assert any(words in d.message for d in told)


def test_the_roster_must_have_managers(tmp_path: Path) -> None:
    (told,) = _told(tmp_path, MAIN, team(f"{{managers_of: seller, levels: 2, {SKIPPING}}}"))
    assert (told.code, told.message) == ("W102", "`people` has no column `manager`, and a roll-up reads it")


def test_only_a_roll_up_has_levels(tmp_path: Path) -> None:
    (told,) = _told(tmp_path, MANAGED, team("seller"))
    assert (told.code, told.message) == ("N002", "`level` is known only of the credits of a roll-up")


def _told(folder: Path, main: str, plan: str) -> list[Any]:
    diagnostics = Diagnostics()
    front(written(folder, {"komisi.yaml": main, "field/comp.yaml": plan}), diagnostics, {})
    return list(diagnostics)
