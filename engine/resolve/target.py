"""Target plans: bound to their source, whose columns they need, and to the profile that spreads a year.

In: target plans as written. Out: resolved ones by name; one with a mistake is left out, with the plans that read it.
"""

from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.period import Calendar
from engine.core.span import Span
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.resolved import Ramp, Spread, Target, TargetRows
from engine.plan.target_plan import Profile, TargetPlan, WrittenRamp, WrittenRows
from engine.plan.workspace import Source, Workspace
from engine.resolve.effective import Policies
from engine.resolve.references import column_help, find, find_column, find_source


def resolve_targets(workspace: Workspace, diagnostics: Diagnostics) -> dict[str, Target]:
    """The target plans that are whole."""
    found: dict[str, Target] = {}
    first: dict[str, TargetPlan] = {}
    made: dict[str, Target | None] = {}
    for plan in workspace.targets:
        if plan.name in first:
            other = first[plan.name]
            diagnostics.error(
                "N003", f"there are two target plans `{plan.name}`", plan.span,
                help="give one of them another name", related=((other.span, "the other one"),),
            )  # fmt: skip
            continue
        first[plan.name] = plan
        target = _resolved_once(workspace, plan, made, diagnostics)
        if target is not None:
            found[plan.name] = target
    return found


def _resolved_once(
    workspace: Workspace, plan: TargetPlan, made: dict[str, Target | None], diagnostics: Diagnostics
) -> Target | None:
    """Targets of one target plan differ in their category alone: what is wrong with the others is told once."""
    written = plan.name if plan.category is None else plan.category.plan
    if written not in made:
        made[written] = _resolve_target(workspace, plan, diagnostics)
    found = made[written]
    return None if found is None else replace(found, name=plan.name, span=plan.span, category=plan.category)


def _resolve_target(workspace: Workspace, plan: TargetPlan, diagnostics: Diagnostics) -> Target | None:
    sources = [_rows(workspace, plan, rows, diagnostics) for rows in plan.sources]
    spread = _spread(workspace, plan, diagnostics)
    policies = Policies(diagnostics, plan.policies, workspace.policies)
    values_on = None
    if plan.prorate == "none" and any(rows.by.text != "participant" for rows in plan.sources):
        why = "who changes the group inside a period has the whole target of one of them"
        values_on = policies.needed("participant_values_on", plan.span, why, "here, or for all plans in komisi.yaml")
    policies.warn_unasked()
    _precedence(plan, diagnostics)
    whole = tuple(rows for rows in sources if rows is not None)
    if len(whole) < len(plan.sources) or (plan.given != "period" and spread is None):
        return None
    if not _told_apart(plan, diagnostics):
        return None
    prorate = plan.prorate == "calendar_days"
    ramp = None if plan.ramp is None else _ramp(workspace, plan.ramp, diagnostics)
    if plan.ramp is not None and ramp is None:
        return None
    return Target(
        plan.name, plan.span, plan.unit, whole, plan.given, prorate, plan.note, spread, plan.precedence, values_on, ramp,
        plan.category, plan.everybody,
    )  # fmt: skip


def _ramp(workspace: Workspace, ramp: WrittenRamp, diagnostics: Diagnostics) -> Ramp | None:
    """The ramp, if the roster says since when."""
    people = next((each for each in workspace.sources.values() if each.role == "participants"), None)
    if people is None or find_column(ramp.since, people, diagnostics, "date") is None:
        return None
    shares = ", ".join(f"{plain(share.scaleb(2))} %" for share in ramp.shares)
    return Ramp(ramp.since.text, ramp.shares, Stated(f"ramp: {shares} since {ramp.since.text}", ramp.span, ramp.note))


def _rows(workspace: Workspace, plan: TargetPlan, rows: WrittenRows, diagnostics: Diagnostics) -> TargetRows | None:
    """A source of the target's numbers, if it has the columns; and the roster has the group."""
    source = find_source(rows.source, "targets", workspace.sources, diagnostics)
    if source is None or not _columns_fit(plan, rows, source, diagnostics):
        return None
    if plan.category is not None and not _tells_apart(plan, plan.category.column, rows, source, diagnostics):
        return None
    if rows.by.text != "participant":
        people = next((each for each in workspace.sources.values() if each.role == "participants"), None)
        if people is None or find_column(rows.by, people, diagnostics, "text") is None:
            return None
        for column in source.columns:
            if column.name in source.grouped and column.name not in (rows.by.text, plan.given, source.category):
                message = f"rows of `{source.name}` are for a {rows.by.text}, and also have a text `{column.name}`"
                help = "leave the column out: there is one row for each of the group and each time"
                diagnostics.error("W104", message, rows.by.span, help=help, related=((column.span, "the column"),))
                return None
    stated = Stated(f"source {source.name} by {rows.by.text}", rows.source.span, rows.note)
    return TargetRows(source, rows.by.text, stated)


def _tells_apart(plan: TargetPlan, name: Name, rows: WrittenRows, source: Source, diagnostics: Diagnostics) -> bool:
    """Whether a column can say what each row is of: a text that says nothing else of it."""
    if name.text in (rows.by.text, plan.given):
        message = f"`{name.text}` says {'for when' if name.text == plan.given else 'whose'} a row is, not what it is of"
        help = "name another text column of the source, such as a product line; or leave `categories` out"
        diagnostics.error("N003", message, name.span, help=help)
        return False
    return find_column(name, source, diagnostics, "text", True) is not None


def _precedence(plan: TargetPlan, diagnostics: Diagnostics) -> None:
    """It is said where several sources may have a number for the same participant, and only there."""
    several = len(plan.sources) > 1
    if several and plan.precedence is None:
        message = "`precedence` is not said, and somebody may have a number in several of the sources"
        help = "say `precedence: first | exception`: the first as listed counts, or nobody is paid by either"
        diagnostics.error("M025", message, plan.span, help=help)
    if not several and plan.precedence is not None:
        message = "`precedence` decides nothing here"
        diagnostics.warning("M115", message, plan.span, help="delete it, or list several `sources:`")


def _told_apart(plan: TargetPlan, diagnostics: Diagnostics) -> bool:
    """No source stands twice in the list."""
    for number, rows in enumerate(plan.sources):
        first = next(other for other in plan.sources if other.source.text == rows.source.text)
        if first is not plan.sources[number]:
            related = ((first.source.span, "the first time"),)
            message = f"`{rows.source.text}` is in the list twice"
            diagnostics.error("N003", message, rows.source.span, help="delete one of the two", related=related)
            return False
    return True


def _spread(workspace: Workspace, plan: TargetPlan, diagnostics: Diagnostics) -> Spread | None:
    """How a year is spread; None where it isn't, or where its shares are not those of the calendar's years."""
    written = plan.spread
    if written is None:
        return None
    profile = Profile("", written.shape, written.span) if written.shape is not None else None
    if written.profile is not None:
        profile = find(written.profile, "profile", workspace.profiles, diagnostics)
    if profile is None:
        return None
    place = written.profile.span if written.profile is not None else written.span
    if not _in_quarters(plan, profile, workspace.calendar, place, diagnostics):
        return None
    if not _as_long(plan, profile, workspace.calendar, place, diagnostics):
        return None
    shape = profile.shape
    if shape.by != "shares" and not shape.quarters:
        return Spread(shape.by)
    stated = [Stated("spread", written.span, written.note)]
    stated += [Stated(f"profile {profile.name}", profile.span, profile.note)] if profile.name else []
    return Spread(shape.by, shape.shares, shape.quarters, profile.name or None, tuple(stated))


def _in_quarters(plan: TargetPlan, profile: Profile, calendar: Calendar, span: Span, diagnostics: Diagnostics) -> bool:
    """Whether quarters are spread where there are some: in the number's year, and of every shortest period."""
    if plan.given == "quarter" and profile.shape.quarters:
        message = f"`{plan.name}` is given for each quarter, and `quarters` are the parts of a year"
        diagnostics.error(
            "W113", message, span, help="spread it `evenly`, by `calendar_days` or by `shares` of a quarter's periods"
        )
        return False
    if plan.given != "quarter" and not profile.shape.quarters:
        return True
    for part in calendar.of_length(calendar.shortest):
        holding = calendar.containing(part.start, "quarter")
        if holding is None or holding.end < part.end:
            message = (
                f"the period `{part.name}` of the calendar is in no quarter, and `{plan.name}` asks for its quarter"
            )
            help = "give targets per period or year; or, in a `custom` calendar, give every period its `quarter`"
            diagnostics.error("W111", message, span, help=help)
            return False
    return True


def _as_long(plan: TargetPlan, profile: Profile, calendar: Calendar, span: Span, diagnostics: Diagnostics) -> bool:
    """Whether there is a share for each part of every year or quarter."""
    shape, whole = profile.shape, "quarter" if plan.given == "quarter" else "year"
    shares = shape.quarters or shape.shares
    if not shares and shape.by != "shares":
        return True
    for each in calendar.of_length(whole):
        inside = [q for q in calendar.of_length("quarter") if each.start <= q.start and q.end <= each.end]
        parts, words = (len(inside), "quarters") if shape.quarters else (len(calendar.parts(each)), "periods")
        if parts != len(shares):
            called = f"profile `{profile.name}`" if profile.name else "list"
            message = f"the {whole} `{each.name}` has {parts} {words}, the {called} {len(shares)} shares"
            related = ((profile.span, "the profile"),) if profile.name else ()
            help = f"it needs a share for each of the {words} of every {whole} of the calendar"
            diagnostics.error("W103", message, span, help=help, related=related)
            return False
    return True


def _columns_fit(plan: TargetPlan, rows: WrittenRows, source: Source, diagnostics: Diagnostics) -> bool:
    """The source has who, when and how much, and the amount is in the target's unit."""
    fits = True
    for name, dtype in ((rows.by.text, "text"), (plan.given, "text"), ("amount", plan.unit.dtype)):
        column = source.column(name)
        if column is None:
            message = f"targets given per {plan.given} need a column `{name}`, which `{source.name}` does not have"
            diagnostics.error(
                "W102", message, rows.source.span, help=column_help(source, name),
                related=((source.span, "the source"),),
            )  # fmt: skip
        elif column.type.dtype != dtype or (dtype == "money" and column.type.required() != plan.unit.required()):
            wanted = plan.unit.required() if name == "amount" else dtype
            diagnostics.error(
                "T009", f"`{name}` of `{source.name}` is {column.type.required()}; this target needs {wanted}",
                rows.source.span, help="declare both with one type", related=((column.span, "the column"),),
            )  # fmt: skip
        else:
            continue
        fits = False
    if fits and rows.by.text == "participant" and source.time != plan.given:
        column = source.column(source.time)
        message = f"`{plan.name}` is given per {plan.given}, and rows of `{source.name}` also have a `{source.time}`"
        help = f"leave the column `{source.time}` out: there is one row for each participant and {plan.given}"
        related = ((column.span, "the column"),) if column is not None else ()
        diagnostics.error("W112", message, rows.source.span, help=help, related=related)
        return False
    return fits
