"""The arithmetic of a token bucket, as GCRA (ITU-T I.371, the generic cell rate algorithm) has it.

A bucket of n tokens that refills n a minute is one number: the moment at which it will be full again. Each call moves
that moment by one interval, and is refused when it would come to lie further ahead than the whole bucket. So there is
no refill to write, nothing to drift, and a call is one conditional addition. Moments are microseconds of the epoch.
"""

from dataclasses import dataclass

_MINUTE = 60_000_000
_SECOND = 1_000_000


@dataclass(frozen=True)
class Rate:
    """As many at once, and as many a minute."""

    per_minute: int

    @property
    def interval(self) -> int:
        """One token, in microseconds; at a million a minute it is 60."""
        return max(1, _MINUTE // self.per_minute)

    @property
    def latest(self) -> int:
        """How far ahead the bucket may be full at most and still give one more token."""
        return self.interval * (self.per_minute - 1)

    def standing(self, full_at: int, now: int, *, allowed: bool) -> "Standing":
        ahead = max(0, full_at - now)
        left = (self.interval * self.per_minute - ahead) // self.interval
        until_next = ahead - self.latest
        return Standing(
            allowed=allowed,
            limit=self.per_minute,
            remaining=min(self.per_minute, max(0, left)),
            reset_at=_seconds(now + ahead),
            retry_after=0 if allowed else max(1, _seconds(until_next)),
        )


@dataclass(frozen=True)
class Standing:
    """``reset_at``: epoch second at which the bucket is full again. ``retry_after``: seconds to the next token."""

    allowed: bool
    limit: int
    remaining: int
    reset_at: int
    retry_after: int = 0


def _seconds(microseconds: int) -> int:
    """Rounded up: who comes back then finds what was promised."""
    return -(-microseconds // _SECOND)
