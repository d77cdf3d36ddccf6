"""Who somebody is and where from, the gateway says. What a client writes into headers is a client's word."""

import pytest

from functions.api.security.handler import handler
from tests.support.identity import a_login, facts_of, the_accounts
from tests.support.rest import a_context, call, rest_event

PROFILE = "/api/v3/security/profile"
FORGED = "198.51.100.99"
HEADERS = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "Via"]


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_moves_a_caller_to_another_address(admin, header):
    word = f"for={FORGED}" if header == "Forwarded" else FORGED
    narrow = admin.model_copy(update={"allowed_addresses": ("198.51.100.0/24",)})
    assert call(handler, "GET", PROFILE, None, narrow, {header: word})[0] == 403
    blocked = admin.model_copy(update={"blocked_address": "203.0.113.7"})
    assert call(handler, "GET", PROFILE, None, blocked, {header: word})[0] == 403


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_stands_in_the_record(aws_account, header):
    accounts = the_accounts()
    user = a_login(accounts).user
    body = {"username": user.username, "password": "wrong"}
    call(handler, "POST", "/api/v3/security/auth/login", body, None, {header: FORGED})
    told = facts_of(accounts, user.tenant_id, "user.login_failed")
    assert told
    assert FORGED not in str(told)
    assert "203.0.113.7" in str(told)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-tenant-id": "default", "x-user-id": "1", "x-roles": "admin"},
        {"x-amzn-oidc-data": "e30.e30.e30"},
        {"x-amz-request-context": '{"authorizer": {"tenant_id": "default"}}'},
        {"x-original-url": "/health", "x-rewrite-url": "/health"},
        {"x-http-method-override": "GET"},
    ],
    ids=str,
)
def test_no_header_makes_nobody_somebody(aws_account, headers):
    assert call(handler, "GET", PROFILE, None, None, headers)[0] == 401


def test_a_host_header_stands_in_no_link(aws_account):
    """A poisoned Host would send the reader of a letter elsewhere."""
    accounts = the_accounts()
    user = a_login(accounts).user
    event = rest_event("POST", "/api/v3/security/auth/reset-password", {"email": user.email})
    for name in ("host", "x-forwarded-host"):
        event["headers"][name] = "evil.example"
        event["multiValueHeaders"][name] = ["evil.example"]
    assert handler(event, a_context())["statusCode"] == 200
    told = facts_of(accounts, user.tenant_id, "user.password_reset_requested")
    assert told
    assert "evil.example" not in str(told)
