"""A page as one HTML file: no script, nothing from elsewhere, a picture of who wins and who loses."""

from decimal import Decimal
from html import escape
from typing import Any

import polars as pl

from engine.trial.diff.difference import Difference
from engine.trial.diff.page import Page, Sheet
from engine.trial.diff.words import amount, count

HALF, HEIGHT, LEFT = 260, 26, 60
"""The picture's units: the longest bar to one side, a line, the room for a currency."""
STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#222;background:#fff}"
    "table{border-collapse:collapse;margin:.4em 0 1em}th,td{padding:.15em .7em;text-align:left;vertical-align:top}"
    "th{border-bottom:2px solid #888}td{border-bottom:1px solid #ddd}.r{text-align:right;white-space:nowrap}"
    "h1{font-size:1.3em}h2{font-size:1.05em;margin-top:1.6em}.verdict{font-weight:600}"
)


def html(page: Page, found: Difference) -> str:
    """The whole file."""
    notes = "".join(f"<li>{escape(note)}</li>" for note in page.notes)
    body = [
        f"<h1>{escape(page.title)}</h1>",
        f'<p class="verdict">{escape(page.verdict)}</p>',
        f"<ul>{notes}</ul>" if notes else "",
        _picture(found),
        *map(_sheet, page.sheets),
    ]
    head = f'<meta charset="utf-8"><title>{escape(page.title)}</title><style>{STYLE}</style>'
    said = "\n".join(part for part in body if part)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{said}\n</body></html>'


def _sheet(sheet: Sheet) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        marked = [(' class="r"' if i in sheet.right else "", escape(cell)) for i, cell in enumerate(row)]
        return f"<tr>{''.join(f'<{tag}{mark}>{cell}</{tag}>' for mark, cell in marked)}</tr>"

    rows = "\n".join(cells(row, "td") for row in sheet.rows)
    below = "".join(f"<p>{escape(line)}</p>" for line in sheet.below)
    return f"<h2>{escape(sheet.title)}</h2>\n<table>{cells(sheet.head, 'th')}\n{rows}</table>{below}"


def _picture(found: Difference) -> str:
    """A line per currency: what is lost to the left, what is won to the right, each currency in its own measure."""
    sums = found.sums().filter((pl.col("winners") > 0) | (pl.col("losers") > 0)).to_dicts()
    if not sums:
        return ""
    lines = "".join(_bars(row, i * HEIGHT, found) for i, row in enumerate(sums))
    width, height = LEFT + 2 * HALF, len(sums) * HEIGHT
    axis = f'<line x1="{LEFT + HALF}" x2="{LEFT + HALF}" y1="0" y2="{height}" stroke="#888"/>'
    label = "losers to the left, winners to the right"
    return f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" font-size="12">{lines}{axis}</svg>'


def _bars(row: dict[str, Any], top: int, found: Difference) -> str:
    middle, most = LEFT + HALF, max(row["won"], -row["lost"])
    lost, won = (_length(abs(row[name]), most) for name in ("lost", "won"))
    said = [
        f"{count(row[who], who[:-1])} {amount(row[money], row['currency'], found.digits, True)}"
        for who, money in (("losers", "lost"), ("winners", "won"))
    ]
    base = top + 17
    return (
        f'<text x="0" y="{base}">{escape(row["currency"])}</text>'
        f'<rect x="{middle - lost}" y="{top + 3}" width="{lost}" height="{HEIGHT - 6}" fill="#e8a39a"/>'
        f'<rect x="{middle}" y="{top + 3}" width="{won}" height="{HEIGHT - 6}" fill="#9fd3a8"/>'
        f'<text x="{middle - 6}" y="{base}" text-anchor="end">{escape(said[0])}</text>'
        f'<text x="{middle + 6}" y="{base}">{escape(said[1])}</text>'
    )


def _length(value: Decimal, most: Decimal) -> int:
    return int(value * HALF / most)
