"""One read at most for what no schedule started; what one did is settled once, however often its end is told."""

from typing import Any

from docchain.events.models import Event
from docchain.schedules.ends import ORIGIN, STATE_OF
from functions.listeners.schedule_ends.dependencies import settling


def run(fact: Event) -> None:
    kind, _, _ = fact.type.partition(".")
    if kind == "task" and not str(fact.data.get("origin") or "").startswith(ORIGIN):
        return
    found = settling().schedules.find_started(fact.tenant_id, kind, fact.data[f"{kind}_id"])
    if found is None:
        return
    schedule_id, fire_id = found
    error: dict[str, Any] | None = fact.data.get("error")
    settling().settle(fact.tenant_id, schedule_id, fire_id, STATE_OF[fact.type], error)
