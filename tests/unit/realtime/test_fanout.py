"""From a room's history to its members: all of them, in order, once, and nobody else."""

import json
import re
from dataclasses import replace

import pytest

from docchain.entrypoints.listener import stream_handler
from docchain.entrypoints.queue import batch_handler
from docchain.realtime.counters import Tally
from docchain.realtime.fanout.delivering import deliver_orders
from docchain.realtime.fanout.orders import GROUPS, FanoutOrder, Listener, group_of
from docchain.realtime.fanout.queue import FanoutQueue, FanoutRefused
from docchain.realtime.fanout.spreading import MESSAGES_BYTES_MOST, spread
from docchain.realtime.models import RoomMessage
from docchain.realtime.publishing import News, publish
from docchain.realtime.rooms import RoomRepository
from docchain.realtime.switchboard import Switchboard
from docchain.storage.errors import TooMuchContention
from functions.listeners.room_messages.run import send_out
from tests.support.realtime import RecordingQueue, a_sample, connected, fan_out, long_ago, stats_of
from tests.support.rest import a_context


def a_message(seq, room="room", **fields):
    base = {"event_type": "system_notification", "event": "message.published", "event_id": f"e{seq}"}
    return RoomMessage(
        room_id=room, seq=seq, data=fields.pop("data", {}), timestamp="2026-11-21T09:30:00.000Z", **{**base, **fields}
    )


def messages(how_many, first=1, **fields):
    return [a_message(n, **fields) for n in range(first, first + how_many)]


def seqs(push, connection, room="room"):
    return [m["seq"] for m in push.heard_by(connection.connection, "event") if m["room_id"] == room]


def an_order(*listeners, seqs=(1,), group=0, room="room", tenant_id="default"):
    told = [a_message(seq, room).model_dump(mode="json") for seq in seqs]
    return FanoutOrder(
        tenant_id=tenant_id,
        room_id=room,
        group=group,
        messages=told,
        listeners=[Listener(connection=c) for c in listeners],
    )


def test_every_member_hears_all_in_order_and_nobody_else_anything(board, push):
    members = [connected(board, "room") for _ in range(25)]
    elsewhere, stranger = connected(board, "another"), connected(board, "room", tenant_id="other")
    fan_out(board, *messages(4))
    assert all(seqs(push, member) == [1, 2, 3, 4] for member in members)
    assert push.heard_by(elsewhere.connection) == push.heard_by(stranger.connection) == []


def test_what_is_published_is_what_arrives(board, push):
    member = connected(board, "room")
    told = [publish(board.table, "default", News("room", "system_notification", "x.y", {"n": n})) for n in range(3)]
    fan_out(board, *told)
    assert [(m["seq"], m["data"]["n"]) for m in push.heard_by(member.connection)] == [(1, 0), (2, 1), (3, 2)]


def test_statistics_count_events_and_messages(board):
    for _ in range(2):
        connected(board, "room")
    fan_out(board, *messages(3))
    stats = stats_of(board)
    assert (stats["events_broadcasted"], stats["messages_sent"]) == (3, 6)


def test_a_room_with_nobody_in_it_costs_no_order(board):
    assert spread(RoomRepository(board.table), [("default", m) for m in messages(3)], Tally()) == []


def test_members_are_spread_over_groups_and_each_stays_in_its_own(board):
    members = {connected(board, "room").connection for _ in range(60)}
    orders = spread(RoomRepository(board.table), [("default", m) for m in messages(2)], Tally())
    listening = [listener.connection for order in orders for listener in order.listeners]
    assert sorted(listening) == sorted(members)
    assert len({order.group_id for order in orders}) == len(orders) <= GROUPS
    assert all(group_of(one.connection) == order.group for order in orders for one in order.listeners)


def test_what_is_too_much_for_one_order_becomes_several_of_the_same_group_in_order(board):
    connected(board, "room")
    large = messages(5, data={"text": "x" * 60_000})
    orders = spread(RoomRepository(board.table), [("default", m) for m in large], Tally())
    assert [m["seq"] for order in orders for m in order.messages] == [1, 2, 3, 4, 5]
    assert len({order.group_id for order in orders}) == 1
    assert all(len(order.model_dump_json()) < MESSAGES_BYTES_MOST + 100_000 for order in orders)


def test_an_order_has_no_more_pushes_than_a_function_has_time_for(board, push, monkeypatch):
    monkeypatch.setattr("docchain.realtime.fanout.spreading.PUSHES_MOST", 6)
    members = [connected(board, "room") for _ in range(25)]
    orders = spread(RoomRepository(board.table), [("default", m) for m in messages(20)], Tally())
    assert max(len(o.messages) * len(o.listeners) for o in orders if len(o.messages) > 1) <= 6
    fan_out(board, *messages(20))
    assert all(seqs(push, member) == list(range(1, 21)) for member in members)


def test_who_leaves_before_orders_are_sent_again_moves_nobody_into_a_part_that_was_taken(board, push, monkeypatch):
    """The first part was taken and the second refused; then the first member left, and the second moved up."""
    monkeypatch.setattr("docchain.realtime.fanout.spreading.LISTENERS_BYTES_MOST", 100)
    monkeypatch.setattr("docchain.realtime.fanout.spreading.group_of", lambda _: 0)
    members = [connected(board, "room", connection=name) for name in ("a" * 30, "b" * 30, "c" * 30)]
    rooms, queue = RoomRepository(board.table), RecordingQueue()
    first, *_ = spread(rooms, [("default", a_message(1))], Tally())
    FanoutQueue(queue, "url").send([first])
    rooms.leave(members[0], "room", Tally())
    FanoutQueue(queue, "url").send(spread(rooms, [("default", a_message(1))], Tally()))
    deliver_orders(board, [FanoutOrder.model_validate_json(body) for body in queue.bodies])
    assert all(1 in seqs(push, member) for member in members)


def test_what_no_gateway_carries_is_pushed_without_its_data(board, push):
    member = connected(board, "room")
    fan_out(board, a_message(1, data={"text": "x" * 120_000}), a_message(2))
    first, second = push.heard_by(member.connection)
    assert (first["seq"], first["data"], first["truncated"]) == (1, {}, True)
    assert "truncated" not in second


def test_no_call_to_the_queue_has_two_orders_of_one_group(board):
    queue = RecordingQueue()
    orders = [an_order("c", seqs=(n,), group=g) for n in (1, 2, 3) for g in range(12)]
    FanoutQueue(queue, "url").send(orders)
    assert all(len({e["MessageGroupId"] for e in call}) == len(call) <= 10 for call in queue.calls)
    sent = [FanoutOrder.model_validate_json(body) for body in queue.bodies]
    for group in range(12):
        assert [o.messages[0]["seq"] for o in sent if o.group == group] == [1, 2, 3]


def test_a_call_is_never_larger_than_sqs_takes():
    queue = RecordingQueue()
    wide = [
        order.model_copy(update={"messages": [{**order.messages[0], "data": {"text": "x" * 100_000}}]})
        for order in (an_order("c", group=g) for g in range(6))
    ]
    FanoutQueue(queue, "url").send(wide)
    assert max(sum(len(e["MessageBody"]) for e in call) for call in queue.calls) <= 256_000
    assert len(queue.bodies) == 6


def test_what_is_sent_again_is_taken_once_though_somebody_came_meanwhile(board):
    queue = RecordingQueue()
    FanoutQueue(queue, "url").send([an_order("c1")])
    FanoutQueue(queue, "url").send([an_order("c1", "c2")])
    assert len(queue.bodies) == 1


def test_what_sqs_takes_in_no_message_is_told_all_the_same():
    """One such character would hold up the stream's shard, and all tenants in it."""
    queue, text = RecordingQueue(), "\ufffe and \uffff and \x00"
    order = an_order("c1")
    order = order.model_copy(update={"messages": [a_message(1, data={"text": text}).model_dump(mode="json")]})
    FanoutQueue(queue, "url").send([order])
    assert re.fullmatch("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+", queue.bodies[0])
    assert FanoutOrder.model_validate_json(queue.bodies[0]) == order


def test_an_order_that_the_queue_refuses_fails_the_batch_so_that_it_comes_again():
    queue = RecordingQueue()
    queue.refused.add("0")
    with pytest.raises(FanoutRefused):
        FanoutQueue(queue, "url").send([an_order("c1")])


def test_a_member_hears_what_it_asked_for_and_no_more(board, push):
    all_of_it, ends, kinds = connected(board), connected(board), connected(board)
    for connection, events in ((all_of_it, ()), (ends, ("run.*",)), (kinds, ("node_execution", "run.failed"))):
        board.rooms.join(connection, "room", Tally(), events)
    names = [("run.started", "workflow_execution"), ("node.completed", "node_execution"), ("run.failed", "w")]
    fan_out(board, *(a_message(n, event=e, event_type=t) for n, (e, t) in enumerate(names, 1)))
    assert seqs(push, all_of_it) == [1, 2, 3]
    assert seqs(push, ends) == [1, 3]
    assert seqs(push, kinds) == [2, 3]


def test_a_socket_that_is_gone_is_buried_and_the_others_hear_on(board, push):
    gone, member = connected(board, "room", connected_at=long_ago(60)), connected(board, "room")
    push.gone.add(gone.connection)
    assert fan_out(board, *messages(3)) == set()
    assert seqs(push, member) == [1, 2, 3]
    assert board.connections.find(gone.connection) is None


def test_a_burial_that_fails_tells_nobody_twice(board, push, monkeypatch):
    """The batch would come again after three minutes, and hold up its groups until then."""
    gone, member = connected(board, "room", connected_at=long_ago(60)), connected(board, "room")
    push.gone.add(gone.connection)

    def contended(*_):
        raise TooMuchContention("Too many members move in this room.")

    monkeypatch.setattr(RoomRepository, "leave", contended)
    assert fan_out(board, *messages(2)) == set()
    assert seqs(push, member) == [1, 2]
    assert board.connections.find(gone.connection) is not None


def test_figures_that_are_not_taken_tell_nobody_twice(board, push):
    member = connected(board, "room")
    orders = spread(RoomRepository(board.table), [("default", a_message(1))], Tally())
    without_table = Switchboard(replace(board.table, name="not-there"), push)
    assert deliver_orders(without_table, orders) == set()
    assert seqs(push, member) == [1]


def test_a_socket_that_is_about_to_open_is_kept(board, push):
    young = connected(board, "room")
    push.gone.add(young.connection)
    fan_out(board, *messages(1))
    assert board.connections.find(young.connection) is not None


def test_whom_a_message_cannot_reach_is_hung_up_on_and_never_told_what_comes_after(board, push, monkeypatch):
    deaf, member = connected(board, "room"), connected(board, "room")
    push.broken.add(deaf.connection)
    assert fan_out(board, *messages(3)) == set()
    assert push.closed == [deaf.connection]
    assert board.connections.find(deaf.connection) is None
    assert seqs(push, member) == [1, 2, 3]


def test_whom_nothing_reaches_not_even_a_hanging_up_is_tried_again_with_all_of_the_group_behind(board, push):
    def unreachable(_):
        push.post("deaf", {})

    push.broken.add("deaf")
    push.close = unreachable
    orders = [
        an_order("a", group=1),
        an_order("deaf", "b", group=2),
        an_order("b", seqs=(2,), group=2),
        an_order("c", group=3),
    ]
    assert deliver_orders(board, orders) == {1, 2}


def test_the_events_of_aws_are_understood_from_the_stream_to_the_socket(board, push):
    listener = connected(board, "workflow_7", connection="Lx7AcdMrIAMCJvQ=")
    queue = RecordingQueue()
    stream = stream_handler(lambda changes: send_out(changes, board.table, FanoutQueue(queue, "url")))
    assert stream(a_sample("listeners/room_messages.json"), a_context()) == {"batchItemFailures": []}
    sample = a_sample("queues/socket_fanout.json")
    assert (
        FanoutOrder.model_validate_json(queue.bodies[0]).messages
        == json.loads(sample["Records"][0]["body"])["messages"]
    )
    worker = batch_handler(FanoutOrder, lambda orders: deliver_orders(board, orders))
    assert worker(sample, a_context()) == {"batchItemFailures": []}
    assert [m["event"] for m in push.heard_by(listener.connection)] == ["workflow.updated"]
