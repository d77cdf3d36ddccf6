"""Asking for tasks: all that is asked in one call is written in one transaction, with its answer for a repeated key."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from docchain.clock import seconds_to, to_iso
from docchain.errors import PayloadTooLarge, invalid
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.table import TRANSACTION_LIMIT, Action
from docchain.tasks import keys
from docchain.tasks.errors import TooManyTasks
from docchain.tasks.kinds.pools import POOLS
from docchain.tasks.lanes import LIMIT_OF_OPEN, NEVER_SERVED
from docchain.tasks.limits import ORDER_BYTES_MOST, TOKENS_MOST, TRANSACTION_BYTES
from docchain.tasks.models import NewTask, Phase, Task, TaskStatus
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.texts import NotKeepable, len_in_bytes, text_of
from docchain.tasks.tokens import Tokens

_ATTEMPTS = 4


@dataclass(frozen=True)
class Asker:
    tenant_id: str
    user_id: int
    actor: str


def submit(
    repository: TaskRepository, tokens: Tokens, asker: Asker, new: NewTask, key: IdempotencyKey | None = None
) -> Task:
    """Parameters were checked by ``kinds.shapes.parsed``. Raises ``TooManyTasks``, and 422 for what it cannot follow.

    The same ``key`` answers the same task and starts nothing.
    """
    return submit_all(repository, tokens, asker, [new], key)[0]


def submit_all(
    repository: TaskRepository,
    tokens: Tokens,
    asker: Asker,
    orders: Sequence[NewTask],
    key: IdempotencyKey | None = None,
    *,
    ids: Sequence[str] = (),
    also: Sequence[Action] = (),
) -> list[Task]:
    """At most ``limits.CHUNK``: all of them or none. ``ids``: of tasks that name each other."""
    if key and (earlier := key.earlier_answer(repository.table)):
        return [Task.model_validate(task) for task in earlier["tasks"]]
    given = list(ids) or [str(uuid4()) for _ in orders]
    metadata = [measured(order) for order in orders]
    if sum(map(len_in_bytes, metadata)) > TRANSACTION_BYTES:
        raise PayloadTooLarge(f"What is written together has more than {TRANSACTION_BYTES:,} bytes of metadata.")
    for _ in range(_ATTEMPTS):
        moves, tasks = _plan(repository, asker, orders, given, metadata)
        if key:
            moves.also(
                key.recording(
                    repository.table, {"tasks": [task.model_dump(mode="json", exclude_none=True) for task in tasks]}
                )
            )
        moves.also(*also)
        if len(moves.actions) > TRANSACTION_LIMIT:
            raise invalid("after", "these follow more tasks than one transaction holds; ask for them one by one")
        try:
            moves.write()
        except ConditionFailed as failed:
            if key and (earlier := key.earlier_answer(repository.table)):
                return [Task.model_validate(task) for task in earlier["tasks"]]
            _mend(repository, moves.lanes, failed)
            continue
        _tell_workers(tokens, tasks)
        return tasks
    raise TooMuchContention("The tasks that these are to follow change all the time; try again.")


def _plan(
    repository: TaskRepository, asker: Asker, orders: Sequence[NewTask], ids: list[str], metadata: list[str]
) -> tuple[Moves, list[Task]]:
    """Those of ``after`` that have not ended learn that they are followed; what they do then fails this transaction."""
    elsewhere = {task_id for order in orders for task_id in order.after} - set(ids)
    known = repository.read_many(asker.tenant_id, sorted(elsewhere)) if elsewhere else {}
    if missing := sorted(elsewhere - known.keys()):
        raise invalid("after", f"there is no task {missing[0]}")
    moves, tasks = Moves(repository.table), []
    followed = set()
    own_followed = {task_id for order in orders for task_id in order.after} & set(ids)
    for task_id, order, text in zip(ids, orders, metadata, strict=True):
        waits_for = [other for other in order.after if other in ids or not known[other].has_ended]
        _refuse_hopeless(order, known)
        task = _task(asker, task_id, order, len(waits_for))
        tasks.append(task.model_copy(update={"followed": task_id in own_followed}))
        moves.create(tasks[-1], text)
        for other in waits_for:
            at = {"pk": keys.task(asker.tenant_id, other), "sk": keys.follower(task_id)}
            moves.also(repository.table.putting({**at, "entity": "task_follower", "task_id": task_id}))
            followed.add(other)
    for other in sorted(followed & known.keys()):
        moves.move(known[other], known[other].model_copy(update={"followed": True}))
    return moves, tasks


def _refuse_hopeless(order: NewTask, known: dict[str, Task]) -> None:
    for other in order.after:
        ended = known[other].status if other in known and known[other].has_ended else TaskStatus.COMPLETED
        if ended != TaskStatus.COMPLETED and not order.run_after_failure:
            raise invalid("after", f"the task {other} has {ended}, and this one is not to run after a failure")


def _task(asker: Asker, task_id: str, order: NewTask, needs: int) -> Task:
    now = datetime.now(UTC)
    due = now + timedelta(seconds=order.delay_seconds)
    held = needs > 0 or order.delay_seconds > 0
    return Task(
        tenant_id=asker.tenant_id,
        id=task_id,
        name=order.name,
        type=order.type,
        pool=POOLS[order.type],
        priority=order.priority,
        status=TaskStatus.PENDING,
        phase=Phase.HELD if held else Phase.READY,
        user_id=asker.user_id,
        actor=asker.actor,
        created_at=to_iso(now),
        ready_at=to_iso(due),
        # What waits for others has its delay after them.
        due_at=to_iso(due) if order.delay_seconds and not needs else None,
        delay_seconds=order.delay_seconds,
        max_retries=order.max_retries,
        timeout_seconds=order.timeout_seconds,
        after=order.after,
        needs=needs,
        run_after_failure=order.run_after_failure,
        origin=order.origin,
        group_id=order.group_id,
    )


def measured(order: NewTask) -> str:
    """Its metadata as they are kept. Raises ``PayloadTooLarge``, ``ValidationFailed`` for what has no JSON."""
    try:
        text = text_of(order.metadata or {})
    except NotKeepable as error:
        raise invalid("metadata", str(error)) from None
    if (size := len_in_bytes(text)) > ORDER_BYTES_MOST:
        says = f"metadata has {size:,} bytes, more than {ORDER_BYTES_MOST:,}: upload a document and name it"
        raise PayloadTooLarge(says)
    return text


def _mend(repository: TaskRepository, lanes: list[tuple[str, str]], failed: ConditionFailed) -> None:
    """A tenant's first task in a pool finds no lane. Raises ``TooManyTasks`` for a lane that is full."""
    for tenant_id, pool in lanes[: max(failed.failed) + 1]:
        item = repository.table.get(keys.tasks(tenant_id), keys.lane(pool), consistent=True)
        if item is None:
            open_lane(repository, tenant_id, pool)
        elif item.get("open", 0) >= LIMIT_OF_OPEN:
            raise TooManyTasks(f"{LIMIT_OF_OPEN:,} tasks of this kind are open; wait for some to end.", retry_after=30)


def open_lane(repository: TaskRepository, tenant_id: str, pool: str) -> None:
    at = {"pk": keys.tasks(tenant_id), "sk": keys.lane(pool)}
    lane = {**at, "entity": "lane", "lane_pk": pool, "lane_sk": NEVER_SERVED}
    try:
        repository.table.put(lane, when=Attr("pk").not_exists())
    except ConditionFailed:
        return


def _tell_workers(tokens: Tokens, tasks: list[Task]) -> None:
    """Each worker that is woken goes on while there is something, so no more are woken than there may be."""
    ready = Counter((task.pool, task.tenant_id) for task in tasks if task.phase == Phase.READY)
    for (pool, tenant_id), count in ready.items():
        tokens.wake(pool, tenant_id, min(count, TOKENS_MOST))
    for task in tasks:
        if task.due_at:
            tokens.ripen(task.pool, task.tenant_id, task.id, seconds_to(task.due_at))
