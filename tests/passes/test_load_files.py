"""Which files a workspace is made of, which of them go on, and that hostile ones do no harm."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.load import find_workspace, load
from tests.passes.made_workspace import MAIN, PLAN, TARGETS, TEXTS, edited, loaded

ROOT = Path(__file__).parents[2]


# ------------------------------------------------------------------------------------------------------ files and folders


def test_a_file_with_a_mistake_drops_out_and_the_others_go_on() -> None:
    other = (
        PLAN.replace("name: small", "name: other").replace("net < 10", "net <").replace("basis: to_date", "basis: x")
    )
    workspace, found = loaded({**TEXTS, "b/comp.yaml": other})
    assert workspace is not None and [p.name for p in workspace.plans] == ["small"]
    assert [(d.span.file, d.code) for d in found] == [("b/comp.yaml", "F010"), ("b/comp.yaml", "S004")]


def test_a_target_plan_that_drops_out_is_not_unknown() -> None:
    workspace, found = loaded(edited("a/targets.yaml", "given: year", "given: month"))
    assert workspace is not None and [d.code for d in found] == ["S004"]
    assert workspace.targets == () and workspace.fallen == {"goal"}


def test_mistakes_in_all_files_are_told_at_once() -> None:
    texts = edited("komisi.yaml", "pay_period: month", "pay_period: moth")
    texts["a/comp.yaml"] = PLAN.replace("net < 10", "net <")
    texts["a/targets.yaml"] = TARGETS.replace("unit: USD", "unit: usd")
    workspace, found = loaded(texts)
    assert workspace is None and [d.code for d in found] == ["F010", "S005", "S004"]


def test_without_komisi_yaml(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    assert load(tmp_path, diagnostics) is None
    assert [d.code for d in diagnostics] == ["Y001"]


def written(folder: Path, texts: dict[str, str] = TEXTS) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_and_its_stored_texts_are_the_same_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    texts: dict[str, bytes] = {}
    shown: dict[str, str] = {}
    workspace = load(Path("."), Diagnostics(), shown, None, texts)
    assert set(texts) == set(TEXTS) == set(shown)
    assert load(Path("elsewhere"), Diagnostics(), None, texts) == workspace


def test_files_are_shown_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "work" / "plans", edited("a/comp.yaml", "net < 10", "net <"))
    (tmp_path / "other").mkdir()
    for here, expected in (("work", "plans/a/comp.yaml"), ("other", "../work/plans/a/comp.yaml")):
        monkeypatch.chdir(tmp_path / here)
        diagnostics = Diagnostics()
        workspace = load(tmp_path / "work" / "plans", diagnostics)
        assert [d.span.file for d in diagnostics] == [expected]
        assert workspace is not None and workspace.root == expected.removesuffix("/a/comp.yaml")


def test_patterns_on_disk_and_in_store_agree(tmp_path: Path) -> None:
    extra = {
        path: PLAN.replace("name: small", f"name: p{i}")
        for i, path in enumerate(("b/comp.yaml", "b/c/comp.yaml", ".hidden/comp.yaml", "d/.comp.yaml", "comp.yaml"))
    }
    for pattern in (
        "*/comp.yaml",
        "**/comp.yaml",
        "**/*.yaml",
        "b/*/comp.yaml",
        "?/comp.yaml",
        "[ab]/comp.yaml",
        ".hidden/*",
    ):
        texts = {
            **TEXTS,
            "komisi.yaml": MAIN.replace('"*/comp.yaml"', f'["{pattern}"]').replace("*/targets", "x/targets"),
            **extra,
        }
        texts["x/targets.yaml"] = texts.pop("a/targets.yaml")
        if pattern == "**/*.yaml":
            continue
        stored, from_store = loaded(texts)
        diagnostics = Diagnostics()
        on_disk = load(written(tmp_path, texts), diagnostics)
        assert stored is not None and on_disk is not None, (pattern, from_store, list(diagnostics))
        assert [p.name for p in stored.plans] == [p.name for p in on_disk.plans], pattern
        assert stored.plans, pattern


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_out_of_the_workspace_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(PLAN)
    folder = written(tmp_path / "work")
    (folder / "b").mkdir()
    (folder / "b" / "comp.yaml").symlink_to(tmp_path / "secret.yaml")
    diagnostics = Diagnostics()
    workspace = load(folder, diagnostics)
    assert workspace is not None and len(workspace.plans) == 1
    (found,) = diagnostics
    assert (found.code, found.span.file.endswith("b/comp.yaml")) == ("Y001", True) and "outside" in found.message


def test_a_device_or_pipe_is_not_read(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "b").mkdir()
    os.mkfifo(folder / "b" / "comp.yaml")
    diagnostics = Diagnostics()
    load(folder, diagnostics)
    assert [d.code for d in diagnostics] == ["Y001"]


def test_find_workspace(tmp_path: Path) -> None:
    folder = written(tmp_path / "company" / "plans")
    deep = tmp_path / "company" / "plans" / "a" / "deep"
    deep.mkdir()
    assert find_workspace(tmp_path / "company") == folder.resolve()
    assert find_workspace(folder) == folder.resolve()
    assert find_workspace(deep) == folder.resolve()
    (tmp_path / "company" / "data").mkdir()
    assert find_workspace(tmp_path / "company" / "data") == folder.resolve()
    assert find_workspace(tmp_path) is None


# ------------------------------------------------------------------------------------------------------------------ hostile


@pytest.mark.parametrize(
    "text",
    [
        "kind: comp-plan\n" + "".join(f"k{i}: 1\n" for i in range(15_000)),
        "kind: comp-plan\ncomponents: {" + ", ".join(f"c{i}: {{rate: {{tiers: [1]}}}}" for i in range(2_500)) + "}\n",
        "kind: comp-plan\nname: " + "a" * 19_000 + "\n",
        "kind: comp-plan\nname: " + "a-" * 9_000 + "\n",
        "kind: comp-plan\ncredits: " + "{a: " * 18 + "1" + "}" * 18 + "\n",
        PLAN.replace("currency == \"USD\"", "(" * 5000 + "a" + ")" * 5000),
        PLAN.replace("currency == \"USD\"", "not " * 400 + "a"),
        PLAN.replace("rate: 0.5%", "rate: " + "9" * 39 + "%"),
        PLAN.replace("rate: 0.5%", "rate: '" + "9" * 19_000 + "%'"),
        PLAN.replace("2026-04-01", "9999-99-99"),
    ],
    ids=range(10),
)  # fmt: skip
def test_bombs_go_off_quietly(text: str) -> None:
    started = time.process_time()
    workspace, found = loaded({**TEXTS, "a/comp.yaml": text})
    assert workspace is not None and workspace.plans == () and found
    assert time.process_time() - started < 2


def test_importing_the_pass_is_light() -> None:
    code = "import sys, engine.load; print([m for m in ('jsonschema', 'simpleeval', 'yaml', 'polars') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
