"""Steps become nodes of the engine. Pure: the same steps, input and choices give the same nodes.

A step is one node, of the key that is its id, after the step before it. Before a chain that begins with something
else than extracting stands a node that reads the document, when the input is one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from docchain.ai.models import Analysis
from docchain.ai.prompts import CLOSE, OPEN
from docchain.ai_workflows.material import Material, material_of
from docchain.ai_workflows.models import AiTask, Provider, Step
from docchain.ai_workflows.step_parameters import (
    AnalyzeText,
    ExtractText,
    GenerateContent,
    GenerateMetadata,
    GenerateSummary,
    StepParameters,
    parameters_of,
)

READER: Final = "read_document"
LABELS: Final = ("contract", "invoice", "report", "letter", "policy", "resume", "article", "manual")
"""Kinds of business documents, when nobody says which classes there are."""
_MAKES_TEXT: Final = frozenset({AiTask.EXTRACT_TEXT, AiTask.GENERATE_CONTENT})
_OF_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "sentiment": ("sentiment", "language"),
    "keywords": ("keywords", "language"),
    "classification": ("classification", "language"),
    "structure": ("language", "readability", "keywords", "entities"),
    "quality": ("readability", "sentiment", "language"),
    "requirements": ("keywords", "entities", "language"),
    "performance_optimization": ("readability", "keywords", "language"),
    "insights": ("sentiment", "keywords", "entities", "language"),
    "general": ("sentiment", "keywords", "entities", "language"),
}
_METADATA: Final = ("language", "keywords", "entities", "readability")
_DEFAULT_INSTRUCTION: Final = "Write the content that the document asks for."


@dataclass(frozen=True)
class Chosen:
    """Who does a task, of a choice that was applied."""

    provider: Provider
    model: str | None = None
    temperature: float | None = None
    version: int = 0


@dataclass(frozen=True)
class Asked:
    """``provider_named``: whoever made the workflow said which, so that only a choice of the same one counts."""

    steps: tuple[Step, ...]
    input_data: Mapping[str, Any]
    parameters: Mapping[str, Any]
    provider: Provider
    provider_named: bool = True
    choices: Mapping[AiTask, Chosen] = field(default_factory=dict)


Config = tuple[str, dict[str, Any]]
"""A kind and its config."""


def nodes_of(asked: Asked) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Nodes as people write them, and which applied choice each task took. Raises ``StepsInvalid``."""
    material = material_of(asked.input_data)
    nodes: list[dict[str, Any]] = []
    taken: dict[str, int] = {}
    if material.document and asked.steps[0].ai_task != AiTask.EXTRACT_TEXT:
        nodes.append(_node(READER, "Read document", *_read(material, None), after=None))
        material = Material(f"nodes.{READER}.text", instruction=material.instruction)
    keywords = ""
    for step in asked.steps:
        parameters = parameters_of(step, asked.parameters)
        choice = _choice(asked, step, parameters)
        if choice:
            taken[step.ai_task.value] = choice.version
        kind, config = _BUILD[step.ai_task](parameters, material, keywords)
        if kind.startswith("ai_"):
            config |= _who(asked, parameters, choice, kind)
        nodes.append(_node(step.step_id, step.name, kind, config, after=nodes[-1]["key"] if nodes else None))
        if "keywords" in config.get("analyses", ()):
            keywords = f"nodes.{step.step_id}.keywords"
        if step.ai_task in _MAKES_TEXT:
            material = Material(f"nodes.{step.step_id}.text", instruction=material.instruction)
    return nodes, taken


def _node(key: str, name: str, kind: str, config: dict[str, Any], after: str | None) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "node_type": kind,
        "config": {field: value for field, value in config.items() if value is not None},
        "depends_on": [after] if after else [],
        "on_error": "fail",
    }


def _choice(asked: Asked, step: Step, parameters: StepParameters) -> Chosen | None:
    """Not over what the step or the workflow says itself."""
    choice = asked.choices.get(step.ai_task)
    if choice is None or parameters.provider or parameters.model:
        return None
    return None if asked.provider_named and choice.provider != asked.provider else choice


def _who(asked: Asked, parameters: StepParameters, choice: Chosen | None, kind: str) -> dict[str, Any]:
    provider = parameters.provider or (choice.provider if choice else asked.provider)
    told: dict[str, Any] = {
        "provider": None if provider == "fallback" else provider,
        "model": parameters.model or (choice.model if choice else None),
    }
    if choice and choice.temperature is not None and kind == "ai_generate" and "temperature" not in asked.parameters:
        told["temperature"] = choice.temperature
    return told


def _read(material: Material, max_pages: int | None) -> Config:
    return "document_extract", {"document": _filled(material.document), "max_pages": max_pages}


def _filled(expression: str) -> str:
    return "{{ " + expression + " }}"


def _as_document(expression: str) -> str:
    """Between the marks that the instructions of every model speak of; those inside are taken out."""
    cleaned = f"({expression}) | replace('{OPEN}', '') | replace('{CLOSE}', '')"
    return f"{OPEN}\n{_filled(cleaned)}\n{CLOSE}"


def _extract(parameters: Any, material: Material, _: str) -> Config:
    known: ExtractText = parameters
    if material.document:
        return _read(material, known.max_pages)
    return "document_template", {"template": _filled(material.expression)}


def _analyze(parameters: Any, material: Material, _: str) -> Config:
    known: AnalyzeText = parameters
    text = _filled(material.expression)
    if known.analysis_type == "summary":
        return "ai_summarize", {"text": text, "max_sentences": known.max_sentences, "language": known.language}
    if known.analysis_type == "translation":
        return "ai_translate", {"text": text, "target_language": known.target_language or "en"}
    wanted = list(_OF_TYPE[known.analysis_type])
    if known.analysis_type in get_args(Analysis) and known.analysis_type not in wanted:
        wanted.insert(0, known.analysis_type)
    labels = list(known.labels or LABELS) if "classification" in wanted else None
    return "ai_analyze", {"text": text, "analyses": wanted, "labels": labels, "language": known.language}


def _generate(parameters: Any, material: Material, keywords: str) -> Config:
    known: GenerateContent = parameters
    if known.target_language:
        text = _filled(material.expression)
        return "ai_translate", {"text": text, "target_language": known.target_language}
    said = known.instruction or (_filled(material.instruction) if material.instruction else _DEFAULT_INSTRUCTION)
    parts = [said]
    if keywords:
        known_words = f"({keywords} | default([]))"
        listed = _filled(f"{known_words} | map(attribute='text') | join(', ')")
        parts.append(f"{{% if {known_words} %}}Keep to these keywords where they fit: {listed}.{{% endif %}}")
    if known.instruction or material.expression != material.instruction:
        parts.append(_as_document(material.expression))
    return "ai_generate", {
        "prompt": "\n\n".join(parts),
        "system": known.system,
        "max_tokens": known.max_tokens,
        "temperature": known.temperature,
    }


def _summarize(parameters: Any, material: Material, _: str) -> Config:
    known: GenerateSummary = parameters
    return "ai_summarize", {
        "text": _filled(material.expression),
        "max_sentences": known.max_sentences,
        "max_length": known.max_length,
        "language": known.language,
    }


def _metadata(parameters: Any, material: Material, _: str) -> Config:
    known: GenerateMetadata = parameters
    text = _filled(material.expression)
    if known.response_schema:
        return "ai_extract", {"text": text, "response_schema": known.response_schema}
    return "ai_analyze", {"text": text, "analyses": list(_METADATA), "language": known.language}


_BUILD: Final[Mapping[AiTask, Callable[[Any, Material, str], Config]]] = {
    AiTask.ANALYZE_TEXT: _analyze,
    AiTask.GENERATE_CONTENT: _generate,
    AiTask.GENERATE_SUMMARY: _summarize,
    AiTask.EXTRACT_TEXT: _extract,
    AiTask.GENERATE_METADATA: _metadata,
}
