"""record: a run on disk. Written whole or not at all, read by `explain`, `verify` and whoever opens the files."""

from engine.record.digest import kept_digest, kept_digests, result_digest, run_digest, table_digest, table_digests
from engine.record.draft import Draft, Shelf, collected, scanned
from engine.record.layout import Layout
from engine.record.read import Record, RecordError, find, open_record
from engine.record.same import DamagedRun
from engine.record.write import Written, finish

__all__ = [
    "DamagedRun",
    "Draft",
    "Layout",
    "Record",
    "RecordError",
    "Shelf",
    "Written",
    "collected",
    "find",
    "finish",
    "kept_digest",
    "kept_digests",
    "open_record",
    "result_digest",
    "run_digest",
    "scanned",
    "table_digest",
    "table_digests",
]
