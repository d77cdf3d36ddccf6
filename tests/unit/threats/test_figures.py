"""Figures are true however often and by how many at once an event is heard."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from docchain.audit.kinds import Severity
from docchain.security_events.figures import counted_as, to_day_figures
from docchain.threats.watch import Watch, watch
from tests.support.security_events import event, failed_login, moved, noon


def test_each_event_counts_once_under_ten_listeners(tenant: str, keeper: Watch, atomic_calls: None) -> None:
    logins = [event("user.logged_in", tenant, "users/1", {"user_id": 1}) for _ in range(12)]
    failures = [failed_login(tenant, 1, f"10.{n}.0.1") for n in range(9)]
    with ThreadPoolExecutor(10) as pool:
        found = [
            threat
            for threats in pool.map(lambda e: watch(e, keeper), moved([*logins, *failures], noon()) * 3)
            for threat in threats
        ]
    figures = keeper.events.figures(tenant)
    assert (figures["total_logins"], figures["failed_logins"], figures["security_events"]) == (12, 9, 21)
    (day,) = keeper.events.days(tenant, noon().date(), noon().date())
    assert day.counts == {(Severity.LOW, "user.logged_in"): 12, (Severity.MEDIUM, "user.login_failed"): 9}
    assert [threat.rule for threat in found] == ["brute_force"]


def test_days_are_those_of_the_events_and_the_newest_comes_first(tenant: str, keeper: Watch) -> None:
    for days_ago, n in ((3, 2), (1, 1), (0, 4)):
        for heard in moved([event("mfa.disabled", tenant, "users/1", {})] * 1, noon(days_ago)):
            for _ in range(n):
                watch(heard.model_copy(update={"id": f"{heard.id}{days_ago}{_}"}), keeper)
    first = noon().date() - timedelta(days=2)
    days = keeper.events.days(tenant, first, noon().date())
    assert [(day.day, day.of(None), day.of(Severity.LOW)) for day in days] == [
        (noon().date().isoformat(), 4, 0),
        (noon(1).date().isoformat(), 1, 0),
    ]


def test_a_type_is_read_back_as_it_was_counted() -> None:
    item = {"sk": "2026-11-21#3", counted_as(Severity.HIGH, "user.password_reset"): 2, "entity": "security_stats"}
    (day,) = to_day_figures([item, item])
    assert day.counts == {(Severity.HIGH, "user.password_reset"): 4}
