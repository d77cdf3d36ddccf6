"""Threads against moto, which does not keep a transaction's members together when two threads write at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def one_call_at_a_time(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As DynamoDB orders its transactions; what the callers do between their calls still interleaves."""
    import botocore.client

    lock, send = threading.RLock(), botocore.client.BaseClient._make_api_call

    def ordered(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        with lock:
            return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", ordered)


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
