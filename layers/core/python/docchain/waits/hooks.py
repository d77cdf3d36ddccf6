"""Addresses that runs wait at: ``{run}.{tenant}.{node}.{secret}``, the secret of which is kept with the wait.

An address is good for one call. The same call again, by a peer that did not hear the answer, gets the same answer.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docchain.clock import epoch, from_iso
from docchain.documents.store import ContentStore
from docchain.errors import Unauthorized, ValidationFailed
from docchain.nodes.kinds.wait_for_webhook import KIND
from docchain.runs.events import run_event_item
from docchain.runs.models import RunStatus
from docchain.steps.hashing import canonical
from docchain.waits.answering import send
from docchain.waits.errors import HookNotFound, RunDoesNotWait, WaitOver
from docchain.waits.models import Wait, WaitStatus
from docchain.waits.repository import Waiting, WaitRepository
from docchain.waits.results import completed
from docchain.waits.schema import findings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_FORM = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_]{1,64})\.([a-z][a-z0-9_]{0,63})\.([A-Za-z0-9_-]{43})", re.ASCII)
SIGNATURE_HEADERS = ("x-signature-256", "x-hub-signature-256")

FindSecrets = Callable[[str, str], tuple[str, ...]]
"""Tenant and name → the value, and the one before for as long as it counts."""


class SignatureWrong(Unauthorized):
    code = "WEBHOOK_SIGNATURE_WRONG"

    def __init__(self) -> None:
        super().__init__("Sign the body: X-Signature-256: sha256=<hex of HMAC-SHA256 with the secret>.")


@dataclass(frozen=True)
class Hooks:
    waits: WaitRepository
    contents: ContentStore
    secrets: FindSecrets = field(repr=False)
    machines: "SFNClient" = field(repr=False)


def token_of(wait: Wait) -> str:
    return f"{wait.run_id}.{wait.tenant_id}.{wait.node}.{wait.asked['hook']}"


def receive(hooks: Hooks, token: str, body: bytes, signature: str | None) -> Wait:
    """Raises ``HookNotFound``, ``SignatureWrong``, ``ValidationFailed``, ``RunDoesNotWait``, ``WaitOver``."""
    waiting = _find(hooks.waits, token)
    wait = waiting.wait
    _require_signature(hooks, wait, body, signature)
    value = _value(body)
    digest = hashlib.sha256(body).hexdigest()
    if wait.status != WaitStatus.OPEN:
        if wait.asked.get("received") == digest:
            return wait
        raise WaitOver("This address was called before, or is too old.")
    _require_time(waiting)
    schema = wait.asked.get("body_schema")
    if schema is not None and (wrong := findings(schema, value)):
        raise ValidationFailed(f"{wrong[0]['field']} {wrong[0]['message']}", details=wrong)
    output = {"body": value, **({"text": value} if isinstance(value, str) else {})}
    facts = {k: v for k, v in value.items() if _is_fact(k, v)} if isinstance(value, dict) else {}
    record, reply = completed(hooks.contents, wait.tenant_id, waiting.record, output, facts, None)
    event = run_event_item(
        wait.tenant_id, wait.run_id, wait.workflow_id, "webhook.received", actor=None, node=wait.node, bytes=len(body)
    )
    heard = wait.model_copy(update={"asked": {**wait.asked, "received": digest}})
    extra = [hooks.waits.table.putting(event)]
    closed = hooks.waits.close(Waiting(waiting.run, heard, waiting.record), record, WaitStatus.ANSWERED, reply, extra)
    send(hooks.machines, hooks.waits, closed)
    return closed


def _find(waits: WaitRepository, token: str) -> Waiting:
    form = _FORM.fullmatch(token)
    if form is None:
        raise HookNotFound
    waiting = waits.read(form[2], int(form[1]), form[3])
    if waiting is None or waiting.wait.kind != KIND.name:
        raise HookNotFound
    if not hmac.compare_digest(waiting.wait.asked["hook"], form[4]):
        raise HookNotFound
    return waiting


def _require_signature(hooks: Hooks, wait: Wait, body: bytes, signature: str | None) -> None:
    name = wait.asked.get("secret")
    if not name:
        return
    given = (signature or "").removeprefix("sha256=").lower()
    values = hooks.secrets(wait.tenant_id, name.removeprefix("vault:"))
    good = (hmac.new(v.encode(), body, hashlib.sha256).hexdigest().encode() for v in values)
    # Each is compared, so that the time does not tell which was nearer.
    if not any([hmac.compare_digest(one, given.encode()) for one in good]):  # noqa: C419
        raise SignatureWrong


def _require_time(waiting: Waiting) -> None:
    wait, run = waiting.wait, waiting.run
    if run.status != RunStatus.RUNNING or run.generation != wait.generation:
        raise RunDoesNotWait("The run does not wait for this now.")
    if from_iso(wait.due_at).timestamp() <= epoch():
        raise WaitOver("This address was called before, or is too old.")


def _value(body: bytes) -> Any:
    """JSON; no body is null."""
    if not body.strip():
        return None
    try:
        value = json.loads(body)
        # What cannot be hashed cannot be kept: NaN, a number beyond all bounds, half a surrogate pair.
        canonical(value)
        return value
    except (ValueError, RecursionError):
        raise ValidationFailed("The body is no JSON.", details=[{"field": "body", "message": "is no JSON"}]) from None


def _is_fact(name: str, value: Any) -> bool:
    return len(name) <= 64 and (isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= 200))
