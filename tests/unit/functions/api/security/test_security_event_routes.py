"""Events, threats, figures and blocked addresses over REST."""

from typing import Any

import pytest

from docchain import aws
from docchain.storage.table import Table
from docchain.threats.watch import watch
from functions.api.security.dependencies import watch as keeper
from functions.api.security.handler import handler
from tests.support.rest import a_caller, call
from tests.support.security_events import an_address, series

BASE = "/api/v3/security"


def ask(method: str, path: str, body: Any = None, *, tenant: str, roles: tuple[str, ...] = ("admin", "user")) -> Any:
    return call(handler, method, f"{BASE}{path}", body, a_caller(tenant, roles=roles))


def outbox(tenant: str) -> list[dict[str, Any]]:
    page = Table(aws.dynamodb(), "guard").query(f"{tenant}#outbox")
    return [item["event"] for item in page.items]


def test_a_reported_event_is_an_event_of_the_bus(tenant: str) -> None:
    body = {"event_type": "door_opened", "details": {"door": 1}, "severity": "high"}
    status, answer = ask("POST", "/events/log", body, tenant=tenant)
    assert status == 200
    (told,) = outbox(tenant)
    assert (told["id"], told["type"]) == (answer["event_id"], "security_event.logged")


@pytest.mark.parametrize(
    "details", [{"a": {"b": {"c": {"d": {"e": {}}}}}}, {"text": "x" * 9000}], ids=["too deep", "too large"]
)
def test_details_are_bounded(tenant: str, details: Any) -> None:
    status, answer = ask("POST", "/events/log", {"event_type": "x", "details": details}, tenant=tenant)
    assert (status, answer["error"]["details"][0]["field"]) == (422, "details")
    assert outbox(tenant) == []


def test_events_come_newest_first_with_their_figures(tenant: str) -> None:
    for heard in series("second_factor_guessing", tenant, 5, an_address()):
        watch(heard, keeper())
    status, answer = ask("GET", "/events/security?limit=2", tenant=tenant)
    assert status == 200
    assert len(answer["events"]) == 2
    assert answer["events"][0]["id"] > answer["events"][1]["id"]
    metrics = answer["metrics"]
    assert (metrics["total_security_events"], metrics["events_by_type"]) == (5, {"mfa.failed": 5})
    assert metrics["threat_level"] == "high"
    assert metrics["recommendations"]
    assert ask("GET", "/events/security?severity=critical", tenant=tenant)[1]["events"] == []


def test_a_threat_is_resolved_once_and_counts_no_more(tenant: str) -> None:
    for heard in series("second_factor_guessing", tenant, 5, an_address()):
        watch(heard, keeper())
    (threat,) = ask("GET", "/threats", tenant=tenant)[1]
    assert ask("GET", "/threat-level", tenant=tenant)[1]["threat_level"] == "high"
    assert ask("POST", f"/threats/{threat['id']}/resolve", {"comment": "us"}, tenant=f"{tenant}x")[0] == 404
    status, resolved = ask("POST", f"/threats/{threat['id']}/resolve", {"comment": "us"}, tenant=tenant)
    assert (status, resolved["comment"]) == (200, "us")
    assert ask("POST", f"/threats/{threat['id']}/resolve", tenant=tenant)[0] == 409
    assert ask("GET", "/threat-level", tenant=tenant)[1]["threat_level"] == "low"


def test_an_address_is_blocked_listed_and_let_in_again(tenant: str) -> None:
    body = {"address": "198.51.100.4", "reason": "guesses", "minutes": 5}
    assert ask("POST", "/blocked-addresses", body, tenant=tenant)[0] == 200
    assert [b["address"] for b in ask("GET", "/blocked-addresses", tenant=tenant)[1]] == ["198.51.100.4"]
    assert ask("GET", "/stats", tenant=tenant)[1]["blocked_ips"] == 1
    assert ask("GET", "/blocked-addresses", tenant=f"{tenant}x")[1] == []
    assert ask("DELETE", "/blocked-addresses/198.51.100.4", tenant=f"{tenant}x")[0] == 404
    assert ask("DELETE", "/blocked-addresses/198.51.100.4", tenant=tenant)[0] == 200
    assert ask("GET", "/blocked-addresses", tenant=tenant)[1] == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.0/8", "somewhere"])
def test_what_cannot_be_blocked_is_refused(tenant: str, address: str) -> None:
    status, answer = ask("POST", "/blocked-addresses", {"address": address, "reason": "x"}, tenant=tenant)
    assert (status, answer["error"]["details"][0]["field"]) == (422, "address")


def test_users_see_figures_and_nobody_elses_events(tenant: str) -> None:
    assert ask("GET", "/stats", tenant=tenant, roles=("user",))[0] == 200
    for path in ("/events/security", "/threats", "/threat-level", "/blocked-addresses"):
        assert ask("GET", path, tenant=tenant, roles=("user",))[0] == 403
    assert (
        ask("POST", "/blocked-addresses", {"address": "192.0.2.1", "reason": "x"}, tenant=tenant, roles=("user",))[0]
        == 403
    )


def test_a_denial_is_told_once_a_minute_and_route(tenant: str) -> None:
    for _ in range(3):
        ask("GET", "/threats", tenant=tenant, roles=("user",))
    ask("GET", "/threat-level", tenant=tenant, roles=("user",))
    routes = [told["data"]["route"] for told in outbox(tenant) if told["type"] == "access.denied"]
    assert sorted(set(routes)) == [f"GET {BASE}/threat-level", f"GET {BASE}/threats"]
    assert len(routes) <= 4  # a minute may begin in between


def test_stats_have_the_contracts_fields(tenant: str) -> None:
    _, answer = ask("GET", "/stats", tenant=tenant)
    assert set(answer) == {
        "total_logins",
        "failed_logins",
        "password_resets",
        "security_events",
        "blocked_ips",
        "policies",
    }
