"""``docchain-receipt/1``: what a run did, record by record, under a signed head, and where its end is in the audit."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.audit.hashing import GENESIS
from docchain.audit.merkle import leaf_hash, tree_root
from docchain.receipts.hashing import fields_of, hash_receipt_entry
from docchain.verify.answers import Answer
from docchain.verify.commitments import SEALED, is_as_committed
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.proofs import INCLUSION, check_inclusion
from docchain.verify.reading import read_hash, require, require_list
from docchain.verify.signatures import Keys, signature_is_good

FORMAT: Final = "docchain-receipt/1"
FIELDS: Final = ("format", "tenant_id", "run", "records", "head", "audit", "keys")
HEAD_FORMAT: Final = "docchain-receipt-head/1"
HEAD_FIELDS: Final = (
    "format",
    "tenant_id",
    "run_id",
    "generation",
    "size",
    "root",
    "chain_hash",
    "signed_at",
    "key_id",
    "signature",
)
AUDIT_FIELDS: Final = ("entry", "inclusion", "head")


def check_receipt(file: dict[str, Any], keys: Keys) -> Answer:
    """The first record that differs is named."""
    receipt = require(file, FIELDS, "the receipt")
    tenant_id, run = receipt["tenant_id"], receipt["run"]
    entries = [run, *require_list(receipt["records"], "records")]
    head = _read_head(receipt["head"])
    fault = _entries_fault(entries, tenant_id) or _head_fault(head, entries, tenant_id, keys)
    if fault:
        return Answer((), fault)
    says = [
        f"Run {run['run_id']} ({run['status']}) and its {len(entries) - 1} records are as they were signed "
        f"at {head['signed_at']}."
    ]
    erased = sum(entry[f]["salt"] is None for n, entry in enumerate(entries) for f in fields_of(n)[1])
    if erased:
        says.append(f"{erased} values were erased since; their commitments still hold.")
    if receipt["audit"] is None:
        return Answer((*says, "The run's end has no place in a signed head of the audit yet: ask again after a day."))
    placed = _audit_answer(receipt["audit"], tenant_id, run, keys)
    return Answer((*says, *placed.says), placed.fault)


def name_of_entry(entry: Mapping[str, Any], seq: int) -> str:
    if seq == 0:
        return "the run itself"
    item = "" if entry.get("item") is None else f", item {entry['item']}"
    return f"node {entry.get('node')!r}{item}"


def _entries_fault(entries: list[Any], tenant_id: str) -> Fault | None:
    previous = GENESIS
    for seq, entry in enumerate(entries):
        fault = (
            _shape_fault(entry, seq)
            or _seal_fault(entry, seq)
            or _content_fault(entry, tenant_id, seq)
            or _place_fault(entry, entries[0], seq, previous)
        )
        if fault:
            return fault
        previous = entry["hash"]
    return None


def _shape_fault(entry: Any, seq: int) -> Fault | None:
    plain, sealed = fields_of(seq)
    wanted = {*plain, *sealed, "hash"}
    if not isinstance(entry, dict) or set(entry) != wanted:
        return Fault(Wrong.SHAPE, "a field is missing, or not of a record", seq)
    for field in sealed:
        value = entry[field]
        if not isinstance(value, dict) or set(value) != SEALED:
            return Fault(Wrong.SHAPE, f"{name_of_entry(entry, seq)}: {field} has not its seal", seq, field)
        read_hash(value["commitment"], f"the commitment to {field} of {name_of_entry(entry, seq)}")
    read_hash(entry["hash"], f"the hash of {name_of_entry(entry, seq)}")
    return None


def _seal_fault(entry: Mapping[str, Any], seq: int) -> Fault | None:
    for field in fields_of(seq)[1]:
        if not is_as_committed(entry[field]):
            says = f"{name_of_entry(entry, seq)}: {field} is not the value that was committed to"
            return Fault(Wrong.COMMITMENT, says, seq, field)
    return None


def _content_fault(entry: Mapping[str, Any], tenant_id: str, seq: int) -> Fault | None:
    name = name_of_entry(entry, seq)
    if hash_receipt_entry(entry, tenant_id, seq) != entry["hash"]:
        return Fault(Wrong.HASH, f"{name}: its content does not have the hash that it was signed with", seq, "hash")
    return None


def _place_fault(entry: Mapping[str, Any], run: Mapping[str, Any], seq: int, previous: str) -> Fault | None:
    name = name_of_entry(entry, seq)
    if entry["seq"] != seq or type(entry["seq"]) is not int:
        says = f"{name} stands in place {seq}, and is number {entry['seq']}: one is missing, twice or out of order"
        return Fault(Wrong.ORDER, says, seq, "seq")
    if entry["previous_hash"] != previous:
        says = f"{name} does not follow what stands before it: one of the two was changed"
        return Fault(Wrong.LINK, says, seq, "previous_hash")
    if entry["run_id"] != run["run_id"]:
        return Fault(Wrong.CONTENT, f"{name} is of another run", seq, "run_id")
    return None


def _read_head(head: Any) -> dict[str, Any]:
    found = require(head, HEAD_FIELDS, "the receipt's head")
    if found["format"] != HEAD_FORMAT:
        raise Unreadable(f"the receipt's head is of the format {found['format']!r}, not {HEAD_FORMAT}")
    return found


def _head_fault(head: dict[str, Any], entries: list[Any], tenant_id: str, keys: Keys) -> Fault | None:
    if not signature_is_good(head, keys):
        return Fault(Wrong.SIGNATURE, "the signature is wrong: the head was changed, or the key is another")
    run = entries[0]
    named = (head["tenant_id"], head["run_id"], head["generation"])
    if named != (tenant_id, run["run_id"], run["generation"]):
        return Fault(Wrong.HEAD, "the head was signed for another run")
    if head["size"] > len(entries):
        says = f"it is missing: {head['size'] - 1} records were signed, and the file has {len(entries) - 1}"
        return Fault(Wrong.TRUNCATED, says, len(entries))
    if head["size"] < len(entries):
        return Fault(Wrong.HEAD, f"only {head['size'] - 1} records were signed: it was added", head["size"])
    root = tree_root(leaf_hash(bytes.fromhex(entry["hash"])) for entry in entries)
    if (head["chain_hash"], head["root"]) != (entries[-1]["hash"], root.hex()):
        return Fault(Wrong.HEAD, "the records are not those that were signed: they were written anew")
    return None


def _audit_answer(audit: Any, tenant_id: str, run: Mapping[str, Any], keys: Keys) -> Answer:
    found = require(audit, AUDIT_FIELDS, "the place in the audit")
    answer = check_inclusion({"format": INCLUSION, "tenant_id": tenant_id, **found, "keys": []}, keys)
    if answer.fault is None and found["entry"]["event_id"] != run["end_event_id"]:
        fault = Fault(Wrong.CONTENT, "the audit's entry is not the one of this run's end", None, "event_id")
        return Answer((), fault)
    return Answer((f"Its end is entry {found['entry']['seq']} of the audit. " + answer.says[0],), answer.fault)
