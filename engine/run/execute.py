"""Hand a program and its inputs to the backend; tables come back in the order of their keys."""

from collections.abc import Mapping, MutableMapping

import polars as pl

from engine.ir.program import Program


def execute(
    program: Program,
    inputs: Mapping[str, pl.DataFrame],
    into: MutableMapping[str, pl.DataFrame],
    streaming: bool = False,
) -> None:
    """Put the kept stages of a program into a mapping, as they are made."""
    from engine.backends.polars import compile_program

    keep = [stage.name for stage in program.stages if stage.kept]
    lazy = {name: frame.lazy() for name, frame in inputs.items() if name in program.inputs}
    compile_program(program).run_into(into, lazy, keep, streaming)
