"""Figures are true however often and by how many at once an event is heard."""

from concurrent.futures import ThreadPoolExecutor

from docchain.threats.watch import Watch, watch
from tests.unit.threats.test_rules import event


def test_each_event_counts_once_under_ten_listeners(tenant: str, keeper: Watch, atomic_calls: None) -> None:
    logins = [event("user.logged_in", tenant, "users/1", {"user_id": 1}) for _ in range(12)]
    failures = [event("user.login_failed", tenant, "users/1", {"user_id": 1, "ip": f"10.{i}.0.1"}) for i in range(5)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda heard: watch(heard, keeper), [*logins, *failures] * 3))
    figures = keeper.events.figures(tenant)
    assert (figures["total_logins"], figures["failed_logins"], figures["security_events"]) == (12, 5, 17)
