"""A YAML file, read strictly. In: a path. Out: a `Node` with exact values and places, or None and Y diagnostics.

PyYAML's events are consumed one by one, never its objects, so nothing is constructed that a plan did not write: no
float, no anchor, alias, merge or tag, no key twice. The scanner is the pure Python one: the C one crashes on bad files.
Limits: 256 KiB, 10,000 values, depth 20, 20,000 characters a value. With PyYAML 6.0.3 the worst file within them took
1.1 s, 80 KiB of plans 0.4 s; 1 MiB of `a,` would take 14 s.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from engine.core.diagnostic import LIMIT_PER_FILE, Diagnostics, Related, brief
from engine.core.span import Span
from engine.load.yaml_mistake import mistake_of
from engine.load.yaml_node import Mapping, Node, Plain, Scalar, Sequence, Style, Value, key_span, node_at, to_plain
from engine.load.yaml_place import block_span, pieces_of
from engine.load.yaml_scalar import OF_A_REST, REST, Refusal, plain_value
from engine.load.yaml_text import MAX_BYTES, called_by_name, clean_text, read_text, smuggled

__all__ = [
    "MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "MAX_SCALAR", "Mapping", "Node", "Plain", "Scalar", "Sequence", "Value",
    "key_span", "node_at", "parse_yaml", "read_yaml", "to_plain",
]  # fmt: skip

MAX_DEPTH = 20
MAX_NODES = 10_000
MAX_SCALAR = 20_000
"""Characters of one value."""

YAML_TAG = "tag:yaml.org,2002:"
"""What `!!` stands for."""

LOST_TEXT = re.compile(r" +#(?=[^ #!])")
"""` #1`: a comment that may well be the rest of the value."""


def read_yaml(path: Path | str, display_name: str, diagnostics: Diagnostics) -> Node | None:
    """The tree of a file; None if anything in it is refused. `display_name` is what the spans and messages show."""
    text = read_text(Path(path), display_name, diagnostics)
    return None if text is None else _Composer(text, display_name, diagnostics).compose()


def parse_yaml(data: bytes, display_name: str, diagnostics: Diagnostics) -> Node | None:
    """As `read_yaml`, of bytes at hand."""
    text = clean_text(data, display_name, diagnostics)
    return None if text is None else _Composer(text, display_name, diagnostics).compose()


class _Stop(Exception):
    """The rest of the file is not read; a diagnostic says why."""


class _Loader(yaml.SafeLoader):
    """Stops at a directive: the events keep only some of them, and by then they have done their work."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.directive: yaml.Mark | None = None

    def next_event(self) -> yaml.Event | None:
        event: yaml.Event | None = self.get_event()  # type: ignore[no-untyped-call]  # the stubs say no types of it
        return event

    def fetch_directive(self) -> None:
        self.directive = self.get_mark()
        raise _Stop


@dataclass
class _Open:
    """A collection that is not closed yet. `keys` is None for a list."""

    start: Span
    flow: bool
    keys: dict[str, Scalar] | None
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    key: Scalar | None = None


def _unfit(node: Node) -> str:
    """Why a node can't be a key."""
    match node:
        case Mapping():
            return "a mapping can't be a key"
        case Sequence():
            return "a list can't be a key"
        case Scalar():
            return "a block of text can't be a key" if node.style == "block" else "a key is missing here"


class _Composer:
    """Builds the tree from events with a stack of its own: depth can't end in a RecursionError."""

    def __init__(self, text: str, file: str, diagnostics: Diagnostics) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._file = file
        self._diagnostics = diagnostics
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._nodes = 0
        self._documents = 0
        self._errors = 0
        self._warnings = 0
        self._quoted: tuple[int, int] | None = None
        """Where the last quoted text began."""

    def compose(self) -> Node | None:
        """Consume all events."""
        loader = _Loader(self._text)
        try:
            while (event := loader.next_event()) is not None:
                self._take(event)
        except _Stop:
            pass
        except yaml.YAMLError as problem:
            self._mistake(problem, loader)
        except (ValueError, OverflowError):  # `"\UFFFFFFFF"`
            mark = loader.get_mark()
            self._error("Y008", "this escape is out of range", self._point(mark.line, mark.column))
        finally:
            loader.dispose()
        self._after(loader)
        return None if self._errors else self._root

    def _after(self, loader: _Loader) -> None:
        """What can only be said about the whole file."""
        if (mark := loader.directive) is not None:
            help = "remove the line; quote a value that begins with `%`"
            self._error("Y015", "a line can't begin with `%`", self._point(mark.line, mark.column), help=help)
        nothing = self._root is None or (isinstance(self._root, Scalar) and self._root.text == "" and self._nodes == 1)
        if not self._errors and nothing:
            self._error("Y007", "the file is empty", self._point(0, 0), help="begin with `kind: …`")

    # ------------------------------------------------------------------------------------------------------- events

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._count(event)
                self._push(self._scalar(event))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._count(event)
                self._open(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._push(self._close(event))
            case yaml.AliasEvent():
                self._count(event)
                span = self._span(event)
                help = "write the part out, or quote a text that begins with `*`"
                self._error("Y012", f"an alias, `*{brief(event.anchor or '')}`, is not allowed", span, help=help)
                self._push(Scalar("", "plain", None, span))
            case yaml.DocumentStartEvent():
                self._begin(event)
        if self._errors > LIMIT_PER_FILE:
            raise _Stop

    def _begin(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._error("Y009", "a second document begins here", self._first(event), help="put it in a file of its own")
            raise _Stop

    def _count(self, event: yaml.NodeEvent) -> None:
        """Refuse anchors and tags, and too many nodes."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            help = "put tables of data in a CSV or Parquet source, or split the file"
            self._error("Y018", f"the file has more than {MAX_NODES:,} values", self._first(event), help=help)
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            return
        if event.anchor is not None:
            help = "delete it, or quote a text that begins with `&`"
            self._error("Y011", f"an anchor, `&{brief(event.anchor)}`, is not allowed", self._first(event), help=help)
        tag = event.tag if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) else None
        if tag is not None:
            help = "delete it, or quote a text that begins with `!`"
            self._error(
                "Y014", f"a tag, `{brief(tag.replace(YAML_TAG, '!!'))}`, is not allowed", self._first(event), help=help
            )

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            self._error("Y017", message, self._first(event), help="check the brackets")
            raise _Stop
        keys: dict[str, Scalar] | None = {} if isinstance(event, yaml.MappingStartEvent) else None
        self._stack.append(_Open(self._span(event), bool(event.flow_style), keys))

    def _close(self, event: yaml.CollectionEndEvent) -> Node:
        """The finished collection; one in block style ends where its last part ends, not where the next key begins."""
        done = self._stack.pop()
        last = done.pairs[-1][1] if done.pairs else done.items[-1] if done.items else None
        end = self._span(event) if done.flow or last is None else last.span
        span = Span(self._file, done.start.line, done.start.column, end.end_line, end.end_column)
        if done.keys is None:
            return Sequence(tuple(done.items), span)
        return Mapping(tuple(done.pairs), span)

    def _push(self, node: Node) -> None:
        """Put a finished node where it belongs: the root, an item, a key or a value."""
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        if top.keys is None:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node, top.keys)
        else:
            top.pairs.append((top.key, node))
            top.key = None

    # --------------------------------------------------------------------------------------------------------- keys

    def _key(self, node: Node, keys: dict[str, Scalar]) -> Scalar:
        if not isinstance(node, Scalar) or node.style == "block" or (node.style == "plain" and node.value is None):
            help = "a key is one short text; put a value that begins with a brace or bracket in quotes"
            self._error("Y016", _unfit(node), node.span, help=help)
            return Scalar("", "plain", None, node.span)
        if node.style == "plain" and node.text == "<<":
            self._error("Y013", "a merge key, `<<`, is not allowed", node.span, help="write the keys out")
            return node
        first = keys.setdefault(unicodedata.normalize("NFC", node.text), node)
        if first is not node:
            one, other = first.span.line, node.span.line
            where = f"both times on line {one}" if one == other else f"on lines {one} and {other}"
            message = f"`{brief(node.text)}` is given twice, {where}"
            related = ((first.span, "first given here"),)
            self._error("Y010", message, node.span, help="keep one of the two", related=related)
        return node

    def _is_key_next(self) -> bool:
        return bool(self._stack) and self._stack[-1].keys is not None and self._stack[-1].key is None

    # ------------------------------------------------------------------------------------------------------ scalars

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text = event.value
        style: Style = "plain" if event.style is None else "block" if event.style in "|>" else "quoted"
        span = self._span(event)
        if style == "quoted":
            self._quoted = (span.line - 1, span.column - 1)
        if style == "block":
            span = block_span(self._lines, span)
        if len(text) > MAX_SCALAR:
            help = "shorten it, or keep it in a document and name that in a note"
            self._error("Y019", f"a text of {len(text):,} characters; {MAX_SCALAR:,} are allowed", span, help=help)
            return Scalar("", style, "", span)
        value: Value = text
        if style == "plain":
            value = self._plain(text, span)
        elif event.style == '"' and (found := smuggled(text)) is not None:
            code, character = found
            self._error(code, f"an escape for {called_by_name(character)} is not allowed", span, help="delete it")
        return Scalar(text, style, value, span, pieces_of(self._lines, text, style, span))

    def _plain(self, text: str, span: Span) -> Value:
        """The value of an unquoted text, its traps reported."""
        is_key = self._is_key_next()
        value = plain_value(text)
        if isinstance(value, Refusal):
            if not (is_key and text in ("<<", "y", "n", "Y", "N")):  # `<<` is refused as a key; points are {x: …, y: …}
                help = value.help
                if is_key:
                    help = f'write `"{brief(text)}"`' + (OF_A_REST if REST.fullmatch(text) else "")
                self._error(value.code, value.message, span, help=help)
            return text
        if not text.isprintable():
            odd = next((c for c in text if c.isspace() and c != " "), None)
            if odd is not None:
                message = f"`{brief(text)}` contains {called_by_name(odd)}, which is not a plain space"
                self._error("Y024", message, span, help="type a plain space, or put the text in quotes")
        if not is_key and text and self._warnings < LIMIT_PER_FILE:
            self._comment(text, span)
        return value

    def _comment(self, text: str, span: Span) -> None:
        """Warn where ` #…` right after a value may be its rest."""
        line = self._lines[span.end_line - 1]
        if LOST_TEXT.match(line, span.end_column - 1):
            start = line.index("#", span.end_column - 1) + 1
            self._warnings += 1
            self._diagnostics.warning(
                "Y025",
                f"the value is `{brief(text)}`; from `#` on the line is a comment",
                Span(self._file, span.end_line, start, span.end_line, len(line) + 1),
                help="put the value in quotes if `#` belongs to it, or write a space after `#`",
            )

    # -------------------------------------------------------------------------------------------------- diagnostics

    def _mistake(self, problem: yaml.YAMLError, loader: _Loader) -> None:
        mistake = mistake_of(problem, loader.get_mark())
        related: Related = ()
        if mistake.opened is not None and mistake.opened != (mistake.line, mistake.column):
            related = ((self._point(*mistake.opened), "it begins here"),)
        elif mistake.about == "value" and self._quoted is not None and self._quoted[0] < mistake.line:
            related = ((self._point(*self._quoted), "the quoted text began here"),)
        elif mistake.about == "block" and (around := self._around(mistake.line, mistake.column)) is not None:
            related = ((around, "the lines under this one set the indentation"),)
        span = self._point(mistake.line, mistake.column)
        self._error(mistake.code, mistake.message, span, help=mistake.help, related=related)

    def _around(self, line: int, column: int) -> Span | None:
        """The nearest line above that is less indented: its block is the one that was left with the wrong indentation."""
        for above in range(line - 1, -1, -1):
            text = self._lines[above]
            indent = len(text) - len(text.lstrip(" "))
            if text.strip() and not text.lstrip().startswith("#") and indent < column:
                return self._point(above, indent)
        return None

    def _error(self, code: str, message: str, span: Span, *, help: str | None = None, related: Related = ()) -> None:
        self._errors += 1
        self._diagnostics.error(code, message, span, help=help, related=related)

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None, "events of the pure Python parser have marks"
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _first(self, event: yaml.Event) -> Span:
        """The first character of an event."""
        span = self._span(event)
        return self._point(span.line - 1, span.column - 1)

    def _point(self, line: int, column: int) -> Span:
        return Span(self._file, line + 1, column + 1, line + 1, column + 2)
