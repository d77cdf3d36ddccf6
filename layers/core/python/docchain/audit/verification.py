"""A tenant's chain checked against itself, against its signed heads, and those against S3."""

from dataclasses import dataclass

from docchain.audit import keys
from docchain.audit.heads import Heads, Signed, tree_key
from docchain.audit.passage import to_passage
from docchain.audit.stretch import read_stretch
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.heads import SignedHead, head_fault, head_hash, heads_fault, name_of
from docchain.verify.walk import Place, walk

ENTRIES_PER_CALL = 5_000
ENTRIES_PER_CALL_MOST = 10_000
_HEADS_PER_CALL = 1_000


@dataclass(frozen=True)
class Verification:
    """Entries ``first`` to ``last`` were checked (``last`` before ``first``: none) of ``entries`` that the chain has.

    ``cursor`` goes on behind them. ``is_complete`` when the end was reached, or a fault, behind which all is moot.
    """

    first: int
    last: int
    entries: int
    heads: int
    newest: SignedHead | None
    fault: Fault | None
    cursor: str | None

    @property
    def is_complete(self) -> bool:
        return self.cursor is None


def verify(heads: Heads, tenant_id: str, start: Place, limit: int) -> Verification:
    """Every entry is read and hashed again; nothing is believed because it was found good before."""
    signed = heads.newest(tenant_id)
    end = min(signed.entries, start.seq + limit, start.seq + ENTRIES_PER_CALL_MOST)
    met = _heads_between(heads, tenant_id, start.seq, end)
    fault = heads_fault(met, tenant_id, heads.signer.public_keys)
    place = start
    if fault is None:
        place, fault = _walked(heads, tenant_id, start, end, met)
    at_end = end >= signed.entries
    if fault is None and at_end:
        fault = _end_fault(heads, tenant_id, place, signed)
    cursor = None if fault or at_end else to_passage(place)
    covered = sum(head["size"] > start.seq for head in met)
    return Verification(start.seq + 1, place.seq, signed.entries, covered, signed.head, fault, cursor)


def _walked(heads: Heads, tenant_id: str, start: Place, end: int, met: list[SignedHead]) -> tuple[Place, Fault | None]:
    place = start
    entries = (e.model_dump(mode="json") for e in read_stretch(heads.table, tenant_id, start.seq, end - start.seq))
    for step in walk(entries, tenant_id, start, met):
        if isinstance(step, Fault):
            return place, step
        place = step
    if place.seq < end:
        says = f"it is missing: the chain is said to have {end} entries or more"
        return place, Fault(Wrong.TRUNCATED, says, place.seq + 1)
    return place, None


def _heads_between(heads: Heads, tenant_id: str, after: int, to: int) -> list[SignedHead]:
    """Those over more than ``after`` entries, and the one before them, to which the first must be linked."""
    pk = keys.chain(tenant_id)
    found = heads.table.query(pk, after=tree_key(after), limit=_HEADS_PER_CALL, consistent=True).items
    before = (
        heads.table.query(pk, after=tree_key(after + 1), limit=1, forward=False, consistent=True).items if after else []
    )
    met = [item["head"] for item in [*before, *found] if item["entity"] == "tree"]
    return [head for head in met if head["size"] <= to]


def _end_fault(heads: Heads, tenant_id: str, place: Place, signed: Signed) -> Fault | None:
    if signed.head and signed.head["size"] > place.seq:
        return _truncated(signed.head, place.seq)
    if place.last_hash != signed.hash:
        return Fault(Wrong.HASH, "it is not what the chain's head says its last entry is", place.seq, "hash")
    return _archive_fault(heads, tenant_id, place.seq, signed)


def _archive_fault(heads: Heads, tenant_id: str, entries: int, signed: Signed) -> Fault | None:
    """What S3 holds can be neither changed nor removed: it tells when the table was put back to an earlier day."""
    try:
        archived = heads.archive.read_from(tenant_id, signed.head)
    except Unreadable as error:
        return Fault(Wrong.HEAD, f"a head in S3 is none of ours: {error}")
    for head in archived:
        if fault := head_fault(head, tenant_id, heads.signer.public_keys):
            return fault
        if head["size"] > entries:
            return _truncated(head, entries)
    hashes = {head["size"]: head_hash(head) for head in archived}
    newest = signed.head
    if newest and signed.is_archived and hashes.get(newest["size"]) != head_hash(newest):
        return Fault(Wrong.HEAD, f"S3 does not hold {name_of(newest)} as the table does")
    if newest and any(size > newest["size"] for size in hashes):
        return Fault(Wrong.HEAD, f"S3 holds heads that were signed after {name_of(newest)}, and the table does not")
    return None


def _truncated(head: SignedHead, entries: int) -> Fault:
    says = f"it is missing: the entries end at {entries}, but {name_of(head)} was signed"
    return Fault(Wrong.TRUNCATED, says, entries + 1)
