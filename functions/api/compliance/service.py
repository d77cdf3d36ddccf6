"""Making a report: a head is signed first, so that what the report tells of can be proved."""

from docchain.audit.broken import NothingToSign
from docchain.audit.hashing import canonical_json
from docchain.audit.heads import Heads
from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.compliance.document import render_report
from docchain.compliance.models import Asked, ReportCard, ReportFormat
from docchain.compliance.proof import report_file, with_proof
from docchain.compliance.report import make_report
from docchain.ids import new_ulid
from docchain.verify.heads import SignedHead
from functions.api.compliance.dependencies import Sources


def create_report(world: Sources, caller: Caller, asked: Asked, form: ReportFormat) -> ReportCard:
    """Files first, then the card: a process that dies between them leaves files that nobody finds, and no lie.

    Raises ``ChainBroken``: no report is made from a record that was tampered with.
    """
    tenant_id, signer, head = caller.tenant_id, world.heads.signer, _head(world.heads, caller.tenant_id)
    report = make_report(
        new_ulid(),
        asked,
        tenant_id=tenant_id,
        by=caller.username,
        audit=world.heads.table,
        identity=world.identity,
        head=head,
    )
    file = report_file(signer, report, head)
    pdf_sha256 = None
    if form == ReportFormat.PDF:
        pdf = with_proof(signer, report, head, render_report(report, file))
        pdf_sha256 = world.contents.put_result(tenant_id, pdf)
    card = ReportCard(
        id=report["id"],
        format=form,
        created_at=now(),
        created_by=caller.username,
        head_size=head["size"] if head else None,
        json_sha256=world.contents.put_result(tenant_id, canonical_json(file)),
        pdf_sha256=pdf_sha256,
        **asked.model_dump(),
    )
    world.reports.add(tenant_id, card)
    return card


def _head(heads: Heads, tenant_id: str) -> SignedHead | None:
    try:
        return heads.sign(tenant_id)[0]
    except NothingToSign:
        return None
