"""Observations into rollups: minute, hour, day and total are one transaction, so they never disagree.

A transaction is sent with a token: one whose acknowledgement was lost counts once. Writers in one lane that meet part
ways. With an ``Idempotency-Key`` its note is a member of the same transaction, for each part of a batch its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from docchain.metrics import keys
from docchain.metrics.keys import LANES, RESOLUTIONS, Place
from docchain.metrics.known import Known
from docchain.metrics.lanes import Lane
from docchain.metrics.models import Observation
from docchain.metrics.registering import Registry
from docchain.metrics.tally import Tally, tallied
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.table import Action, Table

TALLIES_AT_ONCE: Final = 24
"""Four items each, and the note of the idempotency key: a transaction has at most a hundred."""
_TRIES: Final = 12


@dataclass(frozen=True)
class Recorder:
    """One per process: it remembers its lane, which series there are, and what it saw of their rollups."""

    table: Table
    registry: Registry
    lane: Lane = field(default_factory=Lane)
    known: Known = field(default_factory=Known)

    @classmethod
    def over(cls, table: Table) -> "Recorder":
        return cls(table, Registry(table))

    def record(
        self,
        tenant_id: str,
        observations: Iterable[Observation],
        *,
        key: IdempotencyKey | None = None,
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Raises ``TooManySeries``, ``TooMuchContention``, ``IdempotencyMismatch``."""
        tallies = tallied(observations)
        keyed, unknown = self.registry.keys_of(tenant_id, (tally.series for tally in tallies))
        orders = [Order(tenant_id, keyed[tally.series], tally) for tally in tallies]
        self._learn([place for order in orders if order.tally.series in unknown for place in self._places(order)])
        for number, some in enumerate(_parts(orders)):
            own = replace(key, operation=f"{key.operation}#{number}") if key and number else key
            self._write(some, own, answer or {})

    def _write(self, orders: list["Order"], key: IdempotencyKey | None, answer: dict[str, Any]) -> None:
        for _ in range(_TRIES):
            noting = [key.recording(self.table, answer)] if key else []
            places = [(place, order.tally) for order in orders for place in self._places(order)]
            tenant_id = orders[0].tenant_id
            try:
                self.table.transact([*noting, *(self._adding(tenant_id, p, t) for p, t in places)], attempts=1)
            except ConditionFailed as failed:
                if key and 0 in failed.failed and key.earlier_answer(self.table) is not None:
                    return
                self._learn([places[at - len(noting)][0] for at in failed.failed if at >= len(noting)])
            except TooMuchContention:
                self.lane.change()
            else:
                for place, tally in places:
                    self.known.widen(place, tally)
                return
        raise TooMuchContention("Too many writers at one metric; try again.")

    def _places(self, order: "Order") -> Iterator[Place]:
        tally, lane = order.tally, (self.lane.number + order.tally.shift) % LANES
        name, series = tally.series.key
        for resolution in RESOLUTIONS:
            yield keys.rollup(order.tenant_id, name, order.key, resolution, tally.last_at, lane)
        yield keys.total(order.tenant_id, name, series, order.key, lane)

    def _adding(self, tenant_id: str, place: Place, tally: Tally) -> Action:
        moved, condition = self.known.moving(place, tally)
        resolution = place.sk.partition("#")[0]
        # A total stays for as long as its card; its key begins with the metric's name, which may be that of a period.
        is_total = place.pk == keys.catalogue(tenant_id)
        kept = {} if is_total else {"expires_at": keys.expiry(resolution)}  # type: ignore[arg-type]  # made by _places
        set_ = {"entity": "rollup", **kept, **moved}
        return self.table.updating(place.pk, place.sk, set_=set_, add=tally.increments(), when=condition)

    def _learn(self, places: list[Place]) -> None:
        for place in places:
            self.known.forget(place)
        for item in self.table.get_many([(p.pk, p.sk) for p in places], consistent=True).values():
            self.known.learn(item)


@dataclass(frozen=True)
class Order:
    """A tally, and the key that its series' rollups lie under."""

    tenant_id: str
    key: str
    tally: Tally


def _parts(orders: list[Order]) -> Iterator[list[Order]]:
    """Transactions: what would come round to a lane that is in one already goes into the next."""
    for _, some in groupby(sorted(orders, key=_round), key=_round):
        those = list(some)
        for start in range(0, len(those), TALLIES_AT_ONCE):
            yield those[start : start + TALLIES_AT_ONCE]


def _round(order: Order) -> int:
    return order.tally.shift // LANES
