import pytest

from docchain.characters import is_whole, made_whole
from docchain.entrypoints.envelope import envelope


@pytest.mark.parametrize("half", ["\ud83d", "\ude00", "a\ud800b"])
def test_half_a_surrogate_pair_is_no_whole_text(half):
    assert not is_whole(half)
    assert is_whole(made_whole(half))


def test_what_is_whole_stays_as_it_is():
    assert is_whole("naïve 😀")
    assert made_whole("naïve 😀") == "naïve 😀"


def test_an_answer_says_a_question_mark_for_what_has_no_bytes():
    error = envelope("X", "no \ud800", "r", [{"field": "\ud800", "message": ["\ud800"]}])["error"]
    assert (error["message"], error["details"]) == ("no ?", [{"field": "?", "message": ["?"]}])
