"""Hand a program and its inputs to the backend; what comes back is put in the order of its keys."""

from collections.abc import Mapping

import polars as pl

from engine.ir.program import Program


def execute(program: Program, inputs: Mapping[str, pl.DataFrame], streaming: bool = False) -> dict[str, pl.DataFrame]:
    """The kept stages of a program as tables."""
    from engine.backends.polars import compile_program

    keep = [stage.name for stage in program.stages if stage.kept]
    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs}
    tables = compile_program(program).run(lazy, keep, streaming=streaming)
    return {name: table.sort(program.stage(name).keys) for name, table in tables.items()}
