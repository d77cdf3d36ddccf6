"""What a caller of the cache gets, and what it says beside the value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Served:
    """``tier`` is the store that had it, ``None`` when it was made now. ``degraded`` names the stores that were away.

    ``coalesced``: somebody of this process was making it already. ``nano_usd``: what was not paid again.
    """

    value: Any
    cached: bool
    tier: str | None = None
    stored: bool = True
    coalesced: bool = False
    age_seconds: float = 0.0
    expires_at: float = 0.0
    nano_usd: int = 0
    degraded: tuple[str, ...] = ()


class Failures(Protocol):
    """Which failures are kept for a short while, so that what cannot succeed is not tried by everybody."""

    def remember(self, error: Exception) -> dict[str, Any] | None:
        """What to keep of it as JSON; ``None`` for one that may be gone the next time."""
        ...

    def recall(self, kept: dict[str, Any]) -> Exception: ...


CostOf = Callable[[Any], float]
"""What making the value cost, in dollars."""


def costs_nothing(value: Any) -> float:  # noqa: ARG001
    return 0.0
