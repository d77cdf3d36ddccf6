"""Workflows: drafts with their nodes, and published versions. One that was deleted comes back as it was."""

from dataclasses import dataclass
from typing import Any, ClassVar

from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing, items_of, put_all, raise_counter
from docchain.workflows import keys
from docchain.workflows.index import moving
from docchain.workflows.models import Workflow, WorkflowStatus

PER_PAGE = 10
_DELETED = WorkflowStatus.DELETED.value


@dataclass(frozen=True)
class Workflows:
    tables: Tables
    kind: ClassVar[str] = "workflow"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        table, at = self.tables.workflows, keys.tenant_list(tenant)
        page = table.query(at, index=keys.BY_TENANT, index_keys=keys.INDEX_KEYS, limit=PER_PAGE, start_key=start)
        return [thing for item in page.items if (thing := self._thing(item["pk"]))], page.next_key

    def _thing(self, pk: str) -> Thing | None:
        head = self.tables.workflows.get(pk, keys.HEAD, consistent=True)
        if head is None or head["status"] == _DELETED:
            return None
        return Thing(str(head["id"]), head, items_of(self.tables.workflows, pk, but=(keys.HEAD,)))

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:  # noqa: ARG002
        there = self.tables.workflows.get(head["pk"], keys.HEAD, consistent=True)
        return there is None or there["status"] == _DELETED

    def put_items(self, tenant: str, items: list[Item]) -> None:  # noqa: ARG002
        put_all(self.tables.workflows, items)

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:
        table, workflow = self.tables.workflows, Workflow.model_validate(head)
        raise_counter(table, tenant, "workflow", workflow.id)
        told = Event(
            type="workflow.restored",
            tenant_id=tenant,
            subject=f"workflows/{workflow.id}",
            actor=actor,
            data={"workflow_id": workflow.id},
        )
        gone = Attr("pk").not_exists() | Attr("status").eq(_DELETED)
        try:
            table.transact(
                [
                    table.putting(head, when=gone),
                    *moving(table, tenant, None, workflow),
                    table.putting(event_item(told)),
                ]
            )
        except ConditionFailed:
            return False
        return True
