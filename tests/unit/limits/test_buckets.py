"""A bucket lets through what its rate says: in a burst of many callers, over an hour, and for each caller apart."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from docchain import aws
from docchain.ids import new_ulid
from docchain.limits import buckets as module
from docchain.limits.buckets import Buckets
from docchain.limits.rates import Rate
from docchain.storage.table import Table

SECOND = 1_000_000


class Clock:
    now = 1_800_000_000 * SECOND

    def on(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "now_us", lambda: clock.now)
    return clock


@pytest.fixture
def table(aws_account):
    return Table(aws.dynamodb(), "limits")


@pytest.fixture
def bucket(tenant):
    return f"{tenant}#bucket#user#{new_ulid()}"


def passed(buckets, bucket, rate, calls):
    return sum(buckets.take(bucket, rate).allowed for _ in range(calls))


@pytest.mark.parametrize("per_minute", [1, 7, 100, 300])
def test_a_burst_of_a_thousand_from_twenty_threads_passes_what_the_policy_says(
    table, bucket, clock, atomic_calls, per_minute
):
    """Each thread stands for a process of its own, which remembers nothing of the others."""

    def process(_):
        return passed(Buckets(table), bucket, Rate(per_minute), 50)

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(process, range(20))) == per_minute


def test_a_burst_in_real_time_passes_what_the_policy_says_within_two_percent(table, bucket, atomic_calls):
    rate, started = Rate(100), module.now_us()
    with ThreadPoolExecutor(20) as threads:
        count = sum(threads.map(lambda _: passed(Buckets(table), bucket, rate, 50), range(20)))
    elapsed = (module.now_us() - started) / SECOND
    promised = 100 + elapsed * 100 / 60
    assert abs(count - promised) <= 0.02 * promised + 1


def test_a_refill_is_one_token_an_interval_and_never_more_than_the_bucket_holds(table, bucket, clock):
    buckets, rate = Buckets(table), Rate(60)
    assert passed(buckets, bucket, rate, 100) == 60
    clock.on(1)
    assert passed(buckets, bucket, rate, 10) == 1
    clock.on(10)
    assert passed(buckets, bucket, rate, 100) == 10
    clock.on(3600)
    assert passed(buckets, bucket, rate, 100) == 60


def test_nothing_drifts_in_an_hour_of_too_many_calls(table, bucket, clock):
    """By two processes that take turns as chance has it."""
    chance, rate, both = Random(7), Rate(30), (Buckets(table), Buckets(table))
    count = 0
    for _ in range(3600):
        clock.on(1)
        count += chance.choice(both).take(bucket, rate).allowed
    assert abs(count - (30 + 60 * 30)) <= 1


def test_who_keeps_to_the_rate_is_never_refused(table, bucket, clock):
    buckets, rate = Buckets(table), Rate(7)
    for _ in range(60):
        assert buckets.take(bucket, rate).allowed
        clock.on(60 / 7)


def test_two_callers_have_buckets_of_their_own(table, tenant, clock):
    buckets, rate = Buckets(table), Rate(3)
    assert passed(buckets, f"{tenant}#bucket#user#1", rate, 5) == 3
    for other in (f"{tenant}#bucket#user#2", f"{tenant}#bucket#key#1", f"{tenant}x#bucket#user#1"):
        assert passed(buckets, other, rate, 5) == 3


def test_it_says_what_is_left_and_when_to_come_back(table, bucket, clock):
    buckets, rate = Buckets(table), Rate(2)
    first, second, third = (buckets.take(bucket, rate) for _ in range(3))
    moment = clock.now // SECOND
    assert (first.allowed, first.limit, first.remaining, first.reset_at) == (True, 2, 1, moment + 30)
    assert (second.allowed, second.remaining, second.reset_at) == (True, 0, moment + 60)
    assert (third.allowed, third.remaining, third.retry_after) == (False, 0, 30)
    clock.on(third.retry_after - 1)
    assert not buckets.take(bucket, rate).allowed
    clock.on(1)
    assert buckets.take(bucket, rate).allowed


def test_a_call_is_one_update_and_a_refusal_by_the_same_process_none(table, bucket, clock, monkeypatch):
    calls = count_calls(table, monkeypatch)
    buckets, rate = Buckets(table), Rate(5)
    assert passed(buckets, bucket, rate, 1000) == 5
    assert len(calls) == 5
    clock.on(600)
    buckets.take(bucket, rate)
    assert len(calls) == 6


def test_a_process_that_guessed_wrong_asks_once_more(table, bucket, clock, monkeypatch):
    rate = Rate(5)
    Buckets(table).take(bucket, rate)
    calls = count_calls(table, monkeypatch)
    newcomer = Buckets(table)
    assert newcomer.take(bucket, rate).allowed
    assert len(calls) == 2
    assert newcomer.take(bucket, rate).allowed
    assert len(calls) == 3


def test_a_bucket_that_ttl_deleted_is_full_again(table, bucket, clock):
    buckets, rate = Buckets(table), Rate(5)
    passed(buckets, bucket, rate, 3)
    table.delete(bucket, "bucket")
    assert buckets.take(bucket, rate).remaining == 4


def test_a_new_policy_holds_at_the_next_call(table, bucket, clock):
    buckets = Buckets(table)
    assert passed(buckets, bucket, Rate(1000), 500) == 500
    assert buckets.take(bucket, Rate(10)).remaining == 4
    assert buckets.take(bucket, Rate(1000)).remaining > 390


def test_ttl_deletes_no_bucket_that_is_not_full(table, bucket, clock):
    Buckets(table).take(bucket, Rate(1))
    item = table.get(bucket, "bucket")
    assert item["expires_at"] * SECOND > item["full_at"] + 600 * SECOND


def test_what_a_process_remembers_is_bounded(table, tenant, clock, monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED_MOST", 2)
    buckets = Buckets(table)
    for i in range(5):
        buckets.take(f"{tenant}#bucket#user#{i}", Rate(5))
    assert len(buckets._full_at) == 2


def test_a_bucket_is_looked_at_without_taking(table, bucket, clock):
    buckets = Buckets(table)
    assert buckets.look_at(bucket) is None
    buckets.take(bucket, Rate(5))
    assert buckets.look_at(bucket) == buckets.look_at(bucket) == (clock.now + 12 * SECOND, Rate(5))


def count_calls(table, monkeypatch):
    calls: list[str] = []
    send = type(table.client)._make_api_call

    def noted(self, operation, arguments):
        calls.append(operation)
        return send(self, operation, arguments)

    monkeypatch.setattr(type(table.client), "_make_api_call", noted)
    return calls
