"""Profiles: what one may say about oneself, and an address that moves without ever being two people's."""

from functools import partial

import pytest
from pydantic import ValidationError

from docchain.identity.errors import EmailTaken, InvalidCredentials
from docchain.identity.profiles import ProfileChanges, update_profile
from docchain.identity.requests import Credentials
from docchain.identity.resets import InvalidResetLink, confirm_reset, make_link
from docchain.identity.sign_in import log_in
from docchain.storage.errors import ConditionFailed
from tests.support.atomic import at_once
from tests.support.identity import ORIGIN, PASSWORD, a_name, a_user, facts_of


def change(accounts, user, **fields):
    return update_profile(accounts, user.tenant_id, user.id, ProfileChanges(**fields), user.username)


def an_address():
    return f"{a_name()}@example.com"


def test_a_new_address_opens_the_account_and_the_old_one_is_free(accounts):
    user, address = a_user(accounts), an_address()
    assert change(accounts, user, email=address).email == address
    assert log_in(accounts, Credentials(username=address, password=PASSWORD), ORIGIN).user.id == user.id
    with pytest.raises(InvalidCredentials):
        log_in(accounts, Credentials(username=user.email, password=PASSWORD), ORIGIN)
    a_user(accounts, email=user.email)


def test_a_reset_link_in_the_old_mailbox_opens_nothing_any_more(accounts):
    user = a_user(accounts)
    link = make_link(accounts.table, user.tenant_id, user.id)
    change(accounts, user, email=an_address())
    with pytest.raises(InvalidResetLink):
        confirm_reset(accounts, link, "Tr1cky!enough-9")


def test_an_address_that_is_taken_changes_nothing(accounts):
    ada, bob = a_user(accounts), a_user(accounts)
    with pytest.raises(EmailTaken):
        change(accounts, ada, email=bob.email.upper(), full_name="Other")
    assert accounts.users.read(ada.tenant_id, ada.id) == ada


def test_of_many_who_want_one_address_at_once_one_gets_it(accounts, atomic_calls):
    users, address = [a_user(accounts) for _ in range(4)], an_address()
    heard = at_once(*(partial(change, accounts, user, email=address) for user in users))
    (winner,) = [found.tenant_id for found in heard if not isinstance(found, Exception)]
    assert [type(e) for e in heard if isinstance(e, Exception)] == [EmailTaken] * 3
    assert accounts.users.look_up(address) == (winner, 1)
    for user in users:
        stored = accounts.users.read(user.tenant_id, 1).email
        assert stored == (address if user.tenant_id == winner else user.email)


def test_of_two_moves_of_one_user_the_later_read_wins_and_no_address_is_left_behind(accounts, monkeypatch):
    """The second had read the old address: it must not leave the first one's new address claimed by nobody's hand."""
    user, first = a_user(accounts), an_address()
    read = accounts.users.read
    stale = read(user.tenant_id, user.id)
    change(accounts, user, email=first)
    monkeypatch.setattr(type(accounts.users), "read", lambda *_: stale)
    with pytest.raises(ConditionFailed):
        change(accounts, user, email=an_address())
    assert accounts.users.look_up(first) == (user.tenant_id, user.id)


def test_another_spelling_of_ones_own_address_is_kept_and_stays_ones_own(accounts):
    user = a_user(accounts)
    assert change(accounts, user, email=user.email.title()).email != user.email
    assert accounts.users.look_up(user.email) == (user.tenant_id, user.id)


def test_what_is_left_out_stays_and_what_is_so_already_is_no_news(accounts):
    user = a_user(accounts)
    assert change(accounts, user, full_name=None).full_name is None
    assert accounts.users.read(user.tenant_id, user.id).email == user.email
    assert len(facts_of(accounts, user.tenant_id, "user.updated")) == 1
    change(accounts, user)
    change(accounts, user, email=user.email)
    assert len(facts_of(accounts, user.tenant_id, "user.updated")) == 1


@pytest.mark.parametrize(
    "field",
    [*("roles", "is_active", "tenant_id", "id", "password", "password_hash", "token_version", "username")],
)
def test_no_other_field_can_be_set(field):
    with pytest.raises(ValidationError, match="Extra inputs"):
        ProfileChanges.model_validate({"full_name": "Ada", field: "admin"})


@pytest.mark.parametrize("email", [None, "", "ada", "ada@", ["a@example.com"]])
def test_an_address_that_is_none_is_refused(email):
    with pytest.raises(ValidationError):
        ProfileChanges.model_validate({"email": email})
