"""ai_generate: a prompt becomes a text, or JSON of a given schema."""

from typing import Any

from pydantic import Field

from docchain.nodes.kind import NodeKind
from docchain.nodes.model_choice import ModelParameters


class Generate(ModelParameters):
    prompt: str = Field(min_length=1, max_length=100_000)
    max_tokens: int = Field(default=1000, ge=1, le=128_000)
    temperature: float = Field(default=0.7, ge=0.0, le=2.0)
    system: str | None = Field(default=None, max_length=20_000)
    response_schema: dict[str, Any] | None = None


KIND = NodeKind(
    name="ai_generate",
    title="Generate a text with a language model",
    parameters=Generate,
    form="task",
    family="ai",
    effect="paid",
    aliases=("ai_processing",),
    templates=("prompt", "system"),
    timeout_seconds=300,
    facts={"words": "number", "characters": "number", "provider": "string", "model": "string"},
)
