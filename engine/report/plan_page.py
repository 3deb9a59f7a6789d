"""A plan read back: its sentences, tables, policies, worked figures and pay curves as one page, in the order of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.core.money import plain
from engine.plan.choice import Choice
from engine.plan.resolved import Component, LookUp, Plan, ResolvedWorkspace
from engine.report.curve import Bound, Curve, NoCurve, Point
from engine.report.curve_axis import amount_text, axis_title, pay_text, pay_title, share_text
from engine.report.curve_jump import jump_sizes
from engine.report.curve_text import drawn
from engine.report.document import Grid, Part, Picture, Section, place
from engine.report.plan_words.accumulation import with_title
from engine.report.plan_words.component import component_sentences, stated_sentences
from engine.report.plan_words.credit import credit_sentences
from engine.report.plan_words.look_up import look_up_rows, look_up_sentences
from engine.report.plan_words.measure import measure_sentences
from engine.report.plan_words.modifier import modifier_sentences
from engine.report.plan_words.number import listed
from engine.report.plan_words.plan import plan_sentences, variable_sentences
from engine.report.plan_words.policy import InEffect, policies
from engine.report.plan_words.rate_table import table_sentences, tier_words
from engine.report.plan_words.sentence import Sentence
from engine.report.plan_words.target import target_sentence

Curves = Sequence[Curve | NoCurve]


def plan_page(workspace: ResolvedWorkspace, plan: Plan, curves: Curves, ascii_only: bool) -> list[Section]:
    """The whole page."""
    by_name = {curve.component: curve for curve in curves}
    targets = [workspace.targets[name] for name in _targets(plan)]
    variables = [plan.variables[name] for name in sorted(plan.variables)]
    values = [*(target_sentence(t, workspace.calendar.shortest) for t in targets),
              *(sentence for v in variables for sentence in variable_sentences(v, plan.digits))]  # fmt: skip
    return [
        Section(f"The plan {plan.name}", 1, tuple(plan_sentences(plan)), plan.span),
        *([Section("What counts for you", 2, ())] if plan.rules else []),
        *(Section(rule.name, 3, tuple(credit_sentences(plan, rule)), rule.span) for rule in plan.rules),
        *_optional("What is measured", list(measure_sentences(plan.measures, plan.digits, with_title(plan)))),
        *_optional("What is yours", values),
        *(_look_up(plan, table) for _, table in sorted(plan.look_ups.items())),
        Section("What you are paid", 2, ()),
        *(_component(workspace, plan, component, by_name[component.name], ascii_only) for component in plan.components),
        Section("The choices behind it", 2, tuple(_policies(workspace, plan))),
    ]


def _optional(title: str, parts: Sequence[Part]) -> list[Section]:
    return [Section(title, 2, tuple(parts))] if parts else []


def _targets(plan: Plan) -> list[str]:
    """Targets that the plan reads, in the order of their first use."""
    return list(dict.fromkeys(against.target for against in plan.againsts()))


def _look_up(plan: Plan, table: LookUp) -> Section:
    names, rows = look_up_rows(table, plan.digits)
    grid = Grid("rows", names, rows, frozenset({len(table.dimensions)}))
    return Section(table.name, 3, (*look_up_sentences(table, plan.digits), grid), table.span)


def _component(
    workspace: ResolvedWorkspace, plan: Plan, component: Component, curve: Curve | NoCurve, ascii_only: bool
) -> Section:
    tiers = _tiers(workspace.currencies, plan, component)
    parts = (
        *component_sentences(plan, component), *table_sentences(plan, component), *tiers,
        *modifier_sentences(plan, component), *stated_sentences(component, jump_sizes(curve)), *curve_parts(curve, ascii_only),
    )  # fmt: skip
    return Section(component.name, 3, parts, component.span)


def _tiers(currencies: Mapping[str, int], plan: Plan, component: Component) -> Iterable[Grid]:
    rows = tier_words(plan, component, currencies)
    if not rows:
        return
    points = component.table.mode == "interpolated"
    cells = [(row.lower, row.upper, row.pays, row.sentence.note or "") for row in rows]
    noted = any(note for *_, note in cells)
    ends = any(upper for _, upper, _, _ in cells)
    keep = [0, *([1] if ends else []), 2, *([3] if noted else [])]
    names = ("at" if points else "from", "to", component.table.gives, "note")
    shown = tuple(tuple(cell[i] for i in keep) for cell in cells)
    columns = tuple(names[i] for i in keep)
    yield Grid(
        "points" if points else "tiers",
        columns,
        shown,
        frozenset(n for n, name in enumerate(columns) if name != "note"),
    )


def curve_parts(curve: Curve | NoCurve, ascii_only: bool) -> Iterable[Part]:
    """Worked figures, the picture, and what both take for granted."""
    if isinstance(curve, NoCurve):
        yield Sentence(f"There are no worked figures: {curve.why}.")
        return
    if curve.nothing:
        yield Sentence(curve.nothing)
        yield from _following(curve)
        return
    yield Sentence(f"Worked figures: {_worked(curve)}")
    yield from (Sentence(text) for text in curve.assumed)
    yield _figures(curve)
    yield from _following(curve)
    if any(point.pays for point in curve.points):
        yield Picture(drawn(curve, ascii_only), curve_data(curve))
    else:
        yield Sentence("It pays nothing at any of these values, so there is no picture.")


def _worked(curve: Curve) -> str:
    axis = curve.axis
    if axis.target is None:
        if curve.bounds:
            return (
                f"at the bounds of the table, and a unit beside each where pay goes in steps, over {axis_title(curve)}."
            )
        return f"over {axis_title(curve)}, {amount_text(axis, curve.example)} being a round example."
    whose = "an example target" if axis.whose == "an example" else f"the target of {axis.whose}"
    each = f", in each {axis.each}" if axis.each else ""
    return f"100 % is {whose} of {amount_text(axis, axis.target)} for {axis.period.name}{each}."


BESIDE = {-1: "under ", 1: "over "}


def _figures(curve: Curve) -> Grid:
    """The figures as a table."""
    axis, target = curve.axis, curve.axis.target
    shares = ("of target",) if target is not None else ()
    rows = tuple(
        (
            *((f"{BESIDE.get(point.beside, '')}{share_text(point.at)}",) if target is not None else ()),
            amount_text(axis, point.value),
            pay_text(curve, point),
        )
        for point in curve.figures
    )
    columns = (*shares, axis.varies, pay_title(curve))
    return Grid("figures", columns, rows, frozenset(range(len(columns))))


def _following(curve: Curve) -> Iterable[Part]:
    """What an interval pays after what the reader says came before."""
    following, axis = curve.following, curve.axis
    if following is None:
        return
    so_far = amount_text(axis, following.so_far)
    yield Sentence(
        f"After {so_far} so far, which came in {following.before.name}, {following.interval.name} by itself pays:"
    )
    rows = tuple((amount_text(axis, p.value), amount_text(axis, p.at), pay_text(curve, p)) for p in following.points)
    columns = (
        f"{axis.varies} in {following.interval.name}",
        "in all",
        f"pay of {following.interval.name} ({curve.currency})",
    )
    yield Grid("after", columns, rows, frozenset(range(len(columns))))


def curve_data(curve: Curve) -> dict[str, object]:
    """The curve as data: decimals are plain texts."""
    axis = curve.axis
    return {
        "curve": curve.component, "over": axis_title(curve), "pays": pay_title(curve),
        "target": _plain(axis.target), "target_of": axis.whose if axis.target is not None else None,
        "bounds": [_bound_data(bound) for bound in curve.bounds], "points": [_point_data(p) for p in curve.points],
        "assumed": list(curve.assumed),
    }  # fmt: skip


def _bound_data(bound: Bound) -> dict[str, object]:
    around = {"below": bound.below, "on": bound.on, "above": bound.above}
    return {"at": plain(bound.at), "of": bound.of, "jumps": bound.jumps} | {
        n: _point_data(p) for n, p in around.items()
    }


def _point_data(point: Point) -> dict[str, str | None]:
    return {"value": plain(point.value), "pays": _plain(point.pays), "cause": point.cause or None}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _policies(workspace: ResolvedWorkspace, plan: Plan) -> Iterable[Sentence]:
    """Every policy in effect with the place that decides it, what it means, and for what: once where it stands once."""
    found: dict[Choice, list[InEffect]] = {}
    for policy in policies(workspace, plan):
        found.setdefault(policy.choice, []).append(policy)
    for choice, same in found.items():
        where = listed(list(dict.fromkeys(policy.of for policy in same)))
        text = f"`{same[0].policy}: {choice.value}` for {where}, said at {place(choice.span)}: {same[0].meaning}."
        yield Sentence(text, choice.span, choice.note)
