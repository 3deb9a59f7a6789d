"""`generations:` of a roll-up or of what was earned below → `Generations`. In: a mapping that fits its schema."""

from engine.load.fields import Fields
from engine.plan.choice import Stated
from engine.plan.group import Generations


def build_generations(fields: Fields | None, level: str) -> Generations | None:
    """Which managers take a level; None where it is not said."""
    if fields is None:
        return None
    titles = fields.texts("title")
    words = f"generations: of {', '.join(titles)}"
    return Generations(
        titles=titles,
        within=fields.integer("within"),
        beyond=fields.choices(("beyond",), level)["beyond"],
        stated=Stated(words, fields.key_span, fields.note),
        titles_span=fields.span("title"),
        within_span=fields.span("within"),
    )
