"""Moves of tasks as one transaction: the cards, their places in line, the counters of their lanes, and the events.

A move is conditional on the revision that was read, so of two that move the same task one does. Counters are moved by
the difference of what the card is counted in before and after: they say what the cards say, at any moment.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from docchain.storage.conditions import Attr, Condition
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.tasks import events, keys
from docchain.tasks.lanes import LIMIT_OF_OPEN
from docchain.tasks.models import Phase, Task
from docchain.tasks.standing import grave, place


def card_item(task: Task) -> Item:
    """With what each index finds it by."""
    at = {"gsi_pk": keys.tasks(task.tenant_id), "gsi_sk": f"{task.created_at}#{task.id}"}
    found = {
        "status_pk": keys.status(task.tenant_id, task.status),
        "type_pk": keys.type_(task.tenant_id, task.type),
        "priority_pk": keys.priority(task.tenant_id, task.priority),
    }
    due = {"due_pk": keys.due(task.pool), "due_sk": task.due_at} if task.due_at else {}
    own = {"pk": keys.task(task.tenant_id, task.id), "sk": keys.CARD, "entity": "task"}
    return {**own, **at, **found, **due, **task.model_dump(mode="json", exclude_none=True)}


@dataclass
class Moves:
    """Collects; ``actions`` is the transaction. A lane is in it once, however many tasks move in it."""

    table: Table
    _actions: list[Action] = field(default_factory=list)
    _lanes: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    _conditions: dict[tuple[str, str], Condition] = field(default_factory=dict)
    _changes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def create(self, task: Task, metadata: str) -> None:
        """``metadata`` as JSON text."""
        self._actions.append(self.table.putting(card_item(task), when=Attr("pk").not_exists()))
        own = {"pk": keys.task(task.tenant_id, task.id), "sk": keys.ORDER, "entity": "task_order"}
        self._actions.append(self.table.putting({**own, "metadata": metadata}))
        self._stand(None, task)
        born = Counter({"total": 1, f"type_{task.type}": 1, f"priority_{task.priority}": 1})
        self._count(task, Counter(task.counters) + born)
        limited = (Attr("open").not_exists() | Attr("open").lt(LIMIT_OF_OPEN)) & Attr("lane_sk").exists()
        self._conditions[task.tenant_id, task.pool] = limited
        self.tell(task, events.SUBMITTED)

    def move(self, before: Task, after: Task, *, lane_when: Condition | None = None) -> Task:
        """The task as it is then."""
        after = after.model_copy(update={"rev": before.rev + 1})
        was, will = card_item(before), card_item(after)
        changed = {name: will.get(name) for name in was.keys() | will.keys() if was.get(name) != will.get(name)}
        pk = keys.task(before.tenant_id, before.id)
        self._actions.append(self.table.updating(pk, keys.CARD, set_=changed, when=Attr("rev").eq(before.rev)))
        self._stand(before, after)
        moved = Counter(after.counters)
        moved.subtract(before.counters)
        self._count(after, moved)
        if lane_when:
            self._conditions[after.tenant_id, after.pool] = lane_when
        return after

    def tell(self, task: Task, kind: str, **data: Any) -> None:
        self._actions.append(self.table.putting(events.told(task, kind, **data)))

    def also(self, *actions: Action) -> None:
        self._actions += actions

    def served(self, task: Task, at: str) -> None:
        """Its lane goes to the end of the line of lanes."""
        self._changes.setdefault((task.tenant_id, task.pool), {})["lane_sk"] = at

    @property
    def actions(self) -> list[Action]:
        """Lanes first: a full or paused one is then known by its position."""
        return [*(self._lane(*lane) for lane in self._lanes), *self._actions]

    @property
    def lanes(self) -> list[tuple[str, str]]:
        return list(self._lanes)

    def write(self) -> None:
        """Raises ``ConditionFailed``."""
        self.table.transact(self.actions)

    def _count(self, task: Task, by: Counter[str]) -> None:
        self._lanes.setdefault((task.tenant_id, task.pool), Counter()).update(by)

    def _lane(self, tenant_id: str, pool: str) -> Action:
        lane = tenant_id, pool
        added: dict[str, int | float] = {name: by for name, by in self._lanes[lane].items() if by}
        # Whatever moves in it, it is looked at again: a worker that finds nothing takes it out of the list.
        changed = {"entity": "lane", "lane_pk": pool, **self._changes.get(lane, {})}
        return self.table.updating(
            keys.tasks(tenant_id), keys.lane(pool), add=added, set_=changed, when=self._conditions.get(lane)
        )

    def _stand(self, before: Task | None, after: Task) -> None:
        for where in (place, grave):
            was, will = before and where(before), where(after)
            if was == will:
                continue
            if was:
                self._actions.append(self.table.deleting(*was))
            if will:
                self._actions.append(self.table.putting(_entry(after, *will)))


def _entry(task: Task, pk: str, sk: str) -> Item:
    kind = "task_place" if task.phase == Phase.READY else "dead_task"
    return {"pk": pk, "sk": sk, "entity": kind, "task_id": task.id, "expires_at": task.expires_at}
