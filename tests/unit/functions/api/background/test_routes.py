"""The group's routes through its real handler."""

import uuid
from typing import Any

import pytest

from docchain.clock import epoch
from docchain.tasks.errors import TaskRefused
from docchain.tasks.groups import read_group
from docchain.tasks.models import Priority
from docchain.tasks.tokens import Token
from docchain.tasks.working import Workshop, work
from functions.api.background.dependencies import office
from functions.api.background.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event
from tests.support.tasks import Told

BASE = "/api/v3/background"
pytestmark = pytest.mark.usefixtures("aws_account")


def ask(tenant: str, method: str, path: str, body: Any = None, *, roles: tuple[str, ...] = ("admin", "user")) -> Any:
    status, answer = call(handler, method, BASE + path, body, a_caller(tenant, roles=roles))
    assert status == 200, answer
    return answer


def refused(
    tenant: str, method: str, path: str, body: Any = None, roles: tuple[str, ...] = ("admin",)
) -> tuple[int, str]:
    status, answer = call(handler, method, BASE + path, body, a_caller(tenant, roles=roles))
    return status, answer["error"]["code"]


def worked_off(tenant: str, kind: Told | None = None, pool: str = "data") -> Told:
    """All that waits in a pool, of whichever test; the kind notes this tenant's runs."""
    world, done = office(), kind or Told()
    shop = Workshop(world.tasks, world.contents, world.tokens, {"data_processing": done}, pool, 4)
    for _ in range(20):
        work(Token(tenant_id=tenant), shop)
        lanes = [lane for lane in world.tasks.lanes(tenant) if lane.pool == pool]
        if not lanes or not lanes[0].waiting:
            break
    return done


def test_the_frozen_request_is_taken_and_done(tenant: str) -> None:
    body = {"name": "Test Task", "task_type": "data_processing", "priority": "normal"}
    taken = ask(tenant, "POST", "/tasks/submit", body)
    assert uuid.UUID(taken["task_id"]).version == 4
    assert (taken["name"], taken["status"], taken["created_at"][-1]) == ("Test Task", "pending", "Z")
    assert ask(tenant, "GET", f"/tasks/{taken['task_id']}/result")["result"] is None
    worked_off(tenant)
    known = ask(tenant, "GET", f"/tasks/{taken['task_id']}/status")
    assert known["id"] == taken["task_id"]
    assert (known["status"], known["type"], known["result"], known["retry_count"], known["max_retries"]) == (
        "completed",
        "data_processing",
        {"done": True},
        0,
        3,
    )
    result = ask(tenant, "GET", f"/tasks/{taken['task_id']}/result")
    assert (result["task_id"], result["status"], result["result"]) == (taken["task_id"], "completed", {"done": True})
    events = ask(tenant, "GET", f"/tasks/{taken['task_id']}/events")
    assert [event["type"] for event in events] == ["task.submitted", "task.started", "task.completed"]
    assert "cause" not in events[0]


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/tasks/workflow/execute", {"workflow_id": 1}, "workflow_execution"),
        ("/tasks/ai/process", {"prompt": "Say tide."}, "ai_processing"),
        (
            "/tasks/notification/send",
            {"channel": "in_app", "recipient": "ada", "subject": "Hi", "message": "There."},
            "notification_sending",
        ),
        ("/tasks/analytics/process", {"data": {"price": [1, 2, 3]}}, "analytics_processing"),
        ("/tasks/cleanup", {"cleanup_type": "cache"}, "cleanup"),
    ],
)
def test_each_short_form_is_a_task_of_its_type(tenant: str, path: str, body: dict[str, Any], kind: str) -> None:
    taken = ask(tenant, "POST", path, body)
    known = ask(tenant, "GET", f"/tasks/{taken['task_id']}")
    assert (known["type"], known["status"]) == (kind, "pending")
    low = kind in {"analytics_processing", "cleanup"}
    assert known["priority"] == ("low" if low else "normal")


def test_wrong_parameters_are_named_when_they_are_sent(tenant: str) -> None:
    status, answer = call(
        handler,
        "POST",
        f"{BASE}/tasks/submit",
        {"name": "x", "task_type": "workflow_execution", "metadata": {"workflow_id": "one"}},
        a_caller(tenant),
    )
    assert (status, answer["error"]["details"][0]["field"]) == (422, "metadata.workflow_id")
    for wrong in ({"priority": "urgent"}, {"task_type": "dancing"}, {"delay_seconds": -1}, {"max_retries": 11}):
        assert refused(tenant, "POST", "/tasks/submit", {"name": "x", **wrong})[0] == 422


def test_a_task_opens_no_door_that_is_closed_to_its_asker(tenant: str) -> None:
    backup = {"name": "All of it", "task_type": "backup"}
    assert refused(tenant, "POST", "/tasks/submit", backup, ("user",)) == (403, "FORBIDDEN")
    assert refused(tenant, "POST", "/tasks/cleanup", {"cleanup_type": "cache"}, ("user",)) == (403, "FORBIDDEN")
    taken = ask(tenant, "POST", "/tasks/submit", backup)
    ask(tenant, "POST", f"/tasks/{taken['task_id']}/cancel")
    assert refused(tenant, "POST", f"/tasks/{taken['task_id']}/retry", None, ("user",)) == (403, "FORBIDDEN")
    assert refused(tenant, "POST", "/tasks/submit", {"name": "x"}, ("guest",)) == (403, "FORBIDDEN")


def test_another_tenants_task_is_not_there(tenant: str) -> None:
    task_id = ask(tenant, "POST", "/tasks/submit", {"name": "Mine"})["task_id"]
    group = ask(tenant, "POST", "/tasks/groups", {"tasks": [{"name": "Mine"}]})["group_id"]
    for method, path in [
        ("GET", f"/tasks/{task_id}"),
        ("GET", f"/tasks/{task_id}/status"),
        ("GET", f"/tasks/{task_id}/result"),
        ("GET", f"/tasks/{task_id}/events"),
        ("POST", f"/tasks/{task_id}/cancel"),
        ("POST", f"/tasks/{task_id}/retry"),
        ("POST", f"/tasks/dead-letter/{task_id}/redrive"),
        ("DELETE", f"/tasks/{task_id}"),
        ("GET", f"/tasks/groups/{group}"),
    ]:
        assert refused("another", method, path)[0] == 404, (method, path)
    assert ask("another", "GET", "/tasks") == []
    answer = ask("another", "POST", "/tasks/bulk/cancel", {"task_ids": [task_id]})
    assert (answer["total_failed"], answer["results"][0]["error"]["code"]) == (1, "TASK_NOT_FOUND")
    follows = {"name": "Theirs", "after": [task_id]}
    assert refused("another", "POST", "/tasks/submit", follows)[0] == 422


def test_lists_are_sifted_and_paged(tenant: str) -> None:
    for priority in Priority:
        for _ in range(2):
            ask(tenant, "POST", "/tasks/submit", {"name": "t", "priority": priority.value})
    ask(tenant, "POST", "/tasks/cleanup", {"cleanup_type": "cache", "priority": "high"})
    assert len(ask(tenant, "GET", "/tasks")) == 9
    assert len(ask(tenant, "GET", "/tasks?priority=high")) == 3
    assert len(ask(tenant, "GET", "/tasks?task_type=cleanup")) == 1
    assert len(ask(tenant, "GET", "/tasks?task_type=data_processing&priority=high&status=pending")) == 2
    assert ask(tenant, "GET", "/tasks?status=failed") == []
    seen: list[str] = []
    path = f"{BASE}/tasks?limit=4"
    while path:
        answer = handler(rest_event("GET", path, None, a_caller(tenant)), a_context())
        import json

        seen += [task["id"] for task in json.loads(answer["body"])]
        link = answer["headers"].get("link", "")
        path = link.partition("<")[2].partition(">")[0]
    assert len(seen) == len(set(seen)) == 9
    assert refused(tenant, "GET", "/tasks?status=lost")[0] == 422


def test_bulk_takes_what_is_well_and_says_what_is_not(tenant: str) -> None:
    bodies: list[Any] = [{"name": f"t{n}"} for n in range(25)]
    bodies[3] = {"name": "x", "priority": "urgent"}
    bodies[7] = {"name": "y", "task_type": "workflow_execution", "metadata": {}}
    headers = {"Idempotency-Key": "bulk-1"}
    status, answer = call(handler, "POST", f"{BASE}/tasks/bulk/submit", bodies, a_caller(tenant), headers)
    assert status == 200
    assert (answer["total_submitted"], answer["total_failed"], answer["status"]) == (23, 2, "partial")
    assert [r["index"] for r in answer["results"]] == list(range(25))
    assert "priority" in answer["results"][3]["error"]["message"]
    assert "workflow_id" in answer["results"][7]["error"]["message"]
    _, again = call(handler, "POST", f"{BASE}/tasks/bulk/submit", bodies, a_caller(tenant), headers)
    assert again == answer
    assert ask(tenant, "GET", "/service/stats")["total_tasks"] == 23
    ids = [r["task_id"] for r in answer["results"] if r["task_id"]]
    cancelled = ask(tenant, "POST", "/tasks/bulk/cancel", [*ids[:2], "nobody"])
    assert (cancelled["total_cancelled"], cancelled["total_failed"], cancelled["status"]) == (2, 1, "partial")


def test_one_key_is_one_task(tenant: str) -> None:
    headers, body = {"Idempotency-Key": "k"}, {"name": "Once"}
    path = f"{BASE}/tasks/submit"
    first = call(handler, "POST", path, body, a_caller(tenant), headers)
    worked_off(tenant)
    assert call(handler, "POST", path, body, a_caller(tenant), headers) == first
    status, answer = call(handler, "POST", path, {"name": "Twice"}, a_caller(tenant), headers)
    assert (status, answer["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_dead_letters_are_listed_with_their_error_and_redriven(tenant: str) -> None:
    def broken(parameters: Any, context: Any) -> dict[str, Any]:
        raise ValueError("no")

    ids = {ask(tenant, "POST", "/tasks/submit", {"name": "p", "max_retries": 0})["task_id"] for _ in range(3)}
    worked_off(tenant, Told(broken))
    letters = ask(tenant, "GET", "/tasks/dead-letter")
    assert {letter["id"] for letter in letters} == ids
    assert all("ValueError" in letter["error"] for letter in letters)
    one = sorted(ids)[0]
    assert ask(tenant, "POST", f"/tasks/dead-letter/{one}/redrive")["status"] == "pending"
    answer = ask(tenant, "POST", "/tasks/dead-letter/redrive")
    assert (answer["total_redriven"], answer["remaining"]) == (2, False)
    worked_off(tenant)
    assert ask(tenant, "GET", "/tasks/dead-letter") == []
    stats = ask(tenant, "GET", "/service/stats")
    assert (stats["completed_tasks"], stats["failed_tasks"]) == (3, 0)


def test_a_group_tells_how_far_it_is(tenant: str) -> None:
    body = {"tasks": [{"name": "a"}, {"name": "b"}], "callback": {"name": "c"}}
    group = ask(tenant, "POST", "/tasks/groups", body)
    assert (group["status"], group["total"], group["callback"]["status"]) == ("pending", 2, "pending")
    worked_off(tenant)
    known = ask(tenant, "GET", f"/tasks/groups/{group['group_id']}")
    assert (known["status"], known["completed"], known["callback"]["status"]) == ("completed", 2, "completed")


def test_figures_and_health_are_true(tenant: str) -> None:
    nothing = ask(tenant, "GET", "/service/stats")
    assert (nothing["is_running"], nothing["total_tasks"], nothing["queue_size"]) == (True, 0, 0)
    assert (nothing["worker_pool_size"], nothing["process_pool_size"]) == (8, 8)
    ask(tenant, "POST", "/tasks/submit", {"name": "now"})
    ask(tenant, "POST", "/tasks/submit", {"name": "later", "delay_seconds": 60})
    stats = ask(tenant, "GET", "/service/stats")
    assert (stats["pending_tasks"], stats["queue_size"], stats["scheduled_tasks"]) == (2, 1, 1)
    assert stats["tasks_by_type"]["data_processing"] == 2 and stats["tasks_by_priority"]["normal"] == 2
    health = ask(tenant, "GET", "/health")
    assert (health["service"], health["status"], health["active_tasks"], health["pending_tasks"]) == (
        "background",
        "healthy",
        0,
        2,
    )
    assert refused(tenant, "POST", "/service/stop", None, ("user",))[0] == 403
    assert ask(tenant, "POST", "/service/stop")["status"] == "stopped"
    assert ask(tenant, "GET", "/health")["status"] == "stopped"
    assert worked_off(tenant).runs == [] or ask(tenant, "GET", "/service/stats")["completed_tasks"] == 0
    assert ask(tenant, "POST", "/service/start")["status"] == "running"
    assert ask(tenant, "GET", "/service/stats")["is_running"] is True


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/tasks/submit", 4),
        ("GET", "/tasks", 1),
        ("GET", "/service/stats", 1),
        ("GET", "/health", 1),
    ],
)
def test_each_route_costs_few_calls(tenant: str, aws_calls: list[str], method: str, path: str, most: int) -> None:
    body = {"name": "t"} if method == "POST" else None
    ask(tenant, method, path, body)
    aws_calls.clear()
    ask(tenant, method, path, body)
    assert len(aws_calls) <= most, aws_calls


def test_one_that_is_wrong_takes_none_of_its_neighbours_along(tenant: str) -> None:
    rows = [{"text": "x" * 262_144}]
    wrong = [
        {"name": "large", "metadata": {"rows": rows}},
        {"name": "half", "metadata": {"rows": [{"\ud800": 1}]}},
        {"name": "key", "metadata": {"\ud800": 1}},
        {"name": "value", "metadata": {"rows": [{"a": "\ud800"}]}},
    ]
    made = ask(tenant, "POST", "/tasks/bulk/submit", [{"name": "well"}, *wrong])
    assert (made["total_submitted"], made["total_failed"], made["results"][0]["error"]) == (1, 4, None)
    assert made["results"][1]["error"]["code"] == "PAYLOAD_TOO_LARGE"


def test_large_tasks_in_bulk_are_written_in_transactions_that_hold_them(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("docchain.tasks.submitting", "functions.api.background.service"):
        monkeypatch.setattr(f"{module}.TRANSACTION_BYTES", 1_000)
    body = [{"name": str(n), "metadata": {"rows": [{"text": "x" * 300}]}} for n in range(8)]
    made = ask(tenant, "POST", "/tasks/bulk/submit", body)
    assert made["total_submitted"] == 8


def test_a_group_that_no_transaction_holds_is_refused(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [ask(tenant, "POST", "/tasks/submit", {"name": "b"})["task_id"] for _ in range(10)]
    members = [{"name": str(n), "after": before} for n in range(10)]
    assert refused(tenant, "POST", "/tasks/groups", {"tasks": members}) == (422, "VALIDATION_ERROR")
    monkeypatch.setattr("docchain.tasks.submitting.TRANSACTION_BYTES", 1_000)
    large = [{"name": str(n), "metadata": {"rows": [{"text": "x" * 300}]}} for n in range(8)]
    assert refused(tenant, "POST", "/tasks/groups", {"tasks": large}) == (413, "PAYLOAD_TOO_LARGE")


def test_a_callback_waits_for_what_it_names_as_well(tenant: str) -> None:
    other = ask(tenant, "POST", "/tasks/submit", {"name": "other", "delay_seconds": 600})["task_id"]
    body = {"tasks": [{"name": "one"}], "callback": {"name": "all", "after": [other]}}
    made = ask(tenant, "POST", "/tasks/groups", body)
    assert other in made["callback"]["after"] and len(made["callback"]["after"]) == 2


@pytest.mark.parametrize("task_id", ["", "x" * 3_000, "\ud800", "../other#task#1"])
def test_what_is_no_id_in_a_bulk_cancel_is_looked_up_nowhere(tenant: str, task_id: str, aws_calls: list[str]) -> None:
    """A key of more than 2,048 bytes is an error of the table's."""
    made = ask(tenant, "POST", "/tasks/bulk/cancel", {"task_ids": [task_id]})
    assert not [one for one in aws_calls if "GetItem" in one]
    assert made["results"][0]["error"]["code"] == "TASK_NOT_FOUND"


def test_a_redrive_that_comes_again_with_its_key_starts_nothing(tenant: str) -> None:
    def fails(parameters: object, context: object) -> dict[str, object]:
        raise TaskRefused("no")

    task_id = ask(tenant, "POST", "/tasks/submit", {"name": "x"})["task_id"]
    for path in (f"/tasks/{task_id}/retry", f"/tasks/dead-letter/{task_id}/redrive", "/tasks/dead-letter/redrive"):
        worked_off(tenant, Told(fails))
        key = {"Idempotency-Key": "once"}
        first = call(handler, "POST", BASE + path, None, a_caller(tenant), headers=key)
        kind = worked_off(tenant, Told(fails))
        assert call(handler, "POST", BASE + path, None, a_caller(tenant), headers=key) == first
        assert (first[0], len(kind.runs), len(worked_off(tenant).runs)) == (200, 1, 0)


def test_a_key_that_another_used_who_may_do_more_answers_a_conflict(tenant: str) -> None:
    """Which of the tasks are well is another matter for each of them, and so is which answer is whose."""
    body = [{"name": "tidy", "task_type": "cleanup", "metadata": {"cleanup_type": "cache"}}, {"name": "sum"}]
    headers, path = {"Idempotency-Key": "shared"}, f"{BASE}/tasks/bulk/submit"
    call(handler, "POST", path, body, a_caller(tenant, roles=("admin",)), headers)
    status, answer = call(handler, "POST", path, body, a_caller(tenant, roles=("user",)), headers)
    codes = [result["error"]["code"] for result in answer["results"]]
    assert (status, codes) == (200, ["FORBIDDEN", "IDEMPOTENCY_KEY_REUSED"])


def test_a_group_is_there_as_long_as_its_tasks_and_counts_those_that_were_removed(tenant: str) -> None:
    year = 366 * 24 * 3600
    tasks = [{"name": "one", "delay_seconds": year}, {"name": "two"}]
    made = ask(tenant, "POST", "/tasks/groups", {"tasks": tasks, "callback": {"name": "all", "delay_seconds": year}})
    card, _ = read_group(office().tasks, tenant, made["group_id"])
    assert card["expires_at"] > epoch() + 2 * year
    ask(tenant, "POST", f"/tasks/{made['tasks'][0]['id']}/cancel")
    ask(tenant, "DELETE", f"/tasks/{made['tasks'][0]['id']}")
    known = ask(tenant, "GET", f"/tasks/groups/{made['group_id']}")
    assert (known["total"], len(known["tasks"])) == (2, 1)
