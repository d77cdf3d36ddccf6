"""The tree as it is kept: tiles of 256 hashes, so that a proof reads a handful of items, however large the tree is.

Tile (t, i) holds the nodes of level 8t from index 256 i on. Once it is full it never changes, and its own root is the
next hash of a tile one storey up.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from docchain.audit.merkle import Node, tree_root

Tile = tuple[int, int]

LEVELS: Final = 8
WIDTH: Final = 1 << LEVELS
_HASH_BYTES: Final = 32


def tile_of(node: Node) -> Tile:
    level, index = node
    return level // LEVELS, index >> LEVELS - level % LEVELS


def node_in(hashes: bytes, node: Node) -> bytes:
    """``hashes`` are those of the node's tile, one behind the other. Raises ``LookupError`` when they end before it."""
    level, index = node
    width = 1 << level % LEVELS
    start = (index * width) % WIDTH
    found = _split(hashes)[start : start + width]
    if len(found) != width:
        raise LookupError(f"node {node} is not in its tile")
    return tree_root(found)


def open_tiles(size: int) -> list[Tile]:
    """Those of a tree of ``size`` leaves that are begun and not full: they are read to append to it."""
    tiles, storey, count = [], 0, size
    while count:
        if count % WIDTH:
            tiles.append((storey, count // WIDTH))
        storey, count = storey + 1, count // WIDTH
    return tiles


def grown(size: int, opened: Mapping[Tile, bytes], leaves: Iterable[bytes]) -> dict[Tile, bytes]:
    """The tiles that change when leaf hashes come behind a tree of ``size``; ``opened`` are its ``open_tiles``."""
    changed: dict[Tile, list[bytes]] = {}

    def append(storey: int, count: int, node: bytes) -> None:
        tile = storey, count // WIDTH
        if tile not in changed:
            changed[tile] = _split(opened[tile]) if count % WIDTH else []
        changed[tile].append(node)
        if len(changed[tile]) == WIDTH:
            append(storey + 1, count // WIDTH, tree_root(changed[tile]))

    for count, leaf in enumerate(leaves, start=size):
        append(0, count, leaf)
    return {tile: b"".join(hashes) for tile, hashes in changed.items()}


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[i : i + _HASH_BYTES] for i in range(0, len(hashes), _HASH_BYTES)]
