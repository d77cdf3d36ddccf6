"""A deployed local stage of its own ports, started once; tests keep apart by tenant."""

from collections.abc import Iterator

import pytest

from infra.local.harness import StageHandle, start_stage
from tests.support.client import Client


@pytest.fixture(scope="session")
def stage() -> Iterator[StageHandle]:
    with start_stage("test", model=True) as handle:
        yield handle


@pytest.fixture(scope="session")
def admin(stage: StageHandle) -> Client:
    return Client(stage.base_url, stage.ws_url).log_in()


@pytest.fixture
def user(admin: Client) -> Client:
    return admin.newcomer()
