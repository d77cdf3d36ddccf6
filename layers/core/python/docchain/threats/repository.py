"""Threats in DynamoDB: found once, looked at newest first, resolved by a person."""

from dataclasses import dataclass
from typing import Final

from docchain.clock import epoch, from_iso, now
from docchain.errors import Conflict, NotFound
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table
from docchain.threats import keys
from docchain.threats.models import Threat
from docchain.threats.rule import Rule

_KEPT_SECONDS: Final = 365 * 24 * 3600
# An event may come again as long as dead letters are kept.
_AGAIN_SECONDS: Final = 15 * 24 * 3600


class ThreatNotFound(NotFound):
    def __init__(self, threat_id: str) -> None:
        super().__init__(f"There is no threat {threat_id}.")


class ThreatResolved(Conflict):
    code = "ALREADY_RESOLVED"

    def __init__(self, threat_id: str) -> None:
        super().__init__(f"The threat {threat_id} is resolved already.")


@dataclass(frozen=True)
class Once:
    """What is found once: by the time of the event, so that one that comes again later finds nothing new."""

    key: str
    expires_at: int

    @classmethod
    def of(cls, rule: Rule, subject: str, event: Event) -> "Once":
        length = rule.minutes * 60
        window = int(from_iso(event.occurred_at).timestamp()) // length
        each = rule.each(event) if rule.each else None
        key = "#".join([rule.name, subject, *([each] if each else []), str(window)])
        return cls(key, epoch() + length + _AGAIN_SECONDS)


@dataclass(frozen=True)
class ThreatRepository:
    """Over the table ``guard``."""

    table: Table

    def found(self, threat: Threat, once: Once, also: list[Action]) -> bool:
        """With the news of it. ``False`` when it was found before; then ``also`` is not written either."""
        mark = _mark(threat.tenant_id, once) | {"threat_id": threat.id}
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
        marking = self.table.putting(mark, when=Attr("pk").not_exists())
        try:
            self.table.transact([marking, self.table.putting(item), self.table.putting(event_item(told)), *also])
        except ConditionFailed:
            return False
        return True

    def know(self, tenant_id: str, once: Once) -> None:
        """It was there first, and is no finding when it comes again after others."""
        try:
            self.table.put(_mark(tenant_id, once), when=Attr("pk").not_exists())
        except ConditionFailed:
            return

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


def _mark(tenant_id: str, once: Once) -> Item:
    return {"pk": keys.found(tenant_id), "sk": once.key, "entity": "found", "expires_at": once.expires_at}


def to_threat(tenant_id: str, item: Item) -> Threat:
    return Threat.model_validate({**item, "tenant_id": tenant_id})
