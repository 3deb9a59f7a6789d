"""What the passes before make again from the copies of the plans in a run. `pipeline` hands it in: `explain` imports no pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.core.period import Period
from engine.ir.program import Program
from engine.plan.resolved import ResolvedWorkspace

Frames = Mapping[str, pl.DataFrame]
Files = Mapping[str, list[str]]
"""Names of the files that were read, by source."""


@dataclass(frozen=True)
class Remade:
    """A workspace and program compiled from a run's plans, and which `files` they were read from.

    `scope`: the input tables that a period alone gives. `log`: the exception log of a run's tables and rejected rows.
    """

    workspace: ResolvedWorkspace
    program: Program
    files: frozenset[str]
    scope: Callable[[Period], Frames]
    log: Callable[[Period, Frames, Files], pl.DataFrame]


Recompile = Callable[[dict[str, bytes]], Remade | None]
"""From the texts of plans; None if they have mistakes."""
