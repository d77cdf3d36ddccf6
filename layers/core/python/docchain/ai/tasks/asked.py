"""What is asked: one model for each task, the same over REST and inside a batch."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from docchain.ai.guardrails.signs import OnInjection
from docchain.ai.guardrails.sizes import TEXT_MOST, UPLOAD_BYTES_MOST
from docchain.ai.templates.models import NAME_PATTERN
from docchain.cache.limits import TTL_MOST

AnalysisType = Literal[
    "sentiment",
    "keywords",
    "summary",
    "classification",
    "translation",
    "entities",
    "language",
    "readability",
    "structure",
    "quality",
    "requirements",
    "performance_optimization",
    "insights",
    "general",
]
DOCUMENT_ID: Final = r"^doc_[A-Za-z0-9_-]{1,120}$"
LANGUAGE: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"
TEXTS_MOST: Final = 100
_BASE64_MOST: Final = UPLOAD_BYTES_MOST * 4 // 3 + 4

Name = Annotated[str, Field(min_length=1, max_length=200)]


class AskedFile(BaseModel):
    """A file of at most 3 MB inside the request; larger ones are uploaded as documents first."""

    model_config = ConfigDict(extra="forbid")

    filename: str = Field("document", min_length=1, max_length=255)
    content: str = Field(min_length=1, max_length=_BASE64_MOST, description="Base64.", repr=False)


class WhoAnswers(BaseModel):
    """``fallbacks``: who else may answer, each ``provider`` or ``provider/model``; the stage's order when absent.

    ``hide``: kinds of personal data that are replaced by placeholders before anything leaves, and put back.
    """

    model_config = ConfigDict(extra="forbid")

    provider: Name | None = None
    model: Name | None = None
    fallbacks: list[Name] | None = Field(None, max_length=5)
    hide: list[Name] = Field(default_factory=list, max_length=10)
    cache_seconds: int | None = Field(None, ge=0, le=int(TTL_MOST), description="0 asks for a fresh answer.")


class OfText(WhoAnswers):
    """One of ``text``, ``document_id`` and ``file``. It is material to work on, and never obeyed."""

    text: str | None = Field(None, max_length=TEXT_MOST)
    document_id: str | None = Field(None, pattern=DOCUMENT_ID)
    file: AskedFile | None = None
    on_injection: OnInjection = "warn"

    @property
    def sources(self) -> int:
        return sum(given is not None for given in (self.text, self.document_id, self.file))


class OfOneText(OfText):
    @model_validator(mode="after")
    def _has_one(self) -> "OfOneText":
        if self.sources != 1:
            raise ValueError("give one of text, document_id and file")
        return self


class UsePrompt(BaseModel):
    """A prompt that is kept; its newest version when none is named."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=NAME_PATTERN)
    version: int | None = Field(None, ge=1)
    variables: dict[str, Any] = Field(default_factory=dict)


class Generate(OfText):
    """``prompt`` is obeyed; a text, document or file beside it is material. ``stream`` pushes while it is written."""

    task: Literal["generate"] = "generate"
    prompt: str | None = Field(None, min_length=1, max_length=100_000)
    template: UsePrompt | None = None
    system: str = Field("", max_length=20_000)
    max_tokens: int = Field(1_000, ge=1, le=16_000)
    temperature: float = Field(0.7, ge=0, le=2)
    response_schema: dict[str, Any] | None = None
    stream: bool = False
    stream_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,64}$")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"prompt": "Generate a workflow description", "provider": "openai"},
                {"template": {"name": "reply", "variables": {"topic": "a late delivery"}}, "stream": True},
            ]
        }
    )

    @model_validator(mode="after")
    def _is_whole(self) -> "Generate":
        if (self.prompt is None) == (self.template is None):
            raise ValueError("give either prompt or template")
        if self.sources > 1:
            raise ValueError("give at most one of text, document_id and file")
        if self.stream and self.response_schema is not None:
            raise ValueError("an answer that is checked against a schema is not streamed")
        return self


class Analyze(OfOneText):
    task: Literal["analyze"] = "analyze"
    analysis_type: AnalysisType = "sentiment"
    labels: list[Name] = Field(default_factory=list, max_length=50, description="Of a classification.")
    language: str | None = Field(None, pattern=LANGUAGE)
    target_language: str = Field("en", pattern=LANGUAGE, description="Of a translation.")
    max_sentences: int = Field(5, ge=1, le=50, description="Of a summary.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "The delivery was late again.", "analysis_type": "sentiment"}]}
    )


class Summarize(OfOneText):
    """Sentences of the text itself, with their places, unless a provider is named."""

    task: Literal["summarize"] = "summarize"
    max_sentences: int = Field(5, ge=1, le=50)
    language: str | None = Field(None, pattern=LANGUAGE)
    max_tokens: int = Field(1_000, ge=1, le=16_000)

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document_id": "doc_01JD3K9Q8ZJ4M5N6P7Q8R9S0T1", "max_sentences": 3}]}
    )


class Extract(OfOneText):
    """``schema`` is a JSON Schema (2020-12); an answer that does not fit is sent back once."""

    task: Literal["extract"] = "extract"
    response_schema: dict[str, Any] = Field(alias="schema")
    instructions: str = Field("", max_length=8_000)
    max_tokens: int = Field(2_000, ge=1, le=16_000)

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "text": "Invoice 12 of 3 May: 250.00 EUR.",
                    "schema": {
                        "type": "object",
                        "properties": {"number": {"type": "string"}, "total": {"type": "number"}},
                        "required": ["number", "total"],
                        "additionalProperties": False,
                    },
                }
            ]
        },
    )


class Translate(OfOneText):
    task: Literal["translate"] = "translate"
    target_language: str = Field(pattern=LANGUAGE)
    source_language: str | None = Field(None, pattern=LANGUAGE)
    tone: str = Field("", max_length=100)
    glossary: dict[str, str] = Field(default_factory=dict, max_length=200)

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "El pedido llega mañana.", "target_language": "en"}]}
    )


class Embed(BaseModel):
    """``texts`` or one ``text``. Vectors of different models cannot be compared."""

    texts: list[Annotated[str, Field(min_length=1, max_length=20_000)]] = Field(
        default_factory=list, max_length=TEXTS_MOST
    )
    text: str | None = Field(None, min_length=1, max_length=20_000)
    purpose: Literal["document", "query"] = "document"
    provider: Name | None = None
    model: Name | None = None
    dimensions: int | None = Field(None, ge=1, le=4_096)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"texts": ["Bees dance.", "Las abejas bailan."]}]}
    )

    @model_validator(mode="after")
    def _has_texts(self) -> "Embed":
        if (self.text is None) == (not self.texts):
            raise ValueError("give either text or texts")
        return self


AnyTask = Annotated[Generate | Analyze | Summarize | Extract | Translate, Field(discriminator="task")]
