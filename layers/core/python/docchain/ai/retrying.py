"""Asks again what may pass: with full jitter, or after the time that the provider said, and never past the deadline."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from docchain.ai.errors import ProviderAnswerInvalid, ProviderTimeout, ProviderUnavailable

Result = TypeVar("Result")

ATTEMPTS: Final = 3
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 8.0
LEAST_SECONDS: Final = 0.05
"""Of an attempt: with less left than this nobody is asked."""


@dataclass(frozen=True)
class Retrying:
    attempts: int = ATTEMPTS
    first_wait: float = FIRST_WAIT
    sleep: Callable[[float], None] = time.sleep

    def asking(self, ask: Callable[[float], Result], deadline: float, on_attempt: Callable[[], None]) -> Result:
        """``ask`` is given its seconds; ``deadline`` is of ``time.monotonic()``. Raises what the last try raised."""
        attempt = 0
        while True:
            attempt += 1
            left = deadline - time.monotonic()
            if left < LEAST_SECONDS:
                raise ProviderTimeout("no time was left to ask")
            on_attempt()
            try:
                return ask(left)
            except ProviderUnavailable as error:
                wait = self._wait(error, attempt)
                if attempt >= self.attempts or time.monotonic() + wait + LEAST_SECONDS > deadline:
                    raise
            self.sleep(wait)

    def _wait(self, error: ProviderUnavailable, attempt: int) -> float:
        jittered = random.uniform(0, min(LONGEST_WAIT, self.first_wait * 2 ** (attempt - 1)))  # noqa: S311
        # Those who were told the same time to wait must not all come back at once.
        return error.retry_after + jittered / 4 if error.retry_after is not None else jittered


def is_outage(error: Exception, seconds_given: float) -> bool:
    """Whether it says that the provider is away, and not that we ask too much or gave too little time."""
    if isinstance(error, ProviderTimeout):
        return seconds_given >= FAIR_SECONDS
    if not isinstance(error, ProviderUnavailable):
        return False
    details = error.details if isinstance(error.details, dict) else {}
    return isinstance(error, ProviderAnswerInvalid) or details.get("status") != 429


FAIR_SECONDS: Final = 10.0
"""A timeout sooner than this is the caller's impatience: it must not stop others from asking."""
