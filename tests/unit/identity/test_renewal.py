"""Refresh tokens are good for one use, and a second use ends the session."""

import pytest
from botocore.exceptions import ConnectTimeoutError

from docchain.clock import epoch
from docchain.identity.errors import InvalidRefreshToken
from docchain.identity.refresh_tokens import RefreshToken
from docchain.identity.renewal import renew
from tests.support.identity import a_login, calls_made, change_user, claims_of, facts_of, the_session


def refused(accounts, token):
    with pytest.raises(InvalidRefreshToken) as refusal:
        renew(accounts, token)
    return refusal.value.message


def revoked_reason(accounts, login):
    return the_session(accounts, login).revoked_reason


def test_a_refresh_token_is_exchanged_for_a_new_pair_of_the_same_session(accounts):
    login = a_login(accounts)
    renewed = renew(accounts, login.refresh_token)
    assert renewed.refresh_token != login.refresh_token
    assert claims_of(renewed.access_token)["sid"] == claims_of(login.access_token)["sid"]
    again = renew(accounts, renewed.refresh_token)
    assert again.user.id == login.user.id
    assert revoked_reason(accounts, login) is None


def test_its_seven_days_begin_anew(accounts):
    login = a_login(accounts)
    session = the_session(accounts, login)
    accounts.table.update(f"{session.tenant_id}#session#{session.id}", "session", set_={"expires_at": epoch() + 60})
    renew(accounts, login.refresh_token)
    assert the_session(accounts, login).expires_at == pytest.approx(epoch() + 7 * 24 * 3600, abs=2)


def test_a_second_use_ends_the_session_for_both_users_and_is_told(accounts):
    login = a_login(accounts)
    newest = renew(accounts, renew(accounts, login.refresh_token).refresh_token)
    refused(accounts, login.refresh_token)
    assert revoked_reason(accounts, login) == "refresh_token_reused"
    refused(accounts, newest.refresh_token)
    (fact,) = facts_of(accounts, login.user.tenant_id, "session.revoked")
    assert fact["data"] == {
        "session_id": the_session(accounts, login).id,
        "user_id": 1,
        "reason": "refresh_token_reused",
    }


def test_a_guess_does_not_end_the_session(accounts):
    """The session's id is in every access token and in logs; knowing it must not be enough to throw somebody out."""
    login = a_login(accounts)
    session = the_session(accounts, login)
    refused(accounts, RefreshToken.new(session.tenant_id, session.id).text())
    assert revoked_reason(accounts, login) is None
    assert renew(accounts, login.refresh_token)


def test_of_two_at_the_same_time_the_later_write_is_a_second_use(accounts, monkeypatch):
    login = a_login(accounts)
    before, find = the_session(accounts, login), accounts.sessions.find
    renew(accounts, login.refresh_token)
    reads = iter([before])
    monkeypatch.setitem(accounts.sessions.__dict__, "find", lambda *at: next(reads, None) or find(*at))
    refused(accounts, login.refresh_token)
    assert revoked_reason(accounts, login) == "refresh_token_reused"


def test_a_logout_between_reading_and_writing_wins(accounts, monkeypatch):
    login = a_login(accounts)
    session, sign = the_session(accounts, login), accounts.key.sign

    def logged_out_meanwhile(message):
        accounts.sessions.revoke(session.tenant_id, session.id, 1, reason="logout", actor="ada")
        return sign(message)

    monkeypatch.setitem(accounts.key.__dict__, "sign", logged_out_meanwhile)
    refused(accounts, login.refresh_token)
    after = the_session(accounts, login)
    assert (after.revoked_reason, after.refresh_hash) == ("logout", session.refresh_hash)


def test_a_write_whose_acknowledgement_was_lost_is_no_second_use(accounts, monkeypatch):
    """The SDK repeats the exchange, which then fails on what it wrote itself."""
    login = a_login(accounts)
    client = accounts.table.client
    update = client.update_item

    def twice(**arguments):
        update(**arguments)
        return update(**arguments)

    monkeypatch.setattr(client, "update_item", twice)
    renewed = renew(accounts, login.refresh_token)
    monkeypatch.setattr(client, "update_item", update)
    assert revoked_reason(accounts, login) is None
    assert renew(accounts, renewed.refresh_token)


def test_a_key_that_does_not_answer_costs_no_session(accounts, monkeypatch):
    login = a_login(accounts)

    def dead(_):
        raise ConnectTimeoutError(endpoint_url="https://kms")

    monkeypatch.setitem(accounts.key.__dict__, "sign", dead)
    with pytest.raises(ConnectTimeoutError):
        renew(accounts, login.refresh_token)
    monkeypatch.delitem(accounts.key.__dict__, "sign")
    assert renew(accounts, login.refresh_token)


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_version": 2}])
def test_a_ban_or_a_new_password_ends_renewal(accounts, change):
    login = a_login(accounts)
    change_user(accounts, login.user, **change)
    refused(accounts, login.refresh_token)


def test_after_logout_there_is_no_renewal(accounts):
    login = a_login(accounts)
    session = the_session(accounts, login)
    assert accounts.sessions.revoke(session.tenant_id, session.id, 1, reason="logout", actor="ada")
    refused(accounts, login.refresh_token)
    assert revoked_reason(accounts, login) == "logout"


def test_after_seven_days_there_is_no_renewal_though_ttl_deletes_late(accounts):
    login = a_login(accounts)
    session = the_session(accounts, login)
    accounts.table.update(f"{session.tenant_id}#session#{session.id}", "session", set_={"expires_at": epoch() - 1})
    refused(accounts, login.refresh_token)


def test_a_token_moved_to_another_session_or_tenant_is_refused(accounts):
    mine, theirs = a_login(accounts), a_login(accounts)
    session = the_session(accounts, theirs)
    _, _, family, secret = mine.refresh_token.split(".")
    refused(accounts, f"rt_{session.tenant_id}.{session.id}.{family}.{secret}")
    assert revoked_reason(accounts, theirs) is None


def test_everything_that_is_no_refresh_token_hears_the_same(accounts):
    login = a_login(accounts)
    junk = ["", "rt_", "rt_a.b.c.d", login.access_token, login.refresh_token + "\n", login.refresh_token.upper(), "💥"]
    unknown = RefreshToken.new("t_nobody", "01K0000000000000000000SESS").text()
    wrong = login.refresh_token[:-3] + "AAA"
    heard = {refused(accounts, token) for token in [*junk, unknown, wrong]}
    assert heard == {"The refresh token is not valid; log in again."}


def test_a_renewal_makes_three_calls_and_one_signature(accounts):
    login = a_login(accounts)
    with calls_made(accounts) as calls:
        renew(accounts, login.refresh_token)
    assert calls == ["GetItem", "BatchGetItem", "UpdateItem"]
