"""The summary of a run: payouts by plan, totals by component, exceptions with money at stake, identities, files, what next."""

import shlex
from collections import ChainMap
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.exception_codes import HOLDS_NOBODY, OPEN, SEVERITIES, WAIVED
from engine.core.money import plain
from engine.core.unseen import seen
from engine.report.log_listing import at_stake
from engine.report.other_runs import before_json, before_lines, compare_command, earlier_lines
from engine.report.waiting import waiting
from engine.report.words import bold, counted, money_text

Rows = list[dict[str, Any]]
BLOCKING = 6
"""How many blocking exceptions the summary names."""
OUTCOMES = {"paid": "earned", "zero": "zero", "blocked": "blocked"}
"""What earnings ended as, in the words that are shown: what is earned may be held."""
MESSAGE = 240
"""How much of a message it shows: what was found, and why everybody waits for it."""


def summary_json(
    run: Any, written: Any, as_of: date | None = None, moved: Sequence[Any] = (), before: Any = None
) -> dict[str, Any]:
    """The summary as data; decimals as plain texts."""
    outcome = run.outcome
    return {
        "run": written.id,
        "run_digest": written.run_digest,
        "period": run.period.name,
        "as_of": None if as_of is None else as_of.isoformat(),
        "folder": str(written.folder),
        "existed": written.existed,
        "payouts": [_texts(row) for row in _payouts(outcome.tables["payouts"])],
        "components": [_texts(row) for row in _components(outcome.tables["earnings"])],
        "waiting": [_texts(row) for row in _waiting(run)],
        "exceptions": [_texts(row) for row in _exceptions(outcome.exceptions)],
        "identities": {"checked": len(outcome.identities), "failed": sum(not i.holds for i in outcome.identities)},
        "before": before_json(before),
        "earlier": [
            {"period": each.period, "run": each.run, "otherwise": list(each.what), "plans": list(each.plans)}
            for each in moved
        ],
    }


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _payouts(payouts: pl.DataFrame) -> Rows:
    """Per plan: participants, amount, how much of it can be paid, and how many lines can't."""
    payable = pl.col("status") == "payable"
    grouped = payouts.group_by("plan", "currency").agg(
        pl.col("participant").n_unique().alias("participants"),
        pl.col("amount").sum(),
        pl.col("amount").filter(payable).sum().alias("payable"),
        pl.col("amount").filter(~payable).sum().alias("held"),
        (~payable).sum().alias("held_lines"),
    )
    return grouped.sort("plan").to_dicts()


def _components(earnings: pl.DataFrame) -> Rows:
    """Per component of the pay period: amount, and how many earnings are paid, zero, blocked."""
    due = earnings.filter(pl.col("in_pay_period"))
    counts = [(pl.col("outcome") == word).sum().alias(word) for word in OUTCOMES]
    grouped = due.group_by("plan", "component", "earning_code", "currency").agg(pl.col("earning").sum(), *counts)
    return grouped.sort("plan", "component").to_dicts()


def _exceptions(log: pl.DataFrame) -> Rows:
    """Per code and severity, open or waived: how many, and the money at stake by currency."""
    from engine.core.codes import CODES

    by = ["state", "severity", "code"]
    numbers = log.group_by(*by, "currency").agg(pl.len().alias("rows"))
    stakes = at_stake(log, by)
    rows = (
        numbers.join(stakes, on=[*by, "currency"], how="left", nulls_equal=True)
        .sort(
            "state",
            pl.col("severity").replace_strict(
                {s: i for i, s in enumerate(SEVERITIES)}, default=None, return_dtype=pl.Int64
            ),
            "code",
            "currency",
            nulls_last=True,
        )
        .to_dicts()
    )
    return [{**row, "title": CODES[row["code"]].title} for row in rows]


def summary(
    run: Any, written: Any, color: bool, at: str = "", as_of: date | None = None, trial: bool = False, moved: Sequence[Any] = (),
    before: Any = None,
) -> str:  # fmt: skip
    """The summary as text for a terminal; `at` is what the commands to try next need so as to find the run.

    A `trial` is called by its id there: `latest` is a run of all plans and of all that is known. `before` is the run of
    this period that was the newest until now; `moved` are earlier periods that were run, and whose data is otherwise now.
    """
    known = "" if as_of is None else f" · as known on {as_of}"
    outcome, workspace = run.outcome, run.compiled.workspace
    digits = dict(workspace.currencies)
    payouts = outcome.tables["payouts"]
    people = payouts["participant"].n_unique()
    lines = [
        bold(f"{workspace.name} · {run.period.name}{known}", color)
        + f" · {counted(people, 'participant')} on {_plans(workspace)} · {_read(run.files)}",
        "",
        *_table("Payouts", _payout_lines(_payouts(payouts), digits) or _nobody(run), color),
        *_table("Components", _component_lines(_components(outcome.tables["earnings"]), digits), color),
        *_waiting_lines(_waiting(run), digits, color),
        *_table(
            "Exceptions · money at stake in their rows",
            _exception_lines(_exceptions(_as_shown(outcome.exceptions)), digits),
            color,
        ),
    ]
    lines += _held(outcome.exceptions, payouts, color)
    held = sum(not identity.holds for identity in outcome.identities)
    state = (
        f"{len(outcome.identities)} checked, all hold"
        if not held
        else f"{held} of {len(outcome.identities)} DO NOT HOLD"
    )
    lines += [bold("Identities", color) + f"  {state}", ""]
    lines += before_lines(before, digits, color)
    lines += earlier_lines(moved, color, at)
    lines += _where(run, written, payouts, color, at, trial)
    lines += [f"      {compare_command(run.period.name, at)}"] if before else []
    return "\n".join(lines)


def _waiting(run: Any) -> Rows:
    """Per rule that lets them: transactions that wait for a credit date."""
    outcome = run.outcome
    return waiting(run.compiled.workspace, ChainMap(outcome.inputs, outcome.tables))


def _waiting_lines(rows: Rows, digits: dict[str, int], color: bool) -> list[str]:
    lines: list[tuple[str, ...]] = [
        (f"{row['plan']} / {row['rule']}", money_text(row["value"], row["currency"], digits), f"no `{row['for']}` yet",
         counted(row["rows"], "row"))
        for row in rows
    ]  # fmt: skip
    return _table("Waiting · what they would credit", lines, color) if lines else []


def _read(files: Any) -> str:
    """Rows as often as they were read, files once: a file that two sources read is two readings of one file."""
    names = [file.file for file in files]
    again = sum(names.count(name) > 1 for name in set(names))
    shared = f", {again} of them by several sources" if again else ""
    skipped = sum(file.skipped for file in files)
    less = f", {skipped:,} of them skipped" if skipped else ""
    return f"{sum(file.read for file in files):,} rows read from {counted(len(set(names)), 'file')}{shared}{less}"


def _plans(workspace: Any) -> str:
    """How many plans; their names where only some of the workspace's were asked for."""
    if not workspace.others and not workspace.beside:
        return counted(len(workspace.plans), "plan")
    names = sorted(plan.name for plan in workspace.asked)
    only = f"plan {names[0]} only" if len(names) == 1 else f"plans {', '.join(names)} only"
    beside = ", ".join(sorted(workspace.beside))
    return f"{only} ({beside} calculated for what was earned, and not paid)" if beside else only


def _held(log: pl.DataFrame, payouts: pl.DataFrame, color: bool) -> list[str]:
    """Who can't be paid, and what to mend for it."""
    log = log.filter(pl.col("state") == OPEN)
    stopped = log.filter(pl.col("severity") == "blocks_participant")["participant"]
    whole = (log["severity"] == "blocks_period").any()
    lines = [("Not payable", "the whole period, until what blocks it is mended" if whole else _names(stopped))]
    lines.append(("Incomplete", _names(payouts.filter(pl.col("status") == "incomplete")["participant"])))
    shown = [f"{bold(title, color)}  {names}" for title, names in lines if names]
    if not shown:
        return []
    wanted = (
        log.filter(pl.col("severity") == "blocks_period")
        if whole
        else log.filter(~pl.col("severity").is_in(HOLDS_NOBODY))
    )
    return [*shown, *(f"  {line}" for line in _to_mend(wanted)), ""]


def _to_mend(log: pl.DataFrame) -> list[str]:
    """The first blocking exceptions, each with its place."""
    lines = [f"{_at(row)}  {row['code']}  {seen(row['message'], MESSAGE)}" for row in log.head(BLOCKING).to_dicts()]
    more = f"… and {log.height - BLOCKING} more; " if log.height > BLOCKING else ""
    return [*lines, f"{more}`komisi exceptions` says what to do about each"]


def _at(row: dict[str, Any]) -> str:
    """Where an exception lies: its file and row, else whose component of which period it is."""
    if row["file"] is not None:
        return f"{row['file']}:{row['row']}" if row["row"] is not None else str(row["file"])
    return " ".join(seen(row[name], 60) for name in ("participant", "plan", "part", "period") if row[name] is not None)


def _names(column: pl.Series) -> str:
    names = [seen(name, 60) for name in column.drop_nulls().unique().sort().to_list()]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _where(run: Any, written: Any, payouts: pl.DataFrame, color: bool, at: str, trial: bool) -> list[str]:
    """Where the files are, and what to try next."""
    again = " (it was there already: the same inputs give the same run)" if written.existed else ""
    first = payouts.filter(pl.col("amount") != 0).sort("participant")
    who = first.item(0, "participant") if first.height else "PARTICIPANT"
    name = written.id if trial else f"latest:{run.period.name}"
    called = f" · a trial, which `latest:{run.period.name}` passes over" if trial else ""
    return [
        bold("Run", color) + f"  {written.folder.as_posix()}/{again}{called}",
        "     payouts.csv  earnings.csv  exceptions.csv  identities.csv  manifest.json  tables/",
        f"     run digest {written.run_digest}",
        "",
        bold("Next", color) + f"  komisi explain {name} {shlex.quote(who)}{at}",
        *([f"      komisi exceptions {name}{at}"] if run.outcome.exceptions.height else []),
        f"      komisi verify {name}{at}",
    ]


def _payout_lines(rows: Rows, digits: dict[str, int]) -> list[tuple[str, ...]]:
    return [
        (row["plan"], money_text(row["amount"], row["currency"], digits), counted(row["participants"], "participant"),
         _payable(row, digits))
        for row in rows
    ]  # fmt: skip


def _payable(row: dict[str, Any], digits: dict[str, int]) -> str:
    """What of a plan's payouts can be paid now."""
    if not row["held_lines"]:
        return "all payable"
    payable, held = (money_text(row[name], row["currency"], digits) for name in ("payable", "held"))
    return f"{payable} payable · {held} held ({counted(row['held_lines'], 'line')})"


def _nobody(run: Any) -> list[tuple[str, ...]]:
    """Of each plan why it pays nobody, where none pays anybody."""
    tables, period = run.outcome.tables, run.period
    met = (pl.col("segment") <= period.end) & (pl.col("stint_end") >= period.start)
    return [
        (plan.name, "", _why_nobody(plan, period, tables[f"stints/{plan.name}"].filter(met).height), "")
        for plan in run.compiled.workspace.asked
    ]


def _why_nobody(plan: Any, period: Any, people: int) -> str:
    if plan.end is not None and plan.end < period.start:
        return f"pays nobody: it ended on {plan.end}"
    if plan.start > period.end:
        return f"pays nobody: it begins on {plan.start}"
    if people:
        return "pays nobody: none of its earning periods ends here"
    return "pays nobody: nobody is on it in these days"


def _component_lines(rows: Rows, digits: dict[str, int]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for row in rows:
        states = " · ".join(f"{row[word]} {said}" for word, said in OUTCOMES.items() if row[word])
        lines.append(
            (
                f"{row['plan']} / {row['component']}",
                money_text(row["earning"], row["currency"], digits),
                row["earning_code"] or "(not paid)",
                states,
            )
        )
    return lines


def _exception_lines(rows: Rows, digits: dict[str, int]) -> list[tuple[str, ...]]:
    if not rows:
        return [("none", "", "", "")]
    return [
        (_severity(row), money_text(row["at_stake"], row["currency"], digits), row["code"],
         f"{row['title']}: {row['rows']:,}")
        for row in rows
    ]  # fmt: skip


def _as_shown(log: pl.DataFrame) -> pl.DataFrame:
    """The log with one severity of all that is waived: what it would be is of no matter."""
    waived = pl.col("state") == WAIVED
    return log.with_columns(pl.when(waived).then(pl.lit(WAIVED)).otherwise("severity").alias("severity"))


def _severity(row: dict[str, Any]) -> str:
    """The severity of what is open; what is waived holds nobody, however severe."""
    return WAIVED if row["state"] == WAIVED else str(row["severity"]).replace("_", " ")


def _table(title: str, rows: list[tuple[str, ...]], color: bool) -> list[str]:
    """Aligned columns under a title: the second one (money) to the right."""
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    lines = [bold(title, color)]
    for row in rows:
        cells = (row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].ljust(widths[2]), row[3])
        lines.append("  " + "  ".join(cells).rstrip())
    return [*lines, ""]
