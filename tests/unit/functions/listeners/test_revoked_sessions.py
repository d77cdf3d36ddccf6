"""A session that ended takes its sockets along."""

import pytest

from docchain.entrypoints.listener import event_handler
from docchain.errors import DependencyUnavailable
from docchain.events.models import Event
from functions.listeners.revoked_sessions.run import close_sockets
from tests.support.realtime import a_sample, connected, stats_of
from tests.support.rest import a_context


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """moto copies its table for each transaction without a lock."""
    monkeypatch.setattr("functions.listeners.revoked_sessions.run.THREADS_MOST", 1)


def revoked(session_id, tenant_id="default"):
    return Event(
        type="session.revoked",
        tenant_id=tenant_id,
        subject=f"sessions/{session_id}",
        data={"session_id": session_id},
    )


def test_all_sockets_of_the_session_hear_why_and_are_closed(board, push):
    sockets = [connected(board, "system", session_id="s1") for _ in range(2)]
    other = connected(board, "system", session_id="s2")
    close_sockets(revoked("s1"), board)
    for socket in sockets:
        (heard,) = push.heard_by(socket.connection)
        assert (heard["type"], heard["code"]) == ("error", "UNAUTHORIZED")
        assert board.connections.find(socket.connection) is None
    assert set(push.closed) == {socket.connection for socket in sockets}
    assert board.connections.find(other.connection) is not None


def test_hearing_it_twice_closes_and_counts_once(board, push):
    socket = connected(board, session_id="s1")
    for _ in range(2):
        close_sockets(revoked("s1"), board)
    assert push.closed == [socket.connection]
    assert stats_of(board) == {"total_connections": 1, "messages_sent": 1}


def test_a_session_of_the_same_name_in_another_tenant_stays(board, push):
    connected(board, session_id="s1")
    close_sockets(revoked("s1", tenant_id="other"), board)
    assert push.closed == []


def test_a_socket_that_is_gone_already_is_forgotten(board, push):
    socket = connected(board, session_id="s1")
    push.gone.add(socket.connection)
    close_sockets(revoked("s1"), board)
    assert board.connections.read_session("default", "s1") == []


def test_the_event_of_the_bus_is_understood(board, push):
    socket = connected(board, session_id="01K0000000000000000000SESS")
    event_handler(lambda fact: close_sockets(fact, board))(a_sample("listeners/revoked_sessions.json"), a_context())
    assert push.closed == [socket.connection]


def test_all_sessions_of_a_user_at_once(board, push):
    sockets = [connected(board, session_id=session_id) for session_id in ("s1", "s2")]
    other = connected(board, session_id="s3")
    fact = Event(
        type="sessions.revoked",
        tenant_id="default",
        subject="users/1",
        data={"user_id": 1, "reason": "password_changed", "session_ids": ["s1", "s2", "gone"]},
    )
    close_sockets(fact, board)
    assert set(push.closed) == {socket.connection for socket in sockets}
    assert board.connections.find(other.connection) is not None


def test_one_that_the_gateway_does_not_close_hears_nothing_more_and_keeps_no_other_open(board, push):
    sockets = [connected(board, "system", session_id="s1") for _ in range(3)]
    stubborn = min(socket.connection for socket in sockets)
    push.broken.add(stubborn)
    push.immortal.add(stubborn)
    with pytest.raises(DependencyUnavailable):
        close_sockets(revoked("s1"), board)
    assert set(push.closed) == {socket.connection for socket in sockets} - {stubborn}
    assert board.rooms.read_members("default", "system") == []
    close_sockets(revoked("s1"), board)


def test_a_last_word_that_does_not_arrive_keeps_no_socket_open(board, push):
    socket = connected(board, session_id="s1")
    push.broken.add(socket.connection)
    close_sockets(revoked("s1"), board)
    assert push.closed == [socket.connection]
