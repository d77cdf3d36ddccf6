"""document_merge: several documents become one."""

from docchain.documents.models import Document, NewDocument
from docchain.errors import PermanentStepError
from docchain.extraction.bounded import extract_apart
from docchain.nodes.kinds.document_merge import DOCUMENTS_MOST, DocumentMerge
from docchain.rendering.pdf_pages import merged
from docchain.steps.call import NodeCall, NodeResult

# All are in memory at once, twice over.
BYTES_MOST = 100 * 1024 * 1024


class NothingToMerge(PermanentStepError):
    code = "NOTHING_TO_MERGE"


class TooMuchToMerge(PermanentStepError):
    code = "TOO_MUCH_TO_MERGE"


class NotAllPdf(PermanentStepError):
    code = "NOT_ALL_PDF"


def merge_documents(call: NodeCall) -> NodeResult:
    config: DocumentMerge = call.config
    files = _read(call, _wanted(call))
    all_pdf = all(document.media_type == "application/pdf" for document, _ in files)
    if config.format == "pdf" and not all_pdf:
        raise NotAllPdf("Only PDFs can be merged into a PDF; render the others first, or merge into md.")
    if all_pdf and config.format != "md":
        return _as_pdf(call, files)
    return _as_text(call, files)


def _wanted(call: NodeCall) -> list[str]:
    named = call.config.documents
    if named is None:
        named = [d for output in call.upstream.values() for d in _documents_of(output)]
    ids = [named] if isinstance(named, str) else named
    if not isinstance(ids, list) or not all(isinstance(i, str) and i for i in ids):
        raise NothingToMerge("config.documents must give a list of document ids.")
    if not ids:
        raise NothingToMerge("config.documents is empty, and the nodes before made no document.")
    if len(ids) > DOCUMENTS_MOST:
        raise TooMuchToMerge(f"There are {len(ids)} documents; at most {DOCUMENTS_MOST}.")
    return ids


def _documents_of(output: dict[str, object]) -> list[str]:
    parts = output.get("documents")
    several = [p["document_id"] for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
    one = output.get("document_id")
    return [one] if isinstance(one, str) else several


def _read(call: NodeCall, ids: list[str]) -> list[tuple[Document, bytes]]:
    files, size = [], 0
    for document_id in ids:
        document, data = call.read_document(document_id)
        size += len(data)
        if size > BYTES_MOST:
            raise TooMuchToMerge(f"The documents have more than {BYTES_MOST} bytes together.")
        files.append((document, data))
    return files


def _as_pdf(call: NodeCall, files: list[tuple[Document, bytes]]) -> NodeResult:
    data, pages = merged([data for _, data in files])
    return _result(call, files, "pdf", "application/pdf", data, {"pages": pages})


def _as_text(call: NodeCall, files: list[tuple[Document, bytes]]) -> NodeResult:
    title = [f"# {call.config.title}"] if call.config.title else []
    texts = [extract_apart(data, document.filename, None, deadline=call.deadline).text for document, data in files]
    parts = [f"## {document.filename}\n\n{text}" for (document, _), text in zip(files, texts, strict=True)]
    text = "\n\n".join([*title, *parts]) + "\n"
    return _result(call, files, "md", "text/markdown", text.encode(), {"text": text})


def _result(
    call: NodeCall,
    files: list[tuple[Document, bytes]],
    kind: str,
    media_type: str,
    data: bytes,
    more: dict[str, object],
) -> NodeResult:
    pages = more.get("pages")
    counted = {"pages": pages} if isinstance(pages, int) else {}
    ids = [document.id for document, _ in files]
    name = call.config.filename or f"{call.node_key}.{kind}"
    return NodeResult(
        output={"format": kind, "title": call.config.title or call.node_key, "merged": ids, **more},
        facts={"documents": len(files), "bytes": len(data), "format": kind, **counted},
        document=NewDocument(filename=name, media_type=media_type, data=data),
        consumed=tuple(ids),
    )
