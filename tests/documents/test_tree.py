"""`engine/README.md` shows the house as it is: every file in the tree, every stage of a program in the table."""

import re
from itertools import pairwise
from pathlib import Path

from engine import open_workspace
from engine.ir.program import Stage

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "engine" / "README.md").read_text(encoding="utf-8")
LINE = re.compile(r"( +)(\S+) +(\S.*)")
G = ("participant", "period", "segment")


def tree() -> dict[str, str]:
    """Path under `engine/` → phrase, of the block that begins with `engine/`."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in TEXT.split("```\nengine/\n")[1].split("```")[0].splitlines():
        said = LINE.fullmatch(line)
        assert said is not None, f"a name and a phrase: {line!r}"
        depth = len(said[1]) // 2
        above[depth - 1 :] = [said[2].rstrip("/")]
        path = "/".join(above) + ("/" if said[2].endswith("/") else "")
        assert path not in found, path
        found[path] = said[3]
    return found


def real() -> set[str]:
    """Modules and packages of the engine."""
    engine = ROOT / "engine"
    modules = {p.relative_to(engine) for p in engine.rglob("*.py")}
    folders = {f"{p.parent.as_posix()}/" for p in modules if p.parent != Path(".")}
    nested = {f"{Path(f).parent.as_posix()}/" for f in folders if "/" in f.rstrip("/")}
    return {p.as_posix() for p in modules if p.name != "__init__.py"} | folders | nested


def test_the_tree_lists_every_file_and_no_other() -> None:
    assert set(tree()) == real()


def test_files_of_a_folder_stand_in_order() -> None:
    paths = [path for path in tree() if path.count("/") == 1 and not path.endswith("/")]
    assert all(a < b for a, b in pairwise(paths) if a.split("/")[0] == b.split("/")[0])


def test_every_stage_of_the_example_plans_stands_in_the_table_with_its_key() -> None:
    table = TEXT.split("| stage | key |")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]
    patterns = {re.sub(r"<[a-z]+>", "[a-z0-9_-]+", row[0].strip("`").replace(".", r"\.")): row for row in rows}
    for stage in open_workspace(ROOT / "plans").compiled.program.stages:
        row = next((row for pattern, row in patterns.items() if re.fullmatch(pattern, stage.name)), None)
        assert row is not None, f"{stage.name} is not in the table"
        assert key_fits(row[1], stage), f"{stage.name}: {stage.keys}"
        assert stage.kept == ("not kept" not in row[2]), stage.name


def key_fits(said: str, stage: Stage) -> bool:
    """Whether the key is as said: T is the example's transaction key, G a participant's period and segment."""
    transaction = ("invoice_id", "line")
    if said == "the key of what is cut, tier":
        return stage.keys in ((*G, "tier"), (*transaction, "participant", "tier"))
    parts: list[str] = []
    for word in said.split(", "):
        parts += {"T": transaction, "G": G}.get(word, (word,))
    return stage.keys == tuple(parts)


def test_what_the_recipes_name_is_there() -> None:
    text = TEXT.split("## Recipes")[1]
    named = {path for path in re.findall(r"`([a-z_]+/[a-z0-9_./-]+\.[a-z.]+)`", text) if "<" not in path}
    missing = [path for path in sorted(named) if not ((ROOT / "engine" / path).exists() or (ROOT / path).exists())]
    assert missing == []
