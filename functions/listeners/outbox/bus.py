"""The bus ``docchain``: one call of up to ten events, which may take some and refuse others."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docchain.events.models import Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "docchain"
TENANTS_SOURCE = "docchain.tenants"
"""Of events that tenants publish. No rule of ours listens to it: whatever they call theirs, it is none of ours."""
PUBLISHED = "tenant_event.published"


@dataclass(frozen=True)
class Bus:
    client: "EventBridgeClient" = field(repr=False)
    name: str

    def put(self, events: list[Event]) -> list[int]:
        """The positions of those that were refused."""
        answer = self.client.put_events(Entries=[self._entry(event) for event in events])
        return [position for position, entry in enumerate(answer["Entries"]) if "ErrorCode" in entry]

    def _entry(self, event: Event) -> "PutEventsRequestEntryTypeDef":
        if event.type == PUBLISHED:
            return {
                "EventBusName": self.name,
                "Source": TENANTS_SOURCE,
                "DetailType": event.data.get("detail_type", PUBLISHED),
                "Detail": _published(event),
                "Time": event.occurred_at,
            }
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": event.model_dump_json(),
            "Time": event.occurred_at,
        }


def _published(event: Event) -> str:
    """Whose it is stands beside what they say, and not in it."""
    told = {name: event.data.get(name) for name in ("workflow_id", "run_id", "node", "detail")}
    return json.dumps({"id": event.id, "tenant_id": event.tenant_id, **told}, ensure_ascii=False)


def size_of(event: Event) -> int:
    """Bytes of an entry as EventBridge counts them: detail, detail type, source and 14 for the time."""
    return len(event.model_dump_json().encode()) + len(event.type.encode()) + len(SOURCE) + 14
