"""The exception log fits the tables, and the payouts' status fits the log: nothing that blocks may go unsaid."""

from collections import Counter

import polars as pl

from engine.explain.checks.columns import Reader
from engine.explain.finding import Findings, key_text
from engine.ir.program import Program
from engine.ir.walk import scans

CAUSES = {
    "missing_target": "E201", "zero_target": "E202", "below_lowest": "E203", "above_highest": "E204", "no_value": "E205",
    "earlier_interval": "E206",
}  # fmt: skip
BECAUSE = {
    "no_value": "E101", "several_rules": "E102", "other_currency": "E103", "shares_over_one": "E104", "not_on_plan": "E105",
}  # fmt: skip
NEGATIVE = "E301"
Keys = Counter[tuple[str, ...]]


def check_log(reader: Reader, program: Program, findings: Findings) -> None:
    """Blocked earnings, undecided credits and negative payouts are in the log; payouts have the status that it gives them."""
    log = reader.frame("exceptions")
    if log is None:
        return
    if "severity" not in log.columns or "code" not in log.columns:
        findings.add("exceptions", "the table lacks its columns", column="severity")
        return
    _blocked(reader, log, findings)
    _undecided(reader, program, log, findings)
    _payouts(reader, log, findings)


def _compare(findings: Findings, names: tuple[str, ...], should: Keys, have: Keys) -> None:
    """What the tables say and the log doesn't, and the other way round."""
    findings.count("exceptions", sum(should.values()))
    differing = (("the log lacks an exception that the tables have", should - have),
                 ("the log has an exception that the tables don't have", have - should))  # fmt: skip
    for message, keys in differing:
        if keys:
            key = min(keys, key=str)
            findings.add("exceptions", message, key_text(names, key), "", f"{have[key]} rows", f"{should[key]} rows")


def _blocked(reader: Reader, log: pl.DataFrame, findings: Findings) -> None:
    """Every blocked earning of the pay period, by cause."""
    earnings = reader.frame("earnings")
    if earnings is None:
        return
    names = ("code", "plan", "part", "participant", "period")
    blocked = earnings.filter((pl.col("outcome") == "blocked") & pl.col("in_pay_period"))
    should: Keys = Counter()
    for cause, *key in blocked.select("cause", "plan", "component", "participant", "period").iter_rows():
        should[CAUSES.get(cause, "E205"), *key] += 1
    have = Counter(log.filter(pl.col("stage") == "earning").select(names).iter_rows())
    _compare(findings, names, should, have)


def _undecided(reader: Reader, program: Program, log: pl.DataFrame, findings: Findings) -> None:
    """Every transaction and share that a rule could not decide, by rule and code."""
    names = ("code", "plan", "part")
    should: Keys = Counter()
    for stage in program.stages:
        if not stage.name.startswith("credits/"):
            continue
        rule = stage.name.removeprefix("credits/")
        plan, _, part = rule.partition(".")
        source = next(name for name in scans(stage.table) if name.startswith("prepared/"))
        matches, credits = reader.frame(source.replace("prepared/", "matches/", 1)), reader.frame(stage.name)
        if matches is None or credits is None:
            return
        causes = matches.filter(pl.col(f"{rule}.state") == "exception")[f"{rule}.because"].to_list()
        causes += credits.filter(pl.col("state") == "exception")["because"].to_list()
        should.update((BECAUSE.get(cause, "E101"), plan, part) for cause in causes)
    stops = (pl.col("stage") == "credit") & (pl.col("severity") != "warning") & pl.col("plan").is_not_null()
    _compare(findings, names, should, Counter(log.filter(stops).select(names).iter_rows()))


def _payouts(reader: Reader, log: pl.DataFrame, findings: Findings) -> None:
    """The status of every payout line, and a warning for every negative one."""
    payouts = reader.frame("payouts")
    if payouts is None or "status" not in payouts.columns:
        findings.add("payouts", "the table lacks its status", column="status")
        return
    severities = set(log["severity"].to_list())
    stopped = set(log.filter(pl.col("severity") == "blocks_participant")["participant"].drop_nulls().to_list())
    names = ("participant", "plan", "earning_code", "currency")
    wrong = []
    for *key, incomplete, status in payouts.select(*names, "incomplete", "status").iter_rows():
        blocked = "blocks_period" in severities or key[0] in stopped
        should = "not_payable" if blocked else "incomplete" if incomplete else "payable"
        if should != status:
            wrong.append((tuple(key), status, should))
    findings.count("payouts", payouts.height)
    if wrong:
        first, said, should = min(wrong, key=str)
        message = f"the log gives it another status ({len(wrong)} rows)"
        findings.add("payouts", message, key_text(names, first), "status", said, should)
    negative = payouts.filter(pl.col("amount") < 0).select(pl.lit(NEGATIVE), "plan", "earning_code", "participant")
    have = log.filter(pl.col("code") == NEGATIVE).select("code", "plan", "part", "participant")
    names = ("code", "plan", "earning_code", "participant")
    _compare(findings, names, Counter(negative.iter_rows()), Counter(have.iter_rows()))
