"""All files of a workspace → `Workspace`: komisi.yaml first, then the plans and targets that it names.

A file with a mistake drops out and the others go on, so that one run of `check` tells all mistakes of this pass.
"""

from dataclasses import replace

from engine.core.diagnostic import Diagnostics, brief
from engine.core.span import Span
from engine.load.build_plan import build_plan
from engine.load.build_target import build_target
from engine.load.build_workspace import build_workspace
from engine.load.category import with_categories
from engine.load.expand import Library, expanded, uses_parts
from engine.load.library import SECTIONS, Part, parts_of
from engine.load.plan_files import MAIN, PlanFiles, leaves
from engine.load.schema import check
from engine.load.share_columns import with_share_columns
from engine.load.table_file import rows_of
from engine.load.unlisted import tell_unlisted, unlisted
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.load.yaml_text import MAX_BYTES
from engine.plan.choice import Stated
from engine.plan.comp_plan import CompPlan
from engine.plan.target_plan import TargetPlan
from engine.plan.workspace import Workspace

PATTERNS = 100
"""Patterns that are looked for; the schema has told of more."""


class Loader:
    """Reads one workspace; `texts` are the bytes that were read, by path in the workspace."""

    def __init__(self, files: PlanFiles, diagnostics: Diagnostics):
        self._files, self._diagnostics = files, diagnostics
        self.texts: dict[str, bytes] = {}
        self._taken: dict[str, Span] = {}
        self._library = Library({})

    def load(self, root: str) -> Workspace | None:
        """The workspace, with the plans and targets that have no mistakes."""
        main = self._files.shown(MAIN)
        node = self._read(MAIN)
        wrong = check(node, "workspace", self._diagnostics) if node is not None else None
        if node is None or wrong is None:
            return None
        workspace = build_workspace(node, root, main, wrong, self._diagnostics)
        self._library = self._parts(self._named(node, "libraries"))
        plans = [(path, self._plan(path, span)) for path, span in self._named(node, "plans")]
        targets = [(path, self._target(path, span)) for path, span in self._named(node, "targets")]
        if workspace is None or self._diagnostics.has_errors(main):
            return None
        tell_unlisted(self._files, self._taken, node, workspace.span, self._diagnostics)
        whole = tuple(plan for _, plan in plans if isinstance(plan, CompPlan))
        known = tuple(each for _, found in targets if not isinstance(found, str) for each in found)
        return replace(
            workspace,
            sources=with_categories(with_share_columns(workspace.sources, whole), known, self._diagnostics),
            plans=whole,
            targets=known,
            fallen=frozenset(target for _, target in targets if isinstance(target, str)),
            fallen_plans=frozenset(plan for _, plan in plans if isinstance(plan, str)),
            unlisted=unlisted(whole, self._files),
        )

    def _read(self, path: str) -> Node | None:
        """The tree of a file; None, and told, if it can't be read."""
        shown = self._files.shown(path)
        try:
            data = self._files.read(path)
        except (OSError, ValueError) as problem:
            reason = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
            help = "a workspace is a folder with a komisi.yaml" if path == MAIN else None
            message = f"`{brief(shown, 200)}` can't be read: {brief(reason.lower(), 200)}"
            self._diagnostics.error("Y001", message, Span(shown, 1, 1, 1, 1), help=help)
            return None
        self.texts[path] = data
        return parse_yaml(data, shown, self._diagnostics)

    def _named(self, node: Node, key: str) -> list[tuple[str, Span]]:
        """The files that the patterns under `plans`, `targets` or `libraries` match, each once, with the pattern's place."""
        said = node.get(key) if isinstance(node, Mapping) else None
        patterns = said.items if isinstance(said, Sequence) else (said,)
        found: dict[str, Span] = {}
        for pattern in patterns[:PATTERNS]:
            if isinstance(pattern, Scalar) and isinstance(pattern.value, str):
                found |= {path: pattern.span for path in self._matching(pattern) if path not in found}
        return sorted(found.items())

    def _matching(self, pattern: Scalar) -> list[str]:
        if not pattern.text:
            return []  # the schema has told
        if leaves(pattern.text):
            help = "it is a path inside the folder of komisi.yaml, with forward slashes, such as `*/comp.yaml`"
            self._diagnostics.error(
                "W006",
                f"`{brief(pattern.text)}` is no plain path inside the workspace's folder",
                pattern.span,
                help=help,
            )
            return []
        found = self._files.matching(pattern.text)
        if not found:
            help = "correct the pattern; `*` stands for any name, `**` for any folders"
            self._diagnostics.error("W007", f"no file matches `{brief(pattern.text)}`", pattern.span, help=help)
        return found

    def _plan(self, path: str, asked: Span) -> CompPlan | str:
        """The plan; or, where a mistake in its file was told, its name: `*` if that can't be known."""
        file, node = self._files.shown(path), self._fresh(path, asked)
        fallen = _name_of(node)
        wrong = check(node, "comp-plan", self._diagnostics) if node is not None else None
        if node is None or wrong is None:
            return fallen
        parameters: tuple[Stated, ...] = ()
        if uses_parts(node):
            whole = expanded(node, self._library, self._diagnostics) if not wrong else None
            wrong = check(whole[0], "comp-plan", self._diagnostics) if whole is not None else None
            if whole is None or wrong is None:
                return fallen
            node, parameters = whole
        plan = build_plan(node, file, wrong, self._rows, self._diagnostics)
        return fallen if plan is None or self._diagnostics.has_errors(file) else replace(plan, parameters=parameters)

    def _parts(self, files: list[tuple[str, Span]]) -> Library:
        """All that plans may use, by section and name; a name stands in one library."""
        found: dict[tuple[str, str], Part] = {}
        whole = True
        for path, asked in files:
            node = self._fresh(path, asked)
            wrong = check(node, "library", self._diagnostics) if node is not None else None
            whole = whole and wrong is not None and not any(len(path) < 2 for path in wrong)
            for part in parts_of(node, wrong, self._diagnostics) if node is not None and wrong is not None else ():
                first = found.setdefault((part.section, part.name), part)
                if first is not part:
                    help = "rename one of them, or delete it: `use` names a part, and not the file that it stands in"
                    message = f"there are two {SECTIONS[part.section]}s `{part.name}` in libraries"
                    related = ((first.span, "the other one"),)
                    self._diagnostics.error("N031", message, part.span, help=help, related=related)
        return Library(found, whole)

    def _target(self, path: str, asked: Span) -> tuple[TargetPlan, ...] | str:
        """The target plan; or, where a mistake in its file was told, its name: `*` if that can't be known."""
        file, node = self._files.shown(path), self._fresh(path, asked)
        if node is None:
            return "*"
        wrong = check(node, "target-plan", self._diagnostics)
        target = build_target(node, file, self._diagnostics) if wrong is not None and not wrong else None
        if target is not None and not self._diagnostics.has_errors(file):
            return target
        return "*" if isinstance(node, Mapping) and node.get("categories") is not None else _name_of(node)

    def _rows(self, named: Scalar) -> Sequence | None:
        """The rows of a CSV file that stands beside the plan or library that names it; None, and told, if it can't be read."""
        beside = {self._files.shown(path): path for path in self.texts}[named.span.file]
        path = "/".join((*beside.split("/")[:-1], named.text))
        if leaves(named.text):
            help = "it is a path from the folder of this file, with forward slashes, such as `rates.csv`"
            message = f"`{brief(named.text)}` is no plain path below this file's folder"
            self._diagnostics.error("W006", message, named.span, help=help)
            return None
        try:
            self.texts[path] = self._files.read(path)
        except (OSError, ValueError) as problem:
            reason = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
            message = f"`{brief(path, 200)}` can't be read: {brief(reason.lower(), 200)}"
            self._diagnostics.error("S046", message, named.span, help="it is a CSV file beside the one that names it")
            return None
        if len(self.texts[path]) > MAX_BYTES:
            self._diagnostics.error("S046", f"`{brief(path, 200)}` is too large", named.span, help="split the table")
            return None
        via = ((replace(named.span, via=()), "the file is read here"), *named.span.via)
        return rows_of(self.texts[path], self._files.shown(path), via, self._diagnostics)

    def _fresh(self, path: str, asked: Span) -> Node | None:
        """The tree of a file that no other pattern has taken."""
        if path == MAIN or path in self._taken:
            message = f"`{brief(path, 200)}` is read as two kinds of file"
            related = ((self._taken[path], "the other pattern"),) if path in self._taken else ()
            self._diagnostics.error(
                "W008", message, asked, help="make the patterns exclude each other", related=related
            )
            return None
        self._taken[path] = asked
        return self._read(path)


def _name_of(node: Node | None) -> str:
    """The name that a file gives what stands in it; `*` if that can't be known."""
    name = node.get("name") if isinstance(node, Mapping) else None
    return name.text if isinstance(name, Scalar) else "*"
