"""A run's receipt: signed when it is first asked for, so that signing slows no run, and the same ever after."""

from dataclasses import dataclass
from typing import Any

from docchain.audit.heads import Heads
from docchain.clock import now
from docchain.documents.repository import DocumentRepository
from docchain.receipts.errors import ReceiptBroken, ReceiptTooLarge, RunNotEnded
from docchain.receipts.making import Entry, erased, head_over, make_entries
from docchain.receipts.placing import place_of, seq_of_event
from docchain.receipts.repository import RECORDS_MOST, Kept, ReceiptRepository
from docchain.runs.models import Run, RunStatus
from docchain.verify import receipts as rules
from docchain.workflows.versions import VersionRepository

ENDED = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.INTERRUPTED})


@dataclass(frozen=True)
class Receipts:
    kept: ReceiptRepository
    versions: VersionRepository
    documents: DocumentRepository
    heads: Heads

    def read(self, tenant_id: str, run: Run, actor: str) -> dict[str, Any]:
        """A file that ``docchain.verify`` takes. Raises ``RunNotEnded``, ``ReceiptTooLarge``, ``ReceiptBroken``."""
        if run.status not in ENDED:
            raise RunNotEnded(run.id, run.status.value)
        found = self.kept.find(tenant_id, run) or self._signed(tenant_id, run, actor)
        entries = self.kept.read_entries(tenant_id, found.name)
        seq = found.audit_seq
        if seq is None and (seq := seq_of_event(self.heads, tenant_id, run.end_event_id)):
            self.kept.remember_place(tenant_id, run, seq)
        place = place_of(self.heads, tenant_id, seq)
        return self._checked(_file(tenant_id, found, entries, place, self.heads.signer.jwks))

    def erase(self, tenant_id: str, run: Run, actor: str) -> dict[str, Any]:
        """The values that the receipt holds go, its hashes and signature stay. May be repeated."""
        file = self.read(tenant_id, run, actor)
        found = self.kept.find(tenant_id, run)
        if found is None:
            raise RunNotEnded(run.id, run.status.value)
        entries = [erased(entry, seq) for seq, entry in enumerate([file["run"], *file["records"]])]
        self.kept.erase(tenant_id, run, found.name, entries, actor)
        return self._checked({**file, "run": entries[0], "records": entries[1:]})

    def _signed(self, tenant_id: str, run: Run, actor: str) -> Kept:
        records = self.kept.read_records(tenant_id, run.id)
        if len(records) > RECORDS_MOST:
            raise ReceiptTooLarge(run.id, RECORDS_MOST)
        definition_hash = self.versions.read(tenant_id, run.workflow_id, run.version).content_hash
        made = [document_id for record in records for document_id in record.documents]
        documents = self.documents.read_many(tenant_id, made)
        entries = make_entries(tenant_id, run, definition_hash, records, documents)
        head = self.heads.signer.sign(head_over(tenant_id, run, entries, now()))
        self.kept.keep(tenant_id, run, head, entries, actor)
        found = self.kept.find(tenant_id, run)
        if found is None:
            raise RunNotEnded(run.id, run.status.value)
        return found

    def _checked(self, file: dict[str, Any]) -> dict[str, Any]:
        """What we hand out is what its reader will check."""
        answer = rules.check_receipt(file, self.heads.signer.public_keys)
        if answer.fault:
            raise ReceiptBroken(answer.fault)
        return file


def _file(
    tenant_id: str, kept: Kept, entries: list[Entry], place: dict[str, Any] | None, jwks: list[Any]
) -> dict[str, Any]:
    return {
        "format": rules.FORMAT,
        "tenant_id": tenant_id,
        "run": entries[0] if entries else None,
        "records": entries[1:],
        "head": kept.head,
        "audit": place,
        "keys": jwks,
    }
