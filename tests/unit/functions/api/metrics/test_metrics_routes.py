"""The group's routes through its real handler: the contract's shapes, who may, and one tenant beside another."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from docchain.metrics.timings.gathering import Timings
from docchain.storage.cursors import to_cursor
from functions.api.metrics.handler import handler
from functions.api.metrics.service import performance
from functions.schedules.metrics.run import run
from tests.support.metrics import metrics_table
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/metrics"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(tenant: str) -> Ask:
    def asking(method: str, path: str, body: Any = None, *, of: str = tenant, **named: Any) -> tuple[int, Any]:
        headers = named.pop("headers", None)
        return call(handler, method, f"{BASE}{path}", body, a_caller(of, **named), headers)

    return asking


def body(kind: str = "counter", **more: Any) -> dict[str, Any]:
    return {"name": "custom.metric", "value": 1, "metric_type": kind, "category": "application", **more}


@pytest.mark.parametrize("kind", ["counter", "gauge", "histogram", "timer", "summary"])
def test_each_type_is_recorded_and_read_in_the_contracts_form(ask: Ask, kind: str) -> None:
    status, recorded = ask("POST", f"/metrics/{kind}", body(kind, value=2.5, labels={"region": "eu"}))
    assert (status, recorded["metric_name"], recorded["value"], recorded["status"]) == (
        200,
        "custom.metric",
        2.5,
        "success",
    )

    status, points = ask("GET", f"/metrics/custom.metric?metric_type={kind}&category=application")
    assert status == 200
    (point,) = points
    assert (point["name"], point["value"], point["type"]) == ("custom.metric", 2.5, kind)
    assert (point["category"], point["labels"]) == ("application", {"region": "eu"})
    assert point["timestamp"].endswith("Z")

    status, summary = ask("GET", "/metrics/custom.metric/summary?time_range_hours=1")
    assert status == 200
    assert {n: summary[n] for n in ("name", "type", "category", "count", "sum", "min", "max", "avg")} == {
        **{"name": "custom.metric", "type": kind, "category": "application", "count": 1},
        **dict.fromkeys(("sum", "min", "max", "avg"), 2.5),
    }
    assert ask("GET", f"/metrics?metric_type={kind}")[1]["custom.metric"][0]["value"] == 2.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric_type": "gauge"},
        {"value": -1},
        {"value": "much"},
        {"value": 2e15},
        {"category": "kitchen"},
        {"name": "with space"},
        {"name": "a/b"},
        {"labels": {"le": "1"}},
        {"labels": {"__name__": "x"}},
        {"labels": {"a-b": "x"}},
        {"labels": {"a": "x" * 129}},
        {"labels": {f"l{n}": "x" for n in range(11)}},
        {"tenant_id": "other"},
    ],
)
def test_what_is_not_a_counter_is_refused(ask: Ask, wrong: dict[str, Any]) -> None:
    status, answer = ask("POST", "/metrics/counter", body(**wrong))

    assert (status, answer["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert ask("GET", "/metrics")[1] == {}


def test_a_batch_is_recorded_whole_and_once_per_key(ask: Ask) -> None:
    batch = {"metrics": [body(value=n) for n in range(10)] + [body("timer", name="t", value=0.5)]}
    answers = [ask("POST", "/metrics/batch", batch, headers={"idempotency-key": "once"}) for _ in range(2)]

    assert [status for status, _ in answers] == [200, 200]
    assert answers[0][1] == answers[1][1]
    assert (answers[0][1]["recorded"], answers[0][1]["series"]) == (11, 2)
    assert ask("GET", "/metrics/custom.metric/summary")[1]["sum"] == 45.0
    other = {"metrics": [body(value=7)]}
    assert ask("POST", "/metrics/batch", other, headers={"idempotency-key": "once"})[0] == 409


def test_a_batch_with_one_wrong_member_records_nothing(ask: Ask) -> None:
    status, answer = ask("POST", "/metrics/batch", {"metrics": [body(), body(value=-1)]})

    assert (status, answer["error"]["details"][0]["field"]) == (422, "metrics.1.value")
    assert ask("POST", "/metrics/batch", {"metrics": [body(labels={"n": str(n)}) for n in range(25)]})[0] == 422
    assert ask("GET", "/metrics")[1] == {}


def test_points_go_on_page_by_page(ask: Ask) -> None:
    for number in range(3):
        ask("POST", "/metrics/gauge", body("gauge", value=number, labels={"n": str(number)}))
    event = rest_event("GET", f"{BASE}/metrics/custom.metric?limit=2", None, a_caller(_tenant_of(ask)))
    answer = handler(event, a_context())
    link = answer["headers"]["link"]
    rest = call(handler, "GET", link[link.index("<") + 1 : link.index(">")], None, a_caller(_tenant_of(ask)))

    assert len(rest[1]) == 1
    assert call(handler, "GET", link[1 : link.index(">")], None, a_caller("somebody"))[0] in {404, 422}


def test_the_list_goes_on_page_by_page(ask: Ask) -> None:
    for name in ("a", "a.b", "b", "c", "d"):
        ask("POST", "/metrics/counter", body(name=name))
    found: list[str] = []
    path: str | None = f"{BASE}/metrics?limit=2"
    while path:
        answer = handler(rest_event("GET", path, None, a_caller(_tenant_of(ask))), a_context())
        found += json.loads(answer["body"])
        link = answer["headers"].get("link")
        path = link[1 : link.index(">")] if link else None

    assert found == ["a", "a.b", "b", "c", "d"]


@pytest.mark.parametrize(
    "key",
    [{"pk": "else", "sk": "minute#x"}, {"pk": "{t}#metric#custom.metric", "sk": "hour#x"}, {"sk": 1}, {"after": 1}],
)
@pytest.mark.parametrize("path", ["", "/custom.metric"])
def test_a_cursor_that_its_sender_made_up_is_refused(ask: Ask, tenant: str, path: str, key: dict[str, Any]) -> None:
    ask("POST", "/metrics/counter", body())
    made_up = {name: value.format(t=tenant) if isinstance(value, str) else value for name, value in key.items()}
    scope = f"metrics/{tenant}/custom.metric/minute/None/None" if path else f"metrics/{tenant}/None/None"
    status, answer = ask("GET", f"/metrics{path}?cursor={to_cursor(made_up, scope)}")

    assert (status, answer["error"]["code"]) == (422, "VALIDATION_ERROR")


def test_the_overviews_are_of_this_sandbox(ask: Ask) -> None:
    status, system = ask("GET", "/metrics/system/overview")
    assert status == 200
    for part in ("cpu", "memory", "disk"):
        assert 0 <= system[part]["percent"] <= 100
        assert system[part]["timestamp"].endswith("Z")
    assert {"bytes_sent", "bytes_recv"} <= system["network"].keys()

    status, application = ask("GET", "/metrics/application/overview")
    assert status == 200
    assert application["uptime"]["seconds"] > 0
    assert application["threads"]["active"] >= 1


def test_collection_is_on_between_start_and_stop_and_the_figures_are_true(ask: Ask) -> None:
    ask("POST", "/metrics/counter", body())
    assert ask("GET", "/health")[1]["status"] == "stopped"
    assert ask("GET", "/service/stats")[1]["is_collecting"] is False

    assert ask("POST", "/service/start")[1]["status"] == "success"
    stats = ask("GET", "/service/stats")[1]
    assert stats["is_collecting"] is True
    assert stats["last_collection"].endswith("Z")
    assert (stats["total_metrics_collected"], stats["gauges_count"], stats["counters_count"]) == (21, 20, 1)
    assert (stats["metrics_by_type"]["gauge"], stats["metrics_by_category"]["cpu"]) == (20, 2)
    assert (stats["collection_interval"], stats["retention_period"], stats["max_metrics_per_name"]) == (60, 86400, 1000)
    health = ask("GET", "/health")[1]
    assert (health["service"], health["status"], health["total_metrics"]) == ("metrics", "healthy", 21)

    run()
    assert ask("GET", "/service/stats")[1]["total_metrics_collected"] == 41
    ask("POST", "/service/stop")
    run()
    assert ask("GET", "/service/stats")[1]["total_metrics_collected"] == 41
    assert ask("GET", "/health")[1]["is_collecting"] is False


def test_only_an_administrator_turns_collection(ask: Ask) -> None:
    for verb in ("start", "stop"):
        assert ask("POST", f"/service/{verb}", roles=("user",))[0] == 403


def test_a_scrape_says_which_format_it_is(ask: Ask, tenant: str) -> None:
    ask("POST", "/metrics/counter", body())

    def scrape(accept: str) -> tuple[str, str]:
        event = rest_event("GET", f"{BASE}/prometheus", None, a_caller(tenant), {"accept": accept})
        answer = handler(event, a_context())
        assert answer["statusCode"] == 200
        sent = answer["body"]
        return answer["headers"]["content-type"], b64decode(sent).decode() if answer["isBase64Encoded"] else sent

    kind, text = scrape("text/plain")
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    assert 'custom_metric_total{metric_category="application"} 1.0' in text
    kind, text = scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert kind == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert text.endswith("# EOF\n")


def test_the_minutes_look_fires_a_rule_and_shows_it(ask: Ask) -> None:
    ask("POST", "/metrics/gauge", body("gauge", value=95))
    rule = {"name": "hot", "metric_name": "custom.metric", "aggregate": "max", "threshold": 90, "resolve_threshold": 70}
    status, made = ask("POST", "/alerts", rule)
    assert (status, made["id"], made["standing"]["state"]) == (200, "alert_1", "ok")

    run()
    shown = ask("GET", "/alerts/alert_1")[1]["standing"]
    assert (shown["state"], shown["value"]) == ("firing", 95.0)
    assert [r["id"] for r in ask("GET", "/alerts")[1]] == ["alert_1"]
    changed = ask("PUT", "/alerts/alert_1", {**rule, "threshold": 99, "resolve_threshold": 98})[1]
    assert (changed["threshold"], changed["standing"]["state"]) == (99.0, "firing")
    run()
    assert ask("GET", "/alerts/alert_1")[1]["standing"]["state"] == "ok"
    assert ask("DELETE", "/alerts/alert_1")[1] == {"id": "alert_1", "deleted": True}
    assert ask("GET", "/alerts/alert_1")[0] == 404


def test_performance_tells_what_doors_have_seen(ask: Ask, tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Timings(metrics_table(), 1e9)
    monkeypatch.setattr(performance, "timings", lambda: door)
    monkeypatch.setattr("docchain.entrypoints.api.timings", lambda: door)
    for _ in range(3):
        ask("GET", "/health")
    ask("GET", "/metrics/nothing.of.this")
    ask("GET", "/no/such/route")

    status, routes = ask("GET", "/performance/routes")
    assert status == 200
    by_route = {r["route"]: r for r in routes}
    assert by_route[f"GET {BASE}/health"]["requests"] == 3
    assert by_route[f"GET {BASE}/metrics/{{metric_name}}"]["client_error_rate"] == 1.0
    assert by_route["GET (no route)"]["client_errors"] == 1
    assert by_route[f"GET {BASE}/health"]["p95_ms"] >= by_route[f"GET {BASE}/health"]["p50_ms"] > 0
    overview = ask("GET", "/performance")[1]
    assert (overview["requests"], overview["errors"], overview["error_rate"]) == (6, 0, 0.0)


def test_another_tenant_sees_nothing_of_it(ask: Ask, tenant: str) -> None:
    ask("POST", "/metrics/counter", body())
    ask("POST", "/alerts", {"name": "x", "metric_name": "custom.metric", "threshold": 1})
    other = f"{tenant}x"

    for path in ("/metrics/custom.metric", "/metrics/custom.metric/summary", "/alerts/alert_1"):
        assert ask("GET", path, of=other)[0] == 404
    assert ask("DELETE", "/metrics/custom.metric", of=other)[0] == 404
    assert (ask("GET", "/metrics", of=other)[1], ask("GET", "/alerts", of=other)[1]) == ({}, [])
    assert ask("GET", "/service/stats", of=other)[1]["total_metrics_collected"] == 0
    assert ask("GET", "/metrics/custom.metric")[0] == 200


def _tenant_of(ask: Any) -> str:
    tenant: str = ask.__kwdefaults__["of"]
    return tenant
