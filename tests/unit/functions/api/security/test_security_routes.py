"""The security group through its handler, with callers that the real authorizer let in."""

import json
from pathlib import Path

import jwt
import pytest

from functions.api.auth.handler import handler as auth
from functions.api.security.handler import handler
from tests.support.identity import (
    PASSWORD,
    a_login,
    a_name,
    a_user,
    an_application,
    authorized,
    claims_of,
    facts_of,
    the_session,
)
from tests.support.rest import a_caller, a_context, call, rest_event

SECURITY = "/api/v3/security"


def log_in(username, password=PASSWORD):
    return call(handler, "POST", f"{SECURITY}/auth/login", {"username": username, "password": password})


@pytest.fixture
def user(accounts):
    return a_user(accounts)


@pytest.fixture
def login(user):
    status, body = log_in(user.username)
    assert status == 200
    return body


def test_login_answers_as_the_contract_says(user, login):
    assert (login["token_type"], login["expires_in"]) == ("bearer", 1800)
    assert (login["user_id"], login["username"], login["roles"]) == (1, user.username, ["admin", "user"])
    assert login["refresh_token"].startswith("rt_")
    claims = claims_of(login["access_token"])
    assert (claims["iss"], claims["aud"], claims["sub"], claims["typ"]) == ("docchain", "docchain-api", "1", "access")
    assert claims["exp"] - claims["iat"] == 1800


def test_the_session_knows_where_the_login_came_from(accounts, user, login):
    item = accounts.table.get(f"{user.tenant_id}#session#{claims_of(login['access_token'])['sid']}", "session")
    assert (item["ip"], item["user_agent"]) == ("203.0.113.7", "pytest")


def test_register_here_and_log_in_there(accounts):
    application = an_application()
    status, body = call(handler, "POST", f"{SECURITY}/auth/register", application.model_dump())
    assert status == 200
    assert (body["user_id"], body["username"], body["email"]) == (1, application.username, application.email)
    assert body["message"]
    credentials = {"username": application.username, "password": PASSWORD}
    assert call(auth, "POST", "/api/v3/auth/login", credentials)[0] == 200


def test_roles_cannot_be_registered(accounts):
    body = {**an_application().model_dump(), "roles": ["admin"]}
    status, answer = call(handler, "POST", f"{SECURITY}/auth/register", body)
    assert status == 422
    assert answer["error"]["details"][0]["field"] == "roles"


def test_every_broken_rule_of_a_password_is_named(accounts):
    body = {**an_application().model_dump(), "password": "password"}
    status, answer = call(handler, "POST", f"{SECURITY}/auth/register", body)
    assert status == 422
    assert [d["field"] for d in answer["error"]["details"]] == ["password"] * 4


@pytest.mark.parametrize("way", ["body", "query", "both"])
def test_refresh_takes_the_token_from_the_body_or_the_address(login, way):
    token = login["refresh_token"]
    query, body = {
        "body": ("", {"refresh_token": token}),
        "query": (f"?refresh_token={token}", None),
        "both": ("?refresh_token=rt_wrong", {"refresh_token": token}),
    }[way]
    status, renewed = call(handler, "POST", f"{SECURITY}/auth/refresh{query}", body)
    assert status == 200
    assert set(renewed) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert authorized(renewed["access_token"])


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}])
def test_refresh_without_a_token_is_422_and_names_it(accounts, body):
    status, answer = call(handler, "POST", f"{SECURITY}/auth/refresh", body)
    assert status == 422
    assert answer["error"]["details"][0]["field"] == "refresh_token"


def test_a_refresh_token_used_twice_shuts_everybody_out(login):
    body = {"refresh_token": login["refresh_token"]}
    _, renewed = call(handler, "POST", f"{SECURITY}/auth/refresh", body)
    status, answer = call(handler, "POST", f"{SECURITY}/auth/refresh", body)
    assert (status, answer["error"]["code"]) == (401, "INVALID_REFRESH_TOKEN")
    assert authorized(login["access_token"]) is None
    assert authorized(renewed["access_token"]) is None
    newest = {"refresh_token": renewed["refresh_token"]}
    assert call(handler, "POST", f"{SECURITY}/auth/refresh", newest)[0] == 401


def test_an_access_token_is_no_refresh_token(login):
    body = {"refresh_token": login["access_token"]}
    status, answer = call(handler, "POST", f"{SECURITY}/auth/refresh", body)
    assert (status, answer["error"]["code"]) == (401, "INVALID_REFRESH_TOKEN")


def test_logout_ends_the_session_and_tells_of_it_in_one_write(accounts, user, login):
    caller = authorized(login["access_token"])
    assert call(handler, "POST", f"{SECURITY}/auth/logout", caller=caller) == (200, {"message": "Logged out"})
    assert authorized(login["access_token"]) is None
    assert call(handler, "POST", f"{SECURITY}/auth/refresh", {"refresh_token": login["refresh_token"]})[0] == 401
    (fact,) = facts_of(accounts, user.tenant_id, "session.revoked")
    assert fact["actor"] == user.username
    assert fact["data"] == {"session_id": caller.session_id, "user_id": 1, "reason": "logout"}


def test_logout_twice_is_no_error_and_no_second_news(accounts, user, login):
    """Within the seconds that the gateway still remembers the token."""
    caller = authorized(login["access_token"])
    for _ in range(2):
        assert call(handler, "POST", f"{SECURITY}/auth/logout", caller=caller)[0] == 200
    assert len(facts_of(accounts, user.tenant_id, "session.revoked")) == 1


def test_logout_leaves_other_sessions_alone(accounts, user, login):
    other = a_login(accounts, user)
    call(handler, "POST", f"{SECURITY}/auth/logout", caller=authorized(login["access_token"]))
    assert authorized(other.access_token)
    assert the_session(accounts, other).revoked_at is None


def test_profile_answers_as_the_contract_says(user, login):
    status, profile = call(handler, "GET", f"{SECURITY}/profile", caller=authorized(login["access_token"]))
    assert status == 200
    assert (profile["user_id"], profile["username"]) == (1, user.username)
    assert profile["roles"] == ["admin", "user"]
    assert profile["is_active"] is True
    assert profile["last_login"] >= profile["created_at"]
    assert not {"password_hash", "token_version", "tenant_id"} & set(profile)


@pytest.mark.parametrize(("method", "path"), [("POST", "/auth/logout"), ("GET", "/profile")])
def test_these_need_a_session(accounts, method, path):
    status, body = call(handler, method, f"{SECURITY}{path}")
    assert (status, body["error"]["code"]) == (401, "UNAUTHORIZED")


def test_a_caller_with_no_role_at_all_may_still_log_out(accounts):
    caller = a_caller("t_guest", roles=(), session_id="none")
    assert call(handler, "POST", f"{SECURITY}/auth/logout", caller=caller)[0] == 200


def test_the_published_key_checks_a_token_and_is_nothing_but_public(login):
    status, body = call(handler, "GET", f"{SECURITY}/.well-known/jwks.json")
    assert status == 200
    (key,) = body["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x", "y"}
    assert jwt.get_unverified_header(login["access_token"])["kid"] == key["kid"]
    claims = jwt.decode(login["access_token"], jwt.PyJWK(key), algorithms=["ES256"], audience="docchain-api")
    assert claims["tid"]


def test_every_failed_login_reads_the_same(user):
    heard = [log_in(user.username, "wrong"), log_in(a_name()), log_in(f"{a_name()}@example.com")]
    assert all(answer == heard[0] for answer in heard)
    assert heard[0][0] == 401


def test_tokens_are_kept_by_no_cache_and_the_public_key_may_be(user):
    body = {"username": user.username, "password": PASSWORD}
    answer = handler(rest_event("POST", f"{SECURITY}/auth/login", body), a_context())
    assert answer["headers"]["cache-control"] == "no-store"
    answer = handler(rest_event("GET", f"{SECURITY}/.well-known/jwks.json"), a_context())
    assert answer["headers"]["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(("sample", "status"), [("security_login", 401), ("security_profile", 404)])
def test_the_samples_reach_their_routes(accounts, sample, status):
    event = json.loads(Path(f"events/api/{sample}.json").read_text())
    assert handler(event, a_context())["statusCode"] == status
