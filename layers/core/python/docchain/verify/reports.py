"""``docchain-compliance/1``: a report that was signed, with the head of the audit that it was made from.

As PDF it carries the signature in a comment at its very end, over all bytes before: pages and attachments alike.
"""

import hashlib
from typing import Any, Final

from docchain.audit.hashing import canonical_json
from docchain.verify.answers import Answer
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.heads import head_fault, head_hash, name_of, read_head
from docchain.verify.reading import read_hash, read_json, require
from docchain.verify.signatures import Keys, read_key, signature_is_good

FORMAT: Final = "docchain-compliance/1"
FIELDS: Final = ("format", "tenant_id", "report", "head", "proof", "keys")
PROOF_FORMAT: Final = "docchain-compliance-proof/1"
PROOF_FIELDS: Final = (
    "format",
    "tenant_id",
    "report_id",
    "media_type",
    "sha256",
    "head_hash",
    "signed_at",
    "key_id",
    "signature",
)
"""``head_hash`` is ``None`` where nothing was on the record yet."""

PDF_MARK: Final = b"\n%docchain-proof "
_PDF_FIELDS: Final = ("proof", "key")


def check_report(file: dict[str, Any], keys: Keys) -> Answer:
    found = require(file, FIELDS, "the report's file")
    proof, tenant_id = _read_proof(found["proof"]), found["tenant_id"]
    fault = _proof_fault(proof, tenant_id, canonical_json(found["report"]), keys)
    says = [f"Report {proof['report_id']} is as it was signed at {proof['signed_at']}."]
    if found["head"] is None:
        if proof["head_hash"] is not None:
            fault = fault or Fault(Wrong.HEAD, "the head that the report was made from is missing")
        return Answer((*says, "No head of the audit had been signed then."), fault)
    head = read_head(found["head"])
    fault = fault or head_fault(head, tenant_id, keys)
    if head_hash(head) != proof["head_hash"]:
        fault = fault or Fault(Wrong.HEAD, f"{name_of(head)} is not the one that the report was made from")
    return Answer((*says, f"It was made from {name_of(head)}."), fault)


def check_pdf(data: bytes, pinned: Keys) -> Answer:
    """``pinned`` of nothing takes the key that the file brings."""
    content, mark, tail = data.rpartition(PDF_MARK)
    if not mark:
        raise Unreadable("it is a PDF without a proof of ours")
    line, _, ending = tail.partition(b"\n")
    carried = require(read_json(line), _PDF_FIELDS, "the proof")
    key = read_key(carried["key"])
    proof = _read_proof(carried["proof"])
    keys = pinned or {str(carried["key"]["kid"]): key}
    fault = _proof_fault(proof, proof["tenant_id"], content, keys)
    if pdf_ending(content) != ending or line != canonical_json(carried):
        fault = fault or Fault(Wrong.CONTENT, "something was written behind the proof")
    return Answer((f"The PDF of report {proof['report_id']} is as it was signed at {proof['signed_at']}.",), fault)


def pdf_ending(content: bytes) -> bytes:
    """A reader looks for the place of the cross-reference table in a PDF's last lines: so it stands there again."""
    place = content.rpartition(b"startxref")[2].split()
    return b"startxref\n" + (place[0] if place else b"0") + b"\n%%EOF\n"


def _read_proof(proof: Any) -> dict[str, Any]:
    found = require(proof, PROOF_FIELDS, "the proof")
    if found["format"] != PROOF_FORMAT:
        raise Unreadable(f"the proof is of the format {found['format']!r}, not {PROOF_FORMAT}")
    read_hash(found["sha256"], "the proof's sha256")
    return found


def _proof_fault(proof: dict[str, Any], tenant_id: Any, content: bytes, keys: Keys) -> Fault | None:
    if proof["tenant_id"] != tenant_id:
        return Fault(Wrong.TENANT, "the proof is of another tenant")
    if not signature_is_good(proof, keys):
        return Fault(Wrong.SIGNATURE, "the signature is wrong: the proof was changed, or the key is another")
    if hashlib.sha256(content).hexdigest() != proof["sha256"]:
        return Fault(Wrong.CONTENT, "the report is not the one that was signed: it was changed")
    return None
