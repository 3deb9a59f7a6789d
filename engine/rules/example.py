"""The example of a code: what provokes it, and what to write instead. In: a code. Out: `Example`, read when it is asked for.

A file of `examples/` begins with `key: value` lines: `in` is the file that the fragments stand in; `note` what one has to know
to read them; `with` what else the workspace of the tests says (`FILE | OLD -> NEW`); `period` the pay period that shows
it; `told as` the code that `check` tells it by; `untested` why no test runs it; `whole` that the fragments are the whole file.
Then come the fragments, `--- bad` and `--- good`, and `--- place` where what they stand instead of is neither; a line `…`
divides fragments that stand apart. What can't be seen in a file is written out: `<U+200B>`, `<0xE9>`, `<a × 300>`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).parent / "examples"
APART = "\n…\n"
SECTION = re.compile(r"^--- (bad|good|place)\n", re.MULTILINE)
WRITTEN_OUT = re.compile(r"<U\+([0-9A-F]{4,6})>|<0x([0-9A-F]{2})>|<([^<>]*?) × (\d+)>")


@dataclass(frozen=True)
class Example:
    """One code's example; `place` is what stands in the sound workspace instead of it."""

    code: str
    file: str
    bad: str
    good: str
    place: str
    note: str | None = None
    told_as: str | None = None
    untested: str | None = None
    period: str | None = None
    whole: bool = False
    besides: tuple[tuple[str, str, str], ...] = ()
    """(file, old, new): what else is said there."""


def example_of(code: str) -> Example | None:
    """The example of a code, if there is one."""
    path = EXAMPLES / f"{code}.txt"
    return _parsed(code, path.read_text(encoding="utf-8")) if path.is_file() else None


def _parsed(code: str, text: str) -> Example:
    head, *parts = SECTION.split(text)
    sections = {name: body.removesuffix("\n") for name, body in zip(parts[::2], parts[1::2], strict=True)}
    said = [(key, value) for key, _, value in (line.partition(": ") for line in head.splitlines())]
    keys = dict(said)
    return Example(
        code, keys["in"], sections["bad"], sections["good"], sections.get("place", sections["good"]), keys.get("note"),
        keys.get("told as"), keys.get("untested"), keys.get("period"), "whole" in keys,
        tuple(_besides(value) for key, value in said if key == "with"),
    )  # fmt: skip


def _besides(said: str) -> tuple[str, str, str]:
    file, _, change = said.partition(" | ")
    old, _, new = change.partition(" -> ")
    return file, in_bytes(old).decode(), in_bytes(new).decode()


def put(example: Example, fragment: str, text: str) -> bytes:
    """The text of a file of the sound workspace, with the fragment (`bad` or `good`) in its place."""
    if example.whole:
        return in_bytes(fragment) + b"\n"
    places, pieces = example.place.split(APART), fragment.split(APART)
    for place in places:
        assert text.count(f"{place}\n") == 1, f"{example.code}: not exactly once in {example.file}:\n{place}"
    data = text.encode()
    for place, piece in zip(places, pieces, strict=True):
        data = data.replace(f"{place}\n".encode(), in_bytes(piece) + b"\n")
    return data


def in_bytes(fragment: str) -> bytes:
    """What a fragment stands for, with everything written out put in."""
    data, end = b"", 0
    for found in WRITTEN_OUT.finditer(fragment):
        data += fragment[end : found.start()].encode()
        end = found.end()
        if found[1]:
            data += chr(int(found[1], 16)).encode()
        elif found[2]:
            data += bytes([int(found[2], 16)])
        else:
            data += found[3].encode() * int(found[4])
    return data + fragment[end:].encode()
