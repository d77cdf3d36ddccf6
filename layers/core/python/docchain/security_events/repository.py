"""Security events and their figures in DynamoDB: an event is kept and counted in one write, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from docchain.clock import epoch
from docchain.security_events import keys
from docchain.security_events.models import SecurityEvent
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

KEPT_DAYS: Final = 90
_KEPT_SECONDS = KEPT_DAYS * 24 * 3600
# Which of the figures that the API names an event moves.
_FIGURES: Final = {
    "user.logged_in": "total_logins",
    "user.login_failed": "failed_logins",
    "user.password_reset": "password_resets",
}
_PAGE = 200


@dataclass(frozen=True)
class SecurityEventRepository:
    """Over the table ``guard``."""

    table: Table

    def record(self, event: SecurityEvent, also: list[Action]) -> bool:
        """``also`` are writes that must be made with it and never twice. ``False`` when the event was here before."""
        item = {
            "pk": keys.events(event.tenant_id, event.day),
            "sk": event.id,
            "entity": "security_event",
            "expires_at": epoch() + _KEPT_SECONDS,
            **event.model_dump(mode="json", exclude={"tenant_id"}),
        }
        try:
            self.table.transact([self.table.putting(item, when=Attr("pk").not_exists()), self._counting(event), *also])
        except ConditionFailed:
            return False
        return True

    def figures(self, tenant_id: str) -> dict[str, int]:
        """``total_logins``, ``failed_logins``, ``password_resets``, ``security_events``, and ``type:…``."""
        item = self.table.get(keys.stats(tenant_id), keys.TOTALS) or {}
        return {k: v for k, v in item.items() if isinstance(v, int)}

    def newest(self, tenant_id: str, first: date, last: date, *, read_most: int) -> Iterator[SecurityEvent]:
        """Newest first, a day after the other; ends after ``read_most`` events were read."""
        day, left = last, read_most
        while day >= first and left > 0:
            start: Item | None = None
            while left > 0:
                pk = keys.events(tenant_id, day.isoformat())
                page = self.table.query(pk, limit=min(_PAGE, left), start_key=start, forward=False)
                left -= len(page.items)
                yield from (to_security_event(tenant_id, item) for item in page.items)
                start = page.next_key
                if start is None:
                    break
            day -= timedelta(days=1)

    def _counting(self, event: SecurityEvent) -> Action:
        figure = _FIGURES.get(event.event_type)
        moved = {"security_events": 1, f"severity:{event.severity.value}": 1, **({figure: 1} if figure else {})}
        return self.table.updating(
            keys.stats(event.tenant_id),
            keys.TOTALS,
            set_={"entity": "security_stats"},
            add={name.replace(":", "_"): by for name, by in moved.items()},
        )


def to_security_event(tenant_id: str, item: Item) -> SecurityEvent:
    return SecurityEvent.model_validate({**item, "tenant_id": tenant_id})
