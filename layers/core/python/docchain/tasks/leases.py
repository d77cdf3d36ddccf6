"""A worker's hold on its task: renewed by a thread while the process lives, and looked at by the work itself.

A process that is killed renews nothing, and within a minute the sweep gives its task to another. A kind that hangs is
let go soon after its deadline; what it still says then is refused, for the lease is another's.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import to_iso
from docchain.observability import logger
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.tasks import events, keys
from docchain.tasks.claiming import Claim
from docchain.tasks.errors import TaskCancelled, TaskLeaseLost, TaskTimedOut
from docchain.tasks.limits import BEAT_SECONDS, LATE_SECONDS, LEASE_SECONDS, LOOK_SECONDS, PROGRESS_SECONDS
from docchain.tasks.repository import TaskRepository


@dataclass
class Lease:
    repository: TaskRepository
    claim: Claim
    beat_seconds: float = BEAT_SECONDS
    look_seconds: float = LOOK_SECONDS
    lost: bool = False
    cancelled: bool = False
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _looked_at: float = field(default_factory=time.monotonic)
    _told_at: float = 0.0

    def __post_init__(self) -> None:
        self.cancelled = self.cancelled or self.claim.task.cancel_requested

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def check(self) -> None:
        """Raises ``TaskCancelled``, ``TaskTimedOut``, ``TaskLeaseLost``."""
        if time.monotonic() - self._looked_at >= self.look_seconds:
            self._look()
        if self.lost:
            raise TaskLeaseLost("Another worker holds the task.")
        if self.cancelled:
            raise TaskCancelled("The task was cancelled.")
        if datetime.now(UTC) >= self.claim.deadline:
            raise TaskTimedOut("The task has taken longer than it may.")

    def progress(self, share: float, doing: str) -> None:
        """The card and the rooms hear of it; who has lost the task tells nothing."""
        if time.monotonic() - self._told_at < PROGRESS_SECONDS:
            return
        self._told_at = time.monotonic()
        share, doing = min(1.0, max(0.0, share)), doing[:200]
        table, pk = self.repository.table, self._pk
        task = self.claim.task.model_copy(update={"progress": share})
        try:
            table.transact(
                [
                    table.updating(pk, keys.CARD, set_={"progress": share, "doing": doing}, when=self._is_mine),
                    table.putting(events.told(task, events.PROGRESSED, doing=doing)),
                ]
            )
        except ConditionFailed:
            self.lost = True
        except (BotoCoreError, ClientError, TooMuchContention) as error:
            # What is told on the way is not worth the work that it is told of.
            logger.warning("progress could not be told", extra={"task": task.id}, exc_info=error)

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        item = self.repository.table.get(self._pk, keys.CARD, consistent=True) or {}
        self.cancelled = bool(item.get("cancel_requested"))
        self.lost = self.lost or item.get("lease_owner") != self.claim.owner

    def _renew(self) -> None:
        last = self.claim.deadline + timedelta(seconds=LATE_SECONDS)
        while not self._over.wait(self.beat_seconds):
            now = datetime.now(UTC)
            if now > last:
                return
            until = {"due_at": to_iso(now + timedelta(seconds=LEASE_SECONDS))}
            try:
                item = self.repository.table.update(
                    self._pk, keys.CARD, set_={**until, "due_sk": until["due_at"]}, when=self._is_mine
                )
                self.cancelled = bool(item.get("cancel_requested"))
            except ConditionFailed:
                self.lost = True
                return
            except (BotoCoreError, ClientError) as error:
                logger.warning("a lease could not be renewed", extra={"task": self.claim.task.id}, exc_info=error)

    @property
    def _pk(self) -> str:
        return keys.task(self.claim.task.tenant_id, self.claim.task.id)

    @property
    def _is_mine(self) -> Condition:
        return Attr("lease_owner").eq(self.claim.owner)
