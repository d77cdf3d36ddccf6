"""Where a node's text says what was found in it: its page, slide or sheet, and the headings above."""

from typing import Any

from docchain.extraction.sourcing import sources_of_values, structure_behind, with_sources
from docchain.steps.call import NodeCall


def sourced(call: NodeCall, text: str, data: dict[str, Any]) -> dict[str, Any]:
    """The sentences of a summary and the entities of an analysis, where the method says at which characters."""
    entities = data.get("entities")
    found = {
        "sentences": data.get("sentences"),
        "entities": entities.get("items") if isinstance(entities, dict) else None,
    }
    if not any(found.values()):
        return data
    structure = structure_behind(text, call.upstream.values())
    told = {name: with_sources(items, structure) for name, items in found.items() if isinstance(items, list)}
    if "entities" in told and isinstance(entities, dict):
        return {**data, **told, "entities": {**entities, "items": told["entities"]}}
    return {**data, **told}


def sourced_values(call: NodeCall, text: str, data: Any) -> dict[str, Any]:
    sources, unsourced = sources_of_values(data, text, structure_behind(text, call.upstream.values()))
    return {"sources": sources, "unsourced": unsourced}
