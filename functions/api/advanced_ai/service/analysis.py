"""An analysis that is asked for in the query, in the body, or with the text in one and the kind in the other."""

from docchain.ai.tasks.asked import AnalysisType, Analyze
from docchain.errors import invalid


def analysis_of(
    text: str | None, analysis_type: AnalysisType | None, provider: str | None, body: Analyze | None
) -> Analyze:
    """Raises ``ValidationFailed``. The query wins: it stands in the address."""
    if body is None:
        if text is None:
            raise invalid("text", "is missing: give it in the query, or a body")
        body = Analyze(text=text)
    elif text is not None:
        raise invalid("text", "is in the query, and something to analyse in the body as well")
    said = {"analysis_type": analysis_type, "provider": provider}
    return body.model_copy(update={name: value for name, value in said.items() if value is not None})
