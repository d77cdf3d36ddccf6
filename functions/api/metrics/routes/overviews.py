"""The system now; these paths win over those with a metric's name."""

from fastapi import APIRouter

from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.metrics.dependencies import CanRead, OfFunctions, TheCollector
from functions.api.metrics.schemas.reading import ApplicationOverview, SystemOverview
from functions.api.metrics.service import overviews

router = APIRouter(prefix="/api/v3/metrics/metrics", tags=["metrics"], responses=ERROR_RESPONSES)


@router.get("/system/overview", summary="Processor, memory, disk and network of the function that answers")
async def read_system_overview(_: CanRead, collector: TheCollector, functions: OfFunctions) -> SystemOverview:
    return overviews.system_overview(collector, functions)


@router.get("/application/overview", summary="The process that answers")
async def read_application_overview(_: CanRead, collector: TheCollector) -> ApplicationOverview:
    return overviews.application_overview(collector)
