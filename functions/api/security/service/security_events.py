"""Reporting and summing up security events."""

from collections import Counter
from itertools import islice

from docchain.auth.caller import Caller
from docchain.events.masking import as_kept
from docchain.events.models import Event
from docchain.identity.disclosures import note_disclosure
from docchain.identity.policies import PolicyRepository
from docchain.security_events.figures import DayFigures
from docchain.security_events.models import LOGGED
from docchain.storage.outbox import event_item
from docchain.storage.table import Table
from docchain.threats.level import Level, level_of
from docchain.threats.watch import Watch
from functions.api.security.schemas.events import (
    DateRange,
    EventsAsked,
    LogEvent,
    MetricsView,
    SecurityEventsView,
    SecurityEventView,
    StatsView,
)

# One call looks through no more for those of one severity; the figures are of all.
READ_MOST = 2_000
# The level is of the last day: who has more findings than this has other troubles than the sum.
_THREATS_WEIGHED = 200


def log_event(watching: Watch, caller: Caller, body: LogEvent) -> str:
    """What is called a secret in the details is masked: an event goes to many."""
    fact = Event(
        type=LOGGED,
        tenant_id=caller.tenant_id,
        subject=f"users/{caller.user_id}",
        actor=caller.username,
        data={"event_type": body.event_type, "severity": body.severity.value, "details": as_kept(body.details)},
    )
    watching.events.table.put(event_item(fact))
    return fact.id


def events_view(watching: Watch, identity: Table, caller: Caller, asked: EventsAsked) -> SecurityEventsView:
    """They say who came from where, so that reading them is a disclosure."""
    first, last = asked.dates()
    note_disclosure(identity, caller, "security/events")
    days = watching.events.days(caller.tenant_id, first, last)
    holding = [day.day for day in days if day.of(asked.severity)]
    read = watching.events.newest(caller.tenant_id, holding, read_most=READ_MOST)
    wanted = (event for event in read if asked.severity in (None, event.severity))
    events = [SecurityEventView.of(event) for event in islice(wanted, asked.limit)]
    return SecurityEventsView(events=events, metrics=_metrics(days, asked, current_level(watching, caller)))


def _metrics(days: list[DayFigures], asked: EventsAsked, level: Level) -> MetricsView:
    first, last = asked.dates()
    by_severity: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    for day in days:
        for (severity, event_type), count in day.counts.items():
            if asked.severity in (None, severity):
                by_severity[severity.value] += count
                by_type[event_type] += count
    return MetricsView(
        date_range=DateRange(start_date=first.isoformat(), end_date=last.isoformat()),
        total_security_events=by_type.total(),
        events_by_severity=by_severity,
        events_by_type=by_type,
        threat_level=level.level,
        recommendations=list(level.recommendations),
    )


def stats_view(watching: Watch, identity: Table, caller: Caller) -> StatsView:
    figures = watching.events.figures(caller.tenant_id)
    blocked, _ = watching.blocks.read_page(caller.tenant_id, limit=1000, start_key=None)
    names = ("total_logins", "failed_logins", "password_resets", "security_events")
    return StatsView(
        **{name: figures.get(name, 0) for name in names},
        blocked_ips=len(blocked),
        policies=PolicyRepository(identity).read(caller.tenant_id),
    )


def current_level(watching: Watch, caller: Caller) -> Level:
    threats, _ = watching.threats.read_page(caller.tenant_id, limit=_THREATS_WEIGHED)
    return level_of(threats)
