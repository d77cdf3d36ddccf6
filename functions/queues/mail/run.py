"""One event becomes one letter. The same event again writes another, whose link replaces the first one's; a letter
without a link is sent at most once.
"""

from docchain.events.models import Event
from docchain.mail.approval_letters import KINDS as APPROVALS
from docchain.mail.approval_letters import approval_letters
from docchain.mail.kinds import SENT_ONCE, Desk, compose
from docchain.mail.once import SentLetters
from docchain.mail.outgoing import Outgoing
from docchain.observability import logger
from docchain.storage.table import Table


def send_letters(fact: Event, desk: Desk, outgoing: Outgoing, links: Table) -> None:
    """One letter, or one for each who is asked: tried again, all of them are written again, and all links are good."""
    if fact.type not in APPROVALS:
        send_letter(fact, desk, outgoing)
        return
    outgoing.require_sender()
    for letter in approval_letters(desk, links, fact):
        outgoing.send(letter)


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
