"""Asking for tasks, and what they came to."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from docchain.auth.caller import Caller
from docchain.errors import DocchainError, Forbidden
from docchain.storage.idempotency import IdempotencyKey, IdempotencyMismatch
from docchain.tasks.groups import read_group, submit_group
from docchain.tasks.kinds.shapes import SCOPES, parsed
from docchain.tasks.limits import CHUNK, TRANSACTION_BYTES
from docchain.tasks.models import NewTask, Task, TaskError, TaskStatus
from docchain.tasks.submitting import Asker, measured, submit, submit_all
from docchain.tasks.texts import len_in_bytes
from functions.api.background.dependencies import Office
from functions.api.background.schemas import SubmitGroup, SubmitTask
from functions.api.background.views import BulkSubmitted, BulkSubmittedView, GroupView, ResultView, TaskCard, TaskView


def submit_task(world: Office, caller: Caller, order: NewTask, key: IdempotencyKey | None) -> Task:
    """Raises 403 for what the caller may not do without a task, 422 for parameters that are wrong."""
    check(caller, order)
    return submit(world.tasks, world.tokens, asker_of(caller), order, key)


def check(caller: Caller, order: NewTask, at: str = "metadata") -> None:
    may_ask(caller, order.type)
    parsed(order.type, order.metadata, at)


def may_ask(caller: Caller, kind: str) -> None:
    """A task acts for whoever asked for it: it opens no door that is closed to them."""
    for scope in SCOPES[kind]:
        if not caller.may(scope):
            raise Forbidden(f"A task {kind} needs the scope {scope}.", details={"scope": scope})


def asker_of(caller: Caller) -> Asker:
    return Asker(caller.tenant_id, caller.user_id, caller.username)


def submit_bulk(
    world: Office, caller: Caller, bodies: Sequence[SubmitTask | dict[str, Any]], key: IdempotencyKey | None
) -> BulkSubmittedView:
    """Those that are well are written in chunks, each with its own answer for the key; the others say why not."""
    results: dict[int, BulkSubmitted] = {}
    good: list[tuple[int, NewTask, int]] = []
    for index, body in enumerate(bodies):
        try:
            order = (body if isinstance(body, SubmitTask) else SubmitTask.model_validate(body)).order()
            check(caller, order)
            good.append((index, order, len_in_bytes(measured(order))))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            says = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            results[index] = BulkSubmitted(index=index, error=TaskError(code="VALIDATION_ERROR", message=says))
        except DocchainError as error:
            results[index] = BulkSubmitted(index=index, error=_told(error))
    for number, chunk in enumerate(_chunks(good)):
        own = replace(key, operation=f"{key.operation}#{number}") if key else None
        results |= _submit_chunk(world, caller, chunk, own)
    done = sum(1 for result in results.values() if result.task_id)
    return BulkSubmittedView(
        results=[results[index] for index in sorted(results)],
        total_submitted=done,
        total_failed=len(results) - done,
        status=summary(done, len(results)),
    )


def _chunks(good: list[tuple[int, NewTask, int]]) -> list[list[tuple[int, NewTask]]]:
    """As many as one transaction holds. Who follows others writes to them too, and is written alone."""
    chunks: list[list[tuple[int, NewTask]]] = []
    room = 0
    for index, order, size in good:
        if order.after:
            continue
        if not chunks or len(chunks[-1]) == CHUNK or size > room:
            chunks.append([])
            room = TRANSACTION_BYTES
        chunks[-1].append((index, order))
        room -= size
    return chunks + [[(index, order)] for index, order, _ in good if order.after]


def _submit_chunk(
    world: Office, caller: Caller, chunk: list[tuple[int, NewTask]], key: IdempotencyKey | None
) -> dict[int, BulkSubmitted]:
    try:
        tasks = submit_all(world.tasks, world.tokens, asker_of(caller), [order for _, order in chunk], key)
        if [task.name for task in tasks] != [order.name for _, order in chunk]:
            raise IdempotencyMismatch("This Idempotency-Key was used by somebody who may ask for other tasks of these.")
    except DocchainError as error:
        return {index: BulkSubmitted(index=index, name=order.name, error=_told(error)) for index, order in chunk}
    return {
        index: BulkSubmitted(index=index, task_id=task.id, name=task.name, status=task.status)
        for (index, _), task in zip(chunk, tasks, strict=True)
    }


def summary(done: int, total: int) -> str:
    if done == total:
        return "success"
    return "partial" if done else "failed"


def _told(error: DocchainError) -> TaskError:
    return TaskError(code=error.code, message=error.message, details=error.details)


def create_group(world: Office, caller: Caller, body: SubmitGroup, key: IdempotencyKey | None) -> GroupView:
    members = [task.order() for task in body.tasks]
    callback = body.callback.order() if body.callback else None
    for number, order in enumerate(members):
        check(caller, order, f"tasks.{number}.metadata")
    if callback:
        check(caller, callback, "callback.metadata")
    group_id, tasks = submit_group(world.tasks, world.tokens, asker_of(caller), members, callback, key)
    return _group_view(group_id, len(members), tasks[: len(members)], tasks[-1] if callback else None)


def find_group(world: Office, tenant_id: str, group_id: str) -> GroupView:
    card, tasks = read_group(world.tasks, tenant_id, group_id)
    callback = next((task for task in tasks if task.id == card.get("callback_id")), None)
    return _group_view(group_id, len(card["task_ids"]), [task for task in tasks if task is not callback], callback)


def _group_view(group_id: str, total: int, members: list[Task], callback: Task | None) -> GroupView:
    """``members``: of ``total``, those that nobody has removed."""
    failed = sum(1 for task in members if task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED))
    completed = sum(1 for task in members if task.status == TaskStatus.COMPLETED)
    started = any(task.status != TaskStatus.PENDING for task in members)
    over = "failed" if failed else "completed"
    going = "running" if started else "pending"
    return GroupView(
        group_id=group_id,
        status=over if completed + failed == len(members) else going,
        total=total,
        completed=completed,
        failed=failed,
        tasks=[TaskCard.of(task) for task in members],
        callback=TaskCard.of(callback) if callback else None,
    )


def task_view(world: Office, tenant_id: str, task_id: str) -> TaskView:
    task, metadata, result = world.tasks.read_whole(tenant_id, task_id)
    return TaskView(**TaskCard.fields_of(task), result=result, metadata=metadata)


def result_view(world: Office, tenant_id: str, task_id: str) -> ResultView:
    task, _, result = world.tasks.read_whole(tenant_id, task_id)
    if task.result_sha256:
        result = json.loads(world.contents.get_result(tenant_id, task.result_sha256))
    error = task.error if task.has_ended else None
    return ResultView(task_id=task_id, result=result, status=task.status, error=error, completed_at=task.completed_at)
