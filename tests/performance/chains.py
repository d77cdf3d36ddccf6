"""Chains of five template nodes on a stage, from the run's own clock: started_at to finished_at."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from tests.performance.figures import Figure, percentile
from tests.support.client import TEMPLATE_CHAIN, Client

WARMING, SEQUENTIAL, AT_ONCE = 10, 60, 50
ONE_MILLISECONDS, ALL_SECONDS = 60, 4


def measure(address: str) -> Iterator[Figure]:
    client = Client(address, address.replace("http", "ws", 1)).log_in()
    workflow = client.workflow(*TEMPLATE_CHAIN, name="bench")
    client.ok("POST", f"/api/v3/workflows/{workflow}/publish")
    for _ in range(WARMING):
        _completed(client.run(workflow, topic="speed"))
    busy = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
    inner, outer = _one_after_another(client, workflow)
    p50, p95 = percentile(inner, 0.5), percentile(inner, 0.95)
    yield Figure("one chain, start to completed, p50", p50, "ms", ONE_MILLISECONDS, note=busy)
    yield Figure("one chain, start to completed, p95", p95, "ms")
    yield Figure("one chain, as its caller waits, p50", percentile(outer, 0.5), "ms")
    _all_at_once(client, workflow)  # as many processes per function as it takes
    seconds, each = _all_at_once(client, workflow)
    yield Figure(f"{AT_ONCE} chains at once, to the last one's end", seconds, "s", ALL_SECONDS)
    yield Figure(f"{AT_ONCE} chains at once, each, p50", percentile(each, 0.5), "ms")


def _one_after_another(client: Client, workflow: int) -> tuple[list[float], list[float]]:
    inner, outer = [], []
    for _ in range(SEQUENTIAL):
        started = time.perf_counter()
        run = _completed(client.run(workflow, topic="speed"))
        outer.append((time.perf_counter() - started) * 1000)
        inner.append(_milliseconds(run))
    return inner, outer


def _all_at_once(client: Client, workflow: int) -> tuple[float, list[float]]:
    """From the first one's start to the last one's end, by their records; asked for by eight callers."""

    def start(_: int) -> int:
        return int(client.run(workflow, wait_seconds=0, topic="speed")["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(start, range(AT_ONCE)))
    runs = [_completed(client.wait_for_run(i, lambda r: r["status"] != "running", 60)) for i in ids]
    first, last = min(_moment(r["started_at"]) for r in runs), max(_moment(r["finished_at"]) for r in runs)
    return last - first, [_milliseconds(r) for r in runs]


def _completed(run: dict[str, Any]) -> dict[str, Any]:
    assert run["status"] == "completed", run
    return run


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _milliseconds(run: dict[str, Any]) -> float:
    return (_moment(run["finished_at"]) - _moment(run["started_at"])) * 1000
