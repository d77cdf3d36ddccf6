"""What the routes of AI templates take and give."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from docchain.ai_workflows.models import Provider, Step, Template
from functions.api.ai_workflows.schemas import Steps

_STEPS: list[JsonValue] = [
    {"step_id": "mood", "name": "Mood", "ai_task": "analyze_text", "parameters": {"analysis_type": "sentiment"}}
]


class StepList(BaseModel):
    """The steps alone may be sent as well, as a plain array."""

    steps: Steps

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"steps": _STEPS}]})


class ChangeTemplate(BaseModel):
    """What is absent stays; each change is a version."""

    description: str | None = Field(None, max_length=2000)
    steps: Steps | None = None
    ai_provider: Provider | None = None
    estimated_time: int | None = Field(None, ge=1, le=86_400)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"steps": _STEPS}]})


class TemplateView(BaseModel):
    """``estimated_time`` is in seconds; ``version`` 0 is one of ours."""

    name: str
    description: str
    steps: list[Step]
    ai_provider: Provider
    estimated_time: int
    version: int
    builtin: bool
    created_at: str | None
    updated_at: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "mood", "description": "", "steps": _STEPS, "estimated_time": 30, "version": 1}]
        }
    )

    @classmethod
    def of(cls, template: Template) -> "TemplateView":
        return cls(**template.model_dump(exclude={"created_by"}))


class TemplateKept(BaseModel):
    template_name: str
    message: str
    status: str
    version: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"template_name": "mood", "message": "Template created.", "status": "created", "version": 1}]
        }
    )
