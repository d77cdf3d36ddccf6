"""Events that a write left in its table, onto the bus: at least once, in batches. Consumers deduplicate by id."""

import time
from collections.abc import Iterator

from docchain.entrypoints.listener import Change
from docchain.events.models import Event
from docchain.observability import logger
from functions.listeners.outbox.bus import Bus, size_of

BATCH_MOST = 10
BATCH_BYTES_MOST = 256 * 1024
_ATTEMPTS = 4

Letter = tuple[str, Event]
"""An event and its sequence in the stream."""


def publish_events(changes: list[Change], bus: Bus) -> list[str]:
    """The sequences that the bus refused to the last; Lambda comes again from the first of them."""
    letters = [(change.sequence, _bounded(Event.model_validate(change.new["event"]))) for change in changes]
    refused: list[str] = []
    for batch in _batches(letters):
        refused += [sequence for sequence, _ in _put(batch, bus)]
    return refused


def _bounded(event: Event) -> Event:
    """One event may be larger than the bus takes. The fact still goes out; its subject says where to read the rest."""
    if size_of(event) <= BATCH_BYTES_MOST:
        return event
    logger.warning("event too large for the bus", extra={"event_id": event.id, "event_type": event.type})
    return event.model_copy(update={"data": {"too_large": True}})


def _batches(letters: list[Letter]) -> Iterator[list[Letter]]:
    batch: list[Letter] = []
    size = 0
    for letter in letters:
        weight = size_of(letter[1])
        if batch and (len(batch) == BATCH_MOST or size + weight > BATCH_BYTES_MOST):
            yield batch
            batch, size = [], 0
        batch.append(letter)
        size += weight
    if batch:
        yield batch


def _put(batch: list[Letter], bus: Bus) -> list[Letter]:
    """Tries again with those refused only: what was taken is not sent twice for the sake of a neighbour."""
    for attempt in range(_ATTEMPTS):
        batch = [batch[position] for position in bus.put([event for _, event in batch])]
        if not batch:
            break
        time.sleep(0.05 * 2**attempt)
    return batch
