"""Plan files → plans. In: a workspace's folder, or the texts of its files. Out: a `Workspace` as written, or diagnostics.

Errors are collected from all files (Y text, S shape, F formulas, W workspace); a file that has some drops out.
"""

from collections.abc import Mapping
from pathlib import Path

from engine.core.diagnostic import Diagnostics
from engine.plan.workspace import Workspace

__all__ = ["find_workspace", "load"]


def load(
    root: Path,
    diagnostics: Diagnostics,
    sources_text: dict[str, str] | None = None,
    stored: Mapping[str, bytes] | None = None,
    texts: dict[str, bytes] | None = None,
) -> Workspace | None:
    """Read `root`/komisi.yaml with its plans and targets; None where komisi.yaml itself has a mistake.

    `sources_text` receives the text of each file by the name that messages call it, `texts` its bytes by its path in the
    workspace. With `stored` (what `texts` received before) nothing is read from the disk: `root` only names the folder.
    """
    from engine.load.plan_files import Folder, Stored, shown_from_here
    from engine.load.workspace_files import Loader

    files = Folder(root) if stored is None else Stored(stored)
    loader = Loader(files, diagnostics)
    workspace = loader.load(shown_from_here(root) if stored is None else ".")
    if sources_text is not None:
        sources_text.update(diagnostics.sources)
    if texts is not None:
        texts.update(loader.texts)
    return workspace


def find_workspace(start: Path) -> Path | None:
    """The folder with komisi.yaml: `start`, its `plans/`, or the same in the folders above."""
    from engine.load.plan_files import MAIN

    here = start.resolve()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / "plans"):
            if (candidate / MAIN).is_file():
                return candidate
    return None
