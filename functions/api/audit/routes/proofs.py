"""Routes by which the audit proves itself, and the one by which it forgets persons."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from docchain.audit.erasure import request_erasure
from docchain.audit.heads import list_heads
from docchain.audit.passage import from_passage
from docchain.audit.proofs import prove_consistency, prove_inclusion, seq_of
from docchain.audit.verification import ENTRIES_PER_CALL, ENTRIES_PER_CALL_MOST, verify
from docchain.auth.caller import Caller
from docchain.entrypoints.access import LoggedIn, requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.errors import invalid
from docchain.events.models import Event
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.audit.dependencies import Audit, CanAudit, SignedHeads, Signing
from functions.api.audit.schemas.proofs import (
    ConsistencyView,
    ErasedView,
    EraseUser,
    HeadsView,
    HeadView,
    InclusionView,
    KeysView,
    SignedView,
    VerificationView,
)
from functions.api.audit.service.access import note_access

router = APIRouter(prefix="/api/v3/security/audit", tags=["audit"], responses=ERROR_RESPONSES)

CanSign = Annotated[Caller, Depends(requires("tenant:admin"))]
CanErase = Annotated[Caller, Depends(requires("users:admin"))]
Size = Annotated[int, Query(ge=1, le=10**12, description="The size of a signed head.")]


@router.get("/verify", summary="Check the chain, its signed heads, and those against what S3 has locked away")
async def verify_chain(
    request: Request,
    response: Response,
    caller: CanAudit,
    heads: SignedHeads,
    limit: Annotated[int, Query(ge=1, le=ENTRIES_PER_CALL_MOST)] = ENTRIES_PER_CALL,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> VerificationView:
    found = verify(heads, caller.tenant_id, from_passage(cursor), limit)
    link_next(request, response, found.cursor)
    return VerificationView.of(found)


@router.get("/proof/{entry_id}", summary="Prove that an entry is in the newest signed head")
async def read_proof(
    entry_id: Annotated[str, Path(max_length=30)], caller: CanAudit, heads: SignedHeads, audit: Audit
) -> InclusionView:
    proof = prove_inclusion(heads, caller.tenant_id, seq_of(entry_id))
    note_access(audit, caller, "audit_proof", entry=entry_id)
    return InclusionView.model_validate(proof)


@router.get("/consistency", summary="Prove that one signed head grew out of another")
async def read_consistency(first: Size, second: Size, caller: CanAudit, heads: SignedHeads) -> ConsistencyView:
    return ConsistencyView.model_validate(prove_consistency(heads, caller.tenant_id, first, second))


@router.get("/keys", summary="Public keys of signed heads and reports (RFC 7517)")
async def read_keys(caller: LoggedIn, signer: Signing) -> KeysView:  # noqa: ARG001  # any session, but a session
    return KeysView(keys=signer.jwks)


@router.get("/heads", summary="Signed heads, newest first")
async def read_heads(request: Request, response: Response, paging: Pages, caller: CanAudit, audit: Audit) -> HeadsView:
    scope = f"audit/heads/{caller.tenant_id}"
    start = from_cursor(paging.cursor, scope)
    found, before = list_heads(audit, caller.tenant_id, limit=paging.limit, before=start["before"] if start else None)
    cursor = to_cursor(None if before is None else {"before": before}, scope)
    link_next(request, response, cursor)
    return HeadsView(heads=[HeadView.model_validate(head) for head in found], next_cursor=cursor)


@router.post("/heads", summary="Sign a head now; else it is done daily")
async def sign_head(caller: CanSign, heads: SignedHeads) -> SignedView:
    fact = Event(type="audit.head_signed", tenant_id=caller.tenant_id, subject="audit/heads", actor=caller.username)
    head, is_new = heads.sign(caller.tenant_id, event=fact)
    return SignedView(head=HeadView.model_validate(head), is_new=is_new)


@router.post("/erase", summary="Erase a user's personal data from the record; proofs still hold")
async def erase_user(body: EraseUser, caller: CanErase, audit: Audit) -> ErasedView:
    if body.confirmation != f"erase {body.user_id}":
        raise invalid("confirmation", f"must be 'erase {body.user_id}': what is erased cannot be brought back")
    erasure = request_erasure(audit, caller.tenant_id, body.user_id, actor=caller.username)
    return ErasedView(
        user_id=body.user_id, erased=erasure.erased, is_complete=erasure.is_done, requested_at=erasure.requested_at
    )
