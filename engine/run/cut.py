"""A part of a program: the stages that some stages need, down to those whose tables are given as inputs instead."""

from collections.abc import Collection

from engine.ir.infer import program_schemas
from engine.ir.program import Program, Stage
from engine.ir.walk import scans


def cut(program: Program, keep: Collection[str], given: Collection[str]) -> Program:
    """The program that makes `keep`; what it reads of `given` stages is input."""
    wanted, stages = set(keep), list[Stage]()
    for stage in reversed(program.stages):
        if stage.name in wanted and stage.name not in given:
            stages.append(stage)
            wanted.update(scans(stage.table))
    known, made = program_schemas(program), {stage.name for stage in stages}
    inputs = {name: known[name] for name in sorted(wanted - made)}
    return Program(inputs, tuple(reversed(stages)))
