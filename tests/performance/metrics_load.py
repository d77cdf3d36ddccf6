"""Twenty writers and 100,000 increments of one counter at a stage, then what each way of reading it costs.

``python -m tests.performance.metrics_load http://127.0.0.1:8450``: of a tenant of its own; one increment too many or
too few is an aim missed.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.performance.figures import Figure, conclude, percentile, show
from tests.support.client import Client

WRITERS, INCREMENTS, BATCH = 20, 100_000, 500
BASE = "/api/v3/metrics"
READS = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.metrics_load")
    parser.add_argument("address")
    address = parser.parse_args().address
    conclude(show(f"{WRITERS} writers, {INCREMENTS} increments at {address}", measure(address)))


def measure(address: str) -> Iterator[Figure]:
    client = Client(address, address.replace("http", "ws", 1)).newcomer()
    batches = [BATCH] * (INCREMENTS // BATCH)
    times: list[float] = []

    def write(count: int) -> None:
        one = {"name": "load.things", "value": 1, "metric_type": "counter", "category": "application"}
        began = time.perf_counter()
        client.ok("POST", f"{BASE}/metrics/batch", {"metrics": [one] * count})
        times.append(1000 * (time.perf_counter() - began))

    write(1)
    times.clear()
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, batches))
    seconds = time.perf_counter() - began
    summary = client.ok("GET", f"{BASE}/metrics/load.things/summary?time_range_hours=720")
    yield Figure("increments that are missing or too many", abs(summary["sum"] - INCREMENTS - 1), "", 0)
    yield Figure("increments", INCREMENTS / seconds, "/s")
    yield Figure(f"a batch of {BATCH}, p50", percentile(times, 0.5), "ms")
    yield Figure(f"a batch of {BATCH}, p99", percentile(times, 0.99), "ms")
    for name, path in (
        ("a summary of 30 days", "metrics/load.things/summary?time_range_hours=720"),
        ("points of a day", "metrics/load.things"),
        ("a scrape", "prometheus"),
    ):
        yield Figure(f"{name}, p50", percentile(list(_timed(client, path)), 0.5), "ms")


def _timed(client: Client, path: str) -> Iterator[float]:
    for _ in range(READS):
        began = time.perf_counter()
        answer = client.call("GET", f"{BASE}/{path}")
        assert answer.status_code == 200, answer.text
        yield 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
