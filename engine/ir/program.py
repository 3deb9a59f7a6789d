"""A Program: stages in the order of evaluation; each is a named table with a key, made of earlier ones and of inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.span import Span
from engine.ir.remark import Remark
from engine.ir.table import Table
from engine.ir.types import Type

Schema = Mapping[str, Type]


@dataclass(frozen=True)
class Stage:
    """One table of the result. `keys` identify a row; `kept` stages are written into a run, the others flow on."""

    name: str
    grain: str
    """What one row stands for: `states`, `credits`, `measures`, `targets`, `credit_pay`, `slices`, `steps`, `earnings`, …"""
    table: Table
    keys: tuple[str, ...]
    kept: bool = True
    span: Span | None = None
    about: str = ""
    """One sentence for `explain` and `show`."""
    left_out: tuple[str, ...] = ()
    """Columns that a run does not write, because they stand elsewhere in it (`left_out.py`)."""
    view: bool = False
    """A kept table that a run does not write at all: it only repeats rows of tables that are there, and is put together of
    them when it is read (`left_out.py`)."""

    @property
    def written(self) -> bool:
        """Whether it has a file in a run."""
        return self.kept and not self.view


@dataclass(frozen=True)
class Program:
    """Inputs with their schemas, and stages in an order in which each reads only inputs and earlier stages."""

    inputs: Mapping[str, Schema]
    stages: tuple[Stage, ...]
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    """Input or stage → what the plan says of it as a whole: of a source, of the calendar, of who is on a plan."""

    def stage(self, name: str) -> Stage:
        """The stage of that name."""
        return next(stage for stage in self.stages if stage.name == name)
