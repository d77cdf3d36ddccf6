"""The content key: what a node's result depends on. Two works with equal keys need doing once.

It is made of the kind and its version, the rendered config (a model's parameters are in it) and what the nodes before
handed to the worker. A parameter of the run counts where it was rendered into the config, and nowhere else.
"""

from collections.abc import Mapping
from typing import Any, Final

from docchain.nodes.kind import NodeKind
from docchain.steps.hashing import content_hash

# Enough of a key to look for it among a run's thousand: one in 10^12 is found without being there, and looked at twice.
BEGINNING: Final = 10


def content_key(kind: NodeKind, config_hash: str, upstream: Mapping[str, Mapping[str, Any]]) -> str:
    handed = [by_content(output) for output in upstream.values()]
    return content_hash({"kind": kind.name, "version": kind.version, "config": config_hash, "inputs": handed})


def beginning_of(node: str, key: str) -> str:
    """Of one node's key, as a run keeps those that may come again."""
    return content_hash([node, key])[:BEGINNING]


def may_come_again(beginnings: str, node: str, key: str) -> bool:
    wanted = beginning_of(node, key)
    return any(beginnings[at : at + BEGINNING] == wanted for at in range(0, len(beginnings), BEGINNING))


def by_content(output: Mapping[str, Any]) -> dict[str, Any]:
    """A document's id has its run's number in it; the same bytes are the same document by their hash."""
    is_card = "document_id" in output and "sha256" in output
    return {name: value for name, value in output.items() if not (is_card and name == "document_id")}
