"""A listing of the exception log as a page for a terminal: how many of what, what to do, and the rows with most at stake.

It reads as well with thirty thousand rows as with three: the first groups are shown, and the first rows of each; what is left
off is said, and how to see it.
"""

import shlex
from collections.abc import Iterator
from typing import Any

import polars as pl

from engine.core.codes import CODES
from engine.core.exception_codes import HOLDS_NOBODY, OPEN, SEVERITIES, WAIVED
from engine.report.document import Grid, Part, Section
from engine.report.log_listing import GONE, NEW, NOBODY, PAST, STILL, Listing, at_stake
from engine.report.plan_words.sentence import Sentence
from engine.report.words import counted, money_text

BY = ("code", "owner", "participant", "source")
GROUPS = 20
"""How many groups of a part are shown, unless all rows are asked for."""
WIDE = 48
"""Characters of a cell."""
COLUMNS = ("where", "key", "rule or component", "participant", "period", "at stake", "what")
Rows = list[dict[str, Any]]


def page(found: Listing, by: str, limit: int | None) -> list[Section]:
    """The page; of each group `limit` rows, or all of all groups."""
    return [_head(found, by), *_parts(found, by, limit)]


def _head(found: Listing, by: str) -> Section:
    run, parts = found.run, list[Part]([Sentence(_counts(found))])
    if found.before is not None:
        parts.append(Sentence(_news(found)))
    if found.now.height:
        parts.append(_summary(found, by))
    known = f" · as known on {run.as_of}" if run.as_of else ""
    return Section(f"{run.workspace} · {run.period}{known} · run {run.id}", 2, tuple(parts))


def _counts(found: Listing) -> str:
    rows = found.now
    if rows.height == 0:
        return "no exceptions"
    open_ones = rows.filter(pl.col("state") == OPEN)
    notices = open_ones.filter(pl.col("severity") == "notice").height
    warnings = open_ones.height - found.blocking - notices
    said = [(found.blocking, "stop a payment"), (warnings, "to look at"), (notices, "that ask for nothing")]
    said.append((rows.height - open_ones.height, "waived"))
    return f"{counted(rows.height, 'exception')}: " + ", ".join(f"{number:,} {what}" for number, what in said if number)


def _news(found: Listing) -> str:
    assert found.before is not None
    number = {news: found.news.get(news, 0) for news in (NEW, STILL, GONE, PAST)}
    past = f"; {number[PAST]:,} warned of {found.before.period}, which is not paid here" if number[PAST] else ""
    since = f"since run {found.before.id} of {found.before.period}"
    return (
        f"{since}: {number[NEW]:,} new, {number[STILL]:,} still open, {number[GONE]:,} gone (mended, or waived){past}"
    )


# ------------------------------------------------------------------------------------------------------- the summary


def summed(found: Listing, by: str) -> Rows:
    """By group: how many rows are open and waived, the worst severity of what is open, money at stake by currency, the codes."""
    rows = found.now.with_columns(pl.col(by).fill_null(NOBODY).alias("group"))
    rank = pl.col("severity").replace_strict({s: n for n, s in enumerate(SEVERITIES)}, return_dtype=pl.Int64)
    is_open = pl.col("state") == OPEN
    groups = rows.group_by("group", maintain_order=True).agg(
        is_open.sum().alias("open"),
        (~is_open).sum().alias("waived"),
        (is_open & ~pl.col("severity").is_in(HOLDS_NOBODY)).sum().alias("blocking"),
        rank.filter(is_open).min().alias("rank"),
        pl.col("code").unique().sort().alias("codes"),
        pl.col("owner").drop_nulls().unique().sort().alias("owners"),
    )
    money = at_stake(rows, ["group"])
    stakes: dict[str, list[tuple[str | None, Any]]] = {}
    for group, currency, amount in money.sort("group", "currency").iter_rows():
        stakes.setdefault(group, []).append((currency, amount))
    ordered = groups.sort(
        "rank", pl.col("blocking"), "open", "group", descending=[False, True, True, False], nulls_last=True
    )
    shown = groups.sort("rank", "group", nulls_last=True) if by == "code" else ordered
    return [
        {
            "group": row["group"], "open": row["open"], "waived": row["waived"], "codes": row["codes"], "owners": row["owners"],
            "severity": WAIVED if row["rank"] is None else SEVERITIES[row["rank"]], "at_stake": stakes.get(row["group"], []),
        }
        for row in shown.to_dicts()
    ]  # fmt: skip


def _summary(found: Listing, by: str) -> Grid:
    groups = summed(found, by)
    rows: list[tuple[str, ...]] = [_group_row(group, by, found) for group in groups[:GROUPS]]
    if len(groups) > GROUPS:
        rows.append(("", f"… {len(groups) - GROUPS:,} more", "", "", "", ""))
    columns: tuple[str, ...] = ("at worst", by, "open", "waived", "at stake", "owner" if by == "code" else "codes")
    if by == "code":
        columns, rows = (*columns, "what"), [(*row, CODES[row[1]].title if row[1] in CODES else "") for row in rows]
    return Grid("summary", columns, tuple(rows), frozenset({2, 3, 4}))


def _group_row(group: dict[str, Any], by: str, found: Listing) -> tuple[str, ...]:
    last = ", ".join(group["owners"] if by == "code" else group["codes"])
    name = _short(group["group"])
    return (_words(group["severity"]), name, *(f"{group[n]:,}" if group[n] else "" for n in ("open", "waived")),
            _stakes(group["at_stake"], found), last)  # fmt: skip


def _stakes(sums: list[tuple[str | None, Any]], found: Listing) -> str:
    return " + ".join(money_text(amount, currency, dict(found.run.digits)) for currency, amount in sums if currency)


# ---------------------------------------------------------------------------------------------------------- the rows


def _parts(found: Listing, by: str, limit: int | None) -> Iterator[Section]:
    """Open rows (new, then known ones), waived ones, and those that are gone."""
    rows, is_open = found.rows, pl.col("state") == OPEN
    if found.before is None:
        parts = [("Open", rows.filter(is_open))]
    else:
        parts = [(news.capitalize(), rows.filter(is_open & (pl.col("news") == news))) for news in (NEW, STILL)]
    parts.append(("Waived", found.now.filter(~is_open)))
    parts.append(("Gone", rows.filter(pl.col("news") == GONE)))
    for title, chosen in parts:
        if chosen.height:
            yield Section(f"{title}: {chosen.height:,}", 1, ())
            yield from _groups(found, chosen, by, limit, title)


def _groups(found: Listing, rows: pl.DataFrame, by: str, limit: int | None, title: str) -> Iterator[Section]:
    key = pl.col(by).fill_null(NOBODY)
    order = [
        row["group"]
        for row in summed(Listing(found.run, None, rows.with_columns(news=pl.lit(None, pl.String)), {}), by)
    ]
    shown = order if limit is None else order[:GROUPS]
    parts = {
        name[0]: part for name, part in rows.with_columns(key.alias("group")).group_by("group", maintain_order=True)
    }
    for name in shown:
        yield _group(found, parts[name], by, name, limit, title)
    if len(order) > len(shown):
        yield Section(
            f"… {counted(len(order) - len(shown), f'more {by}')}: --limit 0 lists them, --out FILE.xlsx writes them",
            2,
            (),
        )


def what_to_do(rows: pl.DataFrame, code: str) -> str:
    """What the log says about the first row of a code, the most severe one: another thing where the workspace raises it."""
    return str(rows.filter(code=code).item(0, "help"))


def _group(found: Listing, rows: pl.DataFrame, by: str, name: str, limit: int | None, title: str) -> Section:
    """The rows of a group under what they have in common, and what to do about them."""
    few = rows if limit is None else rows.head(limit)
    codes = sorted(set(few["code"].to_list())) if by != "code" else [name]
    said = [Sentence(("" if by == "code" else f"{c} {CODES[c].title}. ") + what_to_do(few, c)) for c in codes]
    waivers = few["waived_by"].drop_nulls().unique().sort().to_list()
    if title in ("Waived", "Gone"):
        said = [Sentence(f"waived by {waivers[0]}")] if len(waivers) == 1 else []
    left = rows.height - few.height
    more = [Sentence(f"{left:,} more: {_only(by, name)} --limit 0")] if left else []
    owners = ", ".join(rows["owner"].drop_nulls().unique().sort().to_list()) if by == "code" else ""
    called = f"{name} {CODES[name].title}" if by == "code" else f"{by} {_short(name)}"
    head = " · ".join(part for part in (called, f"{rows.height:,}", owners) if part)
    return Section(head, 3, (*said, _grid(few.to_dicts(), by, found, len(waivers) > 1), *more))


def _only(by: str, name: str) -> str:
    """What is asked for to see a group, by itself where that can be."""
    said = {"code": f"--code {name}", "owner": f"--by owner --owner {shlex.quote(name)}"}
    return said.get(by, f"--by {by}")


def _grid(rows: Rows, by: str, found: Listing, waivers: bool) -> Grid:
    """Only the columns that say something."""
    cells = [_cells(row, by, found, waivers) for row in rows]
    kept = [n for n, _ in enumerate(COLUMNS) if any(row[n] for row in cells)]
    if by == "participant":
        kept = [n for n in kept if COLUMNS[n] != by]
    return Grid(
        "rows", tuple(COLUMNS[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in cells),
        frozenset(i for i, n in enumerate(kept) if COLUMNS[n] == "at stake"),
    )  # fmt: skip


def _cells(row: dict[str, Any], by: str, found: Listing, waivers: bool) -> tuple[str, ...]:
    place = row["file"] or row["source"] or ""
    place = f"{place}:{row['row']}" if row["row"] is not None else place
    of = " / ".join(part for part in (row["plan"], row["part"]) if part)
    code = row["code"]
    message = (
        "" if row["message"] == CODES[code].title else row["message"].removeprefix(CODES[code].title).lstrip(" :;")
    )
    what = [
        *([code] if by != "code" else []),
        message,
        f"waived by {row['waived_by']}" if waivers and row["waived_by"] else "",
    ]
    stake = money_text(row["at_stake"], row["currency"], dict(found.run.digits))
    texts = (place, row["key"] or "", of, row["participant"] or "", row["period"] or "", stake)
    return (*(_short(text) for text in texts), " · ".join(part for part in what if part)[:300])


def _short(text: str) -> str:
    """A cell that a long path or id does not stretch: its end says more than its beginning."""
    return text if len(text) <= WIDE else f"…{text[1 - WIDE :]}"


def _words(severity: str) -> str:
    return severity.replace("_", " ")
