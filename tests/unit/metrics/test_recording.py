"""Writing: exact however many write at once, once however often it is sent, and few calls."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import EndpointConnectionError

from docchain.metrics.catalogue import Filter, read_cards
from docchain.metrics.errors import TooManySeries
from docchain.metrics.limits import SERIES_OF_NAME_MOST
from docchain.metrics.models import Observation, Series
from docchain.metrics.reading import read_summary
from docchain.metrics.rollups import Rollup
from docchain.storage.idempotency import IdempotencyKey, IdempotencyMismatch
from tests.support.metrics import a_recorder, metrics_table, moment, observed

WRITERS = 20


def total_of(tenant: str, name: str = "things") -> Rollup:
    merged = Rollup()
    for card in read_cards(metrics_table(), tenant, name=name):
        merged.merge(card.total)
    return merged


def everywhere(tenant: str, name: str = "things") -> list[tuple[int, float]]:
    """Count and sum by minute, by hour and by day, each added up."""
    found = []
    for resolution in ("minute", "hour", "day"):
        merged = Rollup()
        for item in metrics_table().query_all(f"{tenant}#metric#{name}", prefix=f"{resolution}#", most=10_000):
            merged.add(item)
        found.append((merged.count, merged.sum))
    return found


def test_twenty_writers_and_a_hundred_thousand_increments_are_exact(tenant: str, atomic_calls: None) -> None:
    def write(_: int) -> None:
        recorder = a_recorder()
        for _ in range(10):
            recorder.record(tenant, observed([1] * 500))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    assert total_of(tenant).count == 100_000
    assert total_of(tenant).sum == 100_000
    assert everywhere(tenant) == [(100_000, 100_000.0)] * 3


def test_bounds_are_exact_when_all_write_in_one_lane(tenant: str, atomic_calls: None) -> None:
    draw = random.Random(7)
    values = [[round(draw.uniform(-500, 500), 3) for _ in range(12)] for _ in range(8)]

    def write(own: list[float]) -> None:
        recorder = a_recorder(lane=3)
        for value in own:
            recorder.record(tenant, observed([value], "histogram"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, values))

    every = [value for own in values for value in own]
    total = total_of(tenant)
    assert (total.count, total.least, total.most) == (len(every), min(every), max(every))
    assert total.sum == pytest.approx(sum(every), abs=1e-9)


def test_tenths_add_up_to_the_last_digit(tenant: str) -> None:
    recorder = a_recorder()
    for _ in range(10):
        recorder.record(tenant, observed([0.1]))

    assert total_of(tenant).sum == 1.0


def test_writers_that_meet_in_a_lane_part(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, client = a_recorder(lane=0), metrics_table().client
    send, refused = client.transact_write_items, []

    def conflicting(**arguments: Any) -> Any:
        if any(
            i.get("Update", {}).get("Key", {}).get("sk", {}).get("S", "").endswith("#0")
            for i in arguments["TransactItems"]
        ):
            refused.append(1)
            reasons = [{"Code": "TransactionConflict"} for _ in arguments["TransactItems"]]
            raise client.exceptions.TransactionCanceledException(
                {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons},
                "TransactWriteItems",
            )
        return send(**arguments)

    monkeypatch.setattr(client, "transact_write_items", conflicting)
    recorder.record(tenant, observed([1]))

    assert refused == [1]
    assert recorder.lane.number != 0
    assert total_of(tenant).count == 1


def test_a_write_whose_acknowledgement_is_lost_counts_once(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore sends it again with the same token."""
    recorder = a_recorder()
    recorder.record(tenant, observed([1]))
    tokens: list[str] = []
    send = botocore.client.BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "TransactWriteItems":
            tokens.append(arguments["ClientRequestToken"])
        return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    recorder.record(tenant, observed([1]))

    assert len(tokens) == 1
    assert tokens[0]


def key_of(tenant: str, key: str = "k", fingerprint: str = "f") -> IdempotencyKey:
    return IdempotencyKey(tenant, "POST /counter", key, fingerprint)


def test_the_same_key_counts_once(tenant: str) -> None:
    for _ in range(3):
        a_recorder().record(tenant, observed([5]), key=key_of(tenant), answer={"done": True})

    assert (total_of(tenant).count, total_of(tenant).sum) == (1, 5.0)


def test_the_same_key_with_another_body_is_refused(tenant: str) -> None:
    a_recorder().record(tenant, observed([5]), key=key_of(tenant))

    with pytest.raises(IdempotencyMismatch):
        a_recorder().record(tenant, observed([6]), key=key_of(tenant, fingerprint="other"))
    assert total_of(tenant).sum == 5.0


def test_one_key_sent_by_many_at_once_counts_once(tenant: str, atomic_calls: None) -> None:
    barrier = threading.Barrier(8)

    def write(_: int) -> None:
        recorder = a_recorder()
        barrier.wait()
        recorder.record(tenant, observed([1]), key=key_of(tenant))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert total_of(tenant).count == 1


def test_a_write_is_one_call_and_the_first_of_a_new_series_four(tenant: str, aws_calls: list[str]) -> None:
    recorder = a_recorder()
    recorder.record(tenant, observed([1]))
    first = list(aws_calls)
    aws_calls.clear()
    recorder.record(tenant, observed([1]))

    assert first == ["BatchGetItem", "TransactWriteItems", "BatchGetItem", "TransactWriteItems"]
    assert aws_calls == ["TransactWriteItems"]


def test_a_batch_of_many_series_is_one_write(tenant: str, aws_calls: list[str]) -> None:
    recorder = a_recorder()
    batch = [o for number in range(24) for o in observed([1, 2, 3], "timer", shelf=str(number))]
    recorder.record(tenant, batch)
    aws_calls.clear()
    recorder.record(tenant, batch)

    assert aws_calls == ["TransactWriteItems"]
    assert total_of(tenant).count == 144


def test_a_batch_with_more_buckets_than_an_update_takes_is_whole(tenant: str) -> None:
    values = [1.05**n for n in range(600)]
    a_recorder(lane=6).record(tenant, observed(values, "histogram"))

    total = total_of(tenant)
    assert (total.count, sum(total.buckets.values())) == (600, 600)
    assert (total.least, total.most) == (min(values), max(values))


def test_the_gauge_that_is_newest_wins_whichever_comes_last(tenant: str) -> None:
    late, early = moment("2026-11-21 09:30:20"), moment("2026-11-21 09:30:10")
    a_recorder(lane=1).record(tenant, observed([7], "gauge", at=late))
    a_recorder(lane=1).record(tenant, observed([3], "gauge", at=early))
    a_recorder(lane=2).record(tenant, observed([4], "gauge", at=early))

    total = total_of(tenant)
    assert (total.last, total.last_at, total.count) == (7.0, late, 3)
    assert (total.least, total.most) == (3.0, 7.0)


def test_the_order_of_labels_is_nothing() -> None:
    one, other = (
        Series.of("a", "gauge", "api", {"x": "1", "y": "2"}),
        Series.of("a", "gauge", "api", {"y": "2", "x": "1"}),
    )

    assert one == other
    assert one.id == other.id


def test_labels_without_end_are_refused_and_what_is_known_still_counts(tenant: str) -> None:
    recorder = a_recorder()
    for start in range(0, SERIES_OF_NAME_MOST, 20):
        recorder.record(tenant, [o for n in range(start, start + 20) for o in observed([1], user=str(n))])

    with pytest.raises(TooManySeries) as refused:
        recorder.record(tenant, observed([1], user="one_too_many"))
    recorder.record(tenant, observed([1], user="7"))
    recorder.record(tenant, observed([1], name="others", user="1"))

    assert refused.value.status == 409
    assert total_of(tenant).count == SERIES_OF_NAME_MOST + 1


def test_tenants_do_not_meet(tenant: str) -> None:
    a_recorder().record(tenant, observed([1]))
    a_recorder().record(f"{tenant}x", observed([10]))

    assert total_of(tenant).sum == 1.0
    assert read_summary(metrics_table(), f"{tenant}x", "things", Filter(), 1)[1].sum == 10.0


def test_a_write_that_reached_nobody_changes_nothing(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = a_recorder()
    recorder.record(tenant, observed([1]))

    def away(**_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="x")

    with monkeypatch.context() as patch, pytest.raises(EndpointConnectionError):
        patch.setattr(metrics_table().client, "transact_write_items", away)
        recorder.record(tenant, observed([1]))
    recorder.record(tenant, [Observation(observed([1])[0].series, 1.0, moment("2030-01-01 00:00"))])

    assert total_of(tenant).count == 2


def test_the_minutes_of_a_metric_named_metrics_go_by_their_age_too(tenant: str) -> None:
    a_recorder().record(tenant, observed([1], name="metrics"))

    kept = [item for item in metrics_table().query_all(f"{tenant}#metric#metrics", most=10) if "#" in item["sk"]]
    assert len(kept) == 3
    assert all(item["expires_at"] for item in kept)
    assert "expires_at" not in metrics_table().query_all(f"{tenant}#metrics", prefix="metrics#", most=10)[1]
