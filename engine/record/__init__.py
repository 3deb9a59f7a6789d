"""record: a run on disk. Written whole or not at all, read by `explain`, `verify` and whoever opens the files."""

from engine.record.digest import result_digest, table_digest
from engine.record.read import Record, RecordError, find, open_record
from engine.record.same import DamagedRun
from engine.record.write import Written, write

__all__ = [
    "DamagedRun",
    "Record",
    "RecordError",
    "Written",
    "find",
    "open_record",
    "result_digest",
    "table_digest",
    "write",
]
