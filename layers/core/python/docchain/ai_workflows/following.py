"""What happens to the engine's run, carried over to the card of its AI workflow.

It is read off the run and its records, never off the event: facts that come twice, late or in another order are one.
"""

from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows.errors import AiWorkflowChanged, AiWorkflowNotFound
from docchain.ai_workflows.models import AiWorkflow, Card, number_of
from docchain.ai_workflows.outcomes import record_outcome
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.ai_workflows.standing import Records, moved_by
from docchain.events.models import Event
from docchain.runs.errors import RunNotFound
from docchain.runs.models import Run
from docchain.runs.repository import RunRepository

ENDS_OF_STEPS: Final = frozenset({"node.completed", "node.failed"})
FOLLOWED: Final = (
    "node.started",
    "node.completed",
    "node.failed",
    "run.resumed",
    "run.completed",
    "run.failed",
    "run.cancelled",
    "run.interrupted",
)
_TRIES: Final = 5


@dataclass(frozen=True)
class Follower:
    workflows: AiWorkflowRepository
    runs: RunRepository

    def follow(self, fact: Event) -> None:
        """Nothing for runs of other workflows, and for one that is gone."""
        number = number_of(int(fact.data["workflow_id"]))
        if number is None:
            return
        try:
            whole = self.workflows.read(fact.tenant_id, number)
        except AiWorkflowNotFound:
            return
        if fact.type in ENDS_OF_STEPS:
            self._count(fact, whole)
        elif whole.card.run_id == int(fact.data["run_id"]):
            self.catch_up(fact.tenant_id, whole)

    def _count(self, fact: Event, whole: AiWorkflow) -> None:
        step = next((s for s in whole.body.steps if s.step_id == fact.data["node"]), None)
        if step and (asked := whole.body.asked.get(step.step_id)):
            record_outcome(self.workflows.table, fact, step, asked)

    def catch_up(self, tenant_id: str, whole: AiWorkflow) -> Card:
        """The card as its run is now. Raises ``AiWorkflowChanged`` after five others were faster."""
        card = whole.card
        for _ in range(_TRIES):
            if card.run_id is None:
                return card
            try:
                run = self.runs.read(tenant_id, card.run_id, consistent=True)
            except RunNotFound:
                return card
            records = {r.key: r for r in self.runs.read_records(tenant_id, run.id)}
            try:
                return self.settle(tenant_id, whole.model_copy(update={"card": card}), run, records)
            except AiWorkflowChanged:
                card = self.workflows.read_card(tenant_id, card.number)
        raise AiWorkflowChanged(card.id)

    def settle(self, tenant_id: str, whole: AiWorkflow, run: Run, records: Records) -> Card:
        """Writes nothing when the card says it already."""
        card = whole.card
        changes = moved_by(run, whole.body.steps, records)
        if all(getattr(card, name) == value for name, value in changes.items()):
            return card
        return self.workflows.move(tenant_id, card, **changes)
