"""Reporting and summing up security events."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from docchain.audit.kinds import Severity
from docchain.auth.caller import Caller
from docchain.errors import invalid
from docchain.events.models import Event
from docchain.identity.policies import PolicyRepository
from docchain.security_events.models import LOGGED
from docchain.storage.outbox import event_item
from docchain.storage.table import Table
from docchain.threats.level import Level, level_of
from docchain.threats.watch import Watch
from functions.api.security.schemas.events import (
    DateRange,
    LogEvent,
    MetricsView,
    SecurityEventsView,
    SecurityEventView,
    StatsView,
)

DAYS_MOST = 90
_DAYS_DEFAULT = 7
# One call looks at no more; its figures say whether that was all.
READ_MOST = 2_000
# The level is of the last day: who has more findings than this has other troubles than the sum.
_THREATS_WEIGHED = 200


def log_event(watching: Watch, caller: Caller, body: LogEvent) -> str:
    fact = Event(
        type=LOGGED,
        tenant_id=caller.tenant_id,
        subject=f"users/{caller.user_id}",
        actor=caller.username,
        data={"event_type": body.event_type, "severity": body.severity.value, "details": body.details},
    )
    watching.events.table.put(event_item(fact))
    return fact.id


def events_view(
    watching: Watch, caller: Caller, start: date | None, end: date | None, severity: Severity | None, limit: int
) -> SecurityEventsView:
    last = end or datetime.now(UTC).date()
    first = start or last - timedelta(days=_DAYS_DEFAULT)
    if first > last:
        raise invalid("start_date", "is after end_date")
    if (last - first).days > DAYS_MOST:
        raise invalid("start_date", f"is more than {DAYS_MOST} days before end_date")
    read = list(watching.events.newest(caller.tenant_id, first, last, read_most=READ_MOST))
    wanted = [event for event in read if severity in (None, event.severity)]
    level = current_level(watching, caller)
    metrics = MetricsView(
        date_range=DateRange(start_date=first.isoformat(), end_date=last.isoformat()),
        total_security_events=len(wanted),
        events_by_severity=Counter(event.severity.value for event in wanted),
        events_by_type=Counter(event.event_type for event in wanted),
        threat_level=level.level,
        recommendations=list(level.recommendations),
        complete=len(read) < READ_MOST,
    )
    return SecurityEventsView(events=[SecurityEventView.of(event) for event in wanted[:limit]], metrics=metrics)


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
