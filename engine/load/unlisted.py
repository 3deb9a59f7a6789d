"""Files that komisi.yaml does not name, though they lie in its folder: nobody is paid by a plan in one.

In: the files of the workspace, and those that were read. Out: a warning of those that are a plan, a target plan or a library
(N079); and (plan, file) of plans that others read, for a help that can name the file.
"""

import re
from collections.abc import Iterable

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.load.plan_files import RUNS, PlanFiles
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.plan.comp_plan import CompPlan
from engine.plan.measure import component_named

LOOKED_AT = 500
"""So many files are looked into."""
SHOWN = 3
"""So many of them are named in one message, and of the patterns that there are."""
KIND = re.compile(rb"^kind:\s*[\"']?(comp-plan|target-plan|library)\b", re.MULTILINE)
NAME = re.compile(rb"^name:\s*[\"']?([\w.-]+)", re.MULTILINE)
PLAIN = re.compile(r"\w[\w./*-]*")
"""What YAML takes as a text without quotes."""
KINDS = {
    b"comp-plan": ("plans", "plan", "plans", "nobody is paid by {}"),
    b"target-plan": ("targets", "target plan", "target plans", "nobody has a target of {}"),
    b"library": ("libraries", "library", "libraries", "no plan can use what is in {}"),
}
"""What a file says that it is → where komisi.yaml names it, what one and several are called, and what becomes of them."""


def tell_unlisted(files: PlanFiles, named: Iterable[str], main: Node, span: Span, diagnostics: Diagnostics) -> None:
    """A warning for each kind of file that no pattern of `main` matches; at its patterns, or at `span` where it has none."""
    found: dict[bytes, list[str]] = {}
    for path in files.beside(named)[:LOOKED_AT]:
        kind = KIND.search(_text(files, path))
        if kind is not None:
            found.setdefault(kind[1], []).append(path)
    for said, paths in found.items():
        key, one, several, lost = KINDS[said]
        patterns = main.get(key) if isinstance(main, Mapping) else None
        rest = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        what = f"{one if len(paths) == 1 else several} {', '.join(f'`{path}`' for path in paths[:SHOWN])}{rest}"
        diagnostics.warning(
            "N079", f"no pattern under `{key}:` matches the {what}: {lost.format('it' if len(paths) == 1 else 'them')}",
            span if patterns is None else patterns.span,
            help=f"{_instead(key, patterns, paths)}; a draft lies in a folder whose name begins with a dot (`.drafts/`)",
        )  # fmt: skip


def _instead(key: str, patterns: Node | None, paths: list[str]) -> str:
    """What to write so that they are named."""
    there = patterns.items if isinstance(patterns, Sequence) else (patterns,)
    texts = [each.text for each in there if isinstance(each, Scalar)]
    if len(texts) + len(paths) > SHOWN:
        return f"name it under `{key}:` as well" if len(paths) == 1 else f"name them under `{key}:` as well"
    return f"write `{key}: [{', '.join(_quoted(text) for text in (*texts, *paths))}]`"


def _quoted(pattern: str) -> str:
    return pattern if PLAIN.fullmatch(pattern) else f'"{pattern}"'


def unlisted(plans: Iterable[CompPlan], files: PlanFiles) -> tuple[tuple[str, str], ...]:
    """The plans that some measure of `earned` names and that are not among these, each with its file."""
    plans = list(plans)
    read = {component_named("", name.text)[0] for plan in plans for measure in plan.measures for name in measure.earned}
    wanted = read - {"", *(plan.name for plan in plans)}
    found: dict[str, str] = {}
    for path in files.matching("**/*.yaml")[:LOOKED_AT] if wanted else ():
        name = None if path.startswith(f"{RUNS}/") else _plan_in(files, path)
        if name in wanted:
            found.setdefault(name, path)
    return tuple(sorted(found.items()))


def _plan_in(files: PlanFiles, path: str) -> str | None:
    """The name of the plan in a file, if it is one."""
    text = _text(files, path)
    kind, name = KIND.search(text), NAME.search(text)
    return None if kind is None or kind[1] != b"comp-plan" or name is None else name[1].decode("ascii", "replace")


def _text(files: PlanFiles, path: str) -> bytes:
    """What stands in a file; nothing where it can't be read."""
    try:
        return files.read(path)
    except (OSError, ValueError):
        return b""
