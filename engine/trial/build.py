"""A test file → its `PlanTest`s. In: the text, the workspace. Out: tests whose names all exist, or diagnostics (S, P)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from engine.core.diagnostic import Diagnostics, brief, closest
from engine.core.span import Span
from engine.load.fields import Fields, check_size
from engine.load.number import number
from engine.load.plan_files import shown_from_here
from engine.load.schema import check
from engine.load.yaml_file import parse_yaml, read_yaml
from engine.load.yaml_node import Mapping as MappingNode
from engine.load.yaml_node import Node, Scalar
from engine.load.yaml_node import Sequence as SequenceNode
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.plan.workspace import Source
from engine.trial.plan_test import PlanTest, Row, Rows

REPEAT, MOST = "repeat", 5000


def build_tests(
    path: Path, workspace: ResolvedWorkspace, diagnostics: Diagnostics, data: bytes | None = None
) -> list[PlanTest]:
    """The tests of one file, or of `data` that is to stand there; none where the file has a mistake."""
    shown = shown_from_here(path)
    node = read_yaml(path, shown, diagnostics) if data is None else parse_yaml(data, shown, diagnostics)
    wrong = check(node, "plan-test", diagnostics) if node is not None else None
    if node is None or wrong is None or wrong:
        return []
    builder = _Builder(workspace, path, Fields(node, diagnostics), diagnostics)
    tests = [builder.test(Fields(item, diagnostics)) for item in builder.file.items("tests")]
    builder.check_names()
    return [] if diagnostics.has_errors(shown) else [test for test in tests if test is not None]


class _Builder:
    """What the tests of one file share."""

    def __init__(self, workspace: ResolvedWorkspace, path: Path, file: Fields, diagnostics: Diagnostics):
        self._workspace, self._path, self.file, self._diagnostics = workspace, path, file, diagnostics
        self._sources = workspace.needed
        self._defaults = {
            name.text: self._row(node, self._source(name), False).cells for name, node in file.entries("defaults")
        }
        self._input = self._rows(file.entries("input"))

    def test(self, fields: Fields) -> PlanTest | None:
        """One test; None, and told, where it is of no plan or of no period."""
        plan = self._plan(fields)
        found = self._workspace.calendar.find(fields.text("period"))
        if found is None or found.length != self._workspace.pay_period:
            names = [p.name for p in self._workspace.calendar.of_length(self._workspace.pay_period)]
            message = f"`{brief(fields.text('period'))}` is no pay period of this workspace"
            self._diagnostics.error(
                "P002", message, fields.span("period"), help=_there_is(fields.text("period"), names)
            )
        rows = {**self._input, **self._rows(fields.entries("input"))}
        output = tuple(
            Rows(name.text, name.span, tuple(self._row(item, None, False) for item in _items(node)))
            for name, node in fields.entries("output")
        )
        variables = self._variables(plan, fields.entries("variables")) if plan is not None else {}
        if plan is None or found is None:
            return None
        name = fields.text("name")
        return PlanTest(name, fields.span("name"), plan.name, found, variables, self._defaults, rows, output)

    def check_names(self) -> None:
        """A name stands for one test of the file."""
        first: dict[str, Span] = {}
        for item in self.file.items("tests"):
            name = Fields(item, self._diagnostics).scalar("name")
            if first.setdefault(name.text, name.span) != name.span:
                message = f"two tests are called `{brief(name.text)}`"
                related = ((first[name.text], "the first of them"),)
                self._diagnostics.error("P012", message, name.span, help="rename one of them", related=related)

    def _plan(self, fields: Fields) -> Plan | None:
        plans = {plan.name: plan for plan in self._workspace.plans}
        said = next((f for f in (fields, self.file) if "plan" in f), None)
        if said is not None:
            if said.text("plan") not in plans:
                message = f"no plan is called `{brief(said.text('plan'))}`"
                self._diagnostics.error("P001", message, said.span("plan"), help=_there_is(said.text("plan"), plans))
            return plans.get(said.text("plan"))
        home = self._path.resolve().parent.parent
        here = [plan for plan in plans.values() if Path(plan.file).resolve().parent == home]
        if len(here) == 1:
            return here[0]
        message = (
            f"{'several plans lie' if here else 'no plan lies'} in the folder of `tests/`, and no `plan:` is named"
        )
        help = f"add `plan:`; {_there_is('', plans)}"
        self._diagnostics.error("P001", message, self.file.span("kind"), help=help)
        return None

    # -- rows

    def _rows(self, entries: Iterable[tuple[Scalar, Node]]) -> dict[str, Rows]:
        found = {}
        for name, node in entries:
            source = self._source(name)
            rows = tuple(self._row(item, source, True) for item in _items(node))
            found[name.text] = Rows(name.text, name.span, rows)
        return found

    def _source(self, name: Scalar) -> Source | None:
        source = self._sources.get(name.text)
        if source is None:
            message = f"no source is called `{brief(name.text)}`"
            self._diagnostics.error("P003", message, name.span, help=_there_is(name.text, self._sources))
        return source

    def _row(self, node: Node, source: Source | None, may_repeat: bool) -> Row:
        assert isinstance(node, MappingNode)
        cells = {key.text: value for key, value in node.items if isinstance(value, Scalar)}
        keys, times = {key.text: key.span for key, _ in node.items}, 1
        known = None if source is None else [column.name for column in source.columns]
        if may_repeat and known is not None and REPEAT in cells and REPEAT not in known:
            times = self._times(cells.pop(REPEAT))
        for column, place in keys.items():
            if known is not None and column in cells and column not in known:
                message = f"source `{source.name if source else ''}` has no column `{brief(column)}`"
                self._diagnostics.error("P004", message, place, help=_there_is(column, known))
        return Row(cells, keys, node.span, times)

    def _times(self, cell: Scalar) -> int:
        value = cell.value
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST:
            return value
        message = f"`{brief(cell.text)}` is no number of rows"
        self._diagnostics.error("P011", message, cell.span, help=f"a whole number from 1 to {MOST}")
        return 1

    # -- variables

    def _variables(self, plan: Plan, entries: Iterable[tuple[Scalar, Node]]) -> dict[str, Decimal]:
        found = {}
        for name, node in entries:
            value = self._value(plan, name, node)
            if value is not None:
                found[name.text] = value
        return found

    def _value(self, plan: Plan, name: Scalar, node: Node) -> Decimal | None:
        variable = plan.variables.get(name.text)
        if variable is None:
            message = f"plan `{plan.name}` reads no variable `{brief(name.text)}`"
            self._diagnostics.error("P010", message, name.span, help=_there_is(name.text, plan.variables))
            return None
        assert isinstance(node, Scalar)
        value = number(node, self._diagnostics)
        units = {"money": ("none", "currency"), "rate": ("none", "share"), "quantity": ("none",)}
        fits = value is not None and value.unit in units[variable.type.dtype]
        if value is None or not fits or value.currency not in (None, variable.type.currency):
            message = f"`{brief(node.text)}` is no value of `{name.text}`, which is a {variable.type.required()}"
            self._diagnostics.error("P010", message, node.span, help="a number, as in `0.05`, `5%` or `500 USD`")
            return None
        check_size(value.value, variable.type, node.span, self._diagnostics)
        return value.value


def _items(node: Node) -> tuple[Node, ...]:
    assert isinstance(node, SequenceNode)
    return node.items


def _there_is(word: str, names: Iterable[str] | Mapping[str, object]) -> str:
    """`did you mean …?`, or what there is."""
    known = list(names)
    near = closest(word, known)
    if near:
        return f"did you mean `{near}`?"
    shown = ", ".join(f"`{name}`" for name in known[:12]) + (", …" if len(known) > 12 else "")
    return f"there is {shown}" if known else "there is none"
