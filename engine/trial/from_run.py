"""A stored run, one of its participants → a test with just the rows that their figures depend on.

In: a run, today's plans. Out: a draft per plan. Their roster rows, the transactions that name them or an account of
theirs (refused ones too), the assignments of these with everybody's shares, their targets; and what they earned. Where groups are
measured, all that of every member of theirs; where what others earned is read, here or on another plan, all that of those.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from engine.intake.contract import FIRST_DAY, LAST_DAY
from engine.pipeline import Compiled
from engine.plan.across import behind
from engine.plan.group import EVERYONE
from engine.plan.resolved import Against, Budget, Convert, Plan, Rule, Split
from engine.plan.workspace import Source
from engine.record import Record
from engine.run import scope_of
from engine.trial.needed import assigned_on, columns_read, rules_of, target_times
from engine.trial.write import Draft

Rows = list[dict[str, Any]]
PEOPLE = ("participant", "start", "end", "manager")
PAYROLL = ("entity", "payroll_id", "pay_group", "cost_centre")


class Recorder:
    """One participant in one run, on one plan, with all of its components or some."""

    def __init__(self, record: Record, compiled: Compiled, participant: str, components: tuple[str, ...]):
        self._record, self._participant = record, participant
        self._workspace, self._plan = compiled.workspace, plan_of(compiled)
        self._components = [c for c in self._plan.components if not components or c.name in components]
        self._behind = behind(self._workspace, self._plan, (component.name for component in self._components))
        """All that is calculated for them, on other plans too."""
        self._plans = [p for p in self._workspace.plans if p is self._plan or any(of is p for of, _ in self._behind)]
        self._whole = not components
        period = self._workspace.calendar.find(record.period)
        assert period is not None
        self._first, self._last = scope_of(self._workspace, period)
        self._read = columns_read(self._workspace, self._plans)
        self._people = self._with_members()

    def draft(self) -> Draft:
        """The test."""
        payouts = self._payouts() if self._whole else {}
        below = [name for plan, rule in self._rules() for name in self._below(plan, rule)]
        split_up = any(name in row for rows in payouts.values() for row in rows for name in PAYROLL)
        rows = {self._workspace.participants.name: self._roster(PAYROLL if split_up else ())}
        rows[self._workspace.participants.name] += self._others(below)
        for plan, rule in self._rules():
            rows.setdefault(rule.source.name, [])
            rows[rule.source.name] += [r for r in self._transactions(plan, rule) if r not in rows[rule.source.name]]
            if isinstance(rule.to, Split):
                rows[rule.to.source.name] = self._assignments(plan, rule, rule.to, below)
            if rule.adjustments is not None:
                found = rows.setdefault(rule.adjustments.source.name, [])
                found += [r for r in self._adjustments(plan, rule, rule.adjustments.source) if r not in found]
            if rule.convert is not None:
                found = rows.setdefault(rule.convert.source.name, [])
                found += [row for row in self._rates(plan, rule, rule.convert) if row not in found]
        rows |= self._targets()
        name = f"{self._participant} in {self._record.period}"
        note = f"who is below them has the title `{self._nowhere()}` here, so as to be on no plan" if below else None
        return Draft(name, self._record.period, rows, {**self._earnings(), **payouts}, note)

    def _with_members(self) -> list[str]:
        """The participant, and all on whom what they are paid depends: of a group with them, below them, of those in turn."""
        found, more = {self._participant}, {self._participant}
        while more:
            more = (self._in_groups(found) | self._all_below(found) | self._counted_with(found)) - found
            found |= more
        return sorted(found, key=lambda who: (who != self._participant, who))

    def _in_groups(self, people: set[str]) -> set[str]:
        """Everybody in a group with one of these, to date also before or after them, or who spends a budget with them."""
        return {who for plan in self._plans for who in self._in_groups_of(plan, people)}

    def _in_groups_of(self, plan: Plan, people: set[str]) -> set[str]:
        found: set[str] = set()
        budgets = any(isinstance(step, Budget) for each in plan.components for step in each.steps)
        for within in dict.fromkeys((*plan.groups, *([EVERYONE] if budgets else []))):
            table = f"grid/{plan.name}" if within == EVERYONE else f"groups/{plan.name}.{within}"
            rows = self._record.table(table)
            dated = any(measure.on_move is not None and measure.within == within for measure in plan.measures)
            keys = [*([] if dated else ["period"]), *([] if within == EVERYONE else ["group"])]
            if not keys:  # to date, whoever was ever there
                return set(rows["participant"].to_list())
            mine = rows.filter(pl.col("participant").is_in(sorted(people))).select(keys).unique()
            found |= set(rows.join(mine, on=keys, how="semi")["participant"].to_list())
        return found

    def _all_below(self, people: set[str]) -> set[str]:
        """Those below one of these, and those between: whoever is in the test has an override of their own."""
        found: set[str] = set()
        measures = [(p, m) for p in self._plans for m in p.measures if m.reports is not None and m.lengths]
        for plan, measure in measures:
            rows = self._record.table(f"reports/{plan.name}.{measure.name}")
            way = _way(rows)
            for step, above in enumerate(way):
                under = rows.filter(pl.col(above).is_in(sorted(people)))
                found |= {who for column in ("participant", *way[:step]) for who in under[column].drop_nulls()}
        return found

    def _counted_with(self, people: set[str]) -> set[str]:
        """Those who take a level where one of these does: they need their titles, and so have credits of their own."""
        found: set[str] = set()
        for plan, rule in self._rules():
            if rule.roll_up is not None and rule.roll_up.generations is not None:
                shares = self._record.table(f"shares/{plan.name}.{rule.name}")
                levels = _levels(shares)
                with_them = shares.filter(pl.any_horizontal(pl.col(name).is_in(sorted(people)) for name in levels))
                found |= {who for name in levels for who in with_them[name].drop_nulls()}
        return found

    def earned(self) -> pl.DataFrame:
        """What the run says that they earned in the pay period, for the components of the test."""
        names = [component.name for component in self._components]
        return self._record.table("earnings").filter(
            pl.col("participant").is_in(self._people) & (pl.col("plan") == self._plan.name)
            & pl.col("component").is_in(names) & pl.col("in_pay_period")
        )  # fmt: skip

    # -- input

    def _rules(self) -> tuple[tuple[Plan, Rule], ...]:
        return tuple(
            (plan, plan.rule(name))
            for plan in self._plans
            for name in rules_of(plan, (component.name for of, component in self._behind if of is plan))
        )

    def _source(self, name: str) -> pl.DataFrame:
        return self._record.table(f"source/{name}")

    def _roster(self, more: tuple[str, ...]) -> Rows:
        source = self._workspace.participants
        mine = self._source(source.name).filter(pl.col("participant").is_in(self._people))
        first = pl.col("participant") != self._participant
        return self._kept(source.name, mine.sort(first, "participant", "start"), more)

    def _others(self, below: list[str]) -> Rows:
        """The roster's rows of people below, for their managers alone: with a title that no plan is for."""
        source = self._workspace.participants
        named = pl.col("participant").is_in(below) & ~pl.col("participant").is_in(self._people)
        rows = self._source(source.name).filter(named).sort("participant", "start")
        title = [pl.lit(self._nowhere()).alias("title")] if "title" in rows.columns else []
        return [
            {name: value for name, value in row.items() if name in (*PEOPLE, "title")}
            for row in self._kept(source.name, rows.with_columns(title))
        ]

    def _nowhere(self) -> str:
        """A title that no plan of the workspace is for."""
        taken = {t for plan in (*self._workspace.plans, *self._workspace.others) for t in plan.titles or ()}
        return next(title for title in ("Other", "Other person", "Somebody else") if title not in taken)

    def _chains(self, plan: Plan, rule: Rule) -> pl.DataFrame:
        """What the run has of chains that they stand in as managers."""
        shares = self._record.table(f"shares/{plan.name}.{rule.name}")
        return shares.filter(pl.any_horizontal(pl.col(name).is_in(self._people) for name in _way(shares)))

    def _below(self, plan: Plan, rule: Rule) -> list[str]:
        """Everybody in those chains."""
        if rule.roll_up is None:
            return []
        chains = self._chains(plan, rule)
        columns = ["participant", *_way(chains)]
        return sorted({name for column in columns for name in chains[column].drop_nulls()} - set(self._people))

    def _transactions(self, plan: Plan, rule: Rule) -> Rows:
        """Those in the days of the run that name the participant, or that match an assignment of theirs in force.

        Of a roll-up those that came up to them.
        """
        day = pl.col(rule.credit_date)
        rows = self._source(rule.source.name).filter(day.is_between(self._first, self._last))
        if rule.roll_up is not None:
            mine = rows.join(self._chains(plan, rule), on=list(rule.source.key), how="semi")
        elif isinstance(rule.to, str):
            mine = rows.filter(pl.col(rule.to).is_in(self._people))
            mine = pl.concat([mine, rows.join(self._moved(plan, rule), on=list(rule.source.key), how="semi")]).unique()
        else:
            ours, theirs = [o for o, _ in rule.to.match], [t for _, t in rule.to.match]
            given = self._source(rule.to.source.name).filter(pl.col("participant").is_in(self._people))
            given = given.select(*ours, pl.col("start").alias("~start"), pl.col("end").alias("~end"))
            found = rows.join(given, left_on=theirs, right_on=ours, how="inner", suffix="~")
            keys = found.filter(assigned_on(rule).is_between("~start", "~end")).select(rule.source.key)
            keys = pl.concat([keys, self._moved(plan, rule)]).unique()
            mine = rows.join(keys, on=list(rule.source.key), how="semi")
        return self._kept(rule.source.name, mine.sort(rule.credit_date, *rule.source.key))

    def _moved(self, plan: Plan, rule: Rule) -> pl.DataFrame:
        """The transactions of which adjustments move something to or from them."""
        if rule.adjustments is None:
            return self._source(rule.source.name).select(rule.source.key).clear()
        moves = self._record.table(f"adjustments/{plan.name}.{rule.name}")
        theirs = pl.any_horizontal(pl.col(f"{side}_participant").is_in(self._people) for side in ("from", "to"))
        return moves.filter(theirs).select(rule.source.key).unique()

    def _adjustments(self, plan: Plan, rule: Rule, source: Source) -> Rows:
        """All of the transactions of the test, whoever they name: a share counts for what others are moved too."""
        there, keys = self._transactions(plan, rule), list(rule.source.key)
        rows = self._source(source.name).sort(source.row_key)
        wanted = {tuple(row[name] for name in keys) for row in there}
        mine = [tuple(key) in wanted for key in rows.select(keys).iter_rows()]
        return self._kept(source.name, rows.filter(pl.Series(mine, dtype=pl.Boolean)))

    def _rates(self, plan: Plan, rule: Rule, convert: Convert) -> Rows:
        """The exchange rates that count for the rule's credits of these people, as `matches` tells their days."""
        p, keys = f"{plan.name}.{rule.name}", list(rule.source.key)
        credited = self._record.table(f"credits/{p}").filter(pl.col("participant").is_in(self._people))
        said = self._record.table(f"matches/{rule.source.name}").join(credited, on=keys, how="semi")
        said = said.join(self._source(rule.source.name), on=keys, how="left", suffix="~")
        row = pl.lit(convert.currency) if convert.currency_column is None else pl.col(convert.currency_column)
        sides = {"row": row, "plan": pl.lit(plan.currency), "third": pl.lit(convert.through)}
        used = [
            said.select(
                sides[first].alias("from_currency"), sides[second].alias("to_currency"),
                pl.col(f"{p}.rate_to_{second}_since").alias("start"),
            ).drop_nulls()
            for first, second in convert.legs
        ]  # fmt: skip
        rates = self._source(convert.source.name)
        if convert.rate_type is not None:
            rates = rates.filter(pl.col("rate_type") == convert.rate_type)
        on = ["from_currency", "to_currency", "start"]
        return self._kept(convert.source.name, rates.join(pl.concat(used), on=on, how="semi").sort(on))

    def _assignments(self, plan: Plan, rule: Rule, split: Split, below: list[str]) -> Rows:
        """Everybody's rows for what the participant, or somebody below, has a part of, or had, in the days of the run."""
        ours = [own for own, _ in split.match]
        moved = self._source(rule.source.name).join(self._moved(plan, rule), on=list(rule.source.key), how="semi")
        rows = self._source(split.source.name)
        people = [*self._people, *below]
        mine = rows.filter(pl.col("participant").is_in(people)).select(ours)
        mine = pl.concat([mine, moved.select(pl.col(theirs).alias(own) for own, theirs in split.match)]).unique()
        first = self._first if rule.values_on is None else FIRST_DAY  # what was sold long before may count now
        near = (pl.col("start") <= self._last) & (pl.col("end") >= first)
        return self._kept(
            split.source.name, rows.join(mine, on=ours, how="semi").filter(near).sort(*ours, "participant", "start")
        )

    def _targets(self) -> dict[str, Rows]:
        """Theirs, of the years in scope; of the periods alone where nothing reads more."""
        found: dict[str, Rows] = {}
        for plan, against in self._againsts():
            target = self._workspace.targets[against.target]
            near = target_times(self._workspace, plan, against, self._first, self._last)
            people = self._source(self._workspace.participants.name).filter(pl.col("participant").is_in(self._people))
            for each in target.sources:
                mine = pl.col(each.by).is_in(people[each.by].drop_nulls().to_list()) & pl.col(target.given).is_in(near)
                mine = pl.all_horizontal(mine, *(pl.col(name) == value for name, value in target.held.items()))
                rows = self._source(each.source.name).filter(mine).sort(each.by, target.given)
                there = found.setdefault(each.source.name, [])
                there += [row for row in self._kept(each.source.name, rows) if row not in there]
        return found

    def _againsts(self) -> Iterator[tuple[Plan, Against]]:
        """All places that read a target, with their plan."""
        for plan in self._plans:
            yield from ((plan, each) for each in plan.againsts(c for of, c in self._behind if of is plan))

    def _kept(self, source: str, rows: pl.DataFrame, more: tuple[str, ...] = ()) -> Rows:
        """The columns that the plan reads, without what is empty and without dates that are open."""
        names = [name for name in rows.columns if name in self._read[source] or name in more]
        return [
            {name: row[name] for name in names if row[name] is not None and not _open(name, row[name])}
            for row in rows.select(names).to_dicts()
        ]

    # -- output

    def _earnings(self) -> dict[str, Rows]:
        found = {}
        for component in self._components:
            rows = self._in_order(self.earned().filter(pl.col("component") == component.name), "period", "segment")
            named = [key for key in ("participant", "period", "segment") if len({row[key] for row in rows}) > 1]
            columns = (*named, "earning", "outcome", "cause")
            found[f"earnings/{component.name}"] = [
                {c: row[c] for c in columns if c != "cause" or row[c]} for row in rows
            ]
        return found

    def _payouts(self) -> dict[str, Rows]:
        mine = pl.col("participant").is_in(self._people) & (pl.col("plan") == self._plan.name)
        rows = self._in_order(self._record.table("payouts").filter(mine), "earning_code", *PAYROLL)
        who = ["participant"] if len({row["participant"] for row in rows}) > 1 else []
        codes = [(row["participant"], row["earning_code"]) for row in rows]
        named = [name for name in PAYROLL if len(set(codes)) < len(codes) and len({row[name] for row in rows}) > 1]
        return {"payouts": [{name: row[name] for name in (*who, "earning_code", *named, "amount")} for row in rows]}

    def _in_order(self, rows: pl.DataFrame, *columns: str) -> Rows:
        """The participant's first, then those of the others."""
        return rows.sort(pl.col("participant") != self._participant, "participant", *columns).to_dicts()


def _open(name: str, value: object) -> bool:
    return isinstance(value, date) and ((name, value) in (("start", FIRST_DAY), ("end", LAST_DAY)))


def plans_of(record: Record, participant: str) -> tuple[str, ...]:
    """The plans on which somebody has earnings in the run's pay period."""
    rows = record.table("earnings").filter((pl.col("participant") == participant) & pl.col("in_pay_period"))
    return tuple(rows["plan"].unique().sort())


def known(record: Record) -> tuple[str, ...]:
    """Everybody who has earnings in the run's pay period."""
    return tuple(record.table("earnings").filter(pl.col("in_pay_period"))["participant"].unique().sort())


def factored(compiled: Compiled) -> dict[str, tuple[str, ...]]:
    """The sources of which a test has many rows, with the columns that tell those apart."""
    sources = compiled.workspace.sources
    many = [name for name in sources if sources[name].role in ("transactions", "assignments", "adjustments")]
    return {name: (*sources[name].key, "participant") for name in many}


def plan_of(compiled: Compiled) -> Plan:
    """The one plan of a workspace that is compiled for a test."""
    (plan,) = compiled.workspace.asked
    return plan


def _levels(rows: pl.DataFrame) -> list[str]:
    """Columns of those who take a level, in a table of the run: the plans may count them otherwise by now."""
    return [name for name in rows.columns if name.startswith("manager.")]


def _way(rows: pl.DataFrame) -> list[str]:
    """Columns of everybody on the way up."""
    return [name for name in rows.columns if name.startswith("above.")] or _levels(rows)
