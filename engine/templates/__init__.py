"""New workspaces. In: an empty folder and the schemas. Out: a workspace that runs at once, all of its files or none.

`minimal/` and `demo/` are the workspaces as they are written; `both/` holds what begins with a dot in its place.
"""

import shutil
from pathlib import Path

__all__ = ["NotEmpty", "start"]

TEMPLATES = Path(__file__).parent
DOTTED = {"gitignore": ".gitignore", "vscode.json": ".vscode/settings.json"}
SCHEMAS = ".komisi/schemas"
STAGE = ".komisi-init"
MAIN = "komisi.yaml"
ALLOWED = {".git"}
"""What a folder may hold already: nothing of it is touched."""


class NotEmpty(Exception):
    """There is something in the folder; its text says what."""


def start(folder: Path, demo: bool, schemas: Path) -> list[str]:
    """Write a workspace into `folder`, with a copy of `schemas` (`v1`): the files written. Raises NotEmpty, OSError."""
    there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    if set(there) - ALLOWED:
        raise NotEmpty(", ".join(there[:5]) + (" …" if len(there) > 5 else ""))
    above = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    moved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = folder / STAGE
        _fill(stage, demo, schemas)
        files = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
        for entry in sorted(
            stage.iterdir(), key=lambda path: path.name == MAIN
        ):  # a workspace is there with its last file
            moved.append(entry.rename(folder / entry.name))
        stage.rmdir()
    except BaseException:
        _take_back([folder / STAGE, *moved], above)
        raise
    return files


def _fill(stage: Path, demo: bool, schemas: Path) -> None:
    shutil.copytree(TEMPLATES / ("demo" if demo else "minimal"), stage)
    for name, place in DOTTED.items():
        (stage / place).parent.mkdir(exist_ok=True)
        shutil.copyfile(TEMPLATES / "both" / name, stage / place)
    shutil.copytree(schemas, stage / SCHEMAS / schemas.name, ignore=shutil.ignore_patterns(".*", "__pycache__"))


def _take_back(made: list[Path], above: list[Path]) -> None:
    """As it was before."""
    for path in made:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for folder in above:  # the innermost first
        if folder.is_dir():
            folder.rmdir()
