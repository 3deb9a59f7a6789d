"""What stands under `files:` of a source: which names of files a pattern means, and of which period a file is."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from engine.plan.workspace import Source

PERIOD = "{period}"


def expanded(pattern: str, periods: Iterable[str]) -> list[str]:
    """The pattern for each of the shortest periods, or the pattern itself if it names none."""
    return [pattern.replace(PERIOD, name) for name in periods] if PERIOD in pattern else [pattern]


def by_period(source: Source) -> bool:
    """Whether a run reads only the files of its own periods."""
    return any(PERIOD in pattern for pattern in source.files)


def means(pattern: str, file: str) -> bool:
    """Whether a pattern without `{period}` finds a file, by its name as it is shown."""
    return re.fullmatch(_expression(_as_shown(pattern)), file) is not None


def _as_shown(pattern: str) -> str:
    """A pattern as the names of its files are shown: without `./`."""
    return Path(os.path.normpath(pattern)).as_posix()


def _expression(pattern: str) -> str:
    """A pattern as a regular expression."""
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", pattern)
    return "".join(words.get(part) or (part if part[:1] == "[" else re.escape(part)) for part in parts)


def period_of(source: Source, file: str, periods: Iterable[str]) -> str | None:
    """The last of the periods whose file it is; None of one that is read whatever the period."""
    if any(means(pattern, file) for pattern in source.files if PERIOD not in pattern):
        return None
    named = [pattern for pattern in source.files if PERIOD in pattern]
    return next(
        (name for name in reversed([*periods]) if any(means(p.replace(PERIOD, name), file) for p in named)), None
    )


def of_other_period(source: Source, file: str, periods: Iterable[str]) -> bool:
    """Whether a file, by its path or its bare name, is that of a period which is none of these, and is written as they are."""
    names = frozenset(periods)
    forms = sorted({re.sub("[0-9]", "0", name) for name in names})
    named = [_as_shown(pattern) for pattern in source.files if PERIOD in pattern]
    patterns = [each for pattern in named for each in (pattern, Path(pattern).name)]
    found = (_period_in(pattern, form, file) for pattern in patterns for form in forms)
    return any(name is not None and name not in names for name in found)


def _period_in(pattern: str, form: str, file: str) -> str | None:
    """What stands in a file's name where its pattern has `{period}`, if it is written as `form` (2026-04 as 0000-00)."""
    first, *others = (_expression(part) for part in pattern.split(PERIOD))
    if not others:
        return None
    named = f"(?P<period>{re.escape(form).replace('0', '[0-9]')})"
    found = re.fullmatch(first + named + "(?P=period)".join(others), file)
    return found["period"] if found is not None else None


def lacking(pattern: str, files: Iterable[str], periods: Iterable[str]) -> list[str]:
    """The periods for which none of these files is what the pattern means; none where it names no period."""
    known = list(files)
    named = periods if PERIOD in pattern else ()
    return [name for name in named if not any(means(pattern.replace(PERIOD, name), file) for file in known)]
