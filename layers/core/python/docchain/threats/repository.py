"""Threats in DynamoDB: found once, looked at newest first, resolved by a person."""

from dataclasses import dataclass
from typing import Final

from docchain.clock import epoch, now
from docchain.errors import Conflict, NotFound
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table
from docchain.threats import keys
from docchain.threats.models import Threat

_KEPT_SECONDS: Final = 365 * 24 * 3600


class ThreatNotFound(NotFound):
    def __init__(self, threat_id: str) -> None:
        super().__init__(f"There is no threat {threat_id}.")


class ThreatResolved(Conflict):
    code = "ALREADY_RESOLVED"

    def __init__(self, threat_id: str) -> None:
        super().__init__(f"The threat {threat_id} is resolved already.")


@dataclass(frozen=True)
class ThreatRepository:
    """Over the table ``guard``."""

    table: Table

    def found(self, threat: Threat, also: list[Action]) -> bool:
        """With the news of it. ``False`` when it was found before; then ``also`` is not written either."""
        item = {
            "pk": keys.threats(threat.tenant_id),
            "sk": threat.id,
            "entity": "threat",
            "expires_at": epoch() + _KEPT_SECONDS,
            **threat.model_dump(mode="json", exclude={"tenant_id"}),
        }
        told = Event(
            type="threat.detected",
            tenant_id=threat.tenant_id,
            subject=f"threats/{threat.id}",
            data={
                "rule": threat.rule,
                "severity": threat.severity.value,
                "title": threat.title,
                "about": threat.subject,
                "recommendation": threat.recommendation,
            },
        )
        unseen = Attr("pk").not_exists()
        try:
            self.table.transact([self.table.putting(item, when=unseen), self.table.putting(event_item(told)), *also])
        except ConditionFailed:
            return False
        return True

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None = None) -> tuple[list[Threat], Page]:
        page = self.table.query(keys.threats(tenant_id), limit=limit, start_key=start_key, forward=False)
        return [to_threat(tenant_id, item) for item in page.items], page

    def resolve(self, tenant_id: str, threat_id: str, actor: str, comment: str | None) -> Threat:
        """Raises ``ThreatNotFound``, ``ThreatResolved``."""
        told = Event(
            type="threat.resolved",
            tenant_id=tenant_id,
            subject=f"threats/{threat_id}",
            actor=actor,
            data={"comment": comment},
        )
        pk = keys.threats(tenant_id)
        ended = {"resolved_at": now(), "resolved_by": actor, "comment": comment}
        unresolved = Attr("pk").exists() & Attr("resolved_at").not_exists()
        try:
            self.table.transact(
                [
                    self.table.updating(pk, threat_id, set_=ended, when=unresolved),
                    self.table.putting(event_item(told)),
                ]
            )
        except ConditionFailed:
            if self.table.get(pk, threat_id, consistent=True) is None:
                raise ThreatNotFound(threat_id) from None
            raise ThreatResolved(threat_id) from None
        item = self.table.get(pk, threat_id, consistent=True)
        if item is None:
            raise ThreatNotFound(threat_id)
        return to_threat(tenant_id, item)


def to_threat(tenant_id: str, item: Item) -> Threat:
    return Threat.model_validate({**item, "tenant_id": tenant_id})
