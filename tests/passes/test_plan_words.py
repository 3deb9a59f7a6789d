"""Every construct of the language has its sentence: a new mode, modifier, policy or field without words fails here."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from engine import open_workspace
from engine.core.money import ROUNDING_MODES
from engine.plan import resolved
from engine.plan.choice import POLICIES, ROLL_UP, UNDATED, VALUES_ON
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.report.curve import NoCurve
from engine.report.document import as_text
from engine.report.plan_page import plan_page
from engine.report.plan_words import component, credit, measure, modifier, policy, rate_table, roll_up, rounding, target
from tests.documents.examples import DOCUMENT, build, examples
from tests.properties.formulas import SPAN
from tests.properties.small import USD

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


def _members(hint: Any) -> tuple[Any, ...]:
    """A literal type, alone or beside None."""
    return tuple(each for each in get_args(hint) if get_args(each)) or (hint,)


def _literals(cls: type, field: str) -> set[Any]:
    return {value for each in _members(get_type_hints(cls)[field]) for value in get_args(each)}


def test_every_value_of_every_policy_has_its_meaning() -> None:
    assert set(policy.MEANING) == {(name, value) for name, values in POLICIES.items() for value in values}
    assert len(set(policy.MEANING.values())) == len(policy.MEANING), "two values mean the same"


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        (("quarter",), "what `sales` was in the quarter before"),
        (("month",), "what `sales` was in the month before"),
        (("month", "quarter"), "what `sales` was in the period before"),
    ],
)
def test_the_period_before_is_called_as_the_plan_calls_it(lengths: tuple[str, ...], said: str) -> None:
    made = resolved.Measure(
        "was", SPAN, "previous", (), None, None, USD, lengths, None, parts=("sales",), back="period"
    )
    assert measure._earlier(made) == said


def test_every_item_of_the_list_has_its_words() -> None:
    assert set(modifier.WORDS) == set(get_args(resolved.Step))


CHOICES = [
    (resolved.Table, "mode", rate_table.MODES),
    (resolved.Component, "basis", component.BASES),
    (resolved.Measure, "aggregate", measure.AGGREGATES),
    (resolved.Target, "given", target.GIVEN),
    (resolved.Spread, "by", target.SPREAD),
    (resolved.Target, "precedence", target.PRECEDENCE),
    (resolved.Limit, "kind", modifier.LIMITS),
    (resolved.Limit, "over", modifier.OVER),
    (resolved.Multiply, "per", modifier.PER),
]
ROLL_UPS = {"longer": roll_up.LONGER, "no_manager": roll_up.NO_MANAGER, "not_on_plan": roll_up.NOT_ON_PLAN}


@pytest.mark.parametrize(("cls", "field", "words"), CHOICES, ids=[f"{c.__name__}.{f}" for c, f, _ in CHOICES])
def test_every_choice_of_the_language_has_its_words(cls: type, field: str, words: dict[str, str]) -> None:
    assert set(words) == _literals(cls, field)


def test_every_choice_of_a_roll_up_has_its_words() -> None:
    assert {name: tuple(words) for name, words in ROLL_UPS.items()} == ROLL_UP


def test_every_choice_of_another_day_has_its_words() -> None:
    assert tuple(credit.UNDATED) == UNDATED
    assert {"later": tuple(credit.LATER), "not_on_roster": tuple(credit.NOT_ON_ROSTER)} == VALUES_ON


def test_every_end_of_the_way_up_has_its_words() -> None:
    assert tuple(roll_up.BEYOND) == ("stop", "exception")


def test_every_mode_over_a_running_total_and_every_rounding_has_its_words() -> None:
    assert set(rate_table.RUNNING) == _literals(resolved.Table, "mode") - {"flat"}
    assert set(rounding.MODES) == set(ROUNDING_MODES)


SAID = {
    "Target": "name unit sources given prorate spread precedence values_on ramp category everybody span note",
    "Everybody": "amount span",
    "Ramp": "since shares stated",
    "TargetRows": "by stated",
    "Spread": "by shares quarters profile stated",
    "Split": "source match share digits mode expect stated weight weighed",
    "Reports": "levels managers_on not_on_plan longer stated generations",
    "RollUp": "levels longer no_manager not_on_plan stated generations",
    "Generations": "titles within beyond stated",
    "Rule": "name source where exclude to roll_up credit_date value order currency_column span note counts_for convert "
    "adjustments values_on undated",
    "Adjustments": "source stated",
    "ValuesOn": "column later not_on_roster stated",
    "LookUp": "name type dimensions missing span note rows",
    "Measure": "name aggregate rules where accumulation span note distinct each parts no_credits zero_denominator back "
    "no_previous earlier against weighted out_of formula rounded within ranking on_move earned reports",
    "BeginsAnew": "anniversary_of stated",
    "Each": "by cap floor stated",
    "Against": "target missing zero accumulation whole reach rounded group",
    "Rounded": "mode digits stated",
    "Tier": "lower upper pays span note lower_by upper_by",
    "Table": "mode gives select select_formula against tiers prorate_bounds boundary below above running_total prorate span note",
    "Gate": "per when measure against at_least span note waivers",
    "Multiply": "per by span note waivers",
    "Limit": "kind over at prorate excess span note waivers",
    "Prorate": "accumulation per span note waivers",
    "Round": "per mode digits span note",
    "TrueUp": "accumulation span note",
    "ShareOut": "within by among prorate mode digits negative_pool no_weights span note",
    "CarryForward": "accumulation deficit excess prorate span note",
    "Budget": "when_spent over at excess digits span note",
    "Component": "name length basis base table steps earning_code remembers span note target_incentive accepted",
    "Plan": "name currency digits start end titles names rules measures components variables look_ups hit_policy not_on_plan "
    "segments on_change values_on payout_rounding in_force begins_anew people parameters span note",
}
"""Class of a resolved plan → its fields that the page says."""
UNSAID = {
    "TargetRows": "source",  # a matter of files
    "Generations": "titles_span within_span",
    "Rule": "unit variables look_ups valued_by",  # follow from the value and the formulas
    "Measure": "unit lengths looked_back of_totals variables of_shares",
    "Tier": "number",
    "Table": "bounds_unit near prizes",  # follows from the unit of what is compared with them
    "Gate": "kind share near in_money",
    "Multiply": "kind",
    "Limit": "cumulative",  # follows from `over` and its place
    "Prorate": "kind",
    "Round": "kind",
    "TrueUp": "per kind",
    "ShareOut": "unit per kind",
    "CarryForward": "per kind",
    "Budget": "kind",
    "Component": "variables measures look_ups at_credits credit_look_ups",
    "LookUp": "written",
    "Plan": "file",
}
"""Class → its fields that say nothing to who is paid, or follow from others."""


@pytest.mark.parametrize("name", sorted(SAID))
def test_every_field_is_said_or_known_to_say_nothing(name: str) -> None:
    found = {field.name for field in fields(getattr(resolved, name))}
    assert found == set(SAID[name].split()) | set(UNSAID.get(name, "").split())


def _page(workspace: ResolvedWorkspace, plan: Plan) -> str:
    curves = [NoCurve(part.name, "none is drawn here") for part in plan.components]
    text = as_text(plan_page(workspace, plan, curves, True), False)
    return " ".join(text.split())


def _runs(name: str) -> bool:
    return EXAMPLES[name].check is None


@pytest.mark.parametrize("name", sorted(name for name in EXAMPLES if _runs(name)))
def test_every_example_of_the_language_is_read_back(name: str, tmp_path: Path) -> None:
    """Each formula as it is written, each note, each name: nothing that a plan says is lost."""
    build(EXAMPLES, name, tmp_path)
    workspace = open_workspace(tmp_path).compiled.workspace
    for plan in workspace.plans:
        said = _page(workspace, plan)
        for wanted in _texts(plan):
            assert re.search(_pattern(wanted), said), (wanted, said)


def _pattern(wanted: str) -> str:
    """The text word by word; a parameter's value may be any."""
    return re.sub(r"\\\$[a-z0-9_]+", "[^ ]+", re.escape(" ".join(wanted.split())))


def _texts(plan: Plan) -> list[str]:
    """What must stand on the page word by word."""
    found: list[str | None] = [plan.note, plan.currency, *(plan.titles or ()), *(plan.names or ())]
    for rule in plan.rules:
        found += [rule.name, rule.credit_date, rule.value.words, rule.source.name, *rule.order]
        found += [rule.where.words] if rule.where is not None else []
        found += [text for name, formula in rule.exclude for text in (name, formula.words, formula.note)]
    for each in plan.measures:
        found += [
            each.name,
            each.note,
            *each.rules,
            *each.parts,
            each.distinct,
            each.each.by if each.each is not None else None,
            each.where.words if each.where is not None else None,
            each.formula.words if each.formula is not None else None,
        ]
    for part in plan.components:
        found += [part.name, part.note, part.earning_code, *(tier.note for tier in part.table.tiers)]
        found += [part.table.against.target] if part.table.against is not None else []
        found += [step.note for step in part.steps]
    return [text for text in found if text]
