"""What a backup says of itself, under a MAC; and how far one has come that is not finished."""

import hmac
import json
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from docchain.encryption.data_keys import DataKeys
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.backups.place import Place
from docchain.tasks.kinds.backups.sealing import BackupDamaged, Seal, seal_of

FORMAT = "docchain-backup-1"
MANIFEST = "manifest.json"
PROGRESS = "progress.json"


class Part(BaseModel):
    """``sha256`` is of the sealed bytes, as they lie there."""

    name: str
    lines: int
    bytes: int
    sha256: str


class Manifest(BaseModel):
    format: str = FORMAT
    backup_id: str
    tenant_id: str
    made_by: str
    started_at: str
    finished_at: str | None = None
    key: str
    parts: list[Part] = Field(default_factory=list)
    counts: dict[str, int] = Field(default_factory=dict)
    contents: int = 0
    content_bytes: int = 0
    missing_contents: list[str] = Field(default_factory=list)
    # How far it has come, until it is finished.
    ware: int = 0
    start: dict[str, Any] | None = None
    mac: str | None = None

    def signed(self, seal: Seal) -> "Manifest":
        return self.model_copy(update={"mac": seal.mac(self._covered())})

    def check(self, seal: Seal) -> None:
        """Raises ``BackupDamaged``."""
        if self.mac is None or not hmac.compare_digest(self.mac, seal.mac(self._covered())):
            raise BackupDamaged(MANIFEST)

    def _covered(self) -> bytes:
        return json.dumps(self.model_dump(mode="json", exclude={"mac"}), sort_keys=True).encode()


def read_manifest(place: Place, keys: DataKeys) -> tuple[Manifest, Seal]:
    """Raises ``TaskRefused`` for a backup that is not there, ``BackupDamaged`` for one that was altered."""
    data = place.find(MANIFEST)
    if data is None:
        unfinished = place.find(PROGRESS) is not None
        says = "is not finished" if unfinished else "does not exist"
        raise TaskRefused(f"Backup {place.backup_id} {says}.", code="BACKUP_NOT_FOUND")
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError:
        raise BackupDamaged(MANIFEST) from None
    seal = seal_of(keys, place.tenant, place.backup_id, manifest.key)
    manifest.check(seal)
    return manifest, seal
