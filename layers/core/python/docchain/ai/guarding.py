"""Around each call of a provider: its circuit, the tenant's limits, and tries again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

from docchain.ai.breaker import Breaker
from docchain.ai.errors import ProviderTimeout
from docchain.ai.limits import ModelLimits, Taken
from docchain.ai.models import Answer, Embeddings
from docchain.ai.retrying import Retrying, is_outage
from docchain.ai.targets import Reached, Wanted
from docchain.errors import StepError

Result = TypeVar("Result")
Counted = TypeVar("Counted", Answer, Embeddings)

ATTEMPT_SECONDS_MOST: Final = 120.0


@dataclass
class Tries:
    """How often providers were asked for one answer."""

    made: int = 0

    def count(self) -> None:
        self.made += 1


@dataclass(frozen=True)
class Guard:
    breaker: Breaker
    limits: ModelLimits
    retrying: Retrying = field(default_factory=Retrying)

    def asked(
        self,
        tenant_id: str,
        wanted: Wanted,
        reached: Reached,
        tokens: int,
        deadline: float,
        tries: Tries,
        ask: Callable[[float], Counted],
    ) -> Counted:
        """``tokens`` are what it may use; ``ask`` is given the seconds of an attempt."""
        self.breaker.admit(reached.owner, wanted.name)
        with self.limited(tenant_id, reached, tokens, ATTEMPT_SECONDS_MOST) as taken:
            answer = self.tried(wanted, reached, deadline, tries, ask)
            taken.used = answer.usage.input_tokens + answer.usage.output_tokens
            return answer

    def tried(
        self, wanted: Wanted, reached: Reached, deadline: float, tries: Tries, ask: Callable[[float], Result]
    ) -> Result:
        def attempt(left: float) -> Result:
            seconds = min(left, ATTEMPT_SECONDS_MOST)
            with self.watched(wanted, reached, seconds):
                return ask(seconds)

        return self.retrying.asking(attempt, deadline, tries.count)

    @contextmanager
    def watched(self, wanted: Wanted, reached: Reached, seconds: float) -> Iterator[None]:
        """Tells the circuit how it went. Who refuses us is there, too."""
        try:
            yield
        except StepError as error:
            if is_outage(error, seconds):
                self.breaker.failed(reached.owner, wanted.name)
            elif not isinstance(error, ProviderTimeout):
                self.breaker.succeeded(reached.owner, wanted.name)
            raise
        self.breaker.succeeded(reached.owner, wanted.name)

    @contextmanager
    def limited(self, tenant_id: str, reached: Reached, tokens: int, seconds: float) -> Iterator[Taken]:
        """Raises ``AiLimitReached``. What is our own costs nobody anything, and is not counted."""
        if not reached.provider.capabilities.paid:
            yield Taken(0)
            return
        with self.limits.taking(tenant_id, tokens, seconds) as taken:
            yield taken
