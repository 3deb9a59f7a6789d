"""report: what a run came to, for people: the summary that `komisi run` prints, as text and as JSON."""

from engine.report.summary import summary, summary_json

__all__ = ["summary", "summary_json"]
