"""Starting and stopping a tenant's tasks: while it is stopped no task of it begins; what is at work ends."""

from collections.abc import Iterable
from dataclasses import dataclass

from docchain.clock import now
from docchain.events.models import Event
from docchain.storage.outbox import event_item
from docchain.tasks import events, keys
from docchain.tasks.kinds.pools import POOLS
from docchain.tasks.lanes import Lane
from docchain.tasks.models import Priority
from docchain.tasks.repository import TaskRepository
from docchain.tasks.submitting import open_lane
from docchain.tasks.tokens import Tokens

ALL_POOLS: tuple[str, ...] = tuple(dict.fromkeys(POOLS.values()))


def stop(repository: TaskRepository, tenant_id: str, actor: str) -> None:
    """From this write on no worker can claim: the claim asks the lane."""
    _set(repository, tenant_id, actor, running=False)


def start(repository: TaskRepository, tokens: Tokens, tenant_id: str, actor: str, workers: dict[str, int]) -> None:
    _set(repository, tenant_id, actor, running=True)
    for lane in repository.lanes(tenant_id):
        if lane.waiting:
            tokens.wake(lane.pool, tenant_id, min(lane.waiting, workers[lane.pool]))


def _set(repository: TaskRepository, tenant_id: str, actor: str, *, running: bool) -> None:
    """All lanes at once, and the word that tells of it; those that there are not yet are made before."""
    for pool in ALL_POOLS:
        open_lane(repository, tenant_id, pool)
    table, pk = repository.table, keys.tasks(tenant_id)
    actions = [
        table.updating(
            pk, keys.lane(pool), set_={"paused": None if running else True, "lane_pk": pool if running else None}
        )
        for pool in ALL_POOLS
    ]
    changed = {"entity": "task_service", "running": running, "changed_at": now(), "changed_by": actor}
    actions.append(table.putting({"pk": pk, "sk": keys.SERVICE, **changed}))
    kind = events.SERVICE_STARTED if running else events.SERVICE_STOPPED
    told = Event(type=kind, tenant_id=tenant_id, subject="tasks/service", actor=actor)
    actions.append(table.putting(event_item(told)))
    table.transact(actions)


@dataclass(frozen=True)
class Statistics:
    """Of counters that move in the same transaction as the tasks that they count."""

    is_running: bool
    total: int
    completed: int
    failed: int
    cancelled: int
    running: int
    pending: int
    waiting: int
    held: int
    working: int
    by_type: dict[str, int]
    by_priority: dict[str, int]


def statistics(repository: TaskRepository, tenant_id: str) -> Statistics:
    """Completed, failed and cancelled are those that ended so, also if they were removed since."""
    lanes = repository.lanes(tenant_id)

    def count(name: str) -> int:
        return sum(lane.count(name) for lane in lanes)

    return Statistics(
        is_running=not any(lane.paused for lane in lanes),
        total=count("total"),
        completed=count("completed"),
        failed=count("failed"),
        cancelled=count("cancelled"),
        running=count("begun"),
        pending=count("open") - count("begun"),
        waiting=sum(lane.waiting for lane in lanes),
        held=count("held"),
        working=count("working"),
        by_type=_named(lanes, "type", POOLS),
        by_priority=_named(lanes, "priority", Priority),
    )


def _named(lanes: list[Lane], prefix: str, names: Iterable[str]) -> dict[str, int]:
    return {str(name): sum(lane.count(f"{prefix}_{name}") for lane in lanes) for name in names}
