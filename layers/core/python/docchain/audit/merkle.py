"""The Merkle tree of RFC 9162 (section 2.1; RFC 6962 had the same): roots, proofs, and their verification.

A tree of n leaves falls into perfect subtrees, one for each bit of n, largest first. Those are its frontier: they
suffice to append and to know the root. A node is (level, index): the perfect subtree over the leaves
``index << level`` to ``(index + 1) << level``, which never changes once it is full.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Node = tuple[int, int]
Span = tuple[int, int]
"""Leaves from the first to before the second."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """``hashes`` are the roots of the perfect subtrees, largest first: as many as ``size`` has bits."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {self.size.bit_count()} perfect subtrees")

    def with_leaves(self, leaves: Iterable[bytes]) -> "Frontier":
        """``leaves`` are leaf hashes. Each costs one or two hashes, however large the tree is."""
        hashes, size = list(self.hashes), self.size
        for leaf in leaves:
            node, carried = leaf, size
            while carried & 1:
                node = node_hash(hashes.pop(), node)
                carried >>= 1
            hashes.append(node)
            size += 1
        return Frontier(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT


def tree_root(leaves: Iterable[bytes]) -> bytes:
    return Frontier().with_leaves(leaves).root


def _folded(hashes: Sequence[bytes]) -> bytes:
    """Perfect subtrees, largest first, joined from the right."""
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


# What a proof is made of -----------------------------------------------------------------------------------------


def inclusion_spans(index: int, size: int) -> list[Span]:
    """PATH of RFC 9162, 2.1.3.1: the siblings of a leaf, from its own level up."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    spans: list[Span] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """PROOF of RFC 9162, 2.1.4.1: what shows that the tree of ``first`` leaves is the beginning of the larger one."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} leaves cannot grow into one of {second}")
    spans: list[Span] = []
    low, high, known = 0, second, True
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low, known = middle, False
    if not known:
        spans.append((low, high))
    return spans[::-1]


def nodes_of(span: Span) -> list[Node]:
    """The perfect subtrees that a span of a proof falls into, largest first."""
    low, high = span
    nodes: list[Node] = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append((level, low >> level))
        low += 1 << level
    return nodes


def proof_of(spans: Iterable[Span], node: Callable[[Node], bytes]) -> list[bytes]:
    """``node`` knows the hash of each perfect subtree that ``nodes_of`` names."""
    return [_folded([node(n) for n in nodes_of(span)]) for span in spans]


def nodes_over(leaves: Sequence[bytes]) -> Callable[[Node], bytes]:
    """Of a tree whose leaf hashes are all at hand."""

    def node(of: Node) -> bytes:
        level, index = of
        return tree_root(leaves[index << level : (index + 1) << level])

    return node


# Verification ----------------------------------------------------------------------------------------------------


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """RFC 9162, 2.1.3.2: the root that leaf and proof lead to, ``None`` when the proof has not the tree's shape."""
    if not 0 <= index < size:
        return None
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    return root_from_inclusion(index, size, leaf, proof) == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2. A tree without leaves is the beginning of any."""
    if not 0 <= first <= second:
        return False
    if first in {0, second}:
        return not proof and first_root == (second_root if first == second else EMPTY_ROOT)
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
