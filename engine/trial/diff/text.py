"""A page laid out for a terminal."""

from engine.trial.diff.page import Page, Sheet


def text(page: Page, color: bool) -> str:
    """The page as aligned columns; titles are bold on a terminal."""
    lines = [_bold(page.title, color), page.verdict, *(f"  {note}" for note in page.notes)]
    for sheet in page.sheets:
        lines += ["", _bold(sheet.title, color), *_table(sheet)]
    return "\n".join(lines)


def _table(sheet: Sheet) -> list[str]:
    widths = [max(len(row[i]) for row in (sheet.head, *sheet.rows)) for i in range(len(sheet.head))]
    lines = [
        "  ".join(
            cell.rjust(w) if i in sheet.right else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in (sheet.head, *sheet.rows)
    ]
    return [f"  {line}".rstrip() for line in [*lines, *sheet.below]]


def _bold(said: str, color: bool) -> str:
    return f"\033[1m{said}\033[0m" if color else said
