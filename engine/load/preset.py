"""A source that names a preset → the same with what the preset says, where the source says nothing itself.

Presets are files of `engine/presets/`, named by the export that they know. One that was released is never changed, since runs
compile their plans again: another export gets another name.
"""

from dataclasses import replace
from pathlib import Path

from engine.core.diagnostic import Diagnostics, closest
from engine.core.span import Span
from engine.load.yaml_file import read_yaml
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence

FOLDER = Path(__file__).resolve().parents[1] / "presets"
OF_FILES = ("format", "delimiter", "encoding", "records", "sheet", "header_row")
"""What a preset says of an export's files; the same rows in a database have none of it."""
OF_THE_FILE = ("kind", "name", "title", "documented")
"""What a preset says of itself, and not of a source."""


def preset_names() -> tuple[str, ...]:
    """All that there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def read_preset(name: str) -> Mapping:
    """A preset as written."""
    diagnostics = Diagnostics()
    node = read_yaml(FOLDER / f"{name}.yaml", f"{name}.yaml", diagnostics)
    assert isinstance(node, Mapping) and not diagnostics.has_errors(), name
    return node


def with_preset(source: Mapping, diagnostics: Diagnostics) -> Mapping:
    """The source with its preset's parts, each at the place where the preset is named; `without:` leaves columns out."""
    named, without = source.get("preset"), source.get("without")
    if not isinstance(named, Scalar):
        if without is not None:
            help = "delete it, or name the preset"
            diagnostics.error("W036", "there is no preset to leave columns out of", without.span, help=help)
        return source
    preset = _at(read_preset(named.text), named.span)
    assert isinstance(preset, Mapping)
    given = [(key, value) for key, value in preset.items if key.text not in OF_THE_FILE]
    own = {key.text for key, _ in source.items}
    columns = _columns(preset.get("columns"), source.get("columns"), _left_out(preset, without, diagnostics))
    kept = [(key, value) for key, value in source.items if key.text not in ("columns", "preset", "without")]
    elsewhere = {"columns", "note", *(OF_FILES if "database" in own else ())}
    added = [(key, value) for key, value in given if key.text not in own | elsewhere]
    place = source.key("columns") or next(key for key, _ in given if key.text == "columns")
    return replace(source, items=(*kept, *added, (place, columns)))


def _at(node: Node, span: Span) -> Node:
    """A tree all of which stands at one place."""
    match node:
        case Scalar():
            return replace(node, span=span, pieces=())
        case Mapping():
            pairs = tuple((replace(key, span=span, pieces=()), _at(value, span)) for key, value in node.items)
            return Mapping(pairs, span)
        case Sequence():
            return Sequence(tuple(_at(item, span) for item in node.items), span)


def _left_out(preset: Mapping, without: Node | None, diagnostics: Diagnostics) -> set[str]:
    columns = preset.get("columns")
    assert isinstance(columns, Mapping)
    named = [item for item in without.items if isinstance(item, Scalar)] if isinstance(without, Sequence) else []
    for item in named:
        if item.text not in columns.names:
            near = closest(item.text, columns.names)
            help = f"did you mean `{near}`?" if near else f"it has {', '.join(columns.names)}"
            diagnostics.error("W036", f"the preset has no column `{item.text}`", item.span, help=help)
    return {item.text for item in named}


def _columns(preset: Node | None, own: Node | None, without: set[str]) -> Mapping:
    """The preset's columns, each with what the source says of it; then the source's own."""
    assert isinstance(preset, Mapping)
    said = {key.text: (key, value) for key, value in own.items} if isinstance(own, Mapping) else {}
    merged: list[tuple[Scalar, Node]] = []
    for key, value in preset.items:
        if key.text in said:
            own_key, own_value = said.pop(key.text)
            merged.append((own_key, _details(value, own_value)))
        elif key.text not in without:
            merged.append((key, value))
    return Mapping((*merged, *said.values()), own.span if isinstance(own, Mapping) else preset.span)


def _details(preset: Node, own: Node) -> Node:
    """How a column is read, by what the source says of it and, where it says nothing, by the preset."""
    assert isinstance(preset, Mapping)
    if isinstance(own, Scalar):
        own = Mapping(((Scalar("type", "plain", "type", own.span), own),), own.span)
    assert isinstance(own, Mapping)
    names = {key.text for key, _ in own.items}
    return replace(own, items=(*own.items, *((key, value) for key, value in preset.items if key.text not in names)))
