"""Logging in: what it opens, what it costs, and that it says one thing to whoever may not."""

from contextlib import suppress

import pytest

from docchain.clock import epoch
from docchain.identity.errors import InvalidCredentials
from docchain.identity.requests import Credentials
from docchain.identity.sign_in import log_in
from tests.support.identity import (
    ORIGIN,
    PASSWORD,
    a_login,
    a_name,
    a_user,
    calls_made,
    change_user,
    claims_of,
    facts_of,
    the_accounts,
    the_session,
)


def attempt(accounts, username, password=PASSWORD, origin=ORIGIN):
    return log_in(accounts, Credentials(username=username, password=password), origin)


def test_a_login_opens_a_session_of_seven_days(accounts):
    login = a_login(accounts)
    session = the_session(accounts, login)
    assert (session.ip, session.user_agent) == (ORIGIN.ip, ORIGIN.user_agent)
    assert session.expires_at == pytest.approx(epoch() + 7 * 24 * 3600, abs=2)
    assert session.speaks_for(accounts.users.read(login.user.tenant_id, 1))


def test_neither_token_is_kept(accounts):
    login = a_login(accounts)
    item = str(accounts.table.get(f"{login.user.tenant_id}#session#{the_session(accounts, login).id}", "session"))
    *_, family, secret = login.refresh_token.split(".")
    assert family not in item
    assert secret not in item
    assert login.access_token not in item


def test_sessions_of_a_user_can_be_listed(accounts):
    user = a_user(accounts)
    logins = [a_login(accounts, user) for _ in range(2)]
    assert sessions_of(accounts, user) == {claims_of(login.access_token)["sid"] for login in logins}


def sessions_of(accounts, user):
    page = accounts.table.query(f"{user.tenant_id}#user#1", index="by_user", index_keys=("gsi_pk", "gsi_sk"))
    return {item["id"] for item in page.items}


@pytest.mark.parametrize("spelled", [str.lower, str.upper, lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n)])
def test_a_name_is_known_in_every_spelling(accounts, spelled):
    user = a_user(accounts)
    assert attempt(accounts, spelled(user.username)).user.id == user.id


def test_the_email_address_is_a_login_too(accounts):
    user = a_user(accounts)
    assert attempt(accounts, user.email.upper()).user.tenant_id == user.tenant_id


def test_the_last_login_is_remembered_and_told(accounts):
    user = a_user(accounts)
    assert user.last_login_at is None
    login = a_login(accounts, user)
    assert accounts.users.read(user.tenant_id, 1).last_login_at >= user.created_at
    (fact,) = facts_of(accounts, user.tenant_id, "user.logged_in")
    assert fact["data"] == {
        "user_id": 1,
        "session_id": the_session(accounts, login).id,
        "ip": ORIGIN.ip,
        "user_agent": ORIGIN.user_agent,
        "second_factor": None,
    }


def refusal(accounts, username, password):
    with pytest.raises(InvalidCredentials) as refused:
        attempt(accounts, username, password)
    return (refused.value.status, refused.value.code, refused.value.message, refused.value.details)


def test_an_unknown_name_a_wrong_password_and_a_closed_account_hear_the_same(accounts):
    user, banned = a_user(accounts), a_user(accounts)
    change_user(accounts, banned, is_active=False)
    heard = {
        refusal(accounts, a_name(), PASSWORD),
        refusal(accounts, f"{a_name()}@example.com", PASSWORD),
        refusal(accounts, "\ufdfa" * 254, PASSWORD),
        refusal(accounts, user.username, "wrong"),
        refusal(accounts, banned.username, PASSWORD),
        refusal(accounts, banned.username, "wrong"),
    }
    assert heard == {(401, "INVALID_CREDENTIALS", "The username or the password is wrong.", None)}


def test_no_name_makes_a_key_that_dynamodb_would_refuse(accounts, monkeypatch):
    """One character may fold into 18; moto takes any key, DynamoDB 2,048 bytes."""
    client = accounts.table.client
    read, keys = client.get_item, []

    def measured(**arguments):
        keys.append(len(arguments["Key"]["pk"]["S"].encode()))
        return read(**arguments)

    monkeypatch.setattr(client, "get_item", measured)
    for name in ("\ufdfa" * 254, "@" + "\ufdfa" * 253, "\U0001f600" * 254):
        refusal(accounts, name, "wrong")
    assert max(keys) <= 2048


def test_all_of_them_make_the_same_calls(accounts):
    user, banned = a_user(accounts), a_user(accounts)
    change_user(accounts, banned, is_active=False)
    expected = ["GetItem", "BatchGetItem", "TransactWriteItems", "TransactWriteItems"]
    assert calls_of(accounts, a_name(), "wrong") == expected
    assert calls_of(accounts, user.username, "wrong") == expected
    assert calls_of(accounts, banned.username, PASSWORD) == expected


def calls_of(accounts, username, password):
    with calls_made(accounts) as calls, suppress(InvalidCredentials):
        attempt(accounts, username, password)
    return calls


def test_a_login_makes_five_calls_one_of_them_the_signature(accounts, aws_calls):
    user = a_user(accounts)
    attempt(accounts, user.username)  # the public key is fetched once
    aws_calls.clear()
    attempt(accounts, user.username)
    assert aws_calls == ["GetItem", "BatchGetItem", "TransactWriteItems", "Sign", "TransactWriteItems"]


def test_a_failed_login_is_told_without_the_name_that_was_tried(accounts):
    user = a_user(accounts)
    refusal(accounts, user.username, "wrong")
    (fact,) = facts_of(accounts, user.tenant_id, "user.login_failed")
    assert fact["data"] == {"user_id": 1, "ip": ORIGIN.ip, "user_agent": ORIGIN.user_agent}
    secret = a_name()
    refusal(accounts, secret, "wrong")
    untold = facts_of(accounts, "_anonymous", "user.login_failed")
    assert untold
    assert secret not in str(untold)


def test_a_failed_login_opens_no_session_and_is_no_last_login(accounts):
    user = a_user(accounts)
    refusal(accounts, user.username, "wrong")
    assert accounts.users.read(user.tenant_id, 1) == user
    assert facts_of(accounts, user.tenant_id, "user.logged_in") == []


def test_new_costs_make_a_new_hash_at_the_next_login(accounts):
    user = a_user(accounts)
    dearer = the_accounts(argon2_time_cost=2)
    attempt(dearer, user.username)
    kept = accounts.users.read(user.tenant_id, 1).password_hash
    assert ",t=2," in kept
    attempt(dearer, user.username)
    assert accounts.users.read(user.tenant_id, 1).password_hash == kept


def test_a_ban_while_the_password_is_checked_wins(accounts, monkeypatch):
    user = a_user(accounts)
    sign = accounts.key.sign

    def banned_meanwhile(message):
        change_user(accounts, user, is_active=False)
        return sign(message)

    monkeypatch.setitem(accounts.key.__dict__, "sign", banned_meanwhile)
    assert refusal(accounts, user.username, PASSWORD)[1] == "INVALID_CREDENTIALS"
    assert facts_of(accounts, user.tenant_id, "user.logged_in") == []


def test_a_key_that_does_not_answer_leaves_no_session(accounts, monkeypatch):
    user = a_user(accounts)

    def dead(_):
        raise ConnectionError

    monkeypatch.setitem(accounts.key.__dict__, "sign", dead)
    with pytest.raises(ConnectionError):
        attempt(accounts, user.username)
    assert (
        accounts.table.query(f"{user.tenant_id}#user#1", index="by_user", index_keys=("gsi_pk", "gsi_sk")).items == []
    )


def test_a_very_long_user_agent_is_cut(accounts):
    user = a_user(accounts)
    login = attempt(accounts, user.username, origin=ORIGIN.model_copy(update={"user_agent": "x" * 10_000}))
    assert len(the_session(accounts, login).user_agent) == 256


def test_secrets_are_not_shown_by_accident(accounts):
    login = a_login(accounts)
    shown = repr(login) + repr(Credentials(username="a", password=PASSWORD))
    assert PASSWORD not in shown
    assert login.access_token not in shown
    assert login.refresh_token not in shown
