"""The stored program is what the run's own copies of its plans compile to."""

from collections.abc import Callable

from engine.explain.finding import Findings
from engine.ir.program import Program
from engine.ir.serial import program_to_json
from engine.record import Record, RecordError

Recompile = Callable[[dict[str, bytes]], Program | None]
PLACE = "program.json"


def stored_program(record: Record, findings: Findings) -> Program | None:
    """The program in the run; None, with a finding, if it can't be read."""
    try:
        return record.program()
    except (RecordError, ValueError, KeyError, TypeError, AttributeError) as error:
        findings.add(PLACE, f"it can't be read: {str(error)[:200]}")
        return None


def check_program(record: Record, stored: Program | None, recompile: Recompile, findings: Findings) -> Program | None:
    """Compare the stored program with the recompiled one; gives the latter."""
    compiled = recompile(record.plan_texts())
    findings.count("programs")
    if compiled is None:
        findings.add("plans/", "the copies of the plans have mistakes, so the program can't be made from them")
        return None
    if stored is None or program_to_json(stored) == program_to_json(compiled):
        return compiled
    before, after = ({stage.name: stage for stage in program.stages} for program in (stored, compiled))
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            word = "is not in it" if name not in before else "is not in the plans" if name not in after else "differs"
            message = f"it is not what the run's plans compile to: stage `{name}` {word}"
            findings.add(PLACE, message, name)
            return compiled
    findings.add(
        PLACE, "it is not what the run's plans compile to: its inputs, its notes or the order of its stages differ"
    )
    return compiled
