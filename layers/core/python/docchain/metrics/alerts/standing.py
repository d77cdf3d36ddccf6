"""From one look at a metric to the next: pure, so that every path of it can be tried without a clock."""

from datetime import timedelta
from typing import Literal

from docchain.clock import from_iso
from docchain.metrics.alerts.models import FIRED, AlertRule, Standing, State

Change = Literal["fired", "resolved"]


def after_a_look(rule: AlertRule, value: float | None, at: str) -> tuple[Standing, Change | None]:
    """Where the rule stands then, and what is to be told. Without a value it stands where it stood."""
    seen = rule.standing.model_copy(update={"evaluated_at": at, "value": value})
    if value is None:
        return seen, None
    match rule.standing.state:
        case State.OK | State.PENDING:
            return _towards_firing(rule, seen, at, breached=rule.breached(value))
        case State.FIRING | State.RESOLVING:
            return _towards_rest(rule, seen, at, cleared=rule.cleared(value))


def resolved(standing: Standing, at: str) -> Standing:
    return _moved(standing, State.OK, at, resolved_at=at, transitions=standing.transitions + 1)


def resting(standing: Standing, at: str) -> Standing:
    """Of a rule that is switched off: one that is switched on again begins anew."""
    if standing.state in FIRED:
        return resolved(standing, at)
    return _moved(standing, State.OK, at) if standing.state is State.PENDING else standing


def _towards_firing(rule: AlertRule, seen: Standing, at: str, *, breached: bool) -> tuple[Standing, Change | None]:
    if not breached:
        return (_moved(seen, State.OK, at) if seen.state is State.PENDING else seen), None
    waiting = seen if seen.state is State.PENDING else _moved(seen, State.PENDING, at)
    if _minutes_since(waiting.since, at) < rule.for_minutes:
        return waiting, None
    return _moved(waiting, State.FIRING, at, fired_at=at, transitions=waiting.transitions + 1), "fired"


def _towards_rest(rule: AlertRule, seen: Standing, at: str, *, cleared: bool) -> tuple[Standing, Change | None]:
    if not cleared:
        return (_moved(seen, State.FIRING, at) if seen.state is State.RESOLVING else seen), None
    waiting = seen if seen.state is State.RESOLVING else _moved(seen, State.RESOLVING, at)
    if _minutes_since(waiting.since, at) < rule.resolve_for_minutes:
        return waiting, None
    return resolved(waiting, at), "resolved"


def _moved(standing: Standing, state: State, at: str, **more: object) -> Standing:
    return standing.model_copy(update={"state": state, "since": at, **more})


def _minutes_since(since: str, at: str) -> float:
    return (from_iso(at) - from_iso(since)) / timedelta(minutes=1)
