"""The ``Idempotency-Key`` header as a dependency of POST routes."""

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request

from docchain.entrypoints.access import current_caller
from docchain.storage.idempotency import IdempotencyKey

IdempotencyHeader = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]


async def _idempotency_key(request: Request, idempotency_key: IdempotencyHeader = None) -> IdempotencyKey | None:
    if idempotency_key is None:
        return None
    return IdempotencyKey(
        tenant_id=current_caller(request).tenant_id,
        operation=f"{request.method} {request.url.path}",
        key=idempotency_key,
        fingerprint=hashlib.sha256(await request.body()).hexdigest(),
    )


Idempotency = Annotated[IdempotencyKey | None, Depends(_idempotency_key)]
