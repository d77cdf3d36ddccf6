"""backup: a tenant's documents, workflows, runs, prompts and figures, sealed in the bucket; and the way back.

Accounts, sessions, keys, secrets of the vault and the audit's chain are in no backup: what restores those would also
undo a removal, and each has a protection of its own.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from docchain.clock import now
from docchain.documents.store import ContentStore
from docchain.encryption.data_keys import DataKeys
from docchain.events.models import Event
from docchain.storage.outbox import event_item
from docchain.tasks.errors import TaskWaits
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.backups.collections import Collections
from docchain.tasks.kinds.backups.documents import Documents
from docchain.tasks.kinds.backups.exporting import Export
from docchain.tasks.kinds.backups.figures import Figures
from docchain.tasks.kinds.backups.manifest import MANIFEST, PROGRESS, Manifest, read_manifest
from docchain.tasks.kinds.backups.place import Place
from docchain.tasks.kinds.backups.prompts import Prompts
from docchain.tasks.kinds.backups.restoring import Restoration
from docchain.tasks.kinds.backups.runs import Runs
from docchain.tasks.kinds.backups.sealing import Seal, new_seal, seal_of
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Ware
from docchain.tasks.kinds.backups.workflows import Workflows
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import Backup

KIND = "backup"
STRETCH_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Keeper:
    people: People
    tables: Tables
    contents: ContentStore = field(repr=False)
    keys: DataKeys = field(repr=False)

    @property
    def wares(self) -> tuple[Ware, ...]:
        """In the order of restoring: a document finds its collection, a run its workflow."""
        kinds = (Collections, Documents, Workflows, Runs, Prompts, Figures)
        return tuple(kind(self.tables) for kind in kinds)

    def run(self, parameters: Backup, context: TaskContext) -> dict[str, Any]:
        """Raises ``TaskWaits`` when there is more than one stretch does."""
        with refusing():
            actor = self.people.asker(context, KIND).username
            if parameters.mode == "export":
                return self._export(context, actor)
            place = Place(self.contents, context.tenant, str(parameters.backup_id))
            if parameters.mode == "delete":
                return self._delete(place, context, actor)
            return self._restore(place, context, actor, verified_only=parameters.mode == "verify")

    def _export(self, context: TaskContext, actor: str) -> dict[str, Any]:
        place = Place(self.contents, context.tenant, context.task_id)
        if place.find(MANIFEST) is not None:  # made, and the worker died before it could say so
            return self._exported(read_manifest(place, self.keys)[0], context, actor)
        export = Export(place, *self._begun(place, actor))
        until = time.monotonic() + STRETCH_SECONDS
        while export.page(self.wares):
            place.put(PROGRESS, export.manifest.model_dump_json().encode())
            context.check()
            manifest = export.manifest
            context.progress(manifest.ware / len(self.wares), f"{sum(manifest.counts.values()):,} things")
            if time.monotonic() > until:
                raise TaskWaits(datetime.now(UTC), {})
        finished = export.manifest.model_copy(update={"finished_at": now()}).signed(export.seal)
        place.put(MANIFEST, finished.model_dump_json().encode())
        return self._exported(finished, context, actor)

    def _exported(self, manifest: Manifest, context: TaskContext, actor: str) -> dict[str, Any]:
        self._tell("backup.created", context, actor, {"backup_id": context.task_id, **manifest.counts})
        return _told(manifest)

    def _begun(self, place: Place, actor: str) -> tuple[Seal, Manifest]:
        """Where an earlier stretch, or a worker that died, has noted that it stands.

        The note comes before anything is sealed: of two who begin at once, both seal under the key of the first.
        """
        if place.find(PROGRESS) is None:
            seal = new_seal(self.keys, place.tenant, place.backup_id)
            named = {"backup_id": place.backup_id, "tenant_id": place.tenant, "made_by": actor}
            begun = Manifest(**named, started_at=now(), key=seal.wrapped)
            if place.put_once(PROGRESS, begun.model_dump_json().encode()):
                return seal, begun
        manifest = Manifest.model_validate_json(place.find(PROGRESS) or b"")
        return seal_of(self.keys, place.tenant, place.backup_id, manifest.key), manifest

    def _restore(self, place: Place, context: TaskContext, actor: str, *, verified_only: bool) -> dict[str, Any]:
        manifest, seal = read_manifest(place, self.keys)
        wares = {ware.kind: ware for ware in self.wares}
        before: dict[str, int] = context.state.get("counts", {})
        done = Restoration(place, seal, manifest, wares, actor, verified_only, Counter(before))
        until = time.monotonic() + STRETCH_SECONDS
        for number in range(int(context.state.get("part", 0)), len(manifest.parts)):
            context.check()
            context.progress(number / len(manifest.parts), f"part {number + 1} of {len(manifest.parts)}")
            done.part(manifest.parts[number])
            if time.monotonic() > until and number + 1 < len(manifest.parts):
                raise TaskWaits(datetime.now(UTC), {"part": number + 1, "counts": dict(done.counts)})
        if not verified_only:
            told = {"backup_id": place.backup_id, **done.counts}
            self._tell("backup.restored", context, actor, told)
        return {
            "backup_id": place.backup_id,
            "counts": dict(sorted(done.counts.items())),
            "made_at": manifest.started_at,
        }

    def _delete(self, place: Place, context: TaskContext, actor: str) -> dict[str, Any]:
        """Told before anything goes; what went is not found again, so this may be done twice."""
        removed = int(context.state.get("removed", 0))
        until = time.monotonic() + STRETCH_SECONDS
        if place.holds_something():
            self._tell("backup.deleted", context, actor, {"backup_id": place.backup_id})
        while some := place.remove_some():
            removed += some
            context.check()
            context.progress(0.5, f"{removed:,} files")
            if time.monotonic() > until:
                raise TaskWaits(datetime.now(UTC), {"removed": removed})
        return {"backup_id": place.backup_id, "files_removed": removed}

    def _tell(self, kind: str, context: TaskContext, actor: str, data: dict[str, Any]) -> None:
        """Of one task once: its event has its number."""
        subject = f"backups/{data['backup_id']}"
        fact = Event(id=context.task_id, type=kind, tenant_id=context.tenant, subject=subject, actor=actor, data=data)
        self.tables.documents.put(event_item(fact))


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "backup_id": manifest.backup_id,
        "counts": manifest.counts,
        "contents": manifest.contents,
        "content_bytes": manifest.content_bytes,
        "missing_contents": len(manifest.missing_contents),
        "parts": len(manifest.parts),
        "bytes": sum(part.bytes for part in manifest.parts),
        "started_at": manifest.started_at,
        "finished_at": manifest.finished_at,
    }
