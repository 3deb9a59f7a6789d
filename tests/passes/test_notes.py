"""A note may stand beside every choice of a plan, and comes out where the choice decided or applied."""

from collections.abc import Iterator

import pytest

from engine import open_workspace
from engine.explain import Node, explain
from engine.ir.program import Program
from engine.ir.serial import program_from_json, program_to_json
from engine.record import Record, open_record
from tests.passes.noted import SOLD, Place, noted_workspace, places

KINDS = ("workspace", "comp-plan", "target-plan")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Place], Record]:
    folder = tmp_path_factory.mktemp("noted")
    given = noted_workspace(folder / "workspace")
    saved = open_workspace(folder / "workspace").run("P2").save(folder / "runs")
    return given, open_record(saved.record.folder)


def nodes(node: Node, without: str = "") -> Iterator[Node]:
    """A node and all that are below, `without` those of a kind and what is below them."""
    yield node
    for child in node.children:
        if child.kind != without:
            yield from nodes(child, without)


def trees(record: Record) -> Iterator[Node]:
    """What `komisi explain` says of everybody and of every transaction."""
    import polars as pl

    for participant in record.scan("earnings").select(pl.col("participant").unique().sort()).collect().to_series():
        yield explain(record, participant)
    for order in record.scan("states/orders").select("order").collect().to_series():
        if order.partition("-")[2] not in SOLD:
            yield explain(record, "ws-mid", transaction=order)


def test_the_workspace_has_a_note_at_every_place_of_the_schemas(made: tuple[dict[str, Place], Record]) -> None:
    allowed = {place for kind in KINDS for place in places(kind)}
    assert len(allowed) > 70
    assert sorted(allowed - set(made[0].values())) == []


@pytest.mark.parametrize(
    ("participant", "kind", "choice"),
    [
        ("pl-zero", "attainment", "zero_target: full"),
        ("pl-miss", "attainment", "missing_target: zero"),
        ("pl-mid", "attainment", "reach: to_date"),
        ("pl-bound", "tier", "boundary: upper"),
        ("pl-below", "tier", "below: zero"),
        ("pl-above", "tier", "above: same"),
        ("pl-above", "step", "excess: remembered"),
        ("pl-part", "earning", "segments: separate"),
        ("pl-part", "variable", "participant_values_on: segment_end"),
        ("pl-mid", "payout", "payout_rounding: half_up"),
    ],
)
def test_a_choice_stands_beneath_what_it_decided(
    made: tuple[dict[str, Place], Record], participant: str, kind: str, choice: str
) -> None:
    _, record = made
    tree = explain(record, participant)
    found = {child for node in nodes(tree) if node.kind == kind for child in children_called(node, choice)}
    lines = record.plan_texts()["pl/comp.yaml"].decode().split("\n")
    (span,) = found
    name, _, value = choice.partition(": ")
    number = int(span.rpartition(":")[2])
    assert f'"{name}": {{' in lines[number - 2] and f'"value": "{value}"' in lines[number - 1]


def children_called(node: Node, title: str) -> Iterator[str]:
    """Plan lines of the choices right beneath a node."""
    return (child.span or "" for child in node.children if child.kind == "choice" and child.title == title)


def test_credits_that_are_paid_one_by_one_stand_under_their_rule(made: tuple[dict[str, Place], Record]) -> None:
    given, record = made
    (rule,) = (node for node in nodes(explain(record, "ne-mid", "deals")) if node.kind == "rule")
    assert rule.title == "rule direct" and rule.note is not None
    assert given[rule.note] == ("comp-plan", "credits", "*")


def test_a_choice_that_did_not_decide_is_not_shown(made: tuple[dict[str, Place], Record]) -> None:
    _, record = made
    own = nodes(explain(record, "pl-mid"), without="earned_below")  # of those below others decide
    titles = {node.title for node in own if node.kind == "choice"}
    assert not titles & {"zero_target: full", "missing_target: zero", "boundary: upper", "below: zero", "above: same"}


def test_a_remark_is_stored_with_the_program(made: tuple[dict[str, Place], Record]) -> None:
    given, record = made
    program: Program = record.program()
    text = program_to_json(program)
    assert program_from_json(text) == program
    assert [(note, given[note]) for note in given if note not in text] == []


def test_every_note_comes_out_with_its_plan_line(made: tuple[dict[str, Place], Record]) -> None:
    given, record = made
    said = [(node.note, node.span) for tree in trees(record) for node in nodes(tree) if node.note]
    missing = {note: place for note, place in given.items() if not any(note in text for text, _ in said)}
    assert missing == {}
    for text, span in said:
        assert span is not None, text
        for note in (note for note in given if note in text):
            name, _, number = span.rpartition(":")
            after = "\n".join(record.plan_texts()[name].decode().split("\n")[int(number) - 1 :])
            assert int(number) > 1 and note in after, f"{note} of {given[note]} is shown with {span}"
