"""document_render: a text becomes a document to hand out."""

from docchain.documents.models import NewDocument
from docchain.errors import PermanentStepError
from docchain.extraction.decoding import decode_text
from docchain.nodes.kinds.document_render import DocumentRender
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.upstream import upstream_text
from docchain.templating.render import render_template

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "md": "text/markdown",
}


def render_document(call: NodeCall) -> NodeResult:
    config: DocumentRender = call.config
    source = config.source if config.source is not None else upstream_text(call)
    if not source.strip():
        raise NothingToRender("config.source is empty, and the node before gave no text.")
    title, source = _titled(config.title, source, call)
    consumed: tuple[str, ...] = ()
    if config.template:
        source, template_id = _laid_out(call, config.template, title, source)
        consumed = (template_id,)
    language = next((str(o["language"]) for o in call.upstream.values() if o.get("language")), "en")
    data, told = _rendered(config, title, source, {"language": language})
    return NodeResult(
        output={"format": config.format, "title": title, **told},
        facts={"bytes": len(data), "format": config.format, **told},
        document=NewDocument(
            filename=config.filename or f"{call.node_key}.{config.format}",
            media_type=MEDIA_TYPES[config.format],
            data=data,
        ),
        consumed=consumed,
    )


class NothingToRender(PermanentStepError):
    code = "NOTHING_TO_RENDER"


class TemplateNotText(PermanentStepError):
    code = "TEMPLATE_NOT_TEXT"


def _laid_out(call: NodeCall, name: str, title: str, body: str) -> tuple[str, str]:
    """The tenant's template around the text, and the template's id."""
    document, data = call.read_document(name)
    if not document.media_type.startswith("text/"):
        raise TemplateNotText(f"Template {name} is {document.media_type}; a template is a Markdown file.")
    text, _, _ = decode_text(data)
    return render_template(text, {**call.scope, "title": title, "body": body}, autoescape=False), document.id


def _rendered(config: DocumentRender, title: str, source: str, meta: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    # Each renderer is loaded when its format is asked for.
    if config.format == "pdf":
        from docchain.rendering.pdf import render_pdf_as

        pdf = render_pdf_as(title, source, meta, archive=config.pdf_a)
        return pdf.data, {"standard": pdf.standard}
    if config.format == "docx":
        from docchain.rendering.docx import render_docx

        return render_docx(title, source, meta), {}
    if config.format == "md":
        from docchain.rendering.markdown import render_markdown

        return render_markdown(title, source, meta), {}
    from docchain.rendering.html import render_html

    return render_html(title, source, meta), {}


def _titled(title: str | None, source: str, call: NodeCall) -> tuple[str, str]:
    """The title, and the text without it: a text that begins with a heading has its title already."""
    first, _, rest = source.lstrip().partition("\n")
    if title is None and first.startswith("# "):
        return first.removeprefix("# ").strip(), rest
    upstream = next((str(o["title"]) for o in call.upstream.values() if o.get("title")), None)
    return title or upstream or call.node_key, source
