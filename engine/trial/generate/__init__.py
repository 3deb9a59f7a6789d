"""Boundary tests: one for each side of every number of a plan, as the plan pays today, for somebody to read and agree to.

In: a compiled workspace, the plans. Out: a new test file beside each plan, and what of the plan could not be reached and why.
The points are those of `--coverage`; what an earlier generated file tests is not written again.
"""

from engine.trial.generate.compose import Composed, Written, compose, file_of, generate_tests
from engine.trial.generate.report import generated_json, generated_text

__all__ = ["Composed", "Written", "compose", "file_of", "generate_tests", "generated_json", "generated_text"]
