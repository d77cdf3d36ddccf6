"""What becomes of an event: kept and counted, put into the windows of the rules that listen, and weighed.

What if the process dies here? After the event is kept, before it is weighed: it comes again, is kept already, and is
weighed then. A finding is made once per rule, subject and time of the event, so that weighing twice finds it once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from docchain.clock import now, to_iso
from docchain.errors import ValidationFailed
from docchain.events.models import Event
from docchain.identity.keys import ANONYMOUS
from docchain.ids import new_ulid
from docchain.observability import logger
from docchain.security_events.models import address_of, from_event
from docchain.security_events.repository import SecurityEventRepository
from docchain.storage.errors import ConditionFailed
from docchain.storage.table import Action
from docchain.threats.blocks import BlockRepository, new_block
from docchain.threats.models import Block, Threat
from docchain.threats.repository import Once, ThreatRepository
from docchain.threats.rule import Rule
from docchain.threats.rules import RULES
from docchain.threats.windows import Tally, Windows, reached


@dataclass(frozen=True)
class Watch:
    events: SecurityEventRepository
    windows: Windows
    threats: ThreatRepository
    blocks: BlockRepository


@dataclass(frozen=True)
class Case:
    """One rule about one subject, for one owner: the tenant, or ``_anonymous`` for the stage as a whole."""

    owner: str
    rule: Rule
    subject: str


def watch(event: Event, to: Watch) -> list[Threat]:
    """The findings that this event made."""
    cases = list(_cases(event))
    _keep(event, cases, to)
    return [threat for case in cases if (threat := _weigh(case, event, to))]


def _cases(event: Event) -> Iterator[Case]:
    """What counts for the whole stage counts for the tenant as well: its people are to hear of what concerns them."""
    for rule in RULES:
        subject = rule.subject_of(event)
        if subject:
            yield Case(event.tenant_id, rule, subject)
            if rule.across_tenants and event.tenant_id != ANONYMOUS:
                yield Case(ANONYMOUS, rule, subject)


def _keep(event: Event, cases: list[Case], to: Watch) -> None:
    """Once more when a window is full, which then only counts; each try fills at least one, so it ends."""
    full: set[int] = set()
    for _ in range(len(cases) + 1):
        adding = [
            to.windows.adding(case.owner, case.rule, case.subject, event, full=position in full)
            for position, case in enumerate(cases)
        ]
        try:
            to.events.record(from_event(event), adding)
        except ConditionFailed as error:
            full.update(error.failed)
        else:
            return


def _weigh(case: Case, event: Event, to: Watch) -> Threat | None:
    if not case.rule.finds(event):
        return None
    tally = to.windows.read(case.owner, case.rule, case.subject, event)
    once = Once.of(case.rule, case.subject, event)
    if not reached(case.rule, tally):
        if case.rule.each:
            to.threats.know(case.owner, once)
        return None
    threat = _threat(case, event, tally)
    block = _block(threat, event, case.rule) if case.rule.block_minutes else None
    blocking: list[Action] = []
    if block:
        longer = to.blocks.find(case.owner, block.address)
        if longer and longer.expires_at >= block.expires_at:
            block = longer
        else:
            blocking = to.blocks.blocking(case.owner, block, None)
        until = to_iso(datetime.fromtimestamp(block.expires_at, UTC))
        threat = threat.model_copy(update={"blocked_until": until})
    return threat if to.threats.found(threat, once, blocking) else None


def _block(threat: Threat, event: Event, rule: Rule) -> Block | None:
    """``None`` where the address is our own: a laptop is not to lock itself out."""
    try:
        return new_block(address_of(event) or "", rule.title, f"rule:{rule.name}", rule.block_minutes)
    except ValidationFailed as refused:
        logger.info("an address is not blocked", extra={"rule": threat.rule, "reason": refused.message})
        return None


def _threat(case: Case, event: Event, tally: Tally) -> Threat:
    rule = case.rule
    return Threat(
        id=new_ulid(),
        tenant_id=case.owner,
        rule=rule.name,
        subject=case.subject,
        severity=rule.severity,
        title=rule.title,
        explanation=rule.explanation,
        recommendation=rule.recommendation,
        count=tally.size(rule),
        members=tuple(sorted(tally.members))[:20],
        detected_at=now(),
        event_id=event.id,
    )
