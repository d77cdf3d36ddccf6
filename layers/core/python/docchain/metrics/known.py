"""What this process has seen of rollups: it says which bounds an update moves, and a condition holds it to that."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from docchain.metrics.keys import Place
from docchain.metrics.tally import Tally
from docchain.storage.conditions import Attr, Condition
from docchain.storage.items import Item

_REMEMBERED_MOST: Final = 20_000


@dataclass(frozen=True)
class Bounds:
    least: float
    most: float
    last_at: str


@dataclass
class Known:
    """Bounds only ever widen, so one that was seen needs no second look: at worst it is wider by now."""

    _bounds: OrderedDict[Place, Bounds] = field(default_factory=OrderedDict)

    def learn(self, item: Item) -> None:
        self._keep(Place(item["pk"], item["sk"]), Bounds(item["least"], item["most"], item["last_at"]))

    def forget(self, place: Place) -> None:
        """Of a rollup that is gone: with its metric, or by its age."""
        self._bounds.pop(place, None)

    def widen(self, place: Place, tally: Tally) -> None:
        """After a write that held."""
        seen = self._bounds.get(place)
        if seen is None:
            self._keep(place, Bounds(tally.least, tally.most, tally.last_at))
        else:
            least, most = min(seen.least, tally.least), max(seen.most, tally.most)
            self._keep(place, Bounds(least, most, max(seen.last_at, tally.last_at)))

    def moving(self, place: Place, tally: Tally) -> tuple[dict[str, Any], Condition | None]:
        """What is set beside the counts, and the condition under which that is right."""
        seen = self._bounds.get(place)
        if seen is None:
            told = {"least": tally.least, "most": tally.most, "first_at": tally.first_at}
            return {**told, "last": tally.last, "last_at": tally.last_at}, Attr("count").not_exists()
        set_: dict[str, Any] = {}
        conditions: list[Condition] = []
        if tally.least < seen.least:
            set_["least"] = tally.least
            conditions.append(Attr("least").gt(tally.least))
        if tally.most > seen.most:
            set_["most"] = tally.most
            conditions.append(Attr("most").lt(tally.most))
        if tally.last_at >= seen.last_at:
            set_.update(last=tally.last, last_at=tally.last_at)
            conditions.append(Attr("last_at").lte(tally.last_at))
        condition: Condition | None = None
        for one in conditions:
            condition = one if condition is None else condition & one
        return set_, condition

    def _keep(self, place: Place, bounds: Bounds) -> None:
        self._bounds[place] = bounds
        self._bounds.move_to_end(place)
        if len(self._bounds) > _REMEMBERED_MOST:
            self._bounds.popitem(last=False)
