"""Any formula at all: `typecheck` gives it a type or says what is wrong with it, at a place inside it."""

from hypothesis import given
from hypothesis import strategies as st

from engine.load.expression import expression_of
from engine.typecheck.typed import extent
from tests.passes.by_hand import checked, errors, formula, pointed, rule

NAMES = ["net", "tax", "cost", "fee", "units", "months", "share_pct", "kind", "first", "region", "day",
         "5", "0.1", '"a"', 'date("2026-01-01")', "true"]  # fmt: skip


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    operators = st.sampled_from(["+", "-", "*", "/", "==", "<", ">=", "and", "or"])
    return st.one_of(
        st.tuples(two, operators).map(lambda t: f"({t[0][0]} {t[1]} {t[0][1]})"),
        two.map(lambda t: f"coalesce({t[0]}, {t[1]})"),
        two.map(lambda t: f"min({t[0]}, {t[1]})"),
        st.tuples(inner, two).map(lambda t: f"({t[1][0]} if {t[0]} else {t[1][1]})"),
        inner.map(lambda t: f"is_missing({t})"),
        inner.map(lambda t: f"(not {t})"),
        inner.map(lambda t: f"year({t})"),
        inner.map(lambda t: f"(-{t})"),
    )


@given(st.recursive(st.sampled_from(NAMES), _deeper, max_leaves=8))
def test_any_formula_has_a_type_or_a_diagnostic(text: str) -> None:
    """Never both, never neither, never an exception; every caret lies inside the formula."""
    space, told = checked(credits=(rule(where=formula(text)),))
    assert (len(space.plans) == 1) == (errors(told) == [])
    for diagnostic in told:
        assert pointed(diagnostic, text) and diagnostic.span.column >= 10
    start, end = extent(text, expression_of(text))
    assert 0 <= start < end <= len(text)
