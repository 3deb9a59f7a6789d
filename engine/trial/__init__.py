"""trial: what compiles and runs plans itself, over made-up or chosen inputs, to show or to test what they do.

A plan test is made input rows and the rows that must come out. It runs through the normal pipeline, with its own rows in the
place of what intake reads; no data file is opened.
"""

from engine.trial.coverage import coverage, coverage_json, coverage_text
from engine.trial.find import find_tests
from engine.trial.people import check_people
from engine.trial.perform import Outcome, Suite, run_tests
from engine.trial.record_test import NotWritten, record_tests
from engine.trial.report import as_json, as_text

__all__ = [
    "NotWritten",
    "Outcome",
    "Suite",
    "as_json",
    "as_text",
    "check_people",
    "coverage",
    "coverage_json",
    "coverage_text",
    "find_tests",
    "record_tests",
    "run_tests",
]
