"""Signed heads: what the chain was on a day, in a form that nobody can take back."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from docchain.audit.merkle import Frontier
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.reading import read_hash, require
from docchain.verify.signatures import Keys, signature_is_good, signed_bytes

FORMAT: Final = "docchain-head/1"
FIELDS: Final = (
    "format",
    "tenant_id",
    "date",
    "size",
    "root",
    "frontier",
    "chain_hash",
    "previous_head_hash",
    "signed_at",
    "key_id",
    "signature",
)

SignedHead = Mapping[str, Any]


def head_hash(head: SignedHead) -> str:
    """Of what was signed: a signature is random, and a second one over the same is as good."""
    return hashlib.sha256(signed_bytes(head)).hexdigest()


def frontier_of(head: SignedHead) -> Frontier:
    hashes = tuple(read_hash(text, "a hash of a head's frontier") for text in head["frontier"])
    return Frontier(head["size"], hashes)


def read_head(head: Any) -> SignedHead:
    """Raises ``Unreadable`` for what is not a head."""
    found = require(head, FIELDS, "a head")
    if found["format"] != FORMAT:
        raise Unreadable(f"a head is of the format {found['format']!r}, not {FORMAT}")
    if type(found["size"]) is not int or found["size"] < 1 or not isinstance(found["frontier"], list):
        raise Unreadable("a head has no size or frontier")
    for name in ("root", "chain_hash", "previous_head_hash"):
        read_hash(found[name], f"{name} of a head")
    return found


def head_fault(head: SignedHead, tenant_id: str, keys: Keys) -> Fault | None:
    """Of a head by itself."""
    name = name_of(head)
    if head["tenant_id"] != tenant_id:
        return Fault(Wrong.TENANT, f"{name} is of another tenant")
    if head["key_id"] not in keys:
        return Fault(Wrong.SIGNATURE, f"{name} is signed with the key {head['key_id']}, which is not among the keys")
    if not signature_is_good(head, keys):
        return Fault(Wrong.SIGNATURE, f"the signature of {name} is wrong: the head was changed, or is not ours")
    try:
        root = frontier_of(head).root
    except ValueError:
        return Fault(Wrong.HEAD, f"{name} has a frontier of another size")
    if root.hex() != head["root"]:
        return Fault(Wrong.HEAD, f"{name} has another root than its frontier")
    return None


def heads_fault(heads: Iterable[SignedHead], tenant_id: str, keys: Keys) -> Fault | None:
    """Of all heads together: each names the one before it, so none can be left out between two others."""
    before: SignedHead | None = None
    for head in heads:
        if fault := head_fault(head, tenant_id, keys):
            return fault
        if before is not None:
            if head["size"] <= before["size"]:
                return Fault(Wrong.ORDER, f"{name_of(head)} does not cover more than {name_of(before)} before it")
            if head["previous_head_hash"] != head_hash(before):
                return Fault(Wrong.HEAD, f"between {name_of(before)} and {name_of(head)} a head is missing")
        before = head
    return None


def name_of(head: SignedHead) -> str:
    return f"the head of {head['date']} over {head['size']} entries"
