"""`exceptions:` of a komisi.yaml that fits its schema → `Handling`, its names not yet held against codes, plans and sources."""

from engine.core.unseen import SHOWN
from engine.load.fields import Fields
from engine.load.yaml_node import Scalar
from engine.plan.choice import Stated
from engine.plan.handling import Handling, Owner, Waiver

NUMBERED = str.maketrans(SHOWN)
COLUMNS = ("code", "participant", "key", "source", "file", "record", "plan", "part", "period")
"""What a waiver may say of the rows that it is for, as the log calls it."""


def build_handling(fields: Fields | None) -> Handling:
    """Owners, severities and waivers in written order; nothing where the section is absent."""
    if fields is None:
        return Handling()
    severities = [(key, value.text) for key, value in fields.entries("severities") if isinstance(value, Scalar)]
    return Handling(
        tuple(_owner(Fields(item, fields.diagnostics)) for item in fields.items("owners")),
        {key.text: severity for key, severity in severities},
        tuple(_waiver(Fields(item, fields.diagnostics)) for item in fields.items("waivers")),
        {key.text: key.span for key, _ in severities},
    )


def handling_stated(fields: Fields | None) -> Stated | None:
    """The notes beside the section and beside what stands in it; a waiver's reason is told of the rows that it waives."""
    if fields is None:
        return None
    owners, waivers = (
        [Fields(item, fields.diagnostics) for item in fields.items(key)] for key in ("owners", "waivers")
    )
    said = [waiver.text("note") for waiver in waivers if "note" in waiver]
    notes = [fields.note, *(owner.note for owner in owners), *said]
    return Stated("exceptions", fields.key_span, "; ".join(note for note in notes if note) or None)


def _owner(fields: Fields) -> Owner:
    parts = [fields.names(key) for key in ("codes", "sources", "plans")]
    codes, sources, plans = (tuple(name.text for name in part) for part in parts)
    return Owner(
        fields.text("owner"), codes, sources, plans, fields.span("owner"), tuple(n for part in parts for n in part)
    )


def _waiver(fields: Fields) -> Waiver:
    said = [(name, fields.text(name).translate(NUMBERED)) for name in COLUMNS if name in fields]
    return Waiver(
        where=tuple(said),
        every_row="applies_to" in fields,
        name=fields.text("name"),
        reason=fields.text("reason"),
        until=fields.text("until"),
        span=fields.span_of_key("code"),
        approved=fields.maybe_day("approved"),
        named={name: fields.span(name) for name in (*COLUMNS, "until", "applies_to") if name in fields},
    )
