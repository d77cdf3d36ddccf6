"""A connection can be found by its socket, by its session and by its age; none of it remains when it ends."""

import pytest

from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury, bury_gone, hang_up
from docchain.realtime.errors import TooManyConnections
from docchain.realtime.messages import session_over
from docchain.realtime.rooms import RoomRepository
from tests.support.realtime import a_connection, connected, long_ago, stats_of


def everything_in(table):
    """But for the note of when to look at it again, which the sweep takes away."""
    return [item for item in table.client.scan(TableName=table.name)["Items"] if item["entity"]["S"] != "due"]


def test_found_by_socket_by_session_and_by_age(board):
    one = connected(board, user_id=1, connected_at=long_ago(20))
    two = connected(board, user_id=1, connected_at=long_ago(10))
    assert board.connections.find(one.connection) == one
    assert set(board.connections.read_session("default", "session1")) == {one.connection, two.connection}
    assert [c.connection for c in board.connections.read_page("default", limit=10)[0]] == [
        one.connection,
        two.connection,
    ]


def test_sessions_of_the_same_name_in_two_tenants_are_two(board):
    connected(board, tenant_id="a")
    assert board.connections.read_session("b", "session1") == []


def test_two_connections_may_bear_the_same_label(board):
    one, two = connected(board, connection_id="test123"), connected(board, tenant_id="b", connection_id="test123")
    assert board.connections.find(one.connection).tenant_id == "default"
    assert board.connections.find(two.connection).tenant_id == "b"


def test_a_buried_connection_leaves_nothing_but_empty_rooms(board):
    connection, tally = connected(board, "system", "user_1", "workflow_7"), Tally()
    assert bury(board, "default", connection.connection, tally) is True
    tally.write(board.table)
    kinds = {(item["entity"]["S"], item["sk"]["S"]) for item in everything_in(board.table)}
    assert kinds == {("room", "room"), ("open_rooms", "total"), ("stats", "websocket")}
    assert stats_of(board) == {"total_connections": 1}


def test_burying_twice_counts_once(board):
    connection, tally = connected(board, "user_1"), Tally()
    bury(board, "default", connection.connection, tally)
    assert bury(board, "default", connection.connection, tally) is False
    assert tally.active_connections == -1


def test_those_who_stay_hear_who_left(board, push):
    leaver, other = connected(board, "workflow_7", "system"), connected(board, "workflow_7", "system")
    bury(board, "default", leaver.connection, Tally())
    (heard,) = push.heard_by(other.connection)
    assert (heard["type"], heard["room_id"], heard["connection_id"]) == (
        "user_left_room",
        "workflow_7",
        leaver.connection_id,
    )
    assert push.heard_by(leaver.connection) == []


def test_a_room_entered_during_the_burial_is_left_as_well(board, monkeypatch):
    connection, real = connected(board, "run_1"), RoomRepository.leave

    def meanwhile(self, leaver, room_id, tally):
        if room_id == "run_1":
            self.join(connection, "run_2", tally)
        return real(self, leaver, room_id, tally)

    monkeypatch.setattr(RoomRepository, "leave", meanwhile)
    assert bury(board, "default", connection.connection, Tally()) is True
    assert board.rooms.read("default", "run_2").members == 0
    assert board.connections.find(connection.connection) is None


def test_a_burial_that_was_cut_is_ended_by_the_next(board, monkeypatch):
    connection, real, tally = connected(board, "run_1", "run_2"), RoomRepository.leave, Tally()

    def killed(self, leaver, room_id, tally):
        if room_id == "run_2":
            raise OSError("killed")
        return real(self, leaver, room_id, tally)

    with monkeypatch.context() as crash:
        crash.setattr(RoomRepository, "leave", killed)
        with pytest.raises(OSError, match="killed"):
            bury(board, "default", connection.connection, tally)
    assert bury(board, "default", connection.connection, tally) is True
    assert tally == Tally(active_connections=-1, rooms_count=-2)


def test_gone_ones_are_buried_unless_they_are_only_about_to_open(board):
    old, young = connected(board, connected_at=long_ago(60)), connected(board)
    bury_gone(board, "default", [old.connection, young.connection], Tally())
    assert board.connections.find(old.connection) is None
    assert board.connections.find(young.connection) is not None


def test_hanging_up_says_why_closes_and_buries(board, push):
    connection, tally = connected(board, "run_1"), Tally()
    hang_up(board, connection, session_over(), tally)
    (heard,) = push.heard_by(connection.connection)
    assert (heard["type"], heard["code"]) == ("error", "UNAUTHORIZED")
    assert push.closed == [connection.connection]
    assert board.connections.find(connection.connection) is None
    assert (tally.messages_sent, tally.active_connections) == (1, -1)


def test_hanging_up_on_one_that_is_gone_buries_it_all_the_same(board, push):
    connection = connected(board)
    push.gone.add(connection.connection)
    hang_up(board, connection, session_over(), Tally())
    assert board.connections.find(connection.connection) is None


def test_an_anonymous_connection_belongs_to_no_tenant(board):
    connection = connected(board, user_id=None)
    assert connection.is_anonymous
    assert board.connections.read("default", connection.connection) is None
    assert board.connections.find(connection.connection) == connection


def test_the_same_socket_is_not_opened_twice(board):
    connection = a_connection()
    board.connections.open(connection)
    with pytest.raises(Exception, match="changed meanwhile"):
        board.connections.open(connection)


def test_a_session_has_no_more_sockets_than_are_closed_when_it_is_revoked(board, monkeypatch):
    monkeypatch.setattr("docchain.realtime.connections.PER_SESSION_MOST", 2)
    one, _ = connected(board), connected(board)
    with pytest.raises(TooManyConnections):
        connected(board)
    bury(board, "default", one.connection, Tally())
    assert connected(board)
    assert connected(board, user_id=2)
