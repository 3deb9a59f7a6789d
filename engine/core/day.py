"""A day as it is written in plans, formulas, sources and commands."""

from datetime import date


def day_of(text: str) -> date | None:
    """The day that a text names, if it is written YYYY-MM-DD and there is such a day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
