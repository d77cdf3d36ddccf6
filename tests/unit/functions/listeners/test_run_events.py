"""From the stream of runs to the sockets."""

import pytest

from docchain.entrypoints.listener import stream_handler
from docchain.realtime.history import read_history
from functions.listeners.run_events.run import tell_rooms
from tests.support.realtime import a_change, a_run_event, a_sample, connected, long_ago, stats_of
from tests.support.rest import a_context


def killed(*_, **__):
    raise OSError("killed")


def a_batch(how_many=3, first=1, **fields):
    return [a_change(a_run_event(data={"n": n}, **fields), n) for n in range(first, first + how_many)]


def seqs(push, connection, room):
    return [m["seq"] for m in push.heard_by(connection.connection, "event") if m["room_id"] == room]


def test_members_hear_events_in_order_with_their_numbers(board, push):
    watcher = connected(board, "workflow_7")
    assert tell_rooms(a_batch(), board) == []
    assert seqs(push, watcher, "workflow_7") == [1, 2, 3]
    message = push.heard_by(watcher.connection)[0]
    assert (message["type"], message["event_type"], message["data"]["run_id"]) == ("event", "node_execution", 1)


def test_who_is_in_both_rooms_hears_of_both_and_who_is_in_none_of_none(board, push):
    both, none = connected(board, "workflow_7", "run_1"), connected(board, "workflow_8", "system")
    tell_rooms(a_batch(), board)
    assert seqs(push, both, "workflow_7") == seqs(push, both, "run_1") == [1, 2, 3]
    assert push.heard_by(none.connection) == []


def test_another_tenant_in_a_room_of_the_same_name_hears_nothing(board, push):
    stranger = connected(board, "workflow_7", "run_1", tenant_id="other")
    tell_rooms(a_batch(), board)
    assert push.heard_by(stranger.connection) == []


def test_a_batch_delivered_again_is_pushed_once(board, push):
    watcher, batch = connected(board, "run_1"), a_batch()
    tell_rooms(batch, board)
    tell_rooms(batch, board)
    assert seqs(push, watcher, "run_1") == [1, 2, 3]


def test_a_batch_seen_in_part_is_pushed_for_the_rest(board, push):
    watcher, batch = connected(board, "run_1"), a_batch(5)
    tell_rooms(batch[:2], board)
    tell_rooms(batch, board)
    assert seqs(push, watcher, "run_1") == [1, 2, 3, 4, 5]


def test_killed_between_history_and_push_nothing_is_lost_to_who_asks_since(board, push, monkeypatch):
    watcher, batch = connected(board, "run_1"), a_batch()
    with monkeypatch.context() as crash:
        crash.setattr(
            "functions.listeners.run_events.run.broadcast", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        with pytest.raises(OSError, match="killed"):
            tell_rooms(batch, board)
    tell_rooms(batch, board)
    tell_rooms(a_batch(1, first=4), board)
    assert seqs(push, watcher, "run_1") == [4], "the gap in the numbers tells the client to ask since 0"
    assert [m.seq for m in read_history(board.table, "default", "run_1", 0, 10)] == [1, 2, 3, 4]


def test_a_socket_that_is_gone_is_buried_and_the_others_hear_on(board, push):
    gone, watcher = connected(board, "run_1", connected_at=long_ago(60)), connected(board, "run_1")
    push.gone.add(gone.connection)
    tell_rooms(a_batch(), board)
    assert seqs(push, watcher, "run_1") == [1, 2, 3]
    assert board.connections.find(gone.connection) is None
    assert [m.connection for m in board.rooms.read_members("default", "run_1")] == [watcher.connection]
    assert stats_of(board)["active_connections"] == 1


def test_a_socket_that_is_about_to_open_is_kept(board, push):
    young = connected(board, "run_1")
    push.gone.add(young.connection)
    tell_rooms(a_batch(), board)
    assert board.connections.find(young.connection) is not None


def test_a_push_that_fails_fails_no_batch(board, push):
    broken, watcher = connected(board, "run_1"), connected(board, "run_1")
    push.broken.add(broken.connection)
    assert tell_rooms(a_batch(), board) == []
    assert seqs(push, watcher, "run_1") == [1, 2, 3]
    assert board.connections.find(broken.connection) is not None


def test_many_watchers_each_hear_all_in_order(board, push):
    watchers = [connected(board, "run_1") for _ in range(25)]
    tell_rooms(a_batch(4), board)
    assert all(seqs(push, watcher, "run_1") == [1, 2, 3, 4] for watcher in watchers)


def test_statistics_count_events_and_messages(board):
    for _ in range(2):
        connected(board, "run_1")
    tell_rooms(a_batch(3), board)
    stats = stats_of(board)
    assert (stats["events_broadcasted"], stats["messages_sent"]) == (3, 6)


def test_history_that_cannot_be_written_fails_the_batch(board, push, monkeypatch):
    watcher = connected(board, "run_1")
    monkeypatch.setattr(type(board.table), "transact", killed)
    with pytest.raises(OSError, match="killed"):
        tell_rooms(a_batch(), board)
    assert push.heard_by(watcher.connection) == []


def test_the_stream_record_of_dynamodb_is_understood(board, push):
    watcher = connected(board, "workflow_7")
    handler = stream_handler(lambda changes: tell_rooms(changes, board))
    assert handler(a_sample("listeners/run_events.json"), a_context()) == {"batchItemFailures": []}
    heard = push.heard_by(watcher.connection)
    assert [m["event"] for m in heard] == ["run.started", "node.started", "node.completed"]
    assert heard[2]["data"]["facts"] == {"words": 120}
