"""The doors of listeners: DynamoDB streams and rules of the bus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docchain.entrypoints.invocation import invocation
from docchain.events.models import Event
from docchain.observability import logger
from docchain.storage.items import Item, decode_item


@dataclass(frozen=True)
class Change:
    """One stream record. ``sequence`` grows within a partition; ``name`` is INSERT, MODIFY or REMOVE."""

    name: str
    sequence: str
    new: Item


Handler = Callable[[dict[str, Any], Any], Any]


def stream_handler(handle: Callable[[list[Change]], list[str]]) -> Handler:
    """``handle`` takes a batch in order and answers the sequences it could not do; Lambda resumes at the first.

    What arrives again after that must be harmless: consumers deduplicate by event id or sequence.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        changes = [_change(record) for record in event["Records"]]
        with invocation("stream", context) as outcome:
            failed = handle(changes)
            outcome.note(records=len(changes), failed=len(failed))
        if failed:
            logger.warning("stream records left for another try", extra={"failed": len(failed)})
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}

    return door


def _change(record: dict[str, Any]) -> Change:
    image = record["dynamodb"].get("NewImage") or {}
    return Change(record["eventName"], record["dynamodb"]["SequenceNumber"], decode_item(image))


def event_handler(handle: Callable[[Event], None]) -> Handler:
    """For a rule of our bus: ``detail`` is our Event."""

    def door(event: dict[str, Any], context: Any) -> None:
        fact = Event.model_validate(event["detail"])
        with invocation("event", context, event_type=fact.type, event_id=fact.id, tenant=fact.tenant_id):
            handle(fact)

    return door


def notice_handler(handle: Callable[[dict[str, Any]], None]) -> Handler:
    """For a rule over AWS's own events (an execution changed its status): ``detail`` as AWS sends it."""

    def door(event: dict[str, Any], context: Any) -> None:
        with invocation("notice", context, event_type=event.get("detail-type")):
            handle(event["detail"])

    return door
