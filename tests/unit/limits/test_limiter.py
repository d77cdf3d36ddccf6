"""Who is counted for what, that a refusal is told once, and that a table which is away refuses nobody."""

from contextlib import suppress

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain import aws
from docchain.ids import new_ulid
from docchain.limits.buckets import Buckets
from docchain.limits.limiter import Limiter, TooManyRequests
from docchain.limits.rates import Rate
from docchain.limits.subjects import of_address, of_caller
from docchain.storage.table import Table
from tests.support.rest import a_caller


@pytest.fixture
def limiter(aws_account):
    return a_limiter()


def a_limiter(anonymous=5, sign_in=2):
    client = aws.dynamodb()
    return Limiter(Buckets(Table(client, "limits")), Table(client, "guard"), Rate(anonymous), Rate(sign_in))


@pytest.fixture
def address():
    """A network of its own for each test."""
    number = int.from_bytes(new_ulid()[-8:].encode(), "big")
    return f"2001:db8:{number >> 48 & 0xFFFF:x}:{number >> 16 & 0xFFFF:x}::1"


def passed(limiter, caller, address="203.0.113.7", *, calls=10, sign_in=False):
    count = 0
    for _ in range(calls):
        with suppress(TooManyRequests):
            count += limiter.admit(caller, address, sign_in=sign_in) is not None
    return count


def told(tenant, table="guard"):
    items = Table(aws.dynamodb(), table).query_all(f"{tenant}#outbox", most=100)
    return [item["event"] for item in items if item["event"]["type"] == "rate_limit.exceeded"]


def test_a_user_is_counted_by_the_tenants_policy_wherever_they_are(limiter, tenant):
    caller = a_caller(tenant, rate_limit=3)
    assert passed(limiter, caller, "203.0.113.7") == 3
    assert passed(limiter, caller, "198.51.100.9") == 0


def test_users_and_their_keys_and_tenants_are_apart(limiter, tenant):
    caller = a_caller(tenant, rate_limit=3)
    key = caller.model_copy(update={"api_key_id": "1_K", "session_id": ""})
    others = [key, a_caller(tenant, user_id=2, rate_limit=3), a_caller(f"{tenant}x", rate_limit=3)]
    assert passed(limiter, caller) == 3
    assert [passed(limiter, other) for other in others] == [3, 3, 3]


def test_nobody_is_counted_by_address_and_tries_at_becoming_somebody_apart(limiter, address):
    assert passed(limiter, None, address) == 5
    assert passed(limiter, None, address, sign_in=True) == 2


def test_a_network_of_ipv6_is_one_caller():
    assert of_address("2001:db8::1") == of_address("2001:db8:0:0:ffff::2")
    assert of_address("2001:db8::1") != of_address("2001:db8:0:1::1")
    assert of_address("::ffff:192.0.2.7") == of_address("192.0.2.7")
    assert of_address("192.0.2.7") != of_address("192.0.2.8")


def test_a_refusal_is_told_once_a_minute_by_however_many_processes(tenant, aws_account, monkeypatch):
    monkeypatch.setattr("docchain.security_events.refusals.epoch", lambda: 1_800_000_000)
    caller = a_caller(tenant, rate_limit=1, username="ada")
    for limiter in (a_limiter(), a_limiter()):
        passed(limiter, caller, calls=20)
    (fact,) = told(tenant)
    assert (fact["subject"], fact["actor"]) == ("rate_limits/user:1", "ada")
    assert fact["data"] == {"bucket": "user:1", "limit": 1}
    monkeypatch.setattr("docchain.security_events.refusals.epoch", lambda: 1_800_000_060)
    passed(limiter, caller, calls=20)
    assert len(told(tenant)) == 2


def test_who_is_not_refused_is_not_told_of(limiter, tenant):
    passed(limiter, a_caller(tenant, rate_limit=10), calls=10)
    assert told(tenant) == []


def test_a_table_that_is_away_refuses_nobody_and_is_heard_of(limiter, tenant, monkeypatch, caplog):
    def away(*_, **__):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(type(limiter.buckets), "take", away)
    assert limiter.admit(a_caller(tenant, rate_limit=1), "", sign_in=False) is None
    assert "uncounted" in caplog.text


def test_a_guard_that_is_away_still_refuses(limiter, tenant, monkeypatch):
    def away(*_, **__):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(type(limiter.guard), "put", away)
    assert passed(limiter, a_caller(tenant, rate_limit=1)) == 1


def test_a_bucket_leads_with_its_tenant(tenant):
    subject, rate = of_caller(a_caller(tenant, user_id=7, rate_limit=9))
    assert (subject.pk, rate) == (f"{tenant}#bucket#user#7", Rate(9))
    assert of_address("192.0.2.7").pk == "_anonymous#bucket#address#192.0.2.7"
