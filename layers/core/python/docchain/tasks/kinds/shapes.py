"""The parameters of each kind of task, and what its asker must be allowed. Light: the doors of the API read it."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from docchain.cache.limits import KEY_PATTERN, TAG_PATTERN, TAGS_MOST, TTL_DEFAULT, TTL_MOST
from docchain.errors import ValidationFailed
from docchain.tasks.kinds.shape import Part, Shape
from docchain.tasks.kinds.table_shapes import DataProcessing

RECIPIENTS_MOST: Final = 20
TEXT_MOST: Final = 20_000
VALUES_MOST: Final = 100_000
ENTRIES_MOST: Final = 500
PROMPTS_MOST: Final = 50
DAYS_MOST: Final = 400
CHANNELS: Final = ("email", "in_app", "websocket")
"""Those that there are; of the contract's others (sms, push, webhook, slack, teams, discord) none is connected yet."""

DocumentId = Annotated[str, Field(pattern=r"^doc_[A-Za-z0-9_-]{1,120}$")]
Address = Annotated[str, Field(min_length=3, max_length=320)]
Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]*\S[^\r\n]*$")]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MOST)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Analysis = Literal["describe", "trend", "correlations", "outliers"]


class WorkflowExecution(Shape):
    """Runs a workflow, and ends when the run does. ``version``: the published one unless it is named."""

    workflow_id: int = Field(ge=1, le=10**12)
    parameters: dict[str, Any] = Field(default_factory=dict)
    version: int | None = Field(None, ge=1)
    budget_usd: float | None = Field(None, gt=0, le=1_000_000)


class AiProcessing(Shape):
    """Asks a model. A ``text`` or document beside the prompt is material, and never obeyed."""

    prompt: str = Field(min_length=1, max_length=100_000)
    provider: Name | None = "openai"
    model: Name | None = None
    system: str = Field("", max_length=20_000)
    text: str | None = Field(None, max_length=400_000)
    document_id: DocumentId | None = None
    max_tokens: int = Field(1_000, ge=1, le=16_000)
    temperature: float = Field(0.7, ge=0, le=2)
    response_schema: dict[str, Any] | None = None
    hide: list[Name] = Field(default_factory=list, max_length=10)
    cache_seconds: int | None = Field(None, ge=0, le=int(TTL_MOST))

    @model_validator(mode="after")
    def _has_one_material(self) -> "AiProcessing":
        if self.text is not None and self.document_id is not None:
            raise ValueError("give at most one of text and document_id")
        return self


class NotificationSending(Shape):
    """``recipient``: somebody of the tenant, by address, username or number."""

    channel: Literal["email", "in_app", "websocket", "sms", "push", "webhook", "slack", "teams", "discord"]
    recipient: Annotated[int, Field(ge=1)] | Annotated[str, Field(min_length=1, max_length=320)]
    subject: Subject
    message: Text
    data: dict[str, Any] = Field(default_factory=dict)

    @field_validator("channel")
    @classmethod
    def _is_connected(cls, channel: str) -> str:
        if channel not in CHANNELS:
            raise ValueError(f"{channel} is not connected; there are {', '.join(CHANNELS)}")
        return channel


class EmailSending(Shape):
    """``subject`` and ``text`` are templates when there are ``variables``: ``{{ name }}``, filters, loops."""

    to: list[Address] | Address
    subject: Subject
    text: Text
    variables: dict[str, Any] | None = None

    @field_validator("to")
    @classmethod
    def _are_people(cls, to: list[str] | str) -> list[str]:
        listed = to if isinstance(to, list) else to.split(",")
        found = list(dict.fromkeys(address.strip().lower() for address in listed if address.strip()))
        if not 1 <= len(found) <= RECIPIENTS_MOST:
            raise ValueError(f"a letter goes to between 1 and {RECIPIENTS_MOST} people")
        return found


class OwnFigures(Part):
    """The tenant's figures by day: of one workflow, or of all."""

    workflow_id: int | None = Field(None, ge=1, le=10**12)
    days: int = Field(30, ge=2, le=DAYS_MOST)


class AnalyticsProcessing(Shape):
    """``data``: lists of numbers by name, or ``rows`` of objects, each column of numbers a series; ``figures`` adds the
    tenant's own. What is no list of numbers is left alone, and named in the result.
    """

    data: dict[str, Any] = Field(default_factory=dict)
    figures: OwnFigures | None = None
    analyses: list[Analysis] = Field(
        default=["describe", "trend", "correlations", "outliers"], min_length=1, max_length=4
    )


class WarmEntry(Part):
    key: str = Field(pattern=KEY_PATTERN, max_length=190)
    value: Any
    ttl_seconds: int = Field(TTL_DEFAULT, ge=1, le=int(TTL_MOST))
    tags: list[Annotated[str, Field(pattern=TAG_PATTERN)]] = Field(default_factory=list, max_length=TAGS_MOST)


class WarmPrompt(Part):
    """Asked as ``POST /advanced/ai/generate`` would ask it, so that the same question is answered from the cache."""

    prompt: str = Field(min_length=1, max_length=100_000)
    system: str = Field("", max_length=20_000)
    provider: Name | None = None
    model: Name | None = None
    max_tokens: int = Field(1_000, ge=1, le=16_000)
    temperature: float = Field(0.7, ge=0, le=2)
    ttl_seconds: int = Field(TTL_DEFAULT, ge=1, le=int(TTL_MOST))


class CacheWarming(Shape):
    entries: list[WarmEntry] = Field(default_factory=list, max_length=ENTRIES_MOST)
    prompts: list[WarmPrompt] = Field(default_factory=list, max_length=PROMPTS_MOST)


class CleanupParameters(Part):
    """``older_than_days``: what the tenant's policy says of documents, else 30."""

    older_than_days: int | None = Field(None, ge=1, le=36_500)
    dry_run: bool = False


class Cleanup(Shape):
    """``all`` are the four others, one after another."""

    cleanup_type: Literal["documents", "cache", "tasks", "runs", "all"]
    parameters: CleanupParameters = Field(default_factory=CleanupParameters)


class Backup(Shape):
    """``export`` makes one, named by its task; ``restore`` puts back what is missing; ``verify`` reads one through;
    ``delete`` removes one, also what is left of one that was never finished.
    """

    mode: Literal["export", "restore", "verify", "delete"] = "export"
    backup_id: str | None = Field(None, pattern=r"^[0-9a-f-]{36}$")

    @model_validator(mode="after")
    def _names_its_source(self) -> "Backup":
        if self.mode != "export" and self.backup_id is None:
            raise ValueError(f"{self.mode} needs backup_id: the id of the task that made the backup")
        if self.mode == "export" and self.backup_id is not None:
            raise ValueError("an export is named by its own task; leave backup_id away")
        return self


class ReportGeneration(Shape):
    """``workflow`` needs ``workflow_id``. ``days`` until today, unless both dates are given."""

    report_type: Literal["runs", "workflow", "costs"] = "runs"
    workflow_id: int | None = Field(None, ge=1, le=10**12)
    days: int = Field(30, ge=1, le=DAYS_MOST)
    start_date: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    end_date: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    title: str | None = Field(None, min_length=1, max_length=200)
    format: Literal["pdf", "html", "markdown"] = "pdf"

    @model_validator(mode="after")
    def _is_whole(self) -> "ReportGeneration":
        if (self.report_type == "workflow") != (self.workflow_id is not None):
            raise ValueError("workflow_id belongs to the report_type workflow, and only to it")
        if (self.start_date is None) != (self.end_date is None):
            raise ValueError("give both start_date and end_date, or neither")
        return self


SHAPES: Final[dict[str, type[BaseModel]]] = {
    "workflow_execution": WorkflowExecution,
    "ai_processing": AiProcessing,
    "data_processing": DataProcessing,
    "notification_sending": NotificationSending,
    "analytics_processing": AnalyticsProcessing,
    "cache_warming": CacheWarming,
    "cleanup": Cleanup,
    "backup": Backup,
    "report_generation": ReportGeneration,
    "email_sending": EmailSending,
}

SCOPES: Final[dict[str, tuple[str, ...]]] = {
    "workflow_execution": ("workflows:write",),
    "ai_processing": ("ai:write",),
    "data_processing": ("workflows:write",),
    "notification_sending": ("workflows:write",),
    "analytics_processing": ("workflows:read",),
    "cache_warming": ("advanced:write", "ai:write"),
    "cleanup": ("tenant:admin",),
    "backup": ("tenant:admin",),
    "report_generation": ("workflows:read",),
    "email_sending": ("workflows:write",),
}
"""What the asker must be allowed beside asking for tasks: when it is asked, and again by the role when it is done."""


def parsed(kind: str, metadata: dict[str, Any] | None, at: str = "metadata") -> BaseModel:
    """Raises ``ValidationFailed`` whose details name the fields, below ``at``."""
    try:
        return SHAPES[kind].model_validate(metadata or {})
    except ValidationError as error:
        details = [
            {"field": _field(at, e["loc"]), "message": e["msg"].removeprefix("Value error, ")}
            for e in error.errors(include_url=False)
        ]
        first = details[0]
        raise ValidationFailed(f"{first['field']}: {first['message']}", details=details[:20]) from None


def _field(at: str, location: tuple[int | str, ...]) -> str:
    return ".".join([at, *map(str, location)])
