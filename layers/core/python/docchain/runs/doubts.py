"""Outcomes that nobody knows: a node that may have acted stops its run, until a person says what became of it.

The record, its marker, the run's end and their events are one transaction, so that a run which goes on has no doubt.
"""

from dataclasses import dataclass
from typing import Any, Literal

from docchain.clock import now
from docchain.runs import keys
from docchain.runs.errors import OutcomeUndecided, RunNotResumable
from docchain.runs.events import node_event_item, run_event_item
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus, StepOrder
from docchain.steps.hashing import content_hash
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

Assumption = Literal["done", "retry"]
DOUBTS_MOST = 1_000
ASSUMED_OUTPUT_BYTES_MOST = 16 * 1024
# Record, marker and event of each, and the run.
_IN_ONE_WRITE = 30


def is_left_open(record: NodeRecord) -> bool:
    """It said that it would act, and never what became of it."""
    return record.intent and record.status == NodeStatus.RUNNING


@dataclass(frozen=True)
class DoubtRepository:
    table: Table

    def record(self, order: StepOrder, record: NodeRecord, reason: str) -> bool:
        """``False`` when the record is no longer as it was: whoever moved it knows more."""
        pk = keys.partition(order.tenant, order.run)
        name = _name(record)
        error = {"code": "OUTCOME_UNKNOWN", "message": f"Whether {name} acted is not known: {reason}", "node": name}
        unknown = record.model_copy(update={"status": NodeStatus.UNKNOWN, "finished_at": now(), "error": error})
        open_ = Attr("claim_id").eq(record.claim_id) & Attr("status").eq(NodeStatus.RUNNING.value)
        marker: Item = {"pk": pk, "sk": keys.doubt_key(record.key, record.item), "entity": "doubt", "since": now()}
        marker |= {"node": record.key, "item": record.item, "decided": None}
        event = _event(order.tenant, order.run, order.workflow, "node.unknown", unknown, error=error)
        actions = [
            self.table.putting(_item(pk, unknown), when=open_),
            self.table.putting(marker),
            self.table.putting(event),
        ]
        try:
            self.table.transact([*actions, *self._interrupting(order, error)])
        except ConditionFailed as failed:
            if 0 in failed.failed:
                return self._is_doubted(pk, record)
            # The run has ended for another reason; the doubt stands all the same.
            return self._recorded_alone(pk, record, actions)
        return True

    def read_open(self, tenant_id: str, run_id: int) -> list[NodeRecord]:
        """Records that wait for a person. One that came back late has said itself what became of it."""
        pk = keys.partition(tenant_id, run_id)
        markers = self.table.query_all(pk, prefix=keys.DOUBT_PREFIX, most=DOUBTS_MOST, consistent=True)
        wanted = [(pk, keys.node_key(m["node"], m.get("item"))) for m in markers if not m.get("decided")]
        found = self.table.get_many(wanted, consistent=True) if wanted else {}
        records = [NodeRecord.model_validate(found[key]) for key in wanted if key in found]
        return [r for r in records if r.status == NodeStatus.UNKNOWN]

    def decide(
        self,
        tenant_id: str,
        run: Run,
        records: list[NodeRecord],
        actor: str,
        assume: Assumption,
        output: dict[str, Any],
    ) -> None:
        """Before the run goes on. Dying in between leaves some decided; the same call again decides the others."""
        pk = keys.partition(tenant_id, run.id)
        stopped = Attr("status").ne(RunStatus.RUNNING.value) & Attr("generation").eq(run.generation)
        for start in range(0, len(records), _IN_ONE_WRITE):
            actions: list[Action] = [self.table.checking(pk, keys.RUN, when=stopped)]
            for record in records[start : start + _IN_ONE_WRITE]:
                actions += self._deciding(tenant_id, run, record, actor, assume, output)
            try:
                self.table.transact(actions)
            except ConditionFailed as failed:
                if 0 in failed.failed:
                    raise RunNotResumable(run.id, RunStatus.RUNNING.value) from None
                raise OutcomeUndecided([_name(r) for r in records]) from None

    def _deciding(
        self, tenant_id: str, run: Run, record: NodeRecord, actor: str, assume: Assumption, output: dict[str, Any]
    ) -> list[Action]:
        pk = keys.partition(tenant_id, run.id)
        decision = {"assume": assume, "by": actor, "at": now()}
        unknown: Condition = Attr("status").eq(NodeStatus.UNKNOWN.value) & Attr("claim_id").eq(record.claim_id)
        marker = self.table.updating(pk, keys.doubt_key(record.key, record.item), set_={"decided": decision})
        if assume == "retry":
            decided = record.model_copy(update={"status": NodeStatus.FAILED, "intent": False, "decided": decision})
            return [self.table.putting(_item(pk, decided), when=unknown), marker]
        facts = {k: v for k, v in output.items() if v is None or isinstance(v, str | int | float | bool)}
        done = {"status": NodeStatus.COMPLETED, "output": output, "output_hash": content_hash(output)}
        decided = record.model_copy(update={**done, "facts": facts, "error": None, "decided": decision})
        event = _event(tenant_id, run.id, run.workflow_id, "node.completed", decided, facts=facts, decided=decision)
        return [self.table.putting(_item(pk, decided), when=unknown), marker, self.table.putting(event)]

    def _interrupting(self, order: StepOrder, error: dict[str, Any]) -> list[Action]:
        running = Attr("status").eq(RunStatus.RUNNING.value) & Attr("generation").eq(order.generation)
        event = run_event_item(
            order.tenant,
            order.run,
            order.workflow,
            "run.interrupted",
            actor=None,
            status=RunStatus.INTERRUPTED.value,
            error=error,
        )
        changed = {"status": RunStatus.INTERRUPTED.value, "finished_at": now(), "error": error}
        changed["end_event_id"] = event["event"]["id"]
        pk = keys.partition(order.tenant, order.run)
        return [
            self.table.updating(pk, keys.RUN, set_=changed, remove=keys.OPEN_RUNS_KEYS, when=running),
            self.table.putting(event),
        ]

    def _recorded_alone(self, pk: str, record: NodeRecord, actions: list[Action]) -> bool:
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return self._is_doubted(pk, record)
        return True

    def _is_doubted(self, pk: str, record: NodeRecord) -> bool:
        """A write that was applied and never acknowledged looks like a conflict when it is tried again."""
        item = self.table.get(pk, keys.node_key(record.key, record.item), consistent=True)
        return item is not None and (item["claim_id"], item["status"]) == (record.claim_id, NodeStatus.UNKNOWN.value)


def _name(record: NodeRecord) -> str:
    return record.key if record.item is None else f"{record.key}[{record.item}]"


def _item(pk: str, record: NodeRecord) -> Item:
    return {
        "pk": pk,
        "sk": keys.node_key(record.key, record.item),
        "entity": "record",
        **record.model_dump(mode="json"),
    }


def _event(tenant_id: str, run_id: int, workflow_id: int, kind: str, record: NodeRecord, **data: Any) -> Item:
    known = {"node_id": record.node_id, "node_type": record.node_type, "status": record.status.value}
    if record.item is not None:
        known["item"] = record.item
    return node_event_item(tenant_id, run_id, workflow_id, kind, record.key, **known, **data)
