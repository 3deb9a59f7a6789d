"""The examples of `schemas/README.md`: found by their marks, built as workspaces, their figures read.

An example begins with `<!-- example: NAME -->` or `<!-- example: NAME, on: OTHER -->` and ends at the next mark or heading.
A line below the mark says for readers what it stands on, and links there.
In it a bold line names what follows: a file (**`orders.csv`**), or what a run gives (**Payouts of 2026-03**). A file is a
fenced block, for a CSV or a workbook also a table, for a database the SQL that makes it. On top of another example, a section
of a YAML file replaces the one of the same name; under `sources:`, `policies:` and `variables:` of `komisi.yaml` each entry
does. A file that begins with `kind:` is whole; one that "is deleted" is not taken over from the other example.
"""

import csv
import os
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.intake.workbooks import sheet, workbook

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "schemas" / "README.md"

MARK = re.compile(r"<!-- example: ([a-z0-9-]+)(?:, on: ([a-z0-9-]+))? -->")
CAPTION = re.compile(r"\*\*(.+)\*\*")
RESULT = re.compile(r"(?:(Payouts|Earnings|Exceptions)|`([^`]+)`) of (\S+)")
DELETED = re.compile(r"`([^`]+)` is deleted")
FILE = re.compile(r"`([^`]+\.(?:yaml|csv|xlsx|db))`")
ENTRYWISE = ("sources", "policies", "variables")

ONE_IN = int(os.environ.get("KOMISI_ONE_IN", "4"))
"""What takes seconds of each example is tried with one in so many; with all of them by `KOMISI_ONE_IN=1`, before a release."""

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Result:
    """A table that a run of `period` gives: only the columns that the document shows."""

    table: str
    period: str
    columns: tuple[str, ...]
    rows: Rows


@dataclass
class Example:
    """One example: its own files and figures, and the example that it stands on."""

    name: str
    on: str | None
    heading: str
    files: dict[str, str] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    deleted: tuple[str, ...] = ()
    """Files of the example that it stands on."""
    check: str | None = None
    """What `komisi check` prints, where the example is a mistake."""


def some(names: Iterable[str]) -> list[str]:
    """One in `ONE_IN` examples, spread over the document."""
    return list(names)[::ONE_IN]


def examples(text: str) -> dict[str, Example]:
    """All examples of a document, by name."""
    found: dict[str, Example] = {}
    current: Example | None = None
    caption: str | None = None
    heading = ""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if mark := MARK.fullmatch(line.strip()):
            assert mark[1] not in found, f"two examples `{mark[1]}`"
            assert mark[2] is None or mark[2] in found, f"`{mark[1]}` stands on `{mark[2]}`, which comes later"
            current = found[mark[1]] = Example(mark[1], mark[2], heading)
            if mark[2] is not None:
                assert lines[at] == f"*On top of [{found[mark[2]].heading}]({anchor(found[mark[2]].heading)}):*", mark[
                    1
                ]
        elif line.startswith("#"):
            current, heading = None, line.lstrip("# ")
        elif said := CAPTION.fullmatch(line.strip()):
            caption = said[1]
            if current is not None and (gone := DELETED.fullmatch(caption)):
                current.deleted += (gone[1],)
        elif line.startswith("```"):
            end = lines.index("```", at)
            if current is not None:
                _block(current, caption, "\n".join(lines[at:end]) + "\n")
            at, caption = end + 1, None
        elif line.startswith("|") and caption is not None:
            end = next(i for i in range(at, len(lines) + 1) if i == len(lines) or not lines[i].startswith("|"))
            assert current is not None, caption
            _table(current, caption, lines[at - 1 : end])
            at, caption = end, None
    return found


def anchor(heading: str) -> str:
    """What links to a heading."""
    return "#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _block(example: Example, caption: str | None, text: str) -> None:
    assert caption is not None, f"a block of `{example.name}` has no name above it"
    if caption == "`komisi check`":
        example.check = text
        return
    file = FILE.fullmatch(caption)
    assert file is not None, caption
    example.files[file[1]] = text


def _table(example: Example, caption: str, lines: list[str]) -> None:
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    columns, rows = tuple(cells[0]), cells[2:]
    assert all(len(row) == len(columns) for row in rows), f"{example.name}: {caption}"
    if file := FILE.fullmatch(caption):
        example.files[file[1]] = "".join(",".join(row) + "\n" for row in [list(columns), *rows])
        return
    result = RESULT.fullmatch(caption)
    assert result is not None, caption
    table = result[1].lower() if result[1] else result[2]
    example.results.append(Result(table, result[3], columns, [dict(zip(columns, row, strict=True)) for row in rows]))


def files_of(found: Mapping[str, Example], name: str) -> dict[str, str]:
    """The files of an example with those of what it stands on."""
    example = found[name]
    files = {} if example.on is None else files_of(found, example.on)
    for path in example.deleted:
        del files[path]
    for path, text in example.files.items():
        joins = path in files and path.endswith(".yaml") and not text.startswith("kind:")
        files[path] = _merged(files[path], text, ENTRYWISE if path == "komisi.yaml" else ()) if joins else text
    return files


def _merged(below: str, above: str, entrywise: tuple[str, ...]) -> str:
    sections = _sections(below, "")
    for key, text in _sections(above, "").items():
        if key in entrywise and key in sections:
            head, old = sections[key].split("\n", 1)
            entries = _sections(old, "  ") | _sections(text.split("\n", 1)[1], "  ")
            text = "\n".join([head, "".join(entries.values())])
        sections[key] = text
    return "".join(sections.values())


def _sections(text: str, indent: str) -> dict[str, str]:
    """The parts of a YAML text that begin with a key at this indentation, by key; lines before the first under ''."""
    parts: dict[str, str] = {}
    key = ""
    for line in text.splitlines(keepends=True):
        begins = re.match(rf"{indent}([a-z0-9_-]+):", line)
        key = begins[1] if begins else key
        parts[key] = parts.get(key, "") + line
    return parts


def build(found: Mapping[str, Example], name: str, folder: Path) -> None:
    """Write the files of an example into a folder."""
    for path, text in files_of(found, name).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path.endswith(".xlsx"):
            workbook(folder / path, {"Sheet1": sheet(list(csv.reader(text.splitlines())))})
            continue
        if path.endswith(".db"):
            with closing(sqlite3.connect(folder / path)) as connection:
                connection.executescript(text)
            continue
        (folder / path).write_text(text, encoding="utf-8")
