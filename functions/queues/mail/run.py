"""One event becomes one letter. The same event again writes another, whose link replaces the first one's; a letter
without a link is sent at most once.
"""

from docchain.events.models import Event
from docchain.mail.kinds import SENT_ONCE, Desk, compose
from docchain.mail.once import SentLetters
from docchain.mail.outgoing import Outgoing
from docchain.observability import logger


def send_letter(fact: Event, desk: Desk, outgoing: Outgoing) -> None:
    outgoing.require_sender()
    letter = compose(desk, fact)
    if letter is None:
        logger.info("no letter", extra={"event_type": fact.type, "event_id": fact.id})
        return
    if fact.type in SENT_ONCE:
        SentLetters(desk.identity).send_once(fact, lambda: outgoing.send(letter))
        return
    outgoing.send(letter)
