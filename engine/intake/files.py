"""Which files a source is made of, for a run: globs, and `{period}` for each shortest period in scope."""

import os
from collections.abc import Iterable
from pathlib import Path

from engine.intake.rejects import IntakeError
from engine.plan.file_pattern import PERIOD, expanded, means
from engine.plan.workspace import Source


def files_of(source: Source, root: Path, periods: Iterable[str]) -> list[Path]:
    """The files of a source in a fixed order, each once; a pattern that finds nothing is an error, not an empty table.

    A pattern with `{period}` may lack files for some of the periods (a branch without sales), but not for all.
    """
    names, found = tuple(periods), dict[Path, Path]()
    for pattern in source.files:
        here = [path for one in expanded(pattern, names) for path in _matching(root, one)]
        if not here:
            shown_names = f" ({names[0]} to {names[-1]})" if PERIOD in pattern and len(names) > 1 else ""
            folder = not names or any((root / one).is_dir() for one in expanded(pattern, names))
            raise IntakeError(
                "X001", pattern,
                f"it is a folder, and source `{source.name}` needs files" if folder
                else f"no file of source `{source.name}` is there{shown_names}",
                f"say `{pattern}/*.{source.format}` for the files in it" if folder
                else f"put the file there, or correct `files:` of source `{source.name}` in komisi.yaml",
            )  # fmt: skip
        found |= {path.resolve(): path for path in here if path.resolve() not in found}
    return list(found.values())


def missing_periods(source: Source, root: Path, periods: Iterable[str]) -> tuple[str, ...]:
    """The periods for which a source that has its files by period has none at all."""
    if not _by_period(source):
        return ()
    return tuple(
        name for name in periods
        if not any(_matching(root, one) for pattern in source.files for one in expanded(pattern, (name,)))
    )  # fmt: skip


def missing_among(source: Source, names: Iterable[str], periods: Iterable[str]) -> tuple[str, ...] | None:
    """`missing_periods` by the names of the files that were read; None where `files:` leads out of any workspace."""
    known = list(names)
    if any(Path(pattern).is_absolute() for pattern in source.files):
        return None
    if not _by_period(source):
        return ()
    return tuple(
        name for name in periods
        if not any(
            means(one, file)
            for pattern in source.files for one in expanded(pattern, (name,)) for file in known
        )
    )  # fmt: skip


def _by_period(source: Source) -> bool:
    return bool(source.files) and all(PERIOD in pattern for pattern in source.files)


def in_reading_order(source: Source, names: Iterable[str], periods: Iterable[str]) -> list[str]:
    """Names of files as `files_of` orders their paths: which of two equal rows counts depends on it."""
    left, found, wanted = list(names), list[str](), tuple(periods)
    for pattern in source.files:
        for one in expanded(pattern, wanted):
            found += sorted((name for name in left if means(one, name)), key=Path)
            left = [name for name in left if name not in found]
    return [*found, *sorted(left)]


def located(folder: Path, name: str) -> Path | None:
    """Where a file is that a run calls `name`: seen from the workspace's folder, or from a folder with copies of the files."""
    bare = Path(*(part for part in Path(name).parts if part != ".."))
    return next((path for path in (folder / name, folder / bare, folder / bare.name) if path.is_file()), None)


def _matching(root: Path, pattern: str) -> list[Path]:
    path = Path(pattern)
    if not any(mark in pattern for mark in "*?["):
        full = root / path
        return [full] if full.is_file() else []
    fixed = path.parts
    cut = next(i for i, part in enumerate(fixed) if any(mark in part for mark in "*?["))
    base = root.joinpath(*fixed[:cut])
    return sorted(p for p in base.glob(str(Path(*fixed[cut:]))) if p.is_file()) if base.is_dir() else []


def shown(path: Path, root: Path) -> str:
    """The path as messages and provenance show it: from the workspace, as `files:` writes it, with forward slashes."""
    return Path(os.path.relpath(os.path.abspath(path), os.path.abspath(root))).as_posix()
