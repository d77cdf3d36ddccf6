"""Proofs made from the kept tree: that an entry is in it, and that a later tree grew out of an earlier one."""

import re
from typing import Any

from docchain.audit import keys
from docchain.audit.broken import ChainBroken, NotSignedYet, SignedHeadNotFound
from docchain.audit.errors import EntryNotFound
from docchain.audit.heads import SIGNED, Heads, tile_key, tree_key
from docchain.audit.items import to_entry
from docchain.audit.merkle import Span, consistency_spans, inclusion_spans, nodes_of, proof_of
from docchain.audit.tiles import node_in, tile_of
from docchain.errors import invalid
from docchain.verify import proofs as rules
from docchain.verify.answers import Answer
from docchain.verify.faults import Fault, Wrong
from docchain.verify.heads import SignedHead

_ENTRY_ID = re.compile(r"audit_([1-9][0-9]{0,11})")


def seq_of(entry_id: str) -> int:
    """``audit_17`` → 17. Raises ``ValidationFailed``."""
    match = _ENTRY_ID.fullmatch(entry_id)
    if match is None:
        raise invalid("id", "is of the form audit_17")
    return int(match[1])


def prove_inclusion(heads: Heads, tenant_id: str, seq: int) -> dict[str, Any]:
    """A file that ``docchain.verify`` takes. Two reads.

    Raises ``EntryNotFound``, ``NotSignedYet``, and ``ChainBroken`` when the entry is no longer what was signed.
    """
    at = (keys.entries(tenant_id, seq), keys.entry(seq))
    signed = (keys.chain(tenant_id), SIGNED)
    found = heads.table.get_many([at, signed], consistent=True)
    head: SignedHead | None = found[signed]["head"] if signed in found else None
    if at not in found:
        if head and seq <= head["size"]:
            raise ChainBroken(Fault(Wrong.TRUNCATED, "it is missing, though it was signed", seq))
        raise EntryNotFound(seq)
    if head is None or seq > head["size"]:
        raise NotSignedYet(seq)
    path = _path(heads, tenant_id, inclusion_spans(seq - 1, head["size"]))
    file = {
        "format": rules.INCLUSION,
        "tenant_id": tenant_id,
        "entry": to_entry(found[at]).model_dump(mode="json"),
        "inclusion": path,
        "head": dict(head),
        "keys": heads.signer.jwks,
    }
    return _checked(file, rules.check_inclusion(file, heads.signer.public_keys))


def prove_consistency(heads: Heads, tenant_id: str, first: int, second: int) -> dict[str, Any]:
    """A file that ``docchain.verify`` takes: ``first`` and ``second`` are sizes of signed heads. Two reads."""
    if first > second:
        raise invalid("second", "is a head over at least as many entries as first")
    pk = keys.chain(tenant_id)
    found = heads.table.get_many([(pk, tree_key(size)) for size in (first, second)])
    for size in (first, second):
        if (pk, tree_key(size)) not in found:
            raise SignedHeadNotFound(size)
    file = {
        "format": rules.CONSISTENCY,
        "tenant_id": tenant_id,
        "first": found[pk, tree_key(first)]["head"],
        "second": found[pk, tree_key(second)]["head"],
        "consistency": _path(heads, tenant_id, consistency_spans(first, second)),
        "keys": heads.signer.jwks,
    }
    return _checked(file, rules.check_consistency(file, heads.signer.public_keys))


def _path(heads: Heads, tenant_id: str, spans: list[Span]) -> list[str]:
    pk = keys.chain(tenant_id)
    tiles = {tile_of(node) for span in spans for node in nodes_of(span)}
    found = heads.table.get_many((pk, tile_key(tile)) for tile in sorted(tiles)) if tiles else {}
    kept = {tile: found[pk, tile_key(tile)]["hashes"] for tile in tiles if (pk, tile_key(tile)) in found}
    try:
        return [h.hex() for h in proof_of(spans, lambda node: node_in(kept[tile_of(node)], node))]
    except LookupError:
        raise ChainBroken(Fault(Wrong.CONTENT, "a part of the kept tree is missing")) from None


def _checked(file: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """What we hand out is what its reader will check: a proof that fails is an alarm, and no answer."""
    if answer.fault:
        raise ChainBroken(answer.fault)
    return file
