"""document_split: one document becomes parts, each with its text."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from docchain.documents.models import Document, NewDocument
from docchain.errors import PermanentStepError
from docchain.extraction.bounded import extract_apart
from docchain.extraction.models import Extracted
from docchain.extraction.pieces import pieces_of
from docchain.nodes.kinds.document_split import FILES_MOST, PARTS_MOST, DocumentSplit
from docchain.rendering.pdf_pages import open_pdf, pages_of
from docchain.steps.call import NodeCall, NodeResult

Part = dict[str, Any]


class NotSplittable(PermanentStepError):
    code = "NOT_SPLITTABLE"


class TooManyParts(PermanentStepError):
    code = "TOO_MANY_PARTS"


def split_document(call: NodeCall) -> NodeResult:
    config: DocumentSplit = call.config
    if not isinstance(config.document, str) or not config.document:
        raise NotSplittable("config.document must name a document id; give document_id in the parameters.")
    document, data = call.read_document(config.document)
    found = extract_apart(data, document.filename, None, deadline=call.deadline)
    parts = _BY[config.by](found, config)
    if len(parts) > PARTS_MOST:
        raise TooManyParts(f"There are {len(parts)} parts; at most {PARTS_MOST}. Ask for larger ones.")
    numbered = [{"number": n, **part, "words": len(part["text"].split())} for n, part in enumerate(parts, 1)]
    return NodeResult(
        output={"parts": numbered, "count": len(numbered), "filename": document.filename, "format": found.format},
        facts={"parts": len(numbered), "words": found.words},
        parts=_files(config, document, data, found, numbered) if config.files else (),
        consumed=(document.id,),
    )


def _by_pages(found: Extracted, config: DocumentSplit) -> list[Part]:
    if not found.pages:
        raise NotSplittable(f"A document of the format {found.format} has no pages; split it by headings or size.")
    step = config.pages_per_part
    groups = [found.pages[i : i + step] for i in range(0, len(found.pages), step)]
    return [
        {
            "title": _pages_named(group[0].number, group[-1].number),
            "text": found.text[group[0].start : group[-1].end].strip(),
            "first_page": group[0].number,
            "last_page": group[-1].number,
        }
        for group in groups
    ]


def _by_headings(found: Extracted, _: DocumentSplit) -> list[Part]:
    """At the headings of the highest level that there is more than once, else of the highest."""
    if not found.headings:
        raise NotSplittable("The document has no headings; split it by size.")
    levels = sorted({h.level for h in found.headings})
    level = next((n for n in levels if sum(h.level == n for h in found.headings) > 1), levels[0])
    heads = list(_placed(found.text, [h.title for h in found.headings if h.level <= level]))
    starts = [start for _, start in heads]
    before = found.text[: starts[0]].strip()
    parts: list[Part] = [{"title": "", "text": before}] if before else []
    return parts + [
        {"title": title, "text": found.text[start:end].strip()}
        for (title, start), end in zip(heads, [*starts[1:], len(found.text)], strict=True)
    ]


def _placed(text: str, titles: list[str]) -> Iterator[tuple[str, int]]:
    """Where each heading's line begins, looked for from the one before it; the first is taken to be at the top."""
    after = 0
    for number, title in enumerate(titles):
        at = text.find(title, after)
        if at < 0 and number > 0:
            continue  # written another way in the text: it stays in the part before
        start = text.rfind("\n", 0, max(at, 0)) + 1
        yield title, start
        after = max(at, 0) + len(title)


def _by_size(found: Extracted, config: DocumentSplit) -> list[Part]:
    pieces = pieces_of(found.text, config.max_characters)
    return [{"title": f"Part {n} of {len(pieces)}", "text": text} for n, text in enumerate(pieces, 1)]


_BY = {"pages": _by_pages, "headings": _by_headings, "size": _by_size}


def _files(
    config: DocumentSplit, document: Document, data: bytes, found: Extracted, parts: list[Part]
) -> tuple[NewDocument, ...]:
    if found.format != "pdf" or config.by != "pages":
        raise NotSplittable("config.files: only a PDF that is split by pages has a file for each part.")
    if len(parts) > FILES_MOST:
        raise TooManyParts(f"There are {len(parts)} parts; at most {FILES_MOST} with files. Ask for larger ones.")
    source = open_pdf(data)
    try:
        made = [pages_of(source, part["first_page"], part["last_page"]) for part in parts]
    finally:
        source.close()
    stem = PurePath(document.filename).stem
    return tuple(
        NewDocument(filename=f"{stem}-{part['number']:03d}.pdf", media_type="application/pdf", data=pdf)
        for part, pdf in zip(parts, made, strict=True)
    )


def _pages_named(first: int, last: int) -> str:
    return f"Page {first}" if first == last else f"Pages {first}-{last}"
