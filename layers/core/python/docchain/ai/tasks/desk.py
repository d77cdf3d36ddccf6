"""What every task needs, and for whom it is done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from docchain.ai.counters import AiCounters
from docchain.ai.errors import ProviderTimeout
from docchain.ai.gateway import Gateway
from docchain.ai.tasks.answers import Embedded, Told
from docchain.ai.templates.repository import PromptRepository
from docchain.documents.reading import DocumentReader
from docchain.documents.repository import DocumentRepository
from docchain.errors import DocchainError

SECONDS_LEAST: Final = 0.5
"""With less left nobody is asked any more."""

Told_ = TypeVar("Told_", bound=Told)


@dataclass(frozen=True)
class Desk:
    gateway: Gateway
    prompts: PromptRepository
    documents: DocumentRepository
    reader: DocumentReader
    counters: AiCounters


@dataclass(frozen=True)
class Caller:
    """``deadline`` in ``time.monotonic()`` seconds: all of a task ends before it."""

    tenant_id: str
    deadline: float

    @property
    def seconds(self) -> float:
        """Raises ``ProviderTimeout`` when there is no time to ask anybody."""
        left = self.deadline - time.monotonic()
        if left < SECONDS_LEAST:
            raise ProviderTimeout("There was no time left to ask a provider; a batch or a workflow has more.")
        return left


def caller_for(tenant_id: str, seconds: float) -> Caller:
    return Caller(tenant_id, time.monotonic() + seconds)


def counted(desk: Desk, caller: Caller, task: str, work: Callable[[], Told_]) -> Told_:
    """The answer, and one write that counts it; also of what fails."""
    try:
        told = work()
    except DocchainError:
        desk.counters.failed(caller.tenant_id, task)
        raise
    desk.counters.answered(
        caller.tenant_id,
        task,
        told.provider,
        told.usage,
        told.cost_usd,
        cached=told.cached,
        fell_back=told.fallback_from is not None,
        redacted=told.redacted,
    )
    return told


def counted_vectors(desk: Desk, caller: Caller, work: Callable[[], Embedded]) -> Embedded:
    try:
        found = work()
    except DocchainError:
        desk.counters.failed(caller.tenant_id, "embeddings")
        raise
    desk.counters.answered(caller.tenant_id, "embeddings", found.provider, found.usage, found.cost_usd)
    return found
