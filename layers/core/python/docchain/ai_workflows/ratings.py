"""What people think of a run's results, from one to five: one rating of a user for a run or a step, which may change.

A rating counts for who was asked for each rated step, and for the models that answered; a change moves the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, Field

from docchain.ai_workflows import keys
from docchain.ai_workflows.errors import AiWorkflowChanged, NothingToRate
from docchain.ai_workflows.models import AiWorkflow, Step
from docchain.ai_workflows.outcomes import GOOD, adding, answered_by
from docchain.analytics.keys import expiry, tenant_figures
from docchain.clock import now
from docchain.events.models import Event
from docchain.runs.models import NodeRecord, NodeStatus
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

WHOLE: Final = "*"


class Rating(BaseModel):
    """``day`` is the day of the first: its figures are those that a change corrects."""

    number: int
    run_id: int
    step_id: str | None = None
    user_id: int
    rating: int = Field(ge=1, le=5)
    comment: str | None = None
    day: str
    rated_at: str


@dataclass(frozen=True)
class Rated:
    """``runs`` has the figures of models, ``workflows`` all else of a rating."""

    workflows: Table
    runs: Table

    def rate(
        self,
        tenant_id: str,
        whole: AiWorkflow,
        records: Mapping[str, NodeRecord],
        rating: Rating,
        event: Event,
        key: IdempotencyKey | None,
    ) -> Rating:
        """Raises ``NothingToRate``, and ``AiWorkflowChanged`` when the user rates twice at once."""
        steps = _rated_steps(whole, records, rating.step_id)
        step_id = rating.step_id or WHOLE
        pk, sk = keys.rating(tenant_id, rating.number, rating.run_id, step_id, rating.user_id)
        item = self.workflows.get(pk, sk, consistent=True)
        before = Rating.model_validate(item) if item else None
        if before:
            rating = rating.model_copy(update={"day": before.day})
        same = Attr("rating").eq(before.rating) if before else Attr("pk").not_exists()
        kept = {"pk": pk, "sk": sk, "entity": "ai_rating", **rating.model_dump(mode="json")}
        actions = [self.workflows.putting(kept, when=same), self.workflows.putting(event_item(event))]
        actions += self._counting(tenant_id, whole, steps, records, before, rating)
        if key:
            actions.append(key.recording(self.workflows, rating.model_dump(mode="json")))
        try:
            self.workflows.transact(actions)
        except ConditionFailed:
            if key and (earlier := key.earlier_answer(self.workflows)):
                return Rating.model_validate(earlier)
            raise AiWorkflowChanged(whole.card.id) from None
        return rating

    def _counting(
        self,
        tenant_id: str,
        whole: AiWorkflow,
        steps: list[Step],
        records: Mapping[str, NodeRecord],
        before: Rating | None,
        after: Rating,
    ) -> list[Action]:
        counts = _difference(before, after)
        if not counts:
            return []
        # Steps that ask the same, or are answered by the same, are one figure: a transaction writes an item once.
        usages = {step.step_id: records[step.step_id].usage for step in steps}
        found = [(s.ai_task, answered_by(whole.body.asked[s.step_id], usages[s.step_id])) for s in steps]
        asked = {(task, who.model_dump_json()): (task, who) for task, who in found}
        models = {f"{u['provider']}/{u['model']}" for u in usages.values() if u.get("model")}
        actions = [adding(self.workflows, tenant_id, task, who, counts) for task, who in asked.values()]
        for model in sorted(models):
            sk = f"model#{after.day}#{model}"
            told = {"entity": "figures", "expires_at": expiry(sk)}
            actions.append(self.runs.updating(tenant_figures(tenant_id), sk, set_=told, add=counts))
        return actions


def _rated_steps(whole: AiWorkflow, records: Mapping[str, NodeRecord], step_id: str | None) -> list[Step]:
    done = [
        step
        for step in whole.body.steps
        if step_id in (None, step.step_id)
        and step.step_id in records
        and records[step.step_id].status == NodeStatus.COMPLETED
    ]
    if not done:
        raise NothingToRate("There is no result to rate: it has not run, or this step did not complete.")
    return [step for step in done if step.step_id in whole.body.asked]


def _difference(before: Rating | None, after: Rating) -> dict[str, int | float]:
    good = int(after.rating >= GOOD) - (int(before.rating >= GOOD) if before else 0)
    stars = after.rating - (before.rating if before else 0)
    counts: dict[str, int | float] = {"rated": 0 if before else 1, "good": good, "stars": stars}
    return {name: count for name, count in counts.items() if count}


def new_rating(whole: AiWorkflow, user_id: int, rating: int, step_id: str | None, comment: str | None) -> Rating:
    """Raises ``NothingToRate``."""
    if whole.card.run_id is None:
        raise NothingToRate(f"{whole.card.id} has not run yet.")
    moment = now()
    return Rating(
        number=whole.card.number,
        run_id=whole.card.run_id,
        step_id=step_id,
        user_id=user_id,
        rating=rating,
        comment=comment,
        day=moment[:10],
        rated_at=moment,
    )
