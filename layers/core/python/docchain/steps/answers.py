"""Answers that may not be asked for twice, kept in S3 between the act and the completion of its record.

One object per node: a delivery whose predecessor died after the act finds it here. A paid answer counts only for the
same configuration and inputs; that of an act which happens once counts always, since it has happened.
"""

import base64
import json
from typing import Any

from docchain.documents.models import NewDocument
from docchain.documents.store import ContentStore
from docchain.runs.models import NodeRecord, StepOrder
from docchain.steps.call import NodeResult
from docchain.steps.hashing import canonical

KEEPING = frozenset({"paid", "once"})


def keep_answer(
    contents: ContentStore, order: StepOrder, record: NodeRecord, hashes: dict[str, str], result: NodeResult
) -> None:
    kept: dict[str, Any] = {
        **hashes,
        "output": result.output,
        "facts": result.facts,
        "usage": result.usage,
        "consumed": list(result.consumed),
    }
    if result.document:
        data = base64.b64encode(result.document.data).decode()
        kept["document"] = {**result.document.model_dump(exclude={"data"}), "data": data}
    contents.put_named(order.tenant, _name(order, record), canonical(kept))


def find_answer(
    contents: ContentStore, order: StepOrder, record: NodeRecord, hashes: dict[str, str]
) -> NodeResult | None:
    data = contents.find_named(order.tenant, _name(order, record))
    if data is None:
        return None
    kept = json.loads(data)
    if record.effect_class == "paid" and any(kept[name] != value for name, value in hashes.items()):
        return None
    document = kept.get("document")
    return NodeResult(
        output=kept["output"],
        facts=kept["facts"],
        usage=kept["usage"],
        document=NewDocument(**{**document, "data": base64.b64decode(document["data"])}) if document else None,
        consumed=tuple(kept["consumed"]),
    )


def _name(order: StepOrder, record: NodeRecord) -> str:
    item = "" if record.item is None else f"/{record.item:06d}"
    return f"answers/{order.run}/{record.key}{item}"
