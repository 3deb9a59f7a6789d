"""What the documents say of the project holds: exit codes, commands, links, excerpts, the catalogue of codes."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from engine.cli import ending, komisi, loaded
from engine.core.codes import CODES
from tests.documents.examples import anchor

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
MACHINE = re.compile(r"(?<![\w.~])/(?:work|tmp|root|home/\w+|Users/\w+)\b|[A-Z]:\\\\")
REGISTRY = re.compile(r"pypi\.(?:org|python)|pythonhosted\.|npmjs\.|anaconda\.|(?<!emit-)index-url|crates\.io")
ALLOWED = {
    "Large tables: `python fixtures/generate.py --out /tmp/large --participants 10000 --transactions 1000000 --clean`."
}
"""Lines that name a place for throw-away files, to be typed as one likes."""


def project_files() -> list[Path]:
    """Files that are committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a clone")
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return [path for name in names if (path := ROOT / name).is_file()]


def documents() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def prose(path: Path) -> str:
    """A document without its blocks of code and generated examples of code in a line."""
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """What a link into a document can name: its headings as GitHub makes them into ids, and ids that are written out."""
    text = prose(path)
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    slugs = {anchor(heading).removeprefix("#") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def test_the_readme_lists_the_exit_codes_of_the_command_line() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", README, re.MULTILINE))
    words = {0: "nothing blocking", ending.FINDINGS: "findings", ending.USAGE: "usage", ending.BLOCKING: "blocking",
             ending.UNREADABLE: "can't be read", 70: "defect", 130: "interrupted", ending.STOPPED: "stopped"}  # fmt: skip
    assert {int(code) for code in rows} == set(words)
    assert [code for code, word in words.items() if word not in rows[str(code)]] == []


def test_relative_links_lead_somewhere() -> None:
    broken = []
    for path in documents():
        for link in LINK.findall(prose(path)):
            if ELSEWHERE.match(link):
                continue
            name, _, place = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.exists() or (place and target.suffix == ".md" and place not in anchors(target)):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def test_files_that_documents_name_exist() -> None:
    """A name in code marks that begins with one of the project's folders is one of its files."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"runs"}
    missing = []
    for path in documents():
        for named in re.findall(r"`([A-Za-z_.]+/[A-Za-z0-9_./-]*|[A-Z]+\.md)`", prose(path)):
            near = (path.parent / named, ROOT / named, ROOT / "engine" / named)
            if named.split("/")[0] in folders | {named} and not any(place.exists() for place in near):
                missing.append(f"{path.relative_to(ROOT)}: {named}")
    assert missing == []


def test_commands_and_options_that_documents_name_exist() -> None:
    unknown = []
    for path in documents():
        for line in path.read_text(encoding="utf-8").splitlines():
            for said in re.findall(r"(?:^\$ |`|bin/)komisi ([a-z]+)([^`#\n]*)", line):
                command = loaded(said[0]) if said[0] in komisi.commands else None
                options = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", said[1]))
                if command is None or options - names_of(command):
                    unknown.append(f"{path.relative_to(ROOT)}: komisi {said[0]}{said[1]}")
    assert unknown == []


def names_of(command: click.Command) -> set[str]:
    """The options of a command, as they are typed."""
    return {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}


def test_the_help_of_each_command_is_told_in_the_readme() -> None:
    assert [name for name in komisi.commands if f"komisi {name}" not in README] == []


def test_the_plan_in_the_readme_stands_in_the_example_plans() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    plans = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "plans").rglob("*.yaml"))]
    assert blocks
    assert [block for block in blocks if not any(block in plan for plan in plans)] == []


def test_the_python_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code.replace('save("runs")', f"save({str(tmp_path)!r})"), "README.md", "exec"), {})


def test_what_a_run_holds_is_told_in_the_readme(tmp_path: Path) -> None:
    from engine import open_workspace

    saved = open_workspace(ROOT / "plans").run("2026-01").save(tmp_path)
    there = {f"{path.name}/" if path.is_dir() else path.name for path in saved.record.folder.iterdir()}
    table = README.split("| in the folder |")[1].split("\n\n")[0]
    told = set(re.findall(r"`([^`]+)`", "".join(line.split(" | ")[0] for line in table.splitlines()[2:])))
    assert there == told


def test_no_document_names_a_machine_or_a_registry() -> None:
    found = []
    for path in project_files():
        if path == Path(__file__):
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        numbered = [(number, line) for number, line in enumerate(lines, 1) if line not in ALLOWED]
        places = [(number, line) for number, line in numbered if MACHINE.search(line) or REGISTRY.search(line)]
        found += [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}" for number, line in places]
    assert found == []


def test_every_code_has_a_title_and_an_explanation() -> None:
    assert [code.code for code in CODES.values() if not code.title.strip() or len(code.explanation.strip()) < 20] == []
    assert [name for name, code in CODES.items() if name != code.code] == []


def test_codes_that_documents_name_exist() -> None:
    named = {code for path in documents() for code in re.findall(r"\b[YSFWNTMPXE]\d{3}\b", prose(path))}
    assert named <= CODES.keys()
