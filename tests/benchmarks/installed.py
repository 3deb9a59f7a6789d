"""The environment in which a measured process starts as an installation does: compiled once, before, and then read."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(cache: Path) -> dict[str, str]:
    """For a process that finds this clone and keeps what it compiles in `cache`: nothing is written into the clone."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache)}
