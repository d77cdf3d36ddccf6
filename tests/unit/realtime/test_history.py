"""What REST and ``since`` read."""

from docchain.clock import epoch
from docchain.realtime.counters import Tally
from docchain.realtime.history import KEPT_SECONDS, read_history
from docchain.realtime.numbering import RunFact, number_events
from docchain.storage.table import Table
from tests.support.realtime import a_connection, a_run_event


def fill(realtime, how_many):
    number_events(realtime, [RunFact(str(n), a_run_event(data={"n": n})) for n in range(1, how_many + 1)])


def test_since_leaves_out_what_was_seen(realtime):
    fill(realtime, 5)
    assert [m.seq for m in read_history(realtime, "default", "run_1", 3, 10)] == [4, 5]


def test_limit_is_held_and_the_rest_can_be_asked_for(realtime):
    fill(realtime, 5)
    first = read_history(realtime, "default", "run_1", 0, 2)
    assert [m.seq for m in first] == [1, 2]
    assert [m.seq for m in read_history(realtime, "default", "run_1", first[-1].seq, 2)] == [3, 4]


def test_members_of_the_room_are_no_messages(realtime, board):
    fill(realtime, 2)
    connection = a_connection()
    board.connections.open(connection)
    board.rooms.join(connection, "run_1", Tally())
    assert [m.seq for m in read_history(realtime, "default", "run_1", 0, 10)] == [1, 2]
    assert read_history(realtime, "default", "run_1", 2, 10) == []


def test_who_is_up_to_date_reads_no_member_and_no_note(realtime, board, monkeypatch):
    """A thousand of these lie behind the history of a busy room, and each is paid for."""
    fill(realtime, 2)
    connection = a_connection()
    board.connections.open(connection)
    board.rooms.join(connection, "run_1", Tally())
    read, seen = Table.query, []
    monkeypatch.setattr(Table, "query", lambda *at, **how: seen.append(read(*at, **how)) or seen[-1])
    assert read_history(realtime, "default", "run_1", 2, 10) == []
    assert [page.items for page in seen] == [[]]


def test_a_room_that_nothing_happened_in_is_empty(realtime):
    assert read_history(realtime, "default", "run_99", 0, 10) == []


def test_another_tenant_reads_nothing(realtime):
    fill(realtime, 2)
    assert read_history(realtime, "other", "run_1", 0, 10) == []


def test_history_is_kept_for_thirty_days(realtime):
    fill(realtime, 1)
    item = realtime.get("default#room#run_1", "history#000000000001")
    assert abs(item["expires_at"] - epoch() - KEPT_SECONDS) < 5


def test_pages_of_one_megabyte_are_joined(realtime):
    facts = [RunFact(str(n), a_run_event(data={"text": "x" * 60_000})) for n in range(1, 25)]
    for fact in facts:
        number_events(realtime, [fact])
    assert [m.seq for m in read_history(realtime, "default", "run_1", 0, 100)] == list(range(1, 25))
