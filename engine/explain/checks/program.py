"""The stored program is what the run's own copies of its plans compile to; where it isn't, which of the two was changed."""

from engine.explain.checks.columns import Reader
from engine.explain.checks.stages import check_stages
from engine.explain.finding import Findings
from engine.explain.formula import in_names
from engine.explain.remade import Recompile, Remade
from engine.explain.stages import parts
from engine.ir.program import Program, Stage
from engine.ir.serial import program_to_json
from engine.ir.table import Def, Extend
from engine.record import Record, RecordError

PLACE = "program.json"


def check_program(record: Record, recompile: Recompile, findings: Findings) -> tuple[Program | None, Remade | None]:
    """Compare the stored program with the recompiled one; gives the one that the tables are to be judged by."""
    stored, remade = _stored(record, findings), recompile(record.plan_texts())
    findings.count("programs")
    if remade is None:
        findings.add("plans/", "the copies of the plans have mistakes, so the program can't be made from them")
        return stored, None
    compiled = remade.program
    if stored is None or program_to_json(stored) == program_to_json(compiled):
        return compiled, remade
    trial = Findings()
    check_stages(Reader(record, trial), stored, trial)
    if trial.found:
        _differ(stored, compiled, False, findings)
        return compiled, remade
    _differ(stored, compiled, True, findings)
    return stored, remade


def _stored(record: Record, findings: Findings) -> Program | None:
    """The program in the run; None, with a finding, if it can't be read."""
    try:
        return record.program()
    except (RecordError, ValueError, KeyError, TypeError, AttributeError) as error:
        findings.add(PLACE, f"it can't be read: {str(error)[:200]}")
        return None


def _differ(stored: Program, compiled: Program, by_stored: bool, findings: Findings) -> None:
    """The first definition that differs: the plan's line, if the tables are what the stored program gives."""
    message = "it is not what the run's plans compile to"
    if by_stored:
        message = (
            "this line of the plan compiles to another program than made the tables:"
            " it was changed after the run, or another build of komisi made it"
        )
    before, after = ({stage.name: stage for stage in program.stages} for program in (stored, compiled))
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) == after.get(name):
            continue
        if name not in before or name not in after:
            word = "is not in it" if name not in before else "is not in the plans"
            findings.add("plans/" if by_stored else PLACE, f"{message}: the stage {word}", name)
            return
        old, new = _definitions(before[name]), _definitions(after[name])
        for column in dict.fromkeys((*new, *old)):
            one, other = old.get(column), new.get(column)
            if one != other:
                span = next((made.span for made in (other, one) if made is not None and made.span is not None), None)
                place = f"plans/{span.file}:{span.line}" if by_stored and span else "plans/" if by_stored else PLACE
                said = [None if made is None else in_names(made.expr) for made in (one, other)]
                if by_stored:
                    said.reverse()
                if said[0] == said[1]:
                    said = ["", ""]
                findings.add(place, message, name, column, *said)
                return
        findings.add("plans/" if by_stored else PLACE, f"{message}: the stage is made otherwise", name)
        return
    message = "it is not what the run's plans compile to: its inputs, its notes or the order of its stages differ"
    findings.add(PLACE, message)


def _definitions(stage: Stage) -> dict[str, Def]:
    """The definitions of a stage by name, innermost first: what the others are made from."""
    found: dict[str, Def] = {}
    for part in reversed(list(parts(stage.table))):
        if isinstance(part, Extend):
            for made in part.defs:
                found.setdefault(made.name, made)
    return found
