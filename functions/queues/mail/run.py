"""One event becomes one letter. The same event again writes another, whose link replaces the first one's."""

from docchain.events.models import Event
from docchain.mail.kinds import Desk, compose
from docchain.mail.outgoing import Outgoing
from docchain.observability import logger


def send_letter(fact: Event, desk: Desk, outgoing: Outgoing) -> None:
    outgoing.require_sender()
    letter = compose(desk, fact)
    if letter is None:
        logger.info("no letter", extra={"event_type": fact.type, "event_id": fact.id})
        return
    outgoing.send(letter)
