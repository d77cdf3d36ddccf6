"""Who came and who went, in rooms that are small enough."""

import pytest

from docchain.realtime import presence
from docchain.realtime.counters import Tally
from docchain.realtime.presence import announce
from tests.support.realtime import connected


def told(push, listener):
    return [m["room_id"] for m in push.heard_by(listener.connection, "user_joined_room")]


def test_the_others_hear_who_came_and_the_newcomer_does_not(board, push):
    other, newcomer = connected(board, "room"), connected(board, "room")
    announce(board, "user_joined_room", newcomer, "room", Tally())
    assert (told(push, other), told(push, newcomer)) == (["room"], [])


@pytest.mark.parametrize("room", ["system", "security"])
def test_nobody_is_announced_where_everybody_passes_through(board, push, room):
    other, newcomer = connected(board, room), connected(board, room)
    announce(board, "user_joined_room", newcomer, room, Tally())
    assert told(push, other) == []


@pytest.mark.parametrize(("room", "limit"), [("room", "ANNOUNCED_MOST"), ("user_1", "OWN_ANNOUNCED_MOST")])
def test_in_a_full_room_nobody_is_announced(board, push, monkeypatch, room, limit):
    monkeypatch.setattr(presence, limit, 3)
    other, newcomer = [connected(board, room) for _ in range(3)][::2]
    announce(board, "user_joined_room", newcomer, room, Tally())
    assert told(push, other) == [room]
    announce(board, "user_joined_room", connected(board, room), room, Tally())
    assert told(push, other) == [room]
