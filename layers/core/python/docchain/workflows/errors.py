"""What can be wrong with a workflow."""

from docchain.errors import Conflict, NotFound


class WorkflowNotFound(NotFound):
    code = "WORKFLOW_NOT_FOUND"

    def __init__(self, workflow_id: int) -> None:
        super().__init__(f"Workflow {workflow_id} does not exist.", details={"workflow_id": workflow_id})


class NodeNotFound(NotFound):
    code = "NODE_NOT_FOUND"

    def __init__(self, workflow_id: int, node_id: int) -> None:
        super().__init__(f"Workflow {workflow_id} has no node {node_id}.", details={"node_id": node_id})


class VersionNotFound(NotFound):
    code = "VERSION_NOT_FOUND"

    def __init__(self, workflow_id: int, version: int) -> None:
        super().__init__(f"Workflow {workflow_id} has no version {version}.", details={"version": version})


class WorkflowChanged(Conflict):
    code = "WORKFLOW_CHANGED"

    def __init__(self) -> None:
        super().__init__("Somebody else changed this workflow meanwhile; read it again and retry.")


class IllegalTransition(Conflict):
    """``details.allowed`` are the statuses that it can go to."""

    code = "ILLEGAL_TRANSITION"

    def __init__(self, before: str, after: str, allowed: list[str]) -> None:
        super().__init__(f"A workflow cannot go from {before} to {after}.", details={"allowed": allowed})


class NodeKeyTaken(Conflict):
    code = "NODE_KEY_TAKEN"

    def __init__(self, key: str) -> None:
        super().__init__(f"The workflow already has a node with the key {key!r}.", details={"field": "key"})


class NodeInUse(Conflict):
    code = "NODE_IN_USE"
