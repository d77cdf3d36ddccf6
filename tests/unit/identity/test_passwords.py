"""Passwords cost what the stage says, and nobody's password costs the same."""

import statistics
import time

import pytest

from docchain.identity.password_policy import SPECIAL, problems_of
from docchain.identity.passwords import Passwords

CHEAP = Passwords(time_cost=1, memory_kib=8, parallelism=1)


def test_a_password_matches_its_own_hash_only():
    kept = CHEAP.hash("Engine-1843")
    assert CHEAP.matches(kept, "Engine-1843")
    assert not CHEAP.matches(kept, "engine-1843")
    assert not CHEAP.matches(kept, "")


def test_the_hash_is_argon2id_with_the_given_costs():
    assert Passwords(2, 64, 1).hash("x").startswith("$argon2id$v=19$m=64,t=2,p=1$")


def test_the_same_password_has_another_hash_each_time():
    assert CHEAP.hash("Engine-1843") != CHEAP.hash("Engine-1843")


def test_a_hash_of_other_costs_is_outdated_and_still_matches():
    kept = CHEAP.hash("Engine-1843")
    dearer = Passwords(time_cost=2, memory_kib=8, parallelism=1)
    assert dearer.outdated(kept)
    assert not CHEAP.outdated(kept)
    assert dearer.matches(kept, "Engine-1843")


def test_nobody_has_no_password():
    assert not CHEAP.matches(None, "Engine-1843")


def test_nobodys_password_takes_as_long_as_a_wrong_one():
    passwords = Passwords(time_cost=2, memory_kib=4096, parallelism=1)
    kept = passwords.hash("Engine-1843")
    passwords.matches(None, "warm")

    def milliseconds(password_hash):
        taken = []
        for _ in range(15):
            started = time.process_time()
            passwords.matches(password_hash, "wrong")
            taken.append(time.process_time() - started)
        return statistics.median(taken) * 1000

    assert milliseconds(None) == pytest.approx(milliseconds(kept), rel=0.5)


def test_a_password_is_the_same_from_a_keyboard_that_composes_otherwise():
    composed, decomposed = "Caf\u00e9-1843", "Cafe\u0301-1843"
    assert CHEAP.matches(CHEAP.hash(composed), decomposed)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Aa1!aaa", ["8 characters"]),
        ("aa1!aaaa", ["upper-case"]),
        ("AA1!AAAA", ["lower-case"]),
        ("Aab!aaaa", ["number"]),
        ("Aa1aaaaa", ["special"]),
        ("Aa1!" + "a" * 125, ["128"]),
        ("", ["8 characters", "upper-case", "lower-case", "number", "special"]),
    ],
)
def test_every_broken_rule_is_named(password, words):
    problems = problems_of(password)
    assert len(problems) == len(words)
    assert all(word in problem for word, problem in zip(words, problems, strict=True))


@pytest.mark.parametrize("sign", list(SPECIAL))
def test_each_sign_of_the_contract_counts_as_special(sign):
    assert problems_of(f"Aa1aaaa{sign}") == []


def test_128_characters_are_taken():
    assert problems_of("Aa1!" + "a" * 124) == []
