"""Ratings, figures of models, and the choice that they speak for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from docchain.ai_workflows.choices import Choice, ChoiceRepository
from docchain.ai_workflows.errors import ChoiceNotFound, ProposalNotFound
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.models import AiTask
from docchain.ai_workflows.outcomes import Outcome, read_outcomes
from docchain.ai_workflows.proposing import Proposal, proposals_of
from docchain.ai_workflows.ratings import Rated, Rating, new_rating
from docchain.analytics.reading import Figures
from docchain.analytics.spending import read_spending
from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.events.changes import changed
from docchain.runs.control import RunControl
from docchain.storage.idempotency import IdempotencyKey
from functions.api.ai_workflows.learning_schemas import ModelFigures, OutcomeView, PerformanceView, RateOrder
from functions.api.ai_workflows.service.events import ai_event, choice_event


def rate(executor: Executor, caller: Caller, number: int, order: RateOrder, key: IdempotencyKey | None) -> Rating:
    """Raises ``NothingToRate``."""
    tenant_id, control = caller.tenant_id, executor.control
    if key and (earlier := key.earlier_answer(control.workflows.table)):
        return Rating.model_validate(earlier)
    whole = executor.workflows.read(tenant_id, number)
    rating = new_rating(whole, caller.user_id, order.rating, order.step_id, order.comment)
    records = {r.key: r for r in control.runs.read_records(tenant_id, rating.run_id)}
    told = {"run_id": rating.run_id, "step_id": rating.step_id, "rating": rating.rating}
    event = ai_event("ai_workflow.rated", caller, whole.card, **told)
    rated = Rated(control.workflows.table, control.runs.table)
    return rated.rate(tenant_id, whole, records, rating, event, key)


def read_performance(control: RunControl, caller: Caller, days: int) -> PerformanceView:
    """Of whole days in UTC, today's included."""
    today = datetime.now(UTC).date()
    first, last = (today - timedelta(days=days - 1)).isoformat(), today.isoformat()
    found = read_spending(control.runs.table, caller.tenant_id, "model", first, last)
    outcomes = read_outcomes(control.workflows.table, caller.tenant_id)
    return PerformanceView(
        from_day=first,
        to_day=last,
        models=[_figures(name, figures) for name, figures in sorted(found.items())],
        outcomes=[OutcomeView.of(outcome) for outcome in outcomes],
    )


def _figures(name: str, figures: Figures) -> ModelFigures:
    provider, _, model = name.partition("/")
    counts = figures.counts
    answered, rated = counts["nodes"], counts["rated"]
    return ModelFigures(
        provider=provider,
        model=model,
        answered=answered,
        input_tokens=counts["input_tokens"],
        output_tokens=counts["output_tokens"],
        cost_usd=figures.cost_usd,
        unpriced=counts["unpriced"],
        mean_ms=figures.mean_ms,
        p50_ms=figures.percentile(0.5),
        p95_ms=figures.percentile(0.95),
        fallbacks=counts["fallbacks"],
        fallback_rate=round(counts["fallbacks"] / answered, 4) if answered else 0.0,
        ratings=rated,
        quality=round(counts["stars"] / rated, 2) if rated else None,
    )


def read_proposals(choices: ChoiceRepository, caller: Caller) -> list[Proposal]:
    outcomes = read_outcomes(choices.table, caller.tenant_id)
    return proposals_of(outcomes, choices.read_all(caller.tenant_id))


def apply_proposal(choices: ChoiceRepository, caller: Caller, proposal_id: str, key: IdempotencyKey | None) -> Choice:
    """Raises ``ProposalNotFound`` when the evidence speaks for it no longer, ``ProposalOutdated``."""
    if key and (earlier := key.earlier_answer(choices.table)):
        return _version(choices, caller, AiTask(earlier["task"]), int(earlier["version"]))
    found = next((p for p in read_proposals(choices, caller) if p.id == proposal_id), None)
    if found is None:
        raise ProposalNotFound(proposal_id)
    choice = Choice(
        task=found.task,
        version=found.base_version + 1,
        proposal_id=found.id,
        evidence={
            "reasons": list(found.reasons),
            "proposed": _evidence(found.proposed),
            "current": _evidence(found.current),
        },
        applied_by=caller.username,
        applied_at=now(),
        **found.proposed.asked.model_dump(),
    )
    change = changed(found.current.asked.model_dump(), found.proposed.asked.model_dump())
    told = {"version": choice.version, "proposal_id": found.id, "reasons": list(found.reasons), **change}
    choices.apply(caller.tenant_id, choice, choice_event("ai_choice.applied", caller, found.task.value, **told), key)
    return choice


def drop_choice(choices: ChoiceRepository, caller: Caller, task: AiTask) -> None:
    """The next version says nothing. Raises ``ChoiceNotFound`` when none holds."""
    current = choices.read_all(caller.tenant_id).get(task.value)
    if current is None or current.provider is None:
        raise ChoiceNotFound(task.value)
    version = current.version + 1
    empty = Choice(task=task, version=version, applied_by=caller.username, applied_at=now())
    change = changed(current.model_dump(include={"provider", "model", "temperature"}), None)
    event = choice_event("ai_choice.dropped", caller, task.value, version=version, **change)
    choices.apply(caller.tenant_id, empty, event)


def _version(choices: ChoiceRepository, caller: Caller, task: AiTask, version: int) -> Choice:
    return next(c for c in choices.read_versions(caller.tenant_id, task, 1000) if c.version == version)


def _evidence(outcome: Outcome) -> dict[str, Any]:
    return OutcomeView.of(outcome).model_dump(mode="json")
