"""Published versions: written once, read by every step of every run."""

import gzip
import json
from dataclasses import dataclass

from docchain.errors import ValidationFailed
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Page, Table
from docchain.workflows import keys
from docchain.workflows.errors import VersionNotFound, WorkflowChanged
from docchain.workflows.models import Version, Workflow

# An item holds 400 KB; a definition compresses about tenfold, so this is some 3 MB of nodes.
DEFINITION_BYTES_MOST = 350_000


@dataclass(frozen=True)
class VersionRepository:
    table: Table

    def publish(self, tenant_id: str, before: Workflow, version: Version, event: Event) -> None:
        """The version and the head that names it. Raises ``WorkflowChanged`` when another publish came between."""
        pk = keys.partition(tenant_id, before.id)
        item = _item(pk, version)
        head = {
            "latest_version": version.version,
            "published_version": version.version,
            "published_revision": version.revision,
            "updated_at": version.created_at,
        }
        unchanged = Attr("latest_version").eq(before.latest_version) & Attr("revision").eq(before.revision)
        try:
            self.table.transact(
                [
                    self.table.updating(pk, keys.HEAD, set_=head, when=unchanged),
                    self.table.putting(item, when=Attr("pk").not_exists()),
                    self.table.putting(event_item(event)),
                ]
            )
        except ConditionFailed:
            raise WorkflowChanged from None

    def keep_trial(self, tenant_id: str, version: Version) -> Version:
        """A version that only a trial runs, numbered by its content: equal ones are one, and it is in no list."""
        number = keys.TRIALS_FROM + int(version.content_hash[:7], 16)
        while True:
            kept = version.model_copy(update={"version": number})
            try:
                item = _item(keys.partition(tenant_id, version.workflow_id), kept)
                self.table.put(item, when=Attr("pk").not_exists() | Attr("content_hash").eq(version.content_hash))
            except ConditionFailed:
                number += 1  # another definition whose hash begins alike
                continue
            return kept

    def read(self, tenant_id: str, workflow_id: int, version: int) -> Version:
        item = self.table.get(keys.partition(tenant_id, workflow_id), keys.version_key(version))
        if item is None:
            raise VersionNotFound(workflow_id, version)
        return _version(item)

    def read_page(
        self, tenant_id: str, workflow_id: int, *, limit: int, start_key: Item | None
    ) -> tuple[list[Version], Page]:
        """Newest first."""
        page = self.table.query(
            keys.partition(tenant_id, workflow_id),
            prefix=keys.VERSION_PREFIX,
            limit=limit,
            start_key=start_key,
            forward=False,
        )
        return [_version(i) for i in page.items], page


def _item(pk: str, version: Version) -> Item:
    packed = gzip.compress(json.dumps(version.definition, sort_keys=True).encode(), mtime=0)
    if len(packed) > DEFINITION_BYTES_MOST:
        raise ValidationFailed(f"The definition is {len(packed)} bytes compressed; at most {DEFINITION_BYTES_MOST}.")
    return {
        "pk": pk,
        "sk": keys.version_key(version.version),
        "entity": "version",
        "packed": packed,
        **version.model_dump(mode="json", exclude={"definition"}),
    }


def _version(item: Item) -> Version:
    return Version.model_validate({**item, "definition": json.loads(gzip.decompress(item["packed"]))})
