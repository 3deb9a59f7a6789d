"""What a shell completes: periods, plans, runs, participants and codes. In: what is typed so far. Out: what it may become.

Whatever goes wrong, nothing is completed: a shell is no place for messages. Nothing here reads data but one small sheet.
"""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

MANIFEST, RECEIPTS, PAYOUTS = "manifest.json", "receipts.jsonl", "payouts.csv"
"""Files of a run. `engine.record`, which knows them too, takes longer to import than a shell likes to wait."""

TRIAL = ("plans", "as_of")
"""Options of a run that make it a trial, which `latest:` passes over."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _quietly(found: Callable[[click.Context], Iterable[tuple[str, str | None]]]) -> Complete:
    """A completion from what may be there, each with a word of help."""

    def complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            return [CompletionItem(word, help=help_) for word, help_ in found(context) if word.startswith(typed)]
        except Exception:
            return []

    return complete


def _workspace(context: click.Context) -> Any:
    """The workspace as written, its mistakes ignored."""
    from engine.core.diagnostic import Diagnostics
    from engine.load import find_workspace, load

    root = find_workspace(Path(context.params.get("workspace") or "."))
    return load(root, Diagnostics()) if root is not None else None


def _periods(context: click.Context) -> Iterable[tuple[str, str | None]]:
    made = _workspace(context)
    return [(period.name, None) for period in made.calendar.of_length(made.pay_period)]


def _plans(context: click.Context) -> Iterable[tuple[str, str | None]]:
    return [(plan.name, plan.note) for plan in _workspace(context).plans]


def _codes(_context: click.Context) -> Iterable[tuple[str, str | None]]:
    from engine.core.codes import CODES

    return [(code.code, code.title) for code in CODES.values()]


def _run(context: click.Context) -> Iterable[tuple[str, str | None]]:
    return _run_words(context, _given(context, "run"))


def _run_and_participant(context: click.Context) -> Iterable[tuple[str, str | None]]:
    given = _given(context, "run_and_participant")
    return _participants(context, given[0]) if given else _run_words(context, given)


def _given(context: click.Context, name: str) -> list[str]:
    """The words that stand before the one that is typed."""
    return list(context.params.get(name) or ())


def _run_words(context: click.Context, given: list[str]) -> Iterable[tuple[str, str | None]]:
    """The newest run of each period, and the ids of all."""
    if given:
        return []
    periods = {name: str(manifest["period"]) for name, manifest in _manifests(context).items()}
    newest = [(f"latest:{period}", "the newest run of that period") for period in sorted(set(periods.values()))]
    return [*newest, *sorted(periods.items(), key=lambda item: item[1])]


def _participants(context: click.Context, name: str) -> Iterable[tuple[str, str | None]]:
    """Who has a payout in the run."""
    manifests = _manifests(context)
    word, _, period = name.partition(":")
    (run_id,) = [_latest(context, manifests, period)] if word == "latest" else _beginning(manifests, name)
    with (_runs(context) / run_id / PAYOUTS).open(encoding="utf-8", newline="") as sheet:
        return [(who, None) for who in sorted({row["participant"] for row in csv.DictReader(sheet)})]


def _beginning(manifests: dict[str, Any], name: str) -> list[str]:
    return [run_id for run_id in manifests if run_id.startswith(name)]


def _latest(context: click.Context, manifests: dict[str, Any], period: str) -> str:
    """The run that `latest:` means, as `engine.record` finds it: the newest by the receipts, a trial where there is no other."""
    said = _runs(context) / RECEIPTS
    receipts = [json.loads(line) for line in said.read_text().splitlines()] if said.exists() else []
    named = [each["run"] for each in reversed(receipts) if each["period"] == period and each["run"] in manifests]
    unnamed = [run_id for run_id, manifest in manifests.items() if manifest["period"] == period]
    of = named or unnamed
    whole = [run_id for run_id in of if not any(manifests[run_id]["options"].get(key) for key in TRIAL)]
    return (whole or of)[0]


def _manifests(context: click.Context) -> dict[str, Any]:
    """The manifests of the runs there are, by id."""
    folders = [folder for folder in sorted(_runs(context).iterdir()) if (folder / MANIFEST).is_file()]
    return {folder.name: json.loads((folder / MANIFEST).read_bytes()) for folder in folders}


def _runs(context: click.Context) -> Path:
    from engine.cli.places import runs_folder

    return runs_folder(context.params.get("runs"))


periods, plans, codes = _quietly(_periods), _quietly(_plans), _quietly(_codes)
run, run_and_participant = _quietly(_run), _quietly(_run_and_participant)
