"""store: the value is written with the completion of its node, and so exactly once."""

import re
from typing import Any

from docchain.nodes.kinds.store import Store
from docchain.runs.events import event_of_node
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.hashing import canonical, content_hash
from docchain.values.errors import ValueRefused
from docchain.values.models import NAME_PATTERN, VALUE_BYTES_MOST
from docchain.values.repository import ValueRepository


def store_value(values: ValueRepository, call: NodeCall) -> NodeResult:
    config: Store = call.config
    if not isinstance(config.name, str) or not re.fullmatch(NAME_PATTERN, config.name):
        raise ValueRefused("The name is not one: small letters, digits, dots, hyphens and underscores, at most 128.")
    value = _value(config, call)
    size = len(canonical(value))
    if size > VALUE_BYTES_MOST:
        raise ValueRefused(f"The value is {size} bytes of JSON; at most {VALUE_BYTES_MOST}. Store a document instead.")
    told = {"name": config.name, "size": size, "sha256": content_hash(value)}
    by = {"run_id": call.run_id, "node": call.node_key}
    return NodeResult(
        output=told,
        facts={"size": size},
        writes=(values.storing(call.tenant_id, config.name, value, by),),
        events=(event_of_node(call.tenant_id, call.run_id, call.workflow_id, "value.stored", call.node_key, **told),),
    )


def _value(config: Store, call: NodeCall) -> Any:
    if config.document is None:
        return config.value
    document, _ = call.read_document(str(config.document))
    return {"document_id": document.id, **document.model_dump(include={"filename", "media_type", "size", "sha256"})}
