"""Diagnostics in the forms that programs read: in, a few mistakes with all that is nasty; out, what a reader gets."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.formats import FORMATS, rendered

ROOT = Path(__file__).parents[2]
FILE = "plans/ae/comp.yaml"
NASTY = "100%\r\n::error::x, y: \x1b[31m\x00‮\ud800"


def found(
    message: str = "`rte` is no key", help_: str | None = None, file: str = FILE, end_line: int = 3
) -> Diagnostics:
    diagnostics = Diagnostics()
    diagnostics.error("S001", message, Span(file, 3, 5, end_line, 8), help=help_)
    return diagnostics


def form(diagnostics: Diagnostics, name: str) -> str:
    return rendered(diagnostics, name, False)


def test_nothing_found() -> None:
    assert [form(Diagnostics(), name) for name in ("full", "concise", "github")] == ["", "", ""]
    assert json.loads(form(Diagnostics(), "json")) == {"diagnostics": [], "hidden": {"error": 0, "warning": 0}}
    (run,) = json.loads(form(Diagnostics(), "sarif"))["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_concise() -> None:
    diagnostics = found()
    diagnostics.warning("Y025", "a comment", Span("a.yaml", 1, 2, 1, 3), help="not shown")
    assert form(diagnostics, "concise").split("\n") == [
        "a.yaml:1:2: warning[Y025] a comment",
        "plans/ae/comp.yaml:3:5: error[S001] `rte` is no key",
    ]


def test_github() -> None:
    place = "file=plans/ae/comp.yaml,line=3,endLine=3,col=5,endColumn=8,title=komisi S001"
    assert form(found("50% of a,b:c"), "github") == f"::error {place}::50%25 of a,b:c"
    assert form(found("x", "one\ntwo"), "github").endswith("::x%0Ahelp: one%0Atwo")
    assert "file=a%25%3Ab%2Cc.yaml,line=3,endLine=4,title" in form(found(file="a%:b,c.yaml", end_line=4), "github")


def test_json_counts_what_it_leaves_out() -> None:
    diagnostics = Diagnostics(limit_per_file=2)
    for line in range(1, 6):
        diagnostics.error("S001", "x", Span(FILE, line, 1, line, 2))
        diagnostics.warning("Y025", "x", Span("b.yaml", line, 1, line, 2))
    read = json.loads(form(diagnostics, "json"))
    assert len(read["diagnostics"]) == 4 and read["hidden"] == {"error": 3, "warning": 3}
    only = json.loads(form(diagnostics.only(lambda file: file == FILE), "json"))
    assert len(only["diagnostics"]) == 2 and only["hidden"] == {"error": 3, "warning": 0}
    (run,) = json.loads(form(diagnostics, "sarif"))["runs"]
    (invocation,) = run["invocations"]
    assert [told["message"]["text"][:19] for told in invocation["toolExecutionNotifications"]] == [
        "3 more of level err", "3 more of level war",
    ]  # fmt: skip
    assert "2 errors (3 more not shown)" in form(diagnostics, "full")


def test_sarif() -> None:
    diagnostics = found("50 % of it", "write `rate`", "a b/ü:%.yaml")
    diagnostics.warning("Y010", "twice", Span("a:b.yaml", 9, 1, 9, 2), related=((Span(FILE, 1, 1, 1, 4), "first"),))
    log = json.loads(form(diagnostics, "sarif"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "komisi" and [rule["id"] for rule in driver["rules"]] == ["S001", "Y010"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])
    assert run["columnKind"] == "unicodeCodePoints" and run["invocations"][0]["executionSuccessful"] is True
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-][A-Za-z0-9._~/%:-]*", uri) and not re.match(r"[a-zA-Z0-9+.-]+:|/", uri)
        assert set(place["physicalLocation"]["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
    first, second = run["results"]
    assert first["level"] == "error" and first["message"]["text"] == "50 % of it\nhelp: write `rate`"
    assert unquote(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == "a b/ü:%.yaml"
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "./a%3Ab.yaml"
    assert second["relatedLocations"][0]["message"]["text"] == "first"


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_file_holds_stays_in_its_line(name: str) -> None:
    """No control character, no line of its own, no command that a file smuggles in; and it can be encoded."""
    printed = form(found(NASTY, NASTY.replace("\n", " "), "plans/a\n::error::\x1b.yaml"), name)
    printed.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f‮]", printed)
    assert not [line for line in printed.split("\n")[1:] if line.startswith("::")]


@given(st.text(), st.text(min_size=1), st.sampled_from(FORMATS))
def test_any_text(message: str, file: str, name: str) -> None:
    printed = form(found(message, file=file), name)
    printed.encode()
    if name in ("json", "sarif"):
        assert json.loads(printed)
    elif name != "full":
        assert "\n" not in printed and printed.isprintable()


def test_checking_imports_no_polars() -> None:
    program = (
        "import sys; from engine.formats import FORMATS, rendered; from engine.core.diagnostic import Diagnostics\n"
        "[rendered(Diagnostics(), name, False) for name in FORMATS]; import engine.cli.watch; import engine.cli.check\n"
        "print([name for name in ('polars', 'jsonschema') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
