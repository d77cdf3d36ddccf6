"""What can be wrong with a background task, at the doors and inside the workers.

Doors: TaskNotFound 404, TaskNotCancellable 409, TaskNotRetryable 409, TaskNotDeletable 409, TooManyTasks 429.
Workers: TaskCancelled, TaskTimedOut, TaskLeaseLost (raised by ``check``), TaskWaits and TaskRefused (raised by kinds).
"""

from datetime import datetime
from typing import Any

from docchain.errors import Conflict, DocchainError, NotFound, RateLimited


class TaskNotFound(NotFound):
    code = "TASK_NOT_FOUND"


class TaskNotCancellable(Conflict):
    code = "TASK_NOT_CANCELLABLE"


class TaskNotRetryable(Conflict):
    code = "TASK_NOT_RETRYABLE"


class TaskNotDeletable(Conflict):
    code = "TASK_NOT_DELETABLE"


class TooManyTasks(RateLimited):
    """The tenant has as many open tasks as it may."""

    code = "TOO_MANY_TASKS"


class TaskInterrupted(DocchainError):
    """What ``check`` raises: the worker has to stop, and a kind lets it pass."""


class TaskCancelled(TaskInterrupted):
    code = "TASK_CANCELLED"


class TaskTimedOut(TaskInterrupted):
    code = "TASK_TIMED_OUT"


class TaskLeaseLost(TaskInterrupted):
    """Another worker holds the task by now; what this one still does would be done twice."""

    code = "TASK_LEASE_LOST"


class TaskWaits(DocchainError):
    """The task goes on at ``until`` with ``state`` in its context; no attempt is counted. Its deadline stays."""

    code = "TASK_WAITS"

    def __init__(self, until: datetime, state: dict[str, Any]) -> None:
        super().__init__("The task goes on later")
        self.until = until
        self.state = state


class TaskRefused(DocchainError):
    """No other attempt can mend it: the task fails now, with ``message`` and ``details`` for its user."""

    status = 422
    code = "TASK_REFUSED"

    def __init__(self, message: str, *, code: str | None = None, details: Any = None) -> None:
        super().__init__(message, details=details)
        self.reason = code or type(self).code
