"""Has each node a key and an id of its own?"""

from collections import Counter

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import WorkflowDefinition


def check(definition: WorkflowDefinition) -> list[Finding]:
    keys = Counter(node.key for node in definition.nodes)
    ids = Counter(node.id for node in definition.nodes)
    found = [
        Finding(
            code="DUPLICATE_KEY",
            node=key,
            field="key",
            message=f"{count} nodes have the key '{key}'. Give each node a key of its own.",
        )
        for key, count in keys.items()
        if count > 1
    ]
    found += [
        Finding(
            code="DUPLICATE_ID",
            node=node.key,
            field="id",
            message=f"{ids[node.id]} nodes have the id {node.id}. Give each node an id of its own.",
        )
        for node in definition.nodes
        if ids[node.id] > 1
    ]
    return found
