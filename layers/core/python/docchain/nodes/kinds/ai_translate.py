"""ai_translate: a text in another language, by a language model."""

from pydantic import Field

from docchain.nodes.kind import NodeKind
from docchain.nodes.model_choice import Language, ModelParameters

TERMS_MOST = 200


class Translate(ModelParameters):
    """``glossary`` says how words are to be translated; long texts are translated paragraph by paragraph."""

    text: str | None = Field(default=None, min_length=1, max_length=100_000)
    target_language: str = Field(min_length=2, max_length=200, description="BCP 47, such as en or pt-BR.")
    source_language: Language | None = None
    glossary: dict[str, str] = Field(default_factory=dict, max_length=TERMS_MOST)
    tone: str | None = Field(default=None, max_length=200, description="For whom or how: formal, for children.")


KIND = NodeKind(
    name="ai_translate",
    title="Translate a text",
    parameters=Translate,
    form="task",
    family="ai",
    effect="paid",
    templates=("text", "target_language", "tone"),
    upstream_field="text",
    timeout_seconds=330,
    facts={
        "words": "number",
        "characters": "number",
        "pieces": "number",
        "language": "string",
        "provider": "string",
        "model": "string",
    },
)
