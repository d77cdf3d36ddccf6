"""The world of the worker on moto, a clock that stands still, and orders that arrive when the test says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from docchain.schedules.settling import Settling
from functions.listeners.schedule_ends import run as ends
from functions.queues.schedule_fires.dependencies import World, world
from functions.queues.schedule_webhooks.dependencies import world as webhooks
from functions.schedules.missed_fires import run as sweep
from tests.support.schedules import CALLS_QUEUE, Clock, Waiting, is_somebody


@pytest.fixture(autouse=True)
def fresh_world(aws_account: None) -> Iterator[None]:
    world.cache_clear()
    webhooks.cache_clear()
    yield
    world.cache_clear()
    webhooks.cache_clear()


@pytest.fixture(autouse=True)
def ada(tenant: str) -> str:
    """Who makes the schedules of these tests, an administrator."""
    is_somebody(tenant, 1, "admin")
    return tenant


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    found.install(monkeypatch)
    return found


@pytest.fixture
def waiting(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    found = Waiting(clock)
    monkeypatch.setattr(ends, "settling", lambda: Settling(world().schedules, found.orders()))
    monkeypatch.setattr(sweep, "orders", found.orders)
    return found


@pytest.fixture
def worker(waiting: Waiting) -> Iterator[World]:
    orders, real = waiting.orders(), world()
    settling = replace(real.starting.settling, orders=orders)
    calls = replace(real.starting.calls, sqs=waiting, queue_url=CALLS_QUEUE)
    starting = replace(real.starting, settling=settling, calls=calls)
    yield replace(real, orders=orders, firing=replace(real.firing, orders=orders), starting=starting)
