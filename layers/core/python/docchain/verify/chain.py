"""A chain of entries: each as it was written, each behind the one before it, none missing."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.audit.hashing import PERSONAL, PLAIN, hash_entry
from docchain.verify.commitments import SEALED, is_as_committed
from docchain.verify.faults import Fault, Wrong

_FIELDS: Final = frozenset((*PLAIN, *PERSONAL, "hash"))


def entry_fault(entry: Any, tenant_id: str, seq: int, previous_hash: str | None) -> Fault | None:
    """What is wrong with what should be entry ``seq``; ``previous_hash`` is ``None`` where a file begins midway."""
    return (
        _shape_fault(entry, seq)
        or _place_fault(entry, tenant_id, seq)
        or content_fault(entry, seq)
        or _link_fault(entry, seq, previous_hash)
    )


def content_fault(entry: Mapping[str, Any], seq: int) -> Fault | None:
    """Of an entry by itself: its personal values against their commitments, and the whole against its hash."""
    for field in PERSONAL:
        if not is_as_committed(entry[field]):
            return Fault(Wrong.COMMITMENT, f"{field} is not the value that was committed to", seq, field)
    if hash_entry(entry, {field: entry[field]["commitment"] for field in PERSONAL}) != entry["hash"]:
        return Fault(Wrong.HASH, "its content does not have the hash that it was written with", seq, "hash")
    return None


def _shape_fault(entry: Any, seq: int) -> Fault | None:
    if not isinstance(entry, Mapping) or set(entry) != _FIELDS:
        names = sorted(set(entry) ^ _FIELDS) if isinstance(entry, Mapping) else []
        says = f"a field is missing or not of an entry: {', '.join(names)}" if names else "it is not an entry"
        return Fault(Wrong.SHAPE, says, seq, names[0] if names else None)
    for field in PERSONAL:
        sealed = entry[field]
        if not isinstance(sealed, Mapping) or set(sealed) != SEALED or not isinstance(sealed["commitment"], str):
            return Fault(Wrong.SHAPE, f"{field} has not value, salt and commitment", seq, field)
    return None


def _place_fault(entry: Mapping[str, Any], tenant_id: str, seq: int) -> Fault | None:
    found = entry["seq"]
    if type(found) is not int:
        return Fault(Wrong.SHAPE, "its number is not a number", seq, "seq")
    if found > seq:
        last = "" if found == seq + 1 else f" to {found - 1}"
        return Fault(Wrong.GAP, f"it is missing: entry {found} stands in its place (missing: {seq}{last})", seq, "seq")
    if found < seq:
        return Fault(Wrong.ORDER, f"entry {found} stands in its place: twice, or out of order", seq, "seq")
    if entry["tenant_id"] != tenant_id:
        return Fault(Wrong.TENANT, "it is of another tenant", seq, "tenant_id")
    return None


def _link_fault(entry: Mapping[str, Any], seq: int, previous_hash: str | None) -> Fault | None:
    if previous_hash is None or entry["previous_hash"] == previous_hash:
        return None
    says = f"it does not follow entry {seq - 1} as that stands now: one of the two was rewritten"
    return Fault(Wrong.LINK, says, seq, "previous_hash")
