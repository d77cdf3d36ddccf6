"""Views of drafts and versions as definitions."""

from typing import Literal

from docchain.definitions.checks import validate
from docchain.definitions.diff import compare
from docchain.definitions.errors import DefinitionInvalid
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.models import Draft, Version
from docchain.workflows.publishing import definition_of
from docchain.workflows.repository import WorkflowRepository
from functions.api.workflows.schemas import FindingView, ValidationView, VersionDetail, VersionDiff, VersionView

Side = int | Literal["draft"]


def validate_draft(draft: Draft) -> ValidationView:
    try:
        found = [f.model_dump(mode="json") for f in validate(definition_of(draft))]
    except DefinitionInvalid as error:
        found = error.details
    views = [FindingView.model_validate(f) for f in found]
    return ValidationView(valid=not views, findings=views)


def version_view(version: Version) -> VersionView:
    return VersionView(
        node_count=len(version.definition["nodes"]),
        **version.model_dump(include=VersionView.model_fields.keys() - {"node_count"}),
    )


def version_detail(version: Version) -> VersionDetail:
    return VersionDetail(**version_view(version).model_dump(), definition=version.definition)


def diff_view(
    workflows: WorkflowRepository,
    versions: DefinitionReader,
    tenant_id: str,
    workflow_id: int,
    before: Side,
    after: Side,
) -> VersionDiff:
    """Raises ``DefinitionInvalid`` when the draft has a field of a wrong shape."""
    draft = workflows.read_draft(tenant_id, workflow_id)
    old, new = (
        definition_of(draft) if side == "draft" else versions.read(tenant_id, workflow_id, side)
        for side in (before, after)
    )
    diff = compare(old, new)
    equal = old.content_hash == new.content_hash
    return VersionDiff(workflow_id=workflow_id, before=before, after=after, equal=equal, **diff.model_dump())
