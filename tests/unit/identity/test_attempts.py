"""Counting guesses: never more than allowed, at whatever speed they come, and again after the time is over."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.identity import attempts
from docchain.identity.attempts import TooManyAttempts, admit, forget


@pytest.fixture
def subject(tenant):
    return f"{tenant}#failures#test#1"


def admitted(accounts, subject, most=5):
    try:
        admit(accounts.guard, subject, most, 900)
    except TooManyAttempts:
        return False
    return True


def test_five_are_admitted_and_the_sixth_hears_when_to_come_again(accounts, subject):
    assert [admitted(accounts, subject) for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(TooManyAttempts) as refused:
        admit(accounts.guard, subject, 5, 900)
    assert (refused.value.status, refused.value.code) == (429, "TOO_MANY_ATTEMPTS")
    assert refused.value.retry_after == pytest.approx(900, abs=2)


def test_of_fifty_at_once_five_are_admitted(accounts, subject, atomic_calls):
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: admitted(accounts, subject), range(50))) == 5


def test_refused_attempts_do_not_prolong_the_lock(accounts, subject, monkeypatch):
    moment = attempts.epoch()
    for _ in range(5):
        admitted(accounts, subject)
    monkeypatch.setattr(attempts, "epoch", lambda: moment + 890)
    assert not admitted(accounts, subject)
    monkeypatch.setattr(attempts, "epoch", lambda: moment + 905)
    assert [admitted(accounts, subject) for _ in range(6)] == [True] * 5 + [False]


def test_each_attempt_prolongs_the_count(accounts, subject, monkeypatch):
    """Four guesses each quarter of an hour, for ever, are a guesser too."""
    moment = attempts.epoch()
    for step in range(5):
        monkeypatch.setattr(attempts, "epoch", lambda at=moment + step * 600: at)
        assert admitted(accounts, subject)
    assert not admitted(accounts, subject)


def test_after_the_right_secret_the_next_attempt_is_the_first(accounts, subject):
    for _ in range(5):
        admitted(accounts, subject)
    forget(accounts.guard, subject)
    assert admitted(accounts, subject)


def test_a_counter_goes_by_itself(accounts, subject):
    admit(accounts.guard, subject, 5, 900)
    assert accounts.guard.get(subject, "counter")["expires_at"] > attempts.epoch() + 900


def test_most_of_one_means_one(accounts, subject):
    assert [admitted(accounts, subject, most=1) for _ in range(2)] == [True, False]
