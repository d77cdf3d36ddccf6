"""Counting guesses: at most so many within a time, and each before it is checked, so that parallel ones do not slip by.

A counter is one item of the table ``guard``. It begins with its first attempt, each attempt prolongs it, and when
``most`` is reached its subject is locked until it runs out. Refused attempts are not counted and prolong nothing.
"""

from typing import Final

from docchain.clock import epoch
from docchain.errors import RateLimited
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

COUNTER: Final = "counter"

# TTL may delete late but never early: nobody's counter goes while an attempt is on its way.
_KEPT_AFTER_SECONDS = 3600
_TRIES = 5


class TooManyAttempts(RateLimited):
    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after: int) -> None:
        super().__init__("There were too many attempts; try again later.", retry_after=max(1, retry_after))


def admit(table: Table, subject_key: str, most: int, window_seconds: int) -> None:
    """Counts one attempt at ``subject_key``, which leads with its tenant: ``{t}#failures#mfa#{user_id}``.

    Call it before the secret is compared, and ``forget`` when it was right. One call, or two when the counter runs
    already. Raises ``TooManyAttempts`` without counting once ``most`` were made.
    """
    for _ in range(_TRIES):
        try:
            table.put(_first(subject_key, window_seconds), when=_idle())
            return
        except ConditionFailed:
            pass
        try:
            table.update(subject_key, COUNTER, add={"count": 1}, set_=_until(window_seconds), when=_has_room(most))
            return
        except ConditionFailed:
            seconds = locked_seconds(table.get(subject_key, COUNTER, consistent=True), most)
            if seconds:
                raise TooManyAttempts(seconds) from None
    raise TooMuchContention("The counter of attempts changes too often; try again.")


def forget(table: Table, subject_key: str) -> None:
    """After the right secret: the next attempt is the first."""
    table.delete(subject_key, COUNTER)


def counting(table: Table, subject_key: str, counter: Item | None, most: int, window_seconds: int) -> Action:
    """One attempt as a member of a transaction; ``counter`` as it was read, which only spares a failed write."""
    if _runs(counter):
        return table.updating(subject_key, COUNTER, add={"count": 1}, set_=_until(window_seconds), when=_has_room(most))
    return table.putting(_first(subject_key, window_seconds), when=_idle())


def forgetting(table: Table, subject_key: str) -> Action:
    return table.deleting(subject_key, COUNTER)


def failing(table: Table, subject_key: str) -> Action:
    """One of the attempts that were counted was wrong. What is counted and not yet failed is on its way."""
    return table.updating(subject_key, COUNTER, add={"failed": 1}, set_={"expires_at": epoch() + _KEPT_AFTER_SECONDS})


def giving_back(table: Table, subject_key: str) -> Action:
    """An attempt that turned out to be none, where the others still count."""
    return table.updating(subject_key, COUNTER, add={"count": -1}, set_={"expires_at": epoch() + _KEPT_AFTER_SECONDS})


def locked_seconds(counter: Item | None, most: int) -> int:
    """How long nobody more is admitted; 0 when there is room."""
    if counter is None or not _runs(counter) or counter["count"] < most:
        return 0
    return int(counter["until"]) - epoch()


def failed_of(counter: Item | None) -> int:
    return int(counter.get("failed", 0)) if counter and _runs(counter) else 0


def _runs(counter: Item | None) -> bool:
    return counter is not None and counter.get("until", 0) > epoch()


def _first(subject_key: str, window_seconds: int) -> Item:
    return {"pk": subject_key, "sk": COUNTER, "entity": "counter", "count": 1, **_until(window_seconds)}


def _until(window_seconds: int) -> dict[str, int]:
    until = epoch() + window_seconds
    return {"until": until, "expires_at": until + _KEPT_AFTER_SECONDS}


def _idle() -> Condition:
    return Attr("until").not_exists() | Attr("until").lte(epoch())


def _has_room(most: int) -> Condition:
    return Attr("until").gt(epoch()) & Attr("count").lt(most)
