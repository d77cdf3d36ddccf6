"""Cards of series: each is counted when it is first seen, so that labels without end are refused and not paid for."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from docchain.clock import now
from docchain.ids import new_ulid
from docchain.metrics import keys
from docchain.metrics.errors import TooManySeries
from docchain.metrics.limits import SERIES_MOST, SERIES_OF_NAME_MOST
from docchain.metrics.models import Series
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.table import Action, Table

_SEEN_MOST: Final = 20_000
_SEEN_SECONDS: Final = 60.0
_KEY_LENGTH: Final = 8
_TRIES: Final = 4

Known = tuple[str, float]
"""A card's key, and when it was seen."""


@dataclass(frozen=True)
class Registry:
    """Which keys this process knows. It looks again after a minute: so much of a metric may be lost that is deleted."""

    table: Table
    _seen: OrderedDict[tuple[str, str, str], Known] = field(default_factory=OrderedDict, repr=False)

    def keys_of(self, tenant_id: str, series: Iterable[Series]) -> tuple[dict[Series, str], set[Series]]:
        """The key of each, made where there was none; and those whose key this process did not know.

        Raises ``TooManySeries``.
        """
        since = time.monotonic() - _SEEN_SECONDS
        wanted = dict.fromkeys(series)
        seen = {one: self._seen.get((tenant_id, *one.key), ("", -math.inf)) for one in wanted}
        stale = [one for one, (_, at) in seen.items() if at <= since]
        found = {one: key for one, (key, at) in seen.items() if at > since}
        if stale:
            found |= self._look(tenant_id, stale)
            self._note(tenant_id, found)
        return found, {one for one in stale if seen[one][0] != found[one]}

    def _look(self, tenant_id: str, series: list[Series]) -> dict[Series, str]:
        """Reads cards and makes those that are missing; whoever loses to another process reads that one's."""
        for _ in range(_TRIES):
            places = {one: keys.card(tenant_id, *one.key) for one in series}
            items = self.table.get_many([(p.pk, p.sk) for p in places.values()], consistent=True)
            found = {one: items[p.pk, p.sk]["key"] for one, p in places.items() if (p.pk, p.sk) in items}
            made = {one: new_ulid()[-_KEY_LENGTH:] for one in series if one not in found}
            try:
                if made:
                    self.table.transact(self._making(tenant_id, made))
            except ConditionFailed as failed:
                _refuse_if_full(failed, len(made), len({one.name for one in made}))
            else:
                return found | made
        raise TooMuchContention("Too many new series at once; try again.")

    def _making(self, tenant_id: str, made: Mapping[Series, str]) -> list[Action]:
        cards = []
        for one, key in made.items():
            place = keys.card(tenant_id, *one.key)
            told = {"entity": "series", "key": key, "born": now(), **one.as_item()}
            cards.append(self.table.putting({"pk": place.pk, "sk": place.sk, **told}, when=Attr("pk").not_exists()))
        names = Counter(one.name for one in made)
        heads = [(keys.head_of_name(tenant_id, name), count, SERIES_OF_NAME_MOST) for name, count in names.items()]
        heads.append((keys.head_of_tenant(tenant_id), len(made), SERIES_MOST))
        return [*cards, *(self._counting(place, count, most) for place, count, most in heads)]

    def _counting(self, place: keys.Place, count: int, most: int) -> Action:
        room = Attr("series").not_exists() | Attr("series").lte(most - count)
        return self.table.updating(place.pk, place.sk, add={"series": count}, set_={"entity": "metric_head"}, when=room)

    def _note(self, tenant_id: str, found: Mapping[Series, str]) -> None:
        at = time.monotonic()
        for one, key in found.items():
            self._seen[tenant_id, *one.key] = key, at
            self._seen.move_to_end((tenant_id, *one.key))
        while len(self._seen) > _SEEN_MOST:
            self._seen.popitem(last=False)


def _refuse_if_full(failed: ConditionFailed, cards: int, names: int) -> None:
    """A card that is there already is no fault; a head without room is."""
    if any(position < cards for position in failed.failed):
        return
    whole = cards + names in failed.failed
    raise TooManySeries(
        f"{'The tenant' if whole else 'A metric'} has {SERIES_MOST if whole else SERIES_OF_NAME_MOST} series already; "
        "a label must not hold ids, addresses or times.",
        details={"series_of_a_name": SERIES_OF_NAME_MOST, "series_of_a_tenant": SERIES_MOST},
    )
