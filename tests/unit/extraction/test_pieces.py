"""Pieces have every word, in its order, and are small enough."""

from hypothesis import given
from hypothesis import strategies as st

from docchain.extraction.pieces import pieces_of


@given(st.text("ab .\n", max_size=400), st.integers(1, 40))
def test_every_word_is_in_a_piece_and_none_is_too_long(text: str, most: int) -> None:
    pieces = pieces_of(text, most)
    assert all(0 < len(p) <= most and p.strip() for p in pieces)
    together = "".join("".join(pieces).split())
    assert [c for c in together if c != "."] == [c for c in text if c in "ab"]


def test_a_paragraph_stays_whole_when_it_fits() -> None:
    assert pieces_of("one two\n\nthree four\n\nfive", 12) == ["one two", "three four", "five"]
    assert pieces_of("one\n\ntwo\n\nthree", 8) == ["one\n\ntwo", "three"]
    assert pieces_of("A first sentence. A second one. A third.", 32) == ["A first sentence. A second one", "A third."]
