"""The routes, through the group's real handler, and what their orders come to in the worker's."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.client
import pytest
from botocore.exceptions import ClientError

from docchain.clock import from_iso, to_iso
from docchain.storage.cursors import to_cursor
from functions.api.scheduler.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event
from tests.support.schedules import Clock, told

ROOT = "/api/v3/scheduler"


def ask(tenant: str, method: str, path: str, body: Any = None, headers: Any = None, **who: Any) -> tuple[int, Any]:
    return call(handler, method, f"{ROOT}{path}", body, a_caller(tenant, **who), headers)


def ok(tenant: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
    status, answer = ask(tenant, method, path, body, **more)
    assert status == 200, answer
    return answer


def armed(schedule_id: str) -> list[str]:
    found = boto3.client("scheduler").list_schedules(GroupName="docchain-test-schedules", NamePrefix=schedule_id)
    return [schedule["Name"] for schedule in found["Schedules"]]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("cron", {"name": "Daily Backup", "cron_expression": "0 2 * * *"}),
        ("interval", {"name": "I", "interval_seconds": 3600}),
        ("once", {"name": "O", "run_at": "2060-01-01T00:00:00Z"}),
        ("daily", {"name": "D", "hour": 7, "minute": 30, "timezone": "Asia/Tokyo"}),
        ("weekly", {"name": "W", "day_of_week": 0, "hour": 9, "minute": 0}),
        ("monthly", {"name": "M", "day_of_month": 31, "hour": 6, "minute": 0}),
    ],
)
def test_a_schedule_of_each_type_says_when_it_is_due_next(tenant: str, kind: str, body: dict[str, Any]) -> None:
    made = ok(tenant, "POST", f"/schedules/{kind}", body)
    assert (made["type"], made["status"], made["name"]) == (kind, "active", body["name"])
    assert from_iso(made["next_run"]) > datetime.now(UTC)

    read = ok(tenant, "GET", f"/schedules/{made['schedule_id']}")
    assert (read["id"], read["next_run"], read["run_count"], read["metadata"]) == (
        made["schedule_id"],
        made["next_run"],
        0,
        {},
    )
    assert [s["id"] for s in ok(tenant, "GET", f"/schedules?schedule_type={kind}")] == [made["schedule_id"]]
    assert len(armed(made["schedule_id"])) == 1


def test_a_weekly_schedule_counts_its_days_from_monday(tenant: str) -> None:
    made = ok(tenant, "POST", "/schedules/weekly", {"name": "W", "day_of_week": 6, "hour": 9, "minute": 0})
    assert from_iso(made["next_run"]).strftime("%A %H:%M") == "Sunday 09:00"


def test_a_monthly_schedule_takes_the_last_day_or_skips_the_month(tenant: str) -> None:
    body = {"type": "monthly", "day_of_month": 31, "hour": 0, "minute": 0, "start_time": "2027-02-01T00:00:00Z"}
    last = ok(tenant, "POST", "/schedules/preview", {**body, "count": 3})
    skip = ok(tenant, "POST", "/schedules/preview", {**body, "count": 3, "short_months": "skip"})
    assert [n["at"][:10] for n in last["next_runs"]] == ["2027-02-28", "2027-03-31", "2027-04-30"]
    assert [n["at"][:10] for n in skip["next_runs"]] == ["2027-03-31", "2027-05-31", "2027-07-31"]


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("cron", {"name": "x", "cron_expression": "61 * * * *"}, "cron_expression"),
        ("cron", {"name": "x", "cron_expression": "* * * *"}, "cron_expression"),
        ("cron", {"name": "x", "cron_expression": "0 0 30 2 *"}, "body"),
        ("cron", {"name": "x", "cron_expression": "* * * * *", "timezone": "Mars/Base"}, "timezone"),
        ("interval", {"name": "x", "interval_seconds": 0}, "interval_seconds"),
        ("interval", {"name": "x", "interval_seconds": 10, "jitter_seconds": 10}, "jitter_seconds"),
        ("once", {"name": "x", "run_at": "2001-01-01T00:00:00Z"}, "body"),
        ("once", {"name": "x", "run_at": "tomorrow"}, "run_at"),
        ("daily", {"name": "x", "hour": 24, "minute": 0}, "hour"),
        ("daily", {"name": "x", "hour": 1, "minute": 0, "cron_expression": "* * * * *"}, "cron_expression"),
        ("daily", {"name": "x", "hour": 1, "minute": 0, "target": {"type": "workflow", "workflow_id": 99}},
         "target.workflow_id"),
        ("daily", {"name": "x", "hour": 1, "minute": 0, "target": {"type": "webhook", "url": "https://10.0.0.1:22/",
                                                                  "secret": "s"}}, "target.url"),
        ("daily", {"name": "x", "hour": 1, "minute": 0,
                   "start_time": "2060-01-02T00:00:00Z", "end_time": "2060-01-01T00:00:00Z"}, "end_time"),
    ],
)  # fmt: skip
def test_what_can_never_be_is_refused_by_field(tenant: str, kind: str, body: dict[str, Any], field: str) -> None:
    status, answer = ask(tenant, "POST", f"/schedules/{kind}", body)
    assert status == 422, answer
    assert field in [detail["field"] for detail in answer["error"]["details"]], answer


def test_the_same_key_makes_one_schedule(tenant: str) -> None:
    body = {"name": "Once", "interval_seconds": 3600}
    first = ok(tenant, "POST", "/schedules/interval", body, headers={"Idempotency-Key": "k"})
    again = ok(tenant, "POST", "/schedules/interval", body, headers={"Idempotency-Key": "k"})
    assert first["schedule_id"] == again["schedule_id"]
    assert len(ok(tenant, "GET", "/schedules")) == 1
    status, _ = ask(tenant, "POST", "/schedules/interval", {**body, "name": "x"}, headers={"Idempotency-Key": "k"})
    assert status == 409


def test_paused_resumed_cancelled_and_deleted_with_its_entry_in_eventbridge(tenant: str) -> None:
    made = ok(tenant, "POST", "/schedules/cron", {"name": "x", "cron_expression": "0 2 * * *"})
    path = f"/schedules/{made['schedule_id']}"
    assert len(armed(made["schedule_id"])) == 1

    assert ok(tenant, "POST", f"{path}/pause")["status"] == "paused"
    assert armed(made["schedule_id"]) == []
    assert ask(tenant, "POST", f"{path}/pause")[0] == 409
    assert [s["status"] for s in ok(tenant, "GET", "/schedules?status=paused")] == ["paused"]

    resumed = ok(tenant, "POST", f"{path}/resume")
    assert (resumed["status"], resumed["next_run"]) == ("active", made["next_run"])
    assert len(armed(made["schedule_id"])) == 1

    assert ok(tenant, "POST", f"{path}/cancel")["status"] == "cancelled"
    assert armed(made["schedule_id"]) == []
    status, answer = ask(tenant, "POST", f"{path}/resume")
    assert (status, answer["error"]["code"]) == (409, "ILLEGAL_SCHEDULE_STATUS")

    ok(tenant, "DELETE", path)
    for method, below in (("GET", ""), ("DELETE", ""), ("POST", "/run"), ("GET", "/history"), ("GET", "/next")):
        assert ask(tenant, method, path + below)[0] == 404


def test_a_change_moves_the_next_time_and_keeps_the_rest(tenant: str) -> None:
    body = {"name": "x", "cron_expression": "0 2 * * *", "timezone": "Europe/Madrid", "metadata": {"a": 1}}
    made = ok(tenant, "POST", "/schedules/cron", body)
    path = f"/schedules/{made['schedule_id']}"
    before = armed(made["schedule_id"])

    changed = ok(tenant, "PUT", path, {"cron_expression": "30 5 1 1 *"})

    assert (changed["timezone"], changed["metadata"], changed["name"]) == ("Europe/Madrid", {"a": 1}, "x")
    assert changed["next_run"][5:] == "01-01T04:30:00.000Z"
    assert armed(made["schedule_id"]) != before
    assert len(armed(made["schedule_id"])) == 1
    assert ask(tenant, "PUT", path, {"interval_seconds": 5})[0] == 422
    assert ask(tenant, "PUT", path, {"type": "daily"})[0] == 422


def test_the_next_times_are_told_by_the_clock_of_the_zone(tenant: str) -> None:
    body = {"type": "cron", "cron_expression": "30 2 * * *", "timezone": "Europe/Madrid", "count": 3}
    answer = ok(tenant, "POST", "/schedules/preview", {**body, "start_time": "2027-03-27T00:00:00"})
    assert [n["local"] for n in answer["next_runs"]] == [
        "2027-03-27T02:30:00+01:00",
        "2027-03-28T03:00:00+02:00",  # half past two does not exist that night
        "2027-03-29T02:30:00+02:00",
    ]
    made = ok(tenant, "POST", "/schedules/interval", {"name": "x", "interval_seconds": 60, "max_runs": 2})
    coming = ok(tenant, "GET", f"/schedules/{made['schedule_id']}/next?count=10")
    assert (len(coming["next_runs"]), coming["complete"]) == (2, True)
    assert coming["next_runs"][0]["at"] == made["next_run"]


def test_a_run_by_hand_is_in_the_history_and_in_the_figures(tenant: str) -> None:
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    path = f"/schedules/{made['schedule_id']}"
    first = ok(tenant, "POST", f"{path}/run", headers={"Idempotency-Key": "k"})
    again = ok(tenant, "POST", f"{path}/run", headers={"Idempotency-Key": "k"})
    assert first["fire_id"] == again["fire_id"]
    assert told(tenant).count("schedule.run_requested") == 1
    (fire,) = ok(tenant, "GET", f"{path}/history")
    assert (fire["id"], fire["trigger"], fire["state"]) == (first["fire_id"], "manual", "succeeded")
    read = ok(tenant, "GET", path)
    assert (read["run_count"], read["manual_runs"], read["successful_runs"]) == (0, 1, 1)
    stats = ok(tenant, "GET", "/service/stats")
    assert (stats["total_runs"], stats["successful_runs"], stats["running_tasks"]) == (1, 1, 0)


def test_the_figures_follow_what_is_there(tenant: str) -> None:
    empty = ok(tenant, "GET", "/service/stats")
    assert (empty["is_running"], empty["total_schedules"], empty["total_runs"]) == (True, 0, 0)
    assert empty["schedules_by_type"] == dict.fromkeys(("cron", "interval", "once", "daily", "weekly", "monthly"), 0)
    bodies = [{"name": str(n), "hour": 1, "minute": n} for n in range(4)]
    ids = [ok(tenant, "POST", "/schedules/daily", body)["schedule_id"] for body in bodies]
    ok(tenant, "POST", f"/schedules/{ids[0]}/pause")
    ok(tenant, "POST", f"/schedules/{ids[1]}/cancel")
    ok(tenant, "DELETE", f"/schedules/{ids[2]}")
    stats = ok(tenant, "GET", "/service/stats")
    figures = {n: stats[f"{n}_schedules"] for n in ("total", "active", "paused", "cancelled", "completed", "failed")}
    assert figures == {"total": 3, "active": 1, "paused": 1, "cancelled": 1, "completed": 0, "failed": 0}
    assert stats["schedules_by_type"]["daily"] == 3


def test_the_service_is_stopped_and_started_by_an_administrator(tenant: str) -> None:
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    assert ask(tenant, "POST", "/service/stop", roles=("user",))[0] == 403
    assert ok(tenant, "POST", "/service/stop")["status"] == "stopped"
    health = ok(tenant, "GET", "/health")
    assert (health["service"], health["status"], health["is_running"]) == ("scheduler", "stopped", False)
    assert (health["active_schedules"], health["total_schedules"]) == (1, 1)
    status, answer = ask(tenant, "POST", f"/schedules/{made['schedule_id']}/run")
    assert (status, answer["error"]["code"]) == (409, "SCHEDULER_STOPPED")
    ok(tenant, "POST", "/service/start")
    assert ok(tenant, "GET", "/health")["status"] == "healthy"


def test_another_tenant_and_a_guest_have_nothing_to_change(tenant: str) -> None:
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    path = f"/schedules/{made['schedule_id']}"
    for method, below, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "y"}),
        ("DELETE", "", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/cancel", None),
        ("POST", "/run", None),
        ("GET", "/history", None),
        ("GET", "/next", None),
    ):
        assert ask(f"{tenant}x", method, path + below, body)[0] == 404
        if method != "GET":
            assert ask(tenant, method, path + below, body, roles=("guest",))[0] == 403
    assert ok(f"{tenant}x", "GET", "/schedules") == []


def test_a_webhook_is_for_who_may_use_the_vault(tenant: str) -> None:
    target = {"type": "webhook", "url": "https://example.com/hook", "secret": "s"}
    body = {"name": "x", "hour": 1, "minute": 0, "target": target}
    status, answer = ask(tenant, "POST", "/schedules/daily", body, roles=("user",))
    assert (status, answer["error"]["details"]) == (403, {"scope": "vault:read"})
    assert ask(tenant, "POST", "/schedules/daily", body)[0] == 200


def test_lists_come_in_pages_newest_first(tenant: str) -> None:
    for n in range(5):
        ok(tenant, "POST", "/schedules/daily", {"name": str(n), "hour": 1, "minute": n})
    path, names = f"{ROOT}/schedules?limit=2", []
    while path:
        answer = handler(rest_event("GET", path, None, a_caller(tenant)), a_context())
        names += [s["name"] for s in json.loads(answer["body"])]
        link = answer["headers"].get("link", "")
        path = link.split(">")[0].lstrip("<")
    assert names == ["4", "3", "2", "1", "0"]


def test_a_tenant_has_so_many_schedules_and_no_more(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.schedules.repository.SCHEDULES_MOST", 2)
    monkeypatch.setattr("docchain.schedules.repository.FREQUENT_MOST", 1)
    often = {"name": "x", "interval_seconds": 5, "start_time": to_iso(datetime.now(UTC) + timedelta(days=1))}
    first = ok(tenant, "POST", "/schedules/interval", often)
    status, answer = ask(tenant, "POST", "/schedules/interval", often)
    assert (status, answer["error"]["code"]) == (409, "TOO_MANY_SCHEDULES")
    ok(tenant, "POST", "/schedules/interval", {**often, "interval_seconds": 60})
    assert ask(tenant, "POST", "/schedules/interval", {**often, "interval_seconds": 60})[0] == 409
    ok(tenant, "DELETE", f"/schedules/{first['schedule_id']}")
    ok(tenant, "POST", "/schedules/interval", often)


def test_a_change_to_an_interval_of_seconds_is_one_of_so_many(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.schedules.repository.FREQUENT_MOST", 1)
    ok(tenant, "POST", "/schedules/interval", {"name": "x", "interval_seconds": 50})
    slow = ok(tenant, "POST", "/schedules/interval", {"name": "x", "interval_seconds": 60})
    status, answer = ask(tenant, "PUT", f"/schedules/{slow['schedule_id']}", {"interval_seconds": 50})
    assert (status, answer["error"]["code"]) == (409, "TOO_MANY_SCHEDULES")
    assert ok(tenant, "GET", f"/schedules/{slow['schedule_id']}")["interval_seconds"] == 60


def test_so_many_are_at_work_at_once_by_hand_as_well(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.api.scheduler.service.running.OPEN_MOST", 2)
    target = {"type": "task", "task_type": "data_processing"}
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0, "target": target})
    path = f"/schedules/{made['schedule_id']}/run"
    first = ok(tenant, "POST", path, headers={"Idempotency-Key": "k"})
    ok(tenant, "POST", path)
    status, answer = ask(tenant, "POST", path)
    assert (status, answer["error"]["code"]) == (409, "TOO_MANY_RUNNING")
    assert ok(tenant, "POST", path, headers={"Idempotency-Key": "k"})["fire_id"] == first["fire_id"]


def test_a_change_of_what_is_no_time_keeps_the_time_that_is_due(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was due a second ago, and no worker has come by yet."""
    clock = Clock(datetime.now(UTC))
    made = ok(tenant, "POST", "/schedules/interval", {"name": "x", "interval_seconds": 3600})
    path = f"/schedules/{made['schedule_id']}"
    clock.at = from_iso(made["next_run"]) + timedelta(seconds=1)
    clock.install(monkeypatch)
    renamed = ok(tenant, "PUT", path, {"name": "y", "max_runs": 3, "interval_seconds": 3600})
    assert (renamed["name"], renamed["next_run"]) == ("y", made["next_run"])
    moved = ok(tenant, "PUT", path, {"interval_seconds": 1800})
    assert from_iso(moved["next_run"]) > clock.at


@pytest.mark.parametrize("name", ["X-Signature-256", "idempotency-key", "content-type", "User-Agent"])
def test_a_header_that_every_webhook_has_is_not_its_makers(tenant: str, name: str) -> None:
    target = {"type": "webhook", "url": "https://example.com/hook", "secret": "s", "headers": {name: "x"}}
    body = {"name": "x", "hour": 1, "minute": 0, "target": target}
    status, answer = ask(tenant, "POST", "/schedules/daily", body)
    assert (status, [detail["field"] for detail in answer["error"]["details"]]) == (422, ["target.headers"])


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_metadata_is_kept_whole_or_refused(tenant: str, method: str) -> None:
    body = {"name": "x", "hour": 1, "minute": 0}
    made = ok(tenant, "POST", "/schedules/daily", body)
    path = "/schedules/daily" if method == "POST" else f"/schedules/{made['schedule_id']}"
    for metadata, says in (({"a": "\ud800"}, "surrogate"), ({"a": "x" * 17_000}, "16384 bytes")):
        given = {**body, "metadata": metadata} if method == "POST" else {"metadata": metadata}
        status, answer = ask(tenant, method, path, given)
        assert (status, says in answer["error"]["message"]) == (422, True), answer
    assert ok(tenant, "GET", f"/schedules/{made['schedule_id']}")["metadata"] == {}


def test_what_is_refused_leaves_nothing_in_eventbridge(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would lie there until its time, for years, and count for nobody."""
    kept = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})["schedule_id"]
    ok(tenant, "POST", "/schedules/interval", {"name": "x", "interval_seconds": 50})
    monkeypatch.setattr("docchain.schedules.repository.SCHEDULES_MOST", 2)
    monkeypatch.setattr("docchain.schedules.repository.FREQUENT_MOST", 1)
    monkeypatch.setattr("functions.api.scheduler.service.making.uuid4", lambda: f"{tenant}-new")
    once = {"name": "x", "run_at": "2060-01-01T00:00:00Z"}
    assert ask(tenant, "POST", "/schedules/once", once)[0] == 409
    assert ask(tenant, "POST", "/schedules/once", {**once, "metadata": {"a": "\ud800"}})[0] == 422
    assert armed(f"{tenant}-new"[:60]) == []
    assert len(armed(kept)) == 1
    monkeypatch.setattr("docchain.schedules.repository.SCHEDULES_MOST", 3)
    slow = {"name": "x", "interval_seconds": 60, "start_time": "2060-01-01T00:00:00Z"}
    ok(tenant, "POST", "/schedules/interval", slow)
    before = armed(f"{tenant}-new")
    change = {"interval_seconds": 50, "start_time": "2061-01-01T00:00:00Z"}
    assert ask(tenant, "PUT", f"/schedules/{tenant}-new", change)[0] == 409
    assert armed(f"{tenant}-new") == before


def test_a_page_of_large_schedules_ends_before_it_is_too_large_to_answer(tenant: str) -> None:
    metadata = {"a": "x" * 16_000}
    target = {"type": "webhook", "url": "https://example.com/hook", "secret": "s"}
    target["headers"] = {f"X-{n}": "y" * 8_000 for n in range(20)}  # type: ignore[assignment]
    for n in range(40):
        body = {"name": str(n), "hour": 1, "minute": n, "target": target, "metadata": metadata}
        ok(tenant, "POST", "/schedules/daily", body)
    for query in ("", "&status=active"):
        path, names = f"{ROOT}/schedules?limit=1000{query}", []
        while path:
            answer = handler(rest_event("GET", path, None, a_caller(tenant)), a_context())
            assert len(json.dumps(answer)) < 6_000_000
            names += [s["name"] for s in json.loads(answer["body"])]
            path = answer["headers"].get("link", "").split(">")[0].lstrip("<")
        assert names == [str(n) for n in range(39, -1, -1)]


def test_the_same_key_gives_the_same_answer_whatever_became_of_it(tenant: str) -> None:
    body, key = {"name": "x", "hour": 1, "minute": 0}, {"Idempotency-Key": "k"}
    made = ok(tenant, "POST", "/schedules/daily", body, headers=key)
    path = f"/schedules/{made['schedule_id']}"
    ran = ok(tenant, "POST", f"{path}/run", headers=key)
    ok(tenant, "POST", f"{path}/pause")
    assert ok(tenant, "POST", f"{path}/run", headers=key) == ran
    ok(tenant, "DELETE", path)
    assert ok(tenant, "POST", "/schedules/daily", body, headers=key) == made
    assert ok(tenant, "POST", f"{path}/run", headers=key) == ran


@pytest.mark.parametrize("key", [{"pk": 1}, {"a": [1]}, {"pk": "x", "sk": "y"}, {"x": None}])
def test_a_cursor_that_no_list_gave_out_is_refused(tenant: str, key: dict[str, Any]) -> None:
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    history = f"/schedules/{made['schedule_id']}/history"
    scopes = {"/schedules": f"schedules/{tenant}//", history: f"fires/{tenant}/{made['schedule_id']}"}
    for path, scope in scopes.items():
        status, answer = ask(tenant, "GET", f"{path}?cursor={to_cursor(key, scope)}")
        assert (status, answer["error"]["details"][0]["field"]) == (422, "cursor")


def test_a_move_that_is_written_is_answered_though_eventbridge_is_away(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    path = f"/schedules/{made['schedule_id']}"
    send = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def busy(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "DeleteSchedule":
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)
        return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", busy)
    assert ok(tenant, "POST", f"{path}/pause")["status"] == "paused"
    ok(tenant, "DELETE", path)


def test_a_write_is_five_calls_at_most(tenant: str, aws_calls: list[str]) -> None:
    ok(tenant, "POST", "/schedules/daily", {"name": "warm", "hour": 1, "minute": 0})
    aws_calls.clear()
    made = ok(tenant, "POST", "/schedules/daily", {"name": "x", "hour": 1, "minute": 0})
    assert aws_calls == ["CreateSchedule", "TransactWriteItems"]
    aws_calls.clear()
    ok(tenant, "POST", f"/schedules/{made['schedule_id']}/pause")
    assert aws_calls == ["GetItem", "TransactWriteItems", "DeleteSchedule"]
    aws_calls.clear()
    ok(tenant, "GET", "/service/stats")
    assert aws_calls == ["Query"]
