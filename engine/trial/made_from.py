"""What two runs were made from, beside each other: which plan files, sources and files of data differ, by their manifests."""

from collections.abc import Iterator
from typing import Any

from engine.record import Record


def differing(old: Record, new: Record, entry: str) -> tuple[str, ...]:
    """The names under an entry of both manifests (`plans`: files, `inputs`: sources) whose fingerprints differ."""
    olds, news = under(old, entry), under(new, entry)
    return tuple(sorted(name for name in {**olds, **news} if olds.get(name) != news.get(name)))


def other_files(old: Record, new: Record) -> tuple[str, ...]:
    """The files (and tables of databases) that sources were read from, or control totals, and that only one has so."""
    olds, news = ({*_files(record, "inputs"), *_files(record, "controls")} for record in (old, new))
    return tuple(sorted({file for file, _ in olds ^ news}))


def _files(record: Record, entry: str) -> Iterator[tuple[str, str]]:
    for source in under(record, entry):
        yield from ((file, str(about)) for file, about in under(record, entry, source).items())


def under(record: Record, *names: str) -> dict[str, Any]:
    """What a manifest has under these names, one within the other; nothing, where there is none or it is no mapping."""
    found: Any = record.manifest
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return dict(found) if isinstance(found, dict) else {}
