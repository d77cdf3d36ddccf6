"""The marks of what was cleared, for stores that hold them in the process."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from docchain.cache.entry import Entry

MARKS_MOST = 200


def of_key(key: str) -> str:
    """A deleted key is marked as a tag is; no tag begins so."""
    return f"={key}"


@dataclass
class Marks:
    """``generation`` counts the clearings; ``cleared`` says in which one a tag was cleared last."""

    generation: int = 0
    everything: int = 0
    cleared: dict[str, int] = field(default_factory=dict)

    def covers(self, key: str, entry: Entry) -> bool:
        """Whether it was cleared, or its key deleted, after its making began."""
        last = max(self.cleared.get(name, 0) for name in (of_key(key), *entry.tags))
        return entry.generation < max(last, self.everything)

    def clear(self, tags: Iterable[str]) -> None:
        self.generation += 1
        named = dict.fromkeys(tags, self.generation)
        self.cleared |= named
        # Too many to remember: then all that is under way is cleared, which is more than was asked and never less.
        if not named or len(self.cleared) > MARKS_MOST:
            self.everything, self.cleared = self.generation, {}
