"""A plan that uses parts of libraries → the same plan written out. In: its tree. Out: a tree in which every text knows its place.

Nothing is put in as text: a value takes the place of a value, a part that of the mapping which uses it. What a part says and
what stands beside its use never overlap, so a plan is read by reading both. Texts of a part have the use in `via`, values of
parameters the line that reads them.
"""

from collections.abc import Mapping as Named
from dataclasses import dataclass, replace

from engine.core.diagnostic import Diagnostics, Related, brief, closest
from engine.core.span import Span
from engine.load.fields import NOTES
from engine.load.library import FORMS, SECTIONS, Parameter, Part, is_of, read_in
from engine.load.yaml_node import Given, Mapping, Node, Scalar, Sequence
from engine.plan.choice import Stated

MAX_NODES = 10_000
"""Values of a plan when all is put in; as many as one file may have."""

TOGETHER = ("credits", "measures", "components", "variables", "look_ups", "policies")
"""What a plan may add to of its own: mappings of names, of which none stands in both."""


@dataclass(frozen=True)
class Library:
    """The parts of all libraries by section and name; not `whole` where a file can't be read: what is missing may be in it."""

    parts: Named[tuple[str, str], Part]
    whole: bool = True


def uses_parts(node: Node) -> bool:
    """Whether a part is used anywhere in a tree, or seems to be."""
    match node:
        case Scalar():
            return False
        case Sequence():
            return any(map(uses_parts, node.items))
        case Mapping():
            return any(key.text in ("use", "with") or uses_parts(value) for key, value in node.items)


class Fell(Exception):
    """The plan can't be written out; why is told, here or at the part."""


def expanded(node: Node, library: Library, diagnostics: Diagnostics) -> tuple[Node, tuple[Stated, ...]] | None:
    """The plan written out, with the values of the parameters of the plan that it uses; None, and told, where that can't be."""
    assert isinstance(node, Mapping), "it fits its schema"
    expander = _Expander(library, diagnostics)
    try:
        return expander.whole(node, "plans", ()), tuple(expander.values)
    except Fell:
        return None


class _Expander:
    def __init__(self, library: Library, diagnostics: Diagnostics):
        self._library, self._diagnostics = library, diagnostics
        self._room = MAX_NODES
        self.values: list[Stated] = []
        """Of the plan that is used: each parameter with its value, where it is set, and the part's note on it."""

    def whole(self, node: Mapping, section: str, within: tuple[str, ...]) -> Mapping:
        """What stands there, with the part that it uses, and with the parts that stand in it."""
        node = self._used(node, section, within)
        pairs = []
        for key, value in node.items:
            if section == "plans" and key.text in SECTIONS and isinstance(value, Mapping):
                entries = tuple(
                    (name, self.whole(each, key.text, within) if isinstance(each, Mapping) else each)
                    for name, each in value.items
                )
                value = replace(value, items=entries)
            elif section == "components" and key.text == "rate" and isinstance(value, Mapping):
                value = self.whole(value, "rate_tables", within)
            pairs.append((key, value))
        return replace(node, items=tuple(pairs))

    def _used(self, node: Mapping, section: str, within: tuple[str, ...]) -> Mapping:
        use, given = node.get("use"), node.get("with")
        if not isinstance(use, Scalar):
            if given is not None:
                key = node.key("with")
                assert key is not None
                self._wrong("S040", "`with` sets parameters, and no part is used here", key.span, "write `use: NAME`")
            return node
        part = self._part(use, section)
        called = f"{section}.{part.name}"
        if called in within:
            message = f"`{part.name}` uses itself" + (", by way of others" if within[-1] != called else "")
            self._wrong(
                "N032", message, use.span, "a part may use parts that do not use it", ((part.span, "this one"),)
            )
        via = ((_bare(use.span), f"`{part.name}` is used here"), *use.span.via)
        values = self._values(part, use, given, via)
        if section == "plans":
            self.values += [_stated(each, part.parameters[each.name]) for each in values.values()]
        body = self._put(part.body, values, via)
        assert isinstance(body, Mapping)
        body = self._used(body, section, (*within, called))
        own = tuple((key, value) for key, value in node.items if key.text not in ("use", "with"))
        return self._beside(body, own, part, replace(node, items=()))

    def _part(self, use: Scalar, section: str) -> Part:
        part = self._library.parts.get((section, use.text))
        if part is None and not self._library.whole:
            raise Fell
        if part is None:
            names = [name for kind, name in self._library.parts if kind == section]
            near = closest(use.text, names)
            there_is = (
                f"there is {', '.join(sorted(names)[:12])}" if names else "`libraries:` of komisi.yaml names none"
            )
            help = f"did you mean `{near}`?" if near else there_is
            self._wrong("N030", f"no library has a {SECTIONS[section]} `{brief(use.text)}`", use.span, help)
        assert part is not None
        if not part.sound:
            raise Fell
        return part

    def _wrong(self, code: str, message: str, span: Span, help: str, related: Related = ()) -> None:
        self._diagnostics.error(code, message, span, help=help, related=related)
        raise Fell

    # ------------------------------------------------------------------------------------------------------ values

    def _values(self, part: Part, use: Scalar, given: Node | None, via: Related) -> dict[str, Given]:
        """The parameters of a part, set here or by their defaults. All mistakes are told before it is given up."""
        pairs = given.items if isinstance(given, Mapping) else ()
        said = {key.text: value for key, value in pairs if isinstance(value, Scalar)}
        unknown = [key for key, _ in pairs if key.text not in part.parameters]
        meant = {self._unknown(part, key) for key in unknown}
        fell = bool(unknown)
        values: dict[str, Given] = {}
        for name, parameter in part.parameters.items():
            value = said.get(name)
            if value is None and parameter.default is not None:
                value = replace(parameter.default, span=replace(parameter.default.span, via=via))
            if value is None and name in meant:
                continue
            if value is None:
                help = f"set it: `with: {{{name}: …}}`, {FORMS[parameter.type]}"
                message = f"`{part.name}` does not know its `{name}`"
                self._diagnostics.error("N033", message, use.span, help=help, related=_declared(parameter))
                fell = True
            elif not is_of(value, parameter.type, self._diagnostics):
                message = f"`{brief(value.text)}` can't be `{name}`: it is {FORMS[parameter.type].partition(',')[0]}"
                help = f"write {FORMS[parameter.type]}"
                self._diagnostics.error("N035", message, value.span, help=help, related=_declared(parameter))
                fell = True
            else:
                values[name] = Given(name, parameter.type, value)
        if fell:
            raise Fell
        return values

    def _unknown(self, part: Part, key: Scalar) -> str | None:
        """Tell of a key that is no parameter; gives the one that was meant."""
        near = closest(key.text, part.parameters)
        there_is = ", ".join(f"`{name}`" for name in part.parameters)
        help = f"did you mean `{near}`?" if near else f"there is {there_is}" if there_is else "it has none"
        message = f"`{part.name}` has no parameter `{brief(key.text)}`"
        related = ((part.span, f"`{part.name}` stands here"),)
        self._diagnostics.error("N034", message, key.span, help=help, related=related)
        return near

    # ------------------------------------------------------------------------------------------------ putting it in

    def _put(self, node: Node, values: Named[str, Given], via: Related) -> Node:
        """A text of a part as it stands in the plan."""
        self._room -= 1
        if self._room < 0:
            help = "use fewer parts in parts, or split the plan"
            self._wrong("N032", f"with its parts the plan has over {MAX_NODES:,} values", via[-1][0], help)
        match node:
            case Scalar():
                return _value(node, values, via)
            case Sequence():
                return Sequence(tuple(self._put(item, values, via) for item in node.items), _through(node.span, via))
            case Mapping():
                put = [
                    (key, _moved(each, via) if _is_note(key, each) else self._put(each, values, via))
                    for key, each in node.items
                ]
                pairs = tuple((_moved(key, (*_set(each), *via)), each) for key, each in put)
                return Mapping(pairs, _through(node.span, (*_set(Mapping(pairs, node.span)), *via)))

    def _beside(self, body: Mapping, own: tuple[tuple[Scalar, Node], ...], part: Part, node: Mapping) -> Mapping:
        """A part and what stands beside its use; what both say is refused, except names of their own, and notes."""
        found = dict(zip(body.names, body.items, strict=True))
        fell = False
        for key, value in own:
            if key.text not in found:
                found[key.text] = (key, value)
                continue
            theirs_key, theirs = found[key.text]
            if _is_note(key, value) and isinstance(theirs, Scalar) and isinstance(value, Scalar):
                joined = f"{theirs.text}; {value.text}"
                found[key.text] = (key, replace(value, text=joined, value=joined, pieces=()))
            elif part.section == "plans" and key.text in TOGETHER and _are_mappings(theirs, value):
                assert isinstance(theirs, Mapping) and isinstance(value, Mapping)
                fell |= self._twice(part, theirs, value, f"{key.text}.")
                found[key.text] = (key, replace(value, items=(*theirs.items, *value.items)))
            else:
                fell |= self._twice(
                    part, Mapping(((theirs_key, theirs),), body.span), Mapping(((key, value),), node.span)
                )
        if fell:
            raise Fell
        return replace(node, items=tuple(found.values()))

    def _twice(self, part: Part, theirs: Mapping, own: Mapping, of: str = "") -> bool:
        both = [(key, theirs.key(key.text)) for key in (key for key, _ in own.items) if key.text in theirs.names]
        for key, other in both:
            assert other is not None
            help = "say it once: a part that is to differ has a parameter for it, or leaves it to those who use it"
            message = f"`{of}{key.text}` is said here and by `{part.name}`"
            related = ((_bare(other.span), f"what `{part.name}` says"),)
            self._diagnostics.error("N039", message, key.span, help=help, related=related)
        return bool(both)


def _value(scalar: Scalar, values: Named[str, Given], via: Related) -> Scalar:
    """The value that a scalar is to have; a formula knows the parameters that it reads."""
    read = [values[found[1]] for found in read_in(scalar.text)]
    if len(read) == 1 and scalar.text == f"${read[0].name}":
        given = read[0]
        reading = (_bare(scalar.span), f"`{scalar.text}` is read here")
        return replace(given.value, span=_through(given.value.span, (reading,)), parameter=given.type)
    made = replace(scalar, given=tuple(read))
    return _moved(made, (*_set(made), *via))


def _set(node: Node) -> Related:
    """Where the values are set that a text reads, or the entries of a mapping: the number is there, and not here."""
    match node:
        case Scalar() if node.parameter is not None:
            return ((_bare(node.span), f"`{brief(node.text)}` is set here"),)
        case Scalar():
            return tuple((_bare(each.value.span), f"`${each.name}` is set here") for each in node.given)
        case Mapping():
            return tuple(place for _, value in node.items if isinstance(value, Scalar) for place in _set(value))
        case Sequence():
            return ()


def _stated(given: Given, parameter: Parameter) -> Stated:
    default = parameter.default is not None and _bare(parameter.default.span) == _bare(given.value.span)
    words = f"`{given.name}` is {brief(given.value.text)}" + (
        ", as no other value is set" if default else " on this plan"
    )
    return Stated(words, given.value.span, parameter.note)


def _moved(node: Node, via: Related) -> Scalar:
    assert isinstance(node, Scalar)
    return replace(node, span=_through(node.span, via))


def _through(span: Span, via: Related) -> Span:
    """A place with others that lead to it, each once."""
    return replace(span, via=tuple(dict.fromkeys((*via, *span.via))))


def _bare(span: Span) -> Span:
    return replace(span, via=())


def _is_note(key: Scalar, value: Node) -> bool:
    return key.text in NOTES and isinstance(value, Scalar)


def _are_mappings(*nodes: Node) -> bool:
    return all(isinstance(node, Mapping) for node in nodes)


def _declared(parameter: Parameter) -> Related:
    return ((parameter.span, f"declared here, {parameter.type}"),)
