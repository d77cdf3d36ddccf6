"""Batches in DynamoDB: the order with its event in one transaction, and each result by itself. All of it for a week."""

import base64
import gzip
import json
from dataclasses import dataclass
from typing import Final

from docchain.ai.batches.errors import BatchNotFound, BatchTooLarge
from docchain.ai.batches.models import (
    KEPT_SECONDS,
    RESULT_BYTES_MOST,
    Batch,
    BatchResult,
    BatchTasks,
)
from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

REQUESTED: Final = "ai_batch.requested"
CONTINUED: Final = "ai_batch.continued"
COMPLETED: Final = "ai_batch.completed"
_HEAD: Final = "head"
_PART_CHARACTERS: Final = 300_000
_PARTS_MOST: Final = 10
_ITEMS_MOST: Final = 200


@dataclass(frozen=True)
class BatchRepository:
    table: Table

    def create(
        self, tenant_id: str, tasks: BatchTasks, actor: str, lease_seconds: int, key: IdempotencyKey | None
    ) -> tuple[str, bool]:
        """The batch's id, and whether it is new: who made it holds it for so long."""
        if key and (earlier := key.earlier_answer(self.table)):
            return earlier["batch_id"], False
        batch_id = f"batch_{new_ulid()}"
        head = {
            **_key(tenant_id, batch_id, _HEAD),
            "entity": "ai_batch",
            "id": batch_id,
            "status": "running",
            "tasks": [item.task for item in tasks.items],
            "created_at": now(),
            "created_by": actor,
            "lease_until": epoch() + lease_seconds,
            "expires_at": _kept(),
        }
        actions = [
            self.table.putting(head, when=Attr("pk").not_exists()),
            *(self.table.putting(part) for part in _parts(tenant_id, batch_id, tasks)),
            self.table.putting(event_item(_event(REQUESTED, tenant_id, batch_id, actor, len(tasks.items)))),
        ]
        if key:
            actions.append(key.recording(self.table, {"batch_id": batch_id}))
        try:
            self.table.transact(actions)
        except ConditionFailed:
            if key and (earlier := key.earlier_answer(self.table)):
                return earlier["batch_id"], False
            raise
        return batch_id, True

    def lease(self, tenant_id: str, batch_id: str, seconds: int) -> bool:
        """``False`` while somebody else works on it, and when nothing is left to do or nothing is left of it."""
        at = _key(tenant_id, batch_id, _HEAD)
        free = Attr("status").eq("running") & Attr("lease_until").lte(epoch())
        try:
            self.table.update(at["pk"], at["sk"], set_={"lease_until": epoch() + seconds}, when=free)
        except ConditionFailed:
            return False
        return True

    def leave(self, tenant_id: str, batch_id: str, actor: str, *, go_on: bool) -> None:
        """The lease ends; ``go_on`` orders the rest."""
        at = _key(tenant_id, batch_id, _HEAD)
        actions = [self.table.updating(at["pk"], at["sk"], set_={"lease_until": 0}, when=Attr("pk").exists())]
        if go_on:
            actions.append(self.table.putting(event_item(_event(CONTINUED, tenant_id, batch_id, actor))))
        self.table.transact(actions)

    def read_order(self, tenant_id: str, batch_id: str) -> tuple[BatchTasks, Batch]:
        items = self._items(tenant_id, batch_id)
        packed = "".join(item["data"] for item in items if item["sk"].startswith("order#"))
        tasks = BatchTasks.model_validate_json(gzip.decompress(base64.b64decode(packed)))
        return tasks, _batch(batch_id, items)

    def read(self, tenant_id: str, batch_id: str) -> Batch:
        """Raises ``BatchNotFound``. The order itself is not read along."""
        at = _key(tenant_id, batch_id, _HEAD)
        head = self.table.get(at["pk"], at["sk"], consistent=True)
        if head is None:
            raise BatchNotFound(batch_id)
        results = self.table.query_all(at["pk"], prefix="result#", most=_ITEMS_MOST, consistent=True)
        return _batch(batch_id, [head, *results])

    def keep(self, tenant_id: str, batch_id: str, result: BatchResult) -> None:
        """The first that was kept stands: a task that was done twice has one answer."""
        item = {
            **_key(tenant_id, batch_id, f"result#{result.position:03d}"),
            "entity": "ai_batch_result",
            "result": _bounded(result).model_dump_json(),
            "expires_at": _kept(),
        }
        try:
            self.table.put(item, when=Attr("pk").not_exists())
        except ConditionFailed:
            return

    def finish(self, tenant_id: str, batch_id: str, actor: str) -> None:
        """Told once, whoever comes second."""
        at = _key(tenant_id, batch_id, _HEAD)
        changed = {"status": "completed", "finished_at": now(), "lease_until": 0}
        running = Attr("status").eq("running")
        told = self.table.putting(event_item(_event(COMPLETED, tenant_id, batch_id, actor)))
        try:
            self.table.transact([self.table.updating(at["pk"], at["sk"], set_=changed, when=running), told])
        except ConditionFailed:
            return

    def _items(self, tenant_id: str, batch_id: str) -> list[Item]:
        pk = _key(tenant_id, batch_id, _HEAD)["pk"]
        items = self.table.query_all(pk, most=_ITEMS_MOST, consistent=True)
        if not any(item["sk"] == _HEAD for item in items):
            raise BatchNotFound(batch_id)
        return items


def _key(tenant_id: str, batch_id: str, sk: str) -> dict[str, str]:
    return {"pk": f"{tenant_id}#ai_batch#{batch_id}", "sk": sk}


def _kept() -> int:
    return epoch() + KEPT_SECONDS


def _parts(tenant_id: str, batch_id: str, tasks: BatchTasks) -> list[Item]:
    """An item of the table has at most 400 KB. Raises ``BatchTooLarge``."""
    packed = base64.b64encode(gzip.compress(tasks.model_dump_json(by_alias=True).encode(), mtime=0)).decode()
    pieces = [packed[i : i + _PART_CHARACTERS] for i in range(0, len(packed), _PART_CHARACTERS)]
    if len(pieces) > _PARTS_MOST:
        raise BatchTooLarge("The batch is too large; name documents by their id instead of sending their text.")
    return [
        {**_key(tenant_id, batch_id, f"order#{n:02d}"), "entity": "ai_batch_order", "data": p, "expires_at": _kept()}
        for n, p in enumerate(pieces)
    ]


def _bounded(result: BatchResult) -> BatchResult:
    size = len(json.dumps(result.answer, ensure_ascii=False, default=str).encode())
    if size <= RESULT_BYTES_MOST:
        return result
    error = {
        "code": "AI_ANSWER_TOO_LARGE",
        "message": f"The answer has {size:,} bytes, more than {RESULT_BYTES_MOST:,} in a batch; ask for it by itself.",
    }
    return result.model_copy(update={"status": "failed", "answer": None, "error": error})


def _batch(batch_id: str, items: list[Item]) -> Batch:
    head = next(item for item in items if item["sk"] == _HEAD)
    found = [BatchResult.model_validate_json(i["result"]) for i in items if i["sk"].startswith("result#")]
    by_position = {result.position: result for result in found}
    results = [by_position.get(n, BatchResult(position=n, task=task)) for n, task in enumerate(head["tasks"])]
    states = [result.status for result in results]
    return Batch(
        id=batch_id,
        status=head["status"],
        total=len(results),
        completed=states.count("completed"),
        failed=states.count("failed"),
        pending=states.count("pending"),
        created_at=head["created_at"],
        created_by=head["created_by"],
        finished_at=head.get("finished_at"),
        results=results,
    )


def _event(kind: str, tenant_id: str, batch_id: str, actor: str, items: int | None = None) -> Event:
    data = {"batch_id": batch_id} | ({"items": items} if items else {})
    return Event(type=kind, tenant_id=tenant_id, subject=f"ai/batches/{batch_id}", actor=actor, data=data)
