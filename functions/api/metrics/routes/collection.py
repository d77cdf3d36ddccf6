"""Collection of system metrics: on, off, figures, health."""

from fastapi import APIRouter

from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.metrics.dependencies import CanAdminister, CanRead, Metrics, TheCollector
from functions.api.metrics.schemas.collection import MetricsHealth, MetricsStats, Turned
from functions.api.metrics.service import collection

router = APIRouter(prefix="/api/v3/metrics", tags=["metrics"], responses=ERROR_RESPONSES)


@router.post("/service/start", summary="Begin to collect system metrics every minute")
async def start_collection(caller: CanAdminister, metrics: Metrics, collector: TheCollector) -> Turned:
    return collection.start(metrics, collector, caller)


@router.post("/service/stop", summary="Collect no more system metrics")
async def stop_collection(caller: CanAdminister, metrics: Metrics) -> Turned:
    return collection.stop(metrics, caller)


@router.get("/service/stats", summary="What was recorded, and how much there may be")
async def read_statistics(caller: CanRead, metrics: Metrics) -> MetricsStats:
    return collection.stats(metrics, caller.tenant_id)


@router.get("/health", summary="Whether collection is on, and whether it is late")
async def read_health(caller: CanRead, metrics: Metrics) -> MetricsHealth:
    return collection.health(metrics, caller.tenant_id)
