"""Diagnostics: in, a few mistakes and a source; out, the very lines that people and programs get."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import core
from engine.core.code import Code
from engine.core.codes import CODES, FAMILIES
from engine.core.diagnostic import (
    EXCERPT_WIDTH,
    Diagnostic,
    Diagnostics,
    Related,
    brief,
    closest,
    excerpt,
    render_full,
)
from engine.core.span import Span
from engine.formats.json_object import to_json

FILE = "plans/ae/comp.yaml"


def at(line: int, column: int, end_column: int, *, file: str = FILE, end_line: int | None = None) -> Span:
    return Span(file, line, column, end_line or line, end_column)


def shown(source: str, span: Span, message: str = "wrong", help: str | None = None, label: str | None = None) -> str:
    found = Diagnostics()
    found.error("Y008", message, span, help=help, label=label)
    return render_full(found, {span.file: source}, color=False)


def caret_and_text(source: str, span: Span) -> tuple[str, str]:
    lines = shown(source, span).split("\n")
    return lines[3], lines[4]


# ---------------------------------------------------------------------------------------------------------- collecting


def test_sorted_by_file_line_column_code() -> None:
    found = Diagnostics()
    for code, span in [("Y010", at(2, 1, 2)), ("Y002", at(2, 1, 2)), ("Y009", at(1, 9, 10)), ("Y001", at(10, 1, 2))]:
        found.error(code, "m", span)
    found.error("Y020", "m", at(99, 1, 2, file="a.yaml"))
    assert [d.code for d in found] == ["Y020", "Y009", "Y002", "Y010", "Y001"]


def test_doubles_are_kept_once() -> None:
    found = Diagnostics()
    for _ in range(3):
        found.error("Y001", "m", at(1, 1, 2), help="h")
    found.error("Y001", "another", at(1, 1, 2))
    assert len(found) == 2


def test_has_errors_per_file_and_warnings_are_none() -> None:
    found = Diagnostics()
    found.warning("Y025", "m", at(1, 1, 2, file="w.yaml"))
    assert not found.has_errors() and not found.has_errors("w.yaml")
    found.error("Y001", "m", at(1, 1, 2))
    assert found.has_errors() and found.has_errors(FILE) and not found.has_errors("w.yaml")


def test_a_flood_is_counted_and_starves_nobody() -> None:
    found = Diagnostics()
    for line in range(1, 100_001):
        found.warning("Y025", "m", at(line, 1, 2))
    for line in range(1, 151):
        found.error("Y001", "m", at(line, 1, 2))
    found.error("Y001", "m", at(1, 1, 2, file="other.yaml"))
    assert len(found) == 201
    assert found.has_errors("other.yaml") and found.has_errors(FILE)
    last = render_full(found, {}, color=False).split("\n")[-1]
    assert last == "101 errors (50 more not shown), 100 warnings (99900 more not shown) in 2 files"


def test_sorting_does_not_depend_on_the_order_of_adding() -> None:
    items = [Diagnostic("Y001", m, at(1, 1, 2), help=h) for m, h in [("b", None), ("a", "x"), ("c", None)]]
    one, two = Diagnostics(), Diagnostics()
    for item in items:
        one.add(item)
    for item in reversed(items):
        two.add(item)
    assert list(one) == list(two)


# ------------------------------------------------------------------------------------------------------------ printing


def test_the_format_of_the_house() -> None:
    source = "\n" * 23 + "  attainment: credits.amount / target\n"
    found = Diagnostics()
    message = "`credits.amount` has one value per credit; this formula needs one per participant and period"
    found.error("T003", message, at(24, 15, 29), help="did you mean `sum(credits.amount)`?")
    assert render_full(found, {FILE: source}, color=False) == (
        "error[T003]: `credits.amount` has one value per credit; this formula needs one per participant and period\n"
        "  --> plans/ae/comp.yaml:24:15\n"
        "   |\n"
        "24 |   attainment: credits.amount / target\n"
        "   |               ^^^^^^^^^^^^^^\n"
        "   = help: did you mean `sum(credits.amount)`?\n"
        "\n"
        "1 error in 1 file"
    )


def test_label_related_places_and_one_margin_for_all() -> None:
    related: Related = ((at(1, 1, 2), "first given here"), (at(1, 1, 2, file="gone.yaml"), "and there"))
    found = Diagnostics()
    found.error("Y010", "`a` twice", at(10, 1, 2), label="again", help="one\ntwo", related=related)
    source = "a: 1\n" + "\n" * 8 + "a: 2\n"
    assert render_full(found, {FILE: source}, color=False).split("\n") == [
        "error[Y010]: `a` twice",
        "  --> plans/ae/comp.yaml:10:1",
        "   |",
        "10 | a: 2",
        "   | ^ again",
        "   = help: one",
        "   =       two",
        "note: first given here",
        "  --> plans/ae/comp.yaml:1:1",
        "   |",
        " 1 | a: 1",
        "   | ^",
        "note: and there",
        "  --> gone.yaml:1:1",
        "",
        "1 error in 1 file",
    ]


@pytest.mark.parametrize(
    ("errors", "warnings", "summary"),
    [
        (0, 0, "no errors"),
        (1, 0, "1 error in 1 file"),
        (2, 1, "2 errors, 1 warning in 1 file"),
        (0, 2, "2 warnings in 1 file"),
    ],
)
def test_summary(errors: int, warnings: int, summary: str) -> None:
    found = Diagnostics()
    for line in range(errors):
        found.error("Y001", "m", at(line + 1, 1, 2))
    for line in range(warnings):
        found.warning("Y025", "m", at(line + 1, 1, 2))
    assert render_full(found, {}, color=False).split("\n")[-1] == summary


def test_a_list_is_fine_too() -> None:
    assert render_full([Diagnostic("Y001", "m", at(1, 1, 2))], {}, color=False).endswith("1 error in 1 file")


def test_no_source_or_no_such_line_still_says_where() -> None:
    assert shown("a: 1", at(7, 3, 4)).split("\n")[1:3] == [" --> plans/ae/comp.yaml:7:3", ""]


def test_a_span_of_several_lines_shows_its_first() -> None:
    assert caret_and_text("key: >\n  a\n  b\n", at(1, 6, 4, end_line=3)) == ("1 | key: >", "  |      ^")
    assert caret_and_text("key: [a,\n  b]\n", at(1, 6, 5, end_line=2)) == ("1 | key: [a,", "  |      ^^^")


def test_a_caret_past_the_end_and_an_empty_span() -> None:
    assert caret_and_text("a:", at(1, 3, 3)) == ("1 | a:", "  |   ^")
    assert caret_and_text("a:", at(1, 50, 60)) == ("1 | a:", "  |   ^")
    assert caret_and_text("", at(1, 1, 1)) == ("1 |", "  | ^")


def test_carets_line_up_under_tabs_wide_and_combining_characters() -> None:
    assert caret_and_text("\tb: x", at(1, 5, 6)) == ("1 |     b: x", "  |        ^")
    assert caret_and_text("売上: x", at(1, 5, 6)) == ("1 | 売上: x", "  |       ^")
    assert caret_and_text("売上: x", at(1, 1, 3)) == ("1 | 売上: x", "  | ^^^^")
    assert caret_and_text("e\u0301: x", at(1, 5, 6)) == ("1 | e\u0301: x", "  |    ^")


def test_what_cannot_be_seen_is_made_visible() -> None:
    text, carets = caret_and_text("a: \u202eb\x1b[31m", at(1, 5, 6))
    assert text == "1 | a: <U+202E>b<U+001B>[31m"
    assert carets == "  |            ^"
    printed = shown("a", at(1, 1, 2, file="p\x1b.yaml"), "m\x07\nn\u200b", help="h\x00", label="l\u2066")
    assert re.search(r"[\x00-\x09\x0b-\x1f\u200b\u2066]", printed) is None
    assert "error[Y008]: m<U+0007> n<U+200B>" in printed


def test_windows_line_ends_are_not_shown() -> None:
    assert caret_and_text("a: 1\r\nb: 2\r\n", at(2, 4, 5)) == ("2 | b: 2", "  |    ^")


@pytest.mark.parametrize("column", [1, 50, 100, 101, 5_000, 99_990, 100_000])
def test_a_wide_line_is_cut_around_the_caret(column: int) -> None:
    line = ("0123456789" * 10_000)[:100_000]
    text, carets = caret_and_text(line, at(1, column, column + 3))
    assert len(text) <= EXCERPT_WIDTH + 6
    under = "".join(t for t, c in zip(text.ljust(len(carets)), carets, strict=False) if c == "^")
    assert under == line[column - 1 : column + 2]
    assert text.startswith("1 | …") == (column > 61)
    assert text.endswith("…") == (column < 99_900)


def test_a_range_wider_than_the_line_is_cut() -> None:
    text, carets = caret_and_text("x" * 500, at(1, 1, 501))
    assert text == "1 | " + "x" * EXCERPT_WIDTH + "…"
    assert carets == "  | " + "^" * EXCERPT_WIDTH


def test_long_messages_are_cut() -> None:
    assert max(map(len, shown("a", at(1, 1, 2), "m" * 100_000).split("\n"))) < 1_000


def test_color_adds_nothing_but_color() -> None:
    found = Diagnostics()
    found.error("Y001", "m", at(1, 1, 2), help="h", label="l", related=((at(1, 2, 3), "r"),))
    found.warning("Y025", "w", at(1, 1, 2))
    plain = render_full(found, {FILE: "abc"}, color=False)
    colored = render_full(found, {FILE: "abc"}, color=True)
    assert "\x1b" not in plain and "\x1b[1;31m" in colored and "\x1b[1;33m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@given(st.text(max_size=300), st.integers(1, 310), st.integers(0, 310))
def test_any_line_can_be_shown(line: str, column: int, length: int) -> None:
    text, indent, carets = excerpt(line, Span("f", 1, column, 1, column + length))
    assert indent >= 0 and carets >= 1
    assert all(c.isprintable() for c in text)
    assert len(text) <= EXCERPT_WIDTH + 2


# --------------------------------------------------------------------------------------------------------- for programs


def test_json() -> None:
    found = Diagnostics()
    found.error("Y010", "m", at(3, 1, 2), help="h", related=((at(1, 1, 2), "first"),))
    place = {"file": FILE, "line": 1, "column": 1, "end_line": 1, "end_column": 2}
    expected = {
        "code": "Y010",
        "severity": "error",
        "message": "m",
        "label": None,
        "help": "h",
        **place,
        "line": 3,
        "end_line": 3,
        "related": [{**place, "message": "first"}],
    }
    assert to_json(found) == [expected]
    assert json.loads(json.dumps(to_json(found))) == [expected]


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("attainmnt", ["target", "attainment"], "attainment"),
        ("Target", ["target"], "target"),
        ("zzz", ["target"], None),
        ("", ["a"], None),
        ("a" * 101, ["a" * 100], None),
        ("rate", [], None),
        ("ab", ["AB", "ab"], "AB"),
    ],
)
def test_closest(word: str, candidates: list[str], expected: str | None) -> None:
    assert closest(word, candidates) == expected
    assert closest(word, reversed(candidates)) == expected


def test_brief() -> None:
    assert brief("a\nb\tc\x00") == "a b c<U+0000>"
    assert brief("x" * 100, 10) == "xxxxxxxxx…"


def test_codes_are_well_formed() -> None:
    assert set(FAMILIES) == set("YSFNTMRWPXE")
    for name, code in CODES.items():
        assert re.fullmatch(r"[A-Z][0-9]{3}", name) and code.code == name
        assert code.title and not code.title.endswith(".") and len(code.explanation) > len(code.title)
    for _, family in FAMILIES.values():
        assert len({code.title for code in family}) == len(family), "two codes that a list doesn't tell apart"


def test_codes_stand_in_the_order_of_their_numbers() -> None:
    assert list(CODES) == [code for letter in FAMILIES for code in sorted(CODES) if code[0] == letter]
    for file in sorted(Path(core.__file__).parent.glob("*_codes.py")):
        for name, found in vars(import_module(f"engine.core.{file.stem}")).items():
            a_line_each = file.stem in ("exception_codes", "load_codes")  # short, and by subject
            if isinstance(found, tuple) and isinstance(found[0], Code) and not a_line_each:
                numbers = [code.code for code in found]
                assert numbers == sorted(numbers), f"{file.name}: {name}"
