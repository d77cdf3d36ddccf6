"""The auth group through its handler."""

import io
import json
from pathlib import Path

import pytest

from docchain.identity.registration import register
from docchain.observability import logger
from functions.api.auth.handler import handler
from tests.support.identity import PASSWORD, a_name, a_user, an_application, authorized
from tests.support.rest import a_caller, a_context, call


def an_account(**fields):
    return an_application(**fields).model_dump()


def test_register_log_in_and_ask_who_one_is(accounts):
    account = an_account()
    status, registered = call(handler, "POST", "/api/v3/auth/register", account)
    assert status == 200
    assert registered["id"] == 1
    assert registered["is_active"] is True
    assert registered["created_at"].endswith("Z")
    assert {k: registered[k] for k in ("username", "email", "full_name")} == {
        k: account[k] for k in ("username", "email", "full_name")
    }
    assert "password" not in json.dumps(registered)

    body = {"username": account["username"], "password": PASSWORD}
    status, login = call(handler, "POST", "/api/v3/auth/login", body)
    assert status == 200
    assert login["token_type"] == "bearer"

    caller = authorized(login["access_token"])
    assert call(handler, "GET", "/api/v3/auth/me", caller=caller) == (200, registered)


def test_full_name_may_be_left_out(accounts):
    account = an_account()
    del account["full_name"]
    status, registered = call(handler, "POST", "/api/v3/auth/register", account)
    assert (status, registered["full_name"]) == (200, None)


@pytest.mark.parametrize("path", ["/api/v3/auth/register/", "/api/v3/auth/register"])
def test_a_trailing_slash_changes_nothing(accounts, path):
    assert call(handler, "POST", path, an_account())[0] == 200


def test_who_am_i_without_a_token_is_401(accounts):
    status, body = call(handler, "GET", "/api/v3/auth/me")
    assert (status, body["error"]["code"]) == (401, "UNAUTHORIZED")


def test_an_account_that_is_gone_is_404(accounts):
    status, body = call(handler, "GET", "/api/v3/auth/me", caller=a_caller("t_nobody"))
    assert (status, body["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"username": None}, "username"),
        ({"username": ["ada"]}, "username"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@"}, "email"),
        ({"email": "a" * 300 + "@example.com"}, "email"),
        ({"password": "weak"}, "password"),
        ({"password": ""}, "password"),
        ({"password": "Aa1!" + "a" * 125}, "password"),
        ({"password": "Aa1!" + "a" * 5000}, "password"),
        ({"password": 12345678}, "password"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"roles": ["admin"]}, "roles"),
        ({"tenant_id": "default"}, "tenant_id"),
        ({"is_active": True}, "is_active"),
        ({"token_version": 7}, "token_version"),
    ],
    ids=str,
)
def test_a_bad_field_is_422_and_named(accounts, change, field):
    status, body = call(handler, "POST", "/api/v3/auth/register", {**an_account(), **change})
    assert (status, body["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert {d["field"] for d in body["error"]["details"]} == {field}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5000, b"1e999"])
@pytest.mark.parametrize("path", ["register", "login"])
def test_a_body_that_is_no_account_is_a_4xx(accounts, path, body):
    status, answer = call(handler, "POST", f"/api/v3/auth/{path}", body, headers={"content-type": "application/json"})
    assert status in (400, 422)
    assert answer["error"]["request_id"]


@pytest.mark.parametrize("field", ["username", "email", "password", "full_name"])
def test_half_a_character_is_422(accounts, field):
    raw = json.dumps({**an_account(), field: "HALF"}).replace("HALF", "\\ud800").encode()
    status, _ = call(handler, "POST", "/api/v3/auth/register", raw)
    assert status == 422


@pytest.mark.parametrize("field", ["username", "password"])
def test_half_a_character_at_login_is_422(accounts, field):
    raw = json.dumps({"username": "ada", "password": "x", field: "HALF"}).replace("HALF", "\\ud800").encode()
    assert call(handler, "POST", "/api/v3/auth/login", raw)[0] == 422


def test_a_name_that_is_taken_is_409_and_named(accounts):
    user = a_user(accounts)
    status, body = call(handler, "POST", "/api/v3/auth/register", an_account(username=user.username))
    assert (status, body["error"]["code"]) == (409, "USERNAME_TAKEN")
    status, body = call(handler, "POST", "/api/v3/auth/register", an_account(email=user.email))
    assert (status, body["error"]["code"]) == (409, "EMAIL_TAKEN")


def test_an_idempotency_key_answers_the_same_once_more_and_refuses_another_body(accounts):
    account, headers = an_account(), {"Idempotency-Key": a_name()}
    first = call(handler, "POST", "/api/v3/auth/register", account, headers=headers)
    assert first[0] == 200
    assert call(handler, "POST", "/api/v3/auth/register", account, headers=headers) == first
    status, body = call(handler, "POST", "/api/v3/auth/register", an_account(), headers=headers)
    assert (status, body["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_every_failed_login_reads_the_same(accounts):
    user = register(accounts, an_application())
    attempts = [
        {"username": user.username, "password": "wrong"},
        {"username": a_name(), "password": PASSWORD},
        {"username": "\ufdfa" * 254, "password": PASSWORD},
        {"username": user.username, "password": "x" * 1024},
    ]
    heard = [call(handler, "POST", "/api/v3/auth/login", body) for body in attempts]
    assert all(answer == heard[0] for answer in heard)
    assert (heard[0][0], heard[0][1]["error"]["code"]) == (401, "INVALID_CREDENTIALS")


def test_login_takes_no_other_field(accounts):
    body = {"username": "ada", "password": "x", "roles": ["admin"]}
    assert call(handler, "POST", "/api/v3/auth/login", body)[0] == 422


def test_passwords_and_tokens_stay_out_of_the_log(accounts, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    account = an_account()
    call(handler, "POST", "/api/v3/auth/register", account)
    _, login = call(handler, "POST", "/api/v3/auth/login", {"username": account["username"], "password": PASSWORD})
    call(handler, "POST", "/api/v3/auth/register", {**account, "roles": [PASSWORD]})
    logged = log.getvalue()
    assert "/api/v3/auth/login" in logged
    for secret in (PASSWORD, login["access_token"], login["refresh_token"]):
        assert secret not in logged


@pytest.mark.parametrize(("sample", "status"), [("auth_login", 401), ("auth_me", 404)])
def test_the_samples_reach_their_routes(accounts, sample, status):
    event = json.loads(Path(f"events/api/{sample}.json").read_text())
    assert handler(event, a_context())["statusCode"] == status
