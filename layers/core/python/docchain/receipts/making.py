"""The entries of a receipt out of a run and its records: pure, but for the salts."""

from collections.abc import Iterable, Mapping
from typing import Any

from docchain.audit.hashing import GENESIS, commitment_to, new_salt
from docchain.audit.merkle import leaf_hash, tree_root
from docchain.documents.models import Document
from docchain.receipts.hashing import RECORD_PLAIN, RECORD_SEALED, RUN_PLAIN, RUN_SEALED, hash_receipt_entry
from docchain.runs.models import NodeRecord, Run
from docchain.verify import receipts as rules

Entry = dict[str, Any]
# Those of a document's card that say what it is; names are sealed with them.
_CARD = {"id", "filename", "media_type", "size", "sha256"}


def make_entries(
    tenant_id: str,
    run: Run,
    definition_hash: str,
    records: Iterable[NodeRecord],
    documents: Mapping[str, Document],
) -> list[Entry]:
    """The run, then its records in the order they began."""
    ordered = sorted(records, key=lambda r: (r.started_at, r.key, -1 if r.item is None else r.item))
    written = [_run_fields(run, definition_hash), *(_record_fields(run, r, documents) for r in ordered)]
    entries: list[Entry] = []
    for seq, fields in enumerate(written):
        names, sealed = (RUN_PLAIN, RUN_SEALED) if seq == 0 else (RECORD_PLAIN, RECORD_SEALED)
        previous = entries[-1]["hash"] if entries else GENESIS
        known = {**fields, "seq": seq, "previous_hash": previous}
        entry = {name: known[name] for name in names} | {name: _sealed(known[name]) for name in sealed}
        entries.append({**entry, "hash": hash_receipt_entry(entry, tenant_id, seq)})
    return entries


def head_over(tenant_id: str, run: Run, entries: list[Entry], moment: str) -> dict[str, Any]:
    """What is to be signed."""
    return {
        "format": rules.HEAD_FORMAT,
        "tenant_id": tenant_id,
        "run_id": run.id,
        "generation": run.generation,
        "size": len(entries),
        "root": tree_root(leaf_hash(bytes.fromhex(entry["hash"])) for entry in entries).hex(),
        "chain_hash": entries[-1]["hash"],
        "signed_at": moment,
    }


def erased(entry: Entry, seq: int) -> Entry:
    """Without its values and salts: the commitments stay, and with them the hash."""
    sealed = RUN_SEALED if seq == 0 else RECORD_SEALED
    gone = {name: {"value": None, "salt": None, "commitment": entry[name]["commitment"]} for name in sealed}
    return {**entry, **gone}


def _run_fields(run: Run, definition_hash: str) -> dict[str, Any]:
    told = run.model_dump(mode="json")
    return {
        **told,
        "run_id": run.id,
        "definition_hash": definition_hash,
        "parameters": run.params,
        "end_event_id": run.end_event_id,
    }


def _record_fields(run: Run, record: NodeRecord, documents: Mapping[str, Document]) -> dict[str, Any]:
    """Of a large output, which lies in the content store, its hash is all there is here."""
    told = record.model_dump(mode="json")
    cards = [_card(documents.get(document_id), document_id) for document_id in record.documents]
    return {"reused_from": None, **told, "run_id": run.id, "node": record.key, "documents": cards}


def _card(document: Document | None, document_id: str) -> dict[str, Any]:
    """A document that was deleted before the receipt was made is named and no more."""
    return document.model_dump(mode="json", include=_CARD) if document else {"id": document_id}


def _sealed(value: Any) -> dict[str, Any]:
    salt = new_salt()
    return {"value": value, "salt": salt, "commitment": commitment_to(value, salt)}
