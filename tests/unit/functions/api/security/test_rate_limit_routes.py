"""The check tells the truth about a bucket, takes nothing of it, and shows nobody somebody else's."""

import pytest

from functions.api.security.handler import handler
from tests.support.rest import a_caller, call

CHECK = "/api/v3/security/rate-limit/check"
POLICIES = "/api/v3/security/policies"


def check(caller, identifier, **query):
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    return call(handler, "GET", f"{CHECK}?identifier={identifier}{asked}", None, caller)


def spend(caller, calls):
    return [call(handler, "GET", POLICIES, None, caller)[0] for _ in range(calls)]


def test_it_tells_what_is_left_and_takes_nothing(tenant):
    caller = a_caller(tenant, rate_limit=5)
    spend(caller, 2)
    answers = [check(caller, "user:1")[1] for _ in range(10)]
    assert {(a["allowed"], a["limit"], a["remaining"], a["window_minutes"]) for a in answers} == {(True, 5, 3, 1)}
    assert spend(caller, 5) == [200, 200, 200, 429, 429]
    _, answer = check(caller, "user:1")
    assert (answer["allowed"], answer["remaining"]) == (False, 0)
    assert answer["reset_time"].endswith("Z")


def test_a_bucket_that_nobody_used_is_full(tenant):
    _, answer = check(a_caller(tenant, rate_limit=100), "ada")
    assert (answer["identifier"], answer["allowed"], answer["limit"], answer["remaining"]) == ("user:1", True, 100, 100)


def test_the_same_calls_against_another_limit(tenant):
    caller = a_caller(tenant, rate_limit=50)
    spend(caller, 3)
    _, answer = check(caller, "user:1", limit=10, window_minutes=5)
    assert (answer["limit"], answer["remaining"], answer["window_minutes"]) == (10, 7, 5)
    _, answer = check(caller, "user:1", limit=3)
    assert (answer["allowed"], answer["remaining"]) == (False, 0)


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_whose_bucket_it_is_may_look_and_an_administrator_and_nobody_else(tenant, role):
    caller = a_caller(tenant, user_id=2, roles=(role,), username="bob")
    key = "2_01JD5C3V8Q4W2N6T0R9XKZ5MBA"
    for own in ("user:2", "2", "bob", key, f"key:{key}", "203.0.113.7", "address:203.0.113.7", "sign_in:203.0.113.7"):
        assert check(caller, own)[0] == 200, own
    for others in (
        "user:1",
        "1",
        "ada",
        f"key:1{key[1:]}",
        "198.51.100.9",
        "address:198.51.100.9",
        "sign_in:2001:db8::1",
    ):
        status, body = check(caller, others)
        assert (status, body["error"]["code"]) == (403, "FORBIDDEN"), others
        assert check(a_caller(tenant), others)[0] == 200


def test_another_tenants_bucket_is_never_looked_at(tenant):
    spend(a_caller(tenant, rate_limit=5), 5)
    _, answer = check(a_caller(f"{tenant}x", rate_limit=5), "user:1")
    assert answer["remaining"] == 5


@pytest.mark.parametrize("query", ["", "?identifier=", "?identifier=a&limit=0", "?identifier=a&window_minutes=0"])
def test_what_cannot_be_asked_is_422(tenant, query):
    assert call(handler, "GET", f"{CHECK}{query}", None, a_caller(tenant))[0] == 422


def test_without_a_token_nothing_is_told(aws_account):
    assert call(handler, "GET", f"{CHECK}?identifier=user:1")[0] == 401
