"""Hostile cases that are too large, or too odd for a file of `cases/`: bombs, broken bytes, links, devices.

Each is a function that spoils a copy of the base workspace and says what must be found.
"""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.hostile.case import BASE, FILES, Expected

PLAN, MAIN, TARGET = (FILES[kind] for kind in ("plan", "workspace", "target"))
CONDITION = 'where: status == "booked"'
PEOPLE = "participants: {title: Account Executive}"
CURRENCY = "currency: USD"
PATTERN = 'plans: ["*/comp.yaml"]'
KEY = "key: [order_id]"
CAP = "      - cap: {over: credit"
TIER = "        - {from: 0%, rate: 1%}\n"
CALENDAR = "calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}"
RULE = """  r{0}:
    from: orders
    where: status == "x{0}"
    to: seller
    credit_date: booked_on
    value: net_amount
"""
COMPONENT = """  k{0}:
    earning_period: month
    basis: period
    base: sales_month
    earning_code: K{0}
    rate: {{mode: flat, rate: 0.3%}}
    then:
      - round: {{per: earning, mode: floor}}
"""
KICKER_TABLE = "rate: {mode: flat, rate: 0.3%}"


def base(name: str) -> str:
    """The text of a file of the base workspace."""
    return (BASE / name).read_text()


def line_of(name: str, beginning: str) -> int:
    """The line of a base file that begins so."""
    return next(n for n, line in enumerate(base(name).split("\n"), 1) if line.strip().startswith(beginning))


def instead(name: str, old: str, new: str, code: str, later: int = 0, severity: str = "error") -> "Spoil":
    """A base file with another text in place of one; found at the line of the old text, or some lines later."""
    text = base(name)
    assert old in text, old
    lines = (text[: text.index(old)].count("\n") + 1 + later,) if code else ()
    return partial(_put, name, text.replace(old, new, 1).encode(), Expected(name, lines, code, severity))


def whole(name: str, data: bytes, line: int, code: str) -> "Spoil":
    """A file of these bytes."""
    return partial(_put, name, data, Expected(name, (line,), code))


def formula(text: str, code: str) -> "Spoil":
    """The base plan with this condition."""
    return instead(PLAN, CONDITION, "where: " + json.dumps(text), code)


def _put(name: str, data: bytes, expected: Expected, folder: Path) -> Expected:
    (folder / name).write_bytes(data)
    return expected


def ladder(folder: Path) -> Expected:
    """Measures of two others each: the last has 2^40 parts, if each is looked at as often as it is read."""
    steps = [
        f"  m{n}: {{formula: m{n - 1} + n{n - 1}}}\n  n{n}: {{formula: m{n - 1} - n{n - 1}}}\n" for n in range(1, 41)
    ]
    first = "  m0: {formula: 2 * sales_month}\n  n0: {formula: 3 * sales_month}\n"
    text = base(PLAN).replace("measures:\n", f"measures:\n{first}{''.join(steps)}")
    for old, new in (
        ("measure: sales_month, against: field-monthly, at_least: 50%", "measure: m40, at_least: 0 USD"),
        ("    base: sales_month", "    base: n40"),
        ("select: sales_month", "select: n40"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (folder / PLAN).write_text(text)
    return Expected(PLAN, ())


Spoil = Callable[[Path], Expected]


# ------------------------------------------------------------------------------------------------------------- on the disk


def linked(name: str, to: str, code: str, folder: Path) -> Expected:
    """A file that is a link to another place."""
    (folder / name).unlink()
    (folder / name).symlink_to(to)
    return Expected(name, (1,), code)


def linked_inside(folder: Path) -> Expected:
    """A linked file inside the workspace is as good as any."""
    (folder / PLAN).rename(folder / "kept.yaml")
    (folder / PLAN).symlink_to("../kept.yaml")
    return Expected(PLAN, ())


def linked_folder(folder: Path) -> Expected:
    """A folder that is a link to one outside."""
    (folder / "other").symlink_to("/etc")
    (folder / MAIN).write_text(base(MAIN).replace(PATTERN, 'plans: ["*/comp.yaml", "other/passwd"]'))
    return Expected("other", (1,), "Y001")


def loops(folder: Path) -> Expected:
    """Folders inside themselves, and a pattern that would try all ways through them."""
    for number in range(6):
        (folder / f"loop{number}").symlink_to(".")
    (folder / MAIN).write_text(base(MAIN).replace(PATTERN, f'plans: ["{"*/" * 12}comp.yaml"]'))
    return Expected(MAIN, ())


def stars(folder: Path) -> Expected:
    """A tree of folders, and a pattern that would try all ways to cut a path."""
    inner = folder
    for _ in range(14):
        inner = inner / "d"
        (inner / "e").mkdir(parents=True)
    (folder / MAIN).write_text(base(MAIN).replace(PATTERN, f'plans: ["{"**/" * 40}nothing.yaml"]'))
    return Expected(MAIN, (line_of(MAIN, "plans:"),), "W007")


def pipe(folder: Path) -> Expected:
    """A plan that is a named pipe: opening it would wait for ever."""
    (folder / PLAN).unlink()
    os.mkfifo(folder / PLAN)
    return Expected(PLAN, (1,), "Y001")


def directory(folder: Path) -> Expected:
    """A folder with the name of a plan: no file matches."""
    (folder / PLAN).unlink()
    (folder / PLAN).mkdir()
    return Expected(MAIN, (line_of(MAIN, "plans:"),), "W007")


def sealed(folder: Path) -> Expected:
    """A main file that is a folder."""
    (folder / MAIN).unlink()
    (folder / MAIN).mkdir()
    return Expected(MAIN, (1,), "Y001")


# ------------------------------------------------------------------------------------------------------------------- table


def lines(row: str, number: int, first: int = 0) -> str:
    """`row` for each number."""
    return "".join(row.format(index) for index in range(first, first + number))


MADE: dict[str, Spoil] = {
    # bytes
    "nothing-at-all": whole(PLAN, b"", 1, "Y007"),
    "only-a-mark": whole(PLAN, b"\xef\xbb\xbf", 1, "Y007"),
    "nul-bytes": whole(PLAN, b"kind: comp-plan\nname: a\0b\n", 2, "Y004"),
    "not-utf8": whole(PLAN, b"kind: comp-plan\nnote: caf\xe9\n", 2, "Y003"),
    "overlong-utf8": whole(PLAN, b"kind: comp-plan\nnote: \xc0\xaf\n", 2, "Y003"),
    "surrogates-in-utf8": whole(PLAN, b"kind: comp-plan\nnote: \xed\xa0\x80\n", 2, "Y003"),
    "utf16": whole(PLAN, base(PLAN).encode("utf-16"), 1, "Y003"),
    "utf32": whole(PLAN, base(PLAN).encode("utf-32"), 1, "Y003"),
    "windows-line-ends": partial(_put, PLAN, base(PLAN).replace("\n", "\r\n").encode(), Expected(PLAN, ())),
    "old-macintosh-line-ends": whole(PLAN, base(PLAN).replace("\n", "\r").encode(), 1, "Y004"),
    "a-picture": whole(PLAN, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, 1, "Y003"),
    "a-spreadsheet": whole(PLAN, b"PK\x03\x04\x14\x00\x06\x00" + b"\0" * 500, 1, "Y004"),
    # too much of something
    "ten-megabytes": whole(PLAN, base(PLAN).encode() + b"#" * 10_000_000, 1, "Y002"),
    "a-hundred-thousand-brackets": instead(PLAN, CURRENCY, "currency: " + "[" * 100_000, "Y017"),
    "a-hundred-thousand-braces": instead(PLAN, CURRENCY, "currency: " + "{a: " * 50_000, "Y017"),
    "dashes": instead(PLAN, CURRENCY, "currency:\n" + "- " * 100_000, "Y017", 1),
    "question-marks": instead(PLAN, CURRENCY, "currency:\n" + "? " * 100_000, "Y017", 1),
    "colons": instead(PLAN, CURRENCY, "currency: " + "a: " * 50_000, "Y008"),
    "a-hundred-thousand-values": instead(PLAN, CURRENCY, "currency: [" + "a," * 100_000 + "]", "Y018"),
    "levels-of-indentation": instead(
        PLAN, CURRENCY, "currency:\n" + "".join(" " * n + "a:\n" for n in range(1, 600)), "Y017", 20
    ),
    "anchors": instead(PLAN, CURRENCY, f"currency: [{', '.join(f'&a{n} x' for n in range(9_000))}]", "Y011"),
    "aliases-of-aliases": instead(
        PLAN, CURRENCY, "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 60)), "Y011"
    ),
    "merges-of-merges": instead(
        PLAN, CURRENCY, "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 60)),
        "Y013", 1,
    ),
    "tags": instead(PLAN, CURRENCY, f"currency: [{', '.join(f'!a{n} x' for n in range(9_000))}]", "Y014"),
    "a-long-key": instead(PLAN, CURRENCY, "k" * 100_000 + ": 1", "Y008"),
    "a-long-note": instead(PLAN, CURRENCY, "note: " + "x" * 200_000, "Y019"),
    "a-number-of-a-hundred-thousand-digits": instead(PLAN, "amount: 500", "amount: " + "9" * 100_000, "Y019"),
    "a-quoted-number-of-many-digits": instead(PLAN, "amount: 500", f'amount: "{"9" * 19_000}"', "S006"),
    "a-fraction-of-many-digits": instead(PLAN, "amount: 500", f'amount: "0.{"9" * 19_000}%"', "S006"),
    "a-long-integer": instead(PLAN, "mode: half_up", f"mode: half_up, digits: {'9' * 39}", "S006"),
    "quotes": instead(PLAN, CURRENCY, "currency: '" + "''" * 100_000, "Y008"),
    "escapes": instead(PLAN, CURRENCY, 'currency: "' + "\\x41" * 19_000 + '"', "S005"),
    "a-pile-of-accents": instead(PLAN, CURRENCY, f"{CURRENCY}\nnote: [a{chr(0x301) * 60_000}]", "Y019", 1),
    "tabs": whole(PLAN, base(PLAN).encode() + b"\t\n" * 80_000, len(base(PLAN).split("\n")), "Y006"),
    "bidi-controls": whole(PLAN, (base(PLAN) + "\u202e\n" * 60_000).encode(), len(base(PLAN).split("\n")), "Y005"),
    "one-key-seven-thousand-times": instead(PLAN, CURRENCY, f"{CURRENCY}\n" * 4_000, "Y010", 1),
    "unknown-keys": instead(PLAN, CURRENCY, CURRENCY + "\n" + lines("currencx{}: 1\n", 4_000), "S001", 1),
    "names-and-numbers-mixed": instead(
        PLAN, PEOPLE, f"participants: {{names: [{', '.join(f'a{n}' if n % 2 else str(n) for n in range(9_000))}]}}", "S003"
    ),
    "mappings-that-should-differ": instead(MAIN, KEY, f"key: [{', '.join(f'{{a: {n}}}' for n in range(3_000))}]", "S003"),
    "lists-that-should-differ": instead(PLAN, "order: [booked_on", f"order: [{'[a], ' * 4_000}booked_on", "S003"),
    "one-title-many-times": instead(PLAN, PEOPLE, f"participants: {{title: [{'A, ' * 9_000}]}}", "S007"),
    "patterns": instead(MAIN, PATTERN, "plans: [" + lines("'**/x{}', ", 7_000) + "]", "S007"),
    "a-pattern-of-stars": instead(MAIN, PATTERN, f'plans: ["{"*a" * 3_000}b"]', "W007"),
    "a-pattern-of-classes": instead(MAIN, PATTERN, f'plans: ["{"[a-z]*" * 2_500}b/x"]', "W007"),
    "a-thousand-periods-on-one-day": instead(
        MAIN, CALENDAR, "calendar:\n  kind: custom\n  periods:\n"
        + lines("    - {{name: p{}, start: 2026-01-01, end: 2026-01-31, year: FY}}\n", 900), "W003", 4,
    ),
    "three-centuries": instead(MAIN, "first_year: 2026, last_year: 2026", "first_year: 1900, last_year: 2200", ""),
    "too-many-columns": instead(MAIN, "      family: text\n", lines("      c{}: text\n", 4_000), "S007", -5),
    "too-many-sources": instead(
        MAIN, "sources:\n", "sources:\n" + lines("  s{}: {{role: targets, files: x.csv, columns: {{a: text}}}}\n", 900), "S007"
    ),
    "too-many-rules": instead(PLAN, "credits:\n", "credits:\n" + lines(RULE, 400), "S007"),
    "measures-of-two-measures-each": ladder,
    "too-many-components": instead(PLAN, "components:\n", "components:\n" + lines(COMPONENT, 300), "S007"),
    "too-many-tiers": instead(PLAN, TIER, lines("        - {{from: {}%, rate: 1%}}\n", 1_500), "S007", -1),
    "too-many-items": instead(PLAN, CAP, "      - x: 1\n" * 900 + CAP, "S007", -2),
    "as-many-rules-as-allowed": instead(PLAN, "credits:\n", "credits:\n" + lines(RULE, 98), "N011", 1, "warning"),
    "as-many-components-as-allowed": instead(PLAN, "components:\n", "components:\n" + lines(COMPONENT, 90), ""),
    "as-many-tiers-as-allowed": instead(PLAN, TIER, TIER + lines("        - {{from: 0.{:03}%, rate: 1%}}\n", 198, 1), ""),
    "measures-that-nobody-reads": instead(
        PLAN, "measures:\n", "measures:\n" + lines("  m{}: {{sum: [sales, shared], over: period}}\n", 290), "N010", 1, "warning"
    ),
    "formulas-of-strange-names": instead(
        PLAN, "measures:\n", "measures:\n" + lines(
            f"  m{{}}: {{{{sum: sales, over: period, where: '{' and '.join(f'is_nex{n}' for n in range(150))}'}}}}\n", 90
        ), "N002", 1,
    ),
    # formulas
    "formula-of-a-megabyte": formula("is_new and " * 20_000 + "is_new", "Y019"),
    "formula-of-five-thousand-parentheses": formula("(" * 5_000 + "is_new" + ")" * 5_000, "F002"),
    "formula-of-nine-hundred-parentheses": formula("(" * 490 + "is_new" + ")" * 490, "F004"),
    "formula-of-not": formula("not " * 400 + "is_new", "F004"),
    "formula-of-minus": formula("-" * 1_000 + "quantity > 1", "F005"),
    "formula-of-sums": formula("quantity > " + "+".join(["1"] * 800), "F005"),
    "formula-of-choices": formula("1 if is_new else " * 110 + "2", "F004"),
    "formula-of-calls": formula("abs(" * 300 + "quantity" + ")" * 300 + " > 1", "F004"),
    "formula-of-comparisons": formula("is_new" + " == is_new" * 150, ""),
    "formula-of-a-long-list": formula(f"quantity in ({', '.join(['1'] * 600)})", "F005"),
    "formula-of-a-long-text": formula(f'status == "{"x" * 1_990}', "F002"),
    "formula-of-a-long-number": formula("quantity > " + "9" * 1_900, "F007"),
    "formula-of-a-long-name": formula("q" * 1_990, "N002"),
    "formula-of-a-long-fraction": formula("quantity > 0." + "9" * 1_900, "F007"),
    # on the disk
    "plan-linked-to-the-passwords": partial(linked, PLAN, "/etc/passwd", "Y001"),
    "plan-linked-to-endless-zeros": partial(linked, PLAN, "/dev/zero", "Y001"),
    "plan-linked-to-the-keyboard": partial(linked, PLAN, "/dev/stdin", "Y001"),
    "plan-linked-to-itself": partial(linked, PLAN, "comp.yaml", "Y001"),
    "plan-linked-to-nothing": partial(linked, PLAN, "nowhere.yaml", "Y001"),
    "main-file-linked-outside": partial(linked, MAIN, "/etc/passwd", "Y001"),
    "targets-linked-to-memory": partial(linked, TARGET, "/proc/self/mem", "Y001"),
    "plan-linked-inside": linked_inside,
    "folder-linked-outside": linked_folder,
    "folders-inside-themselves": loops,
    "a-pattern-of-all-folders": stars,
    "a-pipe-for-a-plan": pipe,
    "a-folder-for-a-plan": directory,
    "a-folder-for-the-main-file": sealed,
}  # fmt: skip
"""Name → how the workspace is spoiled."""

BY_COMMAND = (
    "nothing-at-all", "a-picture", "ten-megabytes", "a-hundred-thousand-brackets", "a-hundred-thousand-values",
    "aliases-of-aliases", "names-and-numbers-mixed", "lists-that-should-differ", "as-many-rules-as-allowed",
    "as-many-tiers-as-allowed", "formula-of-five-thousand-parentheses", "plan-linked-to-endless-zeros",
    "plan-linked-to-the-keyboard", "folders-inside-themselves", "a-pipe-for-a-plan",
)  # fmt: skip
"""Those that are also given to the real command, each in a process of its own."""
