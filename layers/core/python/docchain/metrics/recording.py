"""Observations into rollups: minute, hour, day and total are one transaction, so they never disagree.

A transaction is sent with a token: one whose acknowledgement was lost counts once. Writers in one lane that meet part
ways. With an ``Idempotency-Key`` its note is a member of the same transaction, for each part of a batch its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
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
        self._look_around(tenant_id, tallies)
        for number, some in enumerate(_parts(tallies)):
            own = replace(key, operation=f"{key.operation}#{number}") if key and number else key
            self._write(tenant_id, some, own, answer or {})

    def _look_around(self, tenant_id: str, tallies: list[Tally]) -> None:
        """One read before a series' first write by this process: whether it has a card, and what its rollups hold."""
        unseen = {s.key: s for s in self.registry.unseen(tenant_id, (t.series for t in tallies))}
        if not unseen:
            return
        places = {name: keys.card(tenant_id, *name) for name in unseen}
        rollups = [p for t in tallies if t.series.key in unseen for p in self._places(tenant_id, t)]
        found = self.table.get_many([(p.pk, p.sk) for p in [*places.values(), *rollups]], consistent=True)
        for item in found.values():
            if item["entity"] == "rollup":
                self.known.learn(item)
        self.registry.register(
            tenant_id, [s for name, s in unseen.items() if (places[name].pk, places[name].sk) not in found]
        )
        self.registry.note(tenant_id, unseen.values())

    def _write(self, tenant_id: str, tallies: list[Tally], key: IdempotencyKey | None, answer: dict[str, Any]) -> None:
        for _ in range(_TRIES):
            noting = [key.recording(self.table, answer)] if key else []
            places = [(place, tally) for tally in tallies for place in self._places(tenant_id, tally)]
            try:
                self.table.transact([*noting, *(self._adding(p, t) for p, t in places)], attempts=1)
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

    def _places(self, tenant_id: str, tally: Tally) -> Iterator[Place]:
        lane, name, series = (self.lane.number + tally.shift) % LANES, tally.series.name, tally.series.id
        for resolution in RESOLUTIONS:
            yield keys.rollup(tenant_id, name, series, resolution, tally.last_at, lane)
        yield keys.total(tenant_id, name, series, lane)

    def _adding(self, place: Place, tally: Tally) -> Action:
        moved, condition = self.known.moving(place, tally)
        resolution = place.sk.partition("#")[0]
        # A total stays for as long as its card; its key begins with the metric's name, which may be that of a period.
        is_total = place.pk.endswith("#metrics")
        kept = {} if is_total else {"expires_at": keys.expiry(resolution)}  # type: ignore[arg-type]  # made by _places
        set_ = {"entity": "rollup", "series": tally.series.id, **kept, **moved}
        return self.table.updating(place.pk, place.sk, set_=set_, add=tally.increments(), when=condition)

    def _learn(self, places: list[Place]) -> None:
        for place in places:
            self.known.forget(place)
        for item in self.table.get_many([(p.pk, p.sk) for p in places], consistent=True).values():
            self.known.learn(item)


def _parts(tallies: list[Tally]) -> Iterator[list[Tally]]:
    for start in range(0, len(tallies), TALLIES_AT_ONCE):
        yield tallies[start : start + TALLIES_AT_ONCE]
