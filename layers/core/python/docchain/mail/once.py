"""Letters that leave at most once: SES knows no key, so a note is written before; who finds one does not send again.

waiting → sending → sent; a sender that died in ``sending`` may have sent, and so the letter is ``unknown`` and told of.
"""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.observability import logger
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class SentLetters:
    table: Table

    def send_once(self, fact: Event, send: Callable[[], None]) -> None:
        if not self._begun(fact):
            self._leave(fact)
            return
        try:
            send()
        except ClientError:
            # SES answered, and refused: nothing has left, and the queue may come again.
            self._set(fact, "waiting")
            raise
        self._set(fact, "sent")

    def _begun(self, fact: Event) -> bool:
        note = {"pk": _pk(fact), "sk": fact.id, "entity": "letter", "state": "sending", "since": now()}
        free = Attr("pk").not_exists() | Attr("state").eq("waiting")
        try:
            self.table.put({**note, "expires_at": epoch() + KEPT_SECONDS}, when=free)
        except ConditionFailed:
            return False
        return True

    def _leave(self, fact: Event) -> None:
        """Another delivery's: sent, or begun by one that never came back."""
        told = Event(
            type="mail.outcome_unknown",
            tenant_id=fact.tenant_id,
            subject=fact.subject,
            data={"letter": fact.id, "subject": fact.data.get("subject"), "recipients": len(fact.data.get("to", ()))},
        )
        doubted = self.table.updating(_pk(fact), fact.id, set_={"state": "unknown"}, when=Attr("state").eq("sending"))
        try:
            self.table.transact([doubted, self.table.putting(event_item(told))])
        except ConditionFailed:
            logger.info("the letter left before", extra={"event_id": fact.id})

    def _set(self, fact: Event, state: str) -> None:
        self.table.update(_pk(fact), fact.id, set_={"state": state})


def _pk(fact: Event) -> str:
    return f"{fact.tenant_id}#letters"
