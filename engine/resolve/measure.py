"""Measures: what they are made of, and the choices that they need.

In: measures as written, each after those that it reads. Out: resolved ones, with the lengths they are needed for; their units
are `typecheck`'s to find.
"""

from collections.abc import Iterator, Mapping, Set
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.ir.types import QUANTITY, money
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.group import EVERYONE
from engine.plan.measure import Weighted, may_be_missing
from engine.plan.resolved import Against, Measure
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Variable, Workspace
from engine.resolve.across import find_earning, warn_if_nobody
from engine.resolve.against import resolve_against
from engine.resolve.each import check_each, resolve_each
from engine.resolve.earlier import check_earlier, check_held, check_not_looked_at
from engine.resolve.effective import Policies
from engine.resolve.generations import check_generations
from engine.resolve.measure_by_formula import check_formula
from engine.resolve.measure_order import COUNTS
from engine.resolve.names_in import names_in
from engine.resolve.places import measures_read
from engine.resolve.references import bind, find, find_column, find_managers, other_names
from engine.resolve.scope import Scopes
from engine.resolve.weighted import check_weights, resolve_rounding, resolve_weighted

LENGTHS = ("month", "period", "quarter", "year")
OF_NONE = ("average", "min", "max")
"""Aggregates that have no value where there is no credit."""
LACKING = {
    "ratio": "where there is nothing to divide by",
    "attainment": "without a target",
    "previous": "without a whole period before",
    "weighted": "where one of its own parts is missing",
    "rounded": "where there is nothing to round",
    **dict.fromkeys(OF_NONE, "without a credit"),
}
"""Kind of measure → when there is nothing to make one of, as its own policies block it."""
UNTARGETED = "compare it with amounts or percentages: leave `against` out"


def check_target(
    measure: written.Measure, against: written.Name, diagnostics: Diagnostics, help: str = UNTARGETED
) -> None:
    """A target of a quarter is the sum of its months, of half a month the half: only what grows likewise is held against it."""
    if not measure.adds_up:
        diagnostics.error(
            "M142", f"a target adds up over periods, but `{measure.name}` is no total ({measure.words})", against.span,
            help=help, related=((measure.span, "the measure"),),
        )  # fmt: skip


class Measures:
    """Resolves the measures of one plan."""

    def __init__(
        self,
        workspace: Workspace,
        plan: written.CompPlan,
        scopes: Scopes,
        variables: Mapping[str, Variable],
        policies: Policies,
        diagnostics: Diagnostics,
    ):
        self._workspace, self._plan, self._scopes, self._variables = workspace, plan, scopes, variables
        self._policies, self._diagnostics = policies, diagnostics
        self._rules = {rule.name: rule for rule in plan.credits}
        self._among = {measure.name: measure for measure in plan.measures}
        self._targets: dict[str, TargetPlan | None] = {target.name: target for target in workspace.targets}
        self._targets |= dict.fromkeys(workspace.fallen)
        self._others = other_names(workspace, plan)
        self._lengths = self._read_lengths()
        self._looked_back = self._read_back()

    def resolve(self) -> list[Measure]:
        """All of them; they are whole if nothing was reported."""
        found: list[Measure] = []
        missing: set[str] = set()
        for measure in self._plan.measures:
            made = self._measure(measure, missing)
            found.append(made)
            missing.update([made.name] if may_be_missing(made, missing) else [])
        self._warn_if_for_nothing()
        return found

    def _read_lengths(self) -> Mapping[str, frozenset[str]]:
        """Measure → the lengths of the components that read it, themselves or through other measures."""
        found: dict[str, set[str]] = {measure.name: set() for measure in self._plan.measures}
        for component in self._plan.components:
            for name in measures_read(self._plan, component):
                found[name].add(component.earning_period.text)
        for measure in reversed(self._plan.measures):
            for part in measure.parts:
                found.get(part.text, set()).update(found[measure.name])
        return {name: frozenset(lengths) for name, lengths in found.items()}

    def _read_back(self) -> frozenset[str]:
        """Measures that some `previous` reads of times that a run does not calculate, itself or through others."""
        found: set[str] = set()
        for measure in reversed(self._plan.measures):
            if measure.reaches_back or measure.name in found:
                found.update(part.text for part in measure.parts)
        return frozenset(found)

    def _measure(self, measure: written.Measure, missing: Set[str]) -> Measure:
        """One measure, with the choices that it needs; `missing` are those before it of which there may be nothing."""
        policies = self._policies.within(measure.policies)
        self._check(measure)
        no_credits, zero_denominator, no_previous = self._of_nothing(measure, policies)
        on_move = self._on_move(measure, policies)
        against = None if measure.against is None else self._against(measure, measure.against, policies)
        check_weights(measure, self._diagnostics)
        weighted: list[Weighted] = []
        for each in measure.weighted:
            told = any(other.measure in missing for other in weighted)
            weighted.append(self._part(each, missing, policies, told))
        if measure.earlier is not None and measure.earlier.since is not None and measure.name in self._looked_back:
            check_not_looked_at(measure, self._looks_at(measure), self._diagnostics)
        policies.warn_unasked()
        return Measure(
            name=measure.name,
            span=measure.span,
            aggregate=measure.aggregate,
            rules=tuple(dict.fromkeys(name.text for name in measure.rules)),
            where=measure.where,
            accumulation=measure.accumulation,
            unit=QUANTITY if measure.aggregate in (*COUNTS, "headcount", "rank") else money(self._plan.currency),
            lengths=tuple(length for length in LENGTHS if length in self._lengths[measure.name]),
            note=measure.note,
            distinct=None if measure.distinct is None else measure.distinct.text,
            each=None if measure.each is None else resolve_each(measure.each),
            parts=tuple(part.text for part in measure.parts),
            no_credits=no_credits,
            on_move=on_move,
            zero_denominator=zero_denominator,
            back=measure.back,
            earlier=measure.earlier,
            no_previous=no_previous,
            against=against,
            weighted=tuple(weighted),
            out_of=Decimal(1) if measure.out_of is None else measure.out_of.value,
            rounded=None if measure.rounded is None else resolve_rounding(measure.rounded),
            earned=tuple(dict.fromkeys(name.text for name in measure.earned)),
            reports=measure.reports,
            formula=measure.formula,
            variables=self._variables_in(measure),
            of_shares=measure.formula is not None and measure.of_target,
            of_totals=measure.aggregate in ("difference", "formula") and measure.adds_up,
            looked_back=measure.name in self._looked_back,
            within=None if measure.within is None else measure.within.text,
            ranking=measure.ranking,
        )

    def _check(self, measure: written.Measure) -> None:
        """What it is made of is there: its rules, and its condition at their place, or its parts; and it is read."""
        rules = list(self._credited(measure))
        if measure.where is not None and rules:
            bind(measure.where, self._scopes.credit(rules), self._diagnostics)
        if measure.distinct is not None:
            self._check_column(measure.distinct, rules, "different values are counted of")
        if measure.each is not None:
            self._check_column(measure.each.by, rules, "credits are added up by")
            check_each(measure, measure.each, rules, self._workspace, self._diagnostics)
        if measure.formula is not None:
            tables = {table.name: table for table in self._plan.look_ups}
            check_formula(measure, measure.formula, self._scopes, self._variables, tables, self._diagnostics)
        for part in measure.parts:
            find(part, "measure", self._among, self._diagnostics, others=self._others)
        self._check_earned(measure)
        self._warn_if_unread(measure)
        if measure.aggregate == "previous":
            self._check_previous(measure)

    def _variables_in(self, measure: written.Measure) -> tuple[str, ...]:
        """The variables that its formula reads, in the workspace's order."""
        names = names_in() if measure.formula is None else names_in(measure.formula)
        return tuple(name for name in self._variables if name in names)

    def _check_previous(self, measure: written.Measure) -> None:
        lengths = self._lengths[measure.name]
        if measure.held is not None:
            check_held(measure, measure.held, self._among, lengths, self._workspace.calendar, self._diagnostics)
        elif measure.earlier is None:
            self._check_back(measure)
        else:
            check_earlier(measure, measure.earlier, self._among, lengths, self._diagnostics)

    @staticmethod
    def _of_nothing(measure: written.Measure, policies: Policies) -> tuple[Choice | None, Choice | None, Choice | None]:
        """`no_credits`, `zero_denominator` and `no_previous`: of what there may be nothing to make it of."""
        no_credits = zero_denominator = no_previous = None
        if measure.aggregate in OF_NONE:
            why = f"a participant may have no credits, and then `{measure.name}` has no value"
            no_credits = policies.needed("no_credits", measure.span, why)
        if measure.aggregate == "ratio":
            why = f"nothing can be divided by zero, and below it `{measure.name}` would turn round"
            zero_denominator = policies.needed("zero_denominator", measure.span, why)
        if measure.aggregate == "previous" and not (measure.earlier is not None and measure.earlier.never_none):
            why = "there may be no whole period before: someone has just joined, or the calendar begins"
            no_previous = policies.needed("no_previous", measure.span, why)
        return no_credits, zero_denominator, no_previous

    def _on_move(self, measure: written.Measure, policies: Policies) -> Choice | None:
        """Needed where something to date is added up over a group, or ranked in one that its members may have come to."""
        read = [self._among[part.text] for part in measure.parts if part.text in self._among]
        part = next((each for each in read if each.accumulation is not None), None)
        within = "" if measure.within is None else measure.within.text
        of_all = within == EVERYONE
        if part is None or measure.aggregate not in ("total", "rank") or (measure.aggregate == "rank" and of_all):
            return None
        if measure.aggregate == "total" and not part.adds_members:  # told where groups are looked at
            policies.leave("on_move")
            return None
        where = "have come or left" if of_all else f"have been in another `{within}`"
        why = f"`{part.name}` is of the {part.accumulation} to date: members of the group may {where} since it began"
        return policies.needed("on_move", measure.span, why)

    def _part(self, part: written.WeightedMeasure, missing: Set[str], policies: Policies, told: bool) -> Weighted:
        """A part of a weighted measure; where there may be nothing to make it of, with what that means; told once if unsaid."""
        within = policies.within(part.policies)
        choice = None
        if part.measure.text in missing:
            policies.said("missing_part")
            choice = within.said("missing_part")
        if part.measure.text in missing and choice is None and not told:
            why = f"`{part.measure.text}` has no value {LACKING[self._among[part.measure.text].aggregate]}"
            choice = within.needed("missing_part", part.measure.span, why)
        within.warn_unasked()
        return resolve_weighted(part, choice)

    def _against(self, measure: written.Measure, target: written.Name, policies: Policies) -> Against:
        """What is held against the target: a total, in the reach that is said; of the time of the run, not of an earlier one."""
        find(target, "target", self._targets, self._diagnostics, others=self._others)
        part = self._among.get(measure.parts[0].text) if measure.parts else None
        if part is not None and part is not measure:
            check_target(part, measure.parts[0], self._diagnostics, "name a sum or a count")
        if measure.name in self._looked_back:
            back = self._looks_at(measure)
            self._diagnostics.error(
                "M182", f"`{back.name}` looks back at `{measure.name}`, the attainment of a target: a run knows the targets of "
                "its own time", back.span, help=f"read an earlier amount, and compare it: `previous: {measure.parts[0].text}`",
                related=((measure.span, "the attainment"),),
            )  # fmt: skip
        return resolve_against(target, measure.accumulation, policies, group=None if part is None else part.of_group)

    def _check_earned(self, measure: written.Measure) -> None:
        """Components that earn for the periods that the measure is read for, in the time that the run calculates."""
        for name in measure.earned:
            component = find_earning(name, self._workspace, self._plan, self._diagnostics)
            lengths = () if component is None else sorted(self._lengths[measure.name])
            odd = [each for each in lengths if component and not self._holds(each, component.earning_period.text)]
            if component is not None and odd:
                self._diagnostics.error(
                    "M260", f"`{measure.name}` is read for a {odd[0]}, but `{component.name}` earns for a "
                    f"{component.earning_period.text}", name.span,
                    help=f"let what reads it earn for the {component.earning_period.text} or longer",
                    related=((component.earning_period.span, "its earning period"),),
                )  # fmt: skip
        warn_if_nobody(measure, self._plan, self._workspace, self._diagnostics)
        if measure.reports is not None:
            reads = f"`{measure.name}` reads it: what the people below earned"
            below, place = measure.reports, measure.reports.stated.span
            find_managers(self._workspace, place, reads, self._diagnostics)
            check_generations(self._workspace, self._plan, below.generations, below.unrolled, place, self._diagnostics)
        if measure.earned and measure.name in self._looked_back:
            back = self._looks_at(measure)
            self._diagnostics.error(
                "M261", f"`{back.name}` looks back at `{measure.name}`, what was earned: a run knows the earnings of its own "
                "time", back.span, help="read an earlier measure of credits, or add up over the year: `over: year_to_date`",
                related=((measure.span, "what was earned"),),
            )  # fmt: skip

    def _holds(self, length: str, other: str) -> bool:
        """Whether each period of the other length lies in one of this length."""
        calendar = self._workspace.calendar
        return length == other or all(
            calendar.containing(each.start, length) == calendar.containing(each.end, length) is not None
            for each in calendar.of_length(other)
        )

    def _warn_if_for_nothing(self) -> None:
        """What is not paid is there to be read."""
        read = {name.text for m in self._plan.measures if self._lengths[m.name] for name in m.earned}
        others = [plan for plan in self._workspace.plans if plan.name != self._plan.name]
        elsewhere = {name.text for plan in others for m in plan.measures for name in m.earned}
        read |= {c.name for c in self._plan.components if f"{self._plan.name}.{c.name}" in elsewhere}
        for component in self._plan.components:
            if component.earning_code or component.name in read or self._workspace.fallen_plans:
                continue
            if component.note is None:
                self._diagnostics.warning(
                    "N066", f"`{component.name}` is not paid, and nothing that is paid reads what it earns", component.span,
                    help=f"read it in a measure, as in `{{earned: {component.name}, over: period}}`, or give it an "
                    "`earning_code`; or say in a `note` what it is calculated for",
                )  # fmt: skip

    def _looks_at(self, measure: written.Measure) -> written.Measure:
        """The `previous` that reads it of a time that a run does not calculate, itself or through others."""
        reading = {measure.name}
        for other in self._plan.measures:  # each stands after those that it reads
            if any(part.text in reading for part in other.parts):
                if other.reaches_back:
                    return other
                reading.add(other.name)
        return measure

    def _check_back(self, measure: written.Measure) -> None:
        """To date, the period before is the same total without this one, or across the reset another year's."""
        over = measure.accumulation
        if over == "plan" or (measure.back == "period" and over is not None):
            of = measure.parts[0]
            help = (
                "read a measure over the `period`"
                if over == "plan"
                else f"say `back: {over}_end` for what the whole {over} before came to, `back: year` for what it was a year "
                "earlier, or read one over the `period`"
            )
            self._diagnostics.error(
                "M145", f"`{of.text}` is of the {over} to date: its value a {measure.back} earlier is part of today's, or "
                f"of another {over}", of.span, help=help,
                related=((measure.span, "read back here"),),
            )  # fmt: skip

    def _credited(self, measure: written.Measure) -> Iterator[written.CreditRule]:
        for name in measure.rules:
            rule = find(name, "credit rule", self._rules, self._diagnostics, others=self._others)
            if rule is not None:
                yield rule

    def _check_column(self, column: written.Name, rules: list[written.CreditRule], why: str) -> None:
        """Every credit has a value of it, and equal values are the same thing: a text or a day."""
        types = {}
        for rule in rules:
            source = self._workspace.sources.get(rule.source.text)
            found = None if source is None else find_column(column, source, self._diagnostics, required=True)
            if found is not None:
                types[found.type.dtype] = found
        odd = next((found for dtype, found in types.items() if dtype not in ("text", "date") or len(types) > 1), None)
        if odd is not None:
            self._diagnostics.error(
                "T009", f"`{column.text}` is {odd.type.required()}; {why} a text or a day",
                column.span, help="name the column that says who or what it was, of one type in all sources",
                related=((odd.span, "the column"),),
            )  # fmt: skip

    def _warn_if_unread(self, measure: written.Measure) -> None:
        if self._lengths[measure.name]:
            return
        last = measure
        for other in self._plan.measures:  # each stands after those that it reads
            if any(part.text == last.name for part in other.parts):
                last = other
        message = f"nothing reads the measure `{measure.name}`"
        if last is not measure:
            message = f"nothing that is paid reads the measure `{measure.name}`: it ends in `{last.name}`"
        self._diagnostics.warning(
            "N010", message, measure.span, help=f"name `{last.name}` in a component, or delete it",
            related=() if last is measure else ((last.span, "which nothing reads"),),
        )  # fmt: skip
