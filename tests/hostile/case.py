"""A hostile case as a file of `cases/`: a workspace that is sound but for what the case says.

A case begins with comments: `# expect: LINE [CODE]`, the line counted in the case file itself or, between single quotes,
one of the base files that begins so; `warning` after the code where the plan may stand, and `# expect: nothing` where
there is no mistake, only something extreme. Then what the rest of the
case is: without more a whole `comp.yaml`; `# as: workspace` a whole `komisi.yaml`, `# as: target` a `targets.yaml`;
`# as: formula` one formula, put where the base plan has its first condition (or `value`, `by`); and with
`# instead of: TEXT` only what stands in the place of the one line of the base file that begins with TEXT.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BASE = HERE / "base"
FILES = {"plan": "field/comp.yaml", "workspace": "komisi.yaml", "target": "field/targets.yaml"}
SLOTS = {"where": 'where: status == "booked"', "value": "value: net_amount * 0.5", "by": "- multiply: {by: 1.1,"}
HEADER = re.compile(r"# (expect|as|instead of): (.*)")


@dataclass(frozen=True)
class Expected:
    """What `check` has to say: a diagnostic of this code at one of these lines of this file; nothing if there is none."""

    file: str
    lines: tuple[int, ...]
    code: str = ""
    severity: str = "error"


@dataclass(frozen=True)
class Case:
    """A case of `cases/`, read."""

    name: str
    header: dict[str, str]
    text: bytes

    def build(self, folder: Path) -> Expected:
        """Make the workspace in `folder`; what must be found in it."""
        name, shift = self.spoil(folder)
        if self.header["expect"] == "nothing":
            return Expected(name, ())
        where, code, severity = _expected(self.header["expect"])
        if isinstance(where, int):
            return Expected(name, (where + shift,), code, severity)
        for other in dict.fromkeys([name, *FILES.values()]):
            lines = (folder / other).read_text().split("\n")
            found = tuple(number for number, line in enumerate(lines, 1) if line.strip().startswith(where))
            if found:
                return Expected(other, found, code, severity)
        raise AssertionError(f"{self.name}: no line begins with {where}")

    def spoil(self, folder: Path) -> tuple[str, int]:
        """Make the workspace in `folder`: which file is another, and how far its lines are from those of the case."""
        shutil.copytree(BASE, folder)
        kind, _, slot = self.header.get("as", "plan").partition(" ")
        name = FILES["plan" if kind == "formula" else kind]
        base = (BASE / name).read_text().split("\n")
        body = self.text.split(b"\n")[len(self.header) : -1]
        shift = 0
        if kind == "formula":
            at = _line_of(base, SLOTS[slot or "where"])
            (formula,) = body
            base[at] = _with_formula(base[at], slot or "where", formula.decode())
            text, shift = "\n".join(base).encode(), at - len(self.header)
        elif "instead of" in self.header:
            at = _line_of(base, self.header["instead of"])
            encoded = [line.encode() for line in base]
            text, shift = b"\n".join([*encoded[:at], *body, *encoded[at + 1 :]]), at - len(self.header)
        else:
            text = self.text
        (folder / name).write_bytes(text)
        return name, shift


def read_case(path: Path) -> Case:
    """Read one file of `cases/`."""
    text = path.read_bytes()
    header = {}
    for line in text.split(b"\n"):
        found = HEADER.fullmatch(line.decode("utf-8", "replace"))
        if found is None or found[1] in header:
            break
        header[found[1]] = found[2]
    return Case(path.stem, header, text)


def all_cases() -> list[Case]:
    """All files of `cases/`, in order."""
    return [read_case(path) for path in sorted((HERE / "cases").iterdir())]


def _expected(text: str) -> tuple[int | str, str, str]:
    found = re.fullmatch(r"(?:(\d+)|'(.*)')(?: ([A-Z]\d*))?( warning)?", text)
    assert found is not None, f"`# expect: {text}` is not understood"
    return int(found[1]) if found[1] else found[2], found[3] or "", "warning" if found[4] else "error"


def _line_of(lines: list[str], beginning: str) -> int:
    found = [number for number, line in enumerate(lines) if line.strip().startswith(beginning)]
    assert found, f"no line of the base begins with {beginning}"
    assert len(found) == 1 or beginning in SLOTS.values() or len({lines[n] for n in found}) == 1, beginning
    return found[0]


def _with_formula(line: str, slot: str, formula: str) -> str:
    quoted = json.dumps(formula, ensure_ascii=False)
    if slot == "by":
        return line.replace("by: 1.1", f"by: {quoted}")
    return line[: line.index(":") + 1] + " " + quoted
