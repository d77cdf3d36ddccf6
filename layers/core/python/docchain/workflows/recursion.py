"""Does a workflow run itself? What it runs may run it in turn: that is found when the run gets there."""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes.kinds.subworkflow import KIND


def refuse_itself(definition: WorkflowDefinition, workflow_id: int) -> None:
    """Raises ``DefinitionInvalid`` with every node that does."""
    found = [
        Finding(
            code="SUBWORKFLOW_RECURSION",
            node=node.key,
            field="config.workflow_id",
            message=f"'{node.key}' runs the workflow that it belongs to, which would never end.",
        )
        for node in definition.nodes
        if node.node_type == KIND.name and node.config.get("workflow_id") == workflow_id
    ]
    if found:
        raise DefinitionInvalid(found[0].message, details=[finding.model_dump() for finding in found])
