"""Letters of the local stage, as the emulator tells of them."""

from infra.local.mail import last, written
from infra.local.place import ACCOUNT

MESSAGE = {"To": ["ada@example.com"], "Subject": "Set a new password", "BodyText": "Hello Ada,\n\nhttp://x#y\n\n"}


def test_the_newest_are_shown_oldest_first():
    answer = {"messages": {ACCOUNT: [{**MESSAGE, "Subject": str(n)} for n in range(20)]}}
    assert [m["Subject"] for m in last(answer, 3)] == ["17", "18", "19"]


def test_before_the_first_there_is_none():
    assert last({"messages": {}}, 10) == []


def test_a_letter_reads_as_one():
    assert written(MESSAGE) == "To:      ada@example.com\nSubject: Set a new password\n\nHello Ada,\n\nhttp://x#y\n"
