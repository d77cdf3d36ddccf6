"""Builders for the audit: a chain with entries, its signed heads, and the file that an export is."""

import os
from typing import Any

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.chain import Chain
from docchain.audit.heads import Heads
from docchain.audit.items import to_item
from docchain.audit.models import Head
from docchain.audit.sealing import seal
from docchain.audit.signing import AuditSigner
from docchain.audit.stretch import read_stretch
from docchain.clock import now
from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.identity.signing import signing_keys
from docchain.storage.table import Table

FEW = 10


def the_audit() -> Table:
    return Table(aws.dynamodb(), os.environ["AUDIT_TABLE"])


def the_signer() -> AuditSigner:
    return AuditSigner(signing_keys(aws.kms(), os.environ["AUDIT_KEYS"]))


def the_heads() -> Heads:
    return Heads(the_audit(), HeadArchive(aws.s3(), os.environ["AUDIT_BUCKET"]), the_signer())


def an_event(tenant_id: str, type: str = "user.updated", *, user_id: int = 7, **data: Any) -> Event:
    cause = Cause(request_id="r-1", ip="203.0.113.9", user_agent="pytest", user_id=user_id, username=f"user{user_id}")
    return Event(
        type=type, tenant_id=tenant_id, subject=f"users/{user_id}", actor=f"user{user_id}", cause=cause, data=data
    )


def written(tenant_id: str, count: int, **fields: Any) -> None:
    """So many entries more. Many are put one by one: moto copies all tables for each transaction."""
    events = [an_event(tenant_id, number=i, **fields) for i in range(count)]
    table, chain = the_audit(), Chain(the_audit())
    head = chain.head(tenant_id)
    if head.seq == 0 or count <= FEW:
        chain.append(tenant_id, events[:FEW])
        head, events = chain.head(tenant_id), events[FEW:]
    for event in events:
        entry = seal(event, head, now())
        head = Head(seq=entry.seq, hash=entry.hash, recorded_at=entry.recorded_at)
        table.put(to_item(entry))
    if events:
        table.update(f"{tenant_id}#audit", "head", set_=head.model_dump())


def entries_of(tenant_id: str) -> list[dict[str, Any]]:
    return [e.model_dump(mode="json") for e in read_stretch(the_audit(), tenant_id, 0, 100_000)]


def an_export(tenant_id: str) -> dict[str, Any]:
    """As GET …/audit/export gives it."""
    items = the_audit().query_all(f"{tenant_id}#audit", prefix="tree#", most=1000)
    return {
        "format": "docchain-audit/1",
        "tenant_id": tenant_id,
        "entries": entries_of(tenant_id),
        "heads": [item["head"] for item in items],
        "keys": the_signer().jwks,
    }


def tamper(of: str, seq: int, **changes: Any) -> None:
    """As somebody with the right to write the table would."""
    the_audit().update(f"{of}#audit#{seq // 10_000:06d}", f"{seq:012d}", set_=changes)


def vanish(tenant_id: str, *seqs: int) -> None:
    for seq in seqs:
        the_audit().delete(f"{tenant_id}#audit#{seq // 10_000:06d}", f"{seq:012d}")
