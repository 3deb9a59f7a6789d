"""A plan in parts of a library means what the same plan means written out: every plan of the language reference, at random."""

import shutil
from pathlib import Path
from random import Random

import pytest

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Mapping
from engine.pipeline import check
from engine.trial.diff.meaning import meaning
from tests.documents.examples import DOCUMENT, build, examples
from tests.properties.templated import templated

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))
WRITTEN_OUT = [
    name
    for name, example in EXAMPLES.items()
    if example.check is None and not any("library" in path for path in example.files)
]


def checked(folder: Path) -> tuple[object, list[str]]:
    """What the plans of a folder mean, and what is told of them."""
    diagnostics = Diagnostics()
    typed = check(folder, diagnostics, {})
    assert typed is not None, [(each.message, each.span.where) for each in diagnostics]
    return meaning(typed), sorted(f"{each.code} {each.message}" for each in diagnostics)


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_a_plan_in_parts_means_the_same(name: str, tmp_path: Path) -> None:
    build(EXAMPLES, name, tmp_path)
    expected, random = checked(tmp_path), Random(name)
    path = next(path for path in sorted(tmp_path.glob("*/*.yaml")) if b"\ncredits:" in path.read_bytes())
    node = parse_yaml(path.read_bytes(), path.name, Diagnostics())
    assert isinstance(node, Mapping)
    for _ in range(3):
        made = templated(node, random)
        path.write_bytes(made.plan)
        (tmp_path / "library.yaml").write_bytes(made.library)
        for table in path.parent.glob("*.csv"):  # a library names those beside it
            shutil.copy(table, tmp_path)
        if "\nlibraries:" not in (tmp_path / "komisi.yaml").read_text(encoding="utf-8"):
            with (tmp_path / "komisi.yaml").open("a", encoding="utf-8") as file:
                file.write("\nlibraries: library.yaml\n")
        assert checked(tmp_path) == expected, f"{made.plan.decode()}\n{made.library.decode()}"
        assert made.lifted > 3
