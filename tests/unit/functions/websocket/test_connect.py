"""Who may open a socket, and as whom."""

from dataclasses import replace

import pytest

from docchain.entrypoints.websocket import SocketCall, websocket_handler
from docchain.errors import ClientError, Unauthorized
from docchain.limits.buckets import Buckets
from docchain.limits.limiter import Limiter
from docchain.limits.rates import Rate
from docchain.realtime.connections import ConnectionRepository
from functions.websocket.connect.run import Doorkeeper, open_connection
from tests.support.realtime import a_sample, a_stored_workflow, fresh_table, stats_of
from tests.support.rest import a_caller, a_context


@pytest.fixture
def tokens():
    return {"good": a_caller("default", user_id=5, session_id="s5")}


@pytest.fixture
def doorkeeper(board, tokens):
    def identify(token, _):
        if token not in tokens:
            raise Unauthorized("bad token")
        return tokens[token]

    workflows = a_stored_workflow(fresh_table("workflows"), workflow_id=7)
    return Doorkeeper(ConnectionRepository(board.table), workflows, identify, lambda *_: None)


def knock(doorkeeper, **query):
    open_connection(SocketCall("socket", query={"connection_id": "test123", **query}), doorkeeper)
    return doorkeeper.connections.find("socket")


def test_without_a_token_one_is_anonymous_whatever_user_id_says(doorkeeper):
    connection = knock(doorkeeper, user_id="1")
    assert connection.is_anonymous
    assert (connection.tenant_id, connection.connection_id) == ("_anonymous", "test123")


def test_with_a_token_one_is_its_user_whatever_user_id_says(doorkeeper):
    connection = knock(doorkeeper, token="good", user_id="1")
    assert (connection.tenant_id, connection.user_id, connection.session_id) == ("default", 5, "s5")


@pytest.mark.parametrize("token", ["bad", ""])
def test_a_bad_token_is_refused_and_leaves_nothing(doorkeeper, board, token):
    with pytest.raises(Unauthorized):
        knock(doorkeeper, token=token)
    assert doorkeeper.connections.find("socket") is None
    assert stats_of(board) == {}


@pytest.mark.parametrize("label", ["", "a b", "x" * 129, "ü", "a\n", "a#b"])
def test_the_label_is_required_and_plain(doorkeeper, label):
    with pytest.raises(ClientError) as refused:
        knock(doorkeeper, connection_id=label)
    assert refused.value.status == 400


def test_a_label_of_128_characters_is_taken(doorkeeper):
    assert knock(doorkeeper, connection_id="x" * 128)


def test_every_connection_is_counted(doorkeeper, board):
    knock(doorkeeper)
    assert stats_of(board) == {"total_connections": 1, "active_connections": 1}


@pytest.mark.parametrize(
    ("query", "room"),
    [
        ({"target": "workflow", "target_id": "7", "token": "good"}, "workflow_7"),
        ({"target": "workflow", "target_id": "8", "token": "good"}, None),
        ({"target": "workflow", "target_id": "7"}, None),
        ({"target": "user", "target_id": "5", "token": "good"}, "user_5"),
        ({"target": "user", "target_id": "1", "token": "good"}, None),
        ({"target": "user", "target_id": "5"}, None),
    ],
)
def test_the_address_leads_into_a_room_that_one_may_enter(doorkeeper, query, room):
    connection = knock(doorkeeper, **query)
    assert connection.target_room == room
    assert (connection.target, str(connection.target_id)) == (query["target"], query["target_id"])


def test_a_workflow_of_another_tenant_is_no_target(doorkeeper, tokens):
    tokens["theirs"] = a_caller("other")
    assert knock(doorkeeper, token="theirs", target="workflow", target_id="7").target_room is None


@pytest.mark.parametrize("target", [{"target": "room"}, {"target": "workflow"}, {"target": "user", "target_id": "0"}])
def test_an_unknown_address_is_refused(doorkeeper, target):
    with pytest.raises(ClientError):
        knock(doorkeeper, **target)


def test_a_session_revoked_while_the_socket_opens_is_refused_and_leaves_nothing(board, doorkeeper):
    """Revoked after the first look, and its listener came before there was anything to find."""
    answers = iter([a_caller("default")])

    def identify(*_):
        caller = next(answers, None)
        if caller is None:
            raise Unauthorized("revoked")
        return caller

    with pytest.raises(Unauthorized):
        knock(replace(doorkeeper, identify=identify), token="any")
    assert doorkeeper.connections.find("socket") is None
    assert stats_of(board) == {"total_connections": 1}


@pytest.mark.parametrize("query", [{}, {"token": "bad"}], ids=["nobody", "a token that is none"])
def test_an_address_opens_so_many_sockets_a_minute(doorkeeper, query):
    """As it makes so many calls of REST: they count together."""
    limiter = Limiter(Buckets(fresh_table("limits")), fresh_table("guard"), Rate(3), Rate(1))
    counting = replace(doorkeeper, admit=lambda caller, address: limiter.admit(caller, address, sign_in=False))
    seen = []
    for number in range(4):
        try:
            open_connection(SocketCall(f"socket{number}", query={"connection_id": "x", **query}), counting)
            seen.append(200)
        except ClientError as refused:
            seen.append(refused.status)
    assert seen == [401 if query else 200] * 3 + [429]


def test_the_event_of_api_gateway_is_understood(doorkeeper):
    handler = websocket_handler(lambda call: open_connection(call, doorkeeper))
    assert handler(a_sample("websocket/connect.json"), a_context()) == {"statusCode": 200}
    connection = doorkeeper.connections.find("Lx7AcdMrIAMCJvQ=")
    assert (connection.connection_id, connection.source_ip) == ("test123", "203.0.113.9")
