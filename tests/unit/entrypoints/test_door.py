"""The door of a group, before any route: address, size, rate, and what a browser must hear."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain.clock import epoch
from docchain.entrypoints import cors, viewer
from docchain.ids import new_ulid
from docchain.limits import limiter as limits
from docchain.limits.buckets import Buckets
from docchain.limits.rates import Rate
from functions.api.docs.handler import handler as docs
from functions.api.security.handler import handler
from tests.support.rest import a_caller, a_context, rest_event

POLICIES = "/api/v3/security/policies"
LOGIN = "/api/v3/security/auth/login"
JWKS = "/api/v3/security/.well-known/jwks.json"


def ask(method, path, body=None, caller=None, headers=None, address="203.0.113.7", door=handler):
    event = rest_event(method, path, body, caller, headers)
    event["requestContext"]["identity"]["sourceIp"] = address
    answer = door(event, a_context())
    return answer["statusCode"], answer["headers"], json.loads(answer["body"]) if answer["body"] else None


@pytest.fixture
def strict(aws_account, monkeypatch):
    known = limits.limiter()
    strict = limits.Limiter(known.buckets, known.guard, Rate(4), Rate(2))
    monkeypatch.setattr("docchain.entrypoints.api.limiter", lambda: strict)


@pytest.fixture
def address():
    number = int.from_bytes(new_ulid()[-8:].encode(), "big")
    return f"2001:db8:{number >> 48 & 0xFFFF:x}:{number >> 16 & 0xFFFF:x}::1"


def test_each_answer_says_what_is_left(tenant):
    caller = a_caller(tenant, rate_limit=3)
    left = [ask("GET", POLICIES, caller=caller)[1]["x-ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    _, headers, _ = ask("GET", "/api/v3/security/nowhere", caller=a_caller(tenant, user_id=2, rate_limit=3))
    assert headers["x-ratelimit-limit"] == "3"
    assert epoch() <= int(headers["x-ratelimit-reset"]) <= epoch() + 21


def test_one_too_many_is_429_in_the_envelope_and_reaches_no_route(tenant, aws_calls):
    caller = a_caller(tenant, rate_limit=1)
    assert ask("GET", POLICIES, caller=caller)[0] == 200
    aws_calls.clear()
    status, headers, body = ask("GET", POLICIES, caller=caller)
    assert (status, body["error"]["code"], body["error"]["request_id"]) == (429, "RATE_LIMITED", "request-1")
    assert 0 < int(headers["retry-after"]) <= 60
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("1", "0")
    assert headers["x-request-id"] == "request-1"
    assert headers["access-control-allow-origin"] == "*"
    assert aws_calls == ["PutItem"]  # the news of it, once


def test_tries_at_becoming_somebody_are_counted_more_strictly(strict, address):
    wrong = {"username": "nobody", "password": "x"}
    assert [ask("POST", LOGIN, wrong, address=address)[0] for _ in range(3)] == [401, 401, 429]
    assert [ask("GET", JWKS, address=address)[0] for _ in range(5)] == [200, 200, 200, 200, 429]


def test_health_and_documents_are_not_counted(strict, address):
    for _ in range(6):
        status, headers, _ = ask("GET", "/api/v3/openapi.json", address=address, door=docs)
        assert status == 200
        assert "x-ratelimit-limit" not in headers


def test_counting_is_one_update_and_no_more(tenant, monkeypatch):
    calls = []
    update = Buckets._update
    monkeypatch.setattr(Buckets, "_update", lambda *a, **k: calls.append(1) or update(*a, **k))
    for _ in range(3):
        assert ask("GET", POLICIES, caller=a_caller(tenant, rate_limit=100))[0] == 200
    assert len(calls) == 3


def test_a_call_that_cannot_be_counted_is_let_through(tenant, monkeypatch):
    def away(*_, **__):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(Buckets, "take", away)
    status, headers, _ = ask("GET", POLICIES, caller=a_caller(tenant))
    assert status == 200
    assert "x-ratelimit-limit" not in headers


@pytest.mark.parametrize(
    ("allowed", "address", "status"),
    [
        ((), "198.51.100.9", 200),
        (("203.0.113.0/24",), "203.0.113.9", 200),
        (("203.0.113.0/24", "2001:db8::/32"), "2001:DB8::1", 200),
        (("203.0.113.0/24",), "::ffff:203.0.113.9", 200),
        (("203.0.113.0/24",), "198.51.100.9", 403),
        (("203.0.113.0/24",), "", 403),
    ],
)
def test_a_key_is_good_for_its_addresses_alone_whoever_was_authorized_before(tenant, allowed, address, status):
    caller = a_caller(tenant).model_copy(update={"allowed_addresses": allowed})
    assert ask("GET", POLICIES, caller=caller, address=address)[0] == status


def test_a_blocked_address_is_403_and_the_same_token_from_elsewhere_is_not(tenant):
    caller = a_caller(tenant).model_copy(update={"blocked_address": "203.0.113.7"})
    status, _, body = ask("GET", POLICIES, caller=caller)
    assert (status, body["error"]["code"]) == (403, "ADDRESS_REFUSED")
    assert ask("GET", POLICIES, caller=caller, address="198.51.100.9")[0] == 200


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 422), (1024 * 1024 + 1, 413)])
def test_a_body_is_as_large_as_the_tenants_policy_says(tenant, size, status):
    caller = a_caller(tenant).model_copy(update={"request_megabytes": 1})
    answered, _, body = ask("PUT", POLICIES, b"x" * size, caller)
    assert answered == status
    assert body["error"]["code"] == ("PAYLOAD_TOO_LARGE" if status == 413 else "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ({"X-Docchain-Proof": "p", "X-Viewer-Address": "198.51.100.9"}, "198.51.100.9"),
        ({"X-Viewer-Address": "198.51.100.9"}, "203.0.113.7"),
        ({"X-Docchain-Proof": "", "X-Viewer-Address": "198.51.100.9"}, "203.0.113.7"),
        ({"X-Docchain-Proof": "wrong\u00e9", "X-Viewer-Address": "198.51.100.9"}, "203.0.113.7"),
        ({"X-Docchain-Proof": "p"}, "203.0.113.7"),
    ],
)
def test_only_the_edge_says_from_where_a_call_comes(monkeypatch, tenant, sent, seen):
    monkeypatch.setattr(viewer, "_proof", lambda: "p")
    caller = a_caller(tenant).model_copy(update={"allowed_addresses": (seen,)})
    assert ask("GET", POLICIES, caller=caller, headers=sent)[0] == 200
    elsewhere = caller.model_copy(update={"allowed_addresses": ("192.0.2.1",)})
    assert ask("GET", POLICIES, caller=elsewhere, headers=sent)[0] == 403


def test_a_stage_without_an_edge_believes_no_header(tenant):
    caller = a_caller(tenant).model_copy(update={"allowed_addresses": ("203.0.113.7",)})
    sent = {"X-Docchain-Proof": "", "X-Viewer-Address": "198.51.100.9"}
    assert ask("GET", POLICIES, caller=caller, headers=sent)[0] == 200


@pytest.fixture
def two_origins(monkeypatch):
    monkeypatch.setattr(cors, "_origins", lambda: frozenset({"https://a.example", "https://b.example"}))


def test_a_page_of_a_listed_origin_may_read_the_answer(two_origins, tenant):
    for path in (POLICIES, "/api/v3/security/nowhere"):
        _, headers, _ = ask("GET", path, caller=a_caller(tenant), headers={"Origin": "https://b.example"})
        assert headers["access-control-allow-origin"] == "https://b.example"
        assert headers["vary"] == "origin"
        for name in ("link", "x-request-id", "retry-after", "x-ratelimit-remaining"):
            assert name in headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://a.example.evil", "null", ""])
def test_a_page_of_another_origin_may_not(two_origins, tenant, origin):
    _, headers, _ = ask("GET", POLICIES, caller=a_caller(tenant), headers={"origin": origin})
    assert "access-control-allow-origin" not in headers
    assert headers["vary"] == "origin"


def test_a_stage_without_origins_says_nothing_of_them(monkeypatch, tenant):
    monkeypatch.setattr(cors, "_origins", frozenset)
    _, headers, _ = ask("GET", POLICIES, caller=a_caller(tenant), headers={"origin": "https://a.example"})
    assert not [name for name in headers if name.startswith("access-control")]
