"""How long the tenant's calls took, by route."""

from typing import Annotated

from fastapi import APIRouter, Query

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.metrics.timings.reading import HOURS_MOST
from functions.api.metrics.dependencies import CanRead, Metrics
from functions.api.metrics.schemas.performance import PerformanceOverview, RoutePerformance
from functions.api.metrics.service import performance

router = APIRouter(prefix="/api/v3/metrics/performance", tags=["metrics"], responses=ERROR_RESPONSES)

Hours = Annotated[int, Query(ge=1, le=HOURS_MOST)]


@router.get("", summary="Percentiles and errors over all routes")
async def read_performance(caller: CanRead, metrics: Metrics, time_range_hours: Hours = 24) -> PerformanceOverview:
    return performance.overview(metrics, caller.tenant_id, time_range_hours)


@router.get("/routes", summary="Percentiles and errors of each route")
async def read_performance_of_routes(
    caller: CanRead,
    metrics: Metrics,
    time_range_hours: Hours = 24,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[RoutePerformance]:
    return performance.of_routes(metrics, caller.tenant_id, time_range_hours, limit)
