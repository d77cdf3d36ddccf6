"""A receipt as an answer."""

from typing import Any

from fastapi.responses import Response

from docchain.audit.hashing import canonical_json
from docchain.auth.caller import Caller
from docchain.documents.store import ContentStore
from docchain.receipts.placing import without_persons
from docchain.runs.models import Run
from functions.api.workflows.service.json_files import json_file


def receipt_response(contents: ContentStore, caller: Caller, run: Run, file: dict[str, Any]) -> Response:
    data = canonical_json(shown_to(caller, file))
    name = _copy_of(run, whole=caller.may("audit:read"))
    return json_file(contents, caller.tenant_id, data, kept_as=name, filename=f"receipt-run-{run.id}.json")


def shown_to(caller: Caller, file: dict[str, Any]) -> dict[str, Any]:
    return file if caller.may("audit:read") else without_persons(file)


def remove_copies(contents: ContentStore, tenant_id: str, run: Run) -> None:
    """Those behind the links of large receipts, which hold what was to be erased."""
    for whole in (True, False):
        contents.remove_named(tenant_id, _copy_of(run, whole=whole))


def _copy_of(run: Run, *, whole: bool) -> str:
    """Two names: the link of who may not read the audit never leads to the copy of somebody who may."""
    return f"receipts/{run.id}/{run.generation}{'' if whole else '-plain'}.json"
