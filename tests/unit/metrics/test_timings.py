"""Timings of routes: gathered by the door, written now and then, told per tenant and route."""

import random

import numpy as np
import pytest

from docchain.metrics.timings import gathering
from docchain.metrics.timings.gathering import REQUESTS_MOST, ROUTES_MOST, Timings
from docchain.metrics.timings.reading import read_timings
from tests.support.metrics import metrics_table

ROUTE = "GET /api/v3/workflows/{workflow_id}"


def a_door(seconds: float = 1e9) -> Timings:
    return Timings(metrics_table(), seconds)


def test_percentiles_and_shares_of_a_route_are_true(tenant: str) -> None:
    draw = random.Random(3)
    doors = [a_door(), a_door(), a_door()]
    took = [draw.lognormvariate(3, 1) + 1 for _ in range(1_200)]
    for number, milliseconds in enumerate(took):
        status = 500 if number % 100 == 0 else 404 if number % 10 == 1 else 200
        doors[number % 3].note(tenant, ROUTE, status, milliseconds)
    for door in doors:
        door.flush()

    _, found = read_timings(metrics_table(), tenant, 24)
    timing = found[ROUTE]
    assert timing.requests == 1_200
    assert (timing.counts["errors"], timing.counts["client_errors"]) == (12, 120)
    assert (timing.share("errors"), timing.share("client_errors")) == (0.01, 0.1)
    assert timing.mean_ms == pytest.approx(sum(took) / len(took), rel=1e-4)
    for share in (0.5, 0.95, 0.99):
        exact = float(np.quantile(took, share, method="lower"))
        assert timing.percentile(share) == pytest.approx(exact, rel=0.022, abs=0.06)


def test_requests_do_not_pay_a_write_each(tenant: str, aws_calls: list[str]) -> None:
    door = a_door()
    for _ in range(REQUESTS_MOST - 1):
        door.note(tenant, ROUTE, 200, 12)
    assert aws_calls == []

    door.note(tenant, ROUTE, 200, 12)
    assert aws_calls == ["TransactWriteItems"]


def test_ten_seconds_after_the_last_write_the_next_request_writes(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = a_door(seconds=10)
    door.note(tenant, ROUTE, 200, 12)
    assert door.requests == 1
    clock = gathering.time.monotonic() + 10
    monkeypatch.setattr(gathering.time, "monotonic", lambda: clock)
    door.note(tenant, ROUTE, 200, 12)

    assert door.requests == 0
    assert read_timings(metrics_table(), tenant, 1)[1][ROUTE].requests == 2


def test_many_routes_of_many_tenants_fit_into_one_write(tenant: str, aws_calls: list[str]) -> None:
    door = a_door()
    for number in range(ROUTES_MOST):
        door.note(f"{tenant}{number}", ROUTE, 200, 12)

    assert aws_calls == ["TransactWriteItems"]
    assert read_timings(metrics_table(), f"{tenant}7", 24)[1][ROUTE].requests == 1


def test_what_cannot_be_written_is_lost_and_no_request_fails(tenant: str) -> None:
    from docchain.storage.table import Table

    door = Timings(Table(metrics_table().client, "no-such-table"), 1e9)
    door.note(tenant, ROUTE, 200, 12)
    door.flush()

    assert (door.requests, door.held) == (0, {})


def test_days_are_read_for_more_than_two_days(tenant: str) -> None:
    door = a_door()
    door.note(tenant, ROUTE, 200, 12)
    door.flush()

    since, found = read_timings(metrics_table(), tenant, 72)
    assert since.endswith("T00:00:00.000Z")
    assert found[ROUTE].requests == 1


def test_tenants_see_their_own(tenant: str) -> None:
    door = a_door()
    door.note(tenant, ROUTE, 200, 12)
    door.flush()

    assert read_timings(metrics_table(), f"{tenant}x", 24)[1] == {}
