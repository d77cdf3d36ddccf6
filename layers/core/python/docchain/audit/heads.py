"""Signed heads: what a tenant's chain is at a moment, signed in KMS, kept in the table and, locked, in S3.

| pk | sk | what |
|---|---|---|
| ``{t}#audit`` | ``signed`` | the newest signed head, and whether S3 has it |
| ``{t}#audit`` | ``tree#{size:012d}`` | each signed head |
| ``{t}#audit`` | ``tile#{storey}#{index:09d}`` | 256 hashes of the tree |

A head carries the frontier of its tree, so the next one reads only what came since. The table comes first, then S3: a
process that dies between the two leaves a head that is not archived, and the next look archives it.
"""

from dataclasses import dataclass

from docchain.audit import keys
from docchain.audit.archive import HeadArchive
from docchain.audit.broken import ChainBroken, NothingToSign, SignedHeadNotFound
from docchain.audit.chain import to_head
from docchain.audit.hashing import GENESIS
from docchain.audit.merkle import leaf_hash
from docchain.audit.models import Head
from docchain.audit.signing import AuditSigner
from docchain.audit.stretch import read_stretch
from docchain.audit.tiles import Tile, grown, open_tiles
from docchain.clock import now
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table
from docchain.verify import heads as rules
from docchain.verify.faults import Fault, Wrong
from docchain.verify.heads import SignedHead, head_hash
from docchain.verify.walk import Place, behind, walk

SIGNED = "signed"
TREE_PREFIX = "tree#"
_BEHIND_ALL = 10**12 - 1
ENTRIES_PER_HEAD = 10_000
"""One head covers at most so many new entries; what is left is for the next."""


@dataclass(frozen=True)
class Signed:
    """``head`` is ``None`` where nothing was signed yet; ``entries`` and ``hash`` are of the chain as it is now."""

    head: SignedHead | None
    is_archived: bool
    entries: int
    hash: str


@dataclass(frozen=True)
class Heads:
    table: Table
    archive: HeadArchive
    signer: AuditSigner

    def newest(self, tenant_id: str) -> Signed:
        """One read."""
        pk = keys.chain(tenant_id)
        found = self.table.get_many([(pk, SIGNED), (pk, keys.HEAD)], consistent=True)
        return to_signed(found.get((pk, SIGNED)), to_head(found.get((pk, keys.HEAD))))

    def read(self, tenant_id: str, size: int) -> SignedHead:
        item = self.table.get(keys.chain(tenant_id), tree_key(size))
        if item is None:
            raise SignedHeadNotFound(size)
        head: SignedHead = item["head"]
        return head

    def sign(self, tenant_id: str, *, event: Event | None = None) -> tuple[SignedHead, bool]:
        """The newest head, and whether it was signed just now. With nothing new, it is the one there was.

        Raises ``NothingToSign`` for a chain without entries, ``ChainBroken`` when what came since does not fit.
        """
        signed = self.newest(tenant_id)
        covered = signed.head["size"] if signed.head else 0
        if signed.entries < covered:
            says = f"it is missing: {covered} entries were signed, and the chain ends at {signed.entries}"
            raise ChainBroken(Fault(Wrong.TRUNCATED, says, signed.entries + 1))
        if signed.entries == covered:
            if signed.head is None:
                raise NothingToSign
            if not signed.is_archived:
                self._archive(signed.head)
            return signed.head, False
        head = self._sign_behind(tenant_id, signed.head, event)
        self._archive(head)
        return head, True

    def _sign_behind(self, tenant_id: str, before: SignedHead | None, event: Event | None) -> SignedHead:
        start = behind(before) if before else Place()
        place, leaves = self._walked(tenant_id, start)
        body = _body(tenant_id, place, before)
        head = self.signer.sign(body)
        actions = [
            self._moving(before, head),
            self.table.putting(_head_item(head), when=Attr("pk").not_exists()),
            *self._tiles(tenant_id, start.seq, leaves),
        ]
        if event:
            actions.append(self.table.putting(event_item(event)))
        try:
            self.table.transact(actions)
        except ConditionFailed:
            newest = self.newest(tenant_id).head
            if newest is None or newest["size"] <= start.seq:
                raise
            return newest
        return head

    def _walked(self, tenant_id: str, start: Place) -> tuple[Place, list[bytes]]:
        """Every entry is checked before it is signed: a signature must never make good what was tampered with."""
        place, leaves = start, []
        entries = (e.model_dump(mode="json") for e in read_stretch(self.table, tenant_id, start.seq, ENTRIES_PER_HEAD))
        for step in walk(entries, tenant_id, start, []):
            if isinstance(step, Fault):
                raise ChainBroken(step)
            place = step
            leaves.append(leaf_hash(bytes.fromhex(place.last_hash or "")))
        if not leaves:
            raise ChainBroken(Fault(Wrong.GAP, "it is missing, though the chain goes on behind it", start.seq + 1))
        return place, leaves

    def _tiles(self, tenant_id: str, size: int, leaves: list[bytes]) -> list[Action]:
        pk, begun = keys.chain(tenant_id), open_tiles(size)
        found = self.table.get_many([(pk, tile_key(tile)) for tile in begun], consistent=True) if begun else {}
        opened = {tile: found[pk, tile_key(tile)]["hashes"] for tile in begun}
        return [
            self.table.putting({"pk": pk, "sk": tile_key(tile), "entity": "tile", "hashes": hashes})
            for tile, hashes in grown(size, opened, leaves).items()
        ]

    def _moving(self, before: SignedHead | None, head: SignedHead) -> Action:
        """Heads are a line: of two that sign at once, the second finds that the newest is no longer the one it read."""
        item = {"pk": keys.chain(head["tenant_id"]), "sk": SIGNED, "entity": "signed", "head": dict(head)}
        unmoved = Attr("head.size").eq(before["size"]) if before else Attr("pk").not_exists()
        return self.table.putting({**item, "size": head["size"]}, when=unmoved)

    def _archive(self, head: SignedHead) -> None:
        self.archive.put(head)
        try:
            self.table.update(
                keys.chain(head["tenant_id"]),
                SIGNED,
                set_={"archived_at": now()},
                when=Attr("size").eq(head["size"]),
            )
        except ConditionFailed:
            return  # A newer one is there, and whoever signed that one archives it.


def to_signed(item: Item | None, head: Head) -> Signed:
    if item is None:
        return Signed(None, is_archived=False, entries=head.seq, hash=head.hash)
    return Signed(item["head"], is_archived="archived_at" in item, entries=head.seq, hash=head.hash)


def tile_key(tile: Tile) -> str:
    storey, index = tile
    return f"tile#{storey}#{index:09d}"


def tree_key(size: int) -> str:
    return f"{TREE_PREFIX}{size:012d}"


def _body(tenant_id: str, place: Place, before: SignedHead | None) -> dict[str, object]:
    frontier, moment = place.frontier, now()
    if frontier is None:
        raise ValueError("a walk that is to be signed begins at a head")
    return {
        "format": rules.FORMAT,
        "tenant_id": tenant_id,
        "date": moment[:10],
        "size": place.seq,
        "root": frontier.root.hex(),
        "frontier": [h.hex() for h in frontier.hashes],
        "chain_hash": place.last_hash,
        "previous_head_hash": head_hash(before) if before else GENESIS,
        "signed_at": moment,
    }


def _head_item(head: SignedHead) -> Item:
    return {
        "pk": keys.chain(head["tenant_id"]),
        "sk": tree_key(head["size"]),
        "entity": "tree",
        "date": head["date"],
        "head": dict(head),
    }


def list_heads(table: Table, tenant_id: str, *, limit: int, before: int | None) -> tuple[list[SignedHead], int | None]:
    """Newest first, over fewer than ``before`` entries; and where the next page begins."""
    after = tree_key(before if before is not None else _BEHIND_ALL)
    page = table.query(keys.chain(tenant_id), after=after, limit=limit, forward=False, consistent=True)
    found = [item["head"] for item in page.items if item["entity"] == "tree"]
    # Below the heads lie other items of the partition: a page that met one has met the end.
    is_last = page.next_key is None or len(found) < len(page.items)
    return found, None if is_last or not found else found[-1]["size"]
