"""ai_analyze: what a text says about itself: mood, keywords, class, language, how it is built, what it demands."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from docchain.ai.models import Analysis
from docchain.nodes.kind import NodeKind
from docchain.nodes.model_choice import Language, ModelParameters

Label = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class Analyze(ModelParameters):
    text: str | None = Field(default=None, min_length=1, max_length=100_000)
    analyses: list[Analysis] = Field(
        default=["sentiment", "keywords", "entities", "language"], min_length=1, max_length=11
    )
    labels: list[Label] | None = Field(default=None, min_length=2, max_length=50)
    language: Language | None = None

    @model_validator(mode="after")
    def _classes_are_named(self) -> Self:
        if "classification" in self.analyses and not self.labels:
            raise ValueError("classification needs 'labels': a list of at least two class names")
        return self


KIND = NodeKind(
    name="ai_analyze",
    title="Analyse a text",
    parameters=Analyze,
    form="task",
    family="ai",
    effect="paid",
    templates=("text",),
    upstream_field="text",
    timeout_seconds=180,
    facts={
        "sentiment": "string",
        "sentiment_score": "number",
        "keywords": "number",
        "top_keyword": "string",
        "entities": "number",
        "classification": "string",
        "classification_score": "number",
        "language": "string",
        "readability": "number",
        "quality": "number",
        "quality_issues": "number",
        "requirements": "number",
        "insights": "number",
        "provider": "string",
        "model": "string",
    },
)
