"""document_extract: a stored document becomes text and structure."""

from dataclasses import asdict
from typing import Any

from docchain.errors import PermanentStepError
from docchain.extraction.bounded import extract_apart
from docchain.extraction.models import Extracted
from docchain.nodes.kinds.document_extract import DocumentExtract
from docchain.steps.call import NodeCall, NodeResult


class DocumentNotNamed(PermanentStepError):
    code = "DOCUMENT_NOT_NAMED"


def extract_document(call: NodeCall) -> NodeResult:
    """Raises what ``extract_apart`` raises, each with a code that says what is wrong with the file."""
    config: DocumentExtract = call.config
    if not isinstance(config.document, str) or not config.document:
        raise DocumentNotNamed("config.document must name a document id; give document_id in the parameters.")
    document, data = call.read_document(config.document)
    found = extract_apart(data, document.filename, config.max_pages, deadline=call.deadline)
    title = str(found.metadata.get("title") or (found.headings[0].title if found.headings else document.filename))
    return NodeResult(
        output={
            **output_of(found),
            "title": title,
            "document_id": document.id,
            "filename": document.filename,
        },
        facts={
            "pages": len(found.pages),
            "words": found.words,
            "characters": found.characters,
            "media_type": found.media_type,
            "title": title[:200],
        },
        consumed=(document.id,),
    )


def output_of(found: Extracted) -> dict[str, Any]:
    """``structure_from`` reads it back."""
    return {**asdict(found), "unit": found.unit, "words": found.words, "characters": found.characters}
