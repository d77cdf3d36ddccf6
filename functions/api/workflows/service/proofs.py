"""A receipt as an answer."""

from typing import Any

from fastapi.responses import Response

from docchain.audit.hashing import canonical_json
from docchain.documents.store import ContentStore
from docchain.runs.models import Run
from functions.api.workflows.service.json_files import json_file


def receipt_response(contents: ContentStore, tenant_id: str, run: Run, file: dict[str, Any]) -> Response:
    name = f"receipts/{run.id}/{run.generation}.json"
    return json_file(contents, tenant_id, canonical_json(file), kept_as=name, filename=f"receipt-run-{run.id}.json")
