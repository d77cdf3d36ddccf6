"""Outputs of nodes: inline in the record up to 16 KB, else in S3 under their hash."""

import json
from typing import Any

from docchain.documents.store import ContentStore
from docchain.runs.errors import OutputTooLarge
from docchain.runs.models import OUTPUT_BYTES_MOST, OUTPUT_INLINE_BYTES_MOST, NodeRecord, StoredOutput
from docchain.steps.hashing import canonical


def keep_output(contents: ContentStore, tenant_id: str, output: dict[str, Any]) -> dict[str, Any]:
    """The record's fields for an output. Raises ``OutputTooLarge``."""
    data = canonical(output)
    if len(data) <= OUTPUT_INLINE_BYTES_MOST:
        return {"output": output, "stored_output": None}
    if len(data) > OUTPUT_BYTES_MOST:
        raise OutputTooLarge(f"The node's output is {len(data)} bytes; at most {OUTPUT_BYTES_MOST}.")
    return {"output": None, "stored_output": StoredOutput(sha256=contents.put_result(tenant_id, data), size=len(data))}


def read_output(contents: ContentStore, tenant_id: str, record: NodeRecord) -> dict[str, Any]:
    if record.stored_output is None:
        return record.output or {}
    output: dict[str, Any] = json.loads(contents.get_result(tenant_id, record.stored_output.sha256))
    return output


def output_bytes(record: NodeRecord) -> int:
    return record.stored_output.size if record.stored_output else len(canonical(record.output or {}))
