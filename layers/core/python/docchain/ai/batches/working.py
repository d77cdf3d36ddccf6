"""The tasks of a batch that are not done: several at a time, each result kept as soon as it is there.

What dies on the way leaves its results and its lease behind; the order in the queue does the rest. A task that was
done and not kept is done again, and the cache of answers has what was paid for.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from docchain.ai.batches.models import BatchResult
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.errors import ProviderTimeout
from docchain.ai.tasks.asked import AnyTask
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.perform import perform
from docchain.errors import DocchainError

AT_A_TIME: Final = 4
ITEM_SECONDS: Final = 60.0
_BEGIN_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Worker:
    """``deadline``: until then tasks are begun; ``hard_deadline``: until then they have ended."""

    desk: Desk
    batches: BatchRepository
    tenant_id: str
    batch_id: str
    deadline: float
    hard_deadline: float

    def work(self, actor: str) -> bool:
        """Whether all is done. Who calls holds the lease, and has lost it afterwards."""
        tasks, batch = self.batches.read_order(self.tenant_id, self.batch_id)
        pending = [result.position for result in batch.results if result.status == "pending"]
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            done = list(threads.map(lambda n: self._one(n, tasks.items[n]), pending))
        if all(done):
            self.batches.finish(self.tenant_id, self.batch_id, actor)
        return all(done)

    def _one(self, position: int, asked: AnyTask) -> bool:
        if time.monotonic() > self.deadline - _BEGIN_SECONDS:
            return False
        until = min(self.hard_deadline, time.monotonic() + ITEM_SECONDS)
        result = BatchResult(position=position, task=asked.task, status="completed")
        try:
            answer = perform(self.desk, Caller(self.tenant_id, until), asked)
            result.answer = answer.model_dump(mode="json")
        except ProviderTimeout as error:
            if until == self.hard_deadline:  # our own time was over, and not the task's
                return False
            result = _failed(result, error)
        except DocchainError as error:
            result = _failed(result, error)
        self.batches.keep(self.tenant_id, self.batch_id, result)
        return True


def _failed(result: BatchResult, error: DocchainError) -> BatchResult:
    told = {"code": error.code, "message": error.message, "details": error.details}
    return result.model_copy(update={"status": "failed", "error": {k: v for k, v in told.items() if v is not None}})
