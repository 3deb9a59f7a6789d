"""Which files hold plan tests: those named, those in named folders, or all that lie beside the workspace's plans."""

from collections.abc import Iterable
from pathlib import Path

from engine.plan.resolved import ResolvedWorkspace

FOLDER = "tests"


def find_tests(workspace: ResolvedWorkspace, paths: Iterable[Path]) -> list[Path]:
    """The test files, each once, in order of their paths; those beside the plans where no path is named."""
    named = list(paths) or [Path(plan.file).parent / FOLDER for plan in workspace.plans]
    found = {file.resolve(): file for path in named for file in _in(path)}
    return sorted(found.values(), key=lambda file: file.as_posix())


def _in(path: Path) -> list[Path]:
    """A file itself; of a folder called `tests` all YAML files, of any other those in such folders below."""
    if path.is_file():
        return [path]
    files = path.glob("*.yaml") if path.name == FOLDER else path.glob(f"**/{FOLDER}/*.yaml")
    return [file for file in files if file.is_file()]
