"""The sweep of connections: who is gone is buried, who is silent is hung up on, who lives is looked at again."""

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain.clock import epoch
from docchain.realtime.connections import ConnectionRepository
from docchain.realtime.dues import dues_until
from docchain.realtime.models import IDLE_SECONDS
from functions.schedules.silent_sockets import run as sweeping
from functions.schedules.silent_sockets.run import sweep
from tests.support.realtime import board, connected, long_ago, push, realtime, stats_of

__all__ = ["board", "push", "realtime"]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """moto copies its table for each transaction without a lock."""
    monkeypatch.setattr(sweeping, "THREADS_MOST", 1)


@pytest.fixture
def later(monkeypatch):
    """As if their ten minutes had gone by."""
    monkeypatch.setattr("functions.schedules.silent_sockets.run.epoch", lambda: epoch() + IDLE_SECONDS + 1)


def dues(board):
    return list(dues_until(board.table, epoch() + 10 * IDLE_SECONDS, 100))


def test_nothing_is_looked_at_before_its_time(board, push):
    connected(board, connected_at=long_ago(2 * IDLE_SECONDS))
    assert sweep(board) == {}
    assert push.closed == []


def test_who_says_nothing_for_ten_minutes_is_told_why_and_hung_up_on(board, push, later):
    silent = connected(board, "room", connected_at=long_ago(IDLE_SECONDS + 1))
    assert sweep(board) == {"silent": 1}
    (heard,) = push.heard_by(silent.connection)
    assert (heard["code"], heard["close_code"]) == ("IDLE", 4000)
    assert push.closed == [silent.connection]
    assert board.connections.find(silent.connection) is None
    assert dues(board) == []


def test_who_spoke_meanwhile_is_looked_at_again_ten_minutes_later(board, push, later):
    lively = connected(board, "room", connected_at=long_ago(IDLE_SECONDS + 1))
    board.connections.hear(lively.connection)
    assert sweep(board) == {"alive": 1}
    assert sweep(board) == {}
    assert push.closed == []
    (due,) = dues(board)
    assert due.at > epoch() + IDLE_SECONDS


def test_whose_end_nobody_told_is_buried(board, push, later):
    gone = connected(board, "room", connected_at=long_ago(60))
    push.gone.add(gone.connection)
    assert sweep(board) == {"gone": 1}
    assert board.connections.find(gone.connection) is None
    assert stats_of(board) == {"total_connections": 1}
    assert dues(board) == []


def test_of_one_that_ended_only_the_note_is_left_and_goes(board, later):
    ended = connected(board)
    board.connections.remove(ended)
    assert sweep(board) == {"over": 1}
    assert dues(board) == []


def test_one_that_cannot_be_looked_at_holds_up_nobody_and_is_looked_at_again(board, push, later):
    broken, silent = connected(board), connected(board, connected_at=long_ago(IDLE_SECONDS + 1))
    check = push.check

    def failing(connection):
        if connection == broken.connection:
            raise EndpointConnectionError(endpoint_url="https://sockets")
        check(connection)

    push.check = failing
    assert sweep(board) == {"failed": 1, "silent": 1}
    assert board.connections.find(silent.connection) is None
    assert [due.connection for due in dues(board)] == [broken.connection]


def test_a_connection_is_looked_at_ten_minutes_after_it_began(board):
    connected(board)
    (due,) = dues(board)
    assert abs(due.at - epoch() - IDLE_SECONDS) <= 2


def test_who_enters_rooms_faster_than_it_is_led_out_is_looked_at_again(board, push, later, monkeypatch):
    gone = connected(board, "room", connected_at=long_ago(60))
    push.gone.add(gone.connection)
    board.connections.hear(gone.connection)
    monkeypatch.setattr(ConnectionRepository, "remove", lambda *_: False)
    assert sweep(board) == {"moving": 1}
    monkeypatch.undo()
    assert len(dues(board)) == 1
