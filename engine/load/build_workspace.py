"""A komisi.yaml that fits its schema → `Workspace`, still without plans and targets."""

from engine.core.diagnostic import Diagnostics
from engine.load.build_calendar import build_calendar
from engine.load.build_handling import build_handling, handling_stated
from engine.load.build_plan import Sound
from engine.load.build_profile import build_profile
from engine.load.build_source import build_source
from engine.load.build_variable import build_variable
from engine.load.fields import Fields
from engine.load.schema_words import Steps
from engine.load.yaml_node import Node
from engine.plan.choice import POLICIES, Stated
from engine.plan.workspace import Statements, Workspace


def build_workspace(node: Node, root: str, file: str, wrong: set[Steps], diagnostics: Diagnostics) -> Workspace | None:
    """The workspace; None where a part of it does not fit. The other parts are looked at all the same."""
    fields = Fields(node, diagnostics)
    sound = Sound(wrong)
    calendar_fields = fields.within("calendar") if sound("calendar") else None
    calendar = build_calendar(calendar_fields) if calendar_fields else None
    sources = {
        key.text: build_source(key, value, diagnostics)
        for key, value in fields.entries("sources")
        if sound("sources", key.text)
    }
    variables = {
        key.text: build_variable(key, Fields(value, diagnostics, key.span))
        for key, value in fields.entries("variables")
        if sound("variables", key.text)
    }
    profiles = {
        key.text: build_profile(key, value, diagnostics)
        for key, value in fields.entries("profiles")
        if sound("profiles", key.text)
    }
    if wrong or calendar is None:
        return None
    policies = fields.within("policies")
    return Workspace(
        name=fields.text("name"),
        root=root,
        file=file,
        calendar=calendar,
        pay_period=fields.text("pay_period"),
        currencies={
            key.text: Fields(value, diagnostics).integer("digits") for key, value in fields.entries("currencies")
        },
        sources=sources,
        policies=policies.choices(POLICIES, "workspace") if policies else {},
        variables=variables,
        profiles=profiles,
        plans=(),
        targets=(),
        handling=build_handling(fields.within("exceptions")),
        recompute_from=fields.maybe_day("recompute_from"),
        note=fields.note,
        stated=_statements(fields),
        span=fields.span("name"),
    )


def _statements(fields: Fields) -> Statements:
    """What has a note in the file, but stands in no table."""
    calendar = fields.within("calendar")
    assert calendar is not None
    periods = [Fields(item, fields.diagnostics) for item in calendar.items("periods")]
    digits = [(key, Fields(value, fields.diagnostics)) for key, value in fields.entries("currencies")]
    return Statements(
        workspace=Stated(f"workspace {fields.text('name')}", fields.span("name"), fields.note),
        calendar=Stated(f"calendar: {calendar.text('kind')}", calendar.key_span, calendar.note),
        periods={p.text("name"): Stated(f"period {p.text('name')}", p.span("name"), p.note) for p in periods},
        currencies={
            key.text: Stated(f"{key.text} is paid in {inner.integer('digits')} digits", key.span, inner.note)
            for key, inner in digits
        },
        exceptions=handling_stated(fields.within("exceptions")),
    )
