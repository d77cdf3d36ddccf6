"""What a condition or switch answers on the facts that were recorded, as the state machine decides it."""

import json
from collections.abc import Mapping
from typing import Any

from docchain.definitions.models import NodeDefinition
from docchain.nodes.kinds.switch import DEFAULT
from docchain.runs.models import NodeRecord, NodeStatus


def outcome_of(node: NodeDefinition, params: Mapping[str, Any], records: Mapping[str, NodeRecord]) -> str:
    facts = {
        key: {name: value for name, value in record.facts.items() if value is not None}
        for key, record in records.items()
        if record.status == NodeStatus.COMPLETED
    }
    scalars = {k: v for k, v in params.items() if isinstance(v, str | int | float | bool)}
    if "cases" not in node.config:
        return "true" if _holds(node.config["expression"], facts, scalars) else "false"
    for case in node.config["cases"]:
        if _holds(case["expression"], facts, scalars):
            return str(case["name"])
    return str(node.config.get("default", DEFAULT))


def _holds(source: str, facts: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    # 70 ms of import that only a run with conditions needs.
    from jsonata import Jsonata

    data = json.dumps({"nodes": facts, "params": params})
    return Jsonata.jsonata(f"$boolean({data}.({source}\n)) = true").evaluate({}) is True
