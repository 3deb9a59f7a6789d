"""The schemas: what editors complete from, and what each misfit is told as; the plans and every example fit them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics
from engine.load.schema import KINDS, check, schema_of
from engine.load.yaml_file import parse_yaml
from engine.plan.choice import POLICIES

ROOT = Path(__file__).parents[2]
NOUNS = {
    "workspace": {"calendar", "source", "column", "variable", "policies"},
    "comp-plan": {"credit", "assignment", "measure", "component", "rate_table", "tier", "modifier", "gate", "multiply",
                  "limit", "prorate", "round"},
    "target-plan": set(),
    "plan-test": {"test", "rows", "row"},
    "library": {"plan_part", "rate_table_part", "parameter", "reading"},
}  # fmt: skip

PLAN = """\
kind: comp-plan
name: small
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Salesman}
credits:
  sales: {from: invoices, to: seller, credit_date: day, value: amount_usd}
measures:
  sales_month: {sum: sales, over: period}
components:
  commission:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: COMM
    rate:
      mode: whole
      select: sales_month
      tiers:
        - {from: 0, rate: 1%}
        - {from: 1000, rate: 2%}
    then:
      - round: {per: earning, mode: half_up}
"""


def told(text: str, kind: str = "comp-plan") -> list[tuple[str, int, int, str, str | None]]:
    """(code, line, column, message, help) of all that is wrong with the shape of a file."""
    diagnostics = Diagnostics()
    node = parse_yaml(text.encode(), "f.yaml", diagnostics)
    assert node is not None, list(diagnostics)
    check(node, kind, diagnostics)
    return [(d.code, d.span.line, d.span.column, d.message, d.help) for d in diagnostics]


def only(text: str, kind: str = "comp-plan") -> tuple[str, int, int, str, str | None]:
    (found,) = told(text, kind)
    return found


def edited(old: str, new: str) -> str:
    assert PLAN.count(old) == 1, old
    return PLAN.replace(old, new)


# ------------------------------------------------------------------------------------------------- the schemas themselves


def places(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """All places of a schema; whether it is a place where a property is defined (not only restricted)."""
    if isinstance(node, dict):
        yield path, node, not any(f"/{word}/" in f"{path}/" for word in ("allOf", "if"))
        for key, value in node.items():
            if key not in ("examples", "default", "enum", "const"):
                yield from places(value, f"{path}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from places(value, f"{path}/{number}")


@pytest.mark.parametrize("kind", KINDS)
def test_is_a_schema_that_reaches_nothing(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    for path, node, _ in places(schema):
        assert "oneOf" not in node, path
        if isinstance(node.get("$ref"), str):
            assert node["$ref"].startswith("#/$defs/") and node["$ref"][8:] in schema["$defs"], path


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_is_described_with_examples_that_fit(kind: str) -> None:
    schema = schema_of(kind)
    checked = 0
    for path, node, defines in places(schema):
        if not defines or not path.endswith("/properties"):
            continue
        for name, value in node.items():
            assert value["description"].endswith(".") and value["examples"], f"{path}/{name}"
            whole = {**value, "$defs": schema["$defs"]}
            for example in value["examples"]:
                found = list(Draft202012Validator(whole, registry=Registry()).iter_errors(example))
                assert not found, f"{path}/{name}: {example}: {found[0].message}"
                checked += 1
    assert checked


@pytest.mark.parametrize("kind", KINDS)
def test_every_definition_is_used_and_has_fitting_examples(kind: str) -> None:
    schema = schema_of(kind)
    text = json.dumps(schema)
    for name, definition in schema["$defs"].items():
        assert f'"#/$defs/{name}"' in text, name
        assert definition["description"], name
        for example in definition.get("examples", []):
            assert Draft202012Validator({**definition, "$defs": schema["$defs"]}, registry=Registry()).is_valid(
                example
            ), name
    assert NOUNS[kind] <= set(schema["$defs"])


@pytest.mark.parametrize("kind", KINDS)
def test_no_mapping_takes_unknown_keys(kind: str) -> None:
    for path, node, defines in places(schema_of(kind)):
        if defines and node.get("type") == "object" and isinstance(node.get("properties"), dict):
            chosen = node["additionalProperties"] == {"$ref": "#/$defs/look_up_cell"}  # dimensions, which a plan names
            assert node["additionalProperties"] is False or chosen, path
            assert {"note", "reason"} <= set(node["properties"]), path


def test_policies_are_those_of_the_engine() -> None:
    for kind in ("workspace", "comp-plan"):
        defs = schema_of(kind)["$defs"]
        said = {
            name.removesuffix("_policy"): tuple(d["else"]["enum"])
            for name, d in defs.items()
            if name.endswith("_policy")
        }
        expected = POLICIES if kind == "workspace" else {k: v for k, v in POLICIES.items() if k != "unmatched"}
        assert said == expected


def test_the_plans_begin_with_the_line_for_editors() -> None:
    for path in sorted(ROOT.glob("plans/**/*.yaml")):
        first = path.read_text().split("\n", 1)[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.split("=", 1)[1]).resolve().is_relative_to(ROOT / "schemas" / "v1")


# ----------------------------------------------------------------------------------------------------------------- misfits


def test_a_plan_that_fits() -> None:
    assert told(PLAN) == []


def test_an_unknown_key_says_what_it_may_have_meant_and_nothing_else() -> None:
    assert only(edited("basis: period", "bassis: period")) == (
        "S001", 13, 5, "`commission` has no key `bassis`", "did you mean `basis`?",
    )  # fmt: skip


def test_an_unknown_key_that_is_near_nothing_says_what_there_is() -> None:
    code, line, column, _, help = only(edited("value: amount_usd", "value: amount_usd, zzz: 1"))
    assert (code, line, column) == ("S001", 7, 76)
    assert (
        help
        == "there is `where`, `exclude`, `undated`, `values_on`, `convert`, `counts_for`, `adjustments`, `order`, `use`, `with`"
    )


@pytest.mark.parametrize(
    ("old", "new", "help"),
    [
        ("from: invoices", "from: my_invoices", "write `my-invoices`: names of sources and plans are joined by hyphens"),
        ("value: amount_usd", "value: amount_usd, order: [sold-on]",
         "write `sold_on`: names of measures, rules and columns are joined by underscores, as formulas read them"),
    ],
)  # fmt: skip
def test_a_name_in_the_form_of_another_kind(old: str, new: str, help: str) -> None:
    assert only(edited(old, new))[-1] == help


def test_keys_of_other_products_are_known() -> None:
    assert (
        only(edited("select: sales_month", "select: sales_month\n      quota: x"))[4]
        == "a target is named by `against:`"
    )


def test_a_key_that_only_lacks_its_s_is_no_other_product_s() -> None:
    text = (ROOT / "plans/komisi.yaml").read_text().replace("\ntargets:", "\ntarget:")
    assert only(text, "workspace")[3:] == ("the file has no key `target`", "did you mean `targets`?")


def test_a_missing_key_stands_at_the_key_of_its_mapping() -> None:
    code, line, column, message, help = only(edited("    basis: period\n", ""))
    assert (code, line, column, message) == ("S002", 11, 3, "`commission` needs `basis`")
    assert help is not None and help.startswith(
        "write `basis: credit | period | to_date`: what the table is applied to"
    )


def test_a_key_that_only_this_mode_needs() -> None:
    assert only(edited("mode: whole", "mode: flat"))[:4] == (
        "S002", 19, 7, "a table of mode `flat` has a `rate`, and no `tiers`",
    )  # fmt: skip
    assert [found[:4] for found in told(edited("mode: whole", "mode: step"))] == [
        ("S002", 20, 21, "a tier of this mode has an `amount`, and no `rate`"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mode: whole", "mode: hole", ("S004", 17, 13, "`mode` can't be `hole`")),
        ("mode: whole", "mode: [whole]", ("S004", 17, 13, "`mode` can't be `a list`")),
        ("{title: Salesman}", "Salesman", ("S003", 5, 15, "`participants` is a mapping, not a text")),
        ("{title: Salesman}", "{title: 5}", ("S003", 5, 23, "`title` is a text or a list, not a number")),
        ("{title: Salesman}", "{title: []}", ("S007", 5, 16, "`title` is an empty list")),
        ("{title: Salesman}", "{title: [a, a]}", ("S007", 5, 16, "`title` has an item twice")),
        ("{title: Salesman}", "{}", ("S007", 5, 1, "`participants` is empty")),
        ("value: amount_usd", "value:", ("S003", 7, 57, "nothing is written after `value`")),
        ("currency: USD", "currency: Usd", ("S005", 3, 11, "`Usd` can't stand for `currency`")),
        ("currency: USD", 'currency: "USD\\n"', ("S005", 3, 11, "`USD ` can't stand for `currency`")),
        ("start: 2026-01-01", "start: 2026-02-29", ("S009", 4, 19, "`2026-02-29` is no day")),
        ("start: 2026-01-01", 'start: "20260101"', ("S009", 4, 19, "`20260101` is no day")),
        ("  commission:", "  Commission:", ("S008", 11, 3, "`Commission` can't be a name here")),
        ("from: 1000", "from: 1 000", ("S005", 21, 18, "`1 000` can't stand for `from`")),
        ("from: 1000", "from: true", ("S003", 21, 18, "`from` is a number or a text, not true or false")),
        ("mode: half_up", "mode: half_up, digits: 13", ("S006", 23, 54, "13 is too large")),
        ("mode: half_up", "mode: half_up, digits: 0.5", ("S003", 23, 54, "`digits` is a whole number, not a number")),
        ("mode: half_up", "mode: half_up, note: ''", ("S005", 23, 52, "`note` is empty")),
    ],
)  # fmt: skip
def test_misfits(old: str, new: str, expected: tuple[str, int, int, str]) -> None:
    assert only(edited(old, new))[:4] == expected


def test_a_ratio_to_a_number_is_told_at_once() -> None:
    ratio = edited("measures:\n", "measures:\n  outlets: {ratio: sales, to: 150000000, zero_denominator: zero}\n")
    (found,) = [each for each in told(ratio) if each[0] == "S003"]
    assert found[4] is not None and found[4].endswith("in a formula that reads the measure: `sales / 150000000`")


def test_a_comma_that_cuts_a_note_is_told_at_both_ends() -> None:
    found = told(edited("mode: whole", "mode: whole\n      boundary: {value: upper, note: 100,000 a year}"))
    assert [each[0] for each in found] == ["S003", "S001"]
    assert {each[4] for each in found} == {"inside { } a comma ends a value: put the whole note in quotes"}


def test_a_choice_may_have_a_note() -> None:
    assert told(edited("mode: whole", "mode: whole\n      boundary: {value: upper, note: why}")) == []
    assert only(edited("mode: whole", "mode: whole\n      boundary: {value: uper, note: why}"))[3:] == (
        "`boundary` can't be `uper`", "did you mean `upper`? There is upper | lower",
    )  # fmt: skip
    assert only(edited("mode: whole", "mode: whole\n      boundary: maybe"))[0] == "S004"
    assert only(edited("mode: whole", "mode: whole\n      boundary: [upper]"))[0] == "S003"


def test_all_are_told_at_once() -> None:
    text = edited("mode: whole", "mode: hole").replace("basis: period", "basis: all").replace("USD", "usd")
    assert [found[0] for found in told(text)] == ["S005", "S004", "S004"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: target-plan\n", "this file is read as a comp-plan, and says it is `target-plan`"),
        ("kind: plan\n", "this file is read as a comp-plan, and says it is `plan`"),
        ("name: x\n", "the file does not say what it is"),
        ("- 1\n", "the file is not a comp-plan"),
        ("text\n", "the file is not a comp-plan"),
    ],
)
def test_of_another_kind_of_file_only_that_is_told(text: str, message: str) -> None:
    code, line, _, found, _ = only(text)
    assert (code, line, found) == ("S010", 1, message)


def test_every_code_of_the_family_is_registered() -> None:
    assert {code for code in CODES if code[0] == "S"} == {
        *(f"S{number:03}" for number in range(1, 17)),
        "S040",
        "S045",
        "S046",
        "S047",
        "S048",
    }
