"""Forgetting persons: values and salts go, commitments stay, so the chain and every proof made before still hold.

| pk | sk | what |
|---|---|---|
| ``{t}#audit#erasures`` | ``{user_id:012d}`` | that a user is to be erased, and how far the walk has come |

A request erases at once what the index lists as the user's own, so many entries as one call takes. The schedule then
walks the whole chain: it finds the rest, what others did to the user, and what was still under way.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from docchain.audit import keys
from docchain.audit.hashing import PERSONAL
from docchain.audit.items import personal_map, to_entry
from docchain.audit.models import Entry
from docchain.audit.stretch import read_stretch
from docchain.clock import epoch, from_iso, now
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import TRANSACTION_LIMIT, Action, Table

ENTRIES_PER_CALL = 200
ENTRIES_PER_STEP = 1_000
UNDER_WAY_SECONDS = 3600
"""An event may be that late: it waits in a stream, a queue, or behind an entry that could not be written."""
_OPEN_MOST = 100


@dataclass(frozen=True)
class Erasure:
    """``walked_to`` is the last entry that the walk has looked at."""

    user_id: int
    requested_at: str
    walked_to: int = 0
    erased: int = 0
    is_done: bool = False


def request_erasure(table: Table, tenant_id: str, user_id: int, *, actor: str) -> Erasure:
    """A second request begins the walk anew."""
    erasure = Erasure(user_id, now())
    fact = Event(
        type="user.personal_data_erased",
        tenant_id=tenant_id,
        subject=f"users/{user_id}",
        actor=actor,
        data={"user_id": user_id},
    )
    table.transact([table.putting(_item(tenant_id, erasure)), table.putting(event_item(fact))])
    index, index_keys = keys.BY_USER
    page = table.query(keys.of_user(tenant_id, user_id), index=index, index_keys=index_keys, limit=ENTRIES_PER_CALL)
    erased = erase_all(table, [(to_entry(item), PERSONAL) for item in page.items])
    if erased:
        table.update(_erasures(tenant_id), keys.entry(user_id), add={"erased": erased})
    return Erasure(user_id, erasure.requested_at, erased=erased)


def open_erasures(table: Table, tenant_id: str) -> list[Erasure]:
    items = table.query_all(_erasures(tenant_id), most=_OPEN_MOST, consistent=True)
    return [_erasure(item) for item in items if not item["is_done"]]


def walk_on(table: Table, tenant_id: str, erasure: Erasure) -> Erasure:
    """One step of the walk. What dies in the middle begins again at the step before, and erasing twice is harmless."""
    entries = list(read_stretch(table, tenant_id, erasure.walked_to, ENTRIES_PER_STEP))
    walked_to = entries[-1].seq if entries else erasure.walked_to
    before = [entry for entry in entries if entry.occurred_at <= erasure.requested_at]
    erased = erase_all(table, [(entry, fields_about(entry, erasure.user_id)) for entry in before])
    waited = epoch() - int(from_iso(erasure.requested_at).timestamp())
    is_done = len(entries) < ENTRIES_PER_STEP and waited > UNDER_WAY_SECONDS
    try:
        item = table.update(
            _erasures(tenant_id),
            keys.entry(erasure.user_id),
            set_={"walked_to": walked_to, "is_done": is_done},
            add={"erased": erased},
            when=Attr("requested_at").eq(erasure.requested_at),
        )
    except ConditionFailed:
        return erasure  # It was requested again meanwhile, and that walk begins at the start.
    return _erasure(item)


def fields_about(entry: Entry, user_id: int) -> tuple[str, ...]:
    """All of what the user did; of what others did to the user, the details: name and address there are the others'."""
    if entry.user_id.value == user_id:
        return PERSONAL
    details = entry.details.value
    is_named = isinstance(details, dict) and details.get("user_id") == user_id
    is_subject = (entry.resource_type, entry.resource_id) == ("user", str(user_id))
    return ("details",) if is_named or is_subject else ()


def erase_all(table: Table, wanted: Iterable[tuple[Entry, Iterable[str]]]) -> int:
    """How many entries had anything left to erase; a hundred in one call."""
    actions = [action for entry, fields in wanted if (action := _erasing(table, entry, frozenset(fields)))]
    for start in range(0, len(actions), TRANSACTION_LIMIT):
        chunk = actions[start : start + TRANSACTION_LIMIT]
        try:
            table.transact(chunk)
        except ConditionFailed as error:
            # Somebody took these out of the table: that is for the verification to tell, and no reason to keep others.
            if left := [action for i, action in enumerate(chunk) if i not in error.failed]:
                table.transact(left)
    return len(actions)


def _erasing(table: Table, entry: Entry, fields: frozenset[str]) -> Action | None:
    there = {
        name: sealed.erased() for name, sealed in entry.personal.items() if name in fields and not sealed.is_erased
    }
    if not there:
        return None
    return table.updating(
        keys.entries(entry.tenant_id, entry.seq),
        keys.entry(entry.seq),
        set_={"personal": personal_map(entry.model_copy(update=there))},
        # The key of the index names the user, too.
        remove=("gsi_pk",) if "user_id" in there else (),
        when=Attr("pk").exists(),
    )


def _erasures(tenant_id: str) -> str:
    return f"{tenant_id}#audit#erasures"


def _item(tenant_id: str, erasure: Erasure) -> Item:
    return {
        "pk": _erasures(tenant_id),
        "sk": keys.entry(erasure.user_id),
        "entity": "erasure",
        "user_id": erasure.user_id,
        "requested_at": erasure.requested_at,
        "walked_to": erasure.walked_to,
        "erased": erasure.erased,
        "is_done": erasure.is_done,
    }


def _erasure(item: Item) -> Erasure:
    return Erasure(**{name: item[name] for name in Erasure.__dataclass_fields__})
