"""document_render: a text becomes a document to hand out."""

from docchain.documents.models import NewDocument
from docchain.errors import PermanentStepError
from docchain.nodes.kinds.document_render import DocumentRender
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.upstream import upstream_text

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}


def render_document(call: NodeCall) -> NodeResult:
    config: DocumentRender = call.config
    source = config.source if config.source is not None else upstream_text(call)
    if not source.strip():
        raise NothingToRender("config.source is empty, and the node before gave no text.")
    title, source = _titled(config.title, source, call)
    language = next((str(o["language"]) for o in call.upstream.values() if o.get("language")), "en")
    data = _rendered(config.format, title, source, {"language": language})
    return NodeResult(
        output={"format": config.format, "title": title},
        facts={"bytes": len(data), "format": config.format},
        document=NewDocument(
            filename=config.filename or f"{call.node_key}.{config.format}",
            media_type=MEDIA_TYPES[config.format],
            data=data,
        ),
    )


class NothingToRender(PermanentStepError):
    code = "NOTHING_TO_RENDER"


def _rendered(kind: str, title: str, source: str, meta: dict[str, str]) -> bytes:
    # Each renderer is loaded when its format is asked for.
    if kind == "pdf":
        from docchain.rendering.pdf import render_pdf

        return render_pdf(title, source, meta)
    if kind == "docx":
        from docchain.rendering.docx import render_docx

        return render_docx(title, source, meta)
    from docchain.rendering.html import render_html

    return render_html(title, source, meta)


def _titled(title: str | None, source: str, call: NodeCall) -> tuple[str, str]:
    """The title, and the text without it: a text that begins with a heading has its title already."""
    first, _, rest = source.lstrip().partition("\n")
    if title is None and first.startswith("# "):
        return first.removeprefix("# ").strip(), rest
    upstream = next((str(o["title"]) for o in call.upstream.values() if o.get("title")), None)
    return title or upstream or call.node_key, source
