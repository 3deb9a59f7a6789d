"""explain: why someone is paid what they are, why not, and whether a run holds. Everything is read from the run alone."""

from engine.explain.derivation import explain
from engine.explain.finding import Finding, Verification
from engine.explain.node import Node
from engine.explain.remade import Remade, Sources
from engine.explain.render import render_json, render_text
from engine.explain.verify import verification_json, verification_text, verify

__all__ = [
    "Finding", "Node", "Remade", "Sources", "Verification", "explain", "render_json", "render_text",
    "verification_json", "verification_text", "verify",
]  # fmt: skip
