"""Figures and edits of a comparison as people read them."""

from decimal import Decimal

from engine.core.diagnostic import brief
from engine.core.money import plain
from engine.trial.diff.difference import Step
from engine.trial.diff.edits import Edit
from engine.trial.diff.place import Place


def amount(value: Decimal, currency: str, digits: dict[str, int], sign: bool = False) -> str:
    """`1,234.50 SGD`: every digit there is, and at least those of the currency; with `sign` also a plus."""
    exact = plain(value)
    places = max(digits.get(currency, 2), len(exact.partition(".")[2]))
    return f"{Decimal(exact):{'+' if sign and value else ''},.{places}f} {currency}"


def count(number: int, noun: str) -> str:
    """`1 edit`, `2 edits`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def visible(text: object, width: int = 120) -> str:
    """A text from data or plans, fit to be printed."""
    return brief(str(text), width)


def where(place: Place) -> str:
    """`salesman/comp.yaml:37`."""
    return f"{visible(place.file)}:{place.line}"


def what(place: Place) -> str:
    """What an edit does at a place: `components.commission.rate.tiers[2].rate: 1.0% → 1.2%`."""
    before, after = (visible(said) if said is not None else "" for said in (place.before, place.after))
    path = visible(place.path) or ("comment" if place.kind == "comment" else "")
    match place.kind:
        case "changed":
            return f"{path}: {before or 'nothing'} → {after or 'nothing'}" if path else "the whole file"
        case "added" | "removed" if not path:
            return f"file {place.kind}"
        case "added":
            return f"{path} added: {after}"
        case "removed":
            return f"{path} removed: {before}"
        case "renamed":
            return f"{path or 'file'} renamed: {before} → {after}"
        case "reordered":
            return f"{path or 'the file'} reordered: {after}"
        case "moved":
            return f"{path} moved here: {after}"
        case "comment":
            return f"comment: {before or 'none'} → {after or 'none'}"
        case _:
            return "layout only"


def label(step: Step) -> str:
    """What contributions call a step: the numbers of its edits."""
    return "+".join(str(edit.number) for edit in step.edits)


def step_of(edit: Edit, steps: tuple[Step, ...]) -> Step | None:
    """The step that switched an edit on; comments have none."""
    return next((step for step in steps if edit in step.edits), None)
