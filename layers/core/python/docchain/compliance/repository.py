"""Reports: cards in the audit table, files in S3 under the hash of their content.

| pk | sk | what |
|---|---|---|
| ``{t}#audit#reports`` | report id (a ULID: sorted by time) | a report's card |
"""

from dataclasses import dataclass

from docchain.compliance.errors import ReportNotFound
from docchain.compliance.models import ReportCard
from docchain.events.models import Event
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Page, Table


@dataclass(frozen=True)
class ReportRepository:
    table: Table

    def add(self, tenant_id: str, card: ReportCard) -> None:
        """The card and the news of it are one write."""
        fact = Event(
            type="compliance.report_created",
            tenant_id=tenant_id,
            subject=f"compliance/reports/{card.id}",
            actor=card.created_by,
            data=card.model_dump(mode="json", include={"type", "format", "start_date", "end_date"}),
        )
        item = {"pk": _pk(tenant_id), "sk": card.id, "entity": "report", **card.model_dump(mode="json")}
        self.table.transact([self.table.putting(item), self.table.putting(event_item(fact))])

    def read(self, tenant_id: str, report_id: str) -> ReportCard:
        item = self.table.get(_pk(tenant_id), report_id)
        if item is None:
            raise ReportNotFound(report_id)
        return ReportCard.model_validate(item)

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[ReportCard], Page]:
        """Newest first."""
        page = self.table.query(_pk(tenant_id), limit=limit, start_key=start_key, forward=False)
        return [ReportCard.model_validate(item) for item in page.items], page

    def note_access(self, tenant_id: str, report_id: str, actor: str) -> None:
        """Before the file goes out: a report is full of other people's data."""
        fact = Event(
            type="data.accessed",
            tenant_id=tenant_id,
            subject=f"compliance/reports/{report_id}",
            actor=actor,
            data={"what": "compliance_report", "report": report_id},
        )
        self.table.put(event_item(fact))


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#audit#reports"
