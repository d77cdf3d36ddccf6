"""Reuse of a record: as it stands in the run that replays, and whether it is the one that this run needs."""

from typing import Final

from docchain.clock import now
from docchain.replay.content_key import may_come_again
from docchain.runs import keys
from docchain.runs.models import NodeRecord, NodeStatus, ReusedFrom, Run, StepOrder
from docchain.storage.table import Table

# Who answered and to what stays true; what it took is not spent again.
_STILL_TRUE: Final = ("provider", "model", "prompt_hash")


def reused(record: NodeRecord, run_id: int) -> NodeRecord:
    """The same answer under a new run: it costs nothing a second time, and says whose it is and what it cost there."""
    saved = record.reused_from.cost_usd if record.reused_from else record.cost_usd
    first = record.reused_from or ReusedFrom(run=run_id, node=record.key)
    fresh = {
        "fence": 0,
        "claim_id": "",
        "intent": False,
        "lease_until": 0,
        "usage": {name: record.usage[name] for name in _STILL_TRUE if name in record.usage},
        "cost_usd": 0.0,
        "reused_from": first.model_copy(update={"cost_usd": saved}),
    }
    return record.model_copy(update=fresh)


def take_over(table: Table, order: StepOrder, run: Run, record: NodeRecord) -> NodeRecord | None:
    """This attempt's claim, completed with what the replayed run made of the same content; ``None`` when it made none.

    That run's record is read only when the list of those that may come again has its key, or for an item of a foreach.
    """
    source = run.replay_of
    if source is None or record.content_key is None:
        return None
    run_id = source.run_id if order.item is None else source.lists.get(order.within)
    if run_id is None:
        return None
    if order.item is None and not may_come_again(source.candidates, record.key, record.content_key):
        return None
    item = table.get(keys.partition(order.tenant, run_id), keys.node_key(record.key, order.item))
    found = NodeRecord.model_validate(item) if item else None
    if found is None or found.status != NodeStatus.COMPLETED or found.content_key != record.content_key:
        return None
    kept = {name: getattr(record, name) for name in _OF_THE_CLAIM}
    return reused(found, run_id).model_copy(update={**kept, "finished_at": now()})


_OF_THE_CLAIM: Final = (
    *("fence", "claim_id", "attempts", "started_at", "lease_until"),
    *("node_id", "config_hash", "input_hash", "content_key"),
)
