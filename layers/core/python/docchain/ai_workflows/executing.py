"""Starting and cancelling an AI workflow: its run, and the card that names it, in one transaction."""

from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows.errors import AiWorkflowBusy, AiWorkflowIdle
from docchain.ai_workflows.following import Follower
from docchain.ai_workflows.models import AT_WORK, AiStatus, AiWorkflow, Card
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.ai_workflows.standing import moved_by
from docchain.clock import now
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.runs.control import RunControl
from docchain.runs.errors import RunHasEnded
from docchain.runs.models import Run
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.table import Action

_REASON: Final = "The AI workflow was cancelled."


@dataclass(frozen=True)
class Executor:
    workflows: AiWorkflowRepository
    control: RunControl

    @property
    def follower(self) -> Follower:
        return Follower(self.workflows, self.control.runs)

    def start(self, tenant_id: str, whole: AiWorkflow, actor: str, key: IdempotencyKey | None = None) -> Run:
        """Raises ``AiWorkflowBusy``, also to the slower of two that start it at once; the same key gives its run again.

        Raises ``WorkflowNotFound`` when the engine's workflow was deleted under it.
        """
        runs = self.control.runs
        if key and (earlier := key.earlier_answer(runs.table)):
            return runs.read(tenant_id, earlier["run_id"], consistent=True)
        card = self.idle(tenant_id, whole)
        version = card.engine_version or self._published(tenant_id, card, actor)

        def beside(run: Run) -> list[Action]:
            moved = {**moved_by(run, whole.body.steps, {}), "engine_version": version, "updated_at": now()}
            return self.workflows.moving(tenant_id, card, card.model_copy(update=moved))

        params = whole.body.input_data
        try:
            return self.control.start(tenant_id, card.engine_id, params, actor, version=version, key=key, beside=beside)
        except ConditionFailed:
            raise AiWorkflowBusy(card.id) from None

    def idle(self, tenant_id: str, whole: AiWorkflow) -> Card:
        """The card, when nothing is at work: it may not have heard yet that its run is over.

        Raises ``AiWorkflowBusy``.
        """
        card = whole.card
        if card.status in AT_WORK:
            card = self.follower.catch_up(tenant_id, whole)
        if card.status in AT_WORK:
            raise AiWorkflowBusy(card.id)
        return card

    def cancel(self, tenant_id: str, whole: AiWorkflow, actor: str) -> Card:
        """Raises ``AiWorkflowIdle`` for one that is over, or was before this arrived."""
        card = whole.card
        if card.status == AiStatus.PENDING:
            moved = {"status": AiStatus.CANCELLED, "completed_at": now()}
            change = changed({"status": card.status.value}, {"status": AiStatus.CANCELLED.value})
            return self.workflows.move(tenant_id, card, _cancelled(tenant_id, card, actor, change), **moved)
        if card.status not in AT_WORK or card.run_id is None:
            raise AiWorkflowIdle(card.id, card.status.value)
        run = self.control.runs.read(tenant_id, card.run_id, consistent=True)
        try:
            self.control.cancel(tenant_id, run, actor, _REASON)
        except RunHasEnded as ended:
            after = self.follower.catch_up(tenant_id, whole)
            raise AiWorkflowIdle(card.id, after.status.value) from ended
        return self.follower.catch_up(tenant_id, whole)

    def _published(self, tenant_id: str, card: Card, actor: str) -> int:
        """The draft as it is now: the card forgets its version whenever its steps change."""
        draft = self.control.workflows.read_draft(tenant_id, card.engine_id)
        return self.control.publisher.publish(tenant_id, draft, actor).version


def _cancelled(tenant_id: str, card: Card, actor: str, change: dict[str, object]) -> Event:
    subject = f"ai-workflows/{card.id}"
    data = {"ai_workflow_id": card.id, **change}
    return Event(type="ai_workflow.cancelled", tenant_id=tenant_id, subject=subject, actor=actor, data=data)
