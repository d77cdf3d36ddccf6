"""notify: the order for a letter or a room's message is written with the completion of its node."""

import re
from collections.abc import Callable

from docchain.errors import PermanentStepError
from docchain.nodes.kinds.notify import RECIPIENTS_MOST, ROOM_PATTERN, TEXT_MOST, Notify
from docchain.realtime.models import MESSAGE_BYTES_MOST
from docchain.runs.events import event_of_node
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.hashing import canonical

FindStrangers = Callable[[str, list[str]], list[str]]
"""Tenant and addresses → those that are nobody's of the tenant."""


class NotificationRefused(PermanentStepError):
    code = "NOTIFICATION_REFUSED"


def notify(strangers: FindStrangers, call: NodeCall) -> NodeResult:
    config: Notify = call.config
    if config.channel == "websocket":
        return _to_room(config, call)
    to = _addresses(config.to)
    if unknown := strangers(call.tenant_id, to):
        # The platform's sender is no relay: letters go to people who have an account.
        raise NotificationRefused(f"{len(unknown)} of {len(to)} addresses belong to nobody of this tenant.")
    subject, text = str(config.subject).strip(), str(config.text)
    if not subject or len(subject) > 200 or len(text) > TEXT_MOST or "\n" in subject or "\r" in subject:
        raise NotificationRefused(f"A subject is one line of at most 200 characters, a text has at most {TEXT_MOST}.")
    event = event_of_node(
        call.tenant_id,
        call.run_id,
        call.workflow_id,
        "mail.requested",
        call.node_key,
        to=to,
        subject=subject,
        text=text,
    )
    told = {"channel": "email", "state": "queued", "letter": event.id, "recipients": len(to)}
    return NodeResult(output=told, facts={"recipients": len(to)}, events=(event,))


def _to_room(config: Notify, call: NodeCall) -> NodeResult:
    asked = str(config.room)
    if not re.fullmatch(ROOM_PATTERN, asked):
        raise NotificationRefused("A room is run, workflow, or user_ID.")
    if not isinstance(config.data, dict) or len(canonical(config.data)) > MESSAGE_BYTES_MOST:
        raise NotificationRefused(f"The data is an object of at most {MESSAGE_BYTES_MOST} bytes of JSON.")
    room = {"run": f"run_{call.run_id}", "workflow": f"workflow_{call.workflow_id}"}.get(asked, asked)
    event = event_of_node(
        call.tenant_id,
        call.run_id,
        call.workflow_id,
        "notification.sent",
        call.node_key,
        room=room,
        message=config.data,
    )
    told = {"channel": "websocket", "state": "queued", "room": room, "event_id": event.id}
    return NodeResult(output=told, facts={"recipients": 1}, events=(event,))


def _addresses(to: object) -> list[str]:
    listed = to if isinstance(to, list) else str(to).split(",")
    found = list(dict.fromkeys(str(a).strip().lower() for a in listed if str(a).strip()))
    if not found or len(found) > RECIPIENTS_MOST:
        raise NotificationRefused(f"A letter goes to between one and {RECIPIENTS_MOST} people.")
    return found
