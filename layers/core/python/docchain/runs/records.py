"""Node records: claimed by a conditional write, completed by another, never rewritten after that."""

import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.costs.steps import cost_of_passing
from docchain.runs import keys
from docchain.runs.doubts import DoubtRepository
from docchain.runs.errors import StepSuperseded
from docchain.runs.events import node_event_item
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.runs.spent import spent_of
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

_NOTES_IN_CLAIM = 90  # a transaction holds 100 items; writing a note twice is harmless


@dataclass(frozen=True)
class RecordRepository:
    table: Table

    @property
    def doubts(self) -> DoubtRepository:
        return DoubtRepository(self.table)

    def read_context(
        self, order: StepOrder, needs: list[str], inside: Container[str] = ()
    ) -> tuple[Item | None, dict[str, NodeRecord]]:
        """The run and the records a step looks at, its own among them, in one call.

        ``inside`` are the keys of which the order's item has a record of its own.
        """
        pk = keys.partition(order.tenant, order.run)
        sort_keys = (keys.node_key(key, order.item if key in inside else None) for key in needs)
        wanted = [(pk, keys.RUN), *((pk, sk) for sk in sort_keys)]
        found = self.table.get_many(wanted, consistent=True)
        records = {i["key"]: NodeRecord.model_validate(i) for (_, sk), i in found.items() if sk != keys.RUN}
        return found.get((pk, keys.RUN)), records

    def claim(
        self,
        order: StepOrder,
        record: NodeRecord,
        passed: list[NodeRecord],
        earlier: NodeRecord | None = None,
        extra: Sequence[Action] = (),
    ) -> bool:
        """``False`` when the node is completed already, or owned by the same or a newer attempt.

        ``passed`` are control nodes (conditions, delays) that the state machine went through on its way here.
        ``extra`` is written together with the claim.
        One that acts once takes over only what it has seen (``earlier``): else it could act after an act unseen.
        """
        pk = keys.partition(order.tenant, order.run)
        settled = [NodeStatus.COMPLETED.value, NodeStatus.UNKNOWN.value]
        older = Attr("fence").lt(record.fence) & ~Attr("status").is_in(settled)
        if record.effect_class == "once":
            older = older & Attr("claim_id").eq(earlier.claim_id if earlier else "")
        takeable = Attr("pk").not_exists() | older
        started = self._event(order, "node.started", record, attempt=record.attempts)
        notes = self.passing(order, passed)
        while len(notes) > _NOTES_IN_CLAIM:
            self.table.transact(notes[:_NOTES_IN_CLAIM])
            notes = notes[_NOTES_IN_CLAIM:]
        actions: list[Action] = [
            self.table.putting(_item(pk, record), when=takeable),
            self.table.putting(started),
            *extra,
            *notes,
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return self._is_written(order, record)
        return True

    def passing(self, order: StepOrder, passed: list[NodeRecord]) -> list[Action]:
        """Records of control nodes. A later attempt writes the same again; its events have the same ids."""
        actions = []
        for record in passed:
            event = self._event(order, "node.completed", record, facts=record.facts, **spent_of(record))
            name = record.key if record.item is None else f"{record.key}#{record.item}"
            event["sk"] = f"event#passed#{name}"
            event["event"]["id"] = f"{order.tenant}-{order.run}-{name}"
            actions += [
                self.table.putting(_item(keys.partition(order.tenant, order.run), record)),
                self.table.putting(event),
            ]
        return actions

    def standing(self, tenant_id: str, run_id: int, records: list[NodeRecord]) -> list[Action]:
        """Members of the transaction that makes a run: records that it has from its beginning."""
        pk = keys.partition(tenant_id, run_id)
        return [self.table.putting(_item(pk, record)) for record in records]

    def pass_by(self, order: StepOrder, passed: list[NodeRecord]) -> None:
        """Notes without a claim: what the state machine went through before the end."""
        notes = self.passing(order, passed)
        for start in range(0, len(notes), _NOTES_IN_CLAIM):
            self.table.transact(notes[start : start + _NOTES_IN_CLAIM])

    def give_up(self, order: StepOrder, record: NodeRecord) -> None:
        """``record`` is FAILED for a worker that never said so. One that did meanwhile keeps what it said."""
        pk = keys.partition(order.tenant, order.run)
        left = [NodeStatus.RUNNING.value, NodeStatus.WAITING.value]
        open_ = Attr("pk").not_exists() | Attr("status").is_in(left)
        event = self._event(order, "node.failed", record, error=record.error)
        try:
            self.table.transact([self.table.putting(_item(pk, record), when=open_), self.table.putting(event)])
        except ConditionFailed:
            return

    def withdraw(self, order: StepOrder, record: NodeRecord) -> None:
        """It is certain that nothing was done: the next attempt may act. If this is lost, nobody may."""
        mine = Attr("fence").eq(record.fence) & Attr("claim_id").eq(record.claim_id)
        sk = keys.node_key(record.key, record.item)
        try:
            self.table.update(keys.partition(order.tenant, order.run), sk, set_={"intent": False}, when=mine)
        except ConditionFailed:
            raise StepSuperseded(f"Another attempt at node {record.key!r} took over.") from None

    def complete(self, order: StepOrder, record: NodeRecord, extra: list[Action]) -> None:
        """``extra``: documents that become visible together with the record. Raises ``StepSuperseded``."""
        told = {"facts": record.facts, "documents": record.documents, **spent_of(record)}
        event = self._event(order, "node.completed", record, **told)
        self._finish(order, record, event, extra)

    def fail(self, order: StepOrder, record: NodeRecord, extra: Sequence[Action] = ()) -> None:
        """``extra``: what it cost. Raises ``StepSuperseded``."""
        event = self._event(order, "node.failed", record, error=record.error, **spent_of(record))
        self._finish(order, record, event, extra)

    def _finish(self, order: StepOrder, record: NodeRecord, event: Item, extra: Sequence[Action]) -> None:
        pk = keys.partition(order.tenant, order.run)
        # One that was doubted while it was at work, and comes back, knows what became of it.
        open_ = Attr("status").is_in([NodeStatus.RUNNING.value, NodeStatus.UNKNOWN.value])
        mine = Attr("fence").eq(record.fence) & Attr("claim_id").eq(record.claim_id) & open_
        try:
            self.table.transact([self.table.putting(_item(pk, record), when=mine), self.table.putting(event), *extra])
        except ConditionFailed:
            if self._is_written(order, record):
                return
            raise StepSuperseded(f"Another attempt at node {record.key!r} took over.") from None

    def _is_written(self, order: StepOrder, record: NodeRecord) -> bool:
        """A write that was applied and never acknowledged looks like a conflict when it is tried again."""
        sk = keys.node_key(record.key, record.item)
        item = self.table.get(keys.partition(order.tenant, order.run), sk, consistent=True)
        return item is not None and (item["claim_id"], item["status"]) == (record.claim_id, record.status.value)

    def _event(self, order: StepOrder, kind: str, record: NodeRecord, **data: Any) -> Item:
        return node_event_item(
            order.tenant,
            order.run,
            order.workflow,
            kind,
            record.key,
            node_id=record.node_id,
            node_type=record.node_type,
            status=record.status.value,
            **({} if record.item is None else {"item": record.item}),
            **data,
        )


def passed_record(order: StepOrder, key: str, node_id: int, node_type: str, outcome: str | None) -> NodeRecord:
    """A control node has no worker: what the state machine decided is all there is to record."""
    facts = {"outcome": outcome} if outcome is not None else {}
    moment = now()
    return NodeRecord(
        key=key,
        item=order.item,
        node_id=node_id,
        node_type=node_type,
        effect_class="pure",
        status=NodeStatus.COMPLETED,
        fence=order.fence,
        started_at=moment,
        finished_at=moment,
        lease_until=int(time.time()),
        output=dict(facts),
        facts=facts,
        usage={"transitions": 1},
        cost_usd=cost_of_passing(),
    )


def _item(pk: str, record: NodeRecord) -> Item:
    sk = keys.node_key(record.key, record.item)
    return {"pk": pk, "sk": sk, "entity": "record", **record.model_dump(mode="json")}
