"""New workspaces. In: an empty folder and the schemas. Out: a workspace that runs at once, all of its files or none.

`minimal/` and `demo/` are workspaces as they are written, those of trades stand in `plans/gallery/`; `both/` holds what
begins with a dot in its place.
"""

import re
import shutil
from pathlib import Path

__all__ = ["GALLERY", "NotEmpty", "start"]

TEMPLATES = Path(__file__).parent
GALLERIES = (TEMPLATES.parent / "_gallery", TEMPLATES.parents[1] / "plans" / "gallery")
"""Where the gallery is: in an installed package, in a checkout."""
GALLERY = {
    "bank-branch": ("2026-Q1", "ines"),
    "channel-partner": ("2026-Q1", "brightwire"),
    "dealership": ("2026-03", "cat"),
    "distributor": ("2026-03", "sari"),
    "field-service": ("2026-P03", "tom"),
    "insurance": ("2026-03", "aina"),
    "medical-device": ("2026-Q1", "ines"),
    "real-estate": ("2026-03", "nora"),
    "retail-pool": ("2026-03", "ann"),
    "retail-regions": ("2026-03", "ann"),
    "sales-development": ("2026-03", "lea"),
    "software": ("2026-03", "ada"),
    "telecom": ("2026-03", "north-phones"),
}
"""Its workspaces, each with the period and the participant to look at first."""
MODELINE = re.compile(r"\A(# yaml-language-server: \$schema=)\S*/(v1/\S+)")
DOTTED = {"gitignore": ".gitignore", "vscode.json": ".vscode/settings.json"}
SCHEMAS = ".komisi/schemas"
STAGE = ".komisi-init"
MAIN = "komisi.yaml"
ALLOWED = {".git"}
"""What a folder may hold already: nothing of it is touched."""


class NotEmpty(Exception):
    """There is something in the folder; its text says what."""


def start(folder: Path, made_from: str, schemas: Path) -> list[str]:
    """Write a workspace into `folder`, with a copy of `schemas` (`v1`): the files written. Raises NotEmpty, OSError.

    `made_from` is `minimal`, `demo`, or a name of the gallery.
    """
    there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    if set(there) - ALLOWED:
        raise NotEmpty(", ".join(there[:5]) + (" …" if len(there) > 5 else ""))
    above = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    moved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = folder / STAGE
        _fill(stage, made_from, schemas)
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


def _fill(stage: Path, made_from: str, schemas: Path) -> None:
    if made_from in GALLERY:
        home = next(folder for folder in GALLERIES if folder.is_dir())
        shutil.copytree(home / made_from, stage, ignore=shutil.ignore_patterns("runs", ".*"))
        for path in stage.rglob("*.yaml"):
            _name_schemas(path, len(path.relative_to(stage).parts) - 1)
    else:
        shutil.copytree(TEMPLATES / made_from, stage)
    for name, place in DOTTED.items():
        (stage / place).parent.mkdir(exist_ok=True)
        shutil.copyfile(TEMPLATES / "both" / name, stage / place)
    shutil.copytree(schemas, stage / SCHEMAS / schemas.name, ignore=shutil.ignore_patterns(".*", "__pycache__"))


def _name_schemas(path: Path, depth: int) -> None:
    """The schemas that a file of the gallery names stand in the workspace itself."""
    text = path.read_text(encoding="utf-8")
    path.write_text(MODELINE.sub(rf"\g<1>{'../' * depth}{SCHEMAS}/\g<2>", text), encoding="utf-8", newline="\n")


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
