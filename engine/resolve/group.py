"""Groups: that they can be told, that what is measured of one is one value for all members, and that a pool is one for all.

In: a plan as written, its variables, the targets. Out: diagnostics; which measures and items are of groups.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.carry_forward import CarryForward
from engine.plan.choice import Choice
from engine.plan.formula import Formula
from engine.plan.group import EVERYONE
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Variable, Workspace
from engine.resolve.names_in import names_in
from engine.resolve.places import look_ups_in, of_step, of_tiers, parts_of, selected_measure, through
from engine.resolve.rank import check_prizes, check_rank
from engine.resolve.references import find_column


def asked_of_roster(plan: written.CompPlan) -> tuple[Span, str] | None:
    """The first place that reads a participant's group off the roster, and what is read there."""
    names = [measure.within for measure in plan.measures if measure.within is not None]
    names += [step.within for c in plan.components for step in c.steps if isinstance(step, written.ShareOut)]
    return next(((name.span, name.text) for name in names if name.text != EVERYONE), None)


def check_groups(
    workspace: Workspace,
    plan: written.CompPlan,
    variables: Mapping[str, Variable],
    segments: Choice,
    digits: int,
    diagnostics: Diagnostics,
) -> None:
    """Everything that a plan says of groups."""
    people = next((source for source in workspace.sources.values() if source.role == "participants"), None)
    shares = [(c, step) for c in plan.components for step in c.steps if isinstance(step, written.ShareOut)]
    names = [m.within for m in plan.measures if m.within is not None] + [step.within for _, step in shares]
    unknown = [
        name
        for name in names
        if people is not None and name.text != EVERYONE and find_column(name, people, diagnostics, "text") is None
    ]
    named = {measure.name: measure for measure in plan.measures}
    for measure in plan.measures:
        _check_measure(measure, named, diagnostics)
        if measure.aggregate == "rank":
            check_rank(measure, named, segments, diagnostics)
    for component in plan.components:
        check_prizes(component, named.get(selected_measure(plan, component) or ""), digits, diagnostics)
    targets = {target.name: target for target in workspace.targets}
    slips = {name.text for name in unknown}
    for against, measure in _held_against(plan, named):
        if measure.of_group not in slips:  # told as a name; which target fits it is not known
            _check_target(measure, against, targets.get(against.text), diagnostics)
    for component, step in shares if not unknown else ():
        _check_pool(plan, component, step, named, variables, diagnostics)


def _check_measure(measure: written.Measure, named: Mapping[str, written.Measure], diagnostics: Diagnostics) -> None:
    """A total is of what adds up; and who is in a group now was in another a year ago."""
    parts = [named[part.text] for part in measure.parts if part.text in named]
    if measure.aggregate == "total":
        for part in parts:
            of = (
                [named[each.text] for each in part.parts if each.text in named]
                if part.aggregate == "previous"
                else [part]
            )
            then = part.aggregate == "previous" and part.accumulation is not None
            if any(not each.adds_members for each in of) or then:
                has = f"an earlier one of the {part.accumulation} to date" if then else part.words
                diagnostics.error(
                    "M222", f"`{measure.name}` adds up members' `{part.name}`, which is {has}", measure.parts[0].span,
                    help=_what_adds_up(part)
                    if not then else "read each member's own: who was in the group when it ended is not asked"
                    if part.held else "look back at a measure over the `period`, and add that up",
                    related=((part.span, "the measure"),),
                )  # fmt: skip
    elif measure.aggregate == "previous":
        for part in parts:
            if any(each.within is not None for each in parts_of(part.name, named)):
                diagnostics.error(
                    "M223", f"`{part.name}` is of a group, and its members were others then", measure.parts[0].span,
                    help="read the members' own measure of the earlier period, and add that up",
                    related=((part.span, "the measure"),),
                )  # fmt: skip


def _what_adds_up(part: written.Measure) -> str:
    """What to name instead of a measure that members can't add up."""
    if part.each is not None:
        return f"name one without `each`: one `{part.each.by.text}` of two members would count up to the limit twice"
    if part.formula is not None:
        return "make a `total` of each measure in it, and write the formula of those totals"
    return "name a sum or a count; of a ratio divide the group's totals"


def within_of(measure: written.Measure, named: Mapping[str, written.Measure]) -> frozenset[str] | None:
    """The groups for whose members it is one value; None where each member has an own one."""
    if measure.within is not None and measure.aggregate != "rank":
        return frozenset({measure.within.text})
    if measure.aggregate not in ("ratio", "difference", "attainment", "formula") or measure.varies:
        return None
    parts = [named[part.text] for part in measure.parts if part.text in named and part.text != measure.name]
    sides = [within_of(part, {n: m for n, m in named.items() if n != measure.name}) for part in parts]
    known = [side for side in sides if side is not None]
    return frozenset().union(*known) if known and len(known) == len(sides) else None


def _held_against(
    plan: written.CompPlan, named: Mapping[str, written.Measure]
) -> Iterator[tuple[written.Name, written.Measure]]:
    """Every target of the plan with the measure that is held against it."""
    places: list[tuple[written.Name | None, str | None]] = []
    for component in plan.components:
        places.append((component.rate.against, selected_measure(plan, component)))
        gates = [step for step in component.steps if isinstance(step, written.Gate)]
        places += [(gate.against, None if gate.measure is None else gate.measure.text) for gate in gates]
    places += [(m.against, part.text) for m in plan.measures for part in m.parts if m.aggregate == "attainment"]
    for target, name in places:
        if target is not None and name is not None and name in named:
            yield target, named[name]


def _check_target(
    measure: written.Measure,
    against: written.Name,
    target: TargetPlan | None,
    diagnostics: Diagnostics,
) -> None:
    """What a group has is held against a target of that group, whole: a member's own, or part of one, is another thing."""
    group = measure.of_group
    if group is None or target is None:
        return
    given = [rows.by.text for rows in target.sources] == [group] and target.everybody is None
    if target.prorate != "none" or not given or target.ramp is not None:
        how = "grows with each member's time" if given else f"is not given by `{group}`"
        how = "has a number for everybody" if target.everybody is not None else how
        how = "is prorated by each member's days" if target.prorate != "none" else how
        diagnostics.error(
            "M224", f"`{measure.name}` is of a group, but the target `{target.name}` {how}", against.span,
            help=f"give the target by `{group}`, with `prorate: none` and without a `ramp`"
            if group != EVERYONE else "give everybody one attribute (a column of the roster), and the total and the target by it",
            related=((measure.span, "the measure"), (target.span, "the target")),
        )  # fmt: skip


def _check_pool(
    plan: written.CompPlan,
    component: written.Component,
    step: written.ShareOut,
    named: Mapping[str, written.Measure],
    variables: Mapping[str, Variable],
    diagnostics: Diagnostics,
) -> None:
    """What stands before the item is one amount for the group, whoever is asked."""
    base = None if component.base is None else named.get(component.base.text)
    if component.basis == "credit" or (component.basis == "to_date" and (base is None or base.of_group is None)):
        diagnostics.error(
            "M225", f"a pool is of one period, but `{component.name}` is calculated "
            f"{'for each credit' if component.basis == 'credit' else 'to date'}", component.basis_span,
            help="say `basis: period`, with measures of the group (`total`) as base and `select`",
            related=((step.span, "shared here"),),
        )  # fmt: skip
        return
    first = next(each for each in component.steps if isinstance(each, written.ShareOut))
    if first is not step:
        diagnostics.error(
            "M226", "`share_out` stands here a second time: what is left by then is each member's part", step.span,
            help="make a component of each pool", related=((first.span, "the first one"),),
        )  # fmt: skip
        return
    before = component.steps[: component.steps.index(step)]
    _check_common(plan, component, step, before, named, variables, diagnostics)
    for item, what in _by_days(component, before):
        diagnostics.error(
            "M228", f"{what}, and the pool is one for the group", item,
            help="delete it, or move it after `share_out`; there, `prorate: calendar_days` weighs by days",
            related=((step.span, "shared here"),),
        )  # fmt: skip


def _check_common(
    plan: written.CompPlan,
    component: written.Component,
    step: written.ShareOut,
    before: Iterable[written.Step],
    named: Mapping[str, written.Measure],
    variables: Mapping[str, Variable],
    diagnostics: Diagnostics,
) -> None:
    """Every measure, variable and look-up table that the pool is made of has one value in the group."""
    for table in look_ups_in(plan, _formulas(component, before)):
        for each in table.dimensions:
            if each.attribute not in (None, step.within.text):
                diagnostics.error(
                    "M227", f"the pool is one for each `{step.within.text}`, but `{table.name}` is looked up by each member's "
                    f"`{each.attribute}`", step.span, help="read it after `share_out`, or look it up by the group",
                    related=((each.span, "the dimension"),),
                )  # fmt: skip
    for name, span in _read(plan, component, before):
        measure, variable = named.get(name), variables.get(name)
        groups = None if measure is None else within_of(measure, named)
        if measure is not None and (groups is None or not groups <= {step.within.text, EVERYONE}):
            whose = "each member's own" if groups is None else f"of {' and '.join(f'`{g}`' for g in sorted(groups))}"
            diagnostics.error(
                "M227", f"the pool is one for each `{step.within.text}`, but `{name}` is {whose}", span,
                help=f"name a measure of the group, as `{{total: {name}, within: {step.within.text}}}`, or read it after "
                "`share_out`", related=((measure.span, "the measure"), (step.span, "shared here")),
            )  # fmt: skip
        elif variable is not None and variable.varies:
            diagnostics.error(
                "M227", f"the pool is one for each `{step.within.text}`, but `{name}` may differ between its members", span,
                help="read it after `share_out`, or use a variable that has one value for all",
                related=((variable.span, "the variable"), (step.span, "shared here")),
            )  # fmt: skip


def _read(
    plan: written.CompPlan, component: written.Component, before: Iterable[written.Step]
) -> Iterator[tuple[str, Span]]:
    """The names that the pool is made of, each with a place where it is read."""
    found: dict[str, Span] = {}
    if component.base is not None:
        found[component.base.text] = component.base.span
    selected = selected_measure(plan, component)
    if selected is not None and component.rate.select is not None:
        found.setdefault(selected, component.rate.select.span)
    for each in before:
        if isinstance(each, written.Gate) and each.measure is not None:
            found.setdefault(each.measure.text, each.measure.span)
    for formula in through(plan, _formulas(component, before)):
        for name in sorted(names_in(formula)):
            found.setdefault(name, formula.span)
    yield from found.items()


def _formulas(component: written.Component, before: Iterable[written.Step]) -> tuple[Formula, ...]:
    """The formulas that the pool is made of."""
    return (*of_tiers(component), *(formula for each in before for formula in of_step(each)))


def _by_days(component: written.Component, before: Iterable[written.Step]) -> Iterator[tuple[Span, str]]:
    if component.rate.prorate_bounds:
        yield component.rate.span, "`prorate` of the table's bounds counts a member's days"
    for each in before:
        if isinstance(each, written.Prorate):
            yield each.span, "`prorate` counts a member's days"
        elif isinstance(each, written.Limit) and (each.prorate or each.accumulation is not None):
            how = "that is prorated" if each.prorate else f"over the {each.over}"
            yield each.span, f"a {each.kind} {how} counts a member's days"
        elif isinstance(each, CarryForward | written.Budget):
            yield each.span, f"`{each.kind}` is about each member's own amount"
