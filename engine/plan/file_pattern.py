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
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", Path(os.path.normpath(pattern)).as_posix())
    found = "".join(words.get(part) or (part if part[:1] == "[" else re.escape(part)) for part in parts)
    return re.fullmatch(found, file) is not None


def period_of(source: Source, file: str, periods: Iterable[str]) -> str | None:
    """The last of the periods whose file it is; None of one that is read whatever the period."""
    if any(means(pattern, file) for pattern in source.files if PERIOD not in pattern):
        return None
    named = [pattern for pattern in source.files if PERIOD in pattern]
    return next(
        (name for name in reversed([*periods]) if any(means(p.replace(PERIOD, name), file) for p in named)), None
    )
