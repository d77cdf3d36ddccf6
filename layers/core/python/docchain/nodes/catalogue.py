"""Looking up a kind by the name or alias that a node carries."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from docchain.nodes import kinds
from docchain.nodes.errors import UnknownNodeKind
from docchain.nodes.kind import NodeKind


@cache
def all_kinds() -> Mapping[str, NodeKind]:
    """By canonical name, sorted. Each module of ``nodes/kinds`` has one ``KIND``: a new kind is one file there."""
    modules = [import_module(f"{kinds.__name__}.{module.name}") for module in iter_modules(kinds.__path__)]
    found: list[NodeKind] = [module.KIND for module in modules]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


@cache
def _names() -> Mapping[str, str]:
    return {name: kind.name for kind in all_kinds().values() for name in (kind.name, *kind.aliases)}


def canonical_name(name: str) -> str:
    """The kind that an alias stands for; an unknown name is given back for the checks to report."""
    return _names().get(name, name)


def get(name: str) -> NodeKind:
    kind = all_kinds().get(canonical_name(name))
    if kind is None:
        raise UnknownNodeKind(
            f"There is no node kind '{name}'. Known kinds: {', '.join(all_kinds())}.",
            details=[{"field": "node_type", "message": f"unknown node kind '{name}'"}],
        )
    return kind
