"""What is to be said of a document, by what stands and not by what an event says: order and repeats do not matter."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from docchain.search.models import SearchCard
from docchain.search.repository import Situation
from docchain.search.state import DocumentState, DocumentStatus, Manifest


class Todo(StrEnum):
    NOTHING = "nothing"
    FULL = "full"
    CARD = "card"
    GONE = "gone"


@dataclass(frozen=True)
class Plan:
    document_id: str
    todo: Todo
    card: SearchCard | None = None
    before: DocumentState | None = None
    reindex: str | None = None
    """The rebuilding that this document was asked for by, when that has not counted it yet."""


def plan_for(situation: Situation, manifest: Manifest, document_id: str, reindex: str | None) -> Plan:
    before = situation.states.get(document_id)
    item = situation.cards.get(document_id)
    running = manifest.reindex.id if manifest.reindex and not manifest.reindex.finished_at else None
    # One of a rebuilding that is over, or that has counted this document, is an order like any other.
    counted = reindex if reindex == running and (before is None or before.reindex != reindex) else None
    if item is None:
        known = before is not None and before.status is not DocumentStatus.GONE
        return Plan(document_id, Todo.GONE if known or counted else Todo.NOTHING, None, before, counted)
    card = SearchCard.of(item)
    is_current = (
        before is not None
        and before.sha256 == card.sha256
        and before.status is not DocumentStatus.GONE
        and (before.status is not DocumentStatus.INDEXED or {m.model for m in manifest.writing()} <= set(before.models))
    )
    if counted or not is_current:
        return Plan(document_id, Todo.FULL, card, before, counted)
    changed = before is not None and before.status is DocumentStatus.INDEXED and before.card != card_hash(card)
    return Plan(document_id, Todo.CARD if changed else Todo.NOTHING, card, before)


def card_hash(card: SearchCard) -> str:
    said = card.model_dump(mode="json", exclude={"sha256"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
