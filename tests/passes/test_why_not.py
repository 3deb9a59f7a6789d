"""`explain --transaction`: what became of a transaction, under every rule, with the values that decided."""

import pytest

from engine.explain import Node, explain
from engine.record import Record

from .calculator import nodes, wrong
from .explained import run_of


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


def rule(tree: Node, name: str) -> Node:
    return next(node for node in tree.children if f"rule {name}:" in node.title)


def texts(node: Node) -> list[str]:
    return [f"{each.title} — {each.about}" for each in nodes(node) if each.kind == "condition"]


def test_a_condition_that_is_not_met(record: Record) -> None:
    tree = explain(record, "ann", transaction="A5 / 1")
    assert (tree.inputs["state"], tree.source) == ("unmatched", "orders.csv:6")
    said = rule(tree, "sales")
    assert said.inputs == {"state": "unmatched", "because": "where"}
    assert texts(said) == ['kind == "sale" — kind was "draft"']
    assert said.children[0].span is not None and said.children[0].span.startswith("rep/comp.yaml:")


def test_it_is_said_where_it_is_of_others(record: Record) -> None:
    own, other = (explain(record, who, transaction="A1 / 1").about for who in ("ann", "ben"))
    assert own == "credited" and other == "credited; it names ann, and ben has nothing of it"


def test_a_named_exclusion(record: Record) -> None:
    said = rule(explain(record, "ann", transaction="A4 / 1"), "sales")
    assert said.about == "excluded by the condition `tiny`"
    assert texts(said) == ["net >= 0 and net < 10 — net was 5.00"]
    assert said.children[-1].note == "not worth the paper"


@pytest.mark.parametrize(("key", "day"), [("A6 / 1", "2026-03-01"), ("F2 / 1", "2025-12-25")])
def test_outside_the_days_of_the_run(record: Record, key: str, day: str) -> None:
    said = rule(explain(record, "ann", transaction=key), "sales")
    assert said.title.endswith("out of scope")
    assert said.about == "its credit date is outside the days that this run computes"
    (text,) = texts(said)
    assert f"day was {day}, scope_end was 2026-02-28, scope_start was 2026-01-01" in text


@pytest.mark.parametrize(
    ("key", "name", "state", "about"),
    [
        ("A7 / 1", "sales", "exception", "the participant is on no plan of the workspace on the credit date"),
        ("A8 / 1", "sales", "excluded", "the participant is on another plan of the workspace on the credit date"),
        ("A9 / 1", "sales", "unassigned", "the column that names the participant is empty"),
        ("E3 / 1", "shared", "unassigned", "the assigned shares add up to less than 1: the rest is nobody's"),
        ("E4 / 1", "shared", "unassigned", "no assignment in force on the credit date fits it"),
        ("E5 / 1", "sales", "exception", 'it is in another currency than the plan: currency was "EUR"'),
    ],
)
def test_states_in_words(record: Record, key: str, name: str, state: str, about: str) -> None:
    tree = explain(record, "ann", transaction=key)
    said = rule(tree, name)
    assert (said.inputs["state"], said.about) == (state, about)
    assert wrong(tree) == []


def test_an_exception_says_what_to_do(record: Record) -> None:
    tree = explain(record, "ann", transaction="E5 / 1")
    logged = next(node for node in tree.children if node.kind == "exception")
    assert logged.title.startswith("E103")
    assert "Restrict the rule with `where`" in logged.about
    assert logged.source == "orders.csv:19"


def test_what_a_credited_transaction_paid(record: Record) -> None:
    tree = explain(record, "eve", transaction="E1")
    assert tree.inputs["state"] == "credited"
    shares = {node.title: node for node in rule(tree, "shared").children}
    assert list(shares) == ["eve", "fay"]
    eve, fay = shares["eve"], shares["fay"]
    assert eve.value is not None and fay.value is not None
    assert (eve.value.plain, fay.value.plain) == ("50.01", "50.00")
    assert eve.worked is not None and eve.worked.plain == "round(100.01 × 0.5, truncate, 2 digits) + 0.01"
    pay = eve.children[0]
    assert pay.value is not None and (pay.title, pay.value.plain) == ("component team.per_deal", "0.5001")
    part = rule(explain(record, "bob", transaction="B1 / 1"), "sales").children[0].children[0]
    assert part.about == "it is part of this sum"
    assert [child.title for child in part.children] == ["component commission · 2026-02"]


def test_who_asks_and_got_nothing(record: Record) -> None:
    said = rule(explain(record, "ann", transaction="B1 / 1"), "sales")
    assert (said.children[0].title, said.children[0].about) == ("ann gets no share", "the column seller says bob")


def test_rejected_at_intake(record: Record) -> None:
    tree = explain(record, "fay", transaction="F1 / 1")
    assert tree.about == "rejected at intake, so no rule saw it"
    (node,) = tree.children
    assert node.title == "X008 not a number (column `net`: `1x`)"
    assert (node.source, node.inputs["record"]) == ("orders.csv:20", "F1,1,2026-02-25,fay,,sale,USD,1x")


def test_in_no_file(record: Record) -> None:
    with pytest.raises(LookupError, match="in none of the files that this run read"):
        explain(record, "ann", transaction="Q1 / 1")
    with pytest.raises(LookupError, match=r"no transaction `a5 / 9`: .*did you mean A5 / 1, A5 / 2"):
        explain(record, "ann", transaction="a5 / 9")


def test_a_key_of_several(record: Record) -> None:
    with pytest.raises(LookupError, match="2 transactions have the key `A5`, or begin with it: A5 / 1, A5 / 2"):
        explain(record, "ann", transaction="A5")
