"""Makes a backup: page by page of things into sealed parts, whose place is noted when all of a page is written.

Who comes after a worker that died goes on behind the last noted page, and writes what followed it anew.
"""

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from docchain.ids import new_ulid
from docchain.storage.items import Item
from docchain.tasks.kinds.backups.lines import to_line
from docchain.tasks.kinds.backups.manifest import Manifest, Part
from docchain.tasks.kinds.backups.place import Place
from docchain.tasks.kinds.backups.runs import objects_of
from docchain.tasks.kinds.backups.sealing import Seal
from docchain.tasks.kinds.backups.things import Thing, Ware

LINE_ITEMS = 50
PART_BYTES = 4 * 1024 * 1024
"""Before it is packed."""


@dataclass
class Export:
    place: Place
    seal: Seal
    manifest: Manifest
    _lines: list[bytes] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def page(self, wares: Sequence[Ware]) -> bool:
        """One page more. ``False`` when there are none."""
        manifest = self.manifest
        if manifest.ware >= len(wares):
            return False
        ware = wares[manifest.ware]
        things, following = ware.page(manifest.tenant_id, manifest.start)
        for thing in things:
            self._write(ware.kind, thing)
        self._flush()
        manifest.counts[ware.kind] = manifest.counts.get(ware.kind, 0) + len(things)
        manifest.start = following
        manifest.ware += following is None
        return True

    def _write(self, kind: str, thing: Thing) -> None:
        contents, objects = list(thing.contents), list(thing.objects)
        for items in _chunks(thing.items):
            objects += objects_of(items) if kind == "run" else []
            self._line({"kind": kind, "id": thing.id}, _named(thing.head), items)
        for sha256 in dict.fromkeys(contents):
            self._content(f"sha256/{sha256}")
        for name in objects:
            self._content(name)
        last = {"contents": contents, "objects": objects, "is_whole": True}
        self._line({"kind": kind, "id": thing.id, **last}, thing.head, [])

    def _content(self, name: str) -> None:
        """A copy under the backup's own key: what is deleted later is still here."""
        if name in self._seen:
            return
        self._seen.add(name)
        data = self.place.contents.find_named(self.manifest.tenant_id, name)
        if data is None:
            self.manifest.missing_contents.append(name)
            return
        self.place.put(f"contents/{name}", self.seal.close(name, data))
        self.manifest.contents += 1
        self.manifest.content_bytes += len(data)

    def _line(self, told: dict[str, Any], head: Item, items: list[Item]) -> None:
        self._lines.append(to_line(told, head, items))
        if sum(map(len, self._lines)) > PART_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        # Of its own name: a worker that has lost the task may write one more, and takes nobody's place.
        name = f"parts/{len(self.manifest.parts):06d}-{new_ulid()}.ndjson.gz"
        sealed = self.seal.close(name, gzip.compress(b"\n".join(self._lines), mtime=0))
        self.place.put(name, sealed)
        sha256 = hashlib.sha256(sealed).hexdigest()
        self.manifest.parts.append(Part(name=name, lines=len(self._lines), bytes=len(sealed), sha256=sha256))
        self._lines = []


def _chunks(items: Any) -> Iterator[list[Item]]:
    given = iter(items)
    while chunk := list(islice(given, LINE_ITEMS)):
        yield chunk


def _named(head: Item) -> Item:
    """By which it is known whether the thing is there."""
    return {"pk": head["pk"], "sk": head["sk"]}
