"""A version of the plans. In: a folder, or a git revision of the workspace's repository. Out: its files, compiled.

A revision is read from git's objects, file by file and only those that the plans name; nothing is checked out.
"""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.load.yaml_text import MAX_BYTES

FILES = ("100644", "100755")
"""Modes of plain files; links and submodules are left out."""


class VersionError(Exception):
    """There is no such version, or it can't be read."""


class Revision(Mapping[str, bytes]):
    """The files of the workspace in `root` at a commit, by their path in the workspace, each read when asked for."""

    def __init__(self, root: Path, name: str):
        self._root = root
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        self.commit = commit.decode().strip()
        listed = _git(root, "ls-tree", "-r", "-z", self.commit).decode(errors="replace")
        entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
        self._blobs = {path: said.split()[2] for said, _, path in entries if said.split()[0] in FILES}

    def __getitem__(self, path: str) -> bytes:
        return _git(self._root, "cat-file", "blob", self._blobs[path])[: MAX_BYTES + 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blobs)

    def __len__(self) -> int:
        return len(self._blobs)


def revision(root: Path, name: str) -> Revision | None:
    """The workspace at a revision of its repository; None where there is no such revision, or no repository.

    Raises VersionError where git itself is missing.
    """
    try:
        return Revision(root, name)
    except FileNotFoundError:
        raise VersionError("git is not installed: it reads the revisions of a repository") from None
    except subprocess.CalledProcessError:
        return None


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    return done.stdout
