"""Looks at what is due. It does again what a process may have died before doing, and nothing that was done."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import epoch, from_iso
from docchain.errors import DocchainError
from docchain.nodes.kinds import subworkflow
from docchain.observability import logger
from docchain.runs.queueing import start_queued
from docchain.storage.items import Item
from docchain.waits.answering import send
from docchain.waits.children import answer_parent
from docchain.waits.expiry import expire
from docchain.waits.models import Wait, WaitStatus
from docchain.waits.repository import LOOK_AT_RUNS_SECONDS
from functions.schedules.due_waits.dependencies import slots, world

WAITS_PER_LOOK = 200
QUEUED_PER_LOOK = 500


def run() -> dict[str, int]:
    seen = {"sent": 0, "expired": 0, "looked": 0, "started": 0, "freed": 0, "failed": 0}
    for due in world().waits.read_due(WAITS_PER_LOOK):
        try:
            seen[_look_at(Wait.model_validate(due))] += 1
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one, the others' time is over too
            logger.error("a wait could not be looked at", extra=_place(due), exc_info=error)
            seen["failed"] += 1
            _put_off(due)
    for tenant_id in world().runs.tenants_queueing(QUEUED_PER_LOOK):
        try:
            seen["freed"] += slots().free_lost(tenant_id)
            seen["started"] += start_queued(world().runs, slots(), world().machines, tenant_id)
        except Exception as error:  # noqa: BLE001  # the other tenants' runs wait for their own places
            logger.error("queued runs could not be started", extra={"tenant": tenant_id}, exc_info=error)
            seen["failed"] += 1
    return seen


def _put_off(due: Item) -> None:
    """Else those that fail each time would fill every look. If this fails too, the next look finds it again."""
    try:
        world().waits.put_off(due, LOOK_AT_RUNS_SECONDS)
    except (DocchainError, BotoCoreError, ClientError) as error:
        logger.error("a wait could not be put off", extra=_place(due), exc_info=error)


def _place(due: Item) -> dict[str, Any]:
    """By its keys, which say tenant, run and node: of what cannot be read nothing else is sure to be there."""
    return {"pk": due["pk"], "sk": due["sk"]}


def _look_at(wait: Wait) -> str:
    """``wait`` comes from an index, which may be behind: what counts is read again."""
    waiting = world().waits.read(wait.tenant_id, wait.run_id, wait.node)
    if waiting is None or waiting.wait.status == WaitStatus.CANCELLED:
        world().waits.settle(wait if waiting is None else waiting.wait)
        return "looked"
    if waiting.wait.status != WaitStatus.OPEN:
        send(world().machines, world().waits, waiting.wait)
        return "sent"
    if from_iso(waiting.wait.due_at).timestamp() <= epoch():
        return "expired" if expire(world(), waiting) else "looked"
    if waiting.wait.kind == subworkflow.KIND.name:
        child = world().runs.read(wait.tenant_id, waiting.wait.asked["run_id"], consistent=True)
        if answer_parent(world(), wait.tenant_id, child):
            return "sent"
    world().waits.look_again_in(waiting.wait, LOOK_AT_RUNS_SECONDS)
    return "looked"
