"""The value of an unquoted YAML text. In: the text. Out: None, bool, int, exact Decimal or text, or why it is refused.

What two versions of YAML, or two readers, would take for different values is refused; the help says what to write.
`5%`, `5000 USD` and `2026-01-03` stay texts: what they mean is the schema's business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.load.yaml_node import Value

MAX_DIGITS = 40
"""More than any bounded value has (16 before the point, 12 after it); ids are texts."""

WORDS: dict[str, Value] = {"": None, "~": None, "null": None, "true": True, "false": False}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LETTERS = ("y", "Y", "n", "N")
"""Columns, measures and points have such names; as keys they are taken as they stand."""
MAY_MISLEAD = re.compile(r"[-+]?\.?[0-9]|[-+]?\.[in]|(=|<<|y|n|yes|no|on|off|true|false|null)\Z", re.IGNORECASE)
"""What every refused text begins with, or is: most texts are done after this one look."""


@dataclass(frozen=True)
class Refusal:
    """Why a text is not taken as it stands."""

    code: str
    message: str
    help: str


@dataclass(frozen=True)
class Form:
    """A way of writing that readers disagree on; `instead` gives what to write for the likely meaning."""

    code: str
    pattern: re.Pattern[str]
    why: str
    instead: Callable[[str], str | None]


def plain_value(text: str) -> Value | Refusal:
    """The value of an unquoted text."""
    if text in WORDS:
        return WORDS[text]
    if not MAY_MISLEAD.match(text):
        return text
    if NUMBER.fullmatch(text):
        return _number(text)
    if DATE.fullmatch(text):
        return text
    form = next((form for form in FORMS if form.pattern.fullmatch(text)), None)
    return text if form is None else _refuse(form, text)


def _number(text: str) -> Value | Refusal:
    if len(text) > MAX_DIGITS:
        help = "an identifier made of digits is a text: put it in quotes"
        return Refusal("Y023", f"a number of {len(text)} characters is too long", help)
    if "." not in text:
        return int(text)
    number = Decimal(text)
    return number if number else number.copy_abs()


REST = re.compile(r"0[0-9]{2}")
"""What `52,000` and `1,050` leave after their comma."""
OF_A_REST = "; inside { } a comma ends a value: leave it out of a number, and put a text that has one in quotes"


def _refuse(form: Form, text: str) -> Refusal:
    shown = text if len(text) <= 40 else text[:39] + "…"
    written = form.instead(text)
    quoted = f'`"{shown}"` for the text'
    help = f"write `{written}`, or {quoted}" if written else f"write {quoted}"
    if REST.fullmatch(text):
        help += OF_A_REST
    if text in LETTERS:
        help = f'to name something `{text}`, put it in quotes: `"{text}"`; if true or false is meant, write `{written}`'
    return Refusal(form.code, f"`{shown}` {form.why}", help)


# ------------------------------------------------------------------------------------------------ what to write instead


def _truth(text: str) -> str:
    return "true" if text.lower() in ("y", "yes", "on", "true") else "false"


def _decimal(text: str) -> str | None:
    """The same number as digits with an optional point: `1_000` → `1000`, `.5` → `0.5`, `+014` → `14`."""
    sign = "-" if text.startswith("-") else ""
    whole, point, places = text.lstrip("+-").replace("_", "").partition(".")
    written = sign + (whole.lstrip("0") or "0") + (point + places if places else "")
    return written if _short(written) else None


def _comma(text: str) -> str | None:
    grouped = re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text)
    if grouped:
        return _decimal(text.replace(",", ""))
    return _decimal(text.replace(",", ".")) if text.count(",") == 1 and "." not in text else None


def _exponent(text: str) -> str | None:
    mantissa, _, power = text.lower().replace("_", "").partition("e")
    if len(power) > 3 or abs(int(power)) > MAX_DIGITS:
        return None
    written = format(Decimal(f"{mantissa}e{power}"), "f")
    return written if _short(written) else None


def _based(text: str) -> str | None:
    sign, digits = ("-" if text.startswith("-") else ""), text.lstrip("+-").replace("_", "").lower()
    if len(digits) > 20 or len(digits) < 3:
        return None
    return sign + str(int(digits, 0))


def _date(text: str) -> str | None:
    year, month, rest = re.split("[-]", text, maxsplit=2)
    day = re.match("[0-9]+", rest)
    return f"{year}-{month:0>2}-{day.group():0>2}" if day else None


def _nothing(_text: str) -> None:
    return None


def _short(written: str) -> bool:
    return len(written) <= MAX_DIGITS and NUMBER.fullmatch(written) is not None


def _form(code: str, pattern: str, why: str, instead: Callable[[str], str | None]) -> Form:
    return Form(code, re.compile(pattern, re.IGNORECASE | re.DOTALL), why, instead)


_DISAGREE = "is a number for some YAML readers and a text for others"

FORMS = (
    _form("Y020", r"y|n|yes|no|on|off", "is true or false for some YAML readers and a text for others", _truth),
    _form("Y020", r"true|false", "is true or false for some YAML readers and a text for others", str.lower),
    _form("Y020", r"null", "is nothing for some YAML readers and a text for others", str.lower),
    _form("Y020", r"=|<<", "has a meaning of its own for some YAML readers", _nothing),
    _form("Y022", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "is a date for some YAML readers and a text for others", _date),
    _form("Y022", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(t|\s+)[0-9]{1,2}(:[0-9]{2}.*)?", "has a time of day", _date),
    _form("Y021", r"[-+]?[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?", "is a count of sixties for some YAML readers", _nothing),
    _form("Y021", r"[-+]?0(x[0-9a-f_]*|o[0-7_]*|b[01_]*)", _DISAGREE, _based),
    _form("Y021", r"[-+]?0[0-7_]*[0-7]", "is octal for some YAML readers and decimal for others", _decimal),
    _form("Y021", r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)e[-+]?[0-9]+", _DISAGREE, _exponent),
    _form("Y021", r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)", _DISAGREE, _decimal),
    _form("Y021", r"[-+]?[0-9]+(,[0-9]+)+(\.[0-9]+)?", "has a comma: a number has none", _comma),
    _form("Y021", r"[-+]?\.(inf|nan)", "is not a number that anybody can be paid", _nothing),
)
"""Tried in this order, on texts that are neither numbers nor dates as they should be."""
