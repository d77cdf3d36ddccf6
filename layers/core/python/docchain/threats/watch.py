"""What becomes of an event: kept and counted, put into the windows of the rules that listen, and weighed.

What if the process dies here? After the event is kept, before it is weighed: it comes again, is kept already, and is
weighed then. A finding is one item, so that weighing twice finds it once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from docchain.clock import epoch, now, to_iso
from docchain.errors import ValidationFailed
from docchain.events.models import Event
from docchain.identity.keys import ANONYMOUS
from docchain.observability import logger
from docchain.security_events.models import from_event
from docchain.security_events.repository import SecurityEventRepository
from docchain.storage.table import Action
from docchain.threats.blocks import BlockRepository, new_block
from docchain.threats.models import Block, Threat
from docchain.threats.repository import ThreatRepository
from docchain.threats.rule import Rule
from docchain.threats.rules import RULES
from docchain.threats.windows import Tally, Windows, reached


@dataclass(frozen=True)
class Watch:
    events: SecurityEventRepository
    windows: Windows
    threats: ThreatRepository
    blocks: BlockRepository


def watch(event: Event, to: Watch) -> list[Threat]:
    """The findings that this event made."""
    concerned = [(rule, subject) for rule in RULES if (subject := rule.subject_of(event))]
    adding = [to.windows.adding(_owner(rule, event), rule, subject, event) for rule, subject in concerned]
    to.events.record(from_event(event), adding)
    return [threat for rule, subject in concerned if (threat := _weigh(rule, subject, event, to))]


def _weigh(rule: Rule, subject: str, event: Event, to: Watch) -> Threat | None:
    owner = _owner(rule, event)
    tally = to.windows.read(owner, rule, subject)
    if not reached(rule, tally):
        return None
    threat = _threat(owner, rule, subject, event, tally)
    block = _block(threat, rule) if rule.block_minutes else None
    blocking: list[Action] = []
    if block:
        until = to_iso(datetime.fromtimestamp(block.expires_at, UTC))
        threat = threat.model_copy(update={"blocked_until": until})
        blocking = to.blocks.blocking(owner, block, None)
    return threat if to.threats.found(threat, blocking) else None


def _block(threat: Threat, rule: Rule) -> Block | None:
    """``None`` where the address is our own: a laptop is not to lock itself out."""
    try:
        return new_block(threat.subject, rule.title, f"rule:{rule.name}", rule.block_minutes)
    except ValidationFailed as refused:
        logger.info("an address is not blocked", extra={"rule": rule.name, "reason": refused.message})
        return None


def _owner(rule: Rule, event: Event) -> str:
    return ANONYMOUS if rule.across_tenants else event.tenant_id


def _threat(owner: str, rule: Rule, subject: str, event: Event, tally: Tally) -> Threat:
    """Its id is the same for all that is found of a subject within one length of the window."""
    length = rule.minutes * 60
    start = epoch() // length * length
    return Threat(
        id=f"{start:012d}.{rule.name}.{subject.replace('/', '-')}",
        tenant_id=owner,
        rule=rule.name,
        subject=subject,
        severity=rule.severity,
        title=rule.title,
        explanation=rule.explanation,
        recommendation=rule.recommendation,
        count=len(tally.members) if rule.member else tally.count,
        members=tuple(sorted(tally.members))[:20],
        detected_at=now(),
        event_id=event.id,
    )
