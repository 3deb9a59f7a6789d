"""What `komisi replay` prints: what came of calculating a run again, as text and as data."""

from typing import Any

from engine.trial.again import Again


def again_json(found: Again) -> dict[str, Any]:
    """The outcome as data."""
    names = ("place", "row", "column", "stored", "recomputed", "message")
    return {
        "same": found.same,
        "same_bytes": found.same and not found.files,
        "run_digest": {"stored": found.digests[0], "recomputed": found.digests[1]},
        "versions": [{"name": name, "then": then, "now": now} for name, then, now in found.versions],
        "files": list(found.files),
        "findings": [{name: getattr(each, name) for name in names if getattr(each, name)} for each in found.findings],
    }


def again_text(found: Again) -> str:
    """The outcome as lines: versions, each table that differs with its first row and column, the verdict."""
    lines = [f"{name} was {then}, is {now}" for name, then, now in found.versions]
    for each in found.findings:
        lines.append(" · ".join(part for part in (each.place, each.row, each.column) if part) + f": {each.message}")
        if each.stored or each.recomputed:
            then, now = ("then", "now") if found.versions else ("stored", "calculated")
            lines.append(f"  {then} {each.stored or 'nothing'}, {now} {each.recomputed or 'nothing'}")
    if found.digests[0] != found.digests[1]:
        return "\n".join([*lines, f"It comes out otherwise: run digest {found.digests[0]}, now {found.digests[1]}"])
    if not found.same:
        places = ", ".join(dict.fromkeys(each.place for each in found.findings))
        said = f"Calculated again it comes out to its run digest, but files of the run say otherwise: {places}."
        lines += [said, "They were changed after the run: don't pay from them, take the run from a copy."]
        return "\n".join([*lines, f"Run digest {found.digests[1]}"])
    written = f"{found.count:,} files, the same to the last byte" if not found.files else (
        f"the same figures; written otherwise: {', '.join(found.files[:5])}" + (" …" if len(found.files) > 5 else "")
    )  # fmt: skip
    return "\n".join([*lines, f"Calculated again: {written}.", f"Run digest {found.digests[1]}"])
