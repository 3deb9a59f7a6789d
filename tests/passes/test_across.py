"""What was earned on another plan: of oneself and of the people below, on which days, in what order, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.ir.text import stage_text
from engine.pipeline import check, chosen, front
from engine.plan.across import in_order
from engine.report.plan_words.measure import measure_sentences
from engine.trial.diff.edits import edits
from engine.trial.find import find_tests
from engine.trial.perform import run_tests
from engine.trial.record_test import record_tests
from engine.trial.why import why
from tests.conformance.small_workspace import MAIN, PLAN, written
from tests.passes.test_reports import _texts

MANAGED = MAIN.replace("title: text, payroll_id: text", "title: text, manager: {type: text, nullable: true}")
PEOPLE = """\
participant,start,end,title,manager
ana,2026-01-01,2026-03-15,Seller,mo
ana,2026-03-16,,Seller,max
ben,2026-01-01,,Seller,mo
mo,2026-01-01,,Manager,vera
max,2026-01-01,,Manager,vera
vera,2026-01-01,,Director,
"""
ORDERS = "order_id,booked_on,seller,status,account,quantity,net\n" + "".join(
    f"{who}{month},2026-{month}-10,{who},booked,,1,{net}\n"
    for month in ("01", "02", "03")
    for who, net in (("ana", 1000), ("ben", 200), ("mo", 40))
)
FIELD = (
    PLAN[: PLAN.index("  shared:")]
    + """\
measures:
  sold: {sum: sales, over: period}
components:
  commission: {earning_period: month, basis: period, base: sold, earning_code: COMM, rate: {mode: flat, rate: 10%}}
policies: {segments: separate, payout_rounding: half_up}
"""
)
HEAD = """\
kind: comp-plan
name: leaders
currency: USD
in_force: {start: 2026-01-01}
participants: {title: [Manager, Director]}
"""
BELOW = "reports: {levels: [1], longer: stop, managers_on: last_day, not_on_plan: skip}"
TEAM = f"  team: {{earned: field.commission, {BELOW}, over: period}}\n"
PAYS = """\
components:
  override: {earning_period: month, basis: period, base: team, earning_code: OVER, rate: {mode: flat, rate: 50%}}
policies: {segments: separate, payout_rounding: half_up}
"""
LEADERS = f"{HEAD}measures:\n{TEAM}{PAYS}"


def workspace_of(folder: Path, leaders: str = LEADERS, field: str = FIELD, people: str = PEOPLE, **more: Any) -> Path:
    files: dict[str, Any] = {
        "komisi.yaml": MANAGED,
        "field/comp.yaml": field,
        "leaders/comp.yaml": leaders,
        "orders.csv": ORDERS,
        "people.csv": people,
        **more,
    }
    return written(folder, files)


def run_of(folder: Path, *texts: str, period: str = "2026-03", plans: tuple[str, ...] = ()) -> Run:
    return open_workspace(workspace_of(folder, *texts)).run(period, plans)


def earned(run: Run, component: str = "override") -> dict[str, Decimal | None]:
    rows = run.table("earnings").filter(component=component, in_pay_period=True).sort("participant")
    return dict(rows.select("participant", "earning").iter_rows())


def codes(folder: Path, leaders: str = LEADERS, field: str = FIELD) -> list[str]:
    found = Diagnostics()
    front(workspace_of(folder, leaders, field), found, {})
    return sorted({each.code for each in found})


def told(folder: Path, leaders: str = LEADERS, field: str = FIELD) -> list[str]:
    found = Diagnostics()
    check(workspace_of(folder, leaders, field), found, {})
    return [f"{each.code} {each.span.line}: {each.message} | {each.help}" for each in found]


# -- of the people below


def test_managers_on_another_plan_have_a_part_of_what_sellers_earned(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    assert earned(run) == {"max": 50, "mo": 10, "vera": 0}
    rows = run.table("reports/leaders.team").sort("participant")
    assert rows.select("participant", "component", "earning", "manager.1").rows() == [
        ("ana", "field.commission", 100, "max"),
        ("ben", "field.commission", 20, "mo"),
    ]
    (stage,) = (each for each in run.calculated.compiled.program.stages if each.name == "measures/leaders.team")
    assert stage.about == "measure `team`: what field.commission earned of the people below"
    assert "own = earned.field.commission    -- what field.commission earned of the people below" in stage_text(stage)


def test_several_plans_and_the_own_one_are_levels_of_one_override(tmp_path: Path) -> None:
    area = (
        TEAM.replace("  team", "  area")
        .replace("field.commission", "[field.commission, override]")
        .replace("[1]", "[1, 2]")
    )
    pays = PAYS.replace("policies:", f"  {AREA}\npolicies:")
    assert earned(run_of(tmp_path, f"{HEAD}measures:\n{TEAM}{area}{pays}"), "above") == {"max": 10, "mo": 2, "vera": 18}


AREA = "above: {earning_period: month, basis: period, base: area, earning_code: AREA, rate: {mode: flat, rate: 10%}}"


def test_a_quarter_has_the_months_of_the_other_plan(tmp_path: Path) -> None:
    run = run_of(tmp_path, LEADERS.replace("override: {earning_period: month", "override: {earning_period: quarter"))
    assert earned(run) == {"max": 50, "mo": 50 + 50 + 3 * 10, "vera": 0} or earned(run) == {
        "max": 50,
        "mo": 130,
        "vera": 0,
    }


def test_a_blocked_earning_leaves_the_override_of_its_manager_alone_unknown(tmp_path: Path) -> None:
    divided = '"0.1 / (sold / (sold - 1000))"'  # ana sold 1,000
    field = FIELD.replace("rate: 10%}", f"rate: {divided}}}")
    found = earned(run_of(tmp_path, LEADERS, field))
    assert found["max"] is None and found["mo"] is not None and found["vera"] == 0


def test_a_plan_that_reads_comes_after_the_one_that_it_reads_whatever_they_are_called(tmp_path: Path) -> None:
    first = LEADERS.replace("name: leaders", "name: a-leaders")
    folder = workspace_of(tmp_path, first)
    (folder / "leaders").rename(folder / "a-leaders")
    run = open_workspace(folder).run("2026-03")
    assert earned(run) == {"max": 50, "mo": 10, "vera": 0}
    names = [stage.name for stage in run.calculated.compiled.program.stages]
    assert names.index("earnings/field.commission") < names.index("reports/a-leaders.team")


# -- one's own


BOTH = HEAD.replace("title: [Manager, Director]", "title: [Seller, Manager]")
OWN = f"""\
{BOTH}measures:
  mine: {{earned: field.commission, over: period}}
components:
  bonus: {{earning_period: month, basis: period, base: mine, earning_code: BON, rate: {{mode: flat, rate: 100%}}}}
policies: {{segments: separate, payout_rounding: half_up}}
"""


def test_who_is_on_both_plans_has_their_own_earning(tmp_path: Path) -> None:
    run = run_of(tmp_path, OWN)
    assert earned(run, "bonus") == {"ana": 100, "ben": 20, "max": 0, "mo": 0}
    assert run.exceptions.filter(code="E427").height == 0


def test_to_date_and_joined_segments_hold_the_other_plans_earnings(tmp_path: Path) -> None:
    people = "participant,start,end,title,manager\nana,2026-01-01,2026-02-15,Seller,\nana,2026-02-16,,Manager,\n"
    field = FIELD.replace("title: Seller", "title: [Seller, Manager]")
    joined = OWN.replace("segments: separate", "segments: joined, on_change: continue").replace(
        "over: period", "over: year_to_date"
    )
    to_date = joined.replace("basis: period", "basis: to_date").replace(
        "rate: 100%}}", "rate: 100%}, then: [{true_up: year}]}"
    )
    run = run_of(tmp_path, to_date, field, people)
    rows = run.table("measures/leaders.mine").sort("period").select("period", "own", "value").rows()
    assert rows == [("2026-01", 100, 100), ("2026-02", 100, 200), ("2026-03", 100, 300)]


def test_what_ends_on_a_day_off_this_plan_is_not_counted_and_told(tmp_path: Path) -> None:
    people = "participant,start,end,title,manager\nana,2026-01-01,2026-03-15,Seller,\nana,2026-03-16,,Manager,\n"
    run = run_of(tmp_path, OWN.replace("[Seller, Manager]", "Manager"), FIELD, people)
    assert earned(run, "bonus") == {"ana": 0}
    rows = run.exceptions.filter(code="E427")
    assert rows.select("severity", "part", "participant", "period", "at_stake").rows() == [
        ("warning", "mine", "ana", "2026-03", 100)
    ]
    assert rows["message"].to_list() == ["field.commission of 2026-03 ends on 2026-03-15, when ana is not on leaders"]


def test_a_manager_who_is_on_another_plan_on_the_day_has_nothing_and_it_is_told(tmp_path: Path) -> None:
    people = PEOPLE.replace(
        "max,2026-01-01,,Manager,vera\n", "max,2026-01-01,2026-03-15,Manager,vera\nmax,2026-03-16,,Seller,vera\n"
    )
    assert people != PEOPLE
    run = run_of(tmp_path, LEADERS, FIELD, people)
    assert earned(run)["max"] == 0
    rows = (
        run.exceptions.filter(code="E427")
        .select("severity", "part", "participant", "period", "at_stake", "message")
        .rows()
    )
    said = "what max has below counts on 2026-03-31, when max is not on leaders"
    assert rows == [("warning", "team", "max", "2026-03", 100, said)]


def test_days_on_which_the_plan_is_not_in_force_hold_no_manager(tmp_path: Path) -> None:
    leaders = LEADERS.replace("not_on_plan: skip", "not_on_plan: exception").replace("last_day", "first_day")
    run = run_of(tmp_path, leaders.replace("start: 2026-01-01", "start: 2026-03-02"))
    assert run.exceptions.filter(code="E425").height == 0
    assert set(run.exceptions.filter(code="E427")["participant"]) == {"mo"}


def test_reports_forgotten_where_nobody_is_on_both_plans_is_told(tmp_path: Path) -> None:
    alone = "{earned: field.commission, over: period}"
    forgot = LEADERS.replace(
        f"{{earned: field.commission, {BELOW}, over: period}}",
        alone,
    )
    assert codes(tmp_path / "forgot", forgot) == ["N077"]
    assert codes(tmp_path / "both", forgot.replace("[Manager, Director]", "[Manager, Seller]")) == []


# -- runs of some plans, explanations, words


def test_a_run_of_the_reading_plan_alone_calculates_the_other_and_pays_it_not(tmp_path: Path) -> None:
    run = run_of(tmp_path, plans=("leaders",))
    assert earned(run) == {"max": 50, "mo": 10, "vera": 0}
    assert set(run.payouts["plan"]) == {"leaders"}
    saved = run.save(tmp_path / "runs")
    assert saved.verify().ok


def test_a_run_of_the_plan_that_is_read_leaves_the_reader_out(tmp_path: Path) -> None:
    run = run_of(tmp_path, plans=("field",))
    assert set(run.table("earnings")["plan"]) == {"field"}


def test_explained_down_to_the_other_plans_credits(tmp_path: Path) -> None:
    texts = list(_texts(run_of(tmp_path).save(tmp_path / "runs").explain("max", "override")))
    assert "ana → max · field.commission · 2026-03 = 100.00 · level 1 on 2026-03-31" in texts
    at = texts.index("ana → max · field.commission · 2026-03 = 100.00 · level 1 on 2026-03-31")
    assert any(text.startswith("ana03 · 2026-03-10 = 1,000.00") for text in texts[at:])


def test_own_earnings_of_another_plan_are_explained_too(tmp_path: Path) -> None:
    quarterly = OWN.replace("earning_period: month", "earning_period: quarter")
    texts = list(_texts(run_of(tmp_path, quarterly).save(tmp_path / "runs").explain("ben", "bonus")))
    assert [text for text in texts if text.startswith("earning commission")] == [
        f"earning commission · 2026-0{month} = 20.00 · earned" for month in (1, 2, 3)
    ]


def test_a_bad_row_of_the_plan_that_is_read_holds_everybody(tmp_path: Path) -> None:
    bad = {"orders.csv": f"{ORDERS}x,2026-03-11,ana,booked,,1,lots\n"}
    run = open_workspace(workspace_of(tmp_path, **bad)).run("2026-03")
    rows = run.exceptions.filter(stage="intake")
    assert rows["severity"].to_list() == ["blocks_period"]  # ana's manager would be paid too little as well


def test_said_in_words(tmp_path: Path) -> None:
    made = check(workspace_of(tmp_path), Diagnostics(), {})
    assert made is not None
    plan = next(plan for plan in made.plans if plan.name == "leaders")
    first = next(iter(measure_sentences([plan.measure("team")], 2))).text
    assert first == "`team` is what those whom you manage earn by `commission` of the plan `field` in the month."


# -- plan tests


TESTS = """\
kind: plan-test
tests:
  - name: half of what the seller earned
    period: 2026-03
    input:
      people:
        - {participant: mo, title: Manager}
        - {participant: ben, title: Seller, manager: mo}
      orders:
        - {booked_on: 2026-03-02, seller: ben, status: booked, net: 300}
    output:
      earnings: [{participant: mo, component: override, earning: 15}]
      earnings/field.commission: [{participant: ben, earning: 30}]
      payouts: [{participant: mo, earning_code: OVER, amount: 15}]
      totals: [{participant: mo, amount: 15}]
"""


def test_a_test_gives_the_rows_of_both_plans_and_expects_those_of_its_own(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path)
    (folder / "leaders" / "tests").mkdir()
    (folder / "leaders" / "tests" / "team.yaml").write_text(TESTS, encoding="utf-8")
    made = open_workspace(folder).compiled
    suite = run_tests(made, find_tests(made.workspace, ()))
    assert [str(each.message) for each in suite.diagnostics] == []
    assert [outcome.differences for outcome in suite.outcomes] == [()]


@pytest.mark.parametrize("who", ["vera", "mo", "ana"])
def test_a_recorded_test_has_all_whose_earnings_are_read(who: str, tmp_path: Path) -> None:
    area = TEAM.replace("  team", "  area").replace("[1]", "[2]")
    pays = PAYS.replace("policies:", f"  {AREA}\npolicies:")
    folder = workspace_of(tmp_path, f"{HEAD}measures:\n{TEAM}{area}{pays}")
    workspace = open_workspace(folder)
    record = workspace.run("2026-03").save(tmp_path / "runs").record
    [path] = record_tests(workspace.compiled, record, who, None)
    text = path.read_text(encoding="utf-8")
    assert ("ben" in text) == (who != "ana")
    suite = run_tests(workspace.compiled, [path])
    assert suite.passed and suite.outcomes[0].test.plan == ("field" if who == "ana" else "leaders")


def test_chosen_twice_is_chosen_once(tmp_path: Path) -> None:
    made = open_workspace(workspace_of(tmp_path)).compiled
    once = chosen(made, ("leaders",))
    assert chosen(once, ("leaders",)).program == once.program
    assert [plan.name for plan in once.workspace.asked] == ["leaders"] and once.workspace.beside == ("field",)


def test_what_differs_in_the_other_plans_table_is_told_by_its_own_way(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path)
    (folder / "leaders" / "tests").mkdir()
    wrong = TESTS.replace("earning: 30}", "earning: 31}")
    (folder / "leaders" / "tests" / "team.yaml").write_text(wrong, encoding="utf-8")
    made = open_workspace(folder).compiled
    [outcome] = run_tests(made, find_tests(made.workspace, ())).outcomes
    [difference] = outcome.differences
    assert why(outcome.run, difference)[0].startswith(
        "commission of 2026-03 is paid: base 300 · tier 1 · table result 30"
    )


def test_a_long_line_of_plans_that_read_each_other(tmp_path: Path) -> None:
    many = 500  # each three deep: more than calls can be
    made = check(workspace_of(tmp_path), Diagnostics(), {})
    assert made is not None
    leaders = next(plan for plan in made.plans if plan.name == "leaders")
    (team,) = leaders.measures
    read = [f"p{at + 1}.override" for at in range(many - 1)] + ["field.commission"]
    chain = [replace(leaders, name=f"p{at}", measures=(replace(team, earned=(name,)),)) for at, name in enumerate(read)]
    found = in_order(replace(made, plans=(*chain, *made.plans)))
    names = [(plan.name, each.name) for plan, each in found]
    assert names.index(("p0", "team")) > names.index(("p499", "override")) > names.index(("field", "commission"))


# -- mistakes


MISTAKES = {
    "feild.commission": "N001 7: there is no plan `feild` | did you mean `field.commission`?",
    "field.comission": "N001 7: there is no component `comission` in the plan `field` | did you mean `field.commission`?",
    "field.sold": "N001 7: `sold` is a measure of the plan `field`, and no component | there is `field.commission`",
    "commission": "N001 7: there is no component `commission` in this plan, but in `field` | "
    "write `field.commission`, if that is meant",
    "leaders.override": "N075 7: `leaders` is the plan that this stands in | "
    "write `override`: its own components are named alone",
}


@pytest.mark.parametrize(("said", "expected"), MISTAKES.items())
def test_names_that_mean_nothing(said: str, expected: str, tmp_path: Path) -> None:
    found = told(tmp_path, LEADERS.replace("field.commission", said))
    assert [text for text in found if text[:4] in ("N001", "N075")] == [expected]


def test_another_currency_is_refused_with_what_to_do(tmp_path: Path) -> None:
    [text] = told(tmp_path, LEADERS.replace("currency: USD", "currency: EUR"))
    assert text == (
        "M273 7: `field.commission` earns in USD, and this plan pays in EUR | make a plan in USD that reads it, with the same "
        "people on it: what was earned has no day to be exchanged on"
    )


def test_plans_that_never_meet_are_told(tmp_path: Path) -> None:
    field = FIELD.replace("in_force: {start: 2026-01-01}", "in_force: {start: 2026-01-01, end: 2026-02-28}")
    assert codes(tmp_path, LEADERS.replace("start: 2026-01-01", "start: 2026-03-01"), field) == ["N076"]


def test_a_longer_earning_period_of_the_other_plan_is_refused(tmp_path: Path) -> None:
    field = FIELD.replace("commission: {earning_period: month", "commission: {earning_period: quarter")
    assert codes(tmp_path, LEADERS, field) == ["M260"]


def test_a_circle_over_plans_is_told_once_with_the_way(tmp_path: Path) -> None:
    field = FIELD.replace("  sold:", "  theirs: {earned: leaders.override, over: period}\n  sold:")
    field = field.replace("base: sold", "base: theirs")
    found = [text for text in told(tmp_path, LEADERS, field) if text.startswith("N012")]
    assert found == [
        "N012 14: `field.theirs` is made of itself, by way of `leaders.override`, `leaders.team`, `field.commission` | "
        "let one of these read something that is not made of it"
    ]


def test_a_circle_by_way_of_a_formula_is_told_too(tmp_path: Path) -> None:
    field = FIELD.replace(
        "  sold:", "  theirs: {earned: leaders.override, over: period}\n  both: {formula: sold + theirs}\n  sold:"
    )
    field = field.replace("base: sold", "base: both")
    found = [text for text in told(tmp_path, LEADERS, field) if text.startswith("N012")]
    assert found == [
        "N012 14: `field.theirs` is made of itself, by way of `leaders.override`, `leaders.team`, `field.commission`, "
        "`field.both` | let one of these read something that is not made of it"
    ]


def test_plans_may_read_each_other_where_nothing_is_made_of_itself(tmp_path: Path) -> None:
    field = FIELD.replace("  sold:", "  theirs: {earned: leaders.override, over: period}\n  sold:")
    more = "  also: {earning_period: month, basis: period, base: theirs, earning_code: ALSO, rate: {mode: flat, rate: 10%}}\n"
    field = field.replace("policies:", f"{more}policies:").replace("title: Seller", "title: [Seller, Manager]")
    found = earned(run_of(tmp_path, LEADERS, field), "also")
    assert found == {"ana": 0, "ben": 0, "max": 5, "mo": 1}


def test_a_plan_without_credits_reads_another(tmp_path: Path) -> None:
    [text] = told(tmp_path, LEADERS.replace(TEAM, "  team: {headcount: everyone}\n"))
    assert text.startswith("S002 1: the file needs `credits`") and "`earned: field.commission`" in text


def test_what_only_another_plan_pays_is_for_something(tmp_path: Path) -> None:
    field = FIELD.replace("earning_code: COMM", "paid: false")
    assert codes(tmp_path / "a", LEADERS, field) == []
    assert codes(tmp_path / "b", OWN.replace("field.commission", "bonus_of"), field) != []


def test_a_mistake_in_the_other_plan_is_told_alone(tmp_path: Path) -> None:
    assert codes(tmp_path, LEADERS, FIELD.replace("currency: USD", "currency: usd")) == ["S005"]


# -- edits


@pytest.mark.parametrize(
    ("old", "new"), [("  commission:", "  pay:"), ("name: field", "name: sellers")], ids=["component", "plan"]
)
def test_a_new_name_is_one_edit_with_the_other_plan_that_says_it(old: str, new: str) -> None:
    files = {"field/comp.yaml": FIELD, "leaders/comp.yaml": LEADERS}
    name, changed = old.split()[-1].strip(":"), new.split()[-1].strip(":")
    after = {
        "field/comp.yaml": FIELD.replace(old, new),
        "leaders/comp.yaml": LEADERS.replace("field.commission", "field.commission".replace(name, changed)),
    }
    made = edits({n: text.encode() for n, text in files.items()}, {n: text.encode() for n, text in after.items()})
    assert [len(edit.places) for edit in made.edits] == [2]
