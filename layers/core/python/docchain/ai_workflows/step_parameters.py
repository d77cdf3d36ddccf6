"""What a step of each task takes; anything else is a mistake of who wrote the template."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docchain.ai_workflows.errors import StepsInvalid
from docchain.ai_workflows.models import STEPS_MOST, AiTask, Provider, Step
from docchain.nodes.kinds.ai_analyze import Label
from docchain.nodes.model_choice import Language, Model

AnalysisType = Literal[
    "sentiment",
    "keywords",
    "summary",
    "classification",
    "translation",
    "structure",
    "quality",
    "requirements",
    "performance_optimization",
    "insights",
    "general",
]


class StepParameters(BaseModel):
    """``provider`` and ``model`` take the place of the workflow's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Provider | None = None
    model: Model | None = None


class AnalyzeText(StepParameters):
    analysis_type: AnalysisType = "general"
    labels: list[Label] | None = Field(default=None, min_length=2, max_length=50)
    language: Language | None = None
    target_language: str | None = Field(default=None, min_length=2, max_length=200)
    max_sentences: int = Field(default=5, ge=1, le=100)


class GenerateContent(StepParameters):
    """``instruction`` says what to make of the material; without it the input's own ``prompt`` does."""

    instruction: str | None = Field(default=None, min_length=1, max_length=20_000)
    system: str | None = Field(default=None, max_length=20_000)
    max_tokens: int = Field(default=1000, ge=1, le=128_000)
    temperature: float = Field(default=0.7, ge=0.0, le=2.0)
    target_language: str | None = Field(default=None, min_length=2, max_length=200)


class GenerateSummary(StepParameters):
    max_length: int | None = Field(default=None, ge=20, le=20_000)
    max_sentences: int = Field(default=5, ge=1, le=100)
    language: Language | None = None


class ExtractText(StepParameters):
    max_pages: int | None = Field(default=None, ge=1, le=10_000)


class GenerateMetadata(StepParameters):
    """With a ``response_schema`` a model fills it in; without one the methods of analysis are asked."""

    response_schema: dict[str, Any] | None = None
    language: Language | None = None


PARAMETERS: Final[Mapping[AiTask, type[StepParameters]]] = {
    AiTask.ANALYZE_TEXT: AnalyzeText,
    AiTask.GENERATE_CONTENT: GenerateContent,
    AiTask.GENERATE_SUMMARY: GenerateSummary,
    AiTask.EXTRACT_TEXT: ExtractText,
    AiTask.GENERATE_METADATA: GenerateMetadata,
}


def parameters_of(step: Step, overriding: Mapping[str, Any]) -> StepParameters:
    """The step's own, and over them what the workflow says for all its steps, as far as this task takes it.

    Raises ``StepsInvalid``.
    """
    kind = PARAMETERS[step.ai_task]
    taken = {name: value for name, value in overriding.items() if name in kind.model_fields and value is not None}
    try:
        return kind.model_validate({**step.parameters, **taken})
    except ValidationError as error:
        raise StepsInvalid(_problems(step, error)) from None


def check_steps(steps: list[Step]) -> None:
    """Raises ``StepsInvalid`` with the first step that is wrong."""
    if not 1 <= len(steps) <= STEPS_MOST:
        raise StepsInvalid([{"field": "steps", "message": f"there must be between 1 and {STEPS_MOST} of them"}])
    ids = [step.step_id for step in steps]
    if twice := next((i for i in ids if ids.count(i) > 1), None):
        raise StepsInvalid([{"field": "steps", "message": f"two have the id {twice!r}"}])
    for step in steps:
        parameters_of(step, {})


def _problems(step: Step, error: ValidationError) -> list[dict[str, Any]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    where = f"steps.{step.step_id}.parameters"
    return [{"field": ".".join([where, *map(str, p["loc"])]), "message": p["msg"]} for p in found]
