"""The exception log fits the tables, and the payouts' status fits the log: nothing that blocks may go unsaid."""

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from engine.core.exception_codes import WAIVED
from engine.core.period import Period
from engine.explain.checks.columns import Reader
from engine.explain.checks.manifest import files_read
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings, key_text
from engine.explain.remade import Remade
from engine.ir.program import Program
from engine.ir.walk import scans

CAUSES = {
    "missing_target": "E201", "zero_target": "E202", "bounds_fall": "E445", "below_lowest": "E203", "above_highest": "E204",
    "no_value": "E205", "earlier_interval": "E206", "no_group": "E380", "group_unknown": "E381", "pool_differs": "E382",
    "negative_weight": "E383", "negative_pool": "E384", "no_weights": "E385", "budget_unknown": "E410",
}  # fmt: skip
BECAUSE = {
    "no_value": "E101", "several_rules": "E102", "other_currency": "E103", "shares_over_one": "E104", "not_on_plan": "E105",
    "manager_cycle": "E120", "longer_chain": "E121", "no_manager": "E122", "beyond_reach": "E451", "assigned_twice": "E360",
    "bad_weight": "E361", "no_exchange_rate": "E400", "moved_over_one": "E435", "moved_twice": "E436", "dated_later": "E455",
    "not_on_roster": "E456", "undated": "E453",
}  # fmt: skip
STRANGER, NEGATIVE = "E447", "E301"
NAMED = ("code", "source", "file", "row", "key", "plan", "part", "participant", "period")
"""By which columns a row of the log is called."""
KEYS = (
    "participant", "plan", "entity", "payroll_id", "pay_group", "cost_centre", "earning_code", "currency",
)  # fmt: skip
LINE = ("participant", "plan", "earning_code")
Keys = Counter[tuple[str, ...]]


def check_log(
    reader: Reader, program: Program, remade: Remade | None, period: Period | None, findings: Findings
) -> None:
    """The log is what plans, tables and rejected rows give, row by row; and the tables agree with it, counted another way."""
    log = reader.stored("exceptions")
    if remade is not None and period is not None:
        fresh = remade.log(period, _Frames(reader), files_read(reader.record.manifest))
        findings.count("exceptions", fresh.height)
        if log is None or not check_rows(findings, "exceptions", NAMED, log, fresh):
            reader.replaced["exceptions"] = log = fresh
    if log is None:
        return
    _blocked(reader, log, findings)
    raised = frozenset(remade.workspace.handling.severities) if remade is not None else frozenset(log["code"])
    roster = None if remade is None else reader.frame(f"source/{remade.workspace.participants.name}")
    people = frozenset() if roster is None else frozenset(roster["participant"])
    _undecided(reader, program, log, raised, people, findings)
    _payouts(reader, log, findings)


class _Frames(Mapping[str, pl.DataFrame]):
    """The tables of a run by name."""

    def __init__(self, reader: Reader):
        self.reader = reader

    def __getitem__(self, name: str) -> pl.DataFrame:
        frame = self.reader.frame(name)
        if frame is None:
            raise KeyError(name)
        return frame

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.reader.record.has(
            name
        )  # to ask is not to read: a table that is not there is no finding yet

    def __iter__(self) -> Iterator[str]:
        return self.reader.record.names()

    def __len__(self) -> int:
        return len(list(self))


def _compare(findings: Findings, names: tuple[str, ...], should: Keys, have: Keys) -> None:
    """What the tables say and the log doesn't, and the other way round."""
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


def _undecided(
    reader: Reader, program: Program, log: pl.DataFrame, raised: frozenset[str], people: frozenset[str], findings: Findings
) -> None:  # fmt: skip
    """Every transaction and share that a rule could not decide, by rule and code. One without a day is told, and stops nobody.

    Of codes that the workspace raises, the severity does not tell whether the rule could decide: those are left out.
    """
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
        codes = [BECAUSE.get(cause, "E101") for cause in causes]
        shares = credits.filter(pl.col("state") == "exception").select("because", "participant").iter_rows()
        codes += [STRANGER if _strange(cause, who, people) else BECAUSE.get(cause, "E101") for cause, who in shares]
        should.update((code, plan, part) for code in codes if code not in raised)
    log = log.filter(~pl.col("code").is_in(list(raised)))
    told = (pl.col("severity") != "warning") | (pl.col("code") == BECAUSE["undated"])
    stops = (pl.col("stage") == "credit") & told & pl.col("plan").is_not_null()
    _compare(findings, names, should, Counter(log.filter(stops).select(names).iter_rows()))


def _strange(cause: str, who: str, people: frozenset[str]) -> bool:
    return cause == "not_on_plan" and who != "" and who not in people


def _lacking(reader: Reader, stops: pl.DataFrame) -> set[tuple[str, ...]]:
    """The payout lines that lack a component which is blocked and not waived."""
    earnings = reader.frame("earnings")
    if earnings is None:
        return set()
    blocked = set(stops.filter(pl.col("stage") == "earning").select("participant", "plan", "part").iter_rows())
    rows = earnings.filter("in_pay_period").select("participant", "plan", "component", "earning_code").iter_rows()
    return {(who, plan, code) for who, plan, component, code in rows if (who, plan, component) in blocked}


def _payouts(reader: Reader, log: pl.DataFrame, findings: Findings) -> None:
    """The status of every payout line, and a warning for every negative one."""
    payouts, stored = reader.frame("payouts"), reader.stored("payouts")
    if payouts is None:
        return
    stops = log.filter(pl.col("state") != WAIVED)
    period = "blocks_period" in stops["severity"]
    stopped = set(stops.filter(pl.col("severity") == "blocks_participant")["participant"].drop_nulls().to_list())
    lacking = _lacking(reader, stops)
    status = [
        "not_payable" if period or line[0] in stopped
        else "incomplete" if incomplete and tuple(line) in lacking else "payable"
        for *line, incomplete in payouts.select(*LINE, "incomplete").iter_rows()
    ]  # fmt: skip
    payouts = payouts.with_columns(pl.Series("status", status, pl.String))
    keys = [name for name in payouts.columns if name in KEYS]
    findings.count("payouts", payouts.height)
    if stored is None or "status" not in stored.columns or set(stored.columns) != set(payouts.columns):
        reader.replaced["payouts"] = payouts
    else:
        sides = (table.select(*keys, "status").unique() for table in (stored, payouts))
        known, should = (dict(zip(s.select(keys).iter_rows(), s["status"], strict=True)) for s in sides)
        wrong = [key for key in known if key in should and known[key] != should[key]]
        if wrong:
            first = min(wrong, key=str)
            message = f"the log gives it another status ({len(wrong)} row{'s' if len(wrong) > 1 else ''})"
            findings.add("payouts", message, key_text(tuple(keys), first), "status", known[first], should[first])
        if wrong or "payouts" in reader.replaced:
            reader.replaced["payouts"] = payouts
    negative = payouts.filter(pl.col("amount") < 0).select(pl.lit(NEGATIVE), "plan", "earning_code", "participant")
    have = log.filter(pl.col("code") == NEGATIVE).select("code", "plan", "part", "participant")
    names = ("code", "plan", "earning_code", "participant")
    _compare(findings, names, Counter(negative.iter_rows()), Counter(have.iter_rows()))
