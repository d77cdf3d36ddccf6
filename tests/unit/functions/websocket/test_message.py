"""The protocol, message by message."""

import json

import pytest
from botocore.exceptions import ClientError

from docchain.entrypoints.websocket import SocketCall, websocket_handler
from docchain.realtime.access import Registers
from docchain.realtime.models import MESSAGE_BYTES_MOST, MESSAGES_MOST, ROOMS_MOST, WINDOW_SECONDS
from docchain.realtime.numbering import RunFact, number_events
from docchain.realtime.publishing import News, publish
from functions.websocket.message.desk import Desk
from functions.websocket.message.run import take_message
from tests.support.realtime import (
    TASK,
    a_run_event,
    a_sample,
    a_stored_run,
    a_stored_task,
    a_stored_workflow,
    connected,
    crowded,
    fresh_table,
    stats_of,
)
from tests.support.rest import a_context


@pytest.fixture
def revoked():
    return set()


@pytest.fixture
def desk(board, revoked):
    workflows = a_stored_workflow(fresh_table("workflows"), workflow_id=7)
    runs = a_stored_run(fresh_table("runs"), run_id=1)
    tasks = a_stored_task(fresh_table("tasks"))
    return Desk(board, Registers(workflows, runs, tasks), lambda _, session_id, __: session_id not in revoked)


@pytest.fixture
def user(board):
    return connected(board, "system", "user_1")


@pytest.fixture
def anonymous(board):
    return connected(board, user_id=None)


def say(desk, connection, body):
    """What the speaker hears back."""
    heard = desk.board.push.heard_by(connection.connection)
    text = body if isinstance(body, str) else json.dumps(body)
    take_message(SocketCall(connection.connection, body=text), desk)
    return desk.board.push.heard_by(connection.connection)[len(heard) :]


def happen(board, how_many, first=1, tenant_id="default"):
    number_events(
        board.table,
        [RunFact(str(n), a_run_event(tenant_id=tenant_id, data={"n": n})) for n in range(first, first + how_many)],
    )


@pytest.mark.parametrize("who", ["user", "anonymous"])
def test_ping_pong(desk, who, request):
    (answer,) = say(desk, request.getfixturevalue(who), {"type": "ping"})
    assert answer["type"] == "pong"
    assert answer["timestamp"].endswith("Z")


@pytest.mark.parametrize("who", ["user", "anonymous"])
def test_statistics_count_the_question_itself(desk, who, request):
    speaker = request.getfixturevalue(who)
    say(desk, speaker, {"type": "ping"})
    (answer,) = say(desk, speaker, {"type": "get_stats"})
    assert answer["type"] == "stats"
    assert (answer["data"]["messages_received"], answer["data"]["messages_sent"]) == (2, 1)
    assert answer["data"]["active_connections"] == 1
    assert stats_of(desk.board)["messages_sent"] == 2


def test_join_workflow_answers_the_room_and_its_latest_number(desk, user, board):
    happen(board, 3)
    (answer,) = say(desk, user, {"type": "join_workflow", "workflow_id": 7})
    del answer["timestamp"]
    assert answer == {"type": "joined_workflow", "workflow_id": 7, "room_id": "workflow_7", "seq": 3, "members": 1}
    assert [m.connection for m in board.rooms.read_members("default", "workflow_7")] == [user.connection]


def test_join_run(desk, user, board):
    (answer,) = say(desk, user, {"type": "join_run", "run_id": 1})
    assert (answer["type"], answer["run_id"], answer["room_id"], answer["seq"]) == ("joined_run", 1, "run_1", 0)


def test_since_brings_what_was_missed_in_order(desk, user, board):
    happen(board, 5)
    joined, *events, last = say(desk, user, {"type": "join_workflow", "workflow_id": 7, "since": 2})
    assert joined["type"] == "joined_workflow"
    assert [(e["type"], e["seq"], e["data"]["n"], e["replayed"]) for e in events] == [
        ("event", n, n, True) for n in (3, 4, 5)
    ]
    assert (last["type"], last["count"], last["more"], last["next_since"]) == ("replayed", 3, False, 5)


def test_since_the_latest_brings_nothing(desk, user, board):
    happen(board, 2)
    _, last = say(desk, user, {"type": "join_run", "run_id": 1, "since": 2})
    assert (last["count"], last["more"], last["next_since"]) == (0, False, 2)


def test_more_than_is_told_at_once_is_asked_for_again(desk, user, board, monkeypatch):
    monkeypatch.setattr("functions.websocket.message.commands.READ_MOST", 3)
    happen(board, 6)
    heard, since, rounds = [], 0, 0
    while True:
        _, *events, last = say(desk, user, {"type": "join_workflow", "workflow_id": 7, "since": since})
        heard += [e["seq"] for e in events]
        since, rounds = last["next_since"], rounds + 1
        if not last["more"]:
            break
    assert heard == [1, 2, 3, 4, 5, 6]
    assert rounds == 2


def test_joining_again_is_answered_and_announced_once(desk, user, board):
    other = connected(board, "workflow_7", user_id=2)
    for _ in range(2):
        assert say(desk, user, {"type": "join_workflow", "workflow_id": 7})[0]["type"] == "joined_workflow"
    (heard,) = board.push.heard_by(other.connection)
    assert (heard["type"], heard["connection_id"]) == ("user_joined_room", user.connection_id)
    assert board.rooms.read("default", "workflow_7").members == 2


def test_leave_workflow(desk, user, board):
    other = connected(board, "workflow_7", user_id=2)
    say(desk, user, {"type": "join_workflow", "workflow_id": 7})
    (answer,) = say(desk, user, {"type": "leave_workflow", "workflow_id": 7})
    assert (answer["type"], answer["workflow_id"], answer["room_id"]) == ("left_workflow", 7, "workflow_7")
    assert [m["type"] for m in board.push.heard_by(other.connection)] == ["user_joined_room", "user_left_room"]
    assert board.rooms.read("default", "workflow_7").members == 1


def test_leaving_a_run_one_did_not_join_is_answered_all_the_same(desk, user):
    assert say(desk, user, {"type": "leave_run", "run_id": 1})[0]["type"] == "left_run"


@pytest.mark.parametrize("message", [{"type": "join_workflow", "workflow_id": 8}, {"type": "join_run", "run_id": 2}])
def test_what_is_not_there_is_not_found(desk, user, message):
    (answer,) = say(desk, user, message)
    assert answer["type"] == "error"
    assert answer["code"].endswith("_NOT_FOUND")


@pytest.mark.parametrize(
    "message", [{"type": "join_workflow", "workflow_id": 7, "since": 0}, {"type": "join_run", "run_id": 1, "since": 0}]
)
def test_what_is_another_tenants_is_not_found(desk, board, message):
    happen(board, 2)
    stranger = connected(board, tenant_id="other", user_id=9)
    (answer,) = say(desk, stranger, message)
    assert answer["type"] == "error"
    assert answer["code"].endswith("_NOT_FOUND")


def test_a_deleted_workflow_is_not_found(desk, user):
    desk.registers.workflows.delete(
        "default", desk.registers.workflows.read("default", 7), a_run_event(kind="workflow.deleted")
    )
    assert say(desk, user, {"type": "join_workflow", "workflow_id": 7})[0]["code"] == "WORKFLOW_NOT_FOUND"


@pytest.mark.parametrize("kind", ["join_workflow", "leave_workflow", "join_run", "leave_run"])
def test_anonymous_is_told_to_log_in(desk, anonymous, kind, board):
    (answer,) = say(desk, anonymous, {"type": kind, "workflow_id": 7, "run_id": 1})
    assert (answer["type"], answer["code"]) == ("error", "UNAUTHORIZED")
    assert "Log in" in answer["message"]
    assert board.rooms.read("_anonymous", "workflow_7").members == 0


def test_a_mark_comes_back_with_the_answer_and_with_a_refusal(desk, user):
    assert say(desk, user, {"type": "ping", "ref": "a1"})[0]["ref"] == "a1"
    assert say(desk, user, {"type": "join_room", "room_id": "run_9", "ref": "a2"})[0]["ref"] == "a2"
    assert "ref" not in say(desk, user, {"type": "ping"})[0]
    assert "ref" not in say(desk, user, {"type": "ping", "ref": "x" * 101})[0]


def test_an_unknown_type_is_named(desk, user):
    (answer,) = say(desk, user, {"type": "dance"})
    assert (answer["type"], answer["message"]) == ("error", "Unknown message type: dance")


@pytest.mark.parametrize("kind", [None, 7, [], {"a": 1}, "\ud800"])
def test_a_strange_type_is_an_unknown_one(desk, user, kind):
    (answer,) = say(desk, user, {"type": kind})
    assert answer["message"].startswith("Unknown message type: ")


@pytest.mark.parametrize("body", ["", "{", "[1]", "7", "null", "ping", '{"type":' + "[" * 5000, "9" * 5000])
def test_bad_json(desk, user, body):
    (answer,) = say(desk, user, body)
    assert (answer["type"], answer["message"]) == ("error", "Invalid JSON format")


@pytest.mark.parametrize("wrong", [None, "x", 0, -1, 1.5, 10**20, {}, []])
def test_a_wrong_workflow_id_names_the_field(desk, user, wrong):
    (answer,) = say(desk, user, {"type": "join_workflow", "workflow_id": wrong})
    assert (answer["code"], answer["details"][0]["field"]) == ("VALIDATION_ERROR", "workflow_id")


def test_a_message_of_32_kb_is_taken_and_one_byte_more_closes_the_socket(desk, user, board):
    frame = len(json.dumps({"type": "ping", "pad": ""}))
    assert say(desk, user, {"type": "ping", "pad": "x" * (MESSAGE_BYTES_MOST - frame)})[0]["type"] == "pong"
    (answer,) = say(desk, user, {"type": "ping", "pad": "x" * (MESSAGE_BYTES_MOST - frame + 1)})
    assert (answer["code"], answer["close_code"]) == ("PAYLOAD_TOO_LARGE", 1009)
    assert board.push.closed == [user.connection]
    assert board.connections.find(user.connection) is None


def test_the_limit_counts_bytes(desk, user):
    (answer,) = say(desk, user, json.dumps({"type": "ping", "pad": "é" * 20_000}, ensure_ascii=False))
    assert answer["code"] == "PAYLOAD_TOO_LARGE"


def test_too_many_rooms_is_an_error_that_says_so(desk, user, board):
    crowded(board, user)
    (answer,) = say(desk, user, {"type": "join_workflow", "workflow_id": 7})
    assert (answer["code"], answer["details"]) == ("TOO_MANY_ROOMS", {"most": ROOMS_MOST})


def test_joining_a_free_room_answers_its_number_and_who_is_there(desk, user, board):
    connected(board, "lobby", user_id=2)
    publish(board.table, "default", News("lobby", "system_notification", "x.y", {}))
    (answer,) = say(desk, user, {"type": "join_room", "room_id": "lobby"})
    assert (answer["type"], answer["room_id"], answer["seq"], answer["members"]) == ("joined_room", "lobby", 1, 2)
    (answer,) = say(desk, user, {"type": "leave_room", "room_id": "lobby"})
    assert (answer["type"], board.rooms.read("default", "lobby").members) == ("left_room", 1)


@pytest.mark.parametrize("room", ["workflow_8", "run_2", "user_2", "security", "workflow_x", "all"])
def test_a_room_that_is_not_for_one_is_not_found(desk, user, board, room):
    (answer,) = say(desk, user, {"type": "join_room", "room_id": room})
    assert answer["code"].endswith("_NOT_FOUND")
    assert board.rooms.read("default", room).members == 0


def test_who_looks_after_the_tenant_may_enter_the_room_of_security(desk, board):
    moderator = connected(board, roles=("moderator",))
    assert say(desk, moderator, {"type": "join_room", "room_id": "security"})[0]["type"] == "joined_room"


@pytest.mark.parametrize("room", ["", "a b", "x" * 65, 7, None, "ü"])
def test_a_name_that_is_none_names_the_field(desk, user, room):
    (answer,) = say(desk, user, {"type": "join_room", "room_id": room})
    assert (answer["code"], answer["details"][0]["field"]) == ("VALIDATION_ERROR", "room_id")


def test_recover_brings_what_is_behind_a_number_of_a_room_one_is_in(desk, user, board):
    happen(board, 5)
    say(desk, user, {"type": "join_workflow", "workflow_id": 7})
    *events, last = say(desk, user, {"type": "recover", "room_id": "workflow_7", "since": 1, "limit": 3})
    assert [e["seq"] for e in events] == [2, 3, 4]
    assert (last["type"], last["count"], last["more"], last["next_since"]) == ("replayed", 3, True, 4)
    assert last["complete"] is True


def test_nothing_is_recovered_of_a_room_that_one_is_not_in(desk, user, board):
    happen(board, 2)
    (answer,) = say(desk, user, {"type": "recover", "room_id": "workflow_7", "since": 0})
    assert answer["code"] == "ROOM_NOT_FOUND"


def test_what_is_no_longer_kept_is_not_passed_over_in_silence(desk, user, board):
    happen(board, 3)
    board.table.delete("default#room#workflow_7", "history#000000000001")
    *_, last = say(desk, user, {"type": "join_workflow", "workflow_id": 7, "since": 0})
    assert (last["count"], last["complete"]) == (2, False)


def test_a_filter_holds_for_what_is_replayed_and_may_be_changed(desk, user, board):
    kinds = ["node.started", "node.completed", "run.completed"]
    number_events(board.table, [RunFact(str(n), a_run_event(kind=kind)) for n, kind in enumerate(kinds)])
    asked = {"type": "join_workflow", "workflow_id": 7, "since": 0}
    joined, *events, last = say(desk, user, {**asked, "events": ["run.*"]})
    assert joined["events"] == ["run.*"]
    assert ([e["event"] for e in events], last["next_since"]) == (["run.completed"], 3)
    assert [m.events for m in board.rooms.read_members("default", "workflow_7")] == [("run.*",)]
    *events, _ = say(desk, user, {"type": "recover", "room_id": "workflow_7", "since": 0})
    assert len(events) == 1
    _, *events, _ = say(desk, user, asked)
    assert len(events) == 3
    assert [m.events for m in board.rooms.read_members("default", "workflow_7")] == [()]


@pytest.mark.parametrize("events", [["a" * 70], ["x"] * 21, ["a*b"], [""], "run.*", [7]])
def test_a_filter_that_is_none_names_the_field(desk, user, events):
    (answer,) = say(desk, user, {"type": "join_workflow", "workflow_id": 7, "events": events})
    assert answer["code"] == "VALIDATION_ERROR"
    assert answer["details"][0]["field"].startswith("events")


def test_who_says_too_much_in_a_window_is_told_so_and_hung_up_on(desk, user, board, monkeypatch):
    monkeypatch.setattr("docchain.realtime.connections.epoch", lambda: 1_000_000)
    for _ in range(MESSAGES_MOST):
        assert say(desk, user, {"type": "ping"})[0]["type"] == "pong"
    (answer,) = say(desk, user, {"type": "ping"})
    assert (answer["code"], answer["close_code"]) == ("RATE_LIMITED", 1008)
    assert board.push.closed == [user.connection]
    assert board.connections.find(user.connection) is None


def test_the_next_window_begins_anew(desk, user, monkeypatch):
    moment = [1_000_000]
    monkeypatch.setattr("docchain.realtime.connections.epoch", lambda: moment[0])
    for _ in range(3):
        for _ in range(MESSAGES_MOST):
            assert say(desk, user, {"type": "ping"})[0]["type"] == "pong"
        moment[0] += WINDOW_SECONDS


def test_another_connection_is_counted_on_its_own(desk, board):
    one, two = connected(board), connected(board)
    for _ in range(MESSAGES_MOST):
        say(desk, one, {"type": "ping"})
    assert say(desk, two, {"type": "ping"})[0]["type"] == "pong"


def test_a_revoked_session_is_told_so_and_closed(desk, user, board, revoked):
    revoked.add(user.session_id)
    (answer,) = say(desk, user, {"type": "ping"})
    assert (answer["type"], answer["code"]) == ("error", "UNAUTHORIZED")
    assert board.push.closed == [user.connection]
    assert board.connections.find(user.connection) is None
    assert stats_of(board) == {"total_connections": 1, "messages_received": 1, "messages_sent": 1}


def test_a_socket_that_outlived_its_connection_is_closed(desk, board):
    take_message(SocketCall("stray", body='{"type":"ping"}'), desk)
    assert board.push.closed == ["stray"]
    assert stats_of(board) == {}


def test_a_speaker_who_is_gone_before_the_answer_is_no_error(desk, user, board):
    board.push.gone.add(user.connection)
    assert say(desk, user, {"type": "ping"}) == []
    assert stats_of(board)["messages_received"] == 1


def test_a_table_that_does_not_answer_is_an_error_message_and_no_silence(desk, user, monkeypatch):
    def throttled(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "GetItem")

    monkeypatch.setattr(type(desk.registers.workflows), "read", throttled)
    (answer,) = say(desk, user, {"type": "join_workflow", "workflow_id": 7})
    assert (answer["type"], answer["code"]) == ("error", "DEPENDENCY_UNAVAILABLE")
    assert "slow down" not in answer["message"]


def test_the_event_of_api_gateway_is_understood_and_the_answer_has_no_body(desk, board):
    speaker = connected(board, connection="Lx7AcdMrIAMCJvQ=")
    handler = websocket_handler(lambda call: take_message(call, desk))
    assert handler(a_sample("websocket/message.json"), a_context()) == {"statusCode": 200}
    assert board.push.heard_by(speaker.connection)[0]["type"] == "pong"


def test_the_room_of_a_task_is_open_where_there_is_the_task(desk, user):
    assert say(desk, user, {"type": "join_room", "room_id": f"task_{TASK}"})[0]["type"] == "joined_room"


@pytest.mark.parametrize("name", [f"task_{TASK[:-1]}1", "task_lobby", "task"])
def test_of_what_is_no_task_there_is_no_room(desk, user, name):
    (answer,) = say(desk, user, {"type": "join_room", "room_id": name})
    assert answer["code"] in ("TASK_NOT_FOUND", "ROOM_NOT_FOUND")
    assert name not in desk.board.connections.find(user.connection).rooms


def test_a_task_of_another_tenant_has_no_room_here(desk, board):
    stranger = connected(board, tenant_id="other")
    (answer,) = say(desk, stranger, {"type": "join_room", "room_id": f"task_{TASK}"})
    assert answer["code"] == "TASK_NOT_FOUND"


def test_behind_a_number_that_the_room_has_not_come_to_nothing_is_whole(desk, user, board):
    happen(board, 2)
    *_, last = say(desk, user, {"type": "join_workflow", "workflow_id": 7, "since": 40})
    assert (last["count"], last["next_since"], last["complete"]) == (0, 2, False)
