"""Records of what undid the effects of a run, one per node, beside the records of its nodes."""

import time
from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.runs import keys
from docchain.runs.events import node_event_item
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Table

COMPENSATIONS_READ = 100
ENDED = (RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True)
class CompensationRepository:
    table: Table

    def read(self, tenant_id: str, run_id: int) -> dict[str, NodeRecord]:
        pk = keys.partition(tenant_id, run_id)
        items = self.table.query_all(pk, prefix=keys.COMPENSATION_PREFIX, most=COMPENSATIONS_READ, consistent=True)
        return {i["key"]: NodeRecord.model_validate(i) for i in items}

    def begin(self, tenant_id: str, run: Run) -> bool:
        """``False`` when the run was resumed meanwhile. From here on it cannot be."""
        ended = Attr("status").is_in([s.value for s in ENDED]) & Attr("generation").eq(run.generation)
        pk = keys.partition(tenant_id, run.id)
        try:
            self.table.update(pk, keys.RUN, set_={"compensated_at": run.compensated_at or now()}, when=ended)
        except ConditionFailed:
            return False
        return True

    def claim(self, tenant_id: str, run: Run, record: NodeRecord) -> bool:
        """``False`` while another delivery is at it, or when it has come to an end."""
        expired = Attr("status").eq(NodeStatus.RUNNING.value) & Attr("lease_until").lt(int(time.time()))
        free = Attr("pk").not_exists() | expired
        try:
            self.table.put(_item(tenant_id, run, record), when=free)
        except ConditionFailed:
            return False
        return True

    def finish(self, tenant_id: str, run: Run, record: NodeRecord, **told: Any) -> None:
        """With ``node.compensated``, whose status says how it went. Nothing happens when it had ended before."""
        open_ = Attr("pk").not_exists() | Attr("status").eq(NodeStatus.RUNNING.value)
        event = node_event_item(
            tenant_id,
            run.id,
            run.workflow_id,
            "node.compensated",
            record.key,
            node_id=record.node_id,
            node_type=record.node_type,
            status=record.status.value,
            **({"error": record.error} if record.error else {}),
            **told,
        )
        try:
            self.table.transact(
                [self.table.putting(_item(tenant_id, run, record), when=open_), self.table.putting(event)]
            )
        except ConditionFailed:
            return


def _item(tenant_id: str, run: Run, record: NodeRecord) -> Item:
    pk, sk = keys.partition(tenant_id, run.id), f"{keys.COMPENSATION_PREFIX}{record.key}"
    return {"pk": pk, "sk": sk, "entity": "compensation", **record.model_dump(mode="json")}
