"""Workflows and their draft nodes in DynamoDB. Every change carries its event in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.events.models import Event
from docchain.storage.conditions import Attr, Condition
from docchain.storage.counters import next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table
from docchain.workflows import keys
from docchain.workflows.errors import WorkflowChanged, WorkflowNotFound
from docchain.workflows.index import moving
from docchain.workflows.models import NODES_MOST, Draft, Node, Workflow, WorkflowStatus

# The transaction's limit is 100 items. In the last one the head, its places in lists, event and key want room too.
_NODES_PER_TRANSACTION = 90
_NODES_BESIDE_HEAD = 50


@dataclass(frozen=True)
class WorkflowRepository:
    table: Table

    def next_id(self, tenant_id: str) -> int:
        return next_number(self.table, tenant_id, "workflow")

    def create(
        self,
        tenant_id: str,
        draft: Draft,
        event: Event,
        key: IdempotencyKey | None = None,
        beside: Sequence[Action] = (),
    ) -> None:
        """Nodes first, the head last: without its head a workflow does not exist, so a crash leaves nothing to see.

        ``beside`` is written in the head's transaction, at most 20 actions.
        """
        pk = keys.partition(tenant_id, draft.workflow.id)
        nodes = [self.table.putting(_node_item(pk, node)) for node in draft.nodes]
        while len(nodes) > _NODES_BESIDE_HEAD:
            self.table.transact(nodes[:_NODES_PER_TRANSACTION])
            nodes = nodes[_NODES_PER_TRANSACTION:]
        actions = [
            *nodes,
            self.table.putting(_head_item(tenant_id, draft.workflow), when=Attr("pk").not_exists()),
            *moving(self.table, tenant_id, None, draft.workflow),
            self.table.putting(event_item(event)),
            *beside,
        ]
        if key:
            answer = {"workflow_id": draft.workflow.id}
            actions.append(key.recording(self.table, answer))
        self.table.transact(actions)

    def read(self, tenant_id: str, workflow_id: int, *, consistent: bool = False) -> Workflow:
        item = self.table.get(keys.partition(tenant_id, workflow_id), keys.HEAD, consistent=consistent)
        return _workflow(item, workflow_id)

    def read_beside(self, tenant_id: str, workflow_id: int, place: tuple[str, str]) -> tuple[Workflow, Item | None]:
        """The workflow and one more item of the table, in one read."""
        head = (keys.partition(tenant_id, workflow_id), keys.HEAD)
        found = self.table.get_many([head, place])
        return _workflow(found.get(head), workflow_id), found.get(place)

    def read_draft(self, tenant_id: str, workflow_id: int) -> Draft:
        """Head and nodes in one query; nodes in the order of their ids, which is the order they were added in."""
        items = self.table.query_all(
            keys.partition(tenant_id, workflow_id), prefix=keys.DRAFT_PREFIX, most=NODES_MOST + 1, consistent=True
        )
        heads = [i for i in items if i["sk"] == keys.HEAD]
        workflow = _workflow(heads[0] if heads else None, workflow_id)
        return Draft(workflow=workflow, nodes=[Node.model_validate(i) for i in items if i["entity"] == "node"])

    def read_node(self, tenant_id: str, workflow_id: int, node_id: int) -> tuple[Workflow, Node | None]:
        pk = keys.partition(tenant_id, workflow_id)
        found = self.table.get_many([(pk, keys.HEAD), (pk, keys.node_key(node_id))], consistent=True)
        workflow = _workflow(found.get((pk, keys.HEAD)), workflow_id)
        item = found.get((pk, keys.node_key(node_id)))
        return workflow, Node.model_validate(item) if item else None

    def read_many(self, tenant_id: str, workflow_ids: list[int]) -> dict[int, Workflow]:
        """Also those that were deleted, which say so; who asks for many wants to know what became of each."""
        pks = {keys.partition(tenant_id, i): i for i in workflow_ids}
        found = self.table.get_many(((pk, keys.HEAD) for pk in pks), consistent=True)
        return {pks[pk]: Workflow.model_validate(item) for (pk, _), item in found.items()}

    def change(self, tenant_id: str, before: Workflow, changes: dict[str, Any], events: list[Event]) -> Workflow:
        """Fields of the head, and its places in lists with them. Raises ``WorkflowChanged`` when what decides the
        places is not as in ``before``, ``WorkflowNotFound`` when it was deleted meanwhile.
        """
        after = Workflow.model_validate({**before.model_dump(), **changes, "updated_at": now()})
        written = {**changes, "updated_at": after.updated_at}
        self._transact_head(tenant_id, before, after, {"set_": written}, events)
        return after

    def delete(self, tenant_id: str, before: Workflow, event: Event, beside: Sequence[Action] = ()) -> None:
        """The head stays as a tombstone outside the lists: versions are still read by runs and receipts."""
        gone = {"status": WorkflowStatus.DELETED.value, "updated_at": now()}
        self._transact_head(tenant_id, before, None, {"set_": gone, "remove": keys.INDEX_KEYS}, [event], beside)

    def _transact_head(
        self,
        tenant_id: str,
        before: Workflow,
        after: Workflow | None,
        update: dict[str, Any],
        events: list[Event],
        beside: Sequence[Action] = (),
    ) -> None:
        pk = keys.partition(tenant_id, before.id)
        try:
            self.table.transact(
                [
                    self.table.updating(pk, keys.HEAD, when=_alive() & _as_read(before, update), **update),
                    *moving(self.table, tenant_id, before, after),
                    *(self.table.putting(event_item(event)) for event in events),
                    *beside,
                ]
            )
        except ConditionFailed:
            self.read(tenant_id, before.id, consistent=True)
            raise WorkflowChanged from None

    def change_nodes(
        self,
        tenant_id: str,
        before: Workflow,
        *,
        put: list[Node] | None = None,
        delete: list[int] | None = None,
        node_count: int,
        event: Event,
        key: IdempotencyKey | None = None,
        answer: dict[str, Any] | None = None,
        beside: Sequence[Action] = (),
    ) -> None:
        """Nodes and the head's revision together. Raises ``WorkflowChanged`` when somebody else was faster."""
        pk = keys.partition(tenant_id, before.id)
        head = {
            "revision": before.revision + 1,
            "node_count": node_count,
            "last_node_id": max([before.last_node_id, *(n.id for n in put or [])]),
            "updated_at": now(),
        }
        actions: list[Action] = [
            self.table.updating(pk, keys.HEAD, set_=head, when=_alive() & Attr("revision").eq(before.revision)),
            *(self.table.putting(_node_item(pk, node)) for node in put or []),
            *(self.table.deleting(pk, keys.node_key(node_id)) for node_id in delete or []),
            self.table.putting(event_item(event)),
            *beside,
        ]
        if key:
            actions.append(key.recording(self.table, answer or {}))
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if 0 in error.failed:
                raise WorkflowChanged from None
            raise


def _alive() -> Condition:
    return Attr("status").exists() & Attr("status").ne(WorkflowStatus.DELETED.value)


def _as_read(before: Workflow, update: dict[str, Any]) -> Condition:
    """A change of what is published, too, must not pass by one of the nodes."""
    same = _listed_as(before)
    return same & Attr("revision").eq(before.revision) if "revision" in update.get("set_", {}) else same


def _listed_as(workflow: Workflow) -> Condition:
    """What its places in lists come from; a head from before there were tags has none."""
    tags = Attr("tags").eq(workflow.tags)
    described = Attr("description")
    return (
        Attr("status").eq(workflow.status.value)
        & Attr("name").eq(workflow.name)
        & (described.not_exists() if workflow.description is None else described.eq(workflow.description))
        & (tags if workflow.tags else tags | Attr("tags").not_exists())
    )


def _workflow(item: Item | None, workflow_id: int) -> Workflow:
    if item is None or item["status"] == WorkflowStatus.DELETED:
        raise WorkflowNotFound(workflow_id)
    return Workflow.model_validate(item)


def _head_item(tenant_id: str, workflow: Workflow) -> Item:
    gsi_pk, gsi_sk = keys.INDEX_KEYS
    return {
        "pk": keys.partition(tenant_id, workflow.id),
        "sk": keys.HEAD,
        "entity": "workflow",
        gsi_pk: keys.tenant_list(tenant_id),
        gsi_sk: f"{workflow.id:012d}",
        **workflow.model_dump(mode="json"),
    }


def _node_item(pk: str, node: Node) -> Item:
    return {"pk": pk, "sk": keys.node_key(node.id), "entity": "node", **node.model_dump(mode="json")}
