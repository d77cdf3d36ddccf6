"""Asks each thing this stage leans on, once, for something cheap."""

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from docchain import aws
from docchain.clock import now
from docchain.observability import logger
from functions.api.health.dependencies import Settings
from functions.api.health.schemas import DetailedHealth, Service

_NOBODY = {"pk": {"S": "_health"}, "sk": {"S": "_"}}


def detailed(settings: Settings) -> DetailedHealth:
    services = {name: _probed(name, probe) for name, probe in _probes(settings).items()}
    healthy = all(s.status == "healthy" for s in services.values())
    return DetailedHealth(
        status="healthy" if healthy else "unhealthy",
        version=settings.version,
        environment=settings.environment,
        services=services,
        timestamp=now(),
    )


def ready(settings: Settings) -> bool:
    """One read of the table that every request leans on."""
    return _probed("identity", _probes(settings)["identity"]).status == "healthy"


def _probes(settings: Settings) -> dict[str, Callable[[], object]]:
    def reads(table: str) -> Callable[[], object]:
        return lambda: aws.dynamodb().get_item(TableName=table, Key=_NOBODY)

    return {
        "identity": reads(settings.identity_table),
        "workflows": reads(settings.workflows_table),
        "runs": reads(settings.runs_table),
        "documents": lambda: aws.s3().list_objects_v2(Bucket=settings.documents_bucket, MaxKeys=1, Prefix="_health"),
    }


def _probed(name: str, probe: Callable[[], object]) -> Service:
    started = time.perf_counter()
    try:
        probe()
    except (BotoCoreError, ClientError) as error:
        logger.warning("unhealthy", extra={"service": name}, exc_info=error)
        return Service(status="unhealthy", latency_ms=_since(started), error=type(error).__name__)
    return Service(status="healthy", latency_ms=_since(started))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
