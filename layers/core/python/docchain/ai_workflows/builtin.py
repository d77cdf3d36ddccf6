"""The templates that every tenant has, and the chains of the types that have none."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.ai_workflows.models import AiTask, AiWorkflowType, Step, Template

_T = AiTask
_W = AiWorkflowType


def _step(step_id: str, name: str, task: AiTask, **parameters: Any) -> Step:
    return Step(step_id=step_id, name=name, ai_task=task, parameters=parameters)


def _template(name: str, description: str, seconds: int, *steps: Step) -> Template:
    return Template(name=name, description=description, steps=list(steps), estimated_time=seconds, builtin=True)


TEMPLATES: Final[Mapping[str, Template]] = {
    template.name: template
    for template in (
        _template(
            "content_generation",
            "Looks at what is asked for, writes it, and reviews what was written.",
            30,
            _step("analyze_input", "Analyze input", _T.ANALYZE_TEXT, analysis_type="structure"),
            _step("generate_content", "Generate content", _T.GENERATE_CONTENT, max_tokens=1000, temperature=0.7),
            _step("review_content", "Review content", _T.ANALYZE_TEXT, analysis_type="quality"),
        ),
        _template(
            "text_analysis",
            "The mood of a text, its keywords and a summary.",
            20,
            _step("sentiment_analysis", "Sentiment analysis", _T.ANALYZE_TEXT, analysis_type="sentiment"),
            _step("keyword_extraction", "Keyword extraction", _T.ANALYZE_TEXT, analysis_type="keywords"),
            _step("summary_generation", "Summary generation", _T.GENERATE_SUMMARY, max_length=200),
        ),
        _template(
            "document_processing",
            "The text of a document, its structure and its metadata.",
            45,
            _step("extract_text", "Extract text", _T.EXTRACT_TEXT),
            _step("analyze_structure", "Analyze structure", _T.ANALYZE_TEXT, analysis_type="structure"),
            _step("generate_metadata", "Generate metadata", _T.GENERATE_METADATA),
        ),
    )
}

# A type without a template of its name: what is done when no template is named.
CHAINS: Final[Mapping[AiWorkflowType, tuple[Step, ...]]] = {
    _W.DATA_EXTRACTION: (
        _step("extract_text", "Extract text", _T.EXTRACT_TEXT),
        _step("extract_data", "Extract data", _T.GENERATE_METADATA),
    ),
    _W.SENTIMENT_ANALYSIS: (
        _step("sentiment_analysis", "Sentiment analysis", _T.ANALYZE_TEXT, analysis_type="sentiment"),
    ),
    _W.TRANSLATION: (_step("translate", "Translate", _T.GENERATE_CONTENT, target_language="en"),),
    _W.SUMMARIZATION: (_step("summarize", "Summarize", _T.GENERATE_SUMMARY),),
    _W.CLASSIFICATION: (_step("classify", "Classify", _T.ANALYZE_TEXT, analysis_type="classification"),),
    _W.OPTIMIZATION: (
        _step("review_content", "Review content", _T.ANALYZE_TEXT, analysis_type="quality"),
        _step(
            "improve_content",
            "Improve content",
            _T.GENERATE_CONTENT,
            instruction="Rewrite the document so that it is clearer and shorter, and says the same.",
        ),
    ),
    _W.AUTOMATION: (
        _step("analyze_request", "Analyze request", _T.ANALYZE_TEXT, analysis_type="requirements"),
        _step(
            "plan_automation",
            "Plan automation",
            _T.GENERATE_CONTENT,
            instruction="Write the steps by which what the document asks for can be automated, as a numbered list.",
        ),
    ),
}


def chain_of_type(kind: AiWorkflowType) -> list[Step]:
    template = TEMPLATES.get(kind.value)
    return list(template.steps if template else CHAINS[kind])
