"""The stage that is measured: one that runs already, or one of its own ports for as long as it takes."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from infra.local import stage
from infra.local.place import Place
from tests.performance.figures import console

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def add_stage_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base-url", default=os.environ.get("BASE_URL"), help="a stage that runs already (BASE_URL)")
    parser.add_argument("--name", default="bench", help="name of the stage that is started otherwise")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--stage-port", type=int, default=4866)
    parser.add_argument("--model-port", type=int, default=18380)


@contextmanager
def the_stage(given: argparse.Namespace) -> Iterator[str]:
    """Its address. Only ever this machine's own: load on somebody else's is not ours to make."""
    if given.base_url:
        if urlsplit(given.base_url).hostname not in LOOPBACK:
            raise SystemExit(f"{given.base_url} is not on this machine; give the address of a local stage.")
        yield given.base_url.rstrip("/")
        return
    place = Place(given.name, given.port, given.stage_port, given.model_port)
    console.print(f"Starting a stage of its own at {place.base_url} …")
    stage.reset(place)
    stage.start(place, model=False)
    try:
        yield place.base_url
    finally:
        stage.stop(place)
