"""A report is made from the tables as they are, and from the chain up to the signed head that it names."""

from typing import Any

from docchain.clock import now
from docchain.compliance.access import read_access
from docchain.compliance.models import Asked, Report
from docchain.compliance.record import read_record
from docchain.storage.table import Table
from docchain.verify.heads import SignedHead


def make_report(
    report_id: str, asked: Asked, *, tenant_id: str, by: str, audit: Table, identity: Table, head: SignedHead | None
) -> Report:
    sections: dict[str, Any] = read_record(audit, tenant_id, asked, head["size"] if head else 0)
    if asked.with_access:
        sections["access"] = read_access(identity, tenant_id)
    return {
        "id": report_id,
        "tenant_id": tenant_id,
        "type": str(asked.type),
        "start_date": asked.start_date.isoformat(),
        "end_date": asked.end_date.isoformat(),
        "generated_at": now(),
        "generated_by": by,
        "audit_head": {"size": head["size"], "date": head["date"], "root": head["root"]} if head else None,
        **sections,
    }
