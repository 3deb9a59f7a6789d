"""JSON as it is read of a run: each key of a mapping once. In: a text. Out: its value; ValueError where a key stands twice.

Of two entries of one name programs take the one or the other, so that two readers would see two runs.
"""

import json
from typing import Any


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The mapping of these pairs."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{twice[:100]}` stands twice in one mapping, and a program that reads it may take either")
    return found


def read_json(text: str) -> Any:
    """The value of a text. Raises ValueError for what is no JSON, or has a key twice."""
    return json.loads(text, object_pairs_hook=once)
