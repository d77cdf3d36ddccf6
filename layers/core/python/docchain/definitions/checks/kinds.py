"""Is each node of a kind that exists, and its config what that kind takes?"""

from pydantic import ValidationError

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.errors import UnknownNodeKind


def check(definition: WorkflowDefinition) -> list[Finding]:
    return [finding for node in definition.nodes for finding in _check(node)]


def _check(node: NodeDefinition) -> list[Finding]:
    try:
        kind = catalogue.get(node.node_type)
    except UnknownNodeKind as error:
        return [Finding(code=error.code, node=node.key, field="node_type", message=error.message)]
    try:
        kind.parameters.model_validate(node.config)
    except ValidationError as error:
        return [
            Finding(
                code="INVALID_CONFIG",
                node=node.key,
                field=".".join(["config", *(str(part) for part in one["loc"])]),
                message=_message(
                    kind.name, one["type"], [str(part) for part in one["loc"]], one["msg"], kind.parameters
                ),
            )
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    return []


def _message(kind: str, error: str, path: list[str], message: str, parameters: type) -> str:
    if error == "extra_forbidden":
        known = ", ".join(sorted(getattr(parameters, "model_fields", {})))
        return f"{kind} does not take '{'.'.join(path)}'. It takes: {known}."
    if error == "missing":
        return f"{kind} needs '{'.'.join(path)}'."
    return f"{kind}: {'.'.join([*path]) + ': ' if path else ''}{message.removeprefix('Value error, ')}"
