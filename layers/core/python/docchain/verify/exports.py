"""``docchain-audit/1``: a tenant's entries with the heads that were signed over them."""

from typing import Any, Final

from docchain.verify.answers import Answer
from docchain.verify.faults import Fault, Unreadable, Wrong
from docchain.verify.heads import SignedHead, heads_fault, name_of, read_head
from docchain.verify.reading import require, require_list
from docchain.verify.signatures import Keys
from docchain.verify.walk import Place, behind, head_against, walk

FORMAT: Final = "docchain-audit/1"
FIELDS: Final = ("format", "tenant_id", "entries", "heads", "keys")


def check_export(file: dict[str, Any], keys: Keys, *, may_begin_midway: bool = False) -> Answer:
    """``may_begin_midway``: whoever asked for a part of the chain says so; else a file without entry 1 lacks it."""
    export = require(file, FIELDS, "the export")
    tenant_id, entries = export["tenant_id"], require_list(export["entries"], "entries")
    heads = [read_head(head) for head in require_list(export["heads"], "heads")]
    if fault := heads_fault(heads, tenant_id, keys):
        return Answer((), fault)
    start = _start(entries, heads) if may_begin_midway else Place()
    place, fault = start, _behind_head_fault(start, heads)
    for step in () if fault else walk(entries, tenant_id, start, heads):
        if isinstance(step, Fault):
            fault = step
        else:
            place = step
    fault = fault or _truncation(place, heads)
    return Answer(tuple(_sentences(start, place, heads)), fault)


def _start(entries: list[Any], heads: list[SignedHead]) -> Place:
    """Behind a head, if one is signed there, else on the word of the first entry."""
    if not entries:
        return Place()
    try:
        first = int(entries[0]["seq"])
    except (KeyError, TypeError, ValueError):
        raise Unreadable("the first entry has no number") from None
    if first <= 1:
        return Place()
    for head in heads:
        if head["size"] == first - 1:
            return behind(head)
    return Place(first - 1, None, None)


def _behind_head_fault(start: Place, heads: list[SignedHead]) -> Fault | None:
    for head in heads:
        if head["size"] == start.seq and start.last_hash is not None:
            return head_against(head, start)
    return None


def _truncation(place: Place, heads: list[SignedHead]) -> Fault | None:
    if heads and heads[-1]["size"] > place.seq:
        says = f"it is missing: the entries end at {place.seq}, but {name_of(heads[-1])} was signed"
        return Fault(Wrong.TRUNCATED, says, place.seq + 1)
    return None


def _sentences(start: Place, place: Place, heads: list[SignedHead]) -> list[str]:
    if place.seq == start.seq:
        says = ["There are no entries."]
    else:
        says = [f"Entries {start.seq + 1} to {place.seq} are as they were written, in order, and none is missing."]
    if start.last_hash is None:
        says.append("What came before them is not in the file.")
    if not heads:
        return [*says, "No signed head is in the file: nothing shows who wrote it, or that it goes on."]
    says.append(f"{len(heads)} signed heads agree with them, the newest of {heads[-1]['date']}.")
    if place.seq > heads[-1]["size"]:
        says.append(f"Nothing is signed yet over the entries from {heads[-1]['size'] + 1} on.")
    return says
