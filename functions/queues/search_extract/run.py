"""One event: its documents are read and cut, and that is told. Again: the same chunks under the same name."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from docchain.documents.models import Document
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.search.cutting import cut
from docchain.search.facts import REINDEX, REINDEX_CONTINUED, chunked, documents_of, requested
from docchain.search.handover import put_chunks
from docchain.search.models import Chunked
from docchain.search.rebuilding import Rebuilding
from docchain.search.repository import SearchRepository
from docchain.search.state import DocumentStatus
from docchain.storage.items import Item
from docchain.storage.outbox import event_item

SECONDS_MOST = 120
PER_TRANSACTION = 50


@dataclass(frozen=True)
class Reader:
    repository: SearchRepository
    contents: ContentStore
    rebuilding: Rebuilding


def cut_documents(event: Event, reader: Reader) -> None:
    if event.type in {REINDEX, REINDEX_CONTINUED}:
        reader.rebuilding.go_on(event.tenant_id, event)
        return
    ids = documents_of(event)
    if len(ids) > 1:
        # A node that split a document made hundreds: each is an order of its own.
        _request(event.tenant_id, ids, reader)
    elif ids:
        _cut_one(event, ids[0], reader)


def _request(tenant_id: str, ids: Sequence[str], reader: Reader) -> None:
    table = reader.repository.table
    for start in range(0, len(ids), PER_TRANSACTION):
        part = ids[start : start + PER_TRANSACTION]
        table.transact([table.putting(event_item(requested(tenant_id, i))) for i in part])


def _cut_one(event: Event, document_id: str, reader: Reader) -> None:
    tenant_id, reindex = event.tenant_id, event.data.get("reindex")
    situation = reader.repository.situation(tenant_id, [document_id])
    card, state = situation.cards.get(document_id), situation.states.get(document_id)
    if card is None and not reindex:
        return  # deleted meanwhile, which is told by itself
    is_cut = state is not None and card is not None and state.sha256 == card["sha256"]
    if card is not None and (reindex or not is_cut or (state and state.status is DocumentStatus.GONE)):
        put_chunks(reader.contents, tenant_id, document_id, _chunks(tenant_id, card, reader))
    sha256 = str(card["sha256"]) if card else ""
    told = chunked(tenant_id, document_id, sha256, reindex)
    reader.repository.table.put(event_item(told))


def _chunks(tenant_id: str, card: Item, reader: Reader) -> Chunked:
    document = Document.model_validate(card)
    try:
        data = reader.contents.get(tenant_id, document.sha256)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
            raise
        return Chunked(sha256=document.sha256, error="CONTENT_MISSING")
    return cut(document, data, time.monotonic() + SECONDS_MOST)
