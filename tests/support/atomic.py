"""Several hands at the same time; with the fixture ``atomic_calls``, as DynamoDB orders their calls."""

import threading
from collections.abc import Callable
from typing import Any


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each came to, in their order: its answer, or the exception that it raised."""
    results: list[Any] = [None] * len(jobs)
    start = threading.Barrier(len(jobs), timeout=30)

    def run(position: int, job: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[position] = job()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            results[position] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
