"""Two versions of plan files → edits: what is one edit, where it stands, and that switching leads from the old to the new."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Node, to_plain
from engine.trial.diff.compare import compare
from engine.trial.diff.edits import edits
from engine.trial.diff.renames import names
from engine.trial.diff.tree import differences
from engine.trial.diff.variant import variant, yaml_text

OLD = """\
kind: comp-plan
name: field
measures:
  total: {sum: sales, over: period}   # all of it
components:
  commission:
    base: total
    rate:
      tiers:
        - {from: 0%, rate: 1%}
        - {from: 100%, rate: 3%}
    then:
      - multiply: {by: total / 2, per: earning}
      - round: {per: earning, mode: half_up}
"""


def node(text: str) -> Node:
    diagnostics = Diagnostics()
    found = parse_yaml(text.encode(), "x.yaml", diagnostics)
    assert found is not None, list(diagnostics)
    return found


def said(old: str, new: str) -> list[tuple[tuple[str, str], ...]]:
    """Each edit as (kind, path) of its places."""
    made = edits({"a.yaml": old.encode()}, {"a.yaml": new.encode()})
    return [tuple((place.kind, place.path) for place in edit.places) for edit in made.edits]


def test_nothing_differs() -> None:
    assert said(OLD, OLD) == []


@pytest.mark.parametrize(
    ("old", "new", "kind", "path"),
    [
        ("rate: 3%", "rate: 4%", "changed", "components.commission.rate.tiers[2].rate"),
        ("        - {from: 100%, rate: 3%}\n", "", "removed", "components.commission.rate.tiers[2]"),
        ("        - {from: 1", "        - {from: 50%, rate: 2%}\n        - {from: 1",
         "added", "components.commission.rate.tiers[2]"),
        ("    base: total\n", "    base: total\n    note: new\n", "added", "components.commission.note"),
        ("rate: 3%", "rate: {value: 3%, note: why}", "changed", "components.commission.rate.tiers[2].rate"),
        ("{from: 0%, rate: 1%}", "{rate: 1%, from: 0%}", "reordered", "components.commission.rate.tiers[1]"),
        ("# all of it", "# everything", "comment", ""),
        ("      - multiply: {by: total / 2, per: earning}\n      - round: {per: earning, mode: half_up}\n",
         "      - round: {per: earning, mode: half_up}\n      - multiply: {by: total / 2, per: earning}\n",
         "moved", "components.commission.then[1]"),
        ("  total: {sum: sales, over: period}", "  total:\n    sum: sales\n    over: period", "layout", ""),
    ],
)  # fmt: skip
def test_one_edit(old: str, new: str, kind: str, path: str) -> None:
    found = said(OLD, OLD.replace(old, new))
    assert len(found) == 1 and found[0][0][0] == kind
    assert kind == "moved" or found == [((kind, path),)]


def test_a_name_and_what_says_it_are_one_edit() -> None:
    found = said(OLD, OLD.replace("total", "sold"))
    assert found == [
        (("renamed", "measures.sold"), ("changed", "components.commission.base"),
         ("changed", "components.commission.then[1].multiply.by")),
    ]  # fmt: skip


def test_a_renamed_component_that_also_pays_otherwise_is_two_edits() -> None:
    new = OLD.replace("  commission:", "  pay:").replace("rate: 3%", "rate: 4%")
    assert said(OLD, new) == [
        (("renamed", "components.pay"),),
        (("changed", "components.pay.rate.tiers[2].rate"),),
    ]


def test_something_quite_different_is_no_rename() -> None:
    new = OLD.replace("  total: {sum: sales, over: period}", "  deals: {count: orders, over: quarter}")
    assert [kinds[0][0] for kinds in said(OLD, new)] == ["removed", "added"]


def test_names_of_both_versions_have_one_label() -> None:
    new = OLD.replace("  commission:", "  pay:").replace("name: field", "name: indoor")
    made = edits({"a.yaml": OLD.encode()}, {"a.yaml": new.encode()})
    before, after = names(made.files, frozenset()), names(made.files, made.switches)
    assert before.plans == {"field": "field → indoor"} and after.plans == {"indoor": "field → indoor"}
    assert before.parts == {("field", "commission"): "commission → pay"}
    assert after.parts == {("indoor", "pay"): "commission → pay"}


def test_files_that_come_go_or_only_move() -> None:
    main, plan = b"kind: workspace\nname: w\n", OLD.encode()
    made = edits({"komisi.yaml": main, "a.yaml": plan, "b.yaml": b"kind: target-plan\nname: t\n"},
                 {"komisi.yaml": main, "z/a.yaml": plan, "c.yaml": b"kind: comp-plan\nname: other\n"})  # fmt: skip
    kinds = [(edit.places[0].kind, edit.places[0].file) for edit in made.edits]
    assert kinds == [("removed", "b.yaml"), ("added", "c.yaml"), ("renamed", "z/a.yaml")]
    assert sorted(made.texts(frozenset())) == ["a.yaml", "b.yaml", "komisi.yaml"]
    assert sorted(made.texts(made.switches)) == ["c.yaml", "komisi.yaml", "z/a.yaml"]


PAIRS = [
    ("a: [1, 2, 3]", "a: [3, 2, 1]"),
    ("a: [1, 2, 3]", "a: []"),
    ("a: {x: 1, y: 2, z: 3}", "a: {z: 3, w: 0, x: 2}"),
    ("components: {a: {k: 1, l: 2}, b: {k: 5, l: 6}}", "components: {b: {k: 1, l: 2}, c: {k: 5, l: 6}}"),
    ("components: {a: {k: 1, l: 2}, b: {k: 5, l: 6}, c: 1}", "components: {c: 2, z: {k: 5, l: 6}, y: {k: 1, l: 2}}"),
    ("a: 1\nb: {}\nc:\n", "b: {q: []}\nc: 'x: y # z'\nd: \"1\"\n"),
    ("t: |\n  one\n   two\n\n  three\nu: >-\n  a\n  b\n", "t: |-\n    one\n  \n    two\nu: |+\n  x\n\n"),
    ("- [a, [b, c]]\n- - d\n  - e: {f: g}\n", "- - d\n- [a, [c]]\n- e\n"),
]


KEYS = ("components", "credits", "a", "b", "c")
SCALARS = st.sampled_from(["", "1", "5%", "x y", '"1"', "'a: # b'", "a + b"])
TREES = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=4).map(lambda items: f"[{', '.join(item or 'null_' for item in items)}]"),
        st.dictionaries(st.sampled_from(KEYS), below, max_size=4).map(
            lambda keys: f"{{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"
        ),
    ),
    max_leaves=25,
)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_all_off_is_the_old_text_and_all_on_the_new(old: str, new: str) -> None:
    leads_from_one_to_the_other(old, new)


@settings(deadline=None)  # a busy machine is no defect
@given(old=TREES, new=TREES)
def test_so_it_is_with_any_texts(old: str, new: str) -> None:
    leads_from_one_to_the_other(f"top: {old}", f"top: {new}")


def leads_from_one_to_the_other(old: str, new: str) -> None:
    for before, after in ((node(old), node(new)), (node(new), node(old))):
        tree = compare(before, after, count(1))
        everything = frozenset(switch for switch, _ in differences(tree))
        for on, wanted in ((frozenset[int](), before), (everything, after)):
            made = variant(tree, on)
            assert made is not None
            assert to_plain(made) == to_plain(wanted) == to_plain(node(yaml_text(made).decode()))
            assert str(to_plain(made)) == str(to_plain(wanted)), "in the same order"
