"""A formula's text → its tokens, or the first thing in it that is no part of formulas, at its character.

Python's own parser sees only the `skeleton` made here: the same text with every name, number and text blanked out. So no
escape, prefix, keyword or byte offset of Python has a say in what a formula means, and nothing deep or long gets there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from engine.core.money import ISO_DIGITS

LENGTH, DEPTH, TOKENS = 2000, 50, 1000

Kind = Literal["name", "word", "number", "text", "operator", "open", "close", "comma"]


@dataclass(frozen=True)
class Token:
    """One word, number, text or sign. `word` is a keyword of formulas, `name` any other identifier, or a `$parameter`.

    An amount, `100 USD`, is a number with its currency.
    """

    kind: Kind
    text: str
    at: int

    @property
    def begins_operand(self) -> bool:
        """Whether a value may begin with it."""
        return self.kind in ("name", "number", "text", "open") or self.text in ("not", "-")

    @property
    def ends_operand(self) -> bool:
        """Whether a value may end with it."""
        return self.kind in ("name", "number", "text", "close")


class Refused(Exception):
    """Why a text is no formula: a code, a message, the characters at fault, and what to do."""

    def __init__(self, code: str, message: str, at: int, length: int = 1, help: str | None = None):
        super().__init__(message)
        self.code, self.message, self.at, self.length, self.help = code, message, at, length, help


WORDS = frozenset({"and", "or", "not", "in", "if", "else"})

FOREIGN_WORDS = {
    "None": ("F016", "`is_missing(x)` says whether x has a value"),
    "none": ("F016", "`is_missing(x)` says whether x has a value"),
    "null": ("F016", "`is_missing(x)` says whether x has a value"),
    "is": ("F012", "write `==`, or `is_missing(x)` for a value that is absent"),
    "True": ("F012", "write `true`"),
    "False": ("F012", "write `false`"),
    "AND": ("F012", "write `and`"),
    "OR": ("F012", "write `or`"),
    "NOT": ("F012", "write `not`"),
    "IF": ("F012", "write `value if condition else other`"),
    "then": ("F012", "write `value if condition else other`"),
    "lambda": ("F012", "functions are not defined in a plan: make it a measure or a variable"),
    "for": ("F012", "a formula has no loops: sums over many rows are measures"),
    "while": ("F012", "a formula has no loops: sums over many rows are measures"),
}
"""Words of other languages → code and what to write instead."""

FOREIGN_SIGNS = {
    "**": ("F012", "there is no power: multiply, as in `x * x`"),
    "//": ("F012", "write `/`"),
    "=": ("F017", "write `==` to compare (`<=`, `>=` and `!=` in one piece); a formula can't set anything"),
    ":=": ("F017", "a formula can't set anything"),
    "<>": ("F012", "write `!=`"),
    "&&": ("F012", "write `and`"),
    "||": ("F012", "write `or`"),
    "&": ("F012", "write `and`"),
    "|": ("F012", "write `or`"),
    "!": ("F012", "write `not`"),
    "<<": ("F012", None),
    ">>": ("F012", None),
    ".": ("F012", "a name has no parts: columns and measures are written alone"),
    "[": ("F012", "a list of values is written in `( )`, as in `status in (\"a\", \"b\")`"),
    "]": ("F012", None),
    "{": ("F012", "a name is written alone, without braces"),
    "}": ("F012", None),
    ";": ("F003", "a comma divides what a function takes, as in `min(a, b)`; a formula is one expression"),
    "#": ("F003", "put the remark into a `note:`"),
    "\\": ("F003", "a formula stands on one line"),
    ":": ("F012", "write `value if condition else other`"),
    "^": ("F012", "there is no power: multiply, as in `x * x`"),
    "?": ("F012", "write `value if condition else other`"),
}  # fmt: skip

TYPOGRAPHIC = {
    "“": '"', "”": '"', "„": '"', "‘": '"', "’": '"', "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "—": "-",
    "≤": "<=", "≥": ">=", "≠": "!=", "\u00a0": "a plain space",
}  # fmt: skip
"""What word processors make of signs → the sign."""

PATTERN = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<parameter>\$[a-z][a-z0-9_]*)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<amount>[0-9][0-9A-Za-z_.]* (?!AND|NOT)[A-Z]{3}(?![A-Za-z0-9_]))"
    r"|(?P<number>\.?[0-9][0-9A-Za-z_.]*)"
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"|(?P<foreign>\*\*|//|:=|<>|&&|\|\||<<|>>)"
    r"|(?P<operator>==|!=|<=|>=|[-+*/<>])"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)",
    re.ASCII,
)
NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z", re.ASCII)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a formula. Raises `Refused`."""
    if not text.strip():
        raise Refused("F001", "the formula is empty", 0, len(text), "write what it is to calculate")
    if len(text) > LENGTH:
        raise Refused(
            "F002", f"the formula has {len(text)} characters, over {LENGTH}", 0, len(text),
            "name its parts: measures, variables, conditions of `exclude:`",
        )  # fmt: skip
    body = text.rstrip()
    tokens: list[Token] = []
    at = len(text) - len(text.lstrip())
    while at < len(body):
        token = _next(body, at)
        if token is not None:
            tokens.append(token)
        at = _end(body, at)
    if len(tokens) > TOKENS:
        raise Refused(
            "F005", f"the formula has {len(tokens)} words and signs, over {TOKENS}", 0, len(text), "name its parts"
        )
    _nested(tokens)
    _adjacent(tokens)
    return tokens


def skeleton(text: str, tokens: Sequence[Token]) -> str:
    """`text` with each name, number and text replaced by as many harmless characters."""
    characters = [" "] * len(text)
    for token in tokens:
        length = len(token.text)
        match token.kind:
            case "name":
                blank = "n" * length
            case "number":
                blank = "1" * length
            case "text":
                blank = '"' + "x" * (length - 2) + '"'
            case _:
                blank = token.text
        characters[token.at : token.at + length] = blank
    return "".join(characters).rstrip()


def _end(text: str, at: int) -> int:
    found = PATTERN.match(text, at)
    assert found is not None
    return found.end()


def _next(text: str, at: int) -> Token | None:
    """The token at `at`, or None for space."""
    found = PATTERN.match(text, at)
    if found is None or found.lastgroup is None:
        raise _stranger(text, at)
    part = found.group()
    match found.lastgroup:
        case "space":
            return None
        case "foreign":
            raise _foreign(part, at)
        case "parameter":
            return Token("name", part, at)
        case "name":
            return _word(part, at)
        case "number":
            return _number(text, part, at)
        case "amount":
            return replace(_number(text, part.partition(" ")[0], at), text=part)
        case "text":
            return _text(part, at)
        case "operator":
            return Token("operator", part, at)
        case "open":
            return Token("open", part, at)
        case "close":
            return Token("close", part, at)
        case _:
            return Token("comma", part, at)


def _foreign(sign: str, at: int, first: bool = False) -> Refused:
    code, help = FOREIGN_SIGNS[sign]
    if sign == "=" and first:
        help = "a formula begins without `=`"
    return Refused(code, f"`{sign}` is no part of formulas", at, len(sign), help)


def _stranger(text: str, at: int) -> Refused:
    """What to say of a character that begins no token."""
    character = text[at]
    if character in "\n\r\x0b\x0c\u0085\u2028\u2029":
        return Refused("F003", "the formula goes on in a second line", at, 1, "a formula stands on one line")
    if character in "\"'":
        return Refused("F009", "the text is not closed", at, len(text) - at, f"end it with {character}")
    if character == "%":
        return _percent(text, at)
    if character in FOREIGN_SIGNS:
        return _foreign(character, at, not text[:at].strip())
    if character in TYPOGRAPHIC:
        sign = TYPOGRAPHIC[character]
        help = "use " + (sign if len(sign) > 2 else f"`{sign}`")
        return Refused("F006", f"`{character}` is no sign of formulas", at, 1, help)
    shown = f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
    help = "names are made of the letters a to z, digits and _; other texts stand in quotes"
    return Refused("F006", f"{shown} is no part of formulas", at, 1, help)


def _percent(text: str, at: int) -> Refused:
    """`%` means a hundredth to people and a remainder to programs: neither is guessed."""
    before = re.search(r"([0-9]+(?:\.[0-9]+)?) *\Z", text[:at])
    if before is None:
        return Refused("F008", "`%` is no part of formulas", at, 1, "write a percentage as a number, 0.05 for 5%")
    number = f"{Decimal(before[1]).scaleb(-2):f}"
    return Refused(
        "F008", "a percentage can't stand in a formula", before.start(1), at + 1 - before.start(1), f"write {number}"
    )


def _word(word: str, at: int) -> Token:
    if word in FOREIGN_WORDS:
        code, help = FOREIGN_WORDS[word]
        raise Refused(code, f"`{word}` is no word of formulas", at, len(word), help)
    if word.startswith("_"):
        raise Refused("F006", f"`{word}` is no name", at, len(word), "a name begins with a letter")
    return Token("word" if word in WORDS else "name", word, at)


JOINED = re.compile(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]{3})\Z")
"""An amount without the space before its currency."""
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def _number(text: str, number: str, at: int) -> Token:
    if NUMBER.match(number) is None:
        day, thousands = DAY.match(text, max(at - 5, 0)), re.search(r"([0-9]+), ?\Z", text[:at])
        if day is not None:
            help = f'a day is written `date("{day[0]}")`'
            raise Refused("F007", f"`{day[0]}` is no day of formulas", day.start(), len(day[0]), help)
        if thousands is not None and len(number) == 3 and number.isdigit():
            help = f"a number has no comma between thousands: {thousands[1]}{number}"
            said, length = f"{thousands[0]}{number}", len(thousands[0]) + len(number)
            raise Refused("F007", f"`{said}` is no number of formulas", thousands.start(), length, help)
        help = "digits with an optional point, as in 1000 or 0.5: no exponent, no separators, no leading zero"
        joined = JOINED.match(number)
        if joined is not None and joined[2].upper() in ISO_DIGITS:
            help = f"an amount is written with a space before its currency: `{joined[1]} {joined[2].upper()}`"
        raise Refused("F007", f"`{number}` is no number of formulas", at, len(number), help)
    whole, _, places = number.partition(".")
    if len(whole) > 16 or len(places) > 12:
        help = "amounts stay below 10^16 and have 12 places at most"
        raise Refused("F007", f"`{number}` has too many digits", at, len(number), help)
    return Token("number", number, at)


def _text(text: str, at: int) -> Token:
    for found in re.finditer(r"\\(.)", text):
        if found[1] not in "\\\"'":
            help = "a backslash itself is written \\\\"
            raise Refused("F009", f"`{found[0]}` is no character", at + found.start(), 2, help)
    return Token("text", text, at)


def text_value(token: Token) -> str:
    """What a text in quotes stands for."""
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])


def _nested(tokens: Sequence[Token]) -> None:
    """Parentheses match and are not nested too deeply; nor are `not not …` and `- - …`."""
    opened: list[Token] = []
    prefixes = 0
    for token in tokens:
        prefixes = prefixes + 1 if token.text in ("not", "-") else 0
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                raise Refused("F011", "this parenthesis was never opened", token.at, 1, "delete it, or open it before")
            opened.pop()
        if len(opened) > DEPTH or prefixes > DEPTH:
            raise Refused("F004", f"the formula is nested over {DEPTH} levels deep here", token.at, 1, "name its parts")
    if opened:
        help = "close it; between { } a comma ends a value, so there a formula with a comma is put in quotes"
        raise Refused("F011", "this parenthesis is not closed", opened[-1].at, 1, help)


def _adjacent(tokens: Sequence[Token]) -> None:
    """Two values need an operator between them; only a function's name stands before `(`."""
    for before, token in pairwise(tokens):
        if not before.ends_operand or not token.begins_operand or token.text == "-":
            continue
        if token.text == "not" or (before.kind == "name" and token.kind == "open"):
            continue
        raise Refused(
            "F010", f"an operator is missing before `{token.text}`", token.at, len(token.text), _missing(before, token)
        )


def _missing(before: Token, token: Token) -> str | None:
    if before.kind == "name" and token.kind == "text":
        return "a text has no letter before its quote; compare with `==`"
    if token.kind == "number" and before.text in ISO_DIGITS:
        return f"an amount is written with its currency after it: `{token.text} {before.text}`"
    if before.kind == "number" and token.kind == "name":
        if token.text.upper() in ISO_DIGITS:
            return f"an amount is written with one space and its currency in capitals: `{before.text} {token.text.upper()}`"
        return f"did you mean `{before.text} * {token.text}`?"
    return f"between `{before.text}` and `{token.text}` stands `and`, `or`, a comparison, or one of + - * /"
