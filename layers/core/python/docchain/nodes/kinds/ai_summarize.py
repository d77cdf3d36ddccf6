"""ai_summarize: a long text becomes a short one."""

from pydantic import Field

from docchain.nodes.kind import NodeKind
from docchain.nodes.model_choice import Language, ModelParameters


class Summarize(ModelParameters):
    text: str | None = Field(default=None, min_length=1, max_length=100_000)
    max_sentences: int = Field(default=5, ge=1, le=100)
    max_length: int | None = Field(default=None, ge=20, le=20_000, description="In characters.")
    language: Language | None = None


KIND = NodeKind(
    name="ai_summarize",
    title="Summarise a text",
    parameters=Summarize,
    form="task",
    family="ai",
    effect="paid",
    templates=("text",),
    upstream_field="text",
    timeout_seconds=180,
    facts={
        "sentences": "number",
        "words": "number",
        "characters": "number",
        "language": "string",
        "provider": "string",
        "model": "string",
    },
)
