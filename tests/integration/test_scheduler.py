"""Schedules on a deployed stage: due to within two seconds, and what they start really runs."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from docchain.clock import from_iso, to_iso
from tests.support.client import Client, until
from tests.support.http_peer import Reply, a_peer

ROOT = "/api/v3/scheduler"
LETTER = {"name": "Letter", "node_type": "document_template", "config": {"template": "Dear {{ params.who }}"}}
ON_TIME_MS = 2_000
OPEN_PORT = 8099
"""The one port on loopback that the local stage lets out to."""
SECRET = "a-long-shared-secret"
BEES = "The keeper opens the hive in spring and counts the frames. A colony without a queen does not live long."


def make(user: Client, kind: str, **fields: Any) -> str:
    return str(user.ok("POST", f"{ROOT}/schedules/{kind}", {"name": kind, **fields})["schedule_id"])


def history(user: Client, schedule_id: str) -> list[dict[str, Any]]:
    """Oldest first."""
    return list(reversed(user.ok("GET", f"{ROOT}/schedules/{schedule_id}/history")))


def wait_for_fires(user: Client, schedule_id: str, count: int, seconds: float) -> list[dict[str, Any]]:
    until(lambda: len(history(user, schedule_id)) >= count, seconds)
    return history(user, schedule_id)


def test_schedules_fire_within_two_seconds_of_their_time(user: Client) -> None:
    # A worker that starts for the first time on a busy machine is late; it is warm for all others.
    wait_for_fires(user, make(user, "interval", interval_seconds=1, max_runs=1), 1, 120)
    moment = datetime.now(UTC)
    # By EventBridge Scheduler, since it is more than three minutes away.
    far = to_iso((moment + timedelta(seconds=200)).replace(microsecond=0))
    often = make(user, "interval", interval_seconds=5, max_runs=6)
    once = make(user, "once", run_at=to_iso((moment + timedelta(seconds=20)).replace(microsecond=0)))
    cron = make(user, "cron", cron_expression="* * * * *", timezone="Europe/Madrid", max_runs=1)
    later = make(user, "once", run_at=far)

    fires = {name: wait_for_fires(user, name, 1, 90) for name in (once, cron)}
    fires[often] = wait_for_fires(user, often, 6, 60)
    fires[later] = wait_for_fires(user, later, 1, 240)

    late = [fire["late_ms"] for found in fires.values() for fire in found]
    assert all(0 <= ms < ON_TIME_MS for ms in late), late
    assert len(fires[often]) == 6
    times = [from_iso(fire["fire_at"]) for fire in fires[often]]
    assert {(b - a).total_seconds() for a, b in pairwise(times)} == {5.0}
    for schedule_id in fires:
        assert user.ok("GET", f"{ROOT}/schedules/{schedule_id}")["status"] == "completed"
    stats = user.ok("GET", f"{ROOT}/service/stats")
    assert (stats["completed_schedules"], stats["total_runs"], stats["successful_runs"]) == (5, 10, 10)


def test_a_schedule_runs_its_workflow_and_learns_how_it_ended(user: Client) -> None:
    target = {"type": "workflow", "workflow_id": user.workflow(LETTER), "parameters": {"who": "Ada"}}
    schedule_id = make(user, "interval", interval_seconds=2, max_runs=2, overlap_policy="queue", target=target)

    until(lambda: [f["state"] for f in history(user, schedule_id)] == ["succeeded", "succeeded"], 120)

    for fire in history(user, schedule_id):
        run = user.ok("GET", f"/api/v3/workflows/runs/{fire['started']['run_id']}")
        assert (run["status"], run["results"]["letter"]["text"]) == ("completed", "Dear Ada")


def test_a_run_by_hand_starts_a_task_which_is_followed(user: Client) -> None:
    target = {"type": "task", "task_type": "data_processing", "priority": "high"}
    schedule_id = make(user, "daily", hour=3, minute=0, target=target)
    user.ok("POST", f"{ROOT}/schedules/{schedule_id}/run")

    until(lambda: [f["state"] for f in history(user, schedule_id)] == ["succeeded"], 120)

    (fire,) = history(user, schedule_id)
    task = user.ok("GET", f"/api/v3/background/tasks/{fire['started']['task_id']}")
    assert (task["status"], task["priority"]) == ("completed", "high")


def test_a_webhook_is_signed_and_sent_again_until_its_peer_takes_it(user: Client) -> None:
    user.ok("PUT", "/api/v3/security/vault/secrets/hook", {"value": SECRET, "kind": "other"})
    with a_peer(OPEN_PORT) as peer:
        peer.reply = lambda _: Reply(status=503 if len(peer.received) == 1 else 200)
        target = {"type": "webhook", "url": f"{peer.url}/month", "secret": "hook", "body": {"report": "month"}}
        schedule_id = make(user, "interval", interval_seconds=2, max_runs=1, target=target, metadata={"of": "us"})
        until(lambda: [f["state"] for f in history(user, schedule_id)] == ["succeeded"], 120)

    first, second = peer.received
    (fire,) = history(user, schedule_id)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == f"{schedule_id}:{fire['id']}"
    for attempt, received in enumerate((first, second), 1):
        expected = hmac.new(SECRET.encode(), received.body, hashlib.sha256).hexdigest()
        assert received.headers["x-signature-256"] == f"sha256={expected}"
        said = json.loads(received.body)
        assert (received.method, received.path, said["attempt"]) == ("POST", "/month", attempt)
        assert (said["fire_id"], said["body"], said["metadata"]) == (fire["id"], {"report": "month"}, {"of": "us"})
    assert (fire["attempts"], fire["started"]) == (2, {"type": "webhook"})
    answers = [history(user, schedule_id), user.ok("GET", f"{ROOT}/schedules/{schedule_id}")]
    assert SECRET not in json.dumps(answers)


def test_a_webhook_that_its_peer_refuses_fails_with_what_it_said(user: Client) -> None:
    user.ok("PUT", "/api/v3/security/vault/secrets/hook", {"value": SECRET, "kind": "other"})
    with a_peer(OPEN_PORT) as peer:
        peer.reply = lambda _: Reply(status=410)
        target = {"type": "webhook", "url": f"{peer.url}/gone", "secret": "hook"}
        schedule_id = make(user, "daily", hour=3, minute=0, target=target)
        user.ok("POST", f"{ROOT}/schedules/{schedule_id}/run")
        until(lambda: [f["state"] for f in history(user, schedule_id)] == ["failed"], 120)

    (fire,) = history(user, schedule_id)
    assert (fire["error"]["code"], fire["error"]["status"], fire["trigger"]) == ("UNEXPECTED_STATUS", 410, "manual")
    assert len(peer.received) == 1
    inside = {"type": "webhook", "url": "http://169.254.169.254/latest", "secret": "hook"}
    user.ok("PUT", f"{ROOT}/schedules/{schedule_id}", {"target": inside})
    user.ok("POST", f"{ROOT}/schedules/{schedule_id}/run")
    until(lambda: [f["state"] for f in history(user, schedule_id)] == ["failed", "failed"], 120)
    assert history(user, schedule_id)[1]["error"]["code"] == "ADDRESS_REFUSED"


def test_an_ai_workflow_is_run_by_its_schedule_and_has_its_results(user: Client) -> None:
    body = {"name": "Look", "workflow_type": "text_analysis", "input_data": {"text": BEES}, "ai_provider": "local"}
    workflow_id = user.ok("POST", "/api/v3/ai-workflows", body)["workflow_id"]
    target = {"type": "ai_workflow", "workflow_id": workflow_id}
    schedule_id = make(user, "interval", interval_seconds=2, max_runs=1, target=target)

    until(lambda: [f["state"] for f in history(user, schedule_id)] == ["succeeded"], 180)

    (fire,) = history(user, schedule_id)
    run = user.ok("GET", f"/api/v3/workflows/runs/{fire['started']['run_id']}")
    assert run["status"] == "completed"
    card = user.ok("GET", f"/api/v3/ai-workflows/{workflow_id}")
    assert (card["status"], card["run_id"], card["errors"]) == ("completed", run["id"], [])
    assert all(step["success"] for step in card["results"].values())
    stats = user.ok("GET", f"{ROOT}/service/stats")
    assert (stats["successful_runs"], stats["failed_runs"], stats["running_tasks"]) == (1, 0, 0)


def test_what_is_paused_or_stopped_does_not_fire(user: Client) -> None:
    paused = make(user, "interval", interval_seconds=2)
    user.ok("POST", f"{ROOT}/schedules/{paused}/pause")
    before = len(history(user, paused))
    stopped = make(user, "interval", interval_seconds=2, max_runs=1)
    user.ok("POST", f"{ROOT}/service/stop")
    until(lambda: len(history(user, stopped)) >= 2, 30)
    assert {fire["state"] for fire in history(user, stopped)} <= {"skipped", "succeeded"}
    assert history(user, stopped)[-1]["state"] == "skipped"
    user.ok("POST", f"{ROOT}/service/start")
    until(lambda: history(user, stopped)[-1]["state"] == "succeeded", 30)
    assert len(history(user, paused)) == before
