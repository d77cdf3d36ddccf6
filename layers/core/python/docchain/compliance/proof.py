"""A report's own proof: its hash, signed with the audit's key, beside the hash of the head it was made from."""

import hashlib
from typing import Any

from docchain.audit.hashing import canonical_json
from docchain.audit.signing import AuditSigner, Signed
from docchain.clock import now
from docchain.compliance.models import Report
from docchain.verify import reports as rules
from docchain.verify.heads import SignedHead, head_hash


def report_file(signer: AuditSigner, report: Report, head: SignedHead | None) -> dict[str, Any]:
    """``docchain-compliance/1``, as ``docchain.verify`` takes it."""
    proof = _signed(signer, report, head, "application/json", canonical_json(report))
    return {
        "format": rules.FORMAT,
        "tenant_id": report["tenant_id"],
        "report": report,
        "head": dict(head) if head else None,
        "proof": proof,
        "keys": signer.jwks,
    }


def with_proof(signer: AuditSigner, report: Report, head: SignedHead | None, pdf: bytes) -> bytes:
    """The PDF with its proof behind it: a comment, and the ending of a PDF once more, so it still is one."""
    proof = _signed(signer, report, head, "application/pdf", pdf)
    key = next(jwk for jwk in signer.jwks if jwk["kid"] == proof["key_id"])
    return pdf + rules.PDF_MARK + canonical_json({"proof": proof, "key": key}) + b"\n" + rules.pdf_ending(pdf)


def _signed(signer: AuditSigner, report: Report, head: SignedHead | None, media_type: str, content: bytes) -> Signed:
    body = {
        "format": rules.PROOF_FORMAT,
        "tenant_id": report["tenant_id"],
        "report_id": report["id"],
        "media_type": media_type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "head_hash": head_hash(head) if head else None,
        "signed_at": now(),
    }
    return signer.sign(body)
