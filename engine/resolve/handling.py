"""Owners, raised severities and waivers held against codes, sources, plans and the calendar.

In: a workspace as written. Out: its `Handling` with the last day of each waiver, or diagnostics: a waiver that means
another row than its writer thought lets somebody be paid.
"""

from dataclasses import replace
from datetime import date

from engine.core.codes import CODES
from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, closest
from engine.core.exception_codes import LEAST, NEVER_LOGGED, SEVERITIES, TOLD_APART
from engine.plan.comp_plan import Name
from engine.plan.handling import Handling, Owner, Waiver
from engine.plan.workspace import Workspace
from engine.resolve.references import find

NARROW = ("participant", "key", "record")
"""What tells one exception from others of its code; a waiver without any of them would be for everybody."""


def resolve_handling(workspace: Workspace, diagnostics: Diagnostics) -> Handling:
    """All mistakes of the section at once."""
    handling = workspace.handling
    _check_owners(workspace, handling, diagnostics)
    for code in handling.severities:
        _check_severity(code, handling, diagnostics)
    waivers = tuple(_waiver(workspace, waiver, diagnostics) for waiver in handling.waivers)
    return replace(handling, waivers=waivers)


def logged_codes() -> list[str]:
    """The codes that the log of a run can have."""
    return [code for code in CODES if code[0] in "XE" and code not in NEVER_LOGGED]


def _check_owners(workspace: Workspace, handling: Handling, diagnostics: Diagnostics) -> None:
    rest: Owner | None = None
    for owner in handling.owners:
        if rest is not None:
            diagnostics.error(
                "W065", f"no exception is left for `{owner.owner}`", owner.span,
                help="put the item that takes all that is left last", related=((rest.span, "this one takes all"),),
            )  # fmt: skip
        if not (owner.codes or owner.sources or owner.plans):
            rest = rest or owner
        for name in owner.named:
            if name.text in owner.codes:
                _check_code(name, diagnostics)
            elif name.text in owner.sources and name.text not in owner.plans:
                find(name, "source", workspace.sources, diagnostics)
            elif name.text in owner.plans and name.text not in owner.sources:
                find(name, "plan", {plan.name: plan for plan in workspace.plans}, diagnostics)


def _check_code(name: Name, diagnostics: Diagnostics) -> bool:
    """Whether the log can have the code, or one that begins so."""
    known = logged_codes()
    start = name.text.removesuffix("*")
    if name.text in known or (start != name.text and any(code.startswith(start) for code in known)):
        return True
    if name.text in NEVER_LOGGED:
        help = f"{CODES[name.text].title}: that is told before there is a log"
    else:
        near = closest(name.text, known)
        help = (f"did you mean `{near}`? " if near else "") + "`komisi rule X` and `komisi rule E` list them"
    diagnostics.error("W060", f"the log of a run never has `{name.text}`", name.span, help=help)
    return False


def _check_severity(code: str, handling: Handling, diagnostics: Diagnostics) -> None:
    """A severity is raised, never lowered: that is what a waiver is for. What another code tells of it is raised by itself."""
    severity, span = handling.severities[code], handling.named[code]
    if not _check_code(Name(code, span), diagnostics):
        return
    least = LEAST.get(code, "warning")
    other = TOLD_APART.get(code)
    if SEVERITIES.index(severity) >= SEVERITIES.index(least):
        diagnostics.error(
            "W061", f"`{code}` is at least `{least}` already, and `{severity}` raises nothing", span,
            help="a severity is only raised; to pay in spite of some exceptions, write a waiver of them",
        )  # fmt: skip
    elif other is not None and other not in handling.severities:
        diagnostics.warning(
            "W069", f"`{code}` is raised, and `{other}` is not: {CODES[other].title}", span,
            help=f"write `{other}: {severity}` beside it; what is nobody on purpose, as a house account, has a waiver:"
            f" `{{code: {other}, participant: …}}`",
        )  # fmt: skip


def _waiver(workspace: Workspace, waiver: Waiver, diagnostics: Diagnostics) -> Waiver:
    """The waiver with the day that `until` comes to."""
    where, at = dict(waiver.where), waiver.named
    _check_code(Name(waiver.code, at["code"]), diagnostics)
    named = {column: Name(where[column], at[column]) for column in ("source", "plan", "part") if column in where}
    if "source" in named:
        find(named["source"], "source", workspace.sources, diagnostics)
    if "plan" in named:
        find(named["plan"], "plan", {plan.name: plan for plan in workspace.plans}, diagnostics)
    if "part" in named:
        parts = {rule.name: rule.span for plan in workspace.plans for rule in plan.credits}
        parts |= {component.name: component.span for plan in workspace.plans for component in plan.components}
        find(named["part"], "credit rule or component", parts, diagnostics)
    narrow = [column for column in NARROW if column in where]
    if not narrow and not waiver.every_row:
        diagnostics.error(
            "W062", f"this waiver is for every `{waiver.code}`, whoever it is of", waiver.span,
            help="name a `participant`, a `key` or a `record`; or say `applies_to: every_row` if all are meant",
        )  # fmt: skip
    if narrow and waiver.every_row:
        diagnostics.error(
            "W062", f"this waiver is for every row, and for one `{narrow[0]}`", at["applies_to"],
            help=f"leave out `applies_to`, or `{narrow[0]}`",
        )  # fmt: skip
    several = sorted(source.name for source in workspace.sources.values() if source.role == "transactions")
    if "key" in where and not {"source", "participant"} & where.keys() and len(several) > 1:
        diagnostics.error(
            "W066", f"`{where['key']}` may be a key of several sources", at["key"],
            help=f"add `source:`, one of {', '.join(several)}",
        )  # fmt: skip
    if "record" in where and waiver.code.startswith("E"):
        diagnostics.error(
            "W067", f"no exception of `{waiver.code}` has a record", at["record"],
            help="name its `participant` or its `key`; a record has a row that was refused (X)",
        )  # fmt: skip
    return replace(waiver, last=_last(workspace, waiver, diagnostics))


def _last(workspace: Workspace, waiver: Waiver, diagnostics: Diagnostics) -> date:
    """The last day that a waiver is good for."""
    period = workspace.calendar.find(waiver.until)
    if period is not None:
        return period.end
    day = day_of(waiver.until)
    if day is None:
        diagnostics.error(
            "W064", f"`{waiver.until}` is neither a day nor a period of the calendar", waiver.named["until"],
            help="write the last day, as in 2026-04-30, or the period that ends on it, as the calendar names it",
        )  # fmt: skip
    return day or date.max
