"""Strength of passwords: what the rules say, what guessers know, and that no password makes us think for long."""

import time

import pytest

from docchain.identity.errors import WeakPassword
from docchain.identity.password_policy import require_strong
from docchain.identity.policies import PasswordPolicy
from docchain.identity.strength import assess


@pytest.mark.parametrize(
    ("password", "score", "word"),
    [
        ("", 0, "weak"),
        ("abc", 1, "weak"),
        ("password", 1, "weak"),
        ("Password1!", 2, "weak"),
        ("Test123!@#", 3, "medium"),
        ("tulipgarnetmosaic", 2, "weak"),
        ("Tulipgarnetmosaic7", 4, "strong"),
        ("aB3$xY9!qWz", 5, "very_strong"),
        ("Engine-1843", 5, "very_strong"),
    ],
)
def test_the_score_counts_rules_and_never_more_than_guessing_allows(password, score, word):
    judged = assess(password)
    assert (judged.score, judged.strength) == (score, word)


STRICT = PasswordPolicy(refuse_guessable=True)


def test_without_being_asked_only_what_a_thousand_guesses_find_is_refused():
    require_strong("Password123!", names=("password",))
    with pytest.raises(WeakPassword, match="common word"):
        require_strong("P@ssw0rd", names=())


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("Password1!", "is easy to guess: it is a common word or password"),
        ("P@ssw0rd1", "is easy to guess: it is a common word or password"),
        ("Aaaaaaaaaaaa1!", "is easy to guess: it repeats itself"),
        ("Qwertyuiop1!", "is easy to guess: it is a common word or password"),
        ("Abcdefghijk1!", "is easy to guess: it is a sequence"),
        ("Kestrel-77-lovelace", "contains your name, username or email address"),
        ("Kestrel-77-LOVELACE", "contains your name, username or email address"),
        ("Kestrel-77-engine.works", "contains your name, username or email address"),
    ],
)
def test_what_people_choose_is_refused_though_it_has_all_kinds_of_characters(password, because):
    with pytest.raises(WeakPassword) as refused:
        require_strong(password, STRICT, names=("ada", "Engine.Works@example.com", "Ada Lovelace"))
    assert because in [d["message"] for d in refused.value.details]


def test_a_short_name_inside_a_word_is_chance():
    require_strong("Adamant-Kestrel-77", names=("ada",))


def test_valid_means_that_it_may_be_set():
    for password in ("Engine-1843", "Password1!", "short"):
        judged = assess(password, STRICT)
        try:
            require_strong(password, STRICT)
        except WeakPassword as refused:
            assert not judged.valid
            assert judged.issues == [d["message"] for d in refused.details]
        else:
            assert judged.valid
            assert judged.issues == []


def test_a_policy_asks_for_what_it_says_and_no_more():
    relaxed = PasswordPolicy(min_length=12, upper=False, numbers=False, special=False)
    require_strong("tulipgarnetmosaic", relaxed)
    with pytest.raises(WeakPassword, match="at least 12"):
        require_strong("Engine-1843", relaxed)


def test_it_says_what_would_make_it_stronger():
    judged = assess("p@ssword2024")
    said = " ".join(judged.recommendations)
    assert "upper-case" in said
    assert "Swaps like @" in said


@pytest.mark.parametrize(
    "password",
    [
        "a" * 128,
        "4@8({[<369&#!1/|0$5+7%2/1" * 5,
        "ab" * 64,
        "1" * 64 + "2" * 64,
        "p4$$w0rd" * 16,
        "\ufdfa" * 128,
        "😀" * 128,
    ],
)
def test_no_password_costs_more_than_a_moment(password):
    """ReDoS: repeats and swaps make naive matchers take minutes."""
    assess("warm up")
    began = time.process_time()
    assess(password, names=("a" * 64, "b" * 200))
    assert time.process_time() - began < 2
