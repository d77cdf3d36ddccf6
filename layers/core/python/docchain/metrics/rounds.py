"""Lists that one look may not reach the end of: the next goes on where the last one stopped, so all have a turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docchain.storage.items import Item
from docchain.storage.table import Table

_BOOKMARKS: Final = "_system#metrics_rounds"
_FIRST: Final = "\x01"


@dataclass(frozen=True)
class Round:
    """``pk`` is the list. A round that came to its end needs no bookmark, and writes none."""

    table: Table = field(repr=False)
    pk: str

    def pages(self, limit: int = 100) -> Iterator[list[Item]]:
        """Each item once, from the bookmark on to the end and from the beginning up to the bookmark."""
        kept = self.table.get(_BOOKMARKS, self.pk)
        if kept is None:
            yield from self._pages(limit)
            return
        yield from self._pages(limit, after=kept["at"])
        yield from self._pages(limit, between=(_FIRST, kept["at"]))

    def stop_behind(self, sk: str) -> None:
        self.table.put({"pk": _BOOKMARKS, "sk": self.pk, "entity": "bookmark", "at": sk})

    def _pages(
        self, limit: int, *, after: str | None = None, between: tuple[str, str] | None = None
    ) -> Iterator[list[Item]]:
        start: Item | None = None
        while True:
            page = self.table.query(self.pk, after=after, between=between, limit=limit, start_key=start)
            yield page.items
            if (start := page.next_key) is None:
                return
