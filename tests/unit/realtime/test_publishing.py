"""Messages that programs publish: numbered without gaps, whoever speaks at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.errors import PayloadTooLarge
from docchain.realtime.history import is_whole, read_history
from docchain.realtime.models import MESSAGE_BYTES_MOST
from docchain.realtime.publishing import News, check_size, publish
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed


def news(n=0, room="room"):
    return News(room, "system_notification", "message.published", {"n": n})


def test_messages_are_numbered_and_kept(realtime):
    told = [publish(realtime, "default", news(n)) for n in range(3)]
    assert [m.seq for m in told] == [1, 2, 3]
    assert read_history(realtime, "default", "room", 0, 10) == told
    assert read_history(realtime, "other", "room", 0, 10) == []


def test_those_who_speak_at_once_get_a_number_each(realtime, atomic_calls):
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda n: publish(realtime, "default", news(n)).seq, range(24)))
    assert sorted(told) == list(range(1, 25))
    assert len(read_history(realtime, "default", "room", 0, 100)) == 24


def test_what_belongs_to_it_is_written_with_it_or_not_at_all(realtime):
    item = {"pk": "default#x", "sk": "x", "entity": "x"}

    def once(_):
        return [realtime.putting(item, when=Attr("pk").not_exists())]

    publish(realtime, "default", news(), once)
    with pytest.raises(ConditionFailed) as refused:
        publish(realtime, "default", news(), once)
    assert refused.value.failed == [0]
    assert [m.seq for m in read_history(realtime, "default", "room", 0, 10)] == [1]


def test_the_size_is_counted_in_bytes():
    check_size({"t": "x" * (MESSAGE_BYTES_MOST - 8)})
    with pytest.raises(PayloadTooLarge):
        check_size({"t": "é" * (MESSAGE_BYTES_MOST // 2)})


def test_a_history_that_has_forgotten_its_beginning_says_so(realtime):
    for n in range(4):
        publish(realtime, "default", news(n))
    realtime.delete("default#room#room", "history#000000000001")
    found = read_history(realtime, "default", "room", 0, 10)
    assert not is_whole(found, 0, 4)
    assert is_whole(found, 1, 4)
    assert is_whole([], 4, 4)
    assert not is_whole([], 3, 4)
