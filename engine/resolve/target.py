"""Target plans: bound to their source, whose columns they need, and to the profile that spreads a year.

In: target plans as written. Out: resolved ones by name; one with a mistake is left out, with the plans that read it.
"""

from engine.core.diagnostic import Diagnostics
from engine.core.period import Calendar
from engine.core.span import Span
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.resolved import Spread, Target
from engine.plan.target_plan import Profile, TargetPlan
from engine.plan.workspace import Source, Workspace
from engine.resolve.references import column_help, find, find_source


def resolve_targets(workspace: Workspace, diagnostics: Diagnostics) -> dict[str, Target]:
    """The target plans that are whole."""
    found: dict[str, Target] = {}
    first: dict[str, TargetPlan] = {}
    for plan in workspace.targets:
        if plan.name in first:
            other = first[plan.name]
            diagnostics.error(
                "N003", f"there are two target plans `{plan.name}`", plan.span,
                help="give one of them another name", related=((other.span, "the other one"),),
            )  # fmt: skip
            continue
        first[plan.name] = plan
        target = _resolve_target(workspace, plan, diagnostics)
        if target is not None:
            found[plan.name] = target
    return found


def _resolve_target(workspace: Workspace, plan: TargetPlan, diagnostics: Diagnostics) -> Target | None:
    name = Name(plan.source, plan.source_span)
    source = find_source(name, "targets", workspace.sources, diagnostics)
    fits = source is not None and _columns_fit(plan, source, diagnostics)
    spread = _spread(workspace, plan, diagnostics)
    if source is None or not fits or (plan.given == "year" and spread is None):
        return None
    prorate = plan.prorate == "calendar_days"
    return Target(plan.name, plan.span, plan.unit, source, plan.given, prorate, plan.note, spread)


def _spread(workspace: Workspace, plan: TargetPlan, diagnostics: Diagnostics) -> Spread | None:
    """How a year is spread; None where it isn't, or where its shares are not those of the calendar's years."""
    written = plan.spread
    if written is None:
        return None
    if written.by != "shares":
        return Spread(written.by)
    profile = Profile("", written.shares, written.span)
    if written.profile is not None:
        found = find(written.profile, "profile", workspace.profiles, diagnostics)
        if found is None:
            return None
        profile = found
    place = written.profile.span if written.profile is not None else written.span
    if not _as_long(profile, workspace.calendar, place, diagnostics):
        return None
    stated = [Stated("spread", written.span, written.note)]
    stated += [Stated(f"profile {profile.name}", profile.span, profile.note)] if profile.name else []
    return Spread("shares", profile.shares, profile.name or None, tuple(stated))


def _as_long(profile: Profile, calendar: Calendar, span: Span, diagnostics: Diagnostics) -> bool:
    """Whether there is a share for each shortest period of every year."""
    for year in calendar.of_length("year"):
        parts = len(calendar.parts(year))
        if parts != len(profile.shares):
            called = f"profile `{profile.name}`" if profile.name else "list"
            message = f"the year `{year.name}` has {parts} periods, the {called} {len(profile.shares)} shares"
            related = ((profile.span, "the profile"),) if profile.name else ()
            help = "it needs a share for each period of every year of the calendar"
            diagnostics.error("W103", message, span, help=help, related=related)
            return False
    return True


def _columns_fit(plan: TargetPlan, source: Source, diagnostics: Diagnostics) -> bool:
    """The source has who, when and how much, and the amount is in the target's unit."""
    fits = True
    for name, dtype in (("participant", "text"), (plan.given, "text"), ("amount", plan.unit.dtype)):
        column = source.column(name)
        if column is None:
            message = f"targets given per {plan.given} need a column `{name}`, which `{source.name}` does not have"
            diagnostics.error(
                "W102", message, plan.source_span, help=column_help(source, name),
                related=((source.span, "the source"),),
            )  # fmt: skip
        elif column.type.dtype != dtype or (dtype == "money" and column.type.required() != plan.unit.required()):
            wanted = plan.unit.required() if name == "amount" else dtype
            diagnostics.error(
                "T009", f"`{name}` of `{source.name}` is {column.type.required()}; this target needs {wanted}",
                plan.source_span, help="declare both with one type", related=((column.span, "the column"),),
            )  # fmt: skip
        else:
            continue
        fits = False
    return fits
