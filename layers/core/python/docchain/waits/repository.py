"""Waits in DynamoDB, in their run's partition: closed together with the node's record, once.

A wait that is open stands in the sparse index of due things until its time is over, and one that was answered until its
answer has arrived: whoever sweeps finds both, should the process that answered die in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docchain.clock import epoch, from_iso, now
from docchain.nodes.kinds import subworkflow
from docchain.runs import keys
from docchain.runs.events import node_event_item
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.waits.errors import WaitOver
from docchain.waits.models import Reply, Wait, WaitStatus

DUE = "waits"
# An answer is sent at once by who gave it; after this time a sweep sends it again.
SEND_AGAIN_SECONDS = 30
LOOK_AT_RUNS_SECONDS = 3600
WAITS_MOST = 2_000  # as many nodes as a workflow may have


@dataclass(frozen=True)
class Waiting:
    """A wait with its run and its node's record, read together."""

    run: Run
    wait: Wait
    record: NodeRecord


@dataclass(frozen=True)
class WaitRepository:
    table: Table = field(repr=False)

    def read(self, tenant_id: str, run_id: int, node: str) -> Waiting | None:
        pk = keys.partition(tenant_id, run_id)
        at = [(pk, keys.RUN), (pk, keys.wait_key(node)), (pk, keys.node_key(node))]
        found = self.table.get_many(at, consistent=True)
        if len(found) < len(at):
            return None
        run, wait, record = (found[key] for key in at)
        return Waiting(Run.model_validate(run), Wait.model_validate(wait), NodeRecord.model_validate(record))

    def find(self, tenant_id: str, run_id: int, node: str) -> Wait | None:
        item = self.table.get(keys.partition(tenant_id, run_id), keys.wait_key(node), consistent=True)
        return Wait.model_validate(item) if item else None

    def of_run(self, tenant_id: str, run_id: int) -> list[Wait]:
        pk = keys.partition(tenant_id, run_id)
        items = self.table.query_all(pk, prefix=keys.WAIT_PREFIX, most=WAITS_MOST, consistent=True)
        return [Wait.model_validate(item) for item in items]

    def opening(self, wait: Wait) -> Action:
        """A member of the claim's transaction, whose condition on the record is the wait's too."""
        return self.table.putting(_item(wait, due=_first_look(wait)))

    def change(self, before: Wait, after: Wait, extra: Sequence[Action] = ()) -> Wait:
        """Of a wait that stays open. Raises ``WaitOver`` when it changed meanwhile or its run has ended."""
        changed = after.model_copy(update={"revision": before.revision + 1})
        put = self.table.putting(_item(changed, due=int(from_iso(changed.due_at).timestamp())), when=_unchanged(before))
        self._transact([self._run_waits(before), put, *extra])
        return changed

    def close(
        self, waiting: Waiting, done: NodeRecord, status: WaitStatus, reply: Reply, extra: Sequence[Action] = ()
    ) -> Wait:
        """The answer: record, wait and event, or nothing. Of two, one gets ``WaitOver``."""
        before = waiting.wait
        changes = {"status": status, "reply": reply, "revision": before.revision + 1, "closed_at": now()}
        closed = before.model_copy(update=changes)
        pk = keys.partition(before.tenant_id, before.run_id)
        still = Attr("status").eq(NodeStatus.WAITING.value) & Attr("claim_id").eq(before.claim_id)
        record = {"pk": pk, "sk": keys.node_key(done.key), "entity": "record", **done.model_dump(mode="json")}
        self._transact(
            [
                self._run_waits(before),
                self.table.putting(record, when=still),
                self.table.putting(_item(closed, due=epoch() + SEND_AGAIN_SECONDS), when=_unchanged(before)),
                self.table.putting(_told(before, done)),
                *extra,
            ]
        )
        return closed

    def abandon(self, wait: Wait, extra: Sequence[Action] = ()) -> None:
        """Its run has ended for good; whoever closed it before was right."""
        gone = {"status": WaitStatus.CANCELLED, "revision": wait.revision + 1, "closed_at": now()}
        put = self.table.putting(_item(wait.model_copy(update=gone), due=None), when=_unchanged(wait))
        try:
            self.table.transact([put, *extra])
        except ConditionFailed:
            return

    def settle(self, wait: Wait) -> None:
        """Its answer has arrived, or can no longer: nobody needs to look at it again."""
        pk = keys.partition(wait.tenant_id, wait.run_id)
        same = Attr("revision").eq(wait.revision)
        try:
            self.table.update(pk, keys.wait_key(wait.node), remove=keys.OPEN_RUNS_KEYS, when=same)
        except ConditionFailed:
            return

    def look_again_in(self, wait: Wait, seconds: int) -> None:
        pk = keys.partition(wait.tenant_id, wait.run_id)
        again = {"open_sk": _sortable(epoch() + seconds)}
        try:
            self.table.update(pk, keys.wait_key(wait.node), set_=again, when=Attr("revision").eq(wait.revision))
        except ConditionFailed:
            return

    def put_off(self, due: Item, seconds: int) -> None:
        """Of an item that may not be readable; one that was moved since it was read stays where it is."""
        again = {"open_sk": _sortable(epoch() + seconds)}
        try:
            self.table.update(due["pk"], due["sk"], set_=again, when=Attr("open_sk").eq(due["open_sk"]))
        except ConditionFailed:
            return

    def read_due(self, limit: int) -> list[Item]:
        """Those whose time is over or whose answer may not have arrived, of all tenants: for the sweep alone.

        As they are kept: the sweep reads each by itself, so that one that cannot be read is not the others' loss.
        """
        page = self.table.query(DUE, index=keys.OPEN_RUNS, index_keys=keys.OPEN_RUNS_KEYS, limit=limit)
        return [item for item in page.items if item["open_sk"] <= _sortable(epoch())]

    def _run_waits(self, wait: Wait) -> Action:
        goes = Attr("status").eq(RunStatus.RUNNING.value) & Attr("generation").eq(wait.generation)
        return self.table.checking(keys.partition(wait.tenant_id, wait.run_id), keys.RUN, when=goes)

    def _transact(self, actions: list[Action]) -> None:
        try:
            self.table.transact(actions)
        except ConditionFailed:
            raise WaitOver("Somebody else answered meanwhile, or the run has ended; look at it again.") from None


def _unchanged(wait: Wait) -> Condition:
    return Attr("revision").eq(wait.revision) & Attr("claim_id").eq(wait.claim_id)


def _item(wait: Wait, due: int | None) -> Item:
    pk, sk = keys.partition(wait.tenant_id, wait.run_id), keys.wait_key(wait.node)
    open_pk, open_sk = keys.OPEN_RUNS_KEYS
    index = {} if due is None else {open_pk: DUE, open_sk: _sortable(due)}
    return {"pk": pk, "sk": sk, "entity": "wait", **index, **wait.model_dump(mode="json")}


def _first_look(wait: Wait) -> int:
    """Another run's end is told; should that be lost, it is seen within the hour."""
    due = int(from_iso(wait.due_at).timestamp())
    return min(due, epoch() + LOOK_AT_RUNS_SECONDS) if wait.kind == subworkflow.KIND.name else due


def _sortable(moment: int) -> str:
    return f"{moment:012d}"


def _told(wait: Wait, done: NodeRecord) -> Item:
    kind = "node.failed" if done.status == NodeStatus.FAILED else "node.completed"
    data = {"error": done.error} if done.error else {"facts": done.facts}
    known = {"node_id": done.node_id, "node_type": done.node_type, "status": done.status.value}
    return node_event_item(wait.tenant_id, wait.run_id, wait.workflow_id, kind, wait.node, **known, **data)
