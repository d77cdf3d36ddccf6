"""A diff is a list that can be applied."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from docchain.definitions.diff import Change, compare
from tests.support.definitions import a_definition, a_node

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab/~", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=4),
    max_leaves=12,
)


def applied(value: Any, change: Change) -> Any:
    """By RFC 6902, for the three operations that are used."""
    if change.path == "":
        return change.value
    *way, last = [p.replace("~1", "/").replace("~0", "~") for p in change.path.split("/")[1:]]
    holder = value
    for part in way:
        holder = holder[int(part) if isinstance(holder, list) else part]
    if isinstance(holder, list) and change.op == "add":
        assert int(last) == len(holder)
        holder.append(change.value)
    elif change.op == "remove":
        holder.pop(int(last) if isinstance(holder, list) else last)
    else:
        holder[int(last) if isinstance(holder, list) else last] = change.value
    return value


@given(
    before=st.dictionaries(st.text("ab/", max_size=2), VALUES),
    after=st.dictionaries(st.text("ab/", max_size=2), VALUES),
)
def test_the_changes_make_one_of_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    diff = compare(a_definition(a_node("n", input_data=before)), a_definition(a_node("n", input_data=after)))
    changes = [c for node in diff.changed for c in node.changes]
    value: Any = {"input_data": deepcopy(before)}
    for change in changes:
        value = applied(value, change)
    assert value == {"input_data": after}
    assert bool(changes) == (before != after)


def test_true_is_not_one() -> None:
    (node,) = compare(
        a_definition(a_node("n", input_data={"a": True})), a_definition(a_node("n", input_data={"a": 1}))
    ).changed
    assert [(c.op, c.path) for c in node.changes] == [("replace", "/input_data/a")]


def test_an_edge_that_names_an_outcome_is_another_edge() -> None:
    one = a_definition(a_node("a"), a_node("b", ["a"]))
    other = a_definition(a_node("a"), a_node("b", ["a:true"]))
    diff = compare(one, other)
    assert (diff.edges_added[0].outcome, diff.edges_removed[0].outcome, diff.changed) == ("true", None, [])
