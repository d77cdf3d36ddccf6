"""A chain holds each event once, in order, whatever happens to those who write it."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.client
import pytest

from docchain import aws
from docchain.audit import keys
from docchain.audit.chain import ATTEMPTS_MOST, chunks
from docchain.audit.errors import ChainContended
from docchain.events.models import Event
from functions.queues.audit.run import record_events
from tests.support.chains import a_fact, entries_of, faults_of, some_facts, the_chain

WRITERS = 20
EVENTS = 1_000


class Killed(BaseException):
    """The process is gone: no handler of ours hears of it."""


class FaultyTable:
    """DynamoDB as twenty writers see it: transactions one after the other, some of which nobody hears the end of.

    moto's transactions are not atomic between threads, so a lock makes them what DynamoDB says they are.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self.lock = threading.Lock()
        self.random = random.Random(seed)  # a die for faults
        self.fates: Counter[str] = Counter()
        self._send = botocore.client.BaseClient._make_api_call
        table = self

        def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            return table.answer(client, operation, arguments)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)

    def answer(self, client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        with self.lock:
            if operation != "TransactWriteItems":
                return self._send(client, operation, arguments)
            fate = self.random.choices(["done", "killed before", "killed after", "unheard"], [85, 5, 5, 5])[0]
            self.fates[fate] += 1
            if fate == "killed before":
                raise Killed
            answer = self._send(client, operation, arguments)
            if fate == "killed after":
                raise Killed
            if fate == "unheard":
                raise client.exceptions.TransactionInProgressException(
                    {"Error": {"Code": "TransactionInProgressException", "Message": "no answer"}}, operation
                )
            return answer


def test_a_thousand_events_from_twenty_writers_stand_once_each_in_one_chain(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = some_facts(tenant, EVENTS, users=7)
    aws.dynamodb()  # made before the writers are, who share it
    table = FaultyTable(monkeypatch, seed=1815)

    deliver_until_taken(events, seed=1843)

    entries = entries_of(tenant)
    assert sorted(e.event_id for e in entries) == sorted(e.id for e in events)
    assert [e.seq for e in entries] == list(range(1, EVENTS + 1))
    assert faults_of(entries) == []
    head = the_chain().head(tenant)
    assert (head.seq, head.hash) == (EVENTS, entries[-1].hash)
    assert min(table.fates[fate] for fate in ("killed before", "killed after", "unheard")) > 0


def test_counters_say_what_the_chain_holds_after_all_that(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events = some_facts(tenant, 300, users=3)
    aws.dynamodb()
    FaultyTable(monkeypatch, seed=7)

    deliver_until_taken(events, seed=11)

    items = {i["sk"]: i for i in the_chain().table.query_all(keys.counts(tenant), most=100)}
    days = [i for sk, i in items.items() if sk.startswith(keys.DAY_PREFIX)]
    assert items[keys.TOTALS]["total"] == items[keys.TOTALS]["type_workflow_created"] == 300
    assert sum(day["total"] for day in days) == 300
    assert [items[keys.user(user)]["total"] for user in (1, 2, 3)] == [100, 100, 100]
    assert days[0]["first_seq"] == 1


def deliver_until_taken(events: list[Event], seed: int) -> None:
    """As SQS does: in batches of ten, shuffled, some twice; what was not acknowledged comes again."""
    die = random.Random(seed)
    waiting = events + die.sample(events, len(events) // 5)
    for _ in range(200):
        if not waiting:
            return
        die.shuffle(waiting)
        batches = [waiting[start : start + 10] for start in range(0, len(waiting), 10)]
        with ThreadPoolExecutor(WRITERS) as writers:
            left = list(writers.map(write_batch, batches))
        waiting = [event for events_left in left for event in events_left]
    raise AssertionError(f"{len(waiting)} events were never taken")


def write_batch(batch: list[Event]) -> list[Event]:
    """Those that come again: all of them when the writer was killed."""
    try:
        return [batch[position] for position in record_events(batch, the_chain())]
    except Killed:
        return batch


def test_an_event_that_comes_again_changes_nothing(tenant: str) -> None:
    events = some_facts(tenant, 3)
    the_chain().append(tenant, events)

    assert the_chain().append(tenant, events[1:]) == 0
    assert len(entries_of(tenant)) == 3


def test_a_batch_is_written_in_the_order_in_which_things_happened(tenant: str) -> None:
    events = some_facts(tenant, 60)

    the_chain().append(tenant, events[::-1])

    assert [e.event_id for e in entries_of(tenant)] == sorted(e.id for e in events)


def test_an_event_twice_in_one_batch_has_one_entry(tenant: str) -> None:
    (event,) = some_facts(tenant, 1)

    assert the_chain().append(tenant, [event, event]) == 1


def test_who_always_comes_second_gives_the_events_back(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = the_chain()
    monkeypatch.setattr("docchain.clock.time.sleep", lambda seconds: None)
    read = type(chain)._read
    rivals = iter(range(ATTEMPTS_MOST))

    def overtaken(self: Any, tenant_id: str, events: list[Event]) -> Any:
        answer = read(self, tenant_id, events)
        if events[0].actor == "ada" and next(rivals, None) is not None:
            the_chain().append(tenant_id, [a_fact(tenant_id, actor="rival")])
        return answer

    monkeypatch.setattr(type(chain), "_read", overtaken)

    with pytest.raises(ChainContended):
        chain.append(tenant, some_facts(tenant, 1))
    assert {e.username.value for e in entries_of(tenant)} == {"rival"}


def test_a_chunk_is_what_one_transaction_takes(tenant: str) -> None:
    of_one = [len(c) for c in chunks(some_facts(tenant, 100))]
    of_many = [len(c) for c in chunks(some_facts(tenant, 100, users=100))]

    assert of_one == [47, 47, 6]
    assert of_many == [32, 32, 32, 4]


def test_a_chunk_of_the_largest_events_fits_a_transaction(tenant: str) -> None:
    large = [a_fact(tenant, data={"text": "x" * 250_000}) for _ in range(20)]

    the_chain().append(tenant, large)

    assert len(entries_of(tenant)) == 20
    assert max(len(c) for c in chunks(large)) <= 6


def test_steps_of_runs_are_left_to_the_runs(tenant: str) -> None:
    kinds = ["run.started", "node.started", "node.completed", "node.failed", "run.completed", "node.added"]

    the_chain().append(tenant, [a_fact(tenant, kind) for kind in kinds])

    assert sorted(e.name for e in entries_of(tenant)) == ["node.added", "run.completed", "run.started"]


def test_two_tenants_have_two_chains(tenant: str) -> None:
    other = f"{tenant}_other"

    the_chain().append(tenant, some_facts(tenant, 2))
    the_chain().append(other, some_facts(other, 1))

    assert (the_chain().head(tenant).seq, the_chain().head(other).seq) == (2, 1)
    assert faults_of(entries_of(tenant)) == faults_of(entries_of(other)) == []


def test_a_chain_is_listed_once_it_has_an_entry(tenant: str) -> None:
    table = the_chain().table
    assert table.get(keys.CHAINS, tenant) is None

    the_chain().append(tenant, some_facts(tenant, 1))

    assert table.get(keys.CHAINS, tenant) is not None


def test_time_never_goes_back_in_a_chain_and_each_day_says_where_it_begins(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(["2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00.001Z", "2026-11-21T23:59:59.998Z"])
    monkeypatch.setattr("docchain.audit.chain.now", lambda: next(moments))

    for number in (2, 3, 1):
        the_chain().append(tenant, some_facts(tenant, number))

    assert [e.recorded_at[:10] for e in entries_of(tenant)] == ["2026-11-21"] * 2 + ["2026-11-22"] * 4
    first = {d: the_chain().table.get(keys.counts(tenant), keys.day(d)) for d in ("2026-11-21", "2026-11-22")}
    assert {d: (i or {}).get("first_seq") for d, i in first.items()} == {"2026-11-21": 1, "2026-11-22": 3}
    assert [(i or {}).get("total") for i in first.values()] == [2, 4]


def test_an_append_makes_two_calls(tenant: str, aws_calls: list[str]) -> None:
    the_chain().append(tenant, some_facts(tenant, 10))

    assert aws_calls == ["BatchGetItem", "TransactWriteItems"]
