"""Webhooks as targets: a POST of JSON, signed, through the guarded client, tried again with growing pauses.

A receiver may see the same fire twice, when the answer was lost: ``Idempotency-Key`` and ``fire_id`` say which it is.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.calls_out.secrets import FindSecret, SecretMissing, with_secrets
from docchain.clock import now, to_iso
from docchain.errors import ClientError
from docchain.outbound.client import Client, Request
from docchain.outbound.errors import AnswerRefused, PeerSilent, PeerUnreachable
from docchain.schedules.handing_over import spare
from docchain.schedules.models import Fire, FireState, Schedule
from docchain.schedules.orders import Order, Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settling import Settling
from docchain.schedules.targets import OWN_HEADERS, WebhookTarget
from docchain.storage.errors import ConditionFailed

FIRST_PAUSE_SECONDS: Final = 5
_TRIED_AGAIN: Final = frozenset({408, 425, 429, *range(500, 600)})


@dataclass(frozen=True)
class Outcome:
    """``again``: another attempt may do better."""

    ok: bool
    again: bool
    told: dict[str, Any]


@dataclass(frozen=True)
class Webhooks:
    schedules: ScheduleRepository
    settling: Settling
    orders: Orders
    client: Client
    find_secret: FindSecret = field(repr=False)

    def deliver(self, tenant_id: str, schedule: Schedule, fire: Fire, target: WebhookTarget) -> None:
        """One attempt. Two that come at once make one: the second finds that it was begun."""
        if fire.attempts >= target.attempts:
            # The worker of each attempt died with it; the next would as well.
            error = _error("NOT_DELIVERED", f"None of {target.attempts} attempts came to an end.")
            self.settling.settle(tenant_id, schedule.id, fire.id, FireState.FAILED, error)
            return
        begun = _begun(fire, target)
        try:
            self.schedules.table.transact([self.schedules.change_fire(tenant_id, fire, begun)])
        except ConditionFailed:
            return
        outcome = self._tried(tenant_id, schedule, begun, target)
        order = Order(tenant_id=tenant_id, schedule_id=schedule.id, fire_id=fire.id)
        if outcome.ok:
            self.settling.settle(tenant_id, schedule.id, fire.id, FireState.SUCCEEDED)
        elif outcome.again and begun.attempts < target.attempts:
            self.orders.send(order, seconds=pause(begun.attempts))
        else:
            self.settling.settle(tenant_id, schedule.id, fire.id, FireState.FAILED, outcome.told)

    def _tried(self, tenant_id: str, schedule: Schedule, fire: Fire, target: WebhookTarget) -> Outcome:
        try:
            return self._sent(tenant_id, schedule, fire, target)
        except (PeerUnreachable, PeerSilent) as error:
            return Outcome(ok=False, again=True, told=_error(error.code, error.message))
        except (AnswerRefused, ClientError, SecretMissing) as error:
            return _refused(error.code, error.message)

    def _sent(self, tenant_id: str, schedule: Schedule, fire: Fire, target: WebhookTarget) -> Outcome:
        secret = self.find_secret(tenant_id, target.secret)
        if secret is None:
            return _refused("SECRET_NOT_FOUND", f"The vault has no {target.secret!r}.")
        headers, _ = with_secrets(target.headers, target.headers, self.find_secret, tenant_id)
        body = json.dumps(_message(schedule, fire, target), ensure_ascii=False).encode()
        own = ("application/json", "docchain", f"{schedule.id}:{fire.id}", signature(secret, body))
        headers |= dict(zip(OWN_HEADERS, own, strict=True))
        answer = self.client.send(Request("POST", target.url, headers, body, float(target.timeout_seconds)))
        if 200 <= answer.status < 300:
            return Outcome(ok=True, again=False, told={})
        told = {**_error("UNEXPECTED_STATUS", f"The peer answered {answer.status}."), "status": answer.status}
        return Outcome(ok=False, again=answer.status in _TRIED_AGAIN, told=told)


def pause(attempts: int) -> int:
    """5, 10, 20 s and so on: ten and a half minutes at most, which the queue holds in one go."""
    return FIRST_PAUSE_SECONDS << (attempts - 1)


def signature(secret: str, body: bytes) -> str:
    """Over the body as it was sent; ``sent_at`` in it tells an old one that somebody sends again."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _message(schedule: Schedule, fire: Fire, target: WebhookTarget) -> dict[str, Any]:
    return {
        "event": "schedule.fired",
        "schedule_id": schedule.id,
        "name": schedule.definition.name,
        "fire_id": fire.id,
        "fire_at": fire.fire_at,
        "trigger": fire.trigger,
        "attempt": fire.attempts,
        "sent_at": now(),
        "metadata": schedule.definition.metadata,
        "body": target.body,
    }


def _begun(fire: Fire, target: WebhookTarget) -> Fire:
    """Looked after when the pause behind this attempt is over and its order has not come."""
    attempts = fire.attempts + 1
    following = datetime.now(UTC) + timedelta(seconds=pause(attempts)) + spare(target)
    changed = {
        "state": FireState.RUNNING,
        "attempts": attempts,
        "started_at": fire.started_at or now(),
        "started": {"type": "webhook"},
        "look_at": to_iso(following),
    }
    return fire.model_copy(update=changed)


def _refused(code: str, message: str) -> Outcome:
    return Outcome(ok=False, again=False, told=_error(code, message))


def _error(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}
