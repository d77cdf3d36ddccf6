"""The world of the worker on moto, and orders that arrive when the test says."""

from collections.abc import Iterator

import pytest

from functions.queues.schedule_fires.dependencies import world


@pytest.fixture(autouse=True)
def fresh_world(aws_account: None) -> Iterator[None]:
    world.cache_clear()
    yield
    world.cache_clear()
