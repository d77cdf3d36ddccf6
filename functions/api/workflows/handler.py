"""The Lambda of ``/api/v3/workflows``."""

from docchain.entrypoints.api import api_handler
from functions.api.workflows.routes import (
    approvals,
    compensations,
    costs,
    document_collections,
    document_versions,
    documents,
    holds,
    hooks,
    nodes,
    portable,
    proofs,
    provenance,
    replays,
    runs,
    stuck,
    templates,
    values,
    versions,
    workflows,
)

# Order matters: literal paths (/documents, /runs) before /{workflow_id}.
handler = api_handler(
    approvals.router,
    hooks.router,
    compensations.router,
    costs.router,
    document_collections.router,
    document_versions.router,
    documents.router,
    portable.router,
    holds.router,
    proofs.router,
    provenance.router,
    replays.router,
    stuck.router,
    templates.router,
    runs.router,
    values.router,
    versions.router,
    nodes.router,
    workflows.router,
)
