"""Random forgeries, every fingerprint and digest written anew: each is named, by `verify` and by the stand-alone verifier.

A change in what is calculated is named by row and column. A run that was made anew from changed rows holds in itself: it is
found by the source files, which name the row, or by the digest that was approved. `KOMISI_FORGERIES=1000` tries as many.
"""

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from engine.explain import verification_text
from engine.pipeline import prove
from engine.record import Record, open_record
from engine.record.pack import pack
from engine.record.verifier import Proof

from .explained import run_of
from .forger import entry, line, reseal
from .random_forgery import Forged, forge_cell, forge_rows, forged_input, put, restored

pytestmark = pytest.mark.slow
COUNT = int(os.environ.get("KOMISI_FORGERIES", "40"))
SEED = os.environ.get("KOMISI_SEED", "1")
LOG = ("code", "source", "file", "row", "key", "plan", "part", "participant", "period")
"""By which columns `verify` calls a row of the log."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


@pytest.fixture
def folder(sound: Record, tmp_path: Path) -> Path:
    return shutil.copytree(sound.folder, tmp_path / sound.id)


def keys(record: Record) -> dict[str, tuple[str, ...]]:
    known = {stage.name: stage.keys for stage in record.program().stages}
    return {**known, "exceptions": LOG, "identities": ("identity", "place")}


def alone(folder: Path, digest: str | None = None) -> list[str]:
    """What the stand-alone verifier finds in a pack of the run."""
    out = folder.with_suffix(".zip")
    proof = Proof()
    try:
        proof.open(pack(open_record(folder), out).path)
        proof.prove(digest)
    except ValueError as error:
        proof.findings.append(f"{proof.at}: {error}")
    out.unlink()
    return proof.findings


def test_every_changed_cell_is_named_by_verify_and_by_the_verifier_alone(folder: Path, sound: Record) -> None:
    """The log, which is made of words too, is bound by the digest; of all else the verifier alone names row and column."""
    names, known = list(sound.names()), keys(sound)
    digest = sound.manifest["run_digest"]
    unnamed: list[str] = []
    for number in range(COUNT):
        with restored(folder):
            forged = forge_cell(Random(f"{SEED} {number}"), folder, names, known)
            found = prove(open_record(folder))
            places = [f for f in found.findings if (f.place, f.column) == (forged.table, forged.column)]
            if not any(all(part in f.row for part in forged.row()) for f in places):
                unnamed.append(f"{forged}\n{verification_text(found)}")
            if forged.table == "exceptions":
                named = any(each.startswith("run digest") for each in alone(folder, digest))
            else:
                named = any(_names(each, forged) for each in alone(folder))
            if not named:
                unnamed.append(f"alone: {forged}\n{alone(folder)}")
    assert unnamed == []


def _names(finding: str, forged: Forged) -> bool:
    """Whether a finding names table, row and column."""
    named = finding.startswith(f"{forged.table} · ") and f" · {forged.column}: stored " in finding
    return named and all(part in finding for part in forged.row())


@pytest.mark.parametrize("place", ["team.year", "rep.ytd", "", None])
def test_the_place_of_an_identity_is_named_by_the_verifier_alone(place: str | None, folder: Path) -> None:
    """Which measures have one is told by the program: a place that the table doesn't have, or has twice, is not believed."""
    frame = open_record(folder).table("identities")
    at = next(i for i, row in enumerate(frame.rows()) if row[:2] == ("Σ measure = Σ credits", "team.ytd"))
    put(folder, "identities", at, "place", place)
    reseal(folder)
    said = [each for each in alone(folder) if each.startswith("identities · ")]
    assert len(said) == 1 and " · place: stored " in said[0] and said[0].endswith("calculated team.ytd"), said


def test_rows_gone_doubled_and_swapped(folder: Path, sound: Record) -> None:
    unnamed = []
    for name, said in forge_rows(Random(SEED), folder, list(sound.names())):
        found = prove(open_record(folder))
        if name not in {finding.place for finding in found.findings}:
            unnamed.append(f"{name} {said}\n{verification_text(found)}")
        by_itself = alone(folder, sound.manifest["run_digest"])
        places = ("run digest",) if name == "exceptions" else (f"{name} · ", f"tables/{name}")
        if not any(each.startswith(places) for each in by_itself):
            unnamed.append(f"alone: {name} {said}: {by_itself}")
    assert unnamed == []


def _doubled(record: Record) -> bool:
    """Whether some order's line stands twice."""
    keys = record.scan("source/orders").select("order", "line").collect()
    return keys.n_unique() < keys.height


def test_a_run_made_anew_from_a_changed_row(sound: Record, tmp_path: Path) -> None:
    """It holds: nothing in it says that another row was read. The sources and the digest do."""
    digest, workspace = sound.manifest["run_digest"], sound.folder.parents[1] / "workspace"
    tried, unnamed = 0, []
    for number in range(max(COUNT // 4, 10)):
        made = forged_input(Random(f"{SEED} input {number}"), sound, tmp_path / "work", tmp_path / "out")
        if made is None:
            continue
        tried += 1
        forged, folder = made
        record = open_record(folder)
        whole = prove(record)
        if not whole.ok:  # a key that stands twice then, which no intake lets in: found without help
            assert _doubled(record), f"{forged}: {verification_text(whole)}"
            shutil.rmtree(folder)
            continue
        by_digest, by_sources = prove(record, digest), prove(record, None, workspace)
        named = [f for f in by_sources.findings if (f.place, f.column) == (forged.table, forged.column)]
        if "run_digest" not in {f.column for f in by_digest.findings}:
            unnamed.append(f"{forged}: digest")
        if not any(all(part in f.row for part in forged.row()) for f in named):
            unnamed.append(f"{forged}: {verification_text(by_sources)}")
        if not alone(folder, digest):
            unnamed.append(f"{forged}: alone")
        shutil.rmtree(folder)
    assert (unnamed, tried > 5) == ([], True)


def test_the_text_of_a_plan_changed_with_its_program(folder: Path, sound: Record) -> None:
    """The program is what the plan now compiles to, and every figure is another's."""
    from engine.ir.serial import program_to_json
    from engine.pipeline import remade

    line(folder, "plans/rep/comp.yaml", "rate: 2.5%", "rate: 3.5%")
    made = remade(open_record(folder).plan_texts())
    assert made is not None
    (folder / "program.json").write_text(program_to_json(made.program))
    reseal(folder)
    first = prove(open_record(folder)).findings[0]
    assert (first.place, first.column) == ("earnings/rep.commission", "table_result"), first
    assert alone(folder)[0].startswith("earnings/rep.commission · "), alone(folder)
    assert any(each.startswith("run digest") for each in alone(folder, sound.manifest["run_digest"]))


def test_an_entry_of_the_manifest(folder: Path) -> None:
    entry(folder, "rows", "orders", "orders.csv", "read", value=9)
    reseal(folder)
    assert alone(folder)[0].startswith("manifest.json · rows / orders / orders.csv: stated")
