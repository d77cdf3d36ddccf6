"""Messages to sockets: in order, past those that are gone, and through API Gateway's own client."""

import json

import pytest
from botocore.stub import Stubber

from docchain import aws
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.push import ApiGatewayPush, deliver


def letters(*names, each=2):
    return {name: [{"n": n} for n in range(each)] for name in names}


@pytest.mark.parametrize("how_many", [2, 40])
def test_each_connection_gets_its_messages_in_order(push, how_many):
    names = [f"c{n}" for n in range(how_many)]
    delivery = deliver(push, letters(*names, each=5))
    assert delivery.sent == 5 * how_many
    assert all([m["n"] for m in push.heard_by(name)] == list(range(5)) for name in names)


@pytest.mark.parametrize("others", [1, 20])
def test_gone_and_broken_ones_hold_up_nobody(push, others):
    push.gone.add("gone")
    push.broken.add("broken")
    rest = [f"c{n}" for n in range(others)]
    delivery = deliver(push, letters("gone", "broken", *rest))
    assert (delivery.gone, delivery.failed, delivery.sent) == (["gone"], ["broken"], 2 * others)
    assert all(len(push.heard_by(name)) == 2 for name in rest)


def test_nothing_to_deliver(push):
    assert deliver(push, {}).sent == 0


@pytest.fixture
def gateway(aws_account):
    client = aws.websocket_api("https://api.example/stage")
    with Stubber(client) as stub:
        yield ApiGatewayPush(client), stub


def test_a_message_is_compact_json(gateway):
    push, stub = gateway
    data = '{"type":"pong","é":1}'.encode()
    stub.add_response("post_to_connection", {}, {"ConnectionId": "c1", "Data": data})
    push.post("c1", json.loads(data))
    stub.assert_no_pending_responses()


def test_half_a_character_is_no_reason_to_fail(gateway):
    push, stub = gateway
    stub.add_response("post_to_connection", {}, {"ConnectionId": "c1", "Data": b'{"text":"?"}'})
    push.post("c1", {"text": "\ud800"})


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("post_to_connection", lambda push: push.post("c1", {})),
        ("get_connection", lambda push: push.check("c1")),
        ("delete_connection", lambda push: push.close("c1")),
    ],
)
def test_410_means_gone(gateway, operation, call):
    push, stub = gateway
    stub.add_client_error(operation, "GoneException", http_status_code=410)
    with pytest.raises(ConnectionGone):
        call(push)
