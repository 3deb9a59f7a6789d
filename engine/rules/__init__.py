"""What a code means, with an example of it and of what to write instead. In: a code. Out: text or JSON for `komisi rule`.

The examples ship as small texts, one of each code, read when asked for; the tests provoke each code with its own.
"""

from engine.rules.example import Example, example_of
from engine.rules.render import listed_json, listed_text, nearest, rule_json, rule_text

__all__ = ["Example", "example_of", "listed_json", "listed_text", "nearest", "rule_json", "rule_text"]
