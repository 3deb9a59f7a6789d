"""What the people below earned: at which levels, of which day's managers, over what time, and where the chain fails."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain.node import Node
from engine.pipeline import front
from engine.report.plan_words.measure import measure_sentences
from engine.report.plan_words.roll_up import OVERRIDE_LONGER, OVERRIDE_NOT_ON_PLAN, below
from tests.conformance.small_workspace import MAIN, PLAN, written

MANAGED = MAIN.replace("title: text, payroll_id: text", "title: text, manager: {type: text, nullable: true}")
HEAD = "participant,start,end,title,manager"
CHAIN = ("P1,2026-01-01,,Seller,P2", "P2,2026-01-01,,Seller,P3", "P3,2026-01-01,,Seller,")
ORDERS = "order_id,booked_on,seller,status,account,quantity,net\n" + "".join(
    f"{who}{month},2026-0{month}-10,{who},booked,,1,{net}\n"
    for month in (1, 2, 3)
    for who, net in (("P1", 100), ("P2", 1000), ("P3", 10000))
)
PAYS = """\
components:
  commission: {earning_period: month, basis: period, base: sold, earning_code: COMM, rate: {mode: flat, rate: 10%}}
  override:
    earning_period: month
    basis: period
    base: team
    earning_code: OVER
    rate: {mode: flat, rate: 50%}
policies: {segments: separate, payout_rounding: half_up}
"""


def plan(reports: str, over: str = "period", pays: str = PAYS) -> str:
    head = PLAN[: PLAN.index("  shared:")]
    measure = f"  team: {{earned: commission, over: {over}, reports: {reports}}}\n"
    return f"{head}measures:\n  sold: {{sum: sales, over: period}}\n{measure}{pays}"


def last_day(levels: str) -> str:
    return f"{{levels: {levels}, longer: stop, managers_on: last_day, not_on_plan: skip}}"


def run_of(folder: Path, text: str, people: tuple[str, ...], period: str = "2026-03") -> Run:
    files: dict[str, Any] = {
        "komisi.yaml": MANAGED,
        "field/comp.yaml": text,
        "orders.csv": ORDERS,
        "people.csv": "\n".join([HEAD, *people, ""]),
    }
    return open_workspace(written(folder, files)).run(period)


def overrides(run: Run) -> dict[str, Decimal | None]:
    rows = run.table("earnings").filter(component="override", in_pay_period=True)
    return dict(rows.select("participant", "earning").iter_rows())


@pytest.mark.parametrize(
    ("levels", "expected"),
    [("[1]", {"P1": 0, "P2": 5, "P3": 50}), ("[2]", {"P1": 0, "P2": 0, "P3": 5}), ("[1, 2]", {"P1": 0, "P2": 5, "P3": 55})],
)  # fmt: skip
def test_each_level_is_a_sum_of_its_own(levels: str, expected: dict[str, int], tmp_path: Path) -> None:
    assert overrides(run_of(tmp_path, plan(last_day(levels)), CHAIN)) == expected


@pytest.mark.parametrize(("day", "expected"), [("first_day", [5, 50]), ("last_day", [0, 55])])
def test_an_earning_is_whole_of_the_manager_of_one_day(day: str, expected: list[int], tmp_path: Path) -> None:
    people = ("P1,2026-01-01,2026-03-20,Seller,P2", "P1,2026-03-21,,Seller,P3", *CHAIN[1:])
    found = overrides(
        run_of(tmp_path, plan(f"{{levels: [1], longer: stop, managers_on: {day}, not_on_plan: skip}}"), people)
    )
    assert [found[who] for who in ("P2", "P3")] == expected


def test_to_date_it_adds_up_what_was_below_then(tmp_path: Path) -> None:
    people = ("P1,2026-01-01,2026-02-15,Seller,P2", "P1,2026-02-16,,Seller,", *CHAIN[1:])
    to_date = PAYS.replace("basis: period\n    base: team", "basis: to_date\n    base: team")
    to_date = to_date.replace("rate: 50%}", "rate: 50%}\n    then: [{true_up: year}]")
    text = plan(last_day("[1]"), "year_to_date", to_date)
    run = run_of(tmp_path, text, people)
    rows = run.table("measures/field.team").filter(participant="P2").sort("period")
    assert rows.select("period", "own", "value").rows() == [("2026-01", 10, 10), ("2026-02", 0, 10), ("2026-03", 0, 10)]


def test_who_leaves_the_team_in_a_quarter_leaves_the_months_there(tmp_path: Path) -> None:
    people = ("P1,2026-01-01,2026-02-15,Seller,P2", "P1,2026-02-16,,Seller,P3", *CHAIN[1:])
    pays = PAYS.replace("override:\n    earning_period: month", "override:\n    earning_period: quarter")
    found = overrides(run_of(tmp_path, plan(last_day("[1]"), pays=pays), people))
    assert found == {"P1": 0, "P2": 5, "P3": 5 + 5 + 150}


def test_a_manager_who_is_not_on_the_plan_has_nothing_and_levels_stay(tmp_path: Path) -> None:
    people = (CHAIN[0], "P2,2026-01-01,,Boss,P3", CHAIN[2])
    assert overrides(run_of(tmp_path, plan(last_day("[1]")), people)) == {
        "P1": 0,
        "P3": 0,
    }
    assert overrides(run_of(tmp_path, plan(last_day("[2]")), people)) == {
        "P1": 0,
        "P3": 5,
    }


COACHED = ("P1,2026-01-01,,Seller,P5", "P5,2026-01-01,,Coach,P2", *CHAIN[1:])


def generation(levels: str, within: int = 5, beyond: str = "exception") -> str:
    counted = f"generations: {{title: Seller, within: {within}, beyond: {beyond}}}"
    return f"{{levels: {levels}, {counted}, longer: stop, managers_on: last_day, not_on_plan: skip}}"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [("[1]", {"P1": 0, "P2": 5, "P3": 50}), ("[2]", {"P1": 0, "P2": 0, "P3": 5}), ("[1, 2]", {"P1": 0, "P2": 5, "P3": 55})],
)  # fmt: skip
def test_generations_pass_over_who_has_another_title(levels: str, expected: dict[str, int], tmp_path: Path) -> None:
    """As if there were no coach between P1 and P2: by reporting line P2 has of P1 nothing at level 1."""
    assert overrides(run_of(tmp_path / "one", plan(generation(levels)), COACHED)) == expected
    assert overrides(run_of(tmp_path / "two", plan(last_day("[1]")), COACHED))["P2"] == 0


def test_managers_beyond_those_looked_at_block_the_period(tmp_path: Path) -> None:
    run = run_of(tmp_path / "one", plan(generation("[1]", 1)), COACHED)
    assert overrides(run) == {"P1": 0, "P2": 0, "P3": 50}
    rows = run.exceptions.filter(code="E452")
    assert rows.select("severity", "part", "participant", "message").rows() == [
        ("blocks_period", "team", None, "managers above those that are looked at: P1 → P5 → P2")
    ]
    run = run_of(tmp_path / "two", plan(generation("[1]", 1, "stop")), COACHED)
    assert run.exceptions.filter(code="E452").height == 0


@pytest.mark.parametrize(
    ("reports", "expected", "told"),
    [
        ("{levels: [1], longer: exception", {"P1": 0, "P2": 5, "P3": 50}, ["P1 → P2 → P3"]),
        ("{levels: [1], longer: stop", {"P1": 0, "P2": 5, "P3": 50}, []),
        ("{levels: [2], longer: exception", {"P1": 0, "P2": 0, "P3": 5}, []),
        ("{levels: [1], generations: {title: Seller, within: 5, beyond: stop}, longer: exception",
         {"P1": 0, "P2": 5, "P3": 50}, ["P1 → P2 → P3"]),
    ],
)  # fmt: skip
def test_managers_above_all_levels_are_told(
    tmp_path: Path, reports: str, expected: dict[str, int], told: list[str]
) -> None:
    """The levels have what is theirs; that somebody above them has nothing is said, or holds the period."""
    run = run_of(tmp_path, plan(reports + ", managers_on: last_day, not_on_plan: skip}"), CHAIN)
    assert overrides(run) == expected
    rows = run.exceptions.filter(code="E446")
    assert rows.select("severity", "part", "participant", "message").rows() == [
        ("blocks_period", "team", None, f"managers above the levels that count: {chain}") for chain in told
    ]
    ends = dict(run.table("reports/field.team").filter(period="2026-03").select("participant", "because").iter_rows())
    assert ends == {"P1": "longer_chain" if told else "", "P2": "", "P3": ""}


def test_generations_in_a_circle_are_blocked(tmp_path: Path) -> None:
    """P1 → P5 (a coach) → P2 → P3 → P1: at level 3 each stands above themselves, at level 1 nobody does."""
    people = (*COACHED[:3], "P3,2026-01-01,,Seller,P1")
    found = overrides(run_of(tmp_path / "one", plan(generation("[3]", 9)), people))
    assert found == {"P1": None, "P2": None, "P3": None}
    found = overrides(run_of(tmp_path / "two", plan(generation("[1]", 9)), people))
    assert found == {"P1": 500, "P2": 5, "P3": 50}


def test_managers_in_a_circle_are_blocked_and_told(tmp_path: Path) -> None:
    people = (*CHAIN[:2], "P3,2026-01-01,,Seller,P1")
    run = run_of(tmp_path, plan(last_day("[1, 3]")), people)
    assert overrides(run) == {"P1": None, "P2": None, "P3": None}
    rows = run.exceptions.filter(code="E424").sort("participant")
    assert rows["message"].to_list()[0] == "managers in a circle: P1 → P2 → P3 → P1"
    assert run.exceptions.filter(code="E205")["part"].unique().to_list() == ["override"]


def test_a_level_below_the_circle_is_what_the_roster_says(tmp_path: Path) -> None:
    people = (*CHAIN[:2], "P3,2026-01-01,,Seller,P1")
    found = overrides(run_of(tmp_path / "one", plan(last_day("[1]")), people))
    assert found == {"P1": 500, "P2": 5, "P3": 50}
    above = ("P1,2026-01-01,,Seller,P2", "P2,2026-01-01,,Seller,P3", "P3,2026-01-01,,Seller,P2")
    assert overrides(run_of(tmp_path / "two", plan(last_day("[1, 3]")), above)) == {"P1": 0, "P2": None, "P3": None}


def test_who_is_above_somebody_unknown_is_not_known(tmp_path: Path) -> None:
    run = run_of(tmp_path, plan(last_day("[2]")), (CHAIN[0], CHAIN[2]))
    rows = run.exceptions.filter(code="E123")
    assert rows.select("part", "participant").rows() == [("team", "P2")]
    assert rows["message"].to_list() == [
        "the roster has no row of `P2` on 2026-03-31, so nobody above or in that place has what was earned below"
    ]


def test_a_manager_whom_the_roster_does_not_know_is_told_of_the_first_level_too(tmp_path: Path) -> None:
    run = run_of(
        tmp_path,
        plan(last_day("[1]")),
        ("P1,2026-01-01,,Seller,P22", *CHAIN[1:]),
    )
    assert run.exceptions.filter(code="E123")["participant"].to_list() == ["P22"]


def test_a_circle_in_an_earlier_month_of_the_quarter_is_told_with_the_quarter(tmp_path: Path) -> None:
    people = (*CHAIN[:2], "P3,2026-01-01,2026-01-31,Seller,P1", "P3,2026-02-01,,Seller,")
    pays = PAYS.replace("override:\n    earning_period: month", "override:\n    earning_period: quarter")
    run = run_of(tmp_path, plan(last_day("[1, 3]"), pays=pays), people)
    assert set(overrides(run).values()) == {None}
    assert set(run.exceptions.filter(code="E424")["period"]) == {"2026-01"}


def test_explained_by_the_way_up_and_as_a_part_of_the_line(tmp_path: Path) -> None:
    run = run_of(tmp_path, plan(last_day("[1, 2]"), pays=PAYS.replace("OVER", "COMM")), CHAIN)
    texts = list(_texts(run.save(tmp_path / "runs").explain("P3", "override")))
    assert "P1 → P2 → P3 · commission · 2026-03 = 10.00 · level 2 on 2026-03-31" in texts
    assert "P2 → P3 · commission · 2026-03 = 100.00 · level 1 on 2026-03-31" in texts
    assert any("that is the whole line; what stands below is a part of it" in text for text in texts)
    whole = list(_texts(run.save(tmp_path / "again").explain("P3")))
    assert not any("whole line" in text for text in whole)


def _texts(node: Node) -> Iterator[str]:
    yield f"{node.title} = {node.value.grouped if node.value else ''} · {node.about}"
    for child in node.children:
        yield from _texts(child)


MISTAKES = [
    ("{levels: 1, longer: stop, managers_on: last_day, not_on_plan: skip}", "S003"),
    (last_day("[]"), "S007"),
    (last_day("[1, 1]"), "S007"),
    (last_day("[0]"), "S006"),
    ("{levels: [1]}", "S002"),
    ("{levels: [1], longer: go_on, managers_on: last_day, not_on_plan: skip}", "S004"),
    ("{levels: [1], managers_on: credit_date}", "S004"),
    ("{levels: [1], longer: stop, managers_on: last_day, no_manager: skip, not_on_plan: skip}", "S001"),
    ("{levels: [1], managers_on: last_day, not_on_plan: skip}", "S002"),
]


@pytest.mark.parametrize(("reports", "code"), MISTAKES)
def test_mistakes_are_told(reports: str, code: str, tmp_path: Path) -> None:
    assert code in _codes(tmp_path, MANAGED, plan(reports))


def test_an_override_on_itself_is_a_circle(tmp_path: Path) -> None:
    text = plan(last_day("[1]")).replace("earned: commission", "earned: [commission, override]")
    assert _codes(tmp_path, MANAGED, text) == ["N012"]


@pytest.mark.parametrize(
    ("other", "told"),
    [(last_day("[2]"), ["M105"]), (last_day("[1]").replace("last_day", "first_day"), ["M105"]), (last_day("[1]"), [])],
)
def test_marginal_tiers_are_found_by_what_the_same_people_earned(other: str, told: list[str], tmp_path: Path) -> None:
    text = plan(last_day("[1]")).replace(
        "components:", f"  area: {{earned: commission, over: period, reports: {other}}}\ncomponents:"
    )
    tiers = "{mode: marginal, select: area, below: same, tiers: [{from: 0, rate: 10%}, {from: 100, rate: 50%}]}"
    found = _codes(tmp_path, MANAGED, text.replace("{mode: flat, rate: 50%}", tiers))
    assert [code for code in found if code == "M105"] == told


def test_only_what_was_earned_has_reports_and_the_roster_names_managers(tmp_path: Path) -> None:
    text = plan(last_day("[1]"))
    assert _codes(tmp_path, MAIN, text) == ["W102"]
    wrong = text.replace(
        "{sum: sales, over: period}",
        "{sum: sales, over: period, reports: {levels: [1], longer: stop, managers_on: last_day, not_on_plan: skip}}",
    )
    assert _codes(tmp_path / "b", MANAGED, wrong) == ["S014"]


def _codes(folder: Path, main: str, text: str) -> list[str]:
    found = Diagnostics()
    front(written(folder, {"komisi.yaml": main, "field/comp.yaml": text}), found, {})
    return sorted({each.code for each in found})


# -- amounts for each segment

STEP = "rate: {mode: step, select: sold, below: zero, boundary: upper, tiers: [{from: 100, amount: 1}]}"
FLAT = "base: sold, earning_code: COMM, rate: {mode: flat, rate: 10%}"


SO_MUCH = (
    "`commission` pays so much in each segment, and is added up of the people below: who changes title within the period"
    " counts twice"
)


def reviewed(folder: Path, commission: str, more: str = "") -> list[tuple[str, int, str]]:
    """What `check` warns of, where this is what the people below earn by."""
    pays = PAYS.replace("base: sold, earning_code: COMM, rate: {mode: flat, rate: 10%}", commission)
    pays = pays.replace("earning_code: OVER\n", "earning_code: OVER\n" + more)
    main = MANAGED + "variables: {own: {type: quantity, default: 2, column: own}}\n"
    main = main.replace("manager: {type", "own: {type: quantity, nullable: true}, manager: {type")
    pays = pays.replace("policies: {", "policies: {participant_values_on: segment_end, ")
    files: dict[str, Any] = {"komisi.yaml": main, "field/comp.yaml": plan(last_day("[1]"), pays=pays)}
    files |= {"orders.csv": ORDERS, "people.csv": "\n".join([HEAD, *CHAIN, ""])}
    diagnostics = Diagnostics()
    assert front(written(folder, files), diagnostics, {}) is not None, [each.message for each in diagnostics]
    return [(each.code, each.span.line, each.message) for each in diagnostics if each.code in ("R039", "R007")]


@pytest.mark.parametrize(
    "commission",
    [
        "earning_code: COMM, " + STEP,
        "earning_code: COMM, " + STEP.replace("step", "each_entered"),
        FLAT + ", then: [cap: {over: earning_period, at: 100 USD}]",
        FLAT + ", then: [floor: {over: earning_period, at: 100 USD}]",
        "earning_code: COMM, " + STEP.replace("amount: 1", 'amount: "min(sold, 50 USD)"'),
        "earning_code: COMM, " + STEP.replace("amount: 1", "amount: 1 USD * own"),
        "earning_code: COMM, "
        + STEP
        + ", then: [prorate: {amount: calendar_days}, cap: {over: earning_period, at: 1 USD}]",
    ],
)
def test_an_amount_for_each_segment_is_asked_about(tmp_path: Path, commission: str) -> None:
    """R039, at what they earn; a component may accept it."""
    told = [("R039", SO_MUCH)]
    assert [(code, message) for code, _, message in reviewed(tmp_path / "a", commission)] == told
    assert reviewed(tmp_path / "b", commission, '    accept: {R039: "nobody changes title"}\n') == []


@pytest.mark.parametrize(
    "commission",
    [
        FLAT,
        FLAT + ", then: [cap: {over: earning_period, at: 100 USD, prorate: calendar_days}]",
        "earning_code: COMM, " + STEP + ", then: [prorate: {amount: calendar_days}]",
        "earning_code: COMM, " + STEP.replace("from: 100, amount: 1", "from: 0, amount: 0.5 * sold - sold / 4"),
        "earning_code: COMM, "
        + STEP.replace("from: 100, amount: 1", "from: 0, amount: sold * own / 4 + own * own * sold"),
    ],
)
def test_what_comes_to_the_same_in_two_segments(tmp_path: Path, commission: str) -> None:
    """A part of what was sold, by one's own value too, which may be another in each; an amount by days, a cap by days."""
    assert reviewed(tmp_path, commission) == []


def test_an_indicator_is_counted_twice_as_it_says(tmp_path: Path) -> None:
    """One person with another title since the 6th: 100 sold before, 100 after, two segments, 2 for the manager."""
    pays = PAYS.replace(FLAT, "earning_code: COMM, " + STEP).replace("rate: 50%", "rate: 100%")
    text = plan(last_day("[1]"), pays=pays).replace("title: Seller", "title: [Seller, Lead]")
    people = ("P1,2026-01-01,2026-03-12,Seller,P2", "P1,2026-03-13,,Lead,P2", "P2,2026-01-01,,Seller,")
    files: dict[str, Any] = {
        "komisi.yaml": MANAGED,
        "field/comp.yaml": text,
        "people.csv": "\n".join([HEAD, *people, ""]),
    }
    files["orders.csv"] = ORDERS + "P1b,2026-03-20,P1,booked,,1,100\n"
    assert overrides(open_workspace(written(tmp_path, files)).run("2026-03"))["P2"] == 2


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ("[1, 2, 3]", "those whom you manage, those whom these manage in turn and those 3 levels below you"),
        ("[1, 2, 3, 4, 5]", "those at levels 1 to 5 below you"),
        ("[1, 2, 3, 5]", "those 3 levels below you and those 5 levels below you"),
    ],
)
def test_many_levels_are_read_as_a_range(tmp_path: Path, levels: str, words: str) -> None:
    files: dict[str, Any] = {"komisi.yaml": MANAGED, "field/comp.yaml": plan(last_day(levels))}
    files |= {"orders.csv": ORDERS, "people.csv": "\n".join([HEAD, *CHAIN, ""])}
    made = front(written(tmp_path, files), Diagnostics(), {})
    assert made is not None
    reports = made.workspace.plans[0].measure("team").reports
    assert reports is not None and words in below(reports)


def test_which_managers_have_it_is_said_once_for_those_who_say_the_same(tmp_path: Path) -> None:
    """The third measure takes the managers of another day."""
    other = last_day("[3]").replace("last_day", "first_day")
    more = f"  second: {{earned: commission, over: period, reports: {last_day('[2]')}}}\n"
    more += f"  third: {{earned: commission, over: period, reports: {other}}}\n"
    text = plan(last_day("[1]")).replace("components:\n", more + "components:\n")
    files: dict[str, Any] = {"komisi.yaml": MANAGED, "field/comp.yaml": text}
    files |= {"orders.csv": ORDERS, "people.csv": "\n".join([HEAD, *CHAIN, ""])}
    made = front(written(tmp_path, files), Diagnostics(), {})
    assert made is not None
    said = [sentence.text for sentence in measure_sentences(made.workspace.plans[0].measures, 2)]
    last, first = (f"Each earning counts for those who are the managers on the {day} day of the days it is earned in."
                   for day in ("last", "first"))  # fmt: skip
    rest = [OVERRIDE_LONGER["stop"], OVERRIDE_NOT_ON_PLAN["skip"]]
    assert said[1:] == [
        "`team` is what those whom you manage earn by `commission` in the month.", last, *rest,
        "`second` is what those 2 levels below you earn by `commission` in the earning period.",
        "Which managers have it is as for `team`.",
        "`third` is what those 3 levels below you earn by `commission` in the earning period.", first, *rest,
    ]  # fmt: skip
