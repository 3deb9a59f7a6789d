"""`komisi init`: what it makes runs at once, as it suggests; nothing is overwritten; all files or none; the wheel has them."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.templates import GALLERY
from tests.cli.command import Komisi, komisi

ROOT = Path(__file__).parents[2]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")
KINDS = {
    "komisi.yaml": "workspace", "comp.yaml": "comp-plan", "targets.yaml": "target-plan", "library.yaml": "library",
}  # fmt: skip
WORKSPACES = {"minimal": (), "demo": ("--demo",), **{name: ("--from", name) for name in GALLERY}}


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    monkeypatch.chdir(tmp_path)
    return komisi(monkeypatch, capsys)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("options", WORKSPACES.values(), ids=WORKSPACES)
def test_what_it_suggests_works(
    options: tuple[str, ...], do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = do("init", *options, "deep/my-plans")
    assert done.code == 0 and "deep/my-plans/komisi.yaml\n" in done.out
    suggested = re.search(r"next: cd deep/my-plans && (.*)\n", done.err)
    assert suggested is not None
    monkeypatch.chdir(tmp_path / "deep/my-plans")
    commands = [command.split()[1:] for command in suggested[1].split(" && ")]
    assert [command[0] for command in commands] == ["check", "test", "run", "explain"]
    for command in commands:
        done = do(*command)
        assert done.code == 0 and done.out, done
        assert command[0] != "check" or "no mistakes found" in done.out.splitlines()[-1]
    assert (tmp_path / "deep/my-plans/runs").is_dir()


def test_the_demo_has_something_to_look_at(do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = do("init", "--demo", ".")  # the folder one stands in
    assert made.code == 0 and "\nkomisi.yaml\n" in made.out and "next: komisi check" in made.err
    done = do("run", "2026-02")
    assert done.code == 3 and "E201" in done.out and "Incomplete  S-03" in done.out
    assert {"E447", "E107", "X012"} <= set(re.findall(r"[EX]\d{3}", do("run", "2026-03").out))
    assert do("verify", "latest:2026-03").code == 0


@pytest.mark.parametrize("options", WORKSPACES.values(), ids=WORKSPACES)
def test_editors_have_what_they_need(options: tuple[str, ...], do: Komisi, tmp_path: Path) -> None:
    do("init", *options, "w")
    folder = tmp_path / "w"
    written = files(folder)
    assert written[".gitignore"].decode().endswith("\nruns/\n")
    for schema in re.findall(r'"(\.komisi/[^"]*)"', written[".vscode/settings.json"].decode()):
        assert schema in written
    plans = list(folder.rglob("*.yaml"))
    assert len(plans) >= 3
    for path in plans:
        said = MODELINE.match(path.read_text(encoding="utf-8"))
        assert said is not None, path
        schema = (path.parent / said[1]).resolve()
        assert (
            schema.read_bytes()
            == (ROOT / "schemas/v1" / f"{KINDS.get(path.name, 'plan-test')}.schema.json").read_bytes()
        )


def test_example_plans_begin_with_their_schema() -> None:
    plans = [*(ROOT / "plans").rglob("*.yaml")]
    assert len(plans) >= 7
    for path in plans:
        said = MODELINE.match(path.read_text(encoding="utf-8"))
        assert said is not None, path
        assert (
            path.parent / said[1]
        ).resolve() == ROOT / "schemas/v1" / f"{KINDS.get(path.name, 'plan-test')}.schema.json"


def test_nothing_is_overwritten(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    done = do("init", "full")
    assert (done.code, done.out) == (2, "") and "full is not empty: mine.txt" in done.err
    assert "name a new folder, such as `komisi init my-plans`" in done.err
    done = do("init", "full/mine.txt")
    assert (done.code, done.out) == (2, "") and "full/mine.txt is a file" in done.err
    assert files(tmp_path) == {"full/mine.txt": b"mine"}


def test_a_new_repository_counts_as_empty(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "w/.git").mkdir(parents=True)
    (tmp_path / "w/.git/HEAD").write_text("ref")
    assert do("init", "w").code == 0 and files(tmp_path / "w")[".git/HEAD"] == b"ref"


@pytest.mark.parametrize(
    "ended", [OSError(28, "No space left on device", "x"), KeyboardInterrupt()], ids=["full", "ctrl-c"]
)
@pytest.mark.parametrize("at", [1, 4])
def test_all_files_or_none(
    at: int, ended: BaseException, do: Komisi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends while the first, or the last, of what was made takes its place; folders that it made go too."""
    rename, count = Path.rename, [0]

    def failing(self: Path, target: Path) -> Path:
        count[0] += 1
        if count[0] == at:
            raise ended
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    (tmp_path / "there").mkdir()
    for folder in ("there", "new/deep"):
        count[0] = 0
        done = do("init", folder)
        assert (done.code, done.out) == (4 if isinstance(ended, OSError) else 130, "")
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "there"]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_place_that_takes_nothing(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = do("init", "locked/w")
    assert done.code == 4 and "permission denied" in done.err


@pytest.mark.slow
def test_the_wheel_has_templates_examples_and_schemas(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("engine", "schemas", "plans", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("engine/templates", "engine/rules/examples"):
        here = {
            p.relative_to(ROOT).as_posix()
            for p in (ROOT / folder).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        }
        assert here - names == set()
    assert "engine/_schemas/v1/workspace.schema.json" in names
    assert {f"engine/_gallery/{name}/komisi.yaml" for name in GALLERY} <= names
