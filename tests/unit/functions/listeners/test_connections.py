"""The greeting of a new connection."""

import pytest

from docchain.entrypoints.listener import Change, stream_handler
from functions.listeners.connections.run import greet_newcomers
from tests.support.realtime import a_connection, a_sample, connected, long_ago, stats_of
from tests.support.rest import a_context


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """moto copies its table for each transaction without a lock."""
    monkeypatch.setattr("functions.listeners.connections.run.THREADS_MOST", 1)


def greet(board, *newcomers):
    return greet_newcomers(
        [Change("INSERT", str(n), c.model_dump(mode="json")) for n, c in enumerate(newcomers)], board
    )


def rooms_of(board, connection):
    return set(board.connections.read(connection.tenant_id, connection.connection).rooms)


def test_a_user_is_in_system_and_the_own_room_and_greeted(board, push):
    newcomer = connected(board, user_id=5)
    greet(board, newcomer)
    (heard,) = push.heard_by(newcomer.connection)
    assert (heard["type"], heard["connection_id"]) == ("connection_established", newcomer.connection_id)
    assert set(heard) == {"type", "connection_id", "timestamp", "message"}
    assert rooms_of(board, newcomer) == {"system", "user_5"}
    assert stats_of(board) == {
        "total_connections": 1,
        "active_connections": 1,
        "messages_sent": 1,
        "rooms_count": 2,
        "users_connected": 1,
    }


def test_who_looks_after_the_tenant_is_in_the_room_of_security(board):
    newcomer, other = connected(board, user_id=5, roles=("moderator",)), connected(board, user_id=6, roles=("user",))
    greet(board, newcomer, other)
    assert rooms_of(board, newcomer) == {"system", "user_5", "security"}
    assert rooms_of(board, other) == {"system", "user_6"}


def test_anonymous_is_greeted_and_in_no_room(board, push):
    newcomer = connected(board, user_id=None)
    greet(board, newcomer)
    (heard,) = push.heard_by(newcomer.connection)
    assert heard["type"] == "connection_established"
    assert "anonymous" in heard["message"]
    assert rooms_of(board, newcomer) == set()


def test_the_address_of_a_workflow_leads_into_its_room(board, push):
    newcomer = connected(board, target="workflow", target_id=7, target_room="workflow_7")
    greet(board, newcomer)
    (heard,) = push.heard_by(newcomer.connection)
    assert (heard["type"], heard["workflow_id"], heard["room_id"]) == ("workflow_connected", 7, "workflow_7")
    assert (heard["joined"], heard["seq"]) == (True, 0)
    assert "workflow_7" in rooms_of(board, newcomer)


def test_the_address_of_a_workflow_that_is_not_ones_own_leads_nowhere_and_says_so(board, push):
    newcomer = connected(board, target="workflow", target_id=8)
    greet(board, newcomer)
    (heard,) = push.heard_by(newcomer.connection)
    assert (heard["type"], heard["joined"]) == ("workflow_connected", False)
    assert "not found" in heard["message"]
    assert rooms_of(board, newcomer) == {"system", "user_1"}


def test_the_address_of_oneself(board, push):
    newcomer = connected(board, user_id=5, target="user", target_id=5, target_room="user_5")
    greet(board, newcomer)
    (heard,) = push.heard_by(newcomer.connection)
    assert (heard["type"], heard["user_id"], heard["joined"]) == ("user_connected", 5, True)


def test_others_in_the_workflow_room_hear_who_came_and_those_in_system_do_not(board, push):
    watcher, bystander = connected(board, "workflow_7", user_id=2), connected(board, "system", user_id=3)
    greet(board, connected(board, target="workflow", target_id=7, target_room="workflow_7"))
    assert [m["room_id"] for m in push.heard_by(watcher.connection)] == ["workflow_7"]
    assert push.heard_by(bystander.connection) == []


def test_it_waits_until_the_socket_is_open(board, push):
    newcomer = connected(board)
    push.opening[newcomer.connection] = 3
    greet(board, newcomer)
    assert len(push.heard_by(newcomer.connection)) == 1


def test_one_that_does_not_open_within_ten_seconds_is_buried(board, push):
    newcomer = connected(board, connected_at=long_ago(11))
    push.gone.add(newcomer.connection)
    greet(board, newcomer)
    assert board.connections.find(newcomer.connection) is None
    assert stats_of(board) == {"total_connections": 1}


def test_one_that_was_buried_before_it_opened_is_not_waited_for(board, push):
    newcomer = a_connection()
    push.gone.add(newcomer.connection)
    greet(board, newcomer)
    assert stats_of(board) == {}


def test_one_that_was_revoked_before_its_greeting_is_closed(board, push):
    newcomer = a_connection()
    greet(board, newcomer)
    assert push.closed == [newcomer.connection]
    assert push.heard_by(newcomer.connection) == []


def test_one_that_never_opens_holds_up_nobody(board, push):
    dead, alive = connected(board, connected_at=long_ago(11)), [connected(board) for _ in range(12)]
    push.gone.add(dead.connection)
    greet(board, dead, *alive)
    assert all(push.heard_by(c.connection, "connection_established") for c in alive)


def test_a_batch_delivered_again_enters_no_room_twice(board):
    newcomer = connected(board)
    greet(board, newcomer)
    greet(board, newcomer)
    assert board.rooms.read("default", "system").members == 1
    assert stats_of(board)["rooms_count"] == 2


def test_a_gateway_that_does_not_answer_for_one_makes_it_come_again_and_nobody_before_it(board, push):
    first, newcomer = connected(board, user_id=5), connected(board)
    push.broken.add(newcomer.connection)
    assert greet(board, first, newcomer) == ["1"]
    assert len(push.heard_by(first.connection)) == 1
    push.broken.clear()
    assert greet(board, newcomer) == []
    assert len(push.heard_by(newcomer.connection)) == 1
    assert rooms_of(board, newcomer) == {"system", "user_1"}


def test_the_stream_record_of_dynamodb_is_understood(board, push):
    connected(board, connection="Lx7AcdMrIAMCJvQ=", connection_id="browser_1")
    handler = stream_handler(lambda changes: greet_newcomers(changes, board))
    assert handler(a_sample("listeners/connections.json"), a_context()) == {"batchItemFailures": []}
    assert push.heard_by("Lx7AcdMrIAMCJvQ=")[0]["connection_id"] == "browser_1"
