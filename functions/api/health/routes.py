"""Routes of health: open to everybody, and saying nothing that an attacker could use."""

from fastapi import APIRouter

from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.errors import DependencyUnavailable
from functions.api.health import service
from functions.api.health.dependencies import Configured
from functions.api.health.schemas import DetailedHealth, Health, Readiness, Welcome

router = APIRouter(tags=["health"], responses=ERROR_RESPONSES, dependencies=[PUBLIC])


@router.get("/", summary="Where things are")
async def welcome(settings: Configured) -> Welcome:
    return Welcome(
        name="Document Workflow Chain",
        version=settings.version,
        environment=settings.environment,
        docs="/docs",
        openapi="/openapi.json",
    )


@router.get("/health", summary="Is it there")
@router.get("/status", summary="Is it there")
@router.get("/api/v3/health", summary="Is it there")
async def read_health(settings: Configured) -> Health:
    return Health(status="healthy", version=settings.version, environment=settings.environment)


@router.get("/api/v3/health/live", summary="Does the process run")
async def read_liveness(settings: Configured) -> Readiness:
    return Readiness(status="alive", version=settings.version)


@router.get("/api/v3/health/ready", summary="Can it serve; 503 when not")
async def read_readiness(settings: Configured) -> Readiness:
    if not service.ready(settings):
        raise DependencyUnavailable("The identity table does not answer; requests would fail.")
    return Readiness(status="ready", version=settings.version)


@router.get("/api/v3/health/detailed", summary="What it leans on, and how fast each answers")
async def read_detailed_health(settings: Configured) -> DetailedHealth:
    return service.detailed(settings)
