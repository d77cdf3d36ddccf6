"""Speaking in rooms over REST: who may, where it goes, what is kept, and that it happens once."""

import json

import pytest

from docchain import aws
from docchain.clock import now
from docchain.identity import keys as identity_keys
from docchain.realtime.history import read_history
from docchain.realtime.models import MESSAGE_BYTES_MOST
from docchain.realtime.publishing import News, publish
from docchain.storage.table import Table
from functions.api.ws import dependencies
from functions.api.ws.handler import handler
from tests.support.realtime import TASK, a_stored_run, a_stored_task, a_stored_workflow, connected, fan_out
from tests.support.rest import a_caller, a_context, call, rest_event

ALL = [
    ("/broadcast", "system", "system_notification"),
    ("/broadcast/room/lobby", "lobby", "system_notification"),
    ("/broadcast/room/workflow_7", "workflow_7", "system_notification"),
    ("/broadcast/room/run_1", "run_1", "system_notification"),
    (f"/broadcast/room/task_{TASK}", f"task_{TASK}", "system_notification"),
    ("/broadcast/user/5", "user_5", "system_notification"),
    ("/events/workflow/7", "workflow_7", "workflow_update"),
    ("/events/ai/5", "user_5", "ai_processing"),
    ("/events/notification", "system", "notification_sent"),
    ("/events/security", "security", "security_event"),
    ("/events/analytics", "system", "analytics_update"),
]


@pytest.fixture(autouse=True)
def this_table(realtime, monkeypatch, tenant):
    """A fresh table of real time; in the others a workflow 7, a run 1 and a user 5 of this tenant."""
    monkeypatch.setenv("REALTIME_TABLE", realtime.name)
    a_stored_workflow(table("workflows"), tenant, workflow_id=7)
    a_stored_run(table("runs"), tenant, run_id=1)
    a_stored_task(table("tasks"), tenant)
    user = {"id": 5, "username": "ada", "email": "ada@example.org", "password_hash": "-", "roles": ["user"]}
    at = {"pk": identity_keys.users(tenant), "sk": identity_keys.user(5), "entity": "user", "created_at": now()}
    table("identity").put({**at, **user})
    caches = (dependencies.realtime, dependencies.registers, dependencies.desk)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def admin(tenant):
    return a_caller(tenant)


def table(name):
    return Table(aws.dynamodb(), name)


def post(path, body, caller, **headers):
    return call(handler, "POST", f"/api/v3/ws{path}", body, caller, headers)


def get(path, caller):
    return call(handler, "GET", f"/api/v3/ws{path}", caller=caller)


def kept(realtime, tenant, room):
    return read_history(realtime, tenant, room, 0, 100)


def audited(tenant):
    items = table("guard").query(f"{tenant}#outbox").items
    return [item["event"] for item in items if item["event"]["type"] == "message.published"]


@pytest.mark.parametrize(("path", "room", "event_type"), ALL)
def test_a_message_is_numbered_and_kept_in_its_room(path, room, event_type, admin, tenant, realtime):
    status, body = post(path, {"text": "hi", "n": 1}, admin)
    assert (status, body["status"], body["room_id"], body["seq"]) == (200, "success", room, 1)
    (message,) = kept(realtime, tenant, room)
    assert (message.event_type, message.event, message.data) == (
        event_type,
        "message.published",
        {"text": "hi", "n": 1},
    )


def test_members_hear_it_and_another_tenants_do_not(board, push, admin, tenant, realtime):
    member, stranger = connected(board, "lobby", tenant_id=tenant), connected(board, "lobby", tenant_id="other")
    post("/broadcast/room/lobby", {"text": "hi"}, admin)
    fan_out(board, *kept(realtime, tenant, "lobby"), tenant_id=tenant)
    (heard,) = push.heard_by(member.connection)
    assert (heard["type"], heard["data"], heard["seq"]) == ("event", {"text": "hi"}, 1)
    assert push.heard_by(stranger.connection) == []


@pytest.mark.parametrize("path", [path for path, _, _ in ALL])
def test_a_user_without_the_scope_may_not(path, tenant, realtime):
    for roles in (("user",), ("guest",)):
        status, body = post(path, {"text": "hi"}, a_caller(tenant, user_id=5, roles=roles))
        assert (status, body["error"]["code"]) == (403, "FORBIDDEN")
    assert post(path, {"text": "hi"}, None)[0] == 401
    assert post(path, {"text": "hi"}, a_caller(tenant, roles=("moderator",)))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/broadcast/user/5",
        "/broadcast/room/user_5",
        "/broadcast/room/workflow_7",
        "/broadcast/room/run_1",
        f"/broadcast/room/task_{TASK}",
        "/events/workflow/7",
        "/events/ai/5",
    ],
)
def test_what_is_another_tenants_is_not_found(path, realtime):
    assert post(path, {"text": "hi"}, a_caller("t_somebody_else"))[0] == 404


@pytest.mark.parametrize("room", ["workflow_x", "user_0", "run_", "workflow", "all", "task_lobby", "task"])
def test_a_name_that_only_looks_like_a_things_is_no_room(room, admin):
    status, body = post(f"/broadcast/room/{room}", {"text": "hi"}, admin)
    assert (status, body["error"]["code"]) == (404, "ROOM_NOT_FOUND")


@pytest.mark.parametrize("room", ["a b", "ü", "-x", "x" * 65, "a%23b"])
def test_a_name_that_is_none_is_refused(room, admin):
    assert post(f"/broadcast/room/{room}", {"text": "hi"}, admin)[0] == 422


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_message_is_an_object(body, admin):
    assert post("/broadcast", body, admin)[0] == 422


def test_a_message_that_is_too_large_or_cannot_be_kept_is_refused(admin, tenant, realtime):
    assert post("/broadcast", {"t": "x" * MESSAGE_BYTES_MOST}, admin)[0] == 413
    deep = {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    assert post("/broadcast", deep, admin)[0] == 422
    assert post("/broadcast", b'{"n": NaN}', admin)[0] == 422
    assert kept(realtime, tenant, "system") == []


def test_a_key_says_it_once(admin, tenant, realtime):
    key = {"Idempotency-Key": "k1"}
    first = call(handler, "POST", "/api/v3/ws/broadcast", {"n": 1}, admin, key)
    assert call(handler, "POST", "/api/v3/ws/broadcast", {"n": 1}, admin, key) == first
    assert len(kept(realtime, tenant, "system")) == len(audited(tenant)) == 1
    status, body = call(handler, "POST", "/api/v3/ws/broadcast", {"n": 2}, admin, key)
    assert (status, body["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_the_audit_hears_who_spoke_where_and_not_what(admin, tenant):
    post("/broadcast/user/5", {"secret": "pssst"}, admin)
    (event,) = audited(tenant)
    assert event["data"] == {"room_id": "user_5", "event_type": "system_notification", "seq": 1, "bytes": 18}
    assert event["actor"] == "ada"
    assert "pssst" not in json.dumps(event)


def test_a_notification_goes_to_the_person_it_names(admin, tenant, realtime):
    assert post("/events/notification", {"user_id": 5, "text": "hi"}, admin)[1]["room_id"] == "user_5"
    assert post("/events/notification", {"user_id": 6}, admin)[0] == 404
    assert post("/events/notification", {"user_id": "5"}, admin)[0] == 422


def test_speaking_costs_four_calls_at_most(admin, aws_calls):
    aws_calls.clear()
    call(handler, "POST", "/api/v3/ws/events/workflow/7", {"n": 1}, admin, {"Idempotency-Key": "k"})
    assert len(aws_calls) <= 4
    aws_calls.clear()
    get("/rooms/workflow_7", admin)
    get("/rooms/workflow_7/history", admin)
    assert len(aws_calls) <= 6


def test_who_is_in_a_room_is_told_to_whoever_may_enter_it(board, admin, tenant):
    member = connected(board, "workflow_7", tenant_id=tenant, user_id=5)
    status, body = get("/rooms/workflow_7", admin)
    assert (status, body["total_members"], body["last_seq"]) == (200, 1, 0)
    assert [(m["connection_id"], m["user_id"]) for m in body["members"]] == [(member.connection_id, 5)]
    assert not {"connection", "session_id"} & set(body["members"][0])
    assert get("/rooms/workflow_7", a_caller("t_other"))[0] == 404


def test_members_come_in_pages(board, admin, tenant):
    for _ in range(5):
        connected(board, "lobby", tenant_id=tenant)
    found, where = [], "/api/v3/ws/rooms/lobby?limit=2"
    while where:
        answer = handler(rest_event("GET", where, caller=admin), a_context())
        found += [m["connection_id"] for m in json.loads(answer["body"])["members"]]
        link = answer["headers"].get("link", "")
        where = link[1 : link.index(">")] if link else None
    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize("path", ["", "/history"])
@pytest.mark.parametrize("room", ["user_5", "security", "workflow_8", "run_9"])
def test_a_room_that_one_may_not_enter_is_not_found(path, room, tenant):
    assert get(f"/rooms/{room}{path}", a_caller(tenant, user_id=6, roles=("user",)))[0] == 404


def test_history_is_read_behind_a_number(admin, tenant, realtime):
    for n in range(5):
        publish(realtime, tenant, News("lobby", "system_notification", "x.y", {"n": n}))
    _, body = get("/rooms/lobby/history?since=2&limit=2", admin)
    assert [m["seq"] for m in body["messages"]] == [3, 4]
    assert (body["next_since"], body["more"], body["complete"]) == (4, True, True)
    _, body = get("/rooms/lobby/history?since=4", admin)
    assert ([m["seq"] for m in body["messages"]], body["more"]) == ([5], False)
    assert get("/rooms/lobby/history", a_caller("t_other"))[1]["messages"] == []


def test_history_stays_below_what_a_function_can_answer(admin, tenant, realtime, monkeypatch):
    monkeypatch.setattr("functions.api.ws.service._ANSWER_BYTES_MOST", 1_000)
    for _ in range(6):
        publish(realtime, tenant, News("lobby", "system_notification", "x.y", {"text": "x" * 300}))
    since, seen, more = 0, [], True
    while more:
        _, body = get(f"/rooms/lobby/history?since={since}", admin)
        seen += [m["seq"] for m in body["messages"]]
        since, more = body["next_since"], body["more"]
    assert seen == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("scope", "open_rooms"), [("workflows:read", ["workflow_7", "run_1"]), ("background:read", [f"task_{TASK}"])]
)
@pytest.mark.parametrize("path", ["", "/history"])
def test_a_key_hears_only_of_what_it_may_read(tenant, path, scope, open_rooms):
    """A key for sockets alone is none for the runs of the tenant."""
    key = a_caller(tenant).model_copy(update={"scopes": frozenset({"ws:read", scope}), "session_id": ""})
    rooms = ["workflow_7", "run_1", f"task_{TASK}"]
    assert [room for room in rooms if get(f"/rooms/{room}{path}", key)[0] == 200] == open_rooms


def test_a_history_behind_a_number_that_the_room_has_not_come_to_is_not_whole(admin, tenant, realtime):
    publish(realtime, tenant, News("lobby", "system_notification", "x.y", {}))
    _, body = get("/rooms/lobby/history?since=40", admin)
    assert (body["messages"], body["next_since"], body["complete"]) == ([], 1, False)
