"""Reads a backup part by part, checks each, and puts back what is missing. What is there stays as it is."""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docchain.documents.store import DOCUMENTS, RESULTS
from docchain.tasks.kinds.backups.lines import from_line
from docchain.tasks.kinds.backups.manifest import Manifest, Part
from docchain.tasks.kinds.backups.place import Place
from docchain.tasks.kinds.backups.sealing import BackupDamaged, Seal
from docchain.tasks.kinds.backups.things import Ware


@dataclass
class Restoration:
    """``verified_only`` writes nothing. A thing's lines lie one behind another, at times over two parts."""

    place: Place
    seal: Seal
    manifest: Manifest
    wares: Mapping[str, Ware]
    actor: str
    verified_only: bool
    counts: Counter[str] = field(default_factory=Counter)
    _missing: tuple[str, str, bool] = ("", "", False)

    def part(self, part: Part) -> None:
        """Raises ``BackupDamaged``."""
        for line in self._lines(part):
            if self.verified_only:
                self._verify(line)
            else:
                self._restore(line)

    def _lines(self, part: Part) -> Iterator[dict[str, Any]]:
        sealed = self.place.find(part.name)
        if sealed is None or hashlib.sha256(sealed).hexdigest() != part.sha256:
            raise BackupDamaged(part.name)
        lines = gzip.decompress(self.seal.open(part.name, sealed)).split(b"\n")
        if len(lines) != part.lines:
            raise BackupDamaged(part.name)
        yield from map(from_line, lines)

    def _verify(self, line: dict[str, Any]) -> None:
        if not line.get("is_whole"):
            return
        self.counts[f"{line['kind']}.verified"] += 1
        for name in _names(line):
            self._opened(name)

    def _restore(self, line: dict[str, Any]) -> None:
        ware, tenant = self.wares[line["kind"]], self.manifest.tenant_id
        if not self._is_missing(ware, line):
            if line.get("is_whole"):
                self.counts[f"{ware.kind}.present"] += 1
            return
        if not line.get("is_whole"):
            ware.put_items(tenant, line["items"])
            return
        # Contents before the card that names them.
        for name in _names(line):
            self._put_content(name)
        came_back = ware.put_head(tenant, line["head"], self.actor)
        self.counts[f"{ware.kind}.{'restored' if came_back else 'present'}"] += 1

    def _is_missing(self, ware: Ware, line: dict[str, Any]) -> bool:
        """Asked once for each thing, before the first of its items is put."""
        kind, thing_id, missing = self._missing
        if (kind, thing_id) != (line["kind"], line["id"]):
            missing = ware.is_missing(self.manifest.tenant_id, line["head"])
            self._missing = (line["kind"], line["id"], missing)
        return missing

    def _put_content(self, name: str) -> None:
        contents, tenant = self.place.contents, self.manifest.tenant_id
        if name in self.manifest.missing_contents or contents.find_named(tenant, name) is not None:
            return
        data = self._opened(name)
        if data is None:
            return
        contents.put_named(tenant, name, data)
        self.counts["contents.restored"] += 1

    def _opened(self, name: str) -> bytes | None:
        """Raises ``BackupDamaged`` for what is not what its name says."""
        if name in self.manifest.missing_contents:
            return None
        sealed = self.place.find(f"contents/{name}")
        if sealed is None:
            raise BackupDamaged(name)
        data = self.seal.open(name, sealed)
        kind, _, sha256 = name.partition("/")
        if kind in (DOCUMENTS, RESULTS) and hashlib.sha256(data).hexdigest() != sha256:
            raise BackupDamaged(name)
        return data


def _names(line: dict[str, Any]) -> list[str]:
    return [*(f"sha256/{sha256}" for sha256 in dict.fromkeys(line.get("contents", ()))), *line.get("objects", ())]
