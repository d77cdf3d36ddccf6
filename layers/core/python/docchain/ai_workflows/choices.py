"""Who does a task for a tenant, where nobody says otherwise: versions, each applied by somebody on evidence."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from docchain.ai_workflows import keys
from docchain.ai_workflows.errors import ChoiceNotFound, ProposalOutdated
from docchain.ai_workflows.models import AiTask, Provider
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table


class Choice(BaseModel):
    """Without a ``provider`` the task is the workflow's own matter again."""

    task: AiTask
    version: int
    provider: Provider | None = None
    model: str | None = None
    temperature: float | None = None
    proposal_id: str | None = None
    evidence: dict[str, Any] = Field(default_factory=dict)
    applied_by: str
    applied_at: str


@dataclass(frozen=True)
class ChoiceRepository:
    table: Table

    def read_all(self, tenant_id: str) -> dict[str, Choice]:
        """By task; there are as many as tasks at most."""
        items = self.table.query_all(keys.choices(tenant_id), most=len(AiTask), consistent=True)
        return {item["sk"]: Choice.model_validate(item) for item in items}

    def read_versions(self, tenant_id: str, task: AiTask, limit: int) -> list[Choice]:
        """Newest first. Raises ``ChoiceNotFound`` where there never was one."""
        pk, _ = keys.choice_version(tenant_id, task.value, 0)
        page = self.table.query(pk, limit=limit, forward=False)
        if not page.items:
            raise ChoiceNotFound(task.value)
        return [Choice.model_validate(item) for item in page.items]

    def apply(self, tenant_id: str, choice: Choice, event: Event, key: IdempotencyKey | None = None) -> None:
        """The next version of its task. Raises ``ProposalOutdated`` when another came before it."""
        fields = choice.model_dump(mode="json")
        current: Item = {"pk": keys.choices(tenant_id), "sk": choice.task.value, "entity": "ai_choice", **fields}
        pk, sk = keys.choice_version(tenant_id, choice.task.value, choice.version)
        before = Attr("version").eq(choice.version - 1)
        actions = [
            self.table.putting(current, when=before if choice.version > 1 else Attr("pk").not_exists()),
            self.table.putting({"pk": pk, "sk": sk, "entity": "ai_choice_version", **fields}),
            self.table.putting(event_item(event)),
        ]
        if key:
            actions.append(key.recording(self.table, {"task": choice.task.value, "version": choice.version}))
        try:
            self.table.transact(actions)
        except ConditionFailed:
            raise ProposalOutdated from None
