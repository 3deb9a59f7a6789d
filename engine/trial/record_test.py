"""Write a test from a stored run. In: a run, a participant. Out: a new file beside the plan that passes at once, or why not.

The test is run before it is written: what does not give the run's figures with today's plans is not written.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from engine.core.diagnostic import closest
from engine.pipeline import Compiled, chosen
from engine.record import Record
from engine.trial.build import build_tests
from engine.trial.find import FOLDER
from engine.trial.from_run import Recorder, factored, known, plan_of, plans_of
from engine.trial.perform import Stage, Suite, perform
from engine.trial.report import as_text
from engine.trial.write import Draft, file_text

SCHEMA_LINE = re.compile(r"(# yaml-language-server: \$schema=)(\S*/)comp-plan\.schema\.json")


class NotWritten(Exception):
    """Why no test was written; `help` says what to do."""

    def __init__(self, message: str, help_: str | None = None):
        super().__init__(message)
        self.help = help_


def record_tests(compiled: Compiled, record: Record, participant: str, component: str | None) -> list[Path]:
    """Write a test per plan that the participant is paid by. Raises NotWritten; then nothing was written."""
    plans = plans_of(record, participant)
    if not plans:
        near = closest(participant, known(record))
        message = f"no earning of {record.period} in run {record.id} is of `{participant}`"
        raise NotWritten(message, f"did you mean `{near}`?" if near else f"there is {', '.join(known(record)[:8])}, …")
    here = {plan.name: plan for plan in compiled.workspace.plans}
    gone = [name for name in plans if name not in here]
    if gone:
        raise NotWritten(f"plan `{gone[0]}` of the run is no plan of the workspace any more")
    wanted = [name for name in plans if component is None or component in {c.name for c in here[name].components}]
    if not wanted:
        names = [c.name for name in plans for c in here[name].components]
        near = closest(component or "", names)
        help = f"did you mean `{near}`?" if near else f"there is {', '.join(names)}"
        raise NotWritten(f"no component of {' and '.join(plans)} is called `{component}`", help)
    made = [_recorded(chosen(compiled, (name,)), record, participant, component) for name in wanted]
    for path, text in made:
        write_new(path, text)
    return [path for path, _ in made]


def _recorded(compiled: Compiled, record: Record, participant: str, component: str | None) -> tuple[Path, str]:
    """The place and the text of one test, after a trial run of it."""
    recorder = Recorder(record, compiled, participant, (component,) if component else ())
    plan, draft = plan_of(compiled), recorder.draft()
    words = [participant, record.period, *([component] if component else [])]
    name = "-".join(re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words)
    path = Path(plan.file).parent / FOLDER / f"{name}.yaml"
    text = text_of_file(path, [draft], f"recorded from run {record.id}", compiled)
    told = failure(compiled, path, text)
    if told is not None:
        raise NotWritten(
            f"with today's plans {participant}'s figures of that run don't come out, so no test was written:\n\n{told}\n",
            "if the plans have changed since, make a new run and record that",
        )
    return path, text


def text_of_file(
    path: Path, drafts: Sequence[Draft], note: str, compiled: Compiled, shown: Collection[str] = ()
) -> str:
    """The text of a test file that will stand at `path`; columns that are `shown` stand in every row."""
    keys = {source: (*names, *shown) for source, names in factored(compiled).items()}
    plan, workspace = plan_of(compiled), compiled.workspace
    every = (*workspace.plans, *workspace.others)
    beside = [each for each in every if each is not plan and Path(each.file).parent == Path(plan.file).parent]
    return file_text(drafts, _schema_line(Path(plan.file)), note, keys, plan.name if beside else None)


def _schema_line(plan: Path) -> str | None:
    """The line for editors, made from the plan's own; None where that has none."""
    found = SCHEMA_LINE.match(plan.read_text(encoding="utf-8"))
    return f"{found[1]}../{found[2]}plan-test.schema.json" if found else None


def failure(compiled: Compiled, path: Path, text: str) -> str | None:
    """What the tests of a text that is not yet in its place would tell; None if they pass. Raises NotWritten."""
    suite, stage = Suite(), Stage(compiled)
    for test in build_tests(path, compiled.workspace, suite.diagnostics, text.encode()):
        outcome = perform(stage, test, suite.diagnostics)
        suite.outcomes += [outcome] if outcome is not None else []
    if suite.diagnostics.has_errors():
        first = next(iter(suite.diagnostics))
        message = f"the test would be no test file: {first.message}"
        raise NotWritten(message, "with `--component NAME` it has fewer rows; so has an earlier period")
    return None if suite.passed else as_text(suite, {}, False)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises NotWritten, OSError."""
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise NotWritten(f"{path} is there already, and no test is overwritten", "rename or delete it first") from None
