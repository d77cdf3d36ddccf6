"""What every invocation does around its work: log context, one line, metrics, and a last word on errors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from docchain.observability import logger, metrics


class Outcome:
    """Filled by the door as it learns more; written as one log line at the end."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def note(self, **fields: Any) -> None:
        self.fields.update(fields)


@contextmanager
def invocation(door: str, context: Any, **fields: Any) -> Iterator[Outcome]:
    """One structured line per invocation, written also when the work fails."""
    started = time.perf_counter()
    outcome = Outcome()
    logger.append_keys(request_id=context.aws_request_id, function=context.function_name, **fields)
    try:
        yield outcome
    finally:
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        logger.info(door, extra={**outcome.fields, "ms": milliseconds})
        count(context.function_name, milliseconds, outcome.fields.get("status"), outcome.fields.get("route"))
        logger.remove_keys(list(fields))


def count(function: str, milliseconds: float, status: Any, route: str | None = None) -> None:
    """``function`` is the one dimension, as CloudWatch bills each combination; the route is beside it, for queries."""
    metrics.add_dimension(name="function", value=function)
    if route:
        metrics.add_metadata(key="route", value=route)
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=milliseconds)
    if isinstance(status, int) and status >= 500:
        metrics.add_metric(name="ServerErrors", unit=MetricUnit.Count, value=1)
    elif isinstance(status, int) and status >= 400:
        metrics.add_metric(name="ClientErrors", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
