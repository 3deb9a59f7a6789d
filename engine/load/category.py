"""The column by which target plans tell the rows of a source apart, beside whose they are and when: a product line, a region.

In: sources and target plans. Out: the sources, those of role `targets` with that column, which is then part of their rows' key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Source


def with_categories(
    sources: Mapping[str, Source], targets: Iterable[TargetPlan], diagnostics: Diagnostics
) -> dict[str, Source]:
    """The sources, knowing the column; two target plans that say it otherwise would read each other's rows."""
    first: dict[str, tuple[TargetPlan, Span]] = {}
    for target in targets:
        for rows in target.sources:
            other, span = first.setdefault(rows.source.text, (target, rows.source.span))
            if _column(other) != _column(target):
                message = f"target plans of `{rows.source.text}` tell its rows apart by {_words(other)} and by {_words(target)}"
                diagnostics.error(
                    "M293", message, rows.source.span, related=((span, "the other one"),),
                    help="give each of them the same `categories: {column: …}`, or a source of its own",
                )  # fmt: skip
    return {
        name: replace(source, category=_column(first[name][0]))
        if name in first and source.role == "targets"
        else source
        for name, source in sources.items()
    }


def _column(target: TargetPlan) -> str | None:
    return None if target.category is None else target.category.column.text


def _words(target: TargetPlan) -> str:
    column = _column(target)
    return "no category" if column is None else f"`{column}`"
