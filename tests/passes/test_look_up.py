"""Look-up tables: which row holds, what is said of those without one, mistakes in rows and files, and where it all comes out."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import Node, explain
from engine.pipeline import front
from engine.plan.look_up import LookUp
from engine.record import open_record
from engine.report.plan_words.look_up import look_up_sentences
from engine.rules import example_of
from engine.trial.diff.edits import edits
from engine.trial.generate.explore import explore
from engine.trial.generate.ground import Ground
from engine.trial.touched import touched
from tests.conformance.small_workspace import MAIN
from tests.errors.provoked import mend

PLAN = """\
kind: comp-plan
name: field
currency: USD
in_force: {start: 2026-01-01}
participants: {title: [Seller, Lead]}
credits:
  sales: {from: orders, to: seller, credit_date: booked_on, value: net}
look_ups:
  cut:
    type: rate
    by:
      family: account
      size: {band: quantity, boundary: upper}
    missing: exception
    rows:
      - {family: A, size: 0, value: 1%}
      - {family: A, size: 10, size.to: 20, value: 2%}
      - {family: else, size: 5, value: 3%}
      - {family: else, size: else, value: 4%}
components:
  commission:
    earning_period: month
    basis: credit
    base: sales
    earning_code: COMM
    rate: {mode: flat, rate: cut}
    then:
      - round: {per: earning, mode: half_up}
"""
ROWS = PLAN[PLAN.index("    rows:") : PLAN.index("components:")]
ORDER = "order_id,booked_on,seller,status,account,quantity,net\n"
PEOPLE = "participant,start,end,title,payroll_id\nP1,2026-01-01,,Seller,X1\nP2,2026-01-01,,Lead,X2\n"
MAIN_ = MAIN[: MAIN.index("  accounts:")] + MAIN[MAIN.index("policies:") :]
MAIN_ = MAIN_.replace("account: {type: text, nullable: true}", "account: text")
MAIN_ = MAIN_.replace("policies: {", "policies: {segments: separate, ")
MAIN_ = MAIN_.replace('targets: ["*/targets.yaml"]\n', "")


def written(folder: Path, plan: str = PLAN, **files: str) -> Path:
    named = {"komisi.yaml": MAIN_, "field/comp.yaml": plan, "people.csv": PEOPLE, "orders.csv": ORDER}
    named |= {name.replace("__", "/").replace("_csv", ".csv"): text for name, text in files.items()}
    for name, text in named.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sold(*rows: tuple[str, str]) -> str:
    """An order of 100 for each family and quantity."""
    lines = [f"O{n},2026-03-05,P1,booked,{family},{quantity},100" for n, (family, quantity) in enumerate(rows, start=1)]
    return ORDER + "\n".join(lines) + "\n"


def cuts(run: Run, name: str = "cut") -> list[Any]:
    table = run.table("credits/field.sales").sort("order_id")
    return table[name].to_list()


def told(plan: str, tmp_path: Path, **files: str) -> list[tuple[str, str, int, int, str]]:
    diagnostics = Diagnostics()
    front(written(tmp_path, plan, **files), diagnostics, {})
    return [(d.code, Path(d.span.file).name, d.span.line, d.span.column, d.message) for d in diagnostics]


def test_dimensions_are_asked_in_their_order(tmp_path: Path) -> None:
    """A family with rows of its own never gets to `else`; a band holds from its bound on, the last one to its end."""
    orders = sold(
        ("A", "-1"), ("A", "0"), ("A", "9.9"), ("A", "10"), ("A", "20"), ("B", "5"), ("B", "4.99"), ("else", "7")
    )
    run = open_workspace(written(tmp_path, orders_csv=orders)).run("2026-03")
    found = [None, "0.01", "0.01", "0.02", None, "0.03", "0.04", "0.03"]
    assert cuts(run) == [None if each is None else Decimal(each) for each in found]
    assert cuts(run, "cut.size") == ["below", "0", "5", "10", "20", "5", "0", "5"]
    lines = {name: n for n, name in enumerate(PLAN.splitlines(), start=1) if "value: " in name and "%" in name}
    assert cuts(run, "cut.line")[:2] == [None, next(n for name, n in lines.items() if "1%" in name)]
    log = run.exceptions.filter(code="E370").sort("key")
    assert log["message"].to_list() == [
        "`cut` has no row for family A, size below",
        "`cut` has no row for family A, size 20",
    ]
    assert run.table("earnings")["outcome"].to_list() == ["blocked", "zero"]


def test_a_value_on_a_bound_is_where_the_boundary_says(tmp_path: Path) -> None:
    lower = PLAN.replace("boundary: upper", "boundary: lower")
    orders = sold(("A", "0"), ("A", "10"), ("A", "10.1"), ("A", "20"), ("B", "5"))
    run = open_workspace(written(tmp_path, lower, orders_csv=orders)).run("2026-03")
    assert cuts(run) == [None, Decimal("0.01"), Decimal("0.02"), Decimal("0.02"), Decimal("0.04")]


@pytest.mark.parametrize(("said", "comes_to"), [("zero", "0"), ("0.5%", "0.005"), ("-1%", "-0.01")])
def test_what_no_row_is_for(tmp_path: Path, said: str, comes_to: str) -> None:
    plan = PLAN.replace("missing: exception", f"missing: {said}")
    run = open_workspace(written(tmp_path, plan, orders_csv=sold(("A", "-1"), ("A", "1")))).run("2026-03")
    assert cuts(run) == [Decimal(comes_to), Decimal("0.01")]
    assert run.exceptions.height == 0


def test_what_is_not_known_is_not_looked_up(tmp_path: Path) -> None:
    """Also where `missing` says a value, or a row says `else`."""
    plan = PLAN.replace("band: quantity", "band: 1 / quantity").replace("missing: exception", "missing: zero")
    run = open_workspace(written(tmp_path, plan, orders_csv=sold(("B", "0"), ("B", "1")))).run("2026-03")
    assert cuts(run) == [None, Decimal("0.04")]
    assert run.table("earnings")["outcome"].to_list() == ["blocked", "zero"]


def test_an_attribute_is_read_on_the_credit_date(tmp_path: Path) -> None:
    plan = PLAN.replace("family: account", "family: {participant: payroll_id}")
    people = PEOPLE.replace("P1,2026-01-01,,Seller,X1", "P1,2026-01-01,2026-03-04,Seller,A\nP1,2026-03-05,,Seller,B")
    orders = sold(("x", "5"), ("x", "5")).replace("O1,2026-03-05", "O1,2026-03-04")
    run = open_workspace(written(tmp_path, plan, people_csv=people, orders_csv=orders)).run("2026-03")
    assert cuts(run) == [Decimal("0.01"), Decimal("0.03")]


def test_days_are_bands_too(tmp_path: Path) -> None:
    rows = "    rows:\n      - {family: A, size: 2026-01-01, value: 1%}\n      - {family: A, size: 2026-03-05, value: 2%}\n"
    plan = PLAN.replace("band: quantity", "band: booked_on").replace(ROWS, rows)
    orders = sold(("A", "1"), ("A", "1")).replace("O1,2026-03-05", "O1,2026-03-04")
    run = open_workspace(written(tmp_path, plan, orders_csv=orders)).run("2026-03")
    assert cuts(run) == [Decimal("0.01"), Decimal("0.02")]


# -- files

IN_FILE = PLAN.replace(ROWS, "    file: cut.csv\n")


def test_a_file_says_the_same(tmp_path: Path) -> None:
    lines = [
        "\ufefffamily,size,size.to,value,note",
        "A,0,,1%,",
        '"A",10,20,0.02,"so, since March"',
        "else,5,,3%,",
        "else,else,,4%,",
    ]
    file = "\r\n".join([*lines, "", ""])
    orders = sold(("A", "9"), ("A", "10"), ("B", "4"))
    run = open_workspace(written(tmp_path, IN_FILE, field__cut_csv=file, orders_csv=orders)).run("2026-03")
    assert (cuts(run), cuts(run, "cut.line")) == ([Decimal("0.01"), Decimal("0.02"), Decimal("0.04")], [2, 3, 5])
    saved = run.save(tmp_path / "runs")
    record = open_record(saved.record.folder)
    assert record.plan_texts()["field/cut.csv"] == file.encode()
    found = [node for node in nodes(explain(record, "P1")) if node.kind == "look_up"]
    assert [(n.about, n.source) for n in found][1] == ("family A, size from 10", "field/cut.csv:3")
    assert "so, since March" in [n.note for node in found for n in node.children]


def nodes(node: Node) -> list[Node]:
    return [node, *(found for child in node.children for found in nodes(child))]


@pytest.mark.parametrize(
    ("file", "code", "line", "column", "words"),
    [
        ("family,size,value\nA,0,1%\nA,ten,2%\n", "S047", 3, 3, "no bound"),
        ("family,size,value\nA,0,1%\nA,10,2 USD\n", "S047", 3, 6, "no value"),
        ("family,size,value\nA,0,1%\nA,10\n", "S046", 3, 1, "2 cells"),
        ("family,size,value\nA,0,1%\nA,,2%\n", "S045", 3, 3, "empty"),
        ('family,size,value\nA,0,1%\n"A,10,2%\n', "S046", 3, 1, "quotes"),
        ("family,sise,value\nA,0,1%\n", "S045", 1, 8, "no dimension `sise`"),
        ("family,value\nA,1%\n", "S045", 2, 1, "its `size`"),
        ("family,size,value,value\nA,0,1%,1%\n", "S046", 1, 19, "two columns"),
        ("family,size,value\n", "S046", 1, 1, "no rows"),
        ("family,size,value\nA,0,1%\nB,0,1%\nA,0.0,2%\n", "M201", 4, 1, "family A, size from 0"),
        ("family,size,size.to,value\nA,0,5,1%\nA,6,,2%\n", "M202", 3, 1, "gap"),
        ("family,size,size.to,value\nA,0,5,1%\nA,4,,2%\n", "M202", 3, 1, "overlap"),
        ("family,size,size.to,value\nA,0,0,1%\n", "M202", 2, 5, "begins at 0"),
        ("family,size,value\nA,2026-01-01,1%\n", "T042", 2, 3, "is none"),
        ("family,size,value\nA,10 USD,1%\n", "T042", 2, 3, "is none"),
    ],
)
def test_a_mistake_in_a_file_is_told_at_its_cell(
    tmp_path: Path, file: str, code: str, line: int, column: int, words: str
) -> None:
    (found,) = told(IN_FILE, tmp_path, field__cut_csv=file)
    assert found[:4] == (code, "cut.csv", line, column)
    assert words in found[4]


@pytest.mark.parametrize(
    ("named", "code"), [("other.csv", "S046"), ("../cut.csv", "W006"), ("C:/cut.csv", "W006"), ("/etc/passwd", "W006")]
)
def test_a_file_stands_beside_the_plan(tmp_path: Path, named: str, code: str) -> None:
    (found,) = told(IN_FILE.replace("cut.csv", named), tmp_path, cut_csv="family,size,value\nA,0,1%\n")
    assert found[:2] == (code, "comp.yaml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    written(tmp_path, IN_FILE)
    (tmp_path / "field" / "cut.csv").write_bytes(b"family,size,value\nA\xe9,0,1%\n")
    diagnostics = Diagnostics()
    assert front(tmp_path, diagnostics, {}) is None
    assert [(d.code, d.message) for d in diagnostics] == [("S046", "the file is not UTF-8")]


# -- other mistakes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    missing: exception\n", "", "M200"),
        (", boundary: upper}", "}", "M001"),
        ("family: account\n", "family: acount\n", "N002"),
        ("family: account\n", "family: account + 1\n", "T001"),
        ("family: account\n", "family: {participant: rank}\n", "N001"),
        ("family: account\n", "family: {}\n", "S011"),
        ("family: account\n", "value: account\n", "S008"),
        ("size: {band: quantity, boundary: upper}", "size: {band: account, boundary: upper}", "T040"),
        ("      - {family: A, size: 0, value: 1%}", "      - {family: A, family.to: B, size: 0, value: 1%}", "S045"),
        ("size: else, value: 4%", "size: else, size.to: 4, value: 4%", "S045"),
        ("    rows:", "    file: cut.csv\n    rows:", "S011"),
        ("value: 1%", "value: 1 EUR", "S047"),
    ],
)
def test_what_is_not_one_thing_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in PLAN
    assert code in [each[0] for each in told(PLAN.replace(old, new, 1), tmp_path)]


def test_a_table_that_holds_everything_says_nothing_of_the_rest(tmp_path: Path) -> None:
    rows = "    rows:\n      - {family: else, size: else, value: 1%}\n"
    plan = PLAN.replace(ROWS, rows)
    assert [each[0] for each in told(plan, tmp_path / "a")] == ["M115"]
    assert told(plan.replace("    missing: exception\n", ""), tmp_path / "b") == []


def test_a_table_reads_what_its_place_sees(tmp_path: Path) -> None:
    plan = PLAN.replace("rate: cut}", "rate: 5%}").replace(
        "- round", "- multiply: {by: cut, per: earning}\n      - round"
    )
    found = told(plan, tmp_path)
    assert {each[0] for each in found} == {"T003"}
    assert "one value per transaction; this formula needs one value per participant and period" in found[0][4]


# -- where it comes out


def test_coverage_counts_the_rows(tmp_path: Path) -> None:
    run = open_workspace(written(tmp_path, orders_csv=sold(("A", "1"), ("B", "7")))).run("2026-03")
    found = {point.case: hit for point, hit in touched(run.calculated).items() if point.part == "look-up table cut"}
    assert found == {
        "family A, size from 0": True,
        "family A, size from 10 to 20": False,
        "family else, size from 5": True,
        "family else, size else": False,
        "what no row is for": False,
    }


def test_a_library_has_tables_with_parameters(tmp_path: Path) -> None:
    library = "kind: library\nlook_ups:\n  cut:\n    parameters: {low: {type: rate}}\n" + PLAN[
        PLAN.index("    type: rate") : PLAN.index("components:")
    ].replace("value: 1%", "value: $low")
    plan = (
        PLAN[: PLAN.index("    type: rate")] + "    use: cut\n    with: {low: 7%}\n" + PLAN[PLAN.index("components:") :]
    )
    main = MAIN_ + "libraries: library.yaml\n"
    written(tmp_path, plan, orders_csv=sold(("A", "1")))
    (tmp_path / "komisi.yaml").write_text(main, encoding="utf-8")
    (tmp_path / "library.yaml").write_text(library, encoding="utf-8")
    assert cuts(open_workspace(tmp_path).run("2026-03")) == [Decimal("0.07")]


def test_the_combinations_are_those_that_rows_hold_for(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    compiled = front(written(tmp_path), diagnostics, {})
    assert compiled is not None
    table: LookUp = compiled.workspace.plans[0].look_ups["cut"]
    found = {names: row.value for names, row in table.cells()}
    assert found == {
        ("A", "0"): Decimal("0.01"), ("A", "5"): Decimal("0.01"), ("A", "10"): Decimal("0.02"),
        ("else", "below"): Decimal("0.04"), ("else", "0"): Decimal("0.04"),
        **{("else", each): Decimal("0.03") for each in ("5", "10", "20")},
    }  # fmt: skip
    assert table.size() == 10


def test_a_changed_row_of_a_file_is_an_edit_of_its_own(tmp_path: Path) -> None:
    file = b"family,size,value,note\nA,0,1%,\nelse,0,3%,\n"
    changed = b'family,size,value,note\n"A,B",0,1%,\nelse,0,3.5%,"so, since March"\nA,0,1%,\n'
    found = edits({"field/cut.csv": file}, {"field/cut.csv": changed})
    places = {(p.file, p.line, p.path, p.before, p.after) for edit in found.edits for p in edit.places}
    assert ("field/cut.csv", 3, "else, 0.value", "3%", "3.5%") in places
    assert found.texts(found.switches)["field/cut.csv"].startswith(b'family,size,value,note\n"A,B",0,1%,\n')
    assert found.texts(frozenset()) == {"field/cut.csv": b"family,size,value\nA,0,1%\nelse,0,3%\n"}


@pytest.mark.parametrize(
    ("by", "rows", "told_of"),
    [
        ("family: {participant: title}", ["family: Seller", "family: Leed"], ["`family` is never `Leed`"]),
        (
            'family: \'"big" if quantity > 5 else "small"\'',
            ["family: big", "family: smal"],
            ["`family` is never `smal`"],
        ),
        ("family: account", ["family: anything"], []),
        ("family: {band: booked_on, boundary: upper}", ["family: 2025-06-01", "family: 2026-01-01"], ["2026-01-01 on"]),
        ("family: {band: booked_on, boundary: upper}", ["family: 2025-06-01", "family: 2026-01-02"], []),
        ("family: {band: booked_on, boundary: lower}", ["family: 2025-06-01", "family: 2026-01-01"], []),
    ],
)
def test_a_row_that_never_holds_is_told_of(tmp_path: Path, by: str, rows: list[str], told_of: list[str]) -> None:
    listed = "    rows:\n" + "".join(f"      - {{{row}, value: 1%}}\n" for row in rows)
    plan = PLAN.replace("family: account", by).replace("      size: {band: quantity, boundary: upper}\n", "")
    found = [each for each in told(plan.replace(ROWS, listed), tmp_path) if each[0] == "R031"]
    assert [any(words in each[4] for each in found) for words in told_of] == [True] * len(found)
    assert len(found) == len(told_of)


@pytest.mark.parametrize(("attribute", "expected"), [("title", []), ("bonus_rate", ["M227"])])
def test_a_pool_is_looked_up_by_what_its_group_has(tmp_path: Path, attribute: str, expected: list[str]) -> None:
    example = example_of("M227")
    assert example is not None
    mend(example, tmp_path / "made")
    file = tmp_path / "made" / "field" / "comp.yaml"
    kick = f"look_ups:\n  kick: {{type: rate, by: {{who: {{participant: {attribute}}}}}, rows: [{{who: else, value: 200%}}]}}\n"
    text = file.read_text(encoding="utf-8").replace("credits:", f"{kick}credits:", 1)
    text = text.replace("      - share_out", "      - multiply: {by: kick, per: earning}\n      - share_out")
    file.write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    front(tmp_path / "made", diagnostics, {})
    assert [each.code for each in diagnostics] == expected


def test_generated_tests_get_to_each_row(tmp_path: Path) -> None:
    """As far as dimensions read columns as they are."""
    diagnostics = Diagnostics()
    compiled = front(written(tmp_path), diagnostics, {})
    assert compiled is not None
    ground = Ground(compiled)
    missed = [point for point in explore(ground).missed if point.part == "look-up table cut"]
    assert [point.case for point in missed] == []


def test_what_is_looked_up_by_its_own_name_is_not_said_twice(tmp_path: Path) -> None:
    text = PLAN.replace(
        "size: {band: quantity, boundary: upper}", "quantity: {band: quantity, boundary: upper, note: why}"
    )
    made = front(written(tmp_path, text.replace("size", "quantity")), Diagnostics(), {})
    assert made is not None
    said = [(each.text, each.note) for each in look_up_sentences(made.workspace.plans[0].look_ups["cut"], 2)]
    assert said[:2] == [
        ("`cut` is looked up by family (account) and quantity (in bands).", None),
        ("Quantity counts as it is.", "why"),
    ]
