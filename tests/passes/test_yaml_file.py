"""The YAML reader: in, files as people and attackers write them; out, exact nodes with places, or the right Y code."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics, render_full
from engine.core.span import Span
from engine.load.yaml_file import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_SCALAR,
    Mapping,
    Node,
    Scalar,
    Sequence,
    key_span,
    node_at,
    parse_yaml,
    read_yaml,
    to_plain,
)
from engine.load.yaml_scalar import Refusal, plain_value

FILE = "plan.yaml"
SECONDS = 2


def read(text: str | bytes) -> tuple[Node | None, Diagnostics]:
    found = Diagnostics()
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return parse_yaml(data, FILE, found), found


def good(text: str | bytes) -> Node:
    node, found = read(text)
    assert node is not None and not len(found), render_full(found, found.sources, color=False)
    return node


def codes(text: str | bytes) -> list[str]:
    node, found = read(text)
    assert (node is None) == found.has_errors()
    return [diagnostic.code for diagnostic in found]


def places(text: str) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in read(text)[1]]


def value(text: str) -> object:
    return to_plain(node_at(good(f"a: {text}\n"), ["a"]))


@contextmanager
def within(seconds: int) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


# ------------------------------------------------------------------------------------------------------------- reading


def test_a_plan() -> None:
    node = good(
        "# yaml-language-server: $schema=../../schemas/v1/comp-plan.schema.json\n"
        "kind: comp-plan\n"
        "in_force: {start: 2026-01-01, end: 2026-12-31}\n"
        "credits:\n"
        "  bookings:\n"
        '    where: status == "booked" and family != "services"\n'
        "    order: [booked_on, order_id]\n"
        "tiers:\n"
        "  - {from: 0%, rate: 4%}\n"
        "  - {from: 100.50, rate: 0.09, cap: 50000 USD, over: null, paid: true, n: 3}\n"
    )
    assert to_plain(node) == {
        "kind": "comp-plan",
        "in_force": {"start": "2026-01-01", "end": "2026-12-31"},
        "credits": {
            "bookings": {
                "where": 'status == "booked" and family != "services"',
                "order": ["booked_on", "order_id"],
            }
        },
        "tiers": [
            {"from": "0%", "rate": "4%"},
            {
                "from": Decimal("100.50"),
                "rate": Decimal("0.09"),
                "cap": "50000 USD",
                "over": None,
                "paid": True,
                "n": 3,
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-3", -3),
        ("1000000", 1000000),
        ("0.1", Decimal("0.1")),
        ("-0.50", Decimal("-0.50")),
        ("0.1000000000000000055", Decimal("0.1000000000000000055")),
        ("1.10", Decimal("1.10")),
        ("5%", "5%"),
        ("0.5%", "0.5%"),
        ("5000 USD", "5000 USD"),
        ("2026-01-03", "2026-01-03"),
        ("'014'", "014"),
        ('"NO"', "NO"),
        ("'true'", "true"),
        ("'5'", "5"),
        ('"a\\tb\\nc"', "a\tb\nc"),
        ("inf", "inf"),
        ("nan", "nan"),
        ("none", "none"),
        ("a - b", "a - b"),
        ("-", None),
        ("-x", "-x"),
        ("x=1", "x=1"),
        ("1.2.3", "1.2.3"),
        ("2026-Q1", "2026-Q1"),
        ("2026", 2026),
        ("1a", "1a"),
        ("e5", "e5"),
        ("yesterday", "yesterday"),
        ("1 000", "1 000"),
        ("\uff11\uff14", "\uff11\uff14"),
        ("-0", 0),
        ("http://x.y/z", "http://x.y/z"),
        ("a#b", "a#b"),
        ("net_amount * 0.05 if x >= 3 else 0", "net_amount * 0.05 if x >= 3 else 0"),
        ("½", "½"),
        ("-5%", "-5%"),
    ],
)
def test_values(text: str, expected: object) -> None:
    if text == "-":
        assert codes("a: -\n") == ["Y008"]
        return
    read_value = value(text)
    assert read_value == expected and type(read_value) is type(expected)
    if isinstance(expected, Decimal):
        assert str(read_value) == str(expected)


def test_minus_zero_has_no_sign() -> None:
    assert str(value("-0.0")) == "0.0"


def test_nothing_is_a_float() -> None:
    def kinds(plain: object) -> Iterator[type]:
        yield type(plain)
        below = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
        for item in below:
            yield from kinds(item)

    assert float not in set(kinds(to_plain(good("a: [0.1, 1.5, {b: 2.25, 7.5: 1}]"))))


WORDS = [
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "True",
    "TRUE",
    "False",
    "FALSE",
    "Null",
    "NULL",
    "nULL",
    "=",
    "<<",
]


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        *((word, "Y020", f'"{word}"') for word in WORDS),
        ("014", "Y021", "`14`"),
        ("-014", "Y021", "`-14`"),
        ("00", "Y021", "`0`"),
        ("099", "Y021", "`99`"),
        ("00.5", "Y021", "`0.5`"),
        ("0x1F", "Y021", "`31`"),
        ("0X1f", "Y021", "`31`"),
        ("0o7", "Y021", "`7`"),
        ("0b11", "Y021", "`3`"),
        ("1_000", "Y021", "`1000`"),
        ("1_000.5", "Y021", "`1000.5`"),
        ("2026_01", "Y021", "202601"),
        ("1:30", "Y021", '"1:30"'),
        ("08:30", "Y021", '"08:30"'),
        ("1:30:00.5", "Y021", '"1:30:00.5"'),
        (".5", "Y021", "`0.5`"),
        ("-.5", "Y021", "`-0.5`"),
        ("5.", "Y021", "`5`"),
        ("1e3", "Y021", "`1000`"),
        ("1.5E-3", "Y021", "`0.0015`"),
        ("1e+3", "Y021", "`1000`"),
        ("1e999999999", "Y021", '"1e999999999"'),
        ("+1", "Y021", "`1`"),
        ("+1.5", "Y021", "`1.5`"),
        (".inf", "Y021", '".inf"'),
        ("-.INF", "Y021", '"-.INF"'),
        (".NaN", "Y021", '".NaN"'),
        ("1,000", "Y021", "`1000`"),
        ("1,000,000.50", "Y021", "`1000000.50`"),
        ("4,5", "Y021", "`4.5`"),
        ("2026-1-3", "Y022", "`2026-01-03`"),
        ("2026-01-03T10:00:00Z", "Y022", "`2026-01-03`"),
        ("2026-01-03 10:00", "Y022", "`2026-01-03`"),
        ("2026-01-03 10:00:00.5 +07:00", "Y022", "`2026-01-03`"),
        ("9" * 41, "Y023", "quotes"),
        ("0." + "1" * 5000, "Y023", "quotes"),
        ("1" * 5000, "Y023", "quotes"),
        ("x\u00a0y", "Y024", "space"),
        ("\u3000x", "Y024", "space"),
    ],
)
def test_ambiguous_values_say_what_to_write(text: str, code: str, help: str) -> None:
    node, found = read(f"a: {text}\n")
    assert node is None
    (diagnostic,) = found
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == (code, 1, 4)
    assert help in (diagnostic.help or "")


def test_the_rest_of_a_number_that_a_comma_cut_is_told_as_one() -> None:
    for text in ("{note: 52,000}", "{note: 5,000 × 3 and 5,000}", "{at: 1,000, note: x}"):
        found = list(read(f"a: {text}\n")[1])
        assert "inside { } a comma ends a value" in (found[0].help or ""), text


@pytest.mark.parametrize(("text", "meant"), [("y", "true"), ("N", "false")])
def test_a_letter_is_most_often_a_name(text: str, meant: str) -> None:
    _, found = read(f"measures: {{total: {{sum: {text}}}}}\n")
    (diagnostic,) = found
    said = f'to name something `{text}`, put it in quotes: `"{text}"`; if true or false is meant, write `{meant}`'
    assert (diagnostic.code, diagnostic.help) == ("Y020", said)
    assert not list(read(f"columns: {{{text}: text}}\n")[1])


@pytest.mark.parametrize("text", ["yes", "014", "1:30", "2026-1-3", "=", "<<", "1e3", ".inf", "Null"])
def test_quotes_make_any_text_a_text(text: str) -> None:
    assert value(f'"{text}"') == text
    assert value(f"'{text}'") == text
    assert value(f"|\n  {text}\n") == f"{text}\n"


NUMBERISH = st.text("0123456789_.:+-eExXobnaifNAYyTtFruslo,= ~<Z", max_size=14)
CORE_SCHEMA = re.compile(
    r"null|Null|NULL|~||true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)
"""What YAML 1.2 types as something else than a text."""


@settings(max_examples=2_000)
@given(NUMBERISH)
@example("0_")
@example("1__0")
@example("1_.5_")
@example("-_1")
@example("0.")
@example("0:0")
@example("190:20:30.15")
@example("2026-01-03t10:00:00")
@example("2026-01-03 1:00:00")
def test_a_text_stays_a_text_only_if_both_versions_of_yaml_say_so(text: str) -> None:
    text = text.strip()
    resolver = yaml.SafeLoader("")
    tag: str = resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # the stubs say no types of it
    typed = tag != "tag:yaml.org,2002:str" or CORE_SCHEMA.fullmatch(text) is not None
    mine = plain_value(text)
    if typed and isinstance(mine, str):
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), text
    if isinstance(mine, int | Decimal) and not isinstance(mine, bool):
        assert (str(mine) if isinstance(mine, int) else format(mine, "f")).lstrip("-") == text.lstrip("-")
    if isinstance(mine, Refusal):
        instead = re.match(r"write `([^`\"]+)`, or", mine.help)
        assert mine.code in CODES and text[:30] in mine.message + mine.help
        assert instead is None or not isinstance(plain_value(instead[1]), Refusal)


# -------------------------------------------------------------------------------------------------------------- places


def test_places_of_keys_and_values() -> None:
    node = good("kind: x\nrate:\n  tiers:\n    - {from: 0%, rate: '4%'}\n\n# end\nlast: 1\n")
    assert isinstance(node, Mapping)
    path: list[str | int] = ["rate", "tiers", 0, "rate"]
    assert node_at(node, path).span == Span(FILE, 4, 24, 4, 28)
    assert key_span(node, path) == Span(FILE, 4, 18, 4, 22)
    assert node_at(node, ["rate"]).span == Span(FILE, 3, 3, 4, 29)
    assert node_at(node, ["rate", "tiers"]).span == Span(FILE, 4, 5, 4, 29)
    assert key_span(node, ["rate", "tiers", 0]) == node_at(node, ["rate", "tiers", 0]).span == Span(FILE, 4, 7, 4, 29)
    assert node.span == Span(FILE, 1, 1, 7, 8)
    assert key_span(node, []) == node.span
    assert node.names == ("kind", "rate", "last")


def test_paths_that_lead_nowhere_end_at_the_last_node() -> None:
    node = good("a: [1, 2]\n")
    assert node_at(node, ["b", "c"]) is node
    assert node_at(node, ["a", 5]) is node_at(node, ["a"])
    assert node_at(node, ["a", "x"]) is node_at(node, ["a"])
    assert key_span(node, ["b"]) == node.span


def test_get_and_key() -> None:
    node = good('a: 1\n"2": x\n3: z\n')
    assert isinstance(node, Mapping)
    first, key = node.get("a"), node.key("3")
    assert isinstance(first, Scalar) and first.value == 1 and first.style == "plain"
    assert key is not None and key.span.line == 3
    assert node.get("z") is None and node.key("z") is None
    assert to_plain(node) == {"a": 1, "2": "x", "3": "z"}


def test_an_empty_value_stands_after_its_colon() -> None:
    assert node_at(good("a:\nb: 1\n"), ["a"]).span == Span(FILE, 1, 3, 1, 3)


def test_columns_count_characters() -> None:
    assert node_at(good("{売上: é, b: x}\n"), ["b"]).span == Span(FILE, 1, 12, 1, 13)


@pytest.mark.parametrize(
    ("text", "needle", "line", "column"),
    [
        ("a: amount * bonus\n", "bonus", 1, 13),
        ("a: 'amount * bonus'\n", "bonus", 1, 14),
        ('a: "amount * bonus"\n', "bonus", 1, 14),
        ("a:\n  amount *\n  bonus\n", "bonus", 3, 3),
        ("a: |\n  amount *\n    bonus\n", "bonus", 3, 5),
        ("a: >-\n\n  amount *\n  bonus\n\nb: 1\n", "amount", 3, 3),
        ("a: >-\n  amount *\n  bonus # x\n\nb: 1\n", "bonus", 3, 3),
        ("a:\n  - b: |-\n      x\n      y + bonus\n", "bonus", 4, 11),
        ("a: 'x  \n\n  bonus'\n", "bonus", 1, 4),
        ('a: "\\x41 bonus"\n', "bonus", 1, 4),
        ("a: 'it''s bonus'\n", "bonus", 1, 4),
    ],
)
def test_a_part_of_a_text_has_a_place(text: str, needle: str, line: int, column: int) -> None:
    node = good(text)
    path: list[str | int] = ["a", 0, "b"] if isinstance(node_at(node, ["a"]), Sequence) else ["a"]
    scalar = node_at(node, path)
    assert isinstance(scalar, Scalar)
    start = scalar.text.index(needle)
    span = scalar.span_of(start, start + len(needle))
    assert (span.line, span.column) == (line, column)
    if scalar.pieces:
        assert text.split("\n")[line - 1][column - 1 :].startswith(needle)
        assert span.end_column == column + len(needle)
        assert scalar.span_of(-5, 10_000).line == scalar.pieces[0][1]
    else:
        assert span == scalar.span


def test_the_place_of_a_block_ends_with_its_text() -> None:
    assert node_at(good("a: |\n  x\n  yy\n\n\nb: 1\n"), ["a"]).span == Span(FILE, 1, 4, 3, 5)
    assert node_at(good("a: |\n  x"), ["a"]).span == Span(FILE, 1, 4, 2, 4)
    assert node_at(good("a: |\nb: 1\n"), ["a"]).span == Span(FILE, 1, 4, 1, 5)
    assert to_plain(good("a: |\n  x\n  yy\n\nb: >\n  u\n  v\n")) == {"a": "x\nyy\n", "b": "u v\n"}


# ---------------------------------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "text",
    ["a: 1\nb: 2\na: 3\n", "a: 1\n'a': 2\n", "x: {a: 1, a: 2}\n", "1: x\n'1': z\n", "caf\u00e9: 1\ncafe\u0301: 2\n"],
)
def test_duplicate_keys_are_refused(text: str) -> None:
    assert codes(text) == ["Y010"]


def test_a_duplicate_shows_both_lines() -> None:
    _, found = read("rate: 5%\nother: 1\nrate: 6%\nrate: 7%\n")
    assert [d.message for d in found] == [
        "`rate` is given twice, on lines 1 and 3",
        "`rate` is given twice, on lines 1 and 4",
    ]
    (related, *_) = (d.related for d in found)
    assert related == ((Span(FILE, 1, 1, 1, 5), "first given here"),)


def test_the_same_key_in_two_mappings_is_fine() -> None:
    assert to_plain(good("- a: 1\n- a: 2\n- {a: {a: 3}}\n")) == [{"a": 1}, {"a": 2}, {"a": {"a": 3}}]


@pytest.mark.parametrize(
    "text",
    [
        "? [a]\n: 1\n",
        "? {a: 1}\n: 1\n",
        "{a: 1}: 2\n",
        "[a]: 2\n",
        "a: {{x}}\n",
        "~: 1\n",
        "null: 1\n",
        "? |\n  x\n: 1\n",
        "{a: 1, ? : 2}\n",
    ],
)
def test_a_key_is_a_text(text: str) -> None:
    assert codes(text) == ["Y016"]


@pytest.mark.parametrize("key", ["on", "NO", "yes", "0144", "1:30", "1_000"])
def test_ambiguous_keys_are_quoted(key: str) -> None:
    node, found = read(f"{key}: 1\n")
    assert node is None and [d.help for d in found] == [f'write `"{key}"`']
    assert to_plain(good(f'"{key}": 1\n')) == {key: 1}


def test_points_have_x_and_y() -> None:
    assert to_plain(good("points: [{x: 1, y: 2}]\nn: 3\n")) == {"points": [{"x": 1, "y": 2}], "n": 3}


# --------------------------------------------------------------------------------------------- what a plan does not use


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\n", [("Y011", 1, 4)]),
        ("a: &x {b: 1}\nb: *x\n", [("Y011", 1, 4), ("Y012", 2, 4)]),
        ("a: & 1\n", [("Y011", 1, 4)]),
        ("a: *x\n", [("Y012", 1, 4)]),
        ("a: * 5\n", [("Y012", 1, 4)]),
        ("*x : 1\n", [("Y012", 1, 1), ("Y016", 1, 1)]),
        ("<<: {a: 1}\n", [("Y013", 1, 1)]),
        ("a: &x {c: 1}\nb:\n  <<: *x\n", [("Y011", 1, 4), ("Y012", 3, 7), ("Y013", 3, 3)]),
        ("a: !!python/object/apply:os.system [x]\n", [("Y014", 1, 4)]),
        ("a: !!str 5\n", [("Y014", 1, 4)]),
        ("a: !foo x\n", [("Y014", 1, 4)]),
        ("a: ! x\n", [("Y014", 1, 4)]),
        ("a: !x!y z\n", [("Y014", 1, 4)]),
        ("!!set {a}\n", [("Y014", 1, 1)]),
        ("%YAML 1.1\n---\na: 1\n", [("Y015", 1, 1)]),
        ("%FOO bar\n---\na: 1\n", [("Y015", 1, 1)]),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", [("Y015", 1, 1)]),
        ("%YAML 1." + "9" * 5000 + "\n---\na: 1\n", [("Y015", 1, 1)]),
        ("a: 1\n---\nb: 2\n", [("Y009", 2, 1)]),
        ("---\na: 1\n---\n", [("Y009", 3, 1)]),
        ("a: 1\n...\n---\nb: 1\n", [("Y009", 3, 1)]),
    ],
)
def test_what_is_refused_and_where(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert sorted(places(text)) == expected


def test_one_document_may_have_its_markers() -> None:
    assert to_plain(good("---\na: 1\n...\n")) == {"a": 1}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n", "\ufeff"])
def test_empty(text: str) -> None:
    assert codes(text) == ["Y007"]


def test_all_mistakes_of_a_file_at_once() -> None:
    assert places("a: NO\nb: 014\nb: *x\nc: 2026-1-3\nd: [1\n") == [
        ("Y020", 1, 4),
        ("Y021", 2, 4),
        ("Y010", 3, 1),
        ("Y012", 3, 4),
        ("Y022", 4, 4),
        ("Y008", 5, 4),
    ]


def test_text_lost_to_a_comment_is_a_warning() -> None:
    node, found = read("a: Team #1\nb: Team # one\nc: 'Team #1' #x\nd: [u, v] #x\n")
    assert node is not None and [(d.code, d.severity, d.span.line, d.span.column) for d in found] == [
        ("Y025", "warning", 1, 9)
    ]


# ----------------------------------------------------------------------------------------------------------- characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\tb\n", [("Y006", 1, 3)]),
        ("\ta: 1\n", [("Y006", 1, 1)]),
        ("a: 'x\ty'\n", [("Y006", 1, 6)]),
        ("a: 1 #\tx\n", [("Y006", 1, 7)]),
        ("a: 1\n\x00", [("Y004", 2, 1)]),
        ("a: \x1b[31m\n", [("Y004", 1, 4)]),
        ("a: 1\rb: 2\n", [("Y004", 1, 5)]),
        ("a: 1\u2028b: 2\n", [("Y004", 1, 5)]),
        ("a: 1\x85b\n", [("Y004", 1, 5)]),
        ("a: \x7f\n", [("Y004", 1, 4)]),
        ("a: \ufffe\n", [("Y004", 1, 4)]),
        ("a: \U0001ffff\n", [("Y004", 1, 4)]),
        ("a: \u202ex\n", [("Y005", 1, 4)]),
        ("# \u2066x\n", [("Y005", 1, 3)]),
        ("ra\u200bte: 1\n", [("Y005", 1, 3)]),
        ("a: 1\n\ufeffb: 2\n", [("Y005", 2, 1)]),
        ("a: x\u00ady\n", [("Y005", 1, 5)]),
        ('a: "\\u202e"\n', [("Y005", 1, 4)]),
        ('a: "\\0"\n', [("Y004", 1, 4)]),
        ('a: "\\ud800"\n', [("Y004", 1, 4)]),
        ('a: "\\e[0m"\n', [("Y004", 1, 4)]),
        ('a: "\\L"\n', [("Y004", 1, 4)]),
    ],
)
def test_what_cannot_be_seen_is_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


def test_other_scripts_and_escapes_are_fine() -> None:
    assert value("売上 बिक्री мзда עמלה 💶") == "売上 बिक्री мзда עמלה 💶"
    assert value('"\\u200d\\t\\n\\u00e9"') == "\u200d\t\né"
    assert value('"10\u00a0%"') == "10\u00a0%"


def test_byte_order_mark_and_windows_line_ends() -> None:
    node = good(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
    assert to_plain(node) == {"a": 1, "b": "x\ny\n"}
    assert key_span(node, ["a"]) == Span(FILE, 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("data", "line", "column", "help"),
    [
        (b"a: caf\xe9\n", 1, 7, "é"),
        ("é: 1\n".encode() + b"b: \x80\n", 2, 4, "UTF-8"),
        (b"\xef\xbb\xbfab\xff", 1, 3, "UTF-8"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-8"),
        (b"\xef\xbb", 1, 1, "UTF-8"),
        (b"a: \xed\xa0\x80", 1, 4, "UTF-8"),
    ],
)
def test_not_utf8(data: bytes, line: int, column: int, help: str) -> None:
    _, found = read(data)
    (diagnostic,) = found
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("Y003", line, column)
    assert help in (diagnostic.help or "")


# -------------------------------------------------------------------------------------------------------------- syntax


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: b: c\n", "a colon is not allowed here", 1, 5),
        ("a: [1, 2\nb: 3\n", "`,` or `]` is missing here", 2, 2),
        ("a: {x: 1\n", "a bracket is not closed", 1, 4),
        ('a: "x\n', "a quoted text has no closing quote", 1, 4),
        ("a: @x\n", "a value can't begin with `@`", 1, 4),
        ("a: `x`\n", "a value can't begin with a backtick", 1, 4),
        ("a: %5\n", "a value can't begin with `%`", 1, 4),
        ("a:\n  b: 1\n c: 2\n", "this line is not lined up with anything", 3, 2),
        ("a: 1\nb\n", "this line has no colon that ends a key", 2, 1),
        ("a: - 1\n", "a list item `- ` is not allowed here", 1, 4),
        ("a:\n  - 1\n  b: 2\n", "this line is not an item of the list above", 3, 3),
        ("a: | text\n", "nothing may follow `|` or `>` on its line", 1, 6),
        ('a: "\\q"\n', "`\\q` has no meaning in double quotes", 1, 6),
        ("a: 'it's'\n", "after the closing quote or bracket the value goes on", 1, 8),
        ("a: [1]]\n", "`]` closes nothing", 1, 7),
        ("a: [,]\n", "a value is missing before `,`", 1, 5),
        (": 1\n", "a key is missing before `:`", 1, 1),
        ('a: "\\x4"\n', "this escape needs 2 hexadecimal digits", 1, 7),
        ('a: "\\U00110000"\n', "this escape is out of range", 1, 7),
    ],
)
def test_syntax_errors_in_plain_words(text: str, message: str, line: int, column: int) -> None:
    _, found = read(text)
    (diagnostic,) = found
    assert (diagnostic.code, diagnostic.message) == ("Y008", message)
    assert (diagnostic.span.line, diagnostic.span.column) == (line, column)


def test_a_missing_comma_shows_the_opening_bracket() -> None:
    _, found = read("a: [1, 2\nb: 3\n")
    (diagnostic,) = found
    assert diagnostic.related == ((Span(FILE, 1, 4, 1, 5), "it begins here"),)


# --------------------------------------------------------------------------------------------------------------- files


def test_a_file_is_read_under_its_displayed_name(tmp_path: Path) -> None:
    (tmp_path / "comp.yaml").write_bytes(b"kind: comp-plan\n")
    found = Diagnostics()
    node = read_yaml(tmp_path / "comp.yaml", "plans/ae/comp.yaml", found)
    assert node is not None and node.span.file == "plans/ae/comp.yaml"
    assert found.sources == {"plans/ae/comp.yaml": "kind: comp-plan\n"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in [tmp_path / "missing", tmp_path, tmp_path / "fifo", Path("/dev/zero"), Path("a\0b"), Path("x" * 5000)]:
        found = Diagnostics()
        assert read_yaml(path, "shown.yaml", found) is None
        assert [d.code for d in found] == ["Y001"]


# -------------------------------------------------------------------------------------------------------------- limits


def test_size() -> None:
    assert isinstance(good(b"# " + b"x" * (MAX_BYTES - 7) + b"\na: 1"), Mapping)
    assert codes(b"a" * (MAX_BYTES + 1)) == ["Y002"]


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    found = Diagnostics()
    with within(SECONDS):
        assert read_yaml(tmp_path / "large", FILE, found) is None
    assert [d.code for d in found] == ["Y002"]


def test_depth() -> None:
    assert isinstance(good("[" * MAX_DEPTH + "]" * MAX_DEPTH), Sequence)
    assert codes("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == ["Y017"]
    block = "".join("  " * level + "a:\n" for level in range(MAX_DEPTH + 1))
    assert codes(block) == ["Y017"]
    assert codes("- " * (MAX_DEPTH + 1) + "a") == ["Y017"]


def test_values_in_a_file() -> None:
    many = to_plain(good("[" + "1," * (MAX_NODES - 1) + "]"))
    assert isinstance(many, list) and len(many) == MAX_NODES - 1
    assert codes("[" + "1," * MAX_NODES + "]") == ["Y018"]


def test_length_of_a_value() -> None:
    assert value("x" * MAX_SCALAR) == "x" * MAX_SCALAR
    assert codes("a: " + "x" * (MAX_SCALAR + 1)) == ["Y019"]


ALIAS_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k: 1}\n" + "".join(
    f"{new}: &{new}\n  <<: [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FULL = MAX_BYTES - 64
BOMBS = {
    "aliases": ALIAS_BOMB,
    "merges": MERGE_BOMB,
    "100,000 [": "[" * 100_000,
    "100,000 {": "{" * 100_000,
    "100,000 {a: ": ("{a: " * 100_000)[:FULL],
    "5,000 nested": "[" * 5_000 + "]" * 5_000,
    "5,000 nested in blocks": "- " * 5_000 + "a",
    "[{ 5,000 times": "[{" * 5_000,
    "many items": "[" + "a," * (FULL // 2) + "]",
    "many lists": "[" + "[]," * (FULL // 3) + "]",
    "deep lists again and again": "[" + ("[" * 19 + "]" * 19 + ",") * (FULL // 39) + "]",
    "many keys": "".join(f"k{i}: v\n" for i in range(FULL // 11)),
    "the same key": "{" + "a: 1," * (FULL // 5) + "}",
    "complex keys": "? a\n" * (FULL // 4),
    "ambiguous": "[" + "no," * (FULL // 3) + "]",
    "exponents": "[" + "1e999999999," * (FULL // 12) + "]",
    "lost comments": "- a #b\n" * (FULL // 7),
    "escapes": '- "\\x41"\n' * (FULL // 9),
    "controls": "\x01\n" * (FULL // 2),
    "one line of controls": "\x01" * FULL,
    "tabs": "\t" * FULL,
    "blank lines": "\n" * FULL + "a: [",
    "comments": "#\n" * (FULL // 2),
    "one long text": "a: " + "b " * (FULL // 2),
    "one long block": "a: |\n" + " b\n" * (FULL // 3),
    "blank block": "a: |\n" + "\n" * (FULL // 2) + "b: [",
    "an open quote": "a: '" + "\n" * FULL,
    "a long number": "a: " + "1" * FULL,
    "a long key": "a" * FULL + ": 1",
    "combining": "a\u0301" + "\u0301" * (FULL // 2) + ": [",
    "values and a comment": '- "\\x41"\n' * (MAX_NODES - 2) + "#" + "x" * (FULL - 9 * MAX_NODES) + "\n- [",
    "nests and comments": "[" + ("[" * 19 + "]" * 19 + ",") * (MAX_NODES // 20) + "#\n" * (FULL // 4),
    "1 MiB": "[" * (1 << 20),
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_files_are_refused_in_no_time(name: str) -> None:
    with within(SECONDS):
        node, found = read(BOMBS[name])
        printed = render_full(found, found.sources, color=True)
    assert node is None and found.has_errors()
    assert len(printed) < 100_000
    assert {diagnostic.code for diagnostic in found} <= CODES.keys()


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from(list("ab:-[]{},#&*!|>'\"%@`?\n\n  \t0159.~<=\\xu_\r\u00a0\u202e")), max_size=60))
def test_any_text_gives_a_tree_or_a_diagnostic(text: str) -> None:
    node, found = read(text)
    assert (node is None) == found.has_errors()
    assert {diagnostic.code for diagnostic in found} <= CODES.keys()
    render_full(found, found.sources, color=False)
    if node is not None:
        check_places(node, text.replace("\r\n", "\n").split("\n"))


@given(st.binary(max_size=40))
def test_any_bytes_give_a_tree_or_a_diagnostic(data: bytes) -> None:
    node, found = read(data)
    assert (node is None) == found.has_errors()


def check_places(node: Node, lines: list[str]) -> None:
    """What a span or a piece points at is what the node holds."""
    span = node.span
    assert (span.line, span.column) <= (span.end_line, span.end_column) and span.end_line <= len(lines)
    match node:
        case Scalar():
            for start in range(len(node.text)) if node.pieces else ():
                part = node.span_of(start, start + 1)
                row = lines[part.line - 1]
                shown = row[part.column - 1 : part.column] or "\n"
                assert shown == node.text[start] or node.text[start] in " \n"
        case Sequence():
            for item in node.items:
                check_places(item, lines)
        case Mapping():
            for key, below in node.items:
                check_places(key, lines)
                check_places(below, lines)


ALL_CODES = sorted(code for code in CODES if code[0] == "Y")


def test_every_code_is_provoked_by_a_test_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in ALL_CODES if f'"{code}"' not in text] == []
