"""A page for people as data: sections of sentences, tables and pictures; printed as text, as Markdown or as JSON."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from engine.core.span import Span
from engine.report.plan_words.sentence import Sentence

WIDTH = 100
"""Columns of a line of text."""


@dataclass(frozen=True)
class Grid:
    """A table: `right` are the columns that stand to the right (numbers)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """Lines that keep their columns, with the same as data."""

    lines: tuple[str, ...]
    data: dict[str, Any]


Part = Sentence | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A heading, what stands under it, and the place that it is about."""

    title: str
    level: int
    parts: tuple[Part, ...]
    span: Span | None = None


def place(span: Span | None) -> str:
    """A place as `file:line`."""
    return "" if span is None else span.where


def visible(text: str) -> str:
    """A text of a plan on one line, without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


# ---------------------------------------------------------------------------------------------------------- text


def as_text(sections: Iterable[Section], color: bool) -> str:
    """The page for a terminal."""
    return "\n".join(line for section in sections for line in _section_text(section, color)).strip("\n")


def _section_text(section: Section, color: bool) -> list[str]:
    title = section.title.upper() if section.level == 1 else section.title
    where = f"  {place(section.span)}" if section.span is not None else ""
    head = f"\033[1m{title}\033[0m\033[2m{where}\033[0m" if color else f"{title}{where}"
    lines = ["", head]
    for part, following in zip_longest(section.parts, section.parts[1:]):
        match part:
            case Sentence():
                lines += _wrapped(_said(part))
            case Grid():
                lines += ["", *(f"  {line}" for line in _aligned(part))]
            case Picture():
                lines += ["", *(f"  {line}".rstrip() for line in part.lines)]
        if isinstance(following, Sentence) and not isinstance(part, Sentence):
            lines.append("")
    return lines


def _said(sentence: Sentence) -> str:
    note = f" ({visible(sentence.note)})" if sentence.note else ""
    return visible(sentence.text) + note


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  · ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _aligned(grid: Grid) -> list[str]:
    """Columns under their heads; the last one is wrapped where a line gets too long."""
    rows = [grid.columns, *(tuple(visible(cell) for cell in row) for row in grid.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(grid.columns))]
    left = sum(widths[:-1]) + 2 * (len(widths) - 1)
    last = max(WIDTH - left - 2, 24)
    lines: list[str] = []
    for row in rows:
        cells = [
            c.rjust(w) if i in grid.right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        first, *more = textwrap.wrap(row[-1], last, break_on_hyphens=False) or [""]
        if len(row[-1]) <= last:
            first = cells[-1]
        lines.append("  ".join([*cells[:-1], first]).rstrip())
        lines += [" " * (left) + line for line in more]
    return lines


# ---------------------------------------------------------------------------------------------------------- Markdown


def as_markdown(sections: Iterable[Section]) -> str:
    """The page as Markdown, to be put before people."""
    blocks: list[str] = []
    for section in sections:
        blocks.append(f"{'#' * section.level} {_escaped(section.title)}")
        sentences: list[str] = []
        for part in section.parts:
            if isinstance(part, Sentence):
                sentences.append(f"- {_escaped(_said(part))}")
                continue
            blocks += _block(sentences)
            sentences = []
            blocks.append(_markdown_table(part) if isinstance(part, Grid) else _fenced(part.lines))
        blocks += _block(sentences)
    return "\n\n".join(blocks)


def _block(sentences: Sequence[str]) -> list[str]:
    return ["\n".join(sentences)] if sentences else []


def _fenced(lines: Iterable[str]) -> str:
    return "\n".join(["```text", *(line.rstrip() for line in lines), "```"])


def _markdown_table(grid: Grid) -> str:
    rule = "|".join("--:" if i in grid.right else "---" for i in range(len(grid.columns)))
    rows = [[_escaped(visible(cell)).replace("|", "\\|") for cell in row] for row in (grid.columns, *grid.rows)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _escaped(text: str) -> str:
    """What would be markup, outside of what stands between backticks."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts)


# ---------------------------------------------------------------------------------------------------------- JSON


def as_data(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """The page as data: every sentence with its place and note, tables by column, curves by point."""
    return [
        {"title": s.title, "level": s.level, "place": place(s.span) or None, "parts": [_part_data(p) for p in s.parts]}
        for s in sections
    ]


def _part_data(part: Part) -> dict[str, Any]:
    match part:
        case Sentence():
            return {"says": part.text, "place": place(part.span) or None, "note": part.note}
        case Grid():
            return {"table": part.name, "rows": [dict(zip(part.columns, row, strict=True)) for row in part.rows]}
        case Picture():
            return part.data
