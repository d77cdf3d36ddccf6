"""The tenant's metrics as Prometheus scrapes them."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.metrics.catalogue import read_cards
from docchain.metrics.exposition import OPEN_METRICS, TEXT, exposed
from functions.api.metrics.dependencies import CanRead, Metrics

router = APIRouter(prefix="/api/v3/metrics", tags=["metrics"], responses=ERROR_RESPONSES)

_EXAMPLE = (
    "# HELP custom_metric_total custom.metric\n"
    "# TYPE custom_metric_total counter\n"
    'custom_metric_total{metric_category="application"} 1.0\n'
)


@router.get(
    "/prometheus",
    summary="Totals in Prometheus's text format, or OpenMetrics for who accepts it",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": _EXAMPLE}, "application/openmetrics-text": {}}}},
)
async def scrape(
    caller: CanRead, metrics: Metrics, accept: Annotated[str, Header(max_length=1000)] = "text/plain"
) -> Response:
    is_open = "application/openmetrics-text" in accept.lower()
    text = exposed(read_cards(metrics, caller.tenant_id), open_metrics=is_open)
    return Response(text, media_type=OPEN_METRICS if is_open else TEXT)
