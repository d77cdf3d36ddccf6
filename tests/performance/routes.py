"""Routes in this process, on moto: our own time per event, and the AWS calls each makes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from docchain.ids import new_ulid
from tests.performance import engine
from tests.performance.aws_time import AwsTime, noted
from tests.performance.figures import Figure, percentile
from tests.support.aws import an_account
from tests.support.client import TEMPLATE_CHAIN
from tests.support.rest import a_caller, a_context, rest_event

EVENTS = 200
OWN_MILLISECONDS = 1.0
READ_CALLS, WRITE_CALLS = 3, 5
BASE = "/api/v3/workflows"


class Bench:
    """A tenant with one workflow of five nodes and one run."""

    def __init__(self, aws: AwsTime) -> None:
        # Here, not above: handlers take the stream of their log from the moment they are imported.
        from functions.api.health.handler import handler as health
        from functions.api.workflows.handler import handler as workflows

        self.aws = aws
        self.caller = a_caller(f"t_{new_ulid()}")
        self.health, self.workflows = health, workflows
        self.workflow = self.answer(workflows, "POST", BASE, {"name": "W", "nodes": TEMPLATE_CHAIN})["id"]
        self.run = self.started()["id"]

    def started(self) -> Any:
        return self.answer(
            self.workflows, "POST", f"{BASE}/{self.workflow}/execute", {"parameters": {"topic": "speed"}}
        )

    def answer(self, handler: Any, method: str, path: str, body: Any = None) -> Any:
        event = rest_event(method, path, body, self.caller)
        answer = handler(event, a_context())
        assert answer["statusCode"] == 200, f"{method} {path}: {answer['body']}"
        return json.loads(answer["body"])

    def figures(
        self, handler: Any, method: str, path: str, body: Any = None, *, light: bool = False
    ) -> Iterator[Figure]:
        name = f"{method} {path.replace(str(self.workflow), '{id}')}"
        own, total = self._times(lambda: rest_event(method, path, body, self.caller), handler)
        calls = len(self.aws.operations)
        aim = OWN_MILLISECONDS if light else None
        note = f"p95 {percentile(own, 0.95):.2f} ms; with moto {percentile(total, 0.5):.1f} ms"
        yield Figure(f"{name} · own time p50", percentile(own, 0.5), "ms", aim, note=note)
        most = READ_CALLS if method == "GET" else WRITE_CALLS
        yield Figure(f"{name} · AWS calls", calls, "", most, note=", ".join(self.aws.operations) or "none")

    def _times(self, event: Callable[[], Any], handler: Any) -> tuple[list[float], list[float]]:
        own, total = [], []
        for number in range(EVENTS + 5):
            given = event()
            self.aws.clear()
            started = time.perf_counter()
            answer = handler(given, a_context())
            seconds = time.perf_counter() - started
            assert answer["statusCode"] == 200, answer["body"]
            if number >= 5:  # the first ones load what is loaded once
                own.append((seconds - self.aws.seconds) * 1000)
                total.append(seconds * 1000)
        return own, total


def measure() -> list[Figure]:
    figures: list[Figure] = []
    with redirect_stdout(StringIO()), an_account(), noted() as aws:  # the log is written, but nobody reads it here
        bench = Bench(aws)
        api = bench.workflows
        figures += bench.figures(bench.health, "GET", "/health", light=True)
        figures += bench.figures(api, "GET", BASE, light=True)
        figures += bench.figures(api, "GET", f"{BASE}/{bench.workflow}", light=True)
        figures += bench.figures(api, "GET", f"{BASE}/{bench.workflow}/nodes", light=True)
        figures += bench.figures(api, "GET", f"{BASE}/runs/{bench.run}", light=True)
        figures += bench.figures(api, "POST", BASE, {"name": "W"}, light=True)
        figures += bench.figures(api, "POST", f"{BASE}/{bench.workflow}/execute")
        figures += engine.figures(bench)
    return figures
