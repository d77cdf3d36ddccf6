"""The level is a sum that anybody can do again."""

from datetime import UTC, datetime, timedelta

from docchain.audit.kinds import Severity
from docchain.clock import now, to_iso
from docchain.threats.level import level_of
from docchain.threats.models import Threat


def a_threat(rule: str, severity: Severity, *, n: int = 0, **fields: str) -> Threat:
    return Threat(
        id=f"{n}.{rule}",
        tenant_id="t",
        rule=rule,
        subject="users/1",
        severity=severity,
        title=rule,
        explanation="",
        recommendation=f"mend {rule}",
        count=1,
        event_id="e",
        **{"detected_at": now(), **fields},
    )


def test_nothing_found_is_low() -> None:
    assert (level_of([]).level, level_of([]).points) == (Severity.LOW, 0)


def test_the_same_rule_counts_half_each_time() -> None:
    level = level_of([a_threat("storm", Severity.MEDIUM, n=n) for n in range(4)])
    assert (level.points, level.level) == (3 + 1.5 + 0.75 + 0.38, Severity.MEDIUM)


def test_different_rules_add_up_and_say_what_to_do() -> None:
    level = level_of([a_threat("a", Severity.HIGH), a_threat("b", Severity.HIGH), a_threat("c", Severity.HIGH)])
    assert (level.points, level.level) == (24, Severity.CRITICAL)
    assert level.recommendations == ("mend a", "mend b", "mend c")


def test_what_is_resolved_or_of_yesterday_does_not_count() -> None:
    old = to_iso(datetime.now(UTC) - timedelta(hours=25))
    threats = [a_threat("a", Severity.HIGH, resolved_at=now()), a_threat("b", Severity.HIGH, detected_at=old)]
    assert level_of(threats).level == Severity.LOW
