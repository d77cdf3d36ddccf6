"""What the routes of AI workflows take and give."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from docchain.ai_workflows.models import STEPS_MOST, AiStatus, AiWorkflowType, Card, Provider, Step
from docchain.runs.control import WAIT_SECONDS_MOST

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
TEMPLATE_NAME = r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$"
TemplateName = Annotated[str, StringConstraints(pattern=TEMPLATE_NAME)]
Steps = Annotated[list[Step], Field(min_length=1, max_length=STEPS_MOST)]
_STEP: JsonDict = {
    "step_id": "mood",
    "name": "Mood",
    "ai_task": "analyze_text",
    "parameters": {"analysis_type": "sentiment"},
}


class CreateAiWorkflow(BaseModel):
    """Its steps are those given, else the template's, else those of its type.

    ``input_data`` is what they work on: ``text``, ``prompt``, ``document`` or ``content``, or the ``document_id`` of an
    uploaded document. ``parameters`` stand over those of the steps that know them.
    """

    name: Name
    workflow_type: AiWorkflowType
    input_data: dict[str, Any] = Field(description="At most 64 KB of JSON.")
    template_name: TemplateName | None = None
    ai_provider: Provider = "openai"
    parameters: dict[str, Any] | None = None
    steps: Steps | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Content Generation Workflow",
                    "workflow_type": "content_generation",
                    "input_data": {"topic": "AI Automation", "prompt": "Generate content about AI automation"},
                    "template_name": "content_generation",
                    "ai_provider": "openai",
                }
            ]
        },
    )


class ChangeAiWorkflow(BaseModel):
    """What is absent stays. A change of anything but the name makes it pending again, with a new version."""

    name: Name | None = None
    input_data: dict[str, Any] | None = Field(None, description="At most 64 KB of JSON.")
    template_name: TemplateName | None = None
    ai_provider: Provider | None = None
    parameters: dict[str, Any] | None = None
    steps: Steps | None = None

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"input_data": {"text": "Bees dance."}, "steps": [_STEP]}]}
    )


class ExecuteOrder(BaseModel):
    wait_seconds: float = Field(WAIT_SECONDS_MOST, ge=0, le=WAIT_SECONDS_MOST)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"wait_seconds": 5}]})


class CreatedView(BaseModel):
    workflow_id: str
    name: str
    type: AiWorkflowType
    status: AiStatus
    created_at: str
    message: str
    engine_workflow_id: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "workflow_id": "ai_workflow_1",
                    "name": "Content Generation Workflow",
                    "type": "content_generation",
                    "status": "pending",
                    "created_at": "2026-11-21T09:00:00.000Z",
                    "message": "AI workflow created.",
                    "engine_workflow_id": 1_000_000_001,
                }
            ]
        }
    )

    @classmethod
    def of(cls, card: Card) -> "CreatedView":
        told = card.model_dump(include={"name", "type", "status", "created_at"})
        return cls(workflow_id=card.id, message="AI workflow created.", engine_workflow_id=card.engine_id, **told)


class CardView(BaseModel):
    """``current_step`` counts from one, ``progress`` is in percent."""

    id: str
    name: str
    type: AiWorkflowType
    status: AiStatus
    ai_provider: Provider
    template_name: str | None
    template_version: int | None
    current_step: int
    progress: float
    error: str | None
    created_at: str
    updated_at: str
    started_at: str | None
    completed_at: str | None
    engine_workflow_id: int
    run_id: int | None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "ai_workflow_1", "name": "W", "status": "completed", "progress": 100.0}]}
    )

    @classmethod
    def of(cls, card: Card) -> "CardView":
        return cls(id=card.id, engine_workflow_id=card.engine_id, **card.model_dump(include=_OF_CARD))


_OF_CARD = set(CardView.model_fields) - {"id", "engine_workflow_id"}


class AiWorkflowView(CardView):
    """``results`` are by step id; the first run's, until the next one starts. ``steps`` say how each stands."""

    input_data: dict[str, Any]
    parameters: dict[str, Any]
    steps: list[dict[str, Any]]
    results: dict[str, Any]
    errors: list[str]
    choices: dict[str, int]


class ExecutionView(BaseModel):
    """``status`` is one of those at work when it takes longer than the wait. ``execution_time`` is in seconds."""

    workflow_id: str
    status: AiStatus
    progress: float
    results: dict[str, Any]
    errors: list[str]
    execution_time: float
    message: str
    timestamp: str
    run_id: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "workflow_id": "ai_workflow_1",
                    "status": "completed",
                    "progress": 100.0,
                    "results": {
                        "mood": {
                            "step_id": "mood",
                            "step_name": "Mood",
                            "ai_task": "analyze_text",
                            "result": {"sentiment": {"label": "positive", "score": 0.9}},
                            "timestamp": "2026-11-21T09:00:01.000Z",
                            "success": True,
                        }
                    },
                    "errors": [],
                    "execution_time": 1.2,
                    "message": "AI workflow completed.",
                    "timestamp": "2026-11-21T09:00:01.000Z",
                    "run_id": 1,
                }
            ]
        }
    )


class CancelledView(BaseModel):
    workflow_id: str
    message: str
    status: AiStatus

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"workflow_id": "ai_workflow_1", "message": "AI workflow cancelled.", "status": "cancelled"}]
        }
    )


class Message(BaseModel):
    message: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "AI workflow deleted."}]})


class StatsView(BaseModel):
    """``ai_processing_time`` is in seconds, from the start to the end of all runs that ended."""

    total_workflows: int
    completed_workflows: int
    failed_workflows: int
    cancelled_workflows: int
    pending_workflows: int
    ai_processing_time: float
    workflows_by_type: dict[str, int]
    available_templates: int
    processing_queue_size: int

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"total_workflows": 1, "completed_workflows": 1, "available_templates": 3}]}
    )


class HealthView(BaseModel):
    service: str
    status: str
    total_workflows: int
    processing_queue_size: int
    available_templates: int
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"service": "ai_workflows", "status": "healthy", "total_workflows": 1}]}
    )
