"""A node's call as its worker gets it, with documents in memory."""

import time
from typing import Any

from docchain.documents.models import Document
from docchain.nodes import catalogue
from docchain.steps.call import NodeCall

Files = dict[str, tuple[str, str, bytes]]
"""id → filename, media type, content."""


def a_call(
    kind: str,
    config: dict[str, Any],
    *,
    files: Files | None = None,
    upstream: dict[str, dict[str, Any]] | None = None,
    seconds: float = 60,
) -> NodeCall:
    def read(document_id: str) -> tuple[Document, bytes]:
        filename, media_type, data = (files or {})[document_id]
        card = {"filename": filename, "media_type": media_type, "size": len(data), "sha256": "0" * 64, "origin": {}}
        return Document(id=document_id, **card, created_at="2026-01-01T00:00:00.000Z", created_by="ada"), data

    return NodeCall(
        tenant_id="t",
        run_id=1,
        node_key="node",
        config=catalogue.get(kind).parameters.model_validate(config),
        scope={"nodes": upstream or {}},
        upstream=upstream or {},
        deadline=time.monotonic() + seconds,
        read_document=read,
    )
