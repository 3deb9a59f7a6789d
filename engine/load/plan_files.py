"""Where the texts of a workspace come from: a folder on disk, or copies at hand (those that a run keeps).

In: the patterns of komisi.yaml. Out: the files they match, by their path in the workspace, and their bytes. A pattern
never leaves the workspace's folder, not through `..` nor through a link.
"""

import os
import stat
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from engine.load.yaml_text import MAX_BYTES

MAIN = "komisi.yaml"
RUNS = "runs"
"""The folder of runs, which keep copies of plans."""
OF_ITS_OWN = frozenset((MAIN, "manifest.json"))
"""What makes a folder inside another workspace, or a run."""
DEPTH, FOLDERS = 4, 2_000
"""So far down, and in so many folders, files are looked for that no pattern names."""


class PlanFiles(Protocol):
    """The files of one workspace, by their path in it, with forward slashes."""

    def shown(self, path: str) -> str:
        """The name by which messages call the file."""

    def matching(self, pattern: str) -> list[str]:
        """The files that a pattern matches, in order."""

    def beside(self, named: Iterable[str]) -> list[str]:
        """The YAML files of the workspace that are none of these, the nearest first."""

    def read(self, path: str) -> bytes:
        """The bytes of a file (at most one more than are allowed). Raises OSError."""


class Stored:
    """Texts at hand: those that a run has kept."""

    def __init__(self, texts: Mapping[str, bytes]):
        self._texts = texts

    def shown(self, path: str) -> str:
        return path

    def matching(self, pattern: str) -> list[str]:
        return sorted(path for path in self._texts if _matches(path.split("/"), pattern.split("/")))

    def beside(self, named: Iterable[str]) -> list[str]:
        """None: a run keeps what was named, and of a revision each file is asked for by itself."""
        return []

    def read(self, path: str) -> bytes:
        if path not in self._texts:
            raise FileNotFoundError(2, "no such file", path)
        return self._texts[path]


class Folder:
    """A folder on disk; messages call its files by their path from the current folder."""

    def __init__(self, root: Path):
        self._root = root
        self._real = root.resolve()
        self._listed: dict[str, list[os.DirEntry[str]]] = {}

    def shown(self, path: str) -> str:
        return shown_from_here(self._root / path)

    def matching(self, pattern: str) -> list[str]:
        """As the pattern says; a linked folder counts once, one outside the workspace stands for its files."""
        parts = pattern.split("/")
        found: set[str] = set()
        seen: set[tuple[Path, frozenset[int]]] = set()
        todo = deque([("", reached({0}, parts))])
        while todo:
            folder, at = todo.popleft()
            real = (self._root / folder).resolve()
            if (real, at) in seen:
                continue
            seen.add((real, at))
            for entry in self._entries(folder):
                path, linked = _join(folder, entry.name), entry.is_symlink()
                if not _is_folder(entry):
                    found |= {path} if ends(entry.name, parts, at) else set()
                elif onward := entered(entry.name, parts, at, linked):
                    inside = not linked or (self._root / path).resolve().is_relative_to(self._real)
                    if inside:
                        todo.append((path, onward))
                    else:
                        found.add(path)  # to be told of when it is read
        return sorted(found)

    def beside(self, named: Iterable[str]) -> list[str]:
        """Neither hidden ones nor links, nor what is a run's or another workspace's; what is named by a link is named."""
        known = {os.path.realpath(self._root / path) for path in named}
        found: list[str] = []
        todo, left = deque([("", 0)]), FOLDERS
        while todo and left:
            (folder, depth), left = todo.popleft(), left - 1
            entries = [each for each in self._entries(folder) if not (each.name.startswith(".") or each.is_symlink())]
            if folder and not OF_ITS_OWN.isdisjoint(entry.name for entry in entries):
                continue
            for entry in entries:
                path = _join(folder, entry.name)
                if not _is_folder(entry):
                    yaml = path.endswith((".yaml", ".yml"))
                    found += [path] if yaml and str(self._real / path) not in known else []
                elif depth < DEPTH and path != RUNS:
                    todo.append((path, depth + 1))
        return found

    def read(self, path: str) -> bytes:
        file = self._root / path
        try:
            inside = file.resolve().is_relative_to(self._real)
        except RuntimeError:
            raise OSError(0, "it is a link to itself") from None
        if not inside:
            raise OSError(0, "it lies outside the workspace's folder")
        if not stat.S_ISREG(file.stat().st_mode):
            raise OSError(0, "it is not a file")
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        if folder not in self._listed:
            try:
                with os.scandir(self._root / folder) as entries:
                    self._listed[folder] = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                self._listed[folder] = []
        return self._listed[folder]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def shown_from_here(path: Path) -> str:
    """A path as messages call it: from the current folder if it lies on the same disk, with forward slashes."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:
        return path.as_posix()


def leaves(pattern: str) -> bool:
    """Whether a pattern points out of the workspace's folder, or to no place that is the same everywhere."""
    parts = pattern.split("/")
    return "\\" in pattern or ":" in pattern or any(part in ("", ".", "..") for part in parts)


def _fits(name: str, part: str) -> bool:
    return fnmatchcase(name, part) and (not name.startswith(".") or part.startswith("."))


# A pattern is walked with the set of its parts that may come next, so that no pattern and no tree of folders takes more
# than a step for each folder and part: `**/**/**/…` tried one way after the other would take for ever.


def reached(at: Iterable[int], parts: Sequence[str]) -> frozenset[int]:
    """The parts that may come next, with those behind a `**`, which may stand for no folder."""
    found = set()
    for index in at:
        found.add(index)
        while parts[index] == "**" and index + 1 < len(parts):
            index += 1
            found.add(index)
    return frozenset(found)


def entered(name: str, parts: Sequence[str], at: frozenset[int], linked: bool = False) -> frozenset[int]:
    """The parts that may come next inside the folder `name`; `**` goes neither into hidden folders nor through links."""
    stays = {i for i in at if parts[i] == "**" and not name.startswith(".") and not linked}
    steps = {i + 1 for i in at if parts[i] != "**" and i + 1 < len(parts) and _fits(name, parts[i])}
    return reached(stays | steps, parts)


def ends(name: str, parts: Sequence[str], at: frozenset[int]) -> bool:
    """Whether a file of that name is what the last part asks for."""
    last = len(parts) - 1
    return last in at and parts[last] != "**" and _fits(name, parts[last])


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    at = reached({0}, parts)
    for name in names[:-1]:
        at = entered(name, parts, at)
    return ends(names[-1], parts, at)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
