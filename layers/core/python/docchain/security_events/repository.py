"""Security events and their figures in DynamoDB: an event is kept and counted in one write, once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from docchain.clock import epoch
from docchain.security_events import keys
from docchain.security_events.figures import DayFigures, counted_as, to_day_figures
from docchain.security_events.models import SecurityEvent
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

KEPT_DAYS: Final = 90
_KEPT_SECONDS = KEPT_DAYS * 24 * 3600
# A day's figures outlive its events by the hours that zones and late events take.
_FIGURES_SECONDS = _KEPT_SECONDS + 3 * 24 * 3600
# Which of the figures that the API names an event moves.
_FIGURES: Final = {
    "user.logged_in": "total_logins",
    "user.login_failed": "failed_logins",
    "user.password_reset": "password_resets",
}
_PAGE = 200
# Members of a record's transaction before those of the windows.
_OWN = 3


@dataclass(frozen=True)
class SecurityEventRepository:
    """Over the table ``guard``."""

    table: Table

    def record(self, event: SecurityEvent, also: list[Action]) -> bool:
        """``also`` are writes that must be made with it and never twice. ``False`` when the event was here before.

        Raises ``ConditionFailed`` with the positions of those of ``also`` that failed; then nothing was written.
        """
        item = {
            "pk": keys.events(event.tenant_id, event.day),
            "sk": event.id,
            "entity": "security_event",
            "expires_at": epoch() + _KEPT_SECONDS,
            **event.model_dump(mode="json", exclude={"tenant_id"}),
        }
        keeping = self.table.putting(item, when=Attr("pk").not_exists())
        try:
            self.table.transact([keeping, self._counting(event), self._counting_day(event), *also])
        except ConditionFailed as error:
            if 0 in error.failed:
                return False
            raise ConditionFailed([position - _OWN for position in error.failed]) from None
        return True

    def figures(self, tenant_id: str) -> dict[str, int]:
        """``total_logins``, ``failed_logins``, ``password_resets``, ``security_events``; what is absent is 0."""
        summed: dict[str, int] = {}
        for item in self.table.query(keys.stats(tenant_id), prefix=keys.TOTALS).items:
            for name in ("security_events", *_FIGURES.values()):
                summed[name] = summed.get(name, 0) + item.get(name, 0)
        return summed

    def days(self, tenant_id: str, first: date, last: date) -> list[DayFigures]:
        """Those with events, the newest first. ``KEPT_DAYS`` at most are there: one page, or two."""
        items: list[Item] = []
        start: Item | None = None
        while True:
            page = self.table.query(keys.days(tenant_id), after=first.isoformat(), start_key=start)
            items += page.items
            start = page.next_key
            if start is None:
                break
        return [day for day in to_day_figures(items) if day.day <= last.isoformat()]

    def newest(self, tenant_id: str, days: Iterable[str], *, read_most: int) -> Iterator[SecurityEvent]:
        """Of the ``days``, in their order, newest first; ends after ``read_most`` events were read."""
        left = read_most
        for day in days:
            start: Item | None = None
            while left > 0:
                pk = keys.events(tenant_id, day)
                page = self.table.query(pk, limit=min(_PAGE, left), start_key=start, forward=False)
                left -= len(page.items)
                yield from (to_security_event(tenant_id, item) for item in page.items)
                start = page.next_key
                if start is None:
                    break

    def _counting(self, event: SecurityEvent) -> Action:
        figure = _FIGURES.get(event.source_type)
        return self.table.updating(
            keys.stats(event.tenant_id),
            keys.totals(event.id),
            set_={"entity": "security_stats"},
            add={"security_events": 1, **({figure: 1} if figure else {})},
        )

    def _counting_day(self, event: SecurityEvent) -> Action:
        return self.table.updating(
            keys.days(event.tenant_id),
            keys.day(event.day, event.id),
            set_={"entity": "security_stats", "expires_at": epoch() + _FIGURES_SECONDS},
            add={counted_as(event.severity, event.source_type): 1},
        )


def to_security_event(tenant_id: str, item: Item) -> SecurityEvent:
    return SecurityEvent.model_validate({**item, "tenant_id": tenant_id})
