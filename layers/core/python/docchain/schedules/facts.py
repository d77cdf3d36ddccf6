"""Events of schedules: what was changed about one, and what a time that it was due came to."""

from typing import Any, Final

from docchain.events.models import Event
from docchain.schedules.models import Fire, FireState, Schedule
from docchain.schedules.targets import told

CREATED: Final = "schedule.created"
UPDATED: Final = "schedule.updated"
PAUSED: Final = "schedule.paused"
RESUMED: Final = "schedule.resumed"
CANCELLED: Final = "schedule.cancelled"
DELETED: Final = "schedule.deleted"
RUN_REQUESTED: Final = "schedule.run_requested"
FAILED: Final = "schedule.failed"
FIRED: Final = "schedule.fired"
FIRE_SKIPPED: Final = "schedule.fire_skipped"
FIRE_MISSED: Final = "schedule.fire_missed"
FIRE_SUCCEEDED: Final = "schedule.fire_succeeded"
FIRE_FAILED: Final = "schedule.fire_failed"
STARTED: Final = "scheduler.started"
STOPPED: Final = "scheduler.stopped"

# The one of a fire that is only written down at first is told when it is settled.
_OF_STATE: Final = {
    FireState.SKIPPED: FIRE_SKIPPED,
    FireState.MISSED: FIRE_MISSED,
    FireState.FAILED: FIRE_FAILED,
    FireState.CANCELLED: FIRE_FAILED,
    FireState.TIMED_OUT: FIRE_FAILED,
}


def schedule_event(tenant_id: str, kind: str, schedule: Schedule, actor: str | None, **data: Any) -> Event:
    known = schedule.definition
    named = {"schedule_id": schedule.id, "name": known.name, "schedule_type": known.type, "user_id": schedule.user_id}
    return Event(
        type=kind, tenant_id=tenant_id, subject=f"schedules/{schedule.id}", actor=actor, data={**named, **data}
    )


def fired_event(tenant_id: str, schedule: Schedule, fire: Fire) -> Event:
    """``schedule.fired`` says that it was due and is being done; of what was skipped or missed, that."""
    return schedule_event(
        tenant_id,
        _OF_STATE.get(fire.state, FIRED),
        schedule,
        fire.actor or None,
        **_of_fire(fire),
        target=told(schedule.definition.target),
    )


def settled_event(tenant_id: str, schedule_id: str, fire: Fire) -> Event:
    """Also of a schedule that was deleted while it was at work."""
    return Event(
        type=_OF_STATE.get(fire.state, FIRE_SUCCEEDED),
        tenant_id=tenant_id,
        subject=f"schedules/{schedule_id}",
        data={"schedule_id": schedule_id, "user_id": fire.user_id, **_of_fire(fire)},
    )


def _of_fire(fire: Fire) -> dict[str, Any]:
    fields = {
        "fire_id": fire.id,
        "fire_at": fire.fire_at,
        "trigger": fire.trigger,
        "state": fire.state.value,
        "reason": fire.reason,
        "started": fire.started or None,
        "error": fire.error,
        "count": fire.count if fire.state == FireState.MISSED else None,
    }
    return {name: value for name, value in fields.items() if value is not None}
