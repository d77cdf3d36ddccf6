"""Events written as items beside the change they tell of; the table's stream carries them to the bus."""

from docchain.clock import epoch
from docchain.events.models import Event
from docchain.storage.items import Item

KEPT_SECONDS = 7 * 24 * 3600


def event_item(event: Event, *, pk: str | None = None, kept_seconds: int = KEPT_SECONDS) -> Item:
    """``pk`` when the event belongs to a partition whose order matters (a run); else the tenant's outbox."""
    return {
        "pk": pk or f"{event.tenant_id}#outbox",
        "sk": f"event#{event.id}" if pk else event.id,
        "entity": "event",
        "event": event.model_dump(mode="json"),
        "expires_at": epoch() + kept_seconds,
    }
