"""Events, threats, figures and blocked addresses over REST."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain import aws
from docchain.storage.table import Table
from docchain.threats.watch import watch
from functions.api.security.dependencies import watch as keeper
from functions.api.security.handler import handler
from tests.support.rest import a_caller, call
from tests.support.security_events import an_address, event, moved, noon, series

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


def nested(levels: int) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for _ in range(levels - 1):
        details = {"a": details}
    return details


def test_what_is_called_a_secret_is_told_to_nobody(tenant: str) -> None:
    ask("POST", "/events/log", {"event_type": "x", "details": {"login": {"password": "Engine-1843"}}}, tenant=tenant)
    (told,) = outbox(tenant)
    assert told["data"]["details"] == {"login": {"password": "***"}}


def test_five_levels_of_details_are_taken(tenant: str) -> None:
    assert ask("POST", "/events/log", {"event_type": "x", "details": nested(5)}, tenant=tenant)[0] == 200


@pytest.mark.parametrize(
    "details", [nested(6), nested(400), {"text": "x" * 9000}], ids=["too deep", "far too deep", "too large"]
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
    assert metrics["events_by_severity"] == {"medium": 5}
    assert metrics["threat_level"] == "high"
    assert metrics["recommendations"]
    assert ask("GET", "/events/security?severity=critical", tenant=tenant)[1]["events"] == []
    assert ask("GET", "/events/security", tenant=f"{tenant}x")[1]["events"] == []


def test_figures_are_of_the_range_and_the_severity_and_not_of_what_is_listed(tenant: str) -> None:
    for heard in moved([event("user.logged_in", tenant, "users/1", {"user_id": 1}) for _ in range(4)], noon(3)):
        watch(heard, keeper())
    for heard in moved(series("second_factor_guessing", tenant, 3, an_address()), noon(1)):
        watch(heard, keeper())
    first, last = noon(3).date(), noon(1).date()
    _, answer = ask("GET", f"/events/security?start_date={first}&end_date={last}&limit=1", tenant=tenant)
    assert answer["metrics"]["date_range"] == {"start_date": str(first), "end_date": str(last)}
    assert answer["metrics"]["events_by_severity"] == {"low": 4, "medium": 3}
    _, answer = ask("GET", f"/events/security?start_date={first}&end_date={last}&severity=low&limit=3", tenant=tenant)
    assert [e["event_type"] for e in answer["events"]] == ["user.logged_in"] * 3
    assert answer["metrics"]["total_security_events"] == 4
    _, answer = ask("GET", f"/events/security?start_date={last}", tenant=tenant)
    assert answer["metrics"]["events_by_type"] == {"mfa.failed": 3}


def test_looking_at_events_is_a_disclosure_once_an_hour(tenant: str) -> None:
    for _ in range(2):
        ask("GET", "/events/security", tenant=tenant)
    told = [item["event"] for item in Table(aws.dynamodb(), "identity").query(f"{tenant}#outbox").items]
    assert [(e["type"], e["subject"]) for e in told] == [("data.accessed", "security/events")]


def test_a_week_of_silence_costs_four_calls(tenant: str, aws_calls: list[str]) -> None:
    ask("GET", "/events/security", tenant=tenant)
    assert len(aws_calls) <= 4


@pytest.mark.parametrize(
    "query", ["start_date=2026-11-02&end_date=2026-11-01", "start_date=2026-01-01&end_date=2026-11-01", "end_date=x"]
)
def test_a_range_that_is_none_is_refused(tenant: str, query: str) -> None:
    assert ask("GET", f"/events/security?{query}", tenant=tenant)[0] == 422


def test_the_first_day_of_all_is_a_day(tenant: str) -> None:
    assert ask("GET", "/events/security?end_date=0001-01-01", tenant=tenant)[1]["events"] == []


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


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.0/8", "192.168.1.9", "somewhere", "203.0.113.7"])
def test_what_cannot_be_blocked_is_refused(tenant: str, address: str) -> None:
    """The last is where the tests call from: who blocked that could not let it in again."""
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


def test_a_denial_that_cannot_be_told_is_a_denial_all_the_same(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="dynamodb")

    monkeypatch.setattr(Table, "put", fails)
    status, answer = ask("GET", "/threats", tenant=tenant, roles=("user",))
    assert (status, answer["error"]["code"]) == (403, "FORBIDDEN")


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
