"""A walk along a chain: entry by entry, with the tree that grows beside it, past the signed heads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docchain.audit.hashing import GENESIS
from docchain.audit.merkle import Frontier, leaf_hash
from docchain.verify.chain import entry_fault
from docchain.verify.faults import Fault, Wrong
from docchain.verify.heads import SignedHead, frontier_of, name_of

_NOTHING: Final = Frontier()


@dataclass(frozen=True)
class Place:
    """Behind entry ``seq``. Without a frontier the walk began midway, and only hashes of the chain are compared.

    ``last_hash`` of ``None``: what stands before the next entry is unknown.
    """

    seq: int = 0
    last_hash: str | None = GENESIS
    frontier: Frontier | None = _NOTHING


def behind(head: SignedHead) -> Place:
    """Where a head that was checked says the chain stood."""
    return Place(head["size"], head["chain_hash"], frontier_of(head))


def walk(entries: Iterable[Any], tenant_id: str, start: Place, heads: Sequence[SignedHead]) -> Iterator[Place | Fault]:
    """The place behind each entry; a fault ends it. ``heads`` are in order of their size."""
    place, ahead = start, [head for head in heads if head["size"] > start.seq]
    for entry in entries:
        seq = place.seq + 1
        fault = entry_fault(entry, tenant_id, seq, place.last_hash)
        if fault:
            yield fault
            return
        place = _next(place, entry["hash"])
        if ahead and ahead[0]["size"] == seq:
            fault = head_against(ahead.pop(0), place)
            if fault:
                yield fault
                return
        yield place


def head_against(head: SignedHead, place: Place) -> Fault | None:
    """A head whose size is the place's."""
    if head["chain_hash"] != place.last_hash:
        says = f"its hash is not the one in {name_of(head)}: the chain was rewritten from some entry on"
        return Fault(Wrong.HEAD, says, place.seq, "hash")
    if place.frontier is not None and place.frontier.root.hex() != head["root"]:
        says = f"the tree over all entries up to it has not the root in {name_of(head)}"
        return Fault(Wrong.HEAD, says, place.seq, "root")
    return None


def _next(place: Place, entry_hash: str) -> Place:
    frontier = place.frontier and place.frontier.with_leaves([leaf_hash(bytes.fromhex(entry_hash))])
    return Place(place.seq + 1, entry_hash, frontier)
