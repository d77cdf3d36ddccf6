"""JSON values survive DynamoDB; what it cannot keep is the caller's mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docchain.errors import ValidationFailed
from docchain.storage.items import DEPTH_LIMIT, decode, encode

NUMBERS = st.integers(-(10**37), 10**37) | st.floats(-1e100, 1e100).filter(lambda f: f == 0 or abs(f) > 1e-100)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXTS, children, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**38, 1e126, "\ud800", {"\ud800": 1}])
def test_what_dynamodb_refuses_is_refused_before_it_is_sent(value: object) -> None:
    with pytest.raises(ValidationFailed):
        encode(value)


def test_nesting_is_bounded() -> None:
    value: object = 1
    for _ in range(DEPTH_LIMIT + 1):
        value = [value]
    with pytest.raises(ValidationFailed):
        encode(value)
