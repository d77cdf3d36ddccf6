"""Views of drafts and versions as definitions."""

from docchain.definitions.checks import validate
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition
from docchain.workflows.models import Draft, Version
from docchain.workflows.publishing import definition_of
from functions.api.workflows.run_schemas import GraphView
from functions.api.workflows.schemas import FindingView, ValidationView, VersionView


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


def graph_view(definition: WorkflowDefinition, mermaid: str, states: dict[str, str]) -> GraphView:
    nodes = [
        {"key": n.key, "name": n.name, "node_type": n.node_type, "status": states.get(n.key, "pending")}
        for n in definition.nodes
    ]
    edges = [{"from": e.source_key, "to": n.key, "outcome": e.outcome} for n in definition.nodes for e in n.depends_on]
    return GraphView(nodes=nodes, edges=edges, mermaid=mermaid)
