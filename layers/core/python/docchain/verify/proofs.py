"""``docchain-proof/1`` (an entry is in a signed tree) and ``docchain-consistency/1`` (a tree grew out of another)."""

from typing import Any, Final

from docchain.audit.merkle import includes, is_consistent, leaf_hash
from docchain.verify.answers import Answer
from docchain.verify.chain import entry_fault
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.heads import head_fault, name_of, read_head
from docchain.verify.reading import read_hash, require, require_list
from docchain.verify.signatures import Keys

INCLUSION: Final = "docchain-proof/1"
INCLUSION_FIELDS: Final = ("format", "tenant_id", "entry", "inclusion", "head", "keys")
CONSISTENCY: Final = "docchain-consistency/1"
CONSISTENCY_FIELDS: Final = ("format", "tenant_id", "first", "second", "consistency", "keys")


def check_inclusion(file: dict[str, Any], keys: Keys) -> Answer:
    proof = require(file, INCLUSION_FIELDS, "the proof")
    head, entry, tenant_id = read_head(proof["head"]), proof["entry"], proof["tenant_id"]
    seq = entry.get("seq") if isinstance(entry, dict) else None
    if type(seq) is not int:
        raise Unreadable("the entry has no number")
    path = [read_hash(text, "a hash of the proof") for text in require_list(proof["inclusion"], "inclusion")]
    fault = head_fault(head, tenant_id, keys) or entry_fault(entry, tenant_id, seq, None)
    if not fault:
        leaf = leaf_hash(read_hash(entry["hash"], "the entry's hash"))
        if not includes(bytes.fromhex(head["root"]), head["size"], seq - 1, leaf, path):
            fault = Fault(Wrong.INCLUSION, f"the proof does not lead from it to {name_of(head)}", seq)
    return Answer((f"Entry {seq} is as it was written, and is in {name_of(head)}.",), fault)


def check_consistency(file: dict[str, Any], keys: Keys) -> Answer:
    proof = require(file, CONSISTENCY_FIELDS, "the proof")
    first, second = read_head(proof["first"]), read_head(proof["second"])
    path = [read_hash(text, "a hash of the proof") for text in require_list(proof["consistency"], "consistency")]
    fault = head_fault(first, proof["tenant_id"], keys) or head_fault(second, proof["tenant_id"], keys)
    roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
    if not fault and not is_consistent(first["size"], roots[0], second["size"], roots[1], path):
        says = f"{name_of(second)} did not grow out of {name_of(first)}: something before it was changed"
        fault = Fault(Wrong.CONSISTENCY, says)
    return Answer((f"All that was in {name_of(first)} is unchanged in {name_of(second)}.",), fault)
