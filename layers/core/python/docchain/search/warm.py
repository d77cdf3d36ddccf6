"""Indexes that stay in a warm function's memory; each search asks the manifest whether there is more."""

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from docchain.documents.store import ContentStore
from docchain.search.errors import SearchIndexMoved
from docchain.search.index import Index
from docchain.search.repository import SearchRepository
from docchain.search.segments import Segment, unpack
from docchain.search.state import Manifest, ModelIndex

BYTES_MOST = 600_000_000
"""Of all tenants' indexes together; the one that was asked least recently goes first."""
AT_ONCE = 8
ATTEMPTS = 3


@dataclass
class _Held:
    index: Index
    names: list[str]


@dataclass
class WarmIndexes:
    repository: SearchRepository
    contents: ContentStore
    bytes_most: int = BYTES_MOST
    _held: "OrderedDict[str, _Held]" = field(default_factory=OrderedDict)

    def open(self, tenant_id: str) -> tuple[Manifest, Index] | None:
        """As of now, whatever was held: one read of the manifest, and one of each segment that is new here."""
        for _ in range(ATTEMPTS):
            manifest = self.repository.manifest(tenant_id)
            if manifest is None:
                return None
            index = self._current(tenant_id, manifest.indexes[manifest.serving])
            if index:
                self._make_room(tenant_id)
                return manifest, index
        raise SearchIndexMoved("The index is being rewritten; try again.")

    def _current(self, tenant_id: str, wanted: ModelIndex) -> Index | None:
        """``None`` when a segment is gone: the manifest that named it was old."""
        names = [ref.name for ref in wanted.segments]
        held = self._held.get(tenant_id)
        if held and held.index.model == wanted.model and held.names == names:
            self._held.move_to_end(tenant_id)
            return held.index
        known = dict(zip(held.names, held.index.segments, strict=True)) if held else {}
        missing = [name for name in names if name not in known]
        for name, segment in zip(missing, self._load(tenant_id, missing), strict=True):
            if segment is None:
                return None
            known[name] = segment
        index = Index(wanted.model, [known[name] for name in names])
        self._held[tenant_id] = _Held(index, names)
        self._held.move_to_end(tenant_id)
        return index

    def _load(self, tenant_id: str, names: Sequence[str]) -> list[Segment | None]:
        def one(name: str) -> Segment | None:
            data = self.contents.find_named(tenant_id, name)
            return unpack(data) if data is not None else None

        if len(names) < 2:
            return [one(name) for name in names]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, names))

    def _make_room(self, tenant_id: str) -> None:
        while len(self._held) > 1 and sum(h.index.nbytes for h in self._held.values()) > self.bytes_most:
            oldest = next(iter(self._held))
            if oldest == tenant_id:
                return
            del self._held[oldest]
