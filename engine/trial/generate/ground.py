"""What a made-up participant of a plan needs: a row of the roster, targets, assignments, and sales that rules credit.

In: the workspace with one plan. Out: the rows of a case, with just the columns that the plan reads. What can't be made is
told once, in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from engine.core.money import EXACT, quantize, quotient
from engine.core.period import Period
from engine.pipeline import Compiled
from engine.plan.earlier import Back
from engine.plan.resolved import Component, Convert, Rule, Split, TargetRows
from engine.plan.workspace import Column, Source
from engine.run import scope_of
from engine.trial.curve_tables import Example, giving, target_amount
from engine.trial.generate.case import Case, Sale
from engine.trial.generate.goal import goal
from engine.trial.generate.looked_up import first_of
from engine.trial.generate.plain import MATCH, Plain, plain_row
from engine.trial.generate.satisfy import candidates
from engine.trial.needed import columns_read, rules_of, target_times

Values = dict[str, Any]
SALE_DAY = 9
"""Days after a period's first on which things are sold."""
LENGTH = ("month", "period", "quarter", "year").index


class Ground:
    """The rows behind the cases of one plan."""

    def __init__(self, compiled: Compiled):
        self.compiled, self.workspace = compiled, compiled.workspace
        (self.plan,) = compiled.workspace.asked
        self._read = columns_read(self.workspace, self.workspace.plans)
        self.period = self.period_of(None)
        self.plain = {rule.name: row for rule in self.plan.rules if (row := self._plain(rule)) is not None}

    def _plain(self, rule: Rule) -> Plain | None:
        day = self.day(self.period.name)
        return plain_row(self.workspace, self.plan, rule, self._read[rule.source.name], day)

    # -- time

    def period_of(self, component: Component | None) -> Period:
        """The pay period that a component is tried in: neither the first nor the last of its year, if there is one."""
        calendar, plan = self.workspace.calendar, self.plan
        length = component.length if component is not None else min(plan.lengths, key=LENGTH)
        last = plan.end or date.max
        spans = [p for p in calendar.of_length(length) if p.start <= last and p.end >= plan.start]
        whole = [p for p in spans if plan.start <= p.start and p.end <= last] or spans
        whole = [p for p in whole if all(self._on_plan_before(p, back) for back in self.backs)] or whole
        years = [[p for p in whole if p.year == each.year] for each in whole]
        year = max(years, key=len)
        chosen = year[min(2 if len(year) > 4 else 1, len(year) - 1)]
        pay = calendar.containing(chosen.end, self.workspace.pay_period)
        assert pay is not None, "every earning period ends in a pay period"
        return pay

    @property
    def backs(self) -> list[Back]:
        """How far back measures are read."""
        return sorted({measure.back for measure in self.plan.measures if measure.back is not None})

    def _on_plan_before(self, period: Period, back: str) -> bool:
        before = self.workspace.calendar.back(period, back)
        return before is not None and before.end >= self.plan.start

    def interval(self, component: Component, period: str) -> Period:
        """The earning period of a component that ends in a pay period; the pay period itself where none does."""
        pay = self._named(period)
        ending = [p for p in self.workspace.calendar.of_length(component.length) if pay.start <= p.end <= pay.end]
        return ending[-1] if ending else pay

    def day(self, period: str) -> date:
        """A day on which things are sold in a pay period."""
        pay = self._named(period)
        first = max(pay.start, self.plan.start)
        return min(first + timedelta(days=SALE_DAY), pay.end, self.plan.end or date.max)

    def _named(self, period: str) -> Period:
        found = self.workspace.calendar.find(period)
        assert found is not None
        return found

    # -- rows

    def rows(self, case: Case, who: str) -> dict[str, list[Values]]:
        """The rows of a case by source."""
        people = [self._person(case, who), *self._below(case, who)]
        rows: dict[str, list[Values]] = {self.workspace.participants.name: people}
        for target in self._of_rows:
            source = self._target_rows(target).source.name
            rows.setdefault(source, [])
            rows[source] += [r for r in self._targets(target, case, who) if r not in rows[source]]
        for rule in self.plan.rules:
            if isinstance(rule.to, Split):
                sold = next((sale.below for sale in case.sales if sale.rule == rule.name), 1)
                given = self._given(rule.to, case, who, seller(rule, who, sold))
                found = rows.setdefault(rule.to.source.name, [])
                found += [given] if given not in found else []
        for number in range(1, case.rivals + 1):
            for source, beside in self.rows(_rival(case, number), f"{who}-rival-{number}").items():
                found = rows.setdefault(source, [])
                found += [row for row in beside if row not in found]
        for sale in case.sales:
            rule = self.plain[sale.rule].rule
            orders = list(self._sold(sale, who))
            rows.setdefault(rule.source.name, []).extend(orders)
            if rule.convert is not None:
                found = rows.setdefault(rule.convert.source.name, [])
                found += [r for r in self._rates(rule.convert, orders) if r not in found]
        return rows

    def _rates(self, convert: Convert, sold: list[Values]) -> Iterator[Values]:
        """Rates of 1, where every row is in another currency; where a column says it, rows are in the plan's own."""
        sides = {"row": convert.currency, "plan": self.plan.currency, "third": convert.through}
        of_type = {} if convert.rate_type is None else {"rate_type": convert.rate_type}
        for row in sold if convert.currency is not None else ():
            for first, second in convert.legs:
                pair = {"from_currency": sides[first], "to_currency": sides[second]}
                if sides[first] != sides[second]:
                    yield {**pair, **of_type, "start": row[convert.rate_date], "rate": Decimal(1)}

    @property
    def _of_rows(self) -> list[str]:
        """The targets that the plan reads and that stand in rows; any other is a number for everybody."""
        read = dict.fromkeys(against.target for against in self.plan.againsts())
        return [name for name in read if self.workspace.targets[name].sources]

    def goal(self, component: Component, period: str) -> Decimal | None:
        """What a component's target comes to in its earning period; None where it has none."""
        return goal(self.workspace, self.plan, component, self.interval(component, period))

    def _target_rows(self, name: str) -> TargetRows:
        """The source that the made-up participant's target stands in."""
        target = self.workspace.targets[name]
        return target.sources[giving(target)]

    def _person(self, case: Case, who: str) -> Values:
        plan, source = self.plan, self.workspace.participants
        read = self._read[source.name]
        row: Values = {"participant": who}
        if plan.titles is not None:
            row["title"] = next((title for title in plan.titles if title in self._counted), plan.titles[0])
        elif self._counted:
            row["title"] = min(self._counted)
        if source.column("currency") is not None:
            row["currency"] = plan.currency
        by_whom = dict.fromkeys(self._target_rows(name).by for name in self._of_rows)
        row |= {by: row.get(by) or MATCH for by in by_whom if by != "participant"}
        own = {variable.column: variable for variable in plan.variables.values() if variable.column}
        for column in source.columns:
            if column.name in read and _must(column) and column.name not in ("start", "end", *row):
                row[column.name] = own[column.name].default or Decimal(1) if column.name in own else _filler(column)
        held = {n: v for n, v in first_of(plan.look_ups.values()).person.items() if n != "title"}
        return {**row, **held, **dict(case.person)}

    @property
    def _counted(self) -> frozenset[str]:
        """Titles whose holders take a level."""
        return frozenset(title for each in self.plan.generations for title in each.titles)

    def _below(self, case: Case, who: str) -> Iterator[Values]:
        """Those between a sale and the participant who manages them; who sells is on no plan, if titles say who is."""
        below = [sale.below for sale in case.sales if self.plain[sale.rule].rule.roll_up is not None]
        for level in range(1, max(below, default=0) + 1):
            row = self._person(Case(case.period), f"{who}-{level}") | {
                "manager": f"{who}-{level - 1}" if level > 1 else who
            }
            passed = any(sale.passed == level for sale in case.sales)
            yield row | ({"title": "any"} if passed or (level in below and self.plan.titles is not None) else {})

    def _targets(self, name: str, case: Case, who: str) -> Iterator[Values]:
        target = self.workspace.targets[name]
        said = dict(case.targets)
        amount = said[name] if name in said else target_amount(self.workspace, name, Example())
        if amount is None:
            return
        first, last = scope_of(self.workspace, self._named(case.period))
        mine = [against for against in self.plan.againsts() if against.target == name]
        times = sorted({time for a in mine for time in target_times(self.workspace, self.plan, a, first, last)})
        rows = self._target_rows(name)
        holder = who if rows.by == "participant" else self._person(case, who)[rows.by]
        filler = _fillers(rows.source, self._read[rows.source.name], (rows.by, target.given, "amount", *target.held))
        for time in times:
            yield {rows.by: holder, target.given: time, "amount": amount, **filler, **target.held}

    def _given(self, split: Split, case: Case, who: str, given_to: str) -> Values:
        """The assignment of the participant: all of what they sell, at all times, if the case does not say another."""
        row: Values = {own: self._match(split, theirs, who) for own, theirs in split.match}
        row["participant"] = given_to
        if split.divisor is not None:
            row[split.divisor] = Decimal(1)
        row |= _fillers(split.source, self._read[split.source.name], ("start", "end", *row))
        return {**row, **dict(case.shares)}

    def _match(self, split: Split, column: str, who: str) -> Any:
        """What an assignment and its sale have in common: a text of the participant's own, if the conditions leave it."""
        for plain in self.plain.values():
            fixed = plain.cells.get(column)
            if plain.rule.to == split and fixed is not None and fixed != MATCH:
                return fixed
        return f"{MATCH}{who if who != 'A' else ''}"

    def _sold(self, sale: Sale, who: str) -> Iterator[Values]:
        plain = self.plain[sale.rule]
        rule = plain.rule
        row = {**plain.cells, rule.credit_date: sale.day}
        row |= {rule.values_on.column: sale.day} if rule.values_on is not None else {}
        if isinstance(rule.to, str):
            row[rule.to] = seller(rule, who, sale.below)
        else:
            row |= {theirs: self._match(rule.to, theirs, who) for _, theirs in rule.to.match}
        row |= dict(sale.cells)
        if plain.moves is None or plain.moves in dict(sale.cells):
            yield {**_shown(row), **({"repeat": sale.times} if sale.times > 1 else {})}
            return
        each = sale.amount
        if sale.times > 1:
            share = quotient(sale.amount, Decimal(sale.times))
            assert share is not None
            each = quantize(share, _places(plain.unit), ROUND_DOWN)
        rest = EXACT.subtract(sale.amount, EXACT.multiply(each, Decimal(sale.times - 1)))
        more = sale.times - 1 if rest != each else sale.times
        if more:
            yield {**_shown(row), plain.moves: each, **({"repeat": more} if more > 1 else {})}
        if rest != each:
            yield {**_shown(row), plain.moves: rest}

    # -- a row that a rule takes

    def without_rows(self, of: str) -> list[str]:
        """The rules behind a component or rule of which no row was found that their conditions let through."""
        names = rules_of(self.plan, [of]) or (of,)
        return [rule.name for rule in self.plan.rules if rule.name in names and rule.name not in self.plain]

    def behind(self, component: Component) -> list[Plain]:
        """The plain rows of the rules whose credits a component reads."""
        names = rules_of(self.plan, [component.name])
        return [self.plain[name] for name in names if name in self.plain]


def _rival(case: Case, number: int) -> Case:
    """What another one sells: so many times as much of everything, in so many times the rows; or just the same."""
    if case.alike:
        return replace(case, rivals=0)
    sales = (
        replace(sale, amount=sale.amount * (number + 1), times=sale.times * (number + 1) if sale.times > 1 else 1)
        for sale in case.sales
    )
    return replace(case, sales=tuple(sales), rivals=0)


def seller(rule: Rule, who: str, below: int) -> str:
    """To whom a sale belongs: the participant; of a rule that credits managers, somebody so many levels below."""
    return who if rule.roll_up is None or not below else f"{who}-{below}"


def _must(column: Column) -> bool:
    return not column.type.nullable and column.on_empty is None


def _filler(column: Column) -> Any:
    return candidates(column, (), date(2000, 1, 1))[0]


def _fillers(source: Source, read: frozenset[str], but: Sequence[str]) -> Values:
    return {c.name: _filler(c) for c in source.columns if c.name in read and _must(c) and c.name not in but}


def _shown(row: Mapping[str, Any]) -> Values:
    return {name: value for name, value in row.items() if value is not None}


def _places(unit: Decimal) -> int:
    exponent = unit.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)
