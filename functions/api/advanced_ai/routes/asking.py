"""Routes of the tasks that answer at once."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from docchain.ai.tasks.answers import Analyzed, AnyAnswer, Embedded, Extracted, Generated, Summarized, Translated
from docchain.ai.tasks.asked import AnalysisType, Analyze, Embed, Extract, Generate, Summarize, Translate
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.advanced_ai.dependencies import AiDesk, Board, CanWrite
from functions.api.advanced_ai.service import asking as service
from functions.api.advanced_ai.service.analysis import analysis_of

router = APIRouter(prefix="/api/v3/advanced/ai", tags=["advanced ai"], responses=ERROR_RESPONSES)


@router.post("/generate", summary="Write text, or JSON of a schema, from a prompt", response_model=Generated)
async def generate(body: Generate, caller: CanWrite, desk: AiDesk, board: Board) -> Generated:
    return service.generate(desk, board, caller, body)


@router.post("/analyze", summary="Analyse a text: in the query, or in the body with documents", response_model=Analyzed)
async def analyze(
    caller: CanWrite,
    desk: AiDesk,
    # A gateway takes 10 KB of request line and headers.
    text: Annotated[str | None, Query(max_length=4_000, description="Longer ones go into the body.")] = None,
    analysis_type: Annotated[AnalysisType | None, Query()] = None,
    provider: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    body: Annotated[Analyze | None, Body()] = None,
) -> AnyAnswer:
    return service.ask(desk, caller, analysis_of(text, analysis_type, provider, body))


@router.post("/summarize", summary="Say what a text says, in few sentences", response_model=Summarized)
async def summarize(body: Summarize, caller: CanWrite, desk: AiDesk) -> AnyAnswer:
    return service.ask(desk, caller, body)


@router.post("/extract", summary="What a text says, as JSON of your schema", response_model=Extracted)
async def extract(body: Extract, caller: CanWrite, desk: AiDesk) -> AnyAnswer:
    return service.ask(desk, caller, body)


@router.post("/translate", summary="Translate a text; needs a provider", response_model=Translated)
async def translate(body: Translate, caller: CanWrite, desk: AiDesk) -> AnyAnswer:
    return service.ask(desk, caller, body)


@router.post("/embeddings", summary="Vectors of up to a hundred texts")
async def embed(body: Embed, caller: CanWrite, desk: AiDesk) -> Embedded:
    return service.vectors(desk, caller, body)
