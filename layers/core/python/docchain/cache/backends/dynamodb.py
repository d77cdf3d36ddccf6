"""A table: shared by all processes, there on every stage, and forgetful by TTL.

An entry and what it adds to its tenant's share are one transaction. A read is one call, a write one, a lock one.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.cache.backends import dynamodb_head as heads
from docchain.cache.backends.dynamodb_items import LOCK_KEPT_SECONDS, entry_of, item_of, sk_of
from docchain.cache.entry import Entry, Found, Locked, Swept, Usage
from docchain.cache.errors import BackendUnavailable, CacheQuotaExceeded
from docchain.cache.limits import BYTES_MOST, ENTRIES_MOST
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.expressions import NextOf, update_expression
from docchain.storage.items import Item, decode_item
from docchain.storage.table import Table

MARKS_MOST = 200
SWEPT_PAGES = 2
SWEPT_ENTRIES = 95  # of a page; with the head they are one transaction


@dataclass(frozen=True, slots=True)
class _Read(Found):
    head: Item = field(default_factory=dict)


@dataclass(frozen=True)
class DynamoBackend:
    table: Table
    name: str = "dynamodb"
    is_shared: bool = True
    entries_most: int = ENTRIES_MOST
    bytes_most: int = BYTES_MOST

    def read(self, tenant_id: str, key: str) -> Found:
        place, head_place = (heads.pk_of(tenant_id), sk_of(key)), (heads.pk_of(tenant_id), heads.HEAD)
        with self._told():
            found = self.table.get_many([place, head_place], consistent=True)
        head = found.get(head_place, {})
        return _found(found.get(place), head)

    def write(self, tenant_id: str, key: str, entry: Entry, found: Found, owner: str = "") -> bool:
        head = found.head if isinstance(found, _Read) else {}
        self._check_room(head, entry, found)
        before = [found.previous] if found.previous else []
        actions = [
            self.table.putting(item_of(tenant_id, key, entry), when=_unchanged(found, owner)),
            self._counting(tenant_id, head, [entry], before),
        ]
        with self._told():
            try:
                self.table.transact(actions)
            except ConditionFailed:
                return False
        return True

    def delete(self, tenant_id: str, key: str) -> bool:
        """Its lock goes with it: whoever makes it at this moment must not put it back."""
        with self._told():
            item = self.table.get(heads.pk_of(tenant_id), sk_of(key), consistent=True)
            if item is None:
                return False
            entry = entry_of(item)
            gone = [entry] if entry else []
            same = Attr("rev").eq(entry.rev) if entry else Attr("rev").not_exists()
            try:
                self.table.transact(
                    [
                        self.table.deleting(heads.pk_of(tenant_id), sk_of(key), when=same),
                        self._counting(tenant_id, {}, [], gone),
                    ]
                )
            except ConditionFailed:
                # Another was written, or it was deleted, while we looked: both came after this call and stand.
                return False
        return entry is not None and entry.expires_at > time.time()

    def clear(self, tenant_id: str, tags: tuple[str, ...]) -> Swept:
        """One write, and none of it is served any more; what lies there is then swept as far as one call goes."""
        pk = heads.pk_of(tenant_id)
        with self._told():
            head = self.table.get(pk, heads.HEAD, consistent=True) or {}
            marks = heads.marks_in(head)
            named = [heads.mark_of(tag) for tag in tags]
            forgotten: tuple[str, ...] = ()
            # Too many to remember: then everything is cleared, which is more than was asked and never less.
            if not named or len({*marks, *named}) > MARKS_MOST:
                named, forgotten = [heads.EVERYTHING], marks
            self.table.update(
                pk,
                heads.HEAD,
                set_={**dict.fromkeys(named, NextOf(heads.GENERATION)), "entity": "cache_head"},
                add={heads.GENERATION: 1},
                remove=(*forgotten, heads.SWEPT_TO),
            )
        return self.sweep(tenant_id, pages=1)

    def sweep(self, tenant_id: str, pages: int = SWEPT_PAGES) -> Swept:
        """Goes on where the last sweep stopped; at most five calls."""
        pk, removed = heads.pk_of(tenant_id), 0
        with self._told():
            head = self.table.get(pk, heads.HEAD, consistent=True) or {}
            after = str(head.get(heads.SWEPT_TO, "entry#"))
            for _ in range(pages):
                page = self.table.query(pk, after=after, limit=SWEPT_ENTRIES, consistent=True)
                entries = [item for item in page.items if item["sk"].startswith("entry#")]
                over = [item for item in entries if _is_over(item, head)]
                ended = page.next_key is None or len(entries) < len(page.items)
                after = "" if ended else str(page.items[-1]["sk"])
                removed += self._remove(tenant_id, over, after)
                if ended:
                    return Swept(removed, complete=True)
        return Swept(removed, complete=False)

    def count_over(self, tenant_id: str) -> int:
        """Entries that a sweep would remove; a tenant has 2,000 at most."""
        pk = heads.pk_of(tenant_id)
        with self._told():
            head = self.table.get(pk, heads.HEAD, consistent=True) or {}
            entries = self.table.query_all(pk, prefix="entry#", most=2 * ENTRIES_MOST, consistent=True)
        return sum(_is_over(item, head) for item in entries)

    def usage(self, tenant_id: str) -> Usage:
        with self._told():
            return heads.usage_of(self.table.get(heads.pk_of(tenant_id), heads.HEAD) or {})

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, found: Found) -> Locked:
        """A lease on the entry's own item: the write that ends the making frees it by the way."""
        head, now = found.head if isinstance(found, _Read) else {}, time.time()
        free = Attr("lock_until").not_exists() | Attr("lock_until").lt(now)
        leased = {
            "lock_owner": owner,
            "lock_until": now + seconds,
            "entity": "cache_entry",
            "expires_at": math.ceil(now + seconds) + LOCK_KEPT_SECONDS,
        }
        expression = update_expression(set_=leased, condition=free & _same_rev(found))
        with self._told():
            try:
                answer: Any = self.table.client.update_item(
                    TableName=self.table.name,
                    Key={"pk": {"S": heads.pk_of(tenant_id)}, "sk": {"S": sk_of(key)}},
                    ReturnValues="NONE",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **expression,
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                answer = error.response
                return Locked(False, _found(decode_item(answer.get("Item", {})), head))
        return Locked(True, found)

    def unlock(self, tenant_id: str, key: str, owner: str) -> None:
        with self._told():
            try:
                lease = ("lock_owner", "lock_until")
                own = Attr("lock_owner").eq(owner)
                self.table.update(heads.pk_of(tenant_id), sk_of(key), remove=lease, when=own)
            except ConditionFailed:
                return  # it ran out, and somebody else has it

    def _check_room(self, head: Item, entry: Entry, found: Found) -> None:
        """By what was read before: as many may write over it as read at the same moment."""
        used = heads.usage_of(head)
        before = heads.usage_of(heads.change([found.previous], [])) if found.previous else Usage()
        entries = used.entries + 1 - before.entries
        if entries > self.entries_most or used.size + entry.size - before.size > self.bytes_most:
            raise CacheQuotaExceeded("The tenant's share of the cache is used up; clear it, or let it expire.")

    def _counting(self, tenant_id: str, head: Item, added: list[Entry], removed: list[Entry]) -> dict[str, Any]:
        add: dict[str, float] = dict(heads.change(added, removed))
        entity, pk = {"entity": "cache_head"}, heads.pk_of(tenant_id)
        return self.table.updating(pk, heads.HEAD, set_=entity, add=add, remove=heads.outdated(head))

    def _remove(self, tenant_id: str, items: list[Item], after: str) -> int:
        """Notes how far the sweep has come, in the same transaction."""
        pk = heads.pk_of(tenant_id)
        gone = [entry for item in items if (entry := entry_of(item))]
        counting = self.table.updating(
            pk,
            heads.HEAD,
            set_={heads.SWEPT_TO: after or None, "entity": "cache_head"},
            add=dict(heads.change([], gone)),
        )
        unchanged = [self.table.deleting(pk, item["sk"], when=_as_read(item)) for item in items]
        try:
            self.table.transact([*unchanged, counting])
        except ConditionFailed:
            return 0  # one of them was made anew meanwhile; the next sweep meets the rest
        return len(gone)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, TooMuchContention) as error:
            raise BackendUnavailable(self.name) from error


def _found(item: Item | None, head: Item) -> _Read:
    previous = entry_of(item) if item else None
    live = previous and previous.expires_at > time.time() and not heads.is_cleared(previous, head)
    return _Read(previous if live else None, previous, int(head.get(heads.GENERATION, 0)), head)


def _is_over(item: Item, head: Item) -> bool:
    entry, now = entry_of(item), time.time()
    is_locked = float(item.get("lock_until", 0)) > now
    return not is_locked and (entry is None or entry.expires_at <= now or heads.is_cleared(entry, head))


def _same_rev(found: Found) -> Condition:
    return Attr("rev").eq(found.previous.rev) if found.previous else Attr("rev").not_exists()


def _unchanged(found: Found, owner: str) -> Condition:
    """Whoever made it under a lock must still have that: it is gone when the key was deleted meanwhile."""
    return _same_rev(found) & Attr("lock_owner").eq(owner) if owner else _same_rev(found)


def _as_read(item: Item) -> Condition:
    rev = Attr("rev").eq(item["rev"]) if "rev" in item else Attr("rev").not_exists()
    lease = Attr("lock_until").eq(item["lock_until"]) if "lock_until" in item else Attr("lock_until").not_exists()
    return rev & lease
