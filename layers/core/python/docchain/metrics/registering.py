"""Cards of series: each is counted when it is first seen, so that labels without end are refused and not paid for."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from docchain.clock import now
from docchain.metrics import keys
from docchain.metrics.errors import TooManySeries
from docchain.metrics.limits import SERIES_MOST, SERIES_OF_NAME_MOST
from docchain.metrics.models import Series
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

_SEEN_MOST: Final = 20_000
_SEEN_SECONDS: Final = 60.0
_TRIES: Final = 4


@dataclass(frozen=True)
class Registry:
    """``_seen``: what had a card a minute ago. After that this process looks again, and makes what was deleted anew."""

    table: Table
    _seen: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict, repr=False)

    def unseen(self, tenant_id: str, series: Iterable[Series]) -> list[Series]:
        since = time.monotonic() - _SEEN_SECONDS
        return [one for one in series if self._seen.get((keys.metric(tenant_id, one.name), one.id), -math.inf) <= since]

    def note(self, tenant_id: str, series: Iterable[Series]) -> None:
        for one in series:
            key = keys.metric(tenant_id, one.name), one.id
            self._seen[key] = time.monotonic()
            self._seen.move_to_end(key)
        while len(self._seen) > _SEEN_MOST:
            self._seen.popitem(last=False)

    def register(self, tenant_id: str, series: list[Series]) -> None:
        """Of series that had no card when somebody looked. Raises ``TooManySeries``."""
        missing = series
        for _ in range(_TRIES):
            if not missing:
                return
            try:
                self.table.transact(self._making(tenant_id, missing))
            except ConditionFailed as failed:
                missing = self._left(missing, failed)
            else:
                return
        raise TooMuchContention("Too many new series at once; try again.")

    def _making(self, tenant_id: str, series: list[Series]) -> list[Action]:
        cards = [
            self.table.putting({**card_of(tenant_id, one), "born": now()}, when=Attr("pk").not_exists())
            for one in series
        ]
        names = Counter(one.name for one in series)
        heads = [(keys.head_of_name(tenant_id, name), count, SERIES_OF_NAME_MOST) for name, count in names.items()]
        heads.append((keys.head_of_tenant(tenant_id), len(series), SERIES_MOST))
        return [*cards, *(self._counting(place, count, most) for place, count, most in heads)]

    def _counting(self, place: keys.Place, count: int, most: int) -> Action:
        room = Attr("series").lte(most - count)
        if count <= most:
            room = room | Attr("series").not_exists()
        return self.table.updating(place.pk, place.sk, add={"series": count}, set_={"entity": "metric_head"}, when=room)

    def _left(self, series: list[Series], failed: ConditionFailed) -> list[Series]:
        """Those that nobody else made meanwhile."""
        made = {position for position in failed.failed if position < len(series)}
        if not made:
            what = "The tenant" if len(series) + len({one.name for one in series}) in failed.failed else "A metric"
            most = SERIES_MOST if what == "The tenant" else SERIES_OF_NAME_MOST
            raise TooManySeries(
                f"{what} has {most} series already; a label must not hold ids, addresses or times.",
                details={"series_of_a_name": SERIES_OF_NAME_MOST, "series_of_a_tenant": SERIES_MOST},
            )
        return [one for position, one in enumerate(series) if position not in made]


def card_of(tenant_id: str, series: Series) -> Item:
    place = keys.card(tenant_id, series.name, series.id)
    return {"pk": place.pk, "sk": place.sk, "entity": "series", **series.as_item()}
