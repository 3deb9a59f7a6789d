"""Hand a program and its inputs to the backend; tables come back in the order of their keys."""

from collections.abc import Mapping, MutableMapping

import polars as pl

from engine.backends.ranges import Ranges
from engine.ir.program import Program
from engine.record import Draft, Shelf


def execute(program: Program, inputs: Mapping[str, pl.DataFrame], into: MutableMapping[str, pl.DataFrame]) -> None:
    """Put the kept stages of a program into a mapping, as they are made; on a shelf just what is written of them."""
    from engine.backends.polars import compile_program

    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs}
    made = compile_program(program)
    kept = [stage for stage in program.stages if (stage.written if isinstance(into, Shelf) else stage.kept)]
    out = {stage.name: stage.left_out if isinstance(into, Shelf) else () for stage in kept}
    made.run_into(into, lazy, {name: [c for c in made.schemas[name] if c not in gone] for name, gone in out.items()})


def execute_by_parts(
    program: Program, inputs: Mapping[str, pl.DataFrame], ranges: Mapping[str, Ranges], draft: Draft
) -> None:
    """The same into a draft, on which the inputs of `ranges` lie in parts: no more than a part of them is held at once."""
    from engine.backends.polars import checked_inputs
    from engine.backends.polars.by_parts import ByParts

    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs and name not in ranges}
    ByParts.of(
        program, _written(program), checked_inputs(program, lazy), ranges, draft.inputs, draft.tables, draft.spool
    ).run()


def _written(program: Program) -> list[str]:
    return [stage.name for stage in program.stages if stage.written]
