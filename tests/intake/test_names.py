"""Whatever a company calls its columns, figures are the same: no name that the engine uses beside them is taken."""

import csv
import re
from pathlib import Path

import pytest

import engine
from engine.core.names import KEYWORDS, RESERVED_COLUMNS
from engine.plan.workspace import PARTICIPANT_ATTRIBUTES
from tests.cli.command import Komisi, komisi
from tests.intake.company import MAIN, PLAN

ORDERS = """\
A-1,2026-03-02,ana,1000.50,1,0,true
A-2,2026-03-03,ben,200,1,0,true
A-3,2026-03-04,ben,40,1,0,true
A-4,2026-03-05,anna,30,1,0,true
A-5,2026-03-05,ana,x,1,0,true
A-6,,ana,20,1,0,true
A-2,2026-03-03,ben,200,1,0,true
A-3,2026-03-04,ben,50,1,0,true
Total,,,1300.50,,,
Sum,,,1300.50,,,
"""
"""Clean ones; one of a stranger, without an amount, a day, twice, with two amounts; a total that is skipped, one that isn't."""
PEOPLE = "ana,2026-01-01,,Seller\nben,2026-01-01,,Seller\n=x,2026-01-01,,Seller\n"
MOVES = "M-1,A-2,ben,ana,0.5,cfo,2026-03-30,agreed\nM-2,A-9,ben,ana,0.5,cfo,2026-03-30,agreed\n"
MOVED = (
    "adjustment",
    "order_id",
    "from_participant",
    "to_participant",
    "share",
    "approved_by",
    "approved_on",
    "reason",
)
ADJUSTMENTS = """\
  moves:
    role: adjustments
    files: moves.csv
    key: [adjustment]
    columns: {adjustment: text, order_id: text, from_participant: text, to_participant: text, share: rate, approved_by: text,
      approved_on: date, reason: text}
policies:
"""
OWN = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")
PAID = [("ana", "55.03"), ("ben", "5.00")]
"""Five percent of what counts, and half of A-2 is moved from ben to ana."""
LOGGED = [
    ("E433", "moves", "3", "ana", ""), ("E433", "moves", "3", "ben", ""),
    ("E447", "orders", "5", "anna", "30.00"),
    ("X007", "orders", "11", "", "1300.50"), ("X007", "orders", "7", "ana", "20.00"),
    ("X008", "orders", "6", "ana", ""), ("X012", "orders", "8", "ben", ""),
    ("X016", "orders", "4", "ben", "40.00"), ("X016", "orders", "9", "ben", "50.00"),
    ("X020", "people", "4", "", ""), ("X057", "orders", "10", "", "1300.50"),
]  # fmt: skip


def used() -> list[str]:
    """Every word in quotes of what reads and logs rows, and every column that others name, that a source may call a column."""
    folder, words = Path(engine.__file__).parent, set[str]()
    for part in ("intake", "run", "record", "report", "explain", "trial"):
        about = (
            r'"~?([a-z][a-z0-9_]{0,30})"'
            if part in ("intake", "run")
            else r'(?:col|alias|select)\("~?([a-z][a-z0-9_]{0,30})"'
        )
        for path in folder.glob(f"{part}/**/*.py"):
            words.update(re.findall(about, path.read_text(encoding="utf-8")))
    return sorted(words - RESERVED_COLUMNS - KEYWORDS - {*OWN, *MOVED})


def made(folder: Path, names: list[str], type_: str, calls: dict[str, str]) -> None:
    """The company with these columns in each of its sources, too, and its own called otherwise."""
    rest = [name for name in names if name not in (*PARTICIPANT_ATTRIBUTES, "start", "end", "credit_rule")]
    filled = "7" if type_ == "quantity" else "word"
    more = "".join(f', "{name}": {type_}' for name in rest)
    skip = "files: orders.csv\n    skip_rows: [{order_id: Total}]"
    main = (
        MAIN.replace("FROM", skip).replace("policies:\n", ADJUSTMENTS).replace("title: text}", f"title: text{more}}}")
    )
    main = main.replace("reason: text}", f"reason: text{more}}}")
    main = main.replace(
        "      paid: bool\n", "      paid: bool\n" + "".join(f'      "{name}": {type_}\n' for name in names)
    )
    plan = PLAN.replace("value: net", "value: net, adjustments: moves")
    for own, called in calls.items():
        main, plan = (re.sub(rf"\b{own}\b", called, text) for text in (main, plan))
    (folder / "komisi.yaml").write_text(main, encoding="utf-8")
    (folder / "sales.yaml").write_text(plan, encoding="utf-8")
    for file, header, rows, others in (
        ("orders.csv", OWN, ORDERS, names), ("moves.csv", MOVED, MOVES, rest),
        ("people.csv", ("participant", "start", "end", "title"), PEOPLE, rest),
    ):  # fmt: skip
        names_in = [*(calls.get(name, name) for name in header), *others]
        lines = [",".join(names_in), *(",".join((row, *[filled] * len(others))) for row in rows.splitlines())]
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(folder: Path, name: str, *columns: str) -> list[tuple[str, ...]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [tuple(row[column] for column in columns) for row in csv.DictReader(file)]


CALLS: dict[str, dict[str, str]] = {
    "its own beside them": {},
    "its own called so": dict(zip(OWN, ("source", "found", "who", "record", "drop", "unit", "code"), strict=True)),
    "its own called otherwise": dict(
        zip(OWN, ("key", "index", "said", "column", "any", "total", "unkeyed"), strict=True)
    ),
}


@pytest.mark.parametrize(
    ("calls", "type_"),
    [
        ("its own beside them", "quantity"), ("its own beside them", "text"), ("its own called so", "quantity"),
        ("its own called otherwise", "text"),
    ],
)  # fmt: skip
def test_any_name(
    calls: str, type_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = CALLS[calls]
    names = [name for name in used() if name not in own.values()]
    assert {"drop", "found", "record", "unit", "total", "plan"} - {*own.values()} <= {*names}
    made(tmp_path, names, type_, own)
    do: Komisi = komisi(monkeypatch, capsys)
    page = do("sources", "check", "2026-03")
    assert page.code == 3, page.err
    assert "10 rows read, 3 accepted, 1 skipped" in page.out
    assert f"skip_rows: [{{{own.get('order_id', 'order_id')}: Sum}}]" in page.out
    done = do("run", "2026-03")
    assert done.code == 3, done.out + done.err
    (run,) = (path for path in (tmp_path / "runs").iterdir() if path.is_dir())
    assert sorted(table(run, "payouts.csv", "participant", "amount")) == PAID
    log = table(run, "exceptions.csv", "code", "source", "row", "participant", "at_stake")
    assert sorted(log) == LOGGED
    listing = do("exceptions", "latest:2026-03")
    assert listing.code == 0 and "X016" in listing.out, listing.err
    proof = do("verify", "latest:2026-03", "--sources", ".")
    assert proof.code == 0, proof.out + proof.err
    why = do("explain", "latest:2026-03", "ana")
    assert why.code == 0 and "55.03" in why.out, why.err
    why = do("explain", "latest:2026-03", "ana", "--transaction", "A-2")
    assert why.code == 0 and "orders.csv:3" in why.out, why.err
    moves = do("adjustments", "latest:2026-03", "--pay")
    assert moves.code == 0 and "M-1" in moves.out, moves.err


def test_a_name_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    made(tmp_path, ["scope_start", "scope_end"], "text", {})
    done = komisi(monkeypatch, capsys)("check")
    assert (
        done.code == 1
        and "S008" in done.out + done.err
        and "my_scope_end: {type: …, from: scope_end}" in done.out + done.err
    )
