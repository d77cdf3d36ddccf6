"""Routes of batches."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.ai.batches.models import Batch
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.advanced_ai.dependencies import AiDesk, Batches, CanRead, CanWrite
from functions.api.advanced_ai.schemas.batches import BatchOrder
from functions.api.advanced_ai.service import batches as service

router = APIRouter(prefix="/api/v3/advanced/ai/batch", tags=["advanced ai"], responses=ERROR_RESPONSES)


@router.post("", summary="Up to a hundred tasks at once; what takes longer than the wait goes on by itself")
async def start_batch(body: BatchOrder, caller: CanWrite, desk: AiDesk, batches: Batches, key: Idempotency) -> Batch:
    return service.start_batch(desk, batches, caller, body, key)


@router.get("/{batch_id}", summary="How far a batch is, with every result there is")
async def read_batch(
    batch_id: Annotated[str, Path(pattern=r"^batch_[0-9A-HJKMNP-TV-Z]{26}$")], caller: CanRead, batches: Batches
) -> Batch:
    return batches.read(caller.tenant_id, batch_id)
