"""A stage for tests: started with ports of its own beside a developer's, stopped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local import deployment, processes, stage
from infra.local.place import STACK, Place

TEST_PLACE = Place(name="test", port=8100, stage_port=4666, model_port=18180)


@dataclass
class StageHandle:
    place: Place
    model: bool = False

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

    def kill_workers(self, function: str) -> int:
        """SIGKILL for the processes of a function (``steps-document``), in the middle of what they do. How many."""
        return processes.kill_those_with(str(self.place.home / f"tmp/ministack-lambda-{STACK}-{function}-"))

    def restart(self) -> None:
        """A clean stop and a start, state kept; executions that were running come back as failed."""
        stage.stop(self.place)
        stage.start(self.place, model=self.model)


@contextmanager
def start_stage(name: str = "test", *, model: bool = False, fresh: bool = True) -> Iterator[StageHandle]:
    """``fresh`` begins without the state of an earlier run of the tests."""
    place = Place(name=name, port=TEST_PLACE.port, stage_port=TEST_PLACE.stage_port, model_port=TEST_PLACE.model_port)
    if fresh:
        stage.reset(place)
    stage.start(place, model=model)
    try:
        yield StageHandle(place, model)
    finally:
        stage.stop(place)
