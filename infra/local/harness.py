"""A stage for tests: started with ports of its own beside a developer's, stopped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local import deployment, stage
from infra.local.place import Place

TEST_PLACE = Place(name="test", port=8100, stage_port=4666, model_port=18180)


@dataclass
class StageHandle:
    place: Place

    @property
    def base_url(self) -> str:
        return self.place.base_url

    @property
    def ws_url(self) -> str:
        return self.place.ws_url

    @property
    def endpoint_url(self) -> str:
        return self.place.endpoint_url

    @property
    def outputs(self) -> dict[str, str]:
        return deployment.outputs(self.place)

    def client(self, service: str) -> Any:
        """A boto3 client of the stage."""
        return deployment.client(self.place, service)

    def restart(self) -> None:
        """A clean stop and a start, state kept; executions that were running come back as failed."""
        stage.stop(self.place)
        stage.start(self.place, model=False)


@contextmanager
def start_stage(name: str = "test", *, model: bool = False, fresh: bool = True) -> Iterator[StageHandle]:
    """``fresh`` begins without the state of an earlier run of the tests."""
    place = Place(name=name, port=TEST_PLACE.port, stage_port=TEST_PLACE.stage_port, model_port=TEST_PLACE.model_port)
    if fresh:
        stage.reset(place)
    stage.start(place, model=model)
    try:
        yield StageHandle(place)
    finally:
        stage.stop(place)
