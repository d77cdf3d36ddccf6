"""An AI workflow, its steps, and what they are made from."""

from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from docchain.definitions.models import KEY_PATTERN, RESERVED_KEYS
from docchain.definitions.slugs import slug

STEPS_MOST: Final = 20
INPUT_BYTES_MOST: Final = 64 * 1024
PARAMETERS_BYTES_MOST: Final = 16 * 1024
ENGINE_BASE: Final = 1_000_000_000
"""AI workflow n is workflow ``ENGINE_BASE + n`` of the engine: its numbers are apart from those that users count up."""

Provider = Literal["openai", "anthropic", "google", "bedrock", "openai_compatible", "local", "fallback"]
"""``fallback`` leaves it to the stage who answers."""


class AiWorkflowType(StrEnum):
    CONTENT_GENERATION = "content_generation"
    TEXT_ANALYSIS = "text_analysis"
    DOCUMENT_PROCESSING = "document_processing"
    DATA_EXTRACTION = "data_extraction"
    SENTIMENT_ANALYSIS = "sentiment_analysis"
    TRANSLATION = "translation"
    SUMMARIZATION = "summarization"
    CLASSIFICATION = "classification"
    OPTIMIZATION = "optimization"
    AUTOMATION = "automation"


class AiStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    ANALYZING = "ai_analyzing"
    GENERATING = "ai_generating"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


AT_WORK: Final = frozenset({AiStatus.PROCESSING, AiStatus.ANALYZING, AiStatus.GENERATING})


class AiTask(StrEnum):
    ANALYZE_TEXT = "analyze_text"
    GENERATE_CONTENT = "generate_content"
    GENERATE_SUMMARY = "generate_summary"
    EXTRACT_TEXT = "extract_text"
    GENERATE_METADATA = "generate_metadata"


class Step(BaseModel):
    """``parameters`` are those of ``step_parameters``: which there are depends on the task.

    ``id`` and ``step_name`` are read as well; an id that is missing is made from the name, and a name from the id.
    """

    model_config = ConfigDict(extra="forbid")

    step_id: str = Field(pattern=KEY_PATTERN)
    name: str = Field(min_length=1, max_length=200)
    ai_task: AiTask
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _is_named(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        fields = dict(given)
        for name, other in (("step_id", "id"), ("name", "step_name")):
            if other in fields:
                fields.setdefault(name, fields.pop(other))
        named = fields.get("name") or fields.get("step_id") or fields.get("ai_task")
        if isinstance(named, str):
            fields.setdefault("name", named)
            fields.setdefault("step_id", slug(named))
        return fields

    @field_validator("step_id")
    @classmethod
    def _is_no_word(cls, step_id: str) -> str:
        if step_id in RESERVED_KEYS:
            raise ValueError(f"'{step_id}' is a word of the expression language; choose another id")
        return step_id


class Template(BaseModel):
    """``version`` 0 is one of ours, which change only with a release. ``estimated_time`` is in seconds."""

    name: str
    description: str
    steps: list[Step]
    ai_provider: Provider = "openai"
    estimated_time: int = 30
    version: int = 0
    builtin: bool = False
    created_by: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Card(BaseModel):
    """What changes while it is at work, small enough to be listed by the thousand.

    ``revision`` grows with each change; a change names the one that it read. ``run_id`` is the run that decides its
    status, ``engine_version`` the version that the next run takes; ``None`` until it is published.
    """

    number: int
    name: str
    type: AiWorkflowType
    status: AiStatus = AiStatus.PENDING
    ai_provider: Provider
    template_name: str | None = None
    template_version: int | None = None
    step_count: int
    current_step: int = 0
    progress: float = 0.0
    run_id: int | None = None
    engine_version: int | None = None
    revision: int = 1
    error: str | None = None
    created_by: str
    created_at: str
    updated_at: str
    started_at: str | None = None
    completed_at: str | None = None

    @property
    def id(self) -> str:
        return f"ai_workflow_{self.number}"

    @property
    def engine_id(self) -> int:
        return ENGINE_BASE + self.number


class AskedOf(BaseModel):
    """Who a step asks; no model is the provider's own choice."""

    provider: str
    model: str | None = None
    temperature: float | None = None


class Body(BaseModel):
    """What was asked for. ``choices`` names the applied choice, by task, that a step took its model from; ``asked`` is
    who each step asks, by its id, for those that ask somebody.
    """

    input_data: dict[str, Any]
    parameters: dict[str, Any] = Field(default_factory=dict)
    steps: list[Step]
    choices: dict[str, int] = Field(default_factory=dict)
    asked: dict[str, AskedOf] = Field(default_factory=dict)
    provider_named: bool = True


class AiWorkflow(BaseModel):
    card: Card
    body: Body


def number_of(engine_id: int) -> int | None:
    """Of the AI workflow that a workflow of the engine is; ``None`` for one that people made."""
    return engine_id - ENGINE_BASE if engine_id > ENGINE_BASE else None
