"""A node that calls out: what it sends, what it keeps, and how sure it is of what happened."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from docchain.calls_out.requesting import AskedToWaitTooLong, UnexpectedStatus, send_request
from docchain.calls_out.secrets import SecretMissing
from docchain.errors import NotYetActed, OutcomeUnknown, PermanentStepError, TransientStepError, ValidationFailed
from docchain.nodes.kinds.http_request import KIND, HttpRequest
from docchain.outbound.client import Client
from docchain.outbound.policy import Policy
from docchain.steps.call import NodeCall, NodeResult
from tests.support.http_peer import Peer, Reply, a_peer

SECRETS = {("t_1", "token"): "s3cret-value"}


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as peer:
        yield peer


def sent(peer: Peer, *, rendered: dict[str, Any] | None = None, waits: list[float] | None = None, **config: Any) -> Any:
    written = {"url": f"{peer.url}/hook", **config}
    checked = HttpRequest.model_validate(written).model_copy(update=rendered or {})
    call = NodeCall(
        tenant_id="t_1",
        run_id=7,
        node_key="call",
        config=checked,
        scope={},
        upstream={},
        deadline=time.monotonic() + 10,
        read_document=lambda _: pytest.fail("it reads none"),
        written=written,
        effect_key="k" * 64,
        effect_class=KIND.effect_for(written),
    )
    client = Client(Policy(plain_http=True, loopback_ports=frozenset({peer.port})))
    slept = waits if waits is not None else []
    return send_request(client, lambda tenant, name: SECRETS.get((tenant, name)), call, slept.append)


def test_json_is_sent_and_json_comes_back(peer: Peer) -> None:
    peer.reply = lambda _: Reply(201, b'{"id": 5}', {"Set-Cookie": "session=1", "X-Id": "5"})
    result: NodeResult = sent(peer, method="POST", json={"a": "é"}, query={"q": "x y", "on": True})
    got = peer.received[0]
    assert (got.path, json.loads(got.body)) == ("/hook?q=x+y&on=true", {"a": "é"})
    assert got.headers["content-type"] == "application/json"
    assert got.headers["idempotency-key"] == "k" * 64
    assert result.output["json"] == {"id": 5}
    assert result.output["headers"]["x-id"] == "5"
    assert "set-cookie" not in result.output["headers"]
    assert result.facts == {"status": 201, "ok": True}


def test_a_form_and_a_plain_body_say_what_they_are(peer: Peer) -> None:
    sent(peer, method="POST", form={"a": "1&2"})
    sent(peer, method="PUT", body="hello")
    assert [(r.body, r.headers["content-type"]) for r in peer.received] == [
        (b"a=1%262", "application/x-www-form-urlencoded"),
        (b"hello", "text/plain; charset=utf-8"),
    ]


def test_asking_carries_no_key_and_neither_does_once(peer: Peer) -> None:
    sent(peer)
    sent(peer, method="POST", effect="once")
    assert all("idempotency-key" not in r.headers for r in peer.received)


def test_what_a_node_promises_is_its_methods_and_its_authors_word() -> None:
    assert KIND.effect_for({"url": "u"}) == "pure"
    assert KIND.effect_for({"method": "HEAD", "effect": "once"}) == "pure"
    assert KIND.effect_for({"method": "POST"}) == "keyed"
    assert KIND.effect_for({"method": "DELETE", "effect": "once"}) == "once"


def test_a_secret_is_put_in_as_the_request_is_sent_and_taken_out_of_the_answer(peer: Peer) -> None:
    peer.reply = lambda got: Reply(body=json.dumps({"you_sent": got.headers["authorization"]}).encode())
    result = sent(peer, headers={"Authorization": "Bearer vault:token", "X-Raw": "vault:token"})
    assert peer.received[0].headers["authorization"] == "Bearer s3cret-value"
    assert peer.received[0].headers["x-raw"] == "s3cret-value"
    assert "s3cret-value" not in json.dumps(result.output)


def test_text_from_elsewhere_that_looks_like_a_reference_opens_nothing(peer: Peer) -> None:
    written = {"X-Note": "{{ nodes.mail.text }}"}
    sent(peer, headers=written, rendered={"headers": {"X-Note": "vault:token"}})
    assert peer.received[0].headers["x-note"] == "vault:token"


def test_an_unknown_secret_fails_before_anything_is_sent(peer: Peer) -> None:
    with pytest.raises(SecretMissing, match="no secret 'other'"):
        sent(peer, headers={"X-Key": "vault:other"})
    assert peer.received == []


def test_a_value_of_a_template_that_is_no_request_is_refused(peer: Peer) -> None:
    for rendered in ({"url": 7}, {"headers": {"X": {"a": 1}}}, {"query": {"a": [1]}}, {"body": ["x"]}):
        with pytest.raises(PermanentStepError, match="templates"):
            sent(peer, rendered=rendered)
    sent(peer, rendered={"headers": {"X-Count": 5}})
    assert [r.headers["x-count"] for r in peer.received] == ["5"]


def test_a_line_break_from_a_template_sends_nothing(peer: Peer) -> None:
    with pytest.raises(ValidationFailed):
        sent(peer, rendered={"headers": {"X-A": "b\r\nX-B: c"}})
    assert peer.received == []


def test_the_inside_is_refused(peer: Peer) -> None:
    for url in ("http://169.254.169.254/latest/", "http://127.0.0.1:1/", "http://[::1]/"):
        with pytest.raises(ValidationFailed):
            sent(peer, url=url)


def test_a_wait_that_the_peer_asks_for_is_kept(peer: Peer) -> None:
    peer.reply = lambda _: Reply(429, headers={"Retry-After": "3"}) if len(peer.received) < 3 else Reply()
    waits: list[float] = []
    assert sent(peer, method="POST", waits=waits).facts["ok"]
    assert waits == [3.0, 3.0]
    assert peer.effects == 1


def test_a_longer_wait_than_the_node_has_is_not_slept_through(peer: Peer) -> None:
    peer.reply = lambda _: Reply(503, headers={"Retry-After": "3600"})
    with pytest.raises(AskedToWaitTooLong, match="3600 s"):
        sent(peer)
    assert len(peer.received) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, NotYetActed), (503, NotYetActed), (502, TransientStepError), (504, TransientStepError)],
)
def test_a_peer_that_is_away_is_tried_again(peer: Peer, status: int, error: type[Exception]) -> None:
    peer.reply = lambda _: Reply(status)
    with pytest.raises(error) as raised:
        sent(peer, method="POST")
    assert type(raised.value) is error


def test_a_status_that_was_not_expected_fails_the_node(peer: Peer) -> None:
    peer.reply = lambda _: Reply(404)
    with pytest.raises(UnexpectedStatus, match="404"):
        sent(peer)
    assert sent(peer, expect_status=[404]).facts == {"status": 404, "ok": False}
    peer.reply = lambda _: Reply(500)
    with pytest.raises(UnexpectedStatus):
        sent(peer, method="POST")
    with pytest.raises(OutcomeUnknown):
        sent(peer, method="POST", effect="once")


def test_nobody_there_has_seen_nothing_and_silence_may_be_a_deed(peer: Peer) -> None:
    with pytest.raises(NotYetActed):
        sent(peer, url="https://127.0.0.1:" + str(peer.port))
    peer.reply = lambda _: Reply(hangs_up=True)
    with pytest.raises(TransientStepError) as raised:
        sent(peer, method="POST")
    assert not isinstance(raised.value, NotYetActed)


def test_an_answer_that_is_no_text_is_told_by_size_and_hash(peer: Peer) -> None:
    peer.reply = lambda _: Reply(body=b"\x89PNG\xff", headers={"content-type": "image/png"})
    assert sent(peer).output["size"] == 5
    peer.reply = lambda _: Reply(body=b'{"a": NaN}')
    assert sent(peer).output["text"] == '{"a": NaN}'


@pytest.mark.parametrize(
    "config",
    [
        {"method": "TRACE"},
        {"timeout_seconds": 61},
        {"json": 1, "body": "x", "method": "POST"},
        {"json": 1},
        {"effect": "pure"},
        {"verify": False},
    ],
)
def test_a_config_that_cannot_be_is_found_before_it_runs(config: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        HttpRequest.model_validate({"url": "https://example.com", **config})
