"""The events of a run. They lie in the run's own partition, so the stream keeps their order."""

from typing import Any

from docchain.events.models import Event
from docchain.runs.keys import partition
from docchain.storage.items import Item
from docchain.storage.outbox import event_item

# As long as a room's history: after that the records themselves still tell the story.
KEPT_SECONDS = 30 * 24 * 3600


def run_event_item(tenant_id: str, run_id: int, workflow_id: int, kind: str, *, actor: str | None, **data: Any) -> Item:
    event = Event(
        type=kind,
        tenant_id=tenant_id,
        subject=f"runs/{run_id}",
        actor=actor,
        data={"workflow_id": workflow_id, "run_id": run_id, **data},
    )
    return event_item(event, pk=partition(tenant_id, run_id), kept_seconds=KEPT_SECONDS)


def event_of_node(tenant_id: str, run_id: int, workflow_id: int, kind: str, node: str, **data: Any) -> Event:
    """What a node tells besides that it ended; its completion carries it."""
    return Event(
        type=kind,
        tenant_id=tenant_id,
        subject=f"runs/{run_id}",
        data={"workflow_id": workflow_id, "run_id": run_id, "node": node, **data},
    )


def item_of(event: Event, run_id: int) -> Item:
    """In the run's own partition, so that it keeps its place among the run's events."""
    return event_item(event, pk=partition(event.tenant_id, run_id), kept_seconds=KEPT_SECONDS)


def node_event_item(tenant_id: str, run_id: int, workflow_id: int, kind: str, node: str, **data: Any) -> Item:
    return run_event_item(tenant_id, run_id, workflow_id, kind, actor=None, node=node, **data)
