"""Plans that use parts of libraries: what is refused, where messages point, what a value can and can't mean."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.ir.serial import program_from_json, program_to_json
from engine.pipeline import check, front
from engine.plan.resolved import ResolvedWorkspace
from tests.documents.examples import DOCUMENT, build, examples

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))
LIBRARY, NORTH, SOUTH = "library.yaml", "regions/north.yaml", "regions/south.yaml"


@pytest.fixture
def regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The three regional plans of the language reference; messages call their files as it does."""
    build(EXAMPLES, "regions", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(file: str, edits: Mapping[str, str]) -> None:
    text = Path(file).read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    Path(file).write_text(text, encoding="utf-8")


def told() -> list[Diagnostic]:
    diagnostics = Diagnostics()
    check(Path("."), diagnostics, {})
    return list(diagnostics)


def sound() -> ResolvedWorkspace:
    diagnostics = Diagnostics()
    found = check(Path("."), diagnostics, {})
    assert found is not None, [(each.code, each.message, each.span.where) for each in diagnostics]
    return found


def places(found: Diagnostic) -> list[tuple[str, int]]:
    return [(span.file, span.line) for span, _ in found.related]


def line(file: str, words: str) -> int:
    lines = Path(file).read_text(encoding="utf-8").split("\n")
    return next(number for number, text in enumerate(lines, 1) if words in text)


# -------------------------------------------------------------------------------------------------------------- places


def test_a_mistake_in_a_number_is_told_at_the_plan_with_the_line_that_reads_it(regions: Path) -> None:
    edit(SOUTH, {"over: 1000 USD": "over: 1000 EUR"})
    found = told()
    assert {each.code for each in found} == {"S012"}
    assert {(each.span.file, each.span.line) for each in found} == {(SOUTH, 4)}
    assert (LIBRARY, line(LIBRARY, "{from: $bound")) in places(found[0])


def test_a_mistake_in_a_part_is_told_once_with_a_plan_that_uses_it(regions: Path) -> None:
    edit(LIBRARY, {"sum: sales": "sum: sale"})
    found = [each for each in told() if each.severity == "error"]
    assert [(each.code, each.span.file) for each in found] == [("N001", LIBRARY)]
    assert (NORTH, 3) in places(found[0])


def test_every_plan_with_the_same_mistake_drops_out_of_the_next_pass(regions: Path) -> None:
    edit(LIBRARY, {"region == $region": "region == $region and", "sum: sales": "sum: sale"})
    assert {each.code for each in told()} == {"F010"}


def test_a_program_keeps_both_places_and_is_the_same_from_anywhere(
    regions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = front(Path("."), Diagnostics(), {})
    monkeypatch.chdir("/")
    there = front(regions, Diagnostics(), {})
    assert here is not None and there is not None
    text = program_to_json(here.program)
    assert text == program_to_json(there.program)
    assert program_from_json(text) == here.program
    tiers = {d.span.where for s in here.program.stages for d in getattr(s.table, "defs", ()) if d.span is not None}
    assert any(NORTH in where and LIBRARY in where for where in tiers)


# -------------------------------------------------------------------------------------------------- what a value means


@pytest.mark.parametrize("region", ['North" or region != "x', "seller", "1 == 1", "5%", "100"])
def test_a_text_is_a_text_whatever_stands_in_it(regions: Path, region: str) -> None:
    edit(NORTH, {"region: North": f"region: '{region}'"})
    (plan,) = (each for each in sound().plans if each.name == "north")
    where = plan.rules[0].where
    assert where is not None and region in {getattr(arg, "value", None) for arg in getattr(where.expr, "args", ())}


def test_a_formula_can_not_be_passed(regions: Path) -> None:
    edit(LIBRARY, {"value: net": "value: $region"})
    found = [each for each in told() if each.severity == "error"]
    assert {(each.code, each.span.file) for each in found} == {
        ("T014", NORTH),
        ("T014", SOUTH),
        ("T014", "regions/west.yaml"),
    }


def test_a_parameter_names_what_finds_a_tier(regions: Path) -> None:
    edit(
        LIBRARY,
        {
            "region: {type: text}\n": "region: {type: text}\n      by: {type: text, default: sales_month}\n",
            "select: sales_month": "select: $by",
        },
    )
    assert {plan.components[0].table.select for plan in sound().plans} == {"sales_month"}
    edit(LIBRARY, {"default: sales_month": "default: nothing_here"})
    assert "N002" in {each.code for each in told()}


def test_a_name_in_a_note_stays_as_it_is(regions: Path) -> None:
    edit(LIBRARY, {"    currency: USD\n": "    currency: USD\n    note: pays $rate, and $other\n"})
    edit(NORTH, {"use: regional": "use: regional\nnote: decided in March"})
    (plan,) = (each for each in sound().plans if each.name == "north")
    assert plan.note == "pays $rate, and $other; decided in March"


def test_a_sign_before_a_parameter_makes_a_number(regions: Path) -> None:
    edit(LIBRARY, {"at: 0.5 * $over": "at: -1 * -$over"})
    assert len(sound().plans) == 3


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("3", "S015"),
        ("0.5", None),
        ("3%", None),
        ("0.03", None),
        ('"3%"', "N035"),
        ("three", "N035"),
        ("3 USD", "N035"),
        ("2026-01-01", "N035"),
    ],
)
def test_a_rate_is_a_percentage_or_a_bare_number(regions: Path, value: str, code: str | None) -> None:
    edit(NORTH, {"rate: 3%": f"rate: {value}"})
    found = [each for each in told() if each.severity == "error"]
    assert [each.code for each in found] == ([code] if code else [])
    if code == "N035":
        assert places(found[0]) == [(LIBRARY, line(LIBRARY, "rate: {type: rate}"))]


@pytest.mark.parametrize(("value", "fits"), [("1000 USD", True), ("1000", False), ("5%", False), ("net", False)])
def test_money_says_its_currency(regions: Path, value: str, fits: bool) -> None:
    edit(NORTH, {"over: 1000 USD": f"over: {value}"})
    assert [each.code for each in told()] == ([] if fits else ["N035"])


def test_a_value_that_goes_through_several_parts_keeps_its_type(regions: Path) -> None:
    edit(LIBRARY, {"{low: $rate,": "{low: $region,"})
    found = told()
    assert {each.code for each in found} == {"N037"}  # nothing reads `rate` any more
    edit(LIBRARY, {"region == $region": "region == $region and $rate > 0"})
    assert {each.code for each in told()} == {"N035"}


# ------------------------------------------------------------------------------------------------------ what is refused


def test_all_mistakes_of_a_use_are_told_at_once(regions: Path) -> None:
    edit(NORTH, {"with: {region: North, rate: 3%, over: 1000 USD}": "with: {regoin: North, over: ten, depth: 3}"})
    assert sorted(each.code for each in told()) == ["N033", "N034", "N034", "N035"]  # `regoin` was meant to be `region`


def test_parts_that_use_each_other_are_told(regions: Path) -> None:
    text = "\n  one: {use: two}\n  two: {use: one}\n"
    edit(LIBRARY, {"rate_tables:\n": f"rate_tables:{text}", "use: two_rates\n": "use: one\n"})
    edit(LIBRARY, {"          with: {low: $rate, bound: $over, high: $higher}\n": ""})
    edit(LIBRARY, {"region == $region": "region == $region and $rate > $higher"})
    found = told()
    assert [(each.code, each.span.file) for each in found] == [("N032", LIBRARY)]
    assert "by way of others" in found[0].message


def test_a_plan_that_parts_make_too_large_is_told(regions: Path) -> None:
    tiers = "".join(f"      - {{from: {n}, rate: 1%}}\n" for n in range(200))
    component = "{earning_period: month, basis: period, base: sales_month, earning_code: C, rate: {use: big}}"
    many = "".join(f"      c{n}: {component}\n" for n in range(90))
    edit(LIBRARY, {"    components:\n": f"    components:\n{many}"})
    edit(LIBRARY, {"rate_tables:\n": f"rate_tables:\n  big:\n    mode: marginal\n    tiers:\n{tiers}"})
    found = told()
    assert {each.code for each in found} == {"N032"}
    assert "10,000" in found[0].message


def test_what_a_plan_adds_stands_beside_its_part(regions: Path) -> None:
    own = "measures:\n  count_month: {count: sales, over: period}\npolicies: {boundary: upper}\n"
    edit(NORTH, {"participants:": f"{own}participants:"})
    diagnostics = told()
    assert [each.code for each in diagnostics] == ["N010"]  # nothing reads it, but it is there
    edit(NORTH, {"count_month": "sales_month"})
    assert [(each.code, each.message) for each in told()] == [
        ("N039", "`measures.sales_month` is said here and by `regional`")
    ]


def test_a_part_with_a_mistake_is_told_once_and_its_plans_not(regions: Path) -> None:
    edit(LIBRARY, {"mode: marginal": "mode: marginel"})
    assert [(each.code, each.span.file) for each in told()] == [("S004", LIBRARY)]


def test_a_missing_key_is_told_of_the_plan(regions: Path) -> None:
    edit(LIBRARY, {"    currency: USD\n": ""})
    found = told()
    assert {each.code for each in found} == {"S002"} and {each.span.file for each in found} == {
        f"regions/{name}.yaml" for name in ("north", "south", "west")
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind: library", "kind: comp-plan", "S010"),
        ("rate: {type: rate}", "rate: {type: percent}", "S004"),
        ("rate: {type: rate}", "rate: rate", "S003"),
        ("rate: {type: rate}", "Rate: {type: rate}", "S008"),
        ("higher: {type: rate, default: 6%}", "higher: {type: rate, default: six}", "N035"),
        ("mode: marginal", "mode: $mod", "N036"),
        ("      sales_month: {sum", "      $rate: {sum", "S008"),
        ("use: two_rates", "use: $region", "N030"),
    ],
)
def test_mistakes_in_a_library(regions: Path, old: str, new: str, code: str) -> None:
    edit(LIBRARY, {old: new})
    assert code in {each.code for each in told()}


def test_a_library_that_is_named_twice_is_read_once(regions: Path) -> None:
    edit("komisi.yaml", {"libraries: library.yaml": "libraries: [library.yaml, lib*.yaml]"})
    assert len(sound().plans) == 3
    edit("komisi.yaml", {"plans: regions/*.yaml": "plans: [regions/*.yaml, library.yaml]"})
    assert "W008" in {each.code for each in told()}


@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: library", "kind: library\n: x"), ("rate_tables:", "rate_table:"), ("kind: library", "kind: lib")],
)
def test_plans_are_not_blamed_for_a_library_that_can_not_be_read(regions: Path, old: str, new: str) -> None:
    edit(LIBRARY, {old: new})
    assert {each.span.file for each in told()} == {LIBRARY}
