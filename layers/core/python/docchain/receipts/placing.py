"""Where the end of a run is in the audit: its entry, and the proof that a signed head has it."""

from typing import Any

from docchain.audit import keys
from docchain.audit.broken import NotSignedYet
from docchain.audit.errors import EntryNotFound
from docchain.audit.heads import Heads
from docchain.audit.models import Entry
from docchain.audit.proofs import prove_inclusion


def seq_of_event(heads: Heads, tenant_id: str, event_id: str | None) -> int | None:
    """The number of an event's entry. The note that says so goes after 30 days: whoever asks keeps the answer."""
    seen = heads.table.get(keys.seen(tenant_id), event_id) if event_id else None
    return seen["seq"] if seen else None


def place_of(heads: Heads, tenant_id: str, seq: int | None) -> dict[str, Any] | None:
    """``None`` before the entry is written and signed over. Two reads."""
    if seq is None:
        return None
    try:
        proof = prove_inclusion(heads, tenant_id, seq)
    except (NotSignedYet, EntryNotFound):
        return None
    return {name: proof[name] for name in ("entry", "inclusion", "head")}


def without_persons(file: dict[str, Any]) -> dict[str, Any]:
    """The receipt for who may not read the audit: of the entry's personal fields the commitments, so it verifies."""
    if file["audit"] is None:
        return file
    entry = Entry.model_validate(file["audit"]["entry"])
    erased = {field: sealed.erased().model_dump(mode="json") for field, sealed in entry.personal.items()}
    return {**file, "audit": {**file["audit"], "entry": {**file["audit"]["entry"], **erased}}}
