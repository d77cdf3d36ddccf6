"""The age of a password: told at a login, and no reason to refuse it."""

import pytest

from docchain.identity.models import User
from docchain.identity.password_age import has_expired, password_expires_at
from docchain.identity.policies import PasswordPolicy

NINETY_DAYS = PasswordPolicy()


def a_user_since(created_at, **fields):
    return User(
        tenant_id="t",
        id=1,
        username="ada",
        email="ada@example.com",
        password_hash="x",  # no password has it
        roles=("user",),
        created_at=created_at,
        **fields,
    )


@pytest.mark.parametrize(
    ("changed_at", "counted_from"), [(None, "2026-01-01"), ("2026-02-01T00:00:00.000Z", "2026-02-01")]
)
def test_it_counts_from_its_last_change_or_from_the_accounts_first_day(changed_at, counted_from):
    user = a_user_since("2026-01-01T00:00:00.000Z", password_changed_at=changed_at)
    day_after = password_expires_at(user, PasswordPolicy(max_age_days=1))
    assert day_after == counted_from[:-1] + "2T00:00:00.000Z"


def test_one_of_last_year_has_expired_and_one_of_the_next_has_not():
    assert has_expired(password_expires_at(a_user_since("2020-01-01T00:00:00.000Z"), NINETY_DAYS))
    assert not has_expired(password_expires_at(a_user_since("2999-01-01T00:00:00.000Z"), NINETY_DAYS))


def test_without_a_highest_age_it_never_does():
    expires_at = password_expires_at(a_user_since("2020-01-01T00:00:00.000Z"), PasswordPolicy(max_age_days=0))
    assert expires_at is None
    assert not has_expired(expires_at)
