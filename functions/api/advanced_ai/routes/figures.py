"""Routes of models and figures."""

from fastapi import APIRouter

from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.advanced_ai.dependencies import AiDesk, AnswersCache, CanRead, Limits
from functions.api.advanced_ai.schemas.figures import AiStats, ModelsView
from functions.api.advanced_ai.service import figures as service

router = APIRouter(prefix="/api/v3/advanced", tags=["advanced ai"], responses=ERROR_RESPONSES)


@router.get("/ai/models", summary="Who can be asked, what each can do and costs, and how it fares")
async def read_models(caller: CanRead, desk: AiDesk, limits: Limits) -> ModelsView:
    return service.models(desk.gateway, limits, caller)


@router.get("/services/ai/stats", summary="What was asked of the AI beside workflows")
async def read_ai_stats(caller: CanRead, desk: AiDesk, cache: AnswersCache) -> AiStats:
    return service.stats(desk.counters, cache, desk.gateway, caller)
