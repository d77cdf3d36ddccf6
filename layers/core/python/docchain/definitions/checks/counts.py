"""Is the definition of a size that can be handled at all?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import WorkflowDefinition

MAX_NODES = 2000
MAX_BYTES = 5_000_000


def check(definition: WorkflowDefinition) -> list[Finding]:
    count = len(definition.nodes)
    if count > MAX_NODES:
        message = f"The workflow has {count} nodes, more than {MAX_NODES}. Split it into several workflows."
        return [Finding(code="TOO_MANY_NODES", field="nodes", message=message)]
    size = len(definition.canonical_bytes())
    if size > MAX_BYTES:
        message = f"The definition has {size} bytes, more than {MAX_BYTES}. Shorten its templates."
        return [Finding(code="DEFINITION_TOO_LARGE", field="nodes", message=message)]
    return []
