"""Which event of the bus is told in which room: the one table, which docs/realtime.md repeats and a test compares.

Of runs only their ends are here, for whoever asked for them: all else comes by the stream of their table, which keeps
their order (``numbering``).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from docchain.events.models import Event
from docchain.realtime import keys

Rooms = Callable[[Event], Iterator[str]]
_PERSON: Final = re.compile(r"users/([1-9][0-9]{0,14})")
# Said to nobody: what happened is told, and not how to find who did it.
UNTOLD: Final = frozenset({"session_id", "session_ids", "ip", "user_agent", "token_hash"})


def _workflow(fact: Event) -> Iterator[str]:
    if isinstance(number := fact.data.get("workflow_id"), int):
        yield keys.workflow_room(number)


def _person(fact: Event) -> Iterator[str]:
    """Whom it is about."""
    if isinstance(number := fact.data.get("user_id"), int):
        yield keys.user_room(number)
    elif named := _PERSON.match(fact.subject):
        yield keys.user_room(int(named[1]))


def _whoever_asked(fact: Event) -> Iterator[str]:
    """Whose request it came of."""
    if fact.cause and fact.cause.user_id:
        yield keys.user_room(fact.cause.user_id)


def _task(fact: Event) -> Iterator[str]:
    yield keys.task_room(fact.data["task_id"])


def _system(_: Event) -> Iterator[str]:
    yield keys.SYSTEM_ROOM


def _security(_: Event) -> Iterator[str]:
    yield keys.SECURITY_ROOM


# Not of being made: nobody is in its room before.
_WORKFLOW_NAMES = ("updated", "status_changed", "published", "rolled_back", "deleted")
_PERSON_NAMES = (
    *("user.password_changed", "user.password_reset", "user.roles_changed", "user.activated", "user.deactivated"),
    *("mfa.enrolled", "mfa.disabled", "mfa.recovery_code_used", "passkey.registered", "passkey.removed"),
    *("api_key.created", "api_key.rotated", "api_key.revoked"),
)
# What went wrong; that one fired is told by what it started, and may be true every second.
_SCHEDULE_NAMES = ("schedule.fire_failed", "schedule.fire_missed", "schedule.failed")
_SECURITY_NAMES = ("threat.detected", "threat.resolved", "address.blocked", "address.unblocked", "policies.changed")

TOLD_IN: Final[dict[str, tuple[str, tuple[Rooms, ...]]]] = {
    **{f"workflow.{name}": ("workflow_update", (_workflow,)) for name in _WORKFLOW_NAMES},
    **{f"node.{name}": ("node_update", (_workflow,)) for name in ("added", "updated", "deleted")},
    "user.logged_in": ("user_activity", (_person,)),
    **dict.fromkeys(_PERSON_NAMES, ("security_event", (_person,))),
    **dict.fromkeys(("login.locked", "refresh_token.reused"), ("security_event", (_person, _security))),
    **dict.fromkeys(_SECURITY_NAMES, ("security_event", (_security,))),
    **{f"approval.{name}": ("workflow_execution", (_workflow,)) for name in ("requested", "decided", "expired")},
    **dict.fromkeys(("run.completed", "run.failed", "run.cancelled"), ("workflow_execution", (_person,))),
    **dict.fromkeys(_SCHEDULE_NAMES, ("system_notification", (_person,))),
    **dict.fromkeys(("alert.fired", "alert.resolved"), ("system_notification", (_system,))),
    "ai_batch.completed": ("ai_processing", (_whoever_asked,)),
    **{f"task.{name}": ("system_notification", (_task,)) for name in ("started", "progressed", "waiting", "retrying")},
    **{f"task.{name}": ("system_notification", (_task, _person)) for name in ("completed", "failed", "cancelled")},
    "tenant.updated": ("system_notification", (_system,)),
}


def rooms_of(fact: Event) -> tuple[str, ...]:
    """None for an event that no room hears of, or that is nobody's: strangers at the door fill no room."""
    if fact.tenant_id == keys.ANONYMOUS:
        return ()
    _, finders = TOLD_IN.get(fact.type, ("", ()))
    return tuple(dict.fromkeys(room_id for find in finders for room_id in find(fact)))


def told_of(fact: Event) -> dict[str, Any]:
    return {"subject": fact.subject, **{k: v for k, v in fact.data.items() if k not in UNTOLD}}
