"""Hand a program and its inputs to the backend; tables come back in the order of their keys."""

from collections.abc import Mapping, MutableMapping

import polars as pl

from engine.backends.ranges import Ranges
from engine.ir.program import Program
from engine.record import Draft


def execute(program: Program, inputs: Mapping[str, pl.DataFrame], into: MutableMapping[str, pl.DataFrame]) -> None:
    """Put the kept stages of a program into a mapping, as they are made."""
    from engine.backends.polars import compile_program

    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs}
    compile_program(program).run_into(into, lazy, _kept(program))


def execute_by_parts(
    program: Program, inputs: Mapping[str, pl.DataFrame], ranges: Mapping[str, Ranges], draft: Draft
) -> None:
    """The same into a draft, on which the inputs of `ranges` lie in parts: no more than a part of them is held at once."""
    from engine.backends.polars import checked_inputs
    from engine.backends.polars.by_parts import ByParts

    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs and name not in ranges}
    ByParts.of(
        program, _kept(program), checked_inputs(program, lazy), ranges, draft.inputs, draft.tables, draft.spool
    ).run()


def _kept(program: Program) -> list[str]:
    return [stage.name for stage in program.stages if stage.kept]
