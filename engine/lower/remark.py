"""Choices and notes of the plan as remarks beside what they decide, so that a run can say them without its plan files.

A policy that acts on some rows only says on which (`when`); what is only noted becomes a remark where there is a note.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.lower.inputs import source_table
from engine.lower.terms import all_of, call, day, text
from engine.plan.choice import Choice, Stated
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.plan.workspace import Source


def decided(policy: str, choice: Choice, when: Expr | None = None) -> Remark:
    """A policy, on the rows where `when` holds (without it, on all)."""
    return Remark(f"{policy}: {choice.value}", choice.span, choice.note, when)


def noted(stated: Stated | None, when: Expr | None = None) -> tuple[Remark, ...]:
    """Something that the plan says, where a note stands beside it."""
    if stated is None or stated.note is None:
        return ()
    return (Remark(stated.words, stated.span, stated.note, when),)


def table_remarks(workspace: ResolvedWorkspace) -> dict[str, tuple[Remark, ...]]:
    """Notes about whole tables: sources and their columns, the calendar, the workspace (on `scope`), who is on a plan."""
    stated = workspace.stated
    found = {"scope": (*noted(stated.workspace), *noted(stated.exceptions)), "calendar": noted(stated.calendar)}
    for period in workspace.calendar.periods:
        within = all_of(
            call("le", Ref("start"), day(period.start)), call("le", day(period.end), Ref("end"))
        )  # fmt: skip
        found["calendar"] += noted(stated.periods.get(period.name), within)
    sources = workspace.needed
    found |= {source_table(source): _source(source) for source in sources.values()}
    found |= {f"stints/{plan.name}": _plan(plan) for plan in (*workspace.plans, *workspace.others)}
    return {name: remarks for name, remarks in sorted(found.items()) if remarks}


def _source(source: Source) -> tuple[Remark, ...]:
    own = noted(Stated(f"source {source.name}", source.span, source.note))
    columns = tuple(
        Remark(f"column {c.name} of {source.name}", c.span, c.note, column=c.name) for c in source.columns if c.note
    )
    return (*own, *columns)


def _plan(plan: Plan) -> tuple[Remark, ...]:
    return (
        *noted(Stated(f"plan {plan.name}", plan.span, plan.note)),
        *noted(plan.people),
        *noted(plan.in_force),
        *noted(plan.begins_anew.stated if plan.begins_anew else None),
    )


def currency_remarks(workspace: ResolvedWorkspace) -> tuple[Remark, ...]:
    """The notes beside digits of currencies, each where money is paid in it."""
    said = sorted(workspace.stated.currencies.items())
    return tuple(remark for name, stated in said for remark in noted(stated, call("eq", Ref("currency"), text(name))))
