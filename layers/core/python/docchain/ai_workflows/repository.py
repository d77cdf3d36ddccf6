"""AI workflows in DynamoDB: a card that changes while it is at work, and a body that does not.

The engine's workflow is written in the same transaction (``WorkflowRepository``), so neither is there
without the other.
"""

from dataclasses import dataclass
from typing import Any, Final

from docchain.ai_workflows import keys
from docchain.ai_workflows.errors import AiWorkflowChanged, AiWorkflowNotFound
from docchain.ai_workflows.models import AiWorkflow, Body, Card
from docchain.ai_workflows.statistics import counting
from docchain.clock import now
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.counters import next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

LOOKED_AT_MOST: Final = 3_000
"""Cards that one page of a filtered list looks through; it may hold fewer than its limit and name a next page."""
_LOOKED_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class AiWorkflowRepository:
    table: Table

    def next_number(self, tenant_id: str) -> int:
        return next_number(self.table, tenant_id, "ai_workflow")

    def read(self, tenant_id: str, number: int) -> AiWorkflow:
        """Card and body in one read. Raises ``AiWorkflowNotFound``."""
        at_card, at_body = keys.card(tenant_id, number), keys.body(tenant_id, number)
        found = self.table.get_many([at_card, at_body], consistent=True)
        if at_card not in found or at_body not in found:
            raise AiWorkflowNotFound(f"ai_workflow_{number}")
        return AiWorkflow(card=Card.model_validate(found[at_card]), body=Body.model_validate(found[at_body]))

    def read_card(self, tenant_id: str, number: int) -> Card:
        item = self.table.get(*keys.card(tenant_id, number), consistent=True)
        if item is None:
            raise AiWorkflowNotFound(f"ai_workflow_{number}")
        return Card.model_validate(item)

    def find_cards(
        self, tenant_id: str, *, kind: str | None, status: str | None, limit: int, start_key: Item | None
    ) -> tuple[list[Card], Item | None]:
        """Newest first, and where the next page begins."""
        found: list[Card] = []
        looked_at, start = 0, start_key
        while True:
            some = _LOOKED_AT_ONCE if kind or status else limit - len(found)
            page = self.table.query(
                keys.cards(tenant_id), prefix=keys.CARD_PREFIX, limit=some, start_key=start, forward=False
            )
            for item in page.items:
                if kind in (None, item["type"]) and status in (None, item["status"]):
                    found.append(Card.model_validate(item))
                    if len(found) == limit:
                        return found, {"pk": item["pk"], "sk": item["sk"]}
            looked_at, start = looked_at + len(page.items), page.next_key
            if start is None or looked_at >= LOOKED_AT_MOST:
                return found, start

    # Members of the engine's transactions ------------------------------------------------------------------------

    def creating(self, tenant_id: str, new: AiWorkflow, event: Event) -> list[Action]:
        return [
            self.table.putting(_card_item(tenant_id, new.card), when=Attr("pk").not_exists()),
            self.table.putting(_body_item(tenant_id, new)),
            *counting(self.table, tenant_id, None, new.card),
            self.table.putting(event_item(event)),
        ]

    def moving(self, tenant_id: str, before: Card, after: Card) -> list[Action]:
        """The card as it shall be, if nobody changed it since; its counters with it."""
        item = _card_item(tenant_id, _next(before, after))
        unchanged = Attr("revision").eq(before.revision)
        return [self.table.putting(item, when=unchanged), *counting(self.table, tenant_id, before, after)]

    def changing(self, tenant_id: str, before: Card, after: AiWorkflow, event: Event) -> list[Action]:
        return [
            *self.moving(tenant_id, before, after.card),
            self.table.putting(_body_item(tenant_id, after)),
            self.table.putting(event_item(event)),
        ]

    def deleting(self, tenant_id: str, before: Card, event: Event) -> list[Action]:
        return [
            self.table.deleting(*keys.card(tenant_id, before.number), when=Attr("revision").eq(before.revision)),
            self.table.deleting(*keys.body(tenant_id, before.number)),
            *counting(self.table, tenant_id, before, None),
            self.table.putting(event_item(event)),
        ]

    # Changes of their own ----------------------------------------------------------------------------------------

    def move(self, tenant_id: str, before: Card, event: Event | None = None, **changes: Any) -> Card:
        """Raises ``AiWorkflowChanged``."""
        after = before.model_copy(update={**changes, "updated_at": now()})
        told = [self.table.putting(event_item(event))] if event else []
        try:
            self.table.transact([*self.moving(tenant_id, before, after), *told])
        except ConditionFailed:
            raise AiWorkflowChanged(before.id) from None
        return _next(before, after)


def _next(before: Card, after: Card) -> Card:
    return after.model_copy(update={"revision": before.revision + 1})


def _card_item(tenant_id: str, card: Card) -> Item:
    pk, sk = keys.card(tenant_id, card.number)
    return {"pk": pk, "sk": sk, "entity": "ai_workflow", **card.model_dump(mode="json")}


def _body_item(tenant_id: str, whole: AiWorkflow) -> Item:
    pk, sk = keys.body(tenant_id, whole.card.number)
    return {"pk": pk, "sk": sk, "entity": "ai_workflow_body", **whole.body.model_dump(mode="json")}
