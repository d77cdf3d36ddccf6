"""Who is in a room, and when a room is open."""

import pytest

from docchain.realtime import keys
from docchain.realtime.counters import Tally
from docchain.realtime.errors import ConnectionGone, TooManyRooms
from docchain.realtime.rooms import RoomRepository, RoomState
from tests.support.realtime import a_connection, connected, crowded


def members_of(board, room, tenant_id="default"):
    return {m.connection for m in board.rooms.read_members(tenant_id, room)}


def test_the_first_in_opens_the_room_and_the_last_out_closes_it(board):
    one, two, tally = connected(board), connected(board), Tally()
    board.rooms.join(one, "workflow_7", tally)
    board.rooms.join(two, "workflow_7", tally)
    assert tally.rooms_count == 1
    assert board.rooms.count_open("default") == 1
    assert members_of(board, "workflow_7") == {one.connection, two.connection}
    board.rooms.leave(one, "workflow_7", tally)
    assert tally.rooms_count == 1
    board.rooms.leave(two, "workflow_7", tally)
    assert tally.rooms_count == 0
    assert board.rooms.count_open("default") == 0
    assert board.rooms.read_open("default", limit=10, start_key=None)[0] == []
    assert members_of(board, "workflow_7") == set()


def test_joining_twice_is_being_there_once(board):
    connection, tally = connected(board), Tally()
    assert board.rooms.join(connection, "run_1", tally) is True
    assert board.rooms.join(connection, "run_1", tally) is False
    assert board.rooms.read("default", "run_1").members == 1
    assert tally == Tally(rooms_count=1)


def test_leaving_a_room_one_is_not_in_changes_nothing(board):
    connection, tally = connected(board), Tally()
    assert board.rooms.leave(connection, "run_1", tally) is False
    assert board.rooms.read("default", "run_1").members == 0
    assert tally == Tally()


def test_a_user_is_connected_while_somebody_is_in_the_room_of_the_user(board):
    one, two, tally = connected(board, user_id=5), connected(board, user_id=5), Tally()
    board.rooms.join(one, "user_5", tally)
    board.rooms.join(two, "user_5", tally)
    assert tally.users_connected == 1
    board.rooms.leave(one, "user_5", tally)
    assert tally.users_connected == 1
    board.rooms.leave(two, "user_5", tally)
    assert tally.users_connected == 0


def test_the_hundred_and_first_room_is_refused(board):
    connection, tally = connected(board), Tally()
    crowded(board, connection)
    with pytest.raises(TooManyRooms):
        board.rooms.join(connection, "run_100", tally)
    assert board.rooms.read("default", "run_100").members == 0
    assert board.rooms.join(connection, "run_0", tally) is False, "one it is in already is no new one"


def test_a_connection_that_is_gone_enters_no_room(board):
    with pytest.raises(ConnectionGone):
        board.rooms.join(a_connection(), "run_1", Tally())
    assert board.rooms.read("default", "run_1").members == 0


def stale_once(monkeypatch, members):
    """The room as it was before somebody else moved."""
    real, seen = RoomRepository.read, []

    def read(self, tenant_id, room_id):
        if not seen:
            seen.append(room_id)
            return RoomState(room_id, members=members)
        return real(self, tenant_id, room_id)

    monkeypatch.setattr(RoomRepository, "read", read)


def test_of_two_that_both_think_to_be_first_one_opens_the_room(board, monkeypatch):
    one, two, tally = connected(board), connected(board), Tally()
    board.rooms.join(one, "run_1", tally)
    stale_once(monkeypatch, members=0)
    assert board.rooms.join(two, "run_1", tally) is True
    assert board.rooms.read("default", "run_1").members == 2
    assert tally.rooms_count == 1
    assert board.rooms.count_open("default") == 1


def test_of_two_that_both_think_another_stays_one_closes_the_room(board, monkeypatch):
    one, two, tally = connected(board), connected(board), Tally()
    board.rooms.join(one, "run_1", tally)
    board.rooms.join(two, "run_1", tally)
    board.rooms.leave(one, "run_1", tally)
    stale_once(monkeypatch, members=2)
    assert board.rooms.leave(two, "run_1", tally) is True
    assert tally.rooms_count == 0
    assert board.rooms.count_open("default") == 0


def test_rooms_of_the_same_name_in_two_tenants_are_two_rooms(board):
    ours, theirs, tally = connected(board, tenant_id="a"), connected(board, tenant_id="b"), Tally()
    board.rooms.join(ours, "workflow_7", tally)
    board.rooms.join(theirs, "workflow_7", tally)
    assert members_of(board, "workflow_7", "a") == {ours.connection}
    assert tally.rooms_count == 2
    assert [r.room_id for r in board.rooms.read_open("a", limit=10, start_key=None)[0]] == ["workflow_7"]


def test_open_rooms_come_in_pages(board):
    connection = connected(board, *(f"run_{n}" for n in range(5)))
    first, page = board.rooms.read_open(connection.tenant_id, limit=3, start_key=None)
    rest, last = board.rooms.read_open(connection.tenant_id, limit=3, start_key=page.next_key)
    assert [r.room_id for r in [*first, *rest]] == [f"run_{n}" for n in range(5)]
    assert last.next_key is None


def test_a_room_keeps_its_number_when_all_have_left(board):
    connection, tally = connected(board, "run_1"), Tally()
    board.table.update(keys.room("default", "run_1"), keys.ROOM, set_={"seq": 12})
    board.rooms.leave(connection, "run_1", tally)
    assert board.rooms.read("default", "run_1").seq == 12


@pytest.mark.parametrize("room", ["my-room", "task_0b6ad1f4-5d3c-4a7e-9f21-3c1f0f6e2a10", "a--b", "0-_9"])
def test_a_room_whose_name_has_a_dash_is_entered_and_left(board, room):
    connection = connected(board, room)
    assert room in board.connections.find(connection.connection).rooms
    assert board.rooms.leave(connection, room, Tally()) is True
    assert board.connections.find(connection.connection).rooms == {}
