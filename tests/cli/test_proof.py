"""`komisi verify --digest --sources`, `komisi replay`, `komisi pack`: what they print, and how they end."""

import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from engine.core import fingerprint
from engine.record import open_record
from tests.cli.command import Komisi
from tests.cli.command import komisi as made_komisi
from tests.passes.explained import company
from tests.passes.forger import change, entry, put, reseal


@pytest.fixture
def komisi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """The command, in a workspace with a run of February."""
    monkeypatch.chdir(company(tmp_path))
    run = made_komisi(monkeypatch, capsys)
    assert run("run", "2026-02").code == 3
    return run


def folder() -> Path:
    (found,) = (path for path in Path("runs").iterdir() if path.is_dir())
    return found


def digest() -> str:
    return str(json.loads((folder() / "manifest.json").read_text())["run_digest"])


def test_the_digest_that_was_approved(komisi: Komisi) -> None:
    plain = komisi("verify", "latest:2026-02")
    assert plain.code == 0 and plain.out.startswith(f"Run {folder().name} of 2026-02 holds: ")
    assert f"\nRun digest {digest()}\nNot proved: that this is the run that was approved." in plain.out
    approved = komisi("verify", "latest:2026-02", "--digest", digest().upper())
    assert approved.code == 0 and approved.out.endswith(f"Run digest {digest()}, as approved\n")
    other = komisi("verify", "latest:2026-02", "--digest", "0" * 64)
    assert other.code == 1
    assert other.out.startswith(
        f"manifest.json · run_digest: it is {digest()}, and {'0' * 64} was given: this is another run"
    )


def test_what_is_no_run_digest(komisi: Komisi) -> None:
    manifest = json.loads((folder() / "manifest.json").read_text())
    for given, what in (
        (manifest["run"], "the run's id"),
        (manifest["result_digest"], "the result digest"),
        ("12", "no run digest"),
    ):
        done = komisi("verify", "latest:2026-02", "--digest", given)
        assert done.code == 2 and what in done.err and "all 64 digits" in done.err


def test_sources_that_are_the_same(komisi: Komisi, tmp_path: Path) -> None:
    done = komisi("verify", "latest:2026-02", "--sources", ".")
    assert done.code == 0 and "4 source files" in done.out
    copies = tmp_path / "copies"
    copies.mkdir()
    for name in ("people.csv", "orders.csv", "accounts.csv", "goals.csv"):
        shutil.copy(name, copies / name)
    assert komisi("verify", "latest:2026-02", "--sources", copies).code == 0


def test_a_source_that_is_not_what_was_read(komisi: Komisi, tmp_path: Path) -> None:
    orders = Path("orders.csv")
    text = orders.read_text()
    orders.write_text(text.replace("B1,1,2026-02-12,bob,,sale,USD,1000", "B1,1,2026-02-12,bob,,sale,USD,1001"))
    done = komisi("verify", "latest:2026-02", "--sources", ".")
    assert done.code == 1
    assert "inputs / orders / orders.csv / sha256: the source file is not the one that was read" in done.out
    assert "source/orders · file orders.csv, row 12 · net: the source file says otherwise" in done.out
    assert "  stored 1000, recomputed 1001" in done.out
    orders.write_text(text.replace("C1,1,2026-02-12,cat,,sale,USD,400\n", ""))
    assert "source/orders · file orders.csv" in komisi("verify", "latest:2026-02", "--sources", ".").out
    orders.write_text(text.replace("USD,1x", "USD,1y"))
    assert (
        "rejected · source orders, file orders.csv, row 20 · found"
        in komisi("verify", "latest:2026-02", "--sources", ".").out
    )
    orders.unlink()
    done = komisi("verify", "latest:2026-02", "--sources", ".")
    assert done.code == 1 and "inputs / orders / orders.csv / sha256: the source file is not in ." in done.out
    assert komisi("verify", "latest:2026-02", "--sources", "nowhere").code == 2


def test_rows_that_were_changed_in_the_run_with_all_that_follows(komisi: Komisi) -> None:
    """A forger made the run anew from another row, and the manifest still names the file that was read."""
    from engine.trial.again import recalculated

    change(folder(), "source/orders", put("account", "Q", order="B1"))  # no plan reads it for this order
    made = recalculated(open_record(folder()), Path("forged")).folder
    assert komisi("verify", made.as_posix()).code == 0
    done = komisi("verify", made.as_posix(), "--sources", ".")
    assert done.code == 1 and "source/orders · file orders.csv, row 12 · account: " in done.out
    approved = digest()
    assert json.loads((made / "manifest.json").read_text())["result_digest"] in (folder() / "manifest.json").read_text()
    assert komisi("verify", made.as_posix(), "--digest", approved).code == 1


def test_a_file_that_the_run_did_not_read(komisi: Komisi) -> None:
    text = Path("komisi.yaml").read_text().replace("files: orders.csv", "files: 'orders*.csv'")
    Path("komisi.yaml").write_text(text)
    shutil.rmtree("runs")
    komisi("run", "2026-02")
    shutil.copy("orders.csv", "orders-2.csv")
    done = komisi("verify", "latest:2026-02", "--sources", ".")
    assert (
        done.code == 1
        and "inputs / orders / orders-2.csv: the sources have a file that the run did not read" in done.out
    )


def test_replay(komisi: Komisi) -> None:
    done = komisi("replay", "latest:2026-02")
    files = sum(path.is_file() for path in folder().rglob("*"))
    assert (done.code, done.out) == (
        0,
        f"Calculated again: {files} files, the same to the last byte.\nRun digest {digest()}\n",
    )
    found = json.loads(komisi("replay", "latest:2026-02", "--json").out)
    assert found["same"] and found["same_bytes"] and found["run_digest"] == {"stored": digest(), "recomputed": digest()}


def test_replay_with_another_version(komisi: Komisi) -> None:
    entry(folder(), "engine", value="0.0.9")
    reseal(folder())
    done = komisi("replay", folder().as_posix())
    assert done.code == 0 and done.out.startswith("komisi was 0.0.9, is ") and f"Run digest {digest()}" in done.out
    change(folder(), "earnings/rep.commission", put("tier", 7, participant="bob", period="2026-02"))
    reseal(folder())
    done = komisi("replay", folder().as_posix())
    assert done.code == 1
    assert "earnings/rep.commission · participant bob, period 2026-02, segment 2026-02-11 · tier: " in done.out
    assert "this version calculates another value\n  then 7, now " in done.out
    assert f"It comes out otherwise: run digest {digest()}, now " in done.out


def test_replay_of_rows_written_otherwise(komisi: Komisi) -> None:
    """Another compression, another order: other bytes, the same figures."""
    path = folder() / "tables" / "payouts.parquet"
    frame = pl.read_parquet(path)
    path.unlink()
    frame.reverse().write_parquet(path, compression="uncompressed")
    reseal(folder())
    done = komisi("replay", "latest:2026-02")
    assert (
        done.code == 0 and "the same figures; written otherwise: " in done.out and "tables/payouts.parquet" in done.out
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("payouts.csv", "17.95", "999.00", "payouts.csv · line 4, participant bob, plan rep, period 2026-02, earning_code COMM"
         " · amount: it is not what the run comes to\n  stored 999.00, calculated 17.95\n"),
        ("payouts.csv", ",bob,", ",bea,", "payouts.csv · line 4, participant bea, plan rep, period 2026-02, earning_code COMM"
         " · participant: "),
        ("payouts.csv", "\n2026-02,ann,", "\n2026-03,ann,", "payouts.csv · line 2, participant ann, plan rep, period 2026-03"),
        ("payouts.csv", "currency", "money", "payouts.csv · line 1: it is not what the run comes to: its columns differ\n"),
        ("payouts.csv", "2026-02,ann,", "2026-02,zoe,rep,,,,,COMM,USD,5,payable\n2026-02,ann,",
         "payouts.csv · line 2, participant zoe, plan rep"),
        ("earnings.csv", "17.95,", "17.96,", "earnings.csv · line "),
        ("identities.csv", "75.45,75.45", "75.45,75.46", "identities.csv · line "),
        ("exceptions.csv", "warning", "fine", "exceptions.csv · line "),
    ],
)  # fmt: skip
def test_replay_of_a_file_that_people_pay_from(komisi: Komisi, file: str, old: str, new: str, said: str) -> None:
    path = folder() / file
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new, 1))
    done = komisi("replay", "latest:2026-02")
    assert done.code == 1 and done.out.startswith(said), done.out
    assert f"it comes out to its run digest, but files of the run say otherwise: {file}.\n" in done.out
    assert not json.loads(komisi("replay", "latest:2026-02", "--json").out)["same"]


def test_replay_of_a_file_with_a_row_less_and_one_twice(komisi: Komisi) -> None:
    path = folder() / "payouts.csv"
    lines = path.read_text().splitlines(True)
    for rows, said in (
        ([*lines[:3], *lines[4:]], "participant bob, plan rep, period 2026-02, earning_code COMM: it is not what the"
         " run comes to: the row is missing"),
        ([*lines[:4], *lines[3:]], "line 5, participant bob, plan rep, period 2026-02, earning_code COMM: it is not what"
         " the run comes to: the row is there more than once"),
        ([*lines, '"'], "it can't be read: "),
    ):  # fmt: skip
        path.write_text("".join(rows))
        done = komisi("replay", "latest:2026-02")
        assert done.code == 1 and said in done.out, done.out
    path.unlink()
    done = komisi("replay", "latest:2026-02")
    assert done.code == 1 and done.out.startswith("payouts.csv: the file is missing\n")


def test_replay_of_a_file_that_is_only_written_otherwise(komisi: Komisi) -> None:
    """As a spreadsheet saves it: another order of rows and columns, line ends, zeros at the end."""
    path = folder() / "payouts.csv"
    frame = pl.read_csv(path, infer_schema=False).reverse()
    frame = frame.select(reversed(frame.columns)).with_columns(pl.col("amount").replace({"17.95": "17.950"}))
    path.write_bytes(b"\xef\xbb\xbf" + frame.write_csv(quote_style="always").replace("\n", "\r\n").encode())
    done = komisi("replay", "latest:2026-02")
    assert done.code == 0 and "the same figures; written otherwise: payouts.csv." in done.out, done.out


def test_replay_of_a_damaged_run_says_what_is_damaged(komisi: Komisi) -> None:
    program, table = folder() / "program.json", folder() / "tables" / "payouts.parquet"
    whole = program.read_text()
    ends = f"\nRun digest {digest()}\n"
    for text, said in (
        (None, "the file is missing"),
        ("{", "can't be read: JSONDecodeError: "),
        (whole.replace('"sum"', '"min"', 1), "it is not what the run comes to"),
    ):
        program.unlink() if text is None else program.write_text(text)
        done = komisi("replay", "latest:2026-02")
        assert done.code == 1 and done.out.startswith(f"program.json: {said}"), done.out
        assert "run say otherwise: program.json.\n" in done.out and done.out.endswith(ends) and "now" not in done.out
        program.write_text(whole)
    change(folder(), "payouts", put("amount", 500, participant="bob", earning_code="COMM"))
    done = komisi("replay", "latest:2026-02")
    assert done.code == 1 and "amount: it is not what the run comes to\n  stored 500, calculated 17.95\n" in done.out
    assert "run say otherwise: payouts.\n" in done.out and "this version" not in done.out
    table.write_bytes(b"x")
    assert "payouts: table `payouts` can't be read: " in komisi("replay", "latest:2026-02").out
    done = komisi("explain", "latest:2026-02", "bob")
    assert done.code == 4 and "table `payouts` can't be read" in done.err and "`komisi verify` says" in done.err
    table.unlink()
    assert "payouts: the table is missing\n" in komisi("replay", "latest:2026-02").out


def test_replay_of_what_can_not_be_calculated(komisi: Komisi) -> None:
    plan = folder() / "plans" / "rep" / "comp.yaml"
    whole = plan.read_text()
    plan.write_text(whole.replace("mode: whole", "mode: entire"))
    done = komisi("replay", "latest:2026-02")
    assert done.code == 4 and "its plans have mistakes for this version of komisi: [" in done.err
    plan.write_text(whole)
    change(folder(), "source/orders", lambda frame: frame.drop("net"))
    done = komisi("replay", "latest:2026-02")
    assert done.code == 4 and "what it was made from is damaged" in done.err


def test_pack(komisi: Komisi) -> None:
    done = komisi("pack", "latest:2026-02")
    name = f"small-2026-02-{folder().name}.zip"
    assert done.code == 0 and done.out.startswith(f"{name}\n  sha256      {fingerprint.of_file(Path(name))}\n")
    assert f"python verify.py {name} --digest {digest()}" in done.out
    first = Path(name).read_bytes()
    again = komisi("pack", "latest:2026-02")
    assert again.code == 4 and f"{name} is there already" in again.err
    assert komisi("pack", folder().name[:4], "--out", "other.zip").code == 0
    assert Path("other.zip").read_bytes() == first


def test_pack_the_verifier_only(komisi: Komisi) -> None:
    done = komisi("pack", "--verifier")
    assert done.out == f"verify.py\nsha256 {hashlib.sha256(Path('verify.py').read_bytes()).hexdigest()}\n"
    again = komisi("pack", "--verifier")
    assert again.code == 0 and again.out.startswith("verify.py (it was there already, and is the same)\nsha256 ")
    Path("verify.py").write_text("mine")
    refused = komisi("pack", "--verifier", "--out", "verify.py")
    assert refused.code == 4 and "verify.py is there already" in refused.err and Path("verify.py").read_text() == "mine"
    assert komisi("pack", "--verifier", "latest:2026-02").code == 2


def test_slips_of_pack(komisi: Komisi) -> None:
    assert komisi("pack").code == 2
    assert komisi("pack", "latest:2026-02", "--out", "runs").code == 2
    assert komisi("pack", "latest:2026-02", "--out", "nowhere/run.zip").code == 4
    assert komisi("pack", "nothing").code == 4
    change(folder(), "payouts", put("amount", None, participant="bob", earning_code="COMM"))
    done = komisi("pack", "latest:2026-02")
    assert done.code == 4 and "tables/payouts.parquet was changed after the run" in done.err
