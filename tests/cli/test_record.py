"""`komisi test --record`: a test from a run passes at once, holds only what its participant's figures depend on."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.cli.command import komisi as made_komisi
from tests.conformance.small_workspace import ADJUSTED, ADJUSTMENTS
from tests.documents.examples import DOCUMENT, build, examples

ROOT = Path(__file__).parents[2]
ORDERS = """\
order_id,booked_on,seller,status,family,account,region,is_new,quantity,margin,net_amount,list_amount
O-1,2026-01-05,P-1,booked,goods,A-1,north,true,2,0.3,1200.00,18000000
O-2,2026-02-15,P-2,shared,goods,A-1,,false,1,0.2,800.50,12000000
O-3,2026-02-16,P-1,booked,services,A-1,,false,1,0.2,100.00,12000000
O-4,2026-02-17,P-2,booked,goods,A-2,,false,1,0.2,500.00,12000000
O-5,2026-02-17,P-1,booked,goods,A-2,,false,1,0.2,70.07,12000000
"""


@pytest.fixture
def komisi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """The command, in a workspace with a run of February."""
    shutil.copytree(ROOT / "tests" / "hostile" / "base", tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    Path("data/orders.csv").write_text(ORDERS)
    run = made_komisi(monkeypatch, capsys)
    assert run("run", "2026-02").code == 0
    return run


def test_it_passes_at_once_without_the_data(komisi: Komisi) -> None:
    for who in ("P-1", "P-2"):
        done = komisi("test", "--record", "latest:2026-02", who)
        assert (done.code, done.out) == (0, f"field/tests/{who.lower()}-2026-02.yaml\n"), done.err
    shutil.rmtree("data")
    done = komisi("test")
    assert (done.code, done.out.splitlines()[-1]) == (0, "2 passed (1 plan)")


def test_it_has_the_rows_that_the_figures_depend_on(komisi: Komisi) -> None:
    komisi("test", "--record", "latest:2026-02", "P-1")
    text = Path("field/tests/p-1-2026-02.yaml").read_text()
    ids = [number for number in range(1, 6) if f"order_id: O-{number}" in text]
    assert ids == [1, 2, 3, 5], "his own, refused ones too, and those of his account; not another's"
    assert "participant: P-2" in text, "who shares the account"
    assert "quantity" not in text and "list_amount" not in text, "nothing reads them"


def test_one_component_needs_fewer_rows(komisi: Komisi) -> None:
    done = komisi("test", "--record", "latest:2026-02", "P-1", "--component", "commission")
    assert done.out == "field/tests/p-1-2026-02-commission.yaml\n"
    text = Path("field/tests/p-1-2026-02-commission.yaml").read_text()
    assert "earnings/commission" in text and "earnings/growth" not in text and "O-2" not in text


def test_no_file_is_overwritten(komisi: Komisi) -> None:
    komisi("test", "--record", "latest:2026-02", "P-1")
    path = Path("field/tests/p-1-2026-02.yaml")
    path.write_text("mine")
    done = komisi("test", "--record", "latest:2026-02", "P-1")
    assert done.code == 2 and "is there already" in done.err and path.read_text() == "mine"


def test_with_another_plan_nothing_is_written(komisi: Komisi) -> None:
    plan = Path("field/comp.yaml")
    plan.write_text(plan.read_text().replace("{from: 0%, rate: 1%}", "{from: 0%, rate: 3%}"))
    done = komisi("test", "--record", "latest:2026-02", "P-1")
    assert done.code == 2 and not Path("field/tests").exists()
    assert "don't come out" in done.err and "earnings/commission" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["latest:2026-02", "P-11"], "did you mean `P-1`?"),
        (["latest:2026-02", "P-1", "-c", "comission"], "did you mean `commission`?"),
        (["latest:2026-02"], "--record takes a run and one participant"),
        (["latest:2026-07", "P-1"], "no run of 2026-07"),
    ],
)
def test_slips(arguments: list[str], message: str, komisi: Komisi) -> None:
    done = komisi("test", "--record", *arguments)
    assert done.code in (2, 4) and message in done.err and not Path("field/tests").exists()


EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture
def of_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Komisi]:
    """The command, in a workspace of the language reference with the run that it shows."""

    def made(name: str) -> Komisi:
        build(EXAMPLES, name, tmp_path)
        monkeypatch.chdir(tmp_path)
        run = made_komisi(monkeypatch, capsys)
        assert run("run", EXAMPLES[name].results[0].period).code == 0
        return run

    return made


def test_of_an_override_it_has_the_people_below_and_their_sales(of_example: Callable[[str], Komisi]) -> None:
    run = of_example("override")
    for who, component in (("vera", "area_override"), ("mo", "override")):
        done = run("test", "--record", "latest:2026-03", who, "--component", component)
        assert done.code == 0, done.err
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path("sales/tests").iterdir())]
    assert [[name for name in ("ana", "ben", "max") if f"participant: {name}" in text] for text in texts] == [
        ["ben"], ["ana", "ben", "max"],
    ]  # fmt: skip
    assert run("test").out.splitlines()[-1] == "2 passed (1 plan)"


def test_of_generations_those_who_take_a_level_keep_their_titles(of_example: Callable[[str], Komisi]) -> None:
    do = of_example("generations")
    assert do("test", "--record", "latest", "2026-03", "vera").code == 0
    text = Path("sales/tests/vera-2026-03.yaml").read_text(encoding="utf-8")
    assert "{participant: mo, start: 2026-01-01, title: Manager, manager: kim}" in text
    assert "{participant: kim, start: 2026-01-01, title: Other, manager: vera}" in text
    assert do("test").code == 0


def test_of_a_budget_it_has_everybody_who_spends_it(of_example: Callable[[str], Komisi]) -> None:
    run, period = of_example("spiff"), EXAMPLES["spiff"].results[0].period
    for who in ("ana", "ben"):
        done = run("test", "--record", "latest", period, who)
        assert done.code == 0, done.err


MOVES = ADJUSTMENTS.replace("files: moves.csv", "files: data/moves.csv")


def test_it_carries_the_adjustments_of_its_transactions(komisi: Komisi) -> None:
    main, plan = Path("komisi.yaml"), Path("field/comp.yaml")
    main.write_text(main.read_text().replace("  roster:\n", MOVES + "  roster:\n"))
    text = plan.read_text().replace("    order: [booked", "    adjustments: moves\n    order: [booked")
    plan.write_text(text.replace("net_amount * 0.5\n", "net_amount * 0.5\n    adjustments: moves\n"))
    rows = ("M-1,O-5,P-1,P-2,0.5", "M-2,O-2,P-1,,1", "M-3,O-4,P-2,,1")
    Path("data/moves.csv").write_text(ADJUSTED + "".join(f"{row},V. Okafor,2026-03-02,agreed\n" for row in rows))
    assert komisi("run", "2026-02").code == 0
    for who, moves, orders in (("P-1", (1, 2), (1, 2, 3, 5)), ("P-2", (1, 2, 3), (1, 2, 3, 4, 5))):
        done = komisi("test", "--record", "latest:2026-02", who)
        assert done.code == 0, done.err
        text = Path(f"field/tests/{who.lower()}-2026-02.yaml").read_text()
        assert tuple(n for n in range(1, 4) if f"M-{n}" in text) == moves
        assert tuple(n for n in range(1, 6) if f"order_id: O-{n}" in text) == orders
    shutil.rmtree("data")
    assert komisi("test").out.splitlines()[-1] == "2 passed (1 plan)"
