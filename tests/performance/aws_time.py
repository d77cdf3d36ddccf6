"""AWS calls of this process: which, and how long they took, so that our own time can be told from theirs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.client


@dataclass
class AwsTime:
    operations: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def clear(self) -> None:
        self.operations.clear()
        self.seconds = 0.0


@contextmanager
def noted() -> Iterator[AwsTime]:
    """Every call of every client, from the call of the method to its answer, botocore's own work included."""
    seen = AwsTime()
    send = botocore.client.BaseClient._make_api_call

    def timed(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        seen.operations.append(operation)
        started = time.perf_counter()
        try:
            return send(self, operation, arguments)
        finally:
            seen.seconds += time.perf_counter() - started

    botocore.client.BaseClient._make_api_call = timed
    try:
        yield seen
    finally:
        botocore.client.BaseClient._make_api_call = send
