"""Small segments become large ones, and what nobody finds any more leaves S3.

Of each size (64 chunks, eight times that, and so on) there are seven at most: a query reads a few objects, and a
chunk is rewritten once for each size. Merging harms no reader: what was merged stays until their manifests are old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docchain.documents.store import ContentStore
from docchain.search.indexing import retired, segment_name
from docchain.search.merging import merge
from docchain.search.repository import SearchRepository
from docchain.search.segments import pack, unpack
from docchain.search.state import ModelIndex, SegmentRef
from docchain.storage.errors import ConditionFailed

SMALLEST: Final = 64
FACTOR: Final = 8
DEAD_SHARE: Final = 0.1
SMALL_INDEX: Final = 5_000
"""Chunks up to which an index is rewritten as soon as anything of it is deleted: it takes a second."""


def due(index: ModelIndex) -> tuple[int, int] | None:
    """The stretch of segments to be merged, or ``None``."""
    refs = index.segments
    if index.dead and (index.chunks <= SMALL_INDEX or index.dead > DEAD_SHARE * index.chunks):
        return 0, len(refs)
    for size in range(max((_size(r) for r in refs), default=0) + 1):
        start = len(refs)
        while start and _size(refs[start - 1]) <= size:
            start -= 1
        if len(refs) - start >= FACTOR:
            return start, len(refs)
    return None


def _size(ref: SegmentRef) -> int:
    """A stretch of segments without chunks is a stretch all the same."""
    size, most = 0, SMALLEST
    while ref.chunks > most:
        size, most = size + 1, most * FACTOR
    return size


@dataclass(frozen=True)
class Compactor:
    repository: SearchRepository
    contents: ContentStore

    def compact(self, tenant_id: str) -> int:
        """How many stretches were merged. Who is cut or comes second leaves everything as it was."""
        manifest = self.repository.manifest(tenant_id)
        merges = 0
        for model in list(manifest.indexes) if manifest else ():
            merges += self._compact(tenant_id, model)
        return merges

    def _compact(self, tenant_id: str, model: str) -> int:
        manifest = self.repository.manifest(tenant_id)
        index = manifest.indexes.get(model) if manifest else None
        stretch = due(index) if index else None
        if manifest is None or index is None or stretch is None:
            return 0
        refs = index.segments[slice(*stretch)]
        segments = [unpack(data) for ref in refs if (data := self.contents.find_named(tenant_id, ref.name))]
        if len(segments) != len(refs):
            return 0  # another merged them meanwhile
        whole = merge(segments, is_first=stretch[0] == 0)
        data, name = pack(whole), segment_name()
        self.contents.put_named(tenant_id, name, data)
        ref = SegmentRef(name=name, entries=len(whole.entries), chunks=len(whole), size=len(data))
        try:
            return self._replace(tenant_id, model, refs, ref)
        except ConditionFailed:
            self.contents.remove_named(tenant_id, name)
            return 0

    def _replace(self, tenant_id: str, model: str, old: Sequence[SegmentRef], new: SegmentRef) -> int:
        """In the manifest as it is now: others have added segments behind these, which changes nothing of them."""
        manifest = self.repository.manifest(tenant_id)
        index = manifest.indexes.get(model) if manifest else None
        names = [ref.name for ref in old]
        found = [ref.name for ref in index.segments] if index else []
        start = found.index(names[0]) if names[0] in found else -1
        if manifest is None or index is None or start < 0 or found[start : start + len(names)] != names:
            raise ConditionFailed([0])
        index.segments[start : start + len(names)] = [new] if new.entries else []
        index.dead = max(index.dead - (sum(ref.chunks for ref in old) - new.chunks), 0)
        index.retired += [retired(ref) for ref in old]
        self.repository.table.transact([self.repository.replacing(tenant_id, manifest)])
        return 1
