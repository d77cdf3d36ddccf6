"""Runs that are held: whatever they made or read is kept, until somebody lets go of them."""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import now
from docchain.errors import Conflict
from docchain.runs.events import run_event_item
from docchain.runs.models import NodeRecord, Run
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.table import Table

HOLDS_MOST: Final = 1_000
DOCUMENTS_MOST: Final = 5_000
"""Of one run: their ids fit into an item of 400 KB."""


class HoldLimit(Conflict):
    code = "HOLD_LIMIT"


class RunAlreadyHeld(Conflict):
    code = "RUN_ALREADY_HELD"


class RunNotHeld(Conflict):
    code = "RUN_NOT_HELD"


@dataclass(frozen=True)
class Held:
    runs: frozenset[int]
    documents: frozenset[str]

    def with_documents(self, more: set[str]) -> "Held":
        return Held(self.runs, self.documents | more)

    def keeps(self, document_id: str, run_id: int | None) -> bool:
        return document_id in self.documents or run_id in self.runs


@dataclass(frozen=True)
class HoldRepository:
    table: Table

    def hold(self, tenant_id: str, run: Run, records: list[NodeRecord], actor: str, reason: str) -> dict[str, Any]:
        """What the run makes from now on is held by the run's number. Raises ``RunAlreadyHeld``, ``HoldLimit``."""
        documents = sorted({d for r in records for d in (*r.documents, *r.sources)})
        if len(documents) > DOCUMENTS_MOST:
            raise HoldLimit(f"Run {run.id} has {len(documents)} documents; at most {DOCUMENTS_MOST} can be held.")
        if len(self.table.query_all(_pk(tenant_id), most=HOLDS_MOST)) >= HOLDS_MOST:
            raise HoldLimit(f"{HOLDS_MOST} runs are held, which is as many as there can be.")
        told = {"run_id": run.id, "reason": reason, "by": actor, "at": now()}
        item = {"pk": _pk(tenant_id), "sk": _sk(run), "entity": "hold", **told, "documents": documents}
        event = run_event_item(tenant_id, run.id, run.workflow_id, "run.held", actor=actor, reason=reason)
        try:
            self.table.transact([self.table.putting(item, when=Attr("pk").not_exists()), self.table.putting(event)])
        except ConditionFailed:
            raise RunAlreadyHeld(f"Run {run.id} is held already.") from None
        return {**told, "documents": len(documents)}

    def release(self, tenant_id: str, run: Run, actor: str) -> None:
        """Raises ``RunNotHeld``."""
        event = run_event_item(tenant_id, run.id, run.workflow_id, "run.released", actor=actor)
        gone = self.table.deleting(_pk(tenant_id), _sk(run), when=Attr("pk").exists())
        try:
            self.table.transact([gone, self.table.putting(event)])
        except ConditionFailed:
            raise RunNotHeld(f"Run {run.id} is not held.") from None

    def read_all(self, tenant_id: str) -> Held:
        items = self.table.query_all(_pk(tenant_id), most=HOLDS_MOST, consistent=True)
        return Held(frozenset(i["run_id"] for i in items), frozenset(d for i in items for d in i["documents"]))


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#holds"


def _sk(run: Run) -> str:
    return f"{run.id:012d}"
