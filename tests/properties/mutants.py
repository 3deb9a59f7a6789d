"""Mutants of the compiler: one small change in `lower/` or `backends/polars/`, which the differential test should find.

python tests/properties/mutants.py [--count 200] [--seed 1] [--cases 150] [--at-once 2]

A mutant is a copy of the engine in which one comparison, sign, constant, condition or function name is another one. It dies
when a generated workspace comes to other tables than the reference's, or to none. Those that live are printed, to be explained
or caught: each shows a line that nothing compares, or a change that changes nothing.
"""

import argparse
import ast
import compileall
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MUTATED = ("engine/lower", "engine/backends/polars")
NOT_COMPARED = ("by_parts.py", "steps.py")
"""Compared with whole tables in `tests/conformance/test_by_parts.py`, not with the reference."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip
NAMES = [
    ("lt", "le"), ("gt", "ge"), ("eq", "ne"), ("add", "sub"), ("mul", "div"), ("and", "or"), ("min", "max"),
    ("left", "inner"), ("sum", "count"), ("running", "running_before"), ("before", "after"), ("start", "end"),
    ("lower", "upper"), ("one", "many"), ("is_null", "is_not_null"), ("all_horizontal", "any_horizontal"),
    ("min_horizontal", "max_horizontal"), ("cum_min", "cum_max"), ("forward_fill", "backward_fill"),
]  # fmt: skip
OTHER = {name: other for pair in NAMES for name, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class Mutant:
    """A change: of which file and line, what it says, and the whole text with it."""

    file: str
    line: int
    what: str
    text: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    file = path.relative_to(ROOT).as_posix()
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # texts for readers
    for node in ast.walk(tree):
        if id(node) not in told:
            yield from (
                Mutant(file, node.lineno, what, text)  # type: ignore[attr-defined]  # what can be changed has a line
                for what, text in _changes(tree, node)
            )


def _changes(tree: ast.Module, node: ast.AST) -> Iterator[tuple[str, str]]:
    def changed(field: str, value: object) -> tuple[str, str]:
        old, before = getattr(node, field), ast.unparse(node)
        setattr(node, field, value)
        found = f"{before[:100]}  →  {ast.unparse(node)[:100]}", ast.unparse(tree)
        setattr(node, field, old)
        return found

    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARISONS:
            yield changed("ops", [COMPARISONS[type(op)]()])
        case ast.BinOp(op=op) if type(op) in SIGNS:
            yield changed("op", SIGNS[type(op)]())
        case ast.BoolOp(op=ast.And()):
            yield changed("op", ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield changed("op", ast.And())
        case ast.Constant(value=bool() as value):
            yield changed("value", not value)
        case ast.Constant(value=int() as value):
            yield changed("value", value + 1)
        case ast.Constant(value=str() as value) if value in OTHER:
            yield changed("value", OTHER[value])
        case ast.Attribute(attr=name) if name in OTHER:
            yield changed("attr", OTHER[name])
        case ast.IfExp() | ast.If():
            yield changed("test", ast.UnaryOp(ast.Not(), node.test))
        case _:
            return


def chosen(count: int, seed: int) -> list[Mutant]:
    """Some mutants of all, the same for the same numbers."""
    paths = [
        path for folder in MUTATED for path in sorted((ROOT / folder).rglob("*.py")) if path.name not in NOT_COMPARED
    ]
    found = [mutant for path in paths for mutant in mutants_of(path)]
    return random.Random(seed).sample(found, min(count, len(found)))


TRY = """
import gc, sys
from tests.properties.differential import differences
from tests.properties.generate import generate
gc.freeze()
gc.set_threshold(50_000, 50, 50)
for seed in map(int, sys.argv[1:]):
    print(seed, flush=True)
    if differences(*generate(seed))[0]:
        sys.exit(3)
"""
FOUND_BY: Counter[int] = Counter()
"""How many mutants each seed found: the best are asked first."""


def lives(mutant: Mutant, cases: int) -> bool:
    """Whether no generated workspace tells the mutant from the engine."""
    seeds = sorted(range(cases), key=lambda seed: (-FOUND_BY[seed], seed))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("engine", "tests", "schemas"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))
        (folder / mutant.file).write_text(mutant.text, encoding="utf-8")
        try:
            done = _tried(folder, seeds)
        except subprocess.TimeoutExpired:
            return False
    if done.returncode != 0 and done.stdout:
        FOUND_BY[int(done.stdout.split()[-1])] += 1
    return done.returncode == 0


def _tried(folder: Path, seeds: Iterable[int]) -> subprocess.CompletedProcess[str]:
    """The differential test of an engine. What was compiled beside a file is read as long as it is of that text."""
    environment = os.environ | {"PYTHONPATH": str(folder), "POLARS_MAX_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", TRY, *map(str, seeds)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=150)
    parser.add_argument("--at-once", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    given = parser.parse_args()
    compileall.compile_dir(ROOT / "engine", quiet=1)
    compileall.compile_dir(ROOT / "tests" / "properties", quiet=1)
    as_it_is = _tried(ROOT, range(3))
    if as_it_is.returncode != 0:
        sys.exit(f"the engine as it is does not agree with the reference:\n{as_it_is.stdout}{as_it_is.stderr}")
    mutants = chosen(given.count, given.seed)
    with ThreadPoolExecutor(given.at_once) as threads:
        living = 0
        for mutant, alive in zip(mutants, threads.map(lambda m: lives(m, given.cases), mutants), strict=True):
            living += alive
            if alive:
                print(f"{mutant.file}:{mutant.line}: {mutant.what}", flush=True)
    print(f"{len(mutants)} mutants, {len(mutants) - living} found by {given.cases} generated workspaces, {living} live")


if __name__ == "__main__":
    main()
