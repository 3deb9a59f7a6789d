"""Fingerprints: sha256 of bytes, files and canonical texts. One algorithm for the whole house."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20


def of_bytes(data: bytes) -> str:
    """Hex sha256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def of_text(text: str) -> str:
    """Hex sha256 of `text` in UTF-8."""
    return of_bytes(text.encode())


def of_file(path: Path) -> str:
    """Hex sha256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Hex sha256 of named texts, each with its length, so that no two lists of pairs look alike."""
    digest = hashlib.sha256()
    for name, text in pairs:
        for part in (name, text):
            data = part.encode()
            digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()
