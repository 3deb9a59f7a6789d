"""Sentences of `komisi show` and `komisi explain` that would be untrue of some plans: what each says of such a one."""

from pathlib import Path

import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import PEOPLE, PLAN, written

HEAD = PLAN[: PLAN.index("measures:")]
TITLES = HEAD.replace("{title: Seller}", "{title: [Seller, Senior]}")
RULES = "policies: {segments: separate, hit_policy: first, payout_rounding: half_up}\n"
ORDERS = "order_id,booked_on,seller,status,account,quantity,net\n"


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")  # no line is folded
    return komisi(monkeypatch, capsys)


def shown(do: Komisi, folder: Path, plan: str, head: str = HEAD, rules: str = RULES) -> str:
    """What `show` says of a plan that begins as the small one, in one line."""
    written(folder, {"field/comp.yaml": head + plan + rules})
    done = do("show", "field")
    assert done.code == 0, done.err
    return " ".join(done.out.split())


PAID = "measures: {{month: {{sum: sales, over: period}}, ytd: {{sum: sales, over: year_to_date}}}}\ncomponents:\n  bonus: {}\n"
BONUS = "{earning_period: month, basis: period, earning_code: A, %s}"


def test_what_a_period_is_calculated_on(do: Komisi, tmp_path: Path) -> None:
    said = shown(do, tmp_path, PAID.format(BONUS % "base: month, rate: {mode: flat, rate: 1%}"))
    assert "It is calculated once for the month, on what the month came to." in said
    to_date = "rate: {mode: step, select: ytd, boundary: upper, below: zero, tiers: [{from: 1000, amount: 100}]}"
    assert "It is calculated once for the month, on `ytd`." in shown(do, tmp_path, PAID.format(BONUS % to_date))


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (
            "per: credit, over: quarter, at: 100 USD, when_spent: stop, excess: lost",
            "the last one in part; those after it are paid only of what a return gives back.",
        ),
        (
            "over: earning_period, at: 100 USD, when_spent: prorate",
            "for each month. Where that is not enough, all amounts above 0 are cut in the same proportion. The parts",
        ),
        (
            "over: year, at: 100 USD, when_spent: prorate, excess: lost",
            "all amounts above 0 are cut in the same proportion; later ones are paid only of what returns give back. The parts",
        ),
    ],
    ids=["stop", "each-month", "year"],
)
def test_what_a_spent_budget_pays(budget: str, said: str, do: Komisi, tmp_path: Path) -> None:
    of_credits = budget.startswith("per")
    basis = "basis: credit, base: sales" if of_credits else "basis: period, base: month"
    plan = f"""measures: {{month: {{sum: sales, over: period}}}}
components:
  bonus:
    {{earning_period: month, {basis}, earning_code: A, rate: {{mode: flat, rate: 1%}}, then: [budget: {{{budget}}},
      round: {{per: {"credit" if of_credits else "earning"}, mode: half_up}}]}}
"""
    head = (
        HEAD.replace("credit_date: booked_on", "credit_date: booked_on\n    order: [booked_on]", 1)
        if of_credits
        else HEAD
    )
    assert said in shown(do, tmp_path, plan.replace("per: credit, over", "over"), head)


def test_of_which_day_ones_own_values_are(do: Komisi, tmp_path: Path) -> None:
    written(tmp_path)
    main = tmp_path / "komisi.yaml"
    main.write_text(
        main.read_text().replace("sources:\n", "variables: {pct: {type: rate, default: 4%, column: pct}}\nsources:\n", 1)
        .replace("title: text,", "title: text, pct: {type: rate, nullable: true},", 1)
    )  # fmt: skip
    plan = PAID.format(BONUS % "base: month, rate: {mode: flat, rate: pct}")
    own = RULES.replace("hit_policy", "participant_values_on: segment_end, hit_policy")
    (tmp_path / "field/comp.yaml").write_text(HEAD + plan + own)
    said = " ".join(do("show", "field").out.split())
    assert "your own values count as they stand on the last day of the period, or of your part of it." in said


CARRIED = """measures:
  month: {sum: sales, over: period}
  best: {previous: month, take: highest, since: plan, no_previous: zero}
components:
  bonus:
    earning_period: month
    basis: period
    base: month
    earning_code: A
    rate: {mode: flat, rate: 10%}
    then: [carry_forward: {over: year, deficit: {under: 500 USD, at_end: dropped}}, round: {per: earning, mode: half_up}]
  record:
    earning_period: month
    basis: period
    earning_code: B
    rate: {mode: step, select: best, boundary: upper, below: zero, tiers: [{from: 1000, amount: 100}]}
"""


def test_what_a_new_title_ends(do: Komisi, tmp_path: Path) -> None:
    said = shown(do, tmp_path, CARRIED, TITLES)
    assert "in the last one of the year, or of your time on the plan with one title, it is dropped." in said
    assert "of the months before, since you came on the plan with one title, that you were there for all of" in said
    assert "It is calculated once for the month, on `best`." in said
    goes_on = RULES.replace("separate", "joined, on_change: continue, participant_values_on: segment_end")
    said = shown(do, tmp_path, CARRIED, TITLES, goes_on)
    assert "in the last one of the year, or of your time on the plan, it is dropped." in said
    assert "of the months before, since you came on the plan, that you were there for all of" in said


def test_the_title_is_that_of_the_time_that_is_explained(do: Komisi, tmp_path: Path) -> None:
    people = PEOPLE.replace("P1,2025-01-01,,Seller", "P1,2026-01-01,2026-02-14,Seller,PX-1\nP1,2026-02-15,,Senior")
    plan = TITLES + PAID.format(BONUS % "base: month, rate: {mode: flat, rate: 1%}") + RULES
    written(tmp_path, {"field/comp.yaml": plan, "people.csv": people})
    for month, titles in (("2026-01", "Seller"), ("2026-02", "Seller, then Senior"), ("2026-03", "Senior")):
        assert do("run", month).code in (0, 3)
        assert f"│  {titles}; run" in do("explain", f"latest:{month}", "P1").out


def test_a_balance_that_a_new_title_ends(do: Komisi, tmp_path: Path) -> None:
    people = PEOPLE.replace("P1,2025-01-01,,Seller", "P1,2026-01-01,2026-02-28,Seller,PX-1\nP1,2026-03-01,,Senior")
    orders = ORDERS + "".join(f"A{n},2026-0{n}-03,P1,booked,,1,{net}\n" for n, net in ((1, 1000), (2, 0), (3, 9000)))
    written(tmp_path, {"field/comp.yaml": TITLES + CARRIED + RULES, "people.csv": people, "orders.csv": orders})
    said = []
    for month in ("2026-02", "2026-03"):
        assert do("run", month).code == 0
        said.append(do("explain", f"latest:{month}", "P1", "--component", "bonus").out)
    assert "carried = −900.00 USD" in said[0] and "dropped: the segment ends on 2026-02-28" in said[0]
    assert "brought = 0.00 USD" in said[1]
    assert "the −900.00 that 2026-02 carried are dropped: a new segment began on 2026-03-01" in said[1]
    assert "dropped" not in said[1].partition("carried = ")[2]


def test_what_lies_under_the_first_point_is_on_no_line(do: Komisi, tmp_path: Path) -> None:
    plan = """measures: {month: {sum: sales, over: period}}
components:
  bonus:
    earning_period: month
    basis: credit
    base: sales
    earning_code: A
    rate: {mode: interpolated, select: amount, below: same, above: same, points: [{at: 0, rate: 2%}, {at: 1000, rate: 4%}]}
"""
    orders = ORDERS + "A1,2026-03-03,P1,booked,,1,-1200\nA2,2026-03-04,P2,booked,,1,500\n"
    written(tmp_path, {"field/comp.yaml": HEAD + plan + RULES, "orders.csv": orders})
    assert do("run", "2026-03").code == 0
    under, between = (do("explain", "latest:2026-03", who).out for who in ("P1", "P2"))
    assert "under the first point; not reached: −1,200.00 < 0.00" in under and "between two points" not in under
    assert "rate = 3 %" in between


def test_no_figures_of_what_grows_and_is_no_total(do: Komisi, tmp_path: Path) -> None:
    """Shares of a year's target are not the same in each month; and of what is a share, 100 % is a round example."""
    plan = """measures:
  ytd: {sum: sales, over: year_to_date}
  reached: {attainment: ytd, against: goal, reach: %s, missing_target: block, zero_target: block}
components:
  bonus:
    earning_period: month
    basis: period
    earning_code: A
    rate: {mode: step, select: reached, boundary: upper, below: same, tiers: [{from: 0%%, amount: 100 USD * reached}]}
"""
    said = shown(do, tmp_path, plan % "accumulation")
    no_figures = (
        "There are no worked figures: `reached` is measured by the target of the whole year, and so it grows from month"
    )
    assert no_figures in said and "the same in each of" not in said
    said = shown(do, tmp_path, plan % "to_date")
    assert "It is the same in each of 12 months" in said and " 100 % 1,200.00 USD" in said and "5,000 %" not in said


def test_a_rate_that_reads_the_target_that_is_not_there(do: Komisi, tmp_path: Path) -> None:
    plan = PLAN.replace("missing_target: block", "missing_target: zero").replace("rate: 1%", "rate: 5 USD / target")
    written(
        tmp_path,
        {"field/comp.yaml": plan, "goals.csv": "participant,period,amount\nP1,2026-03,1200\nP3,2026-03,2000\n"},
    )
    assert do("run", "2026-03").code in (0, 3)
    said = do("explain", "latest:2026-03", "P2").out
    assert "a policy decided the attainment, but what is paid reads `target`, and there is none" in said
    assert "whatever `missing_target` makes of the attainment" in do("rule", "E205").out
