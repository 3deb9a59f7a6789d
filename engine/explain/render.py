"""An explanation as text (a tree of lines that wrap to a width) and as data for JSON (plain decimals)."""

from dataclasses import replace
from textwrap import wrap
from typing import Any

from engine.explain.node import ABOVE, AS_ABOVE, Node
from engine.explain.number import MISSING

MANY = 12
"""So many credits of a list are shown in text; the rest is counted."""
WHOLE = 2
"""So many of them with the steps that each went through."""
FEW = 4
"""So many parts of a target are shown one by one; of more the first ones, and those that are not known."""
PARTS = frozenset({"part", "interval"})
"""What the target of a year is the sum of; its line has all of their figures."""
LISTED = frozenset({"credit", "credit_pay", "earned_below", "exception"})
BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"
NARROWEST = 30


def render_json(node: Node) -> dict[str, Any]:
    """The tree as data: decimals are plain text, what is empty is left out."""
    found: dict[str, Any] = {
        "kind": node.kind, "title": node.title, "value": node.value.plain if node.value else None, "unit": node.unit,
        "about": node.about, "formula": node.formula, "worked": node.worked.plain if node.worked else None,
        "inputs": node.inputs, "plan_line": node.span, "note": node.note, "source": node.source,
        "children": [render_json(child) for child in node.children],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "", {}, []) or name == "title"}


def render_text(node: Node, width: int = 100, color: bool = False, everything: bool = False) -> str:
    """The tree as text. `everything`: all credits and parts, not just the first ones of each list."""
    lines: list[str] = []
    _lines(node, "", "", _Style(max(width, NARROWEST), color, everything), lines)
    return "\n".join(lines)


class _Style:
    def __init__(self, width: int, color: bool, everything: bool):
        self.width, self.color, self.everything = width, color, everything
        self.listed: set[tuple[str, ...]] = set()

    def said(self, node: Node) -> Node:
        """A node as it is told here: what is not listed above, since the branch was cut there, says how to see it."""
        key = (node.title, node.value.plain if node.value else "", str(node.span))
        if node.about.endswith(ABOVE) and key not in self.listed:
            return replace(node, about=node.about.removesuffix(ABOVE) + ", listed by --all and --json")
        if node.about == AS_ABOVE and key not in self.listed:
            return replace(node, about="explained by --all and --json")
        if (node.kind == "rule" and any(child.kind == "credit" for child in node.children)) or node.kind == "measure":
            self.listed.add(key)
        return node

    def bold(self, text: str) -> str:
        return f"{BOLD}{text}{PLAIN}" if self.color else text

    def dim(self, text: str) -> str:
        return f"{DIM}{text}{PLAIN}" if self.color and text else text


def _lines(node: Node, first: str, rest: str, style: _Style, lines: list[str]) -> None:
    """Append a node: its title and value, its formula, what is said of it, where it stands, and its children."""
    node = style.said(node)
    children = _shown(node, style.everything)
    under = rest + ("│  " if children else "   ")
    room = max(style.width - len(under), NARROWEST)
    title, details, places = _title(node), _details(node), _places(node)
    single = "   ".join([title, *details[:1], *places])
    if node.kind in LISTED and not children and len(details) < 2 and len(single) <= room:
        lines.append(style.dim(first) + style.bold(title) + style.dim(single[len(title) :]))
        return
    if not details and places and len(title) + len(places[0]) + 5 <= room:
        lines.append(style.dim(first) + style.bold(title) + style.dim(f"   [{places[0]}]"))
        places, title = places[1:], ""
    for index, part in enumerate(_wrapped(title, room) if title else []):
        lines.append(style.dim(first if index == 0 else under) + style.bold(part))
    for text in _joined(details, places, room):
        lines += [style.dim(under) + part for part in _wrapped(text, room)]
    for index, child in enumerate(children):
        last = index == len(children) - 1
        _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), style, lines)


def _joined(details: list[str], places: list[str], room: int) -> list[str]:
    """The details, with the places on the first line of them that has room."""
    where = "".join(f"   [{place}]" for place in places)
    for index, text in enumerate(details):
        if where and len(text) + len(where) <= room:
            return [*details[:index], text + where, *details[index + 1 :]]
    return [*details, where.strip()] if where else details


def _shown(node: Node, everything: bool) -> tuple[Node, ...]:
    """The children to show, and a line for the others."""
    listed = [child for child in node.children if child.kind in LISTED]
    walked = [child for child in listed if child.kind in ("credit_pay", "earned_below")]
    walked.sort(key=_is_known)  # what is not known comes first: it is what somebody looks for
    cut = {id(child) for child in walked[WHOLE:] if child.children}
    if not everything and node.kind in ("target", "interval"):
        return _folded(node.children)
    if everything or (len(listed) <= MANY and not cut):
        return node.children
    hidden = {id(child) for child in sorted(listed, key=_is_known)[MANY:]}
    kept = [child for child in node.children if id(child) not in hidden]
    at = kept.index([child for child in listed if id(child) not in hidden][-1]) + 1
    said = [f"{len(hidden)} more"] if hidden else []
    said += ["the steps of each"] if cut else []
    more = Node("more", f"… {', and '.join(said)} (--all or --json shows them)")
    shown = [_without_steps(child) if id(child) in cut else child for child in kept]
    return (*shown[:at], more, *shown[at:])


def _is_known(node: Node) -> bool:
    return node.value is None or node.value.plain != MISSING


def _without_steps(node: Node) -> Node:
    """The line of a credit or an earning alone; through whom an earning came up stands in it."""
    return replace(node, children=(), about="" if node.kind == "credit_pay" else node.about)


def _folded(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """A target's parts: many of them are counted, but none that is not known."""
    parts = [child for child in children if child.kind in PARTS]
    alike = [part for part in parts if part.value is not None and part.value.plain != MISSING]
    if len(parts) <= FEW or len(alike) <= WHOLE + 1:
        return children
    hidden = {id(part) for part in alike[WHOLE:]}
    kept = [child for child in children if id(child) not in hidden]
    last = alike[-1].title
    more = Node("more", f"… {len(hidden)} more of {len(parts)}, to {last} (--all or --json shows them)")
    at = kept.index(alike[WHOLE - 1]) + 1
    return (*kept[:at], more, *kept[at:])


def _title(node: Node) -> str:
    if node.value is None:
        return _visible(node.title)
    unit = f" {node.unit}" if node.unit and node.value.plain != MISSING else ""
    return _visible(f"{node.title} = {node.value.grouped}{unit}")


def _details(node: Node) -> list[str]:
    """Formula with names → with figures; words; the plan's note."""
    arrow = " → ".join(part for part in (node.formula, node.worked.grouped if node.worked else "") if part)
    note = f"note: {node.note}" if node.note else ""
    return [_visible(text) for text in (arrow, node.about, note) if text]


def _places(node: Node) -> list[str]:
    return [_visible(place) for place in (node.span, node.source) if place]


def _visible(text: str) -> str:
    """A text without what a terminal would obey."""
    return "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split("\n")))


def _wrapped(text: str, room: int) -> list[str]:
    return wrap(text, room, subsequent_indent="  ", break_on_hyphens=False) or [""]
