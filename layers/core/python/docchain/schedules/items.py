"""Schedules and fires as items of the table, and by which of them the sweep finds what it has to look after."""

from datetime import timedelta
from typing import Final

from docchain.clock import epoch, from_iso, to_iso
from docchain.schedules import keys
from docchain.schedules.models import (
    HISTORY_DAYS,
    UNSETTLED,
    Fire,
    FireState,
    Schedule,
    ScheduleStatus,
)
from docchain.storage.items import Item

CLAIMED_GRACE: Final = timedelta(seconds=60)
"""A fire that was written down and has not moved on by then belongs to a worker that died."""


def schedule_item(tenant_id: str, schedule: Schedule) -> Item:
    pk, sk = keys.schedule(tenant_id, schedule.id)
    due = {}
    if schedule.status == ScheduleStatus.ACTIVE and schedule.due_at is not None:
        due = {"due_pk": keys.due_shard(schedule.id), "due_sk": schedule.due_at}
    return {
        "pk": pk,
        "sk": sk,
        "entity": "schedule",
        "tenant_id": tenant_id,
        "gsi_pk": keys.tenant_list(tenant_id),
        "gsi_sk": f"{schedule.created_at}#{schedule.id}",
        **due,
        **schedule.model_dump(mode="json"),
    }


def fire_item(tenant_id: str, fire: Fire) -> Item:
    """One that is at work is found by the sweep when it is time to look after it."""
    pk, sk = keys.fire(tenant_id, fire.schedule_id, fire.id)
    look_at = fire.look_at
    if fire.state == FireState.CLAIMED and look_at is None:
        look_at = to_iso(from_iso(fire.claimed_at) + CLAIMED_GRACE)
    due = {}
    if fire.state in UNSETTLED and look_at is not None:
        due = {"due_pk": keys.due_shard(fire.schedule_id), "due_sk": look_at}
    return {
        "pk": pk,
        "sk": sk,
        "entity": "fire",
        "tenant_id": tenant_id,
        "expires_at": history_end(),
        **due,
        **fire.model_dump(mode="json"),
    }


def answer_item(new: Schedule) -> Item:
    """The same for a key that comes again, whatever became of the schedule; nothing of what its target is given."""
    light = new.definition.model_copy(update={"target": None, "metadata": {}})
    return new.model_copy(update={"definition": light}).model_dump(mode="json", exclude_none=True)


def history_end() -> int:
    return epoch() + HISTORY_DAYS * 86_400
