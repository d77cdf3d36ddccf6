"""A lineage as Mermaid: parents above what was made from them."""

import re
from collections.abc import Iterable, Sequence

from docchain.documents.models import Document
from docchain.provenance.walk import parents_of

_NAME_MOST = 60


def as_mermaid(documents: Sequence[Document], missing: Iterable[str]) -> str:
    names = {d.id: f"d{n}" for n, d in enumerate(documents)}
    gone = {document_id: f"x{n}" for n, document_id in enumerate(missing)}
    lines = ["flowchart TD"]
    lines += [f'  {names[d.id]}["{_quoted(d.filename)}"]' for d in documents]
    lines += [f'  {place}["{_quoted(document_id)} (deleted)"]:::gone' for document_id, place in gone.items()]
    known = names | gone
    for document in documents:
        made_by = document.origin.get("node")
        label = f'|"{_quoted(str(made_by))}, run {document.origin.get("run_id")}"|' if made_by else ""
        lines += [f"  {known[p]} -->{label} {names[document.id]}" for p in parents_of(document) if p in known]
    return "\n".join([*lines, "  classDef gone stroke-dasharray:4 3"]) + "\n"


def _quoted(text: str) -> str:
    """Mermaid has no escapes but entities, and would obey what stands in a label."""
    shown = text if len(text) <= _NAME_MOST else text[: _NAME_MOST - 1] + "…"
    return re.sub(r"[^\w .,;:()/@+…-]", lambda m: f"#{ord(m[0])};", shown)
