"""document_template: a template, rendered before it gets here, becomes a text document."""

from docchain.documents.models import NewDocument
from docchain.nodes.kinds.document_template import DocumentTemplate
from docchain.steps.call import NodeCall, NodeResult

MEDIA_TYPES = {"md": "text/markdown", "html": "text/html", "txt": "text/plain"}


def write_document(call: NodeCall) -> NodeResult:
    config: DocumentTemplate = call.config
    text = config.template
    return NodeResult(
        output={"text": text, "format": config.format, "title": config.title},
        facts={"words": len(text.split()), "characters": len(text), "format": config.format},
        document=NewDocument(
            filename=f"{call.node_key}.{config.format}",
            media_type=MEDIA_TYPES[config.format],
            data=text.encode(),
        ),
    )
