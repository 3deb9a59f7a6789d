"""Each example of the language reference, as a run: verified from its sources, calculated again, packed and proved alone."""

from pathlib import Path

import pytest

from engine import open_workspace
from engine.explain import verification_text
from engine.pipeline import prove
from engine.record.pack import pack
from engine.record.verifier import Proof
from engine.trial.again import again
from engine.trial.again_words import again_text
from tests.documents.examples import DOCUMENT, build, examples, some

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("name", some(example.name for example in EXAMPLES.values() if example.results))
def test_an_example_is_proved(name: str, tmp_path: Path) -> None:
    build(EXAMPLES, name, tmp_path)
    record = open_workspace(tmp_path).run(EXAMPLES[name].results[-1].period).save(tmp_path / "runs").record
    digest = str(record.manifest["run_digest"])
    found = prove(record, digest, tmp_path)
    assert found.ok, verification_text(found)
    made = again(record)
    assert made.same and not made.files, again_text(made)
    proof = Proof()
    proof.open(pack(record, tmp_path / "run.zip").path)
    assert (proof.prove(digest), proof.findings) == (digest, [])
