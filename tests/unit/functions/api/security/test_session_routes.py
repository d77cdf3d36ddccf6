"""A user's own sessions through the handler: listed, ended one by one or all, and nobody else's."""

import pytest

from docchain.ids import new_ulid
from functions.api.security.handler import handler
from tests.support.identity import a_login, a_user, authorized, claims_of
from tests.support.rest import a_caller, call

SESSIONS = "/api/v3/security/sessions"


@pytest.fixture
def user(accounts):
    return a_user(accounts)


def caller_of(login):
    caller = authorized(login.access_token)
    assert caller is not None
    return caller


def ids(caller):
    status, listed = call(handler, "GET", SESSIONS, caller=caller)
    assert status == 200
    return [session["id"] for session in listed]


def test_the_list_says_where_when_and_which_is_this_one(accounts, user):
    first, second = a_login(accounts, user), a_login(accounts, user)
    status, (newest, oldest) = call(handler, "GET", SESSIONS, caller=caller_of(first))
    assert status == 200
    assert newest["id"] == claims_of(second.access_token)["sid"]
    assert (newest["current"], oldest["current"]) == (False, True)
    assert (oldest["ip"], oldest["user_agent"], oldest["second_factor"]) == ("203.0.113.7", "pytest", False)
    assert oldest["created_at"] <= oldest["last_seen"] < oldest["expires_at"]
    assert set(oldest) == {
        "id", "ip", "user_agent", "created_at", "last_seen", "expires_at", "current", "second_factor"
    }  # fmt: skip


def test_no_hash_of_a_token_is_told(accounts, user):
    login = a_login(accounts, user)
    _, listed = call(handler, "GET", SESSIONS, caller=caller_of(login))
    assert "hash" not in str(listed)


def test_one_that_is_ended_is_off_the_list_and_refused(accounts, user):
    mine, lost = a_login(accounts, user), a_login(accounts, user)
    lost_id = claims_of(lost.access_token)["sid"]
    assert call(handler, "DELETE", f"{SESSIONS}/{lost_id}", caller=caller_of(mine))[0] == 200
    assert authorized(lost.access_token) is None
    assert ids(caller_of(mine)) == [claims_of(mine.access_token)["sid"]]
    assert call(handler, "DELETE", f"{SESSIONS}/{lost_id}", caller=caller_of(mine))[0] == 404


def test_another_users_and_another_tenants_session_is_404_and_goes_on(accounts, user):
    login = a_login(accounts, user)
    session_id = claims_of(login.access_token)["sid"]
    strangers = (
        a_caller(user.tenant_id, user_id=2, session_id=new_ulid()),
        caller_of(a_login(accounts)),
    )
    for stranger in strangers:
        status, body = call(handler, "DELETE", f"{SESSIONS}/{session_id}", caller=stranger)
        assert (status, body["error"]["code"]) == (404, "NOT_FOUND")
        assert session_id not in ids(stranger)
    assert authorized(login.access_token)


@pytest.mark.parametrize("session_id", ["x", "%00", "0" * 27, "s" * 26])
def test_what_is_no_session_id_is_422(accounts, user, session_id):
    assert call(handler, "DELETE", f"{SESSIONS}/{session_id}", caller=caller_of(a_login(accounts, user)))[0] == 422


@pytest.mark.parametrize("body", [None, {}, {"keep_current": False}])
def test_all_are_ended_this_one_too_unless_it_is_kept(accounts, user, body):
    logins = [a_login(accounts, user) for _ in range(3)]
    status, answer = call(handler, "POST", f"{SESSIONS}/revoke-all", body, caller=caller_of(logins[0]))
    assert (status, answer) == (200, {"revoked": 3, "message": "Ended 3 sessions"})
    assert not any(authorized(login.access_token) for login in logins)


def test_this_one_is_kept_when_asked(accounts, user):
    logins = [a_login(accounts, user) for _ in range(3)]
    body = {"keep_current": True}
    status, answer = call(handler, "POST", f"{SESSIONS}/revoke-all", body, caller=caller_of(logins[0]))
    assert (status, answer["revoked"]) == (200, 2)
    assert [authorized(login.access_token) is not None for login in logins] == [True, False, False]


def test_an_api_key_ends_nobodys_sessions(accounts, user):
    login = a_login(accounts, user)
    key = a_caller(user.tenant_id, session_id="").model_copy(update={"api_key_id": "k1"})
    for method, path in (
        ("POST", f"{SESSIONS}/revoke-all"),
        ("DELETE", f"{SESSIONS}/{claims_of(login.access_token)['sid']}"),
    ):
        status, body = call(handler, method, path, caller=key)
        assert (status, body["error"]["code"]) == (403, "SESSION_REQUIRED")
    assert authorized(login.access_token)


def test_without_a_token_nothing_is_told_or_ended(accounts):
    assert call(handler, "GET", SESSIONS)[0] == 401
    assert call(handler, "POST", f"{SESSIONS}/revoke-all")[0] == 401


def test_a_list_takes_two_reads(accounts, user, aws_calls):
    caller = caller_of(a_login(accounts, user))
    aws_calls.clear()
    ids(caller)
    assert aws_calls == ["BatchGetItem", "BatchGetItem"]
