"""Plans that others read and komisi.yaml does not name, though their file is there: a help can then name the file.

In: the plans, and the files of the workspace. Out: (plan, file). Nothing is looked for unless a plan is missing.
"""

import re
from collections.abc import Iterable

from engine.load.plan_files import PlanFiles
from engine.plan.comp_plan import CompPlan
from engine.plan.measure import component_named

LOOKED_AT = 200
"""So many files are looked into; a help is worth no more."""
KIND = re.compile(rb"^kind:\s*comp-plan\s*(#.*)?$", re.MULTILINE)
NAME = re.compile(rb"^name:\s*[\"']?([\w.-]+)", re.MULTILINE)
RUNS = "runs/"
"""Runs keep copies of plans."""


def unlisted(plans: Iterable[CompPlan], files: PlanFiles) -> tuple[tuple[str, str], ...]:
    """The plans that some measure of `earned` names and that are not among these, each with its file."""
    plans = list(plans)
    read = {component_named("", name.text)[0] for plan in plans for measure in plan.measures for name in measure.earned}
    wanted = read - {"", *(plan.name for plan in plans)}
    found: dict[str, str] = {}
    for path in files.matching("**/*.yaml")[:LOOKED_AT] if wanted else ():
        name = None if path.startswith(RUNS) else _plan_in(files, path)
        if name in wanted:
            found.setdefault(name, path)
    return tuple(sorted(found.items()))


def _plan_in(files: PlanFiles, path: str) -> str | None:
    """The name of the plan in a file, if it is one."""
    try:
        text = files.read(path)
    except (OSError, ValueError):
        return None
    name = NAME.search(text) if KIND.search(text) else None
    return None if name is None else name.group(1).decode("ascii", "replace")
