"""Where a node's text says what was found in it: its page, slide or sheet, and the headings above."""

from typing import Any, Final

from docchain.extraction.sourcing import sources_of_values, structure_behind, with_sources
from docchain.steps.call import NodeCall

_PLACED: Final = {
    "entities": ("items",),
    "quality": ("issues",),
    "requirements": ("requirements",),
    "insights": ("insights",),
    "general": ("main_points", "actions"),
}
"""Lists of an analysis whose entries know at which characters they stand, when a local method made them."""


def sourced(call: NodeCall, text: str, data: dict[str, Any]) -> dict[str, Any]:
    """The sentences of a summary and what an analysis found, where the method says at which characters."""
    analyses = {name: data[name] for name in _PLACED if isinstance(data.get(name), dict)}
    sentences = data.get("sentences")
    if not analyses and not sentences:
        return data
    structure = structure_behind(text, call.upstream.values())
    told = {**data}
    if isinstance(sentences, list):
        told["sentences"] = with_sources(sentences, structure)
    for name, found in analyses.items():
        lists = {field: found[field] for field in _PLACED[name] if isinstance(found.get(field), list)}
        told[name] = {**found, **{field: with_sources(items, structure) for field, items in lists.items()}}
    return told


def sourced_values(call: NodeCall, text: str, data: Any) -> dict[str, Any]:
    sources, unsourced = sources_of_values(data, text, structure_behind(text, call.upstream.values()))
    return {"sources": sources, "unsourced": unsourced}
