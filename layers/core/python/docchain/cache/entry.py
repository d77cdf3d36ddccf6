"""What is kept under a key, and what a store knows of it."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from docchain.ids import new_ulid


@dataclass(frozen=True, slots=True)
class Entry:
    """``value`` is JSON text; times are in seconds since the epoch.

    ``made_ms`` is how long it took to make, by which an early refresh is drawn; ``nano_usd`` what it cost, which each
    later reader saves. ``generation`` is that of the store when the making began: a clearing since then is of this too.
    """

    value: str
    created_at: float
    expires_at: float
    made_ms: int = 0
    tags: tuple[str, ...] = ()
    generation: int = 0
    nano_usd: int = 0
    is_failure: bool = False
    rev: str = field(default_factory=new_ulid)

    @property
    def size(self) -> int:
        return len(self.value.encode())

    def decoded(self) -> Any:
        return json.loads(self.value)

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def read_entry(text: str | bytes) -> Entry | None:
    """``None`` for what is not an entry: half a file, or somebody else's key."""
    try:
        fields = json.loads(text)
        return Entry(**{**fields, "tags": tuple(fields["tags"])})
    except (ValueError, TypeError, KeyError):
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """``entry`` may be served; ``previous`` is what lies there, be it over or not, which the next write replaces."""

    entry: Entry | None = None
    previous: Entry | None = None
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Locked:
    """Whether the lock is ours, and what lies there now: somebody may have made it while we asked."""

    held: bool
    found: Found


@dataclass(frozen=True, slots=True)
class Usage:
    entries: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Swept:
    """``complete``: nothing more is left to remove."""

    removed: int = 0
    complete: bool = True
