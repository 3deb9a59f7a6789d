"""Hand a program and its inputs to the backend; tables come back in the order of their keys."""

from collections.abc import Mapping

import polars as pl

from engine.ir.program import Program


def execute(program: Program, inputs: Mapping[str, pl.DataFrame], streaming: bool = False) -> dict[str, pl.DataFrame]:
    """The kept stages of a program as tables."""
    from engine.backends.polars import compile_program

    keep = [stage.name for stage in program.stages if stage.kept]
    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs}
    return compile_program(program).run(lazy, keep, streaming=streaming)
