"""What of a run and its records is hashed, and how: only the standard library, so that anyone can compute it again.

``PLAIN`` fields are hashed as they are. Of ``SEALED`` fields only salted commitments are, so their values can be erased
and the receipt still holds: outputs, parameters and names of documents are personal as often as not, and a bare hash
of a short text tells the text to whoever guesses it. The run is entry 0, its records follow in the order they began.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from docchain.audit.hashing import canonical_json

RUN_PLAIN: Final = (
    "seq",
    "run_id",
    "workflow_id",
    "version",
    "definition_hash",
    "status",
    "generation",
    "started_at",
    "finished_at",
    "cost_usd",
    "end_event_id",
    "previous_hash",
)
RUN_SEALED: Final = ("started_by", "parameters", "error")
RECORD_PLAIN: Final = (
    "seq",
    "run_id",
    "node",
    "item",
    "node_id",
    "node_type",
    "effect_class",
    "status",
    "attempts",
    "started_at",
    "finished_at",
    "cost_usd",
    "reused_from",
    "previous_hash",
)
RECORD_SEALED: Final = (
    "output",
    "output_hash",
    "facts",
    "usage",
    "error",
    "config_hash",
    "input_hash",
    "documents",
    "decided",
)


def fields_of(seq: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Plain and sealed ones of an entry: the first is the run itself."""
    return (RUN_PLAIN, RUN_SEALED) if seq == 0 else (RECORD_PLAIN, RECORD_SEALED)


def hash_receipt_entry(entry: Mapping[str, Any], tenant_id: str, seq: int) -> str:
    """SHA-256 over the canonical JSON of the plain fields, the tenant, and the commitments to the sealed ones."""
    plain, sealed = fields_of(seq)
    hashed = {field: entry[field] for field in plain}
    hashed["tenant_id"] = tenant_id
    hashed["commitments"] = {field: entry[field]["commitment"] for field in sealed}
    return hashlib.sha256(canonical_json(hashed)).hexdigest()
