"""Real time over REST."""

import json

import pytest

from docchain.realtime.counters import Tally
from functions.api.ws import dependencies
from functions.api.ws.handler import handler
from tests.support.realtime import connected
from tests.support.rest import a_caller, a_context, call, rest_event

ADMIN = a_caller("default")
USER = a_caller("default", user_id=5, roles=("user",))


@pytest.fixture(autouse=True)
def this_table(realtime, monkeypatch):
    monkeypatch.setenv("REALTIME_TABLE", realtime.name)
    dependencies.realtime.cache_clear()
    yield
    dependencies.realtime.cache_clear()


def get(path, caller=None):
    return call(handler, "GET", f"/api/v3/ws{path}", caller=caller)


def test_statistics_need_no_token(realtime):
    Tally(total_connections=3, active_connections=2, messages_sent=9).write(realtime)
    status, body = get("/stats")
    assert (status, body["status"]) == (200, "success")
    stats = body["websocket_stats"]
    assert stats.pop("timestamp").endswith("Z")
    assert stats == {
        "total_connections": 3,
        "active_connections": 2,
        "messages_sent": 9,
        "messages_received": 0,
        "events_broadcasted": 0,
        "rooms_count": 0,
        "users_connected": 0,
    }


def test_an_empty_system_has_statistics_too():
    status, body = get("/stats/")
    assert (status, body["websocket_stats"]["total_connections"]) == (200, 0)


@pytest.mark.parametrize("path", ["/connections", "/rooms"])
def test_lists_need_a_token(path):
    status, body = get(path)
    assert (status, body["error"]["code"]) == (401, "UNAUTHORIZED")


def test_an_admin_sees_the_connections_of_the_tenant(board):
    one, two = connected(board, "system", "user_1"), connected(board, "system", "user_5", user_id=5)
    connected(board, "system", tenant_id="other")
    connected(board, user_id=None)
    status, body = get("/connections", ADMIN)
    assert status == 200
    assert {c["connection_id"] for c in body["connections"]} == {one.connection_id, two.connection_id}
    assert (body["total_connections"], body["status"]) == (2, "success")
    assert body["connections"][0]["rooms"] == ["system", "user_1"]
    assert not {"connection", "session_id"} & set(body["connections"][0])


def test_anybody_else_sees_their_own(board):
    connected(board, "system", "user_1", "workflow_9")
    own = connected(board, "system", "user_5", "workflow_7", user_id=5)
    _, body = get("/connections", USER)
    assert [c["connection_id"] for c in body["connections"]] == [own.connection_id]
    assert body["total_connections"] == 1
    _, body = get("/rooms", USER)
    assert [r["room_id"] for r in body["rooms"]] == ["system", "user_5", "workflow_7"]


def test_an_admin_sees_the_rooms_of_the_tenant(board):
    connected(board, "workflow_7")
    connected(board, "workflow_7", "run_1")
    connected(board, "workflow_8", tenant_id="other")
    _, body = get("/rooms", ADMIN)
    assert body == {
        "rooms": [
            {"room_id": "run_1", "members": 1, "last_seq": 0},
            {"room_id": "workflow_7", "members": 2, "last_seq": 0},
        ],
        "total_rooms": 2,
        "status": "success",
    }


@pytest.mark.parametrize(("path", "field", "total"), [("connections", "connections", 5), ("rooms", "rooms", 6)])
def test_lists_come_in_pages(board, path, field, total):
    for n in range(5):
        connected(board, "system", f"run_{n}")
    found, where = [], f"/api/v3/ws/{path}?limit=2"
    while where:
        answer = handler(rest_event("GET", where, caller=ADMIN), a_context())
        body = json.loads(answer["body"])
        assert len(body[field]) <= 2
        assert body[f"total_{field}"] == total
        found += [str(thing) for thing in body[field]]
        link = answer["headers"].get("link", "")
        where = link[1 : link.index(">")] if link else None
    assert len(found) == len(set(found)) == total


@pytest.mark.parametrize("path", ["/connections", "/rooms"])
def test_a_cursor_of_another_tenant_is_refused(board, path):
    for _ in range(2):
        connected(board, "system", "user_1")
    answer = handler(rest_event("GET", f"/api/v3/ws{path}?limit=1", caller=ADMIN), a_context())
    cursor = answer["headers"]["link"].split("cursor=")[1].split(">")[0]
    status, body = get(f"{path}?cursor={cursor}", a_caller("other"))
    assert (status, body["error"]["code"]) == (422, "VALIDATION_ERROR")
