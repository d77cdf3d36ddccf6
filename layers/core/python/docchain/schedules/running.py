"""What was started for a fire: noted beside it, followed while it is at work, and ended when its time is over."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.clock import from_iso, now, to_iso
from docchain.schedules.models import Fire, FireState
from docchain.schedules.repository import ScheduleRepository
from docchain.storage.table import Action

TIMED_OUT: Final = "TIMED_OUT"
LOOK_EVERY: Final = timedelta(hours=1)
"""An end that nobody heard of is found by then."""


def running_fire(fire: Fire, started: dict[str, Any], timeout: int | None) -> Fire:
    moment = now()
    changed = {"state": FireState.RUNNING, "started": started, "started_at": moment, "attempts": fire.attempts + 1}
    return with_look(fire.model_copy(update=changed), timeout)


def with_look(fire: Fire, timeout: int | None, within: timedelta = LOOK_EVERY) -> Fire:
    """Looked after when its time is over, and as often as ``within``."""
    look = datetime.now(UTC) + within
    ends = ends_at(fire, timeout)
    return fire.model_copy(update={"look_at": to_iso(min(look, ends) if ends else look)})


def ends_at(fire: Fire, timeout: int | None) -> datetime | None:
    if timeout is None or fire.started_at is None:
        return None
    return from_iso(fire.started_at) + timedelta(seconds=timeout)


def is_over(fire: Fire, timeout: int | None) -> bool:
    ends = ends_at(fire, timeout)
    return ends is not None and ends <= datetime.now(UTC)


def as_timed_out(
    fire: Fire, timeout: int | None, state: FireState, error: dict[str, Any] | None
) -> tuple[FireState, dict[str, Any] | None]:
    """What is stopped because its time is over may be heard to have ended before that is written down."""
    if state not in {FireState.CANCELLED, FireState.FAILED} or not is_over(fire, timeout):
        return state, error
    return FireState.TIMED_OUT, error or {"code": TIMED_OUT, "message": f"It took longer than {timeout} s."}


def noting(
    schedules: ScheduleRepository, tenant_id: str, fire: Fire, kind: str, identifier: object, timeout: int | None
) -> list[Action]:
    """Members of the transaction that makes the run or the task: neither is there without the other."""
    started = {"type": kind, f"{kind}_id": identifier}
    return [
        schedules.change_fire(tenant_id, fire, running_fire(fire, started, timeout)),
        schedules.linking(tenant_id, fire, kind, identifier),
    ]
