"""A receipt as an answer: in it while it fits, else behind a link."""

import json
from typing import Any

from fastapi.responses import RedirectResponse, Response

from docchain.audit.hashing import canonical_json
from docchain.documents.store import ContentStore
from docchain.runs.models import Run

ANSWER_BYTES_MOST = 4 * 1024 * 1024


def receipt_response(contents: ContentStore, tenant_id: str, run: Run, file: dict[str, Any]) -> Response:
    data = canonical_json(file)
    headers = {"content-disposition": f'attachment; filename="receipt-run-{run.id}.json"'}
    # As it is quoted inside a function's answer.
    if len(json.dumps(data.decode())) <= ANSWER_BYTES_MOST:
        return Response(data, media_type="application/json", headers=headers)
    name = f"receipts/{run.id}/{run.generation}.json"
    contents.put_named(tenant_id, name, data)
    url = contents.link_to_named(tenant_id, name, f"receipt-run-{run.id}.json", "application/json")
    return RedirectResponse(url, 303)
