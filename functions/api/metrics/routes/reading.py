"""Reading metrics by name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.metrics.catalogue import Filter
from docchain.metrics.deleting import delete_metric
from docchain.metrics.keys import Resolution
from docchain.metrics.limits import HOURS_MOST, NAME_PATTERN, POINTS_MOST
from docchain.metrics.models import MetricCategory, MetricType
from functions.api.metrics.dependencies import CanRead, CanWrite, Metrics
from functions.api.metrics.schemas.reading import DeletedMetric, MetricPoint, MetricSummary
from functions.api.metrics.service import reading

router = APIRouter(prefix="/api/v3/metrics/metrics", tags=["metrics"], responses=ERROR_RESPONSES)

Name = Annotated[str, Path(pattern=NAME_PATTERN)]
Hours = Annotated[float, Query(gt=0, le=HOURS_MOST)]


async def _filter(metric_type: MetricType | None = None, category: MetricCategory | None = None) -> Filter:
    return Filter(metric_type, category)


Wanted = Annotated[Filter, Depends(_filter)]


@router.get("", summary="Every series that was written to lately, by name")
async def list_metrics(
    request: Request,
    response: Response,
    caller: CanRead,
    metrics: Metrics,
    wanted: Wanted,
    time_range_hours: Hours = 24,
    limit: Annotated[int, Query(ge=1, le=POINTS_MOST)] = POINTS_MOST,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> dict[str, list[MetricPoint]]:
    points, following = reading.newest_of_all(
        metrics, caller.tenant_id, wanted, time_range_hours, limit=limit, cursor=cursor
    )
    link_next(request, response, following)
    return points


@router.get("/{metric_name}", summary="Points of a metric, newest first")
async def read_metric(
    metric_name: Name,
    request: Request,
    response: Response,
    paging: Pages,
    caller: CanRead,
    metrics: Metrics,
    wanted: Wanted,
    resolution: Resolution = "minute",
) -> list[MetricPoint]:
    points, cursor = reading.points_of(
        metrics, caller.tenant_id, metric_name, wanted, resolution, limit=paging.limit, cursor=paging.cursor
    )
    link_next(request, response, cursor)
    return points


@router.get("/{metric_name}/summary", summary="Count, sum, bounds and quantiles over the last hours")
async def read_metric_summary(
    metric_name: Name, caller: CanRead, metrics: Metrics, wanted: Wanted, time_range_hours: Hours = 24
) -> MetricSummary:
    return reading.summary_of(metrics, caller.tenant_id, metric_name, wanted, time_range_hours)


@router.delete("/{metric_name}", summary="Forget a metric with all its series")
async def delete_one_metric(metric_name: Name, caller: CanWrite, metrics: Metrics) -> DeletedMetric:
    return DeletedMetric(
        name=metric_name, series_deleted=delete_metric(metrics, caller.tenant_id, metric_name, caller.username)
    )
