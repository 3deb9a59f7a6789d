"""What the passes before make again from the copies of the plans in a run. `pipeline` hands it in: `explain` imports no pass."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from engine.core.period import Period
from engine.ir.program import Program
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Column, Source

Frames = Mapping[str, pl.DataFrame]
Files = Mapping[str, list[str]]
"""Names of the files that were read, by source."""


@dataclass(frozen=True)
class Remade:
    """A workspace and program compiled from a run's plans, and which `files` they were read from.

    `scope`: the input tables that a period alone gives. `log`: the exception log of a run's tables and rejected rows.
    `reread`: what the source files in a folder give, those that a run says it read, and the control files. `periods`: the
    names that `{period}` in the name of a file stands for. `values`: what a text of a source's column may have been read as.
    """

    workspace: ResolvedWorkspace
    program: Program
    files: frozenset[str]
    scope: Callable[[Period], Frames]
    log: Callable[[Period, Frames, Files], pl.DataFrame]
    reread: Callable[[Period, Path, Files, Files, date | None], "Sources"]
    periods: Callable[[Period], tuple[str, ...]]
    values: Callable[[Source, Column, str], Collection[Any]]


@dataclass(frozen=True)
class Sources:
    """Source files read again. `prints`: by source and file their sha256, None of one that is not there.

    `tables`: the input tables that they give. `new`: source and file, of those that a run would read today and did not.
    `trouble`: of a source that can't be read, why. `control_prints`: as `prints`, of its control files; `controls`: by source
    what they state.
    """

    prints: Mapping[str, Mapping[str, str | None]]
    tables: Frames
    new: tuple[tuple[str, str], ...]
    trouble: Mapping[str, str]
    control_prints: Mapping[str, Mapping[str, str | None]]
    controls: Frames


Recompile = Callable[[dict[str, bytes]], Remade | None]
"""From the texts of plans; None if they have mistakes."""
