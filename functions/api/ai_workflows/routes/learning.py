"""Routes of figures, of what was learnt from them, and of the group's health."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from docchain.ai_workflows.models import AiStatus, AiTask
from docchain.ai_workflows.statistics import read_statistics
from docchain.clock import now
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.ai_workflows.dependencies import AiWorkflows, CanGovern, CanRead, Choices, Control
from functions.api.ai_workflows.learning_schemas import ChoiceView, PerformanceView, ProposalView
from functions.api.ai_workflows.schemas import HealthView, Message, StatsView
from functions.api.ai_workflows.service import learning

router = APIRouter(prefix="/api/v3/ai-workflows", tags=["ai-workflows"], responses=ERROR_RESPONSES)


@router.get("/stats", summary="How many AI workflows there are, by status and type")
async def read_ai_stats(caller: CanRead, ai: AiWorkflows) -> StatsView:
    found = read_statistics(ai.table, caller.tenant_id)
    return StatsView(
        total_workflows=found.total,
        completed_workflows=found.by_status[AiStatus.COMPLETED],
        failed_workflows=found.by_status[AiStatus.FAILED],
        cancelled_workflows=found.by_status[AiStatus.CANCELLED],
        pending_workflows=found.by_status[AiStatus.PENDING],
        ai_processing_time=round(found.seconds, 3),
        workflows_by_type=dict(found.by_type),
        available_templates=found.templates,
        processing_queue_size=found.at_work,
    )


@router.get("/health", summary="Whether the group answers, and what it has to do")
async def read_ai_health(caller: CanRead, ai: AiWorkflows) -> HealthView:
    found = read_statistics(ai.table, caller.tenant_id)
    return HealthView(
        service="ai_workflows",
        status="healthy",
        total_workflows=found.total,
        processing_queue_size=found.at_work,
        available_templates=found.templates,
        timestamp=now(),
    )


@router.get("/performance", summary="Figures of each model, and what came of asking whom for which task")
async def read_ai_performance(
    caller: CanRead, control: Control, days: Annotated[int, Query(ge=1, le=90)] = 7
) -> PerformanceView:
    return learning.read_performance(control, caller, days)


@router.get("/proposals", summary="Which model the figures speak for, with the figures")
async def list_ai_proposals(caller: CanRead, choices: Choices) -> list[ProposalView]:
    return [ProposalView.of(proposal) for proposal in learning.read_proposals(choices, caller)]


@router.post("/proposals/{proposal_id}/apply", summary="Let a proposal hold for the workflows made from now on")
async def apply_ai_proposal(
    proposal_id: Annotated[str, Path(min_length=1, max_length=100)],
    caller: CanGovern,
    choices: Choices,
    key: Idempotency,
) -> ChoiceView:
    return ChoiceView.of(learning.apply_proposal(choices, caller, proposal_id, key))


@router.get("/choices", summary="The choices that hold, by task")
async def list_ai_choices(caller: CanRead, choices: Choices) -> dict[str, ChoiceView]:
    return {task: ChoiceView.of(choice) for task, choice in choices.read_all(caller.tenant_id).items()}


@router.get("/choices/{task}/versions", summary="What was applied for a task, newest first, with its evidence")
async def list_ai_choice_versions(
    task: AiTask, caller: CanRead, choices: Choices, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[ChoiceView]:
    return [ChoiceView.of(choice) for choice in choices.read_versions(caller.tenant_id, task, limit)]


@router.delete("/choices/{task}", summary="Leave a task to each workflow again")
async def drop_ai_choice(task: AiTask, caller: CanGovern, choices: Choices) -> Message:
    learning.drop_choice(choices, caller, task)
    return Message(message="Choice dropped.")
