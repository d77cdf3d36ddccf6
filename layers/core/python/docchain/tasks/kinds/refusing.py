"""What a caller could mend, or nobody, ends a task at once; what may pass by itself is tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from docchain.documents.errors import DocumentChanged
from docchain.errors import DocchainError, PermanentStepError, RateLimited
from docchain.storage.errors import ConditionFailed
from docchain.tasks.errors import TaskInterrupted, TaskRefused, TaskWaits

_PASSING: Final = (RateLimited, ConditionFailed, DocumentChanged, TaskInterrupted, TaskRefused, TaskWaits)


@contextmanager
def refusing() -> Iterator[None]:
    """Raises ``TaskRefused`` in the place of errors that would come again."""
    try:
        yield
    except _PASSING:
        raise
    except DocchainError as error:
        if isinstance(error, PermanentStepError) or 400 <= error.status < 500:
            raise TaskRefused(error.message, code=error.code, details=error.details) from error
        raise
