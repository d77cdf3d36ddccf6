"""The guarded client against a real server: where it goes, how long it stays, how much it takes."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from docchain.outbound.bodies import ANSWER_BYTES_MOST
from docchain.outbound.client import Client, Request
from docchain.outbound.errors import AddressRefused, AnswerRefused, PeerSilent, PeerUnreachable, RedirectRefused
from docchain.outbound.policy import Policy
from tests.support.http_peer import Peer, Received, Reply, a_peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as peer:
        yield peer


def client(*peers: Peer, **changes: Any) -> Client:
    return Client(Policy(plain_http=True, loopback_ports=frozenset(p.port for p in peers)), **changes)


def get(peer: Peer, path: str = "/", **changes: Any) -> Request:
    return Request("GET", f"{peer.url}{path}", **{"seconds": 2.0, **changes})


def test_a_request_arrives_as_it_was_given(peer: Peer) -> None:
    peer.reply = lambda _: Reply(201, b'{"ok": true}', {"X-Id": "7"})
    answer = client(peer).send(
        Request("POST", f"{peer.url}/orders?x=1", {"Content-Type": "application/json", "X-Mine": "é"}, b'{"a": 1}')
    )
    assert (answer.status, answer.body, answer.headers["x-id"]) == (201, b'{"ok": true}', "7")
    got = peer.received[0]
    assert (got.method, got.path, got.body) == ("POST", "/orders?x=1", b'{"a": 1}')
    assert got.headers["host"] == f"127.0.0.1:{peer.port}"


def test_loopback_is_for_the_named_ports_only(peer: Peer) -> None:
    with pytest.raises(AddressRefused):
        Client(Policy(plain_http=True)).send(get(peer))
    with pytest.raises(AddressRefused):
        Client(Policy(plain_http=True, ports=frozenset({peer.port}))).send(get(peer))
    assert peer.received == []


def test_a_named_loopback_port_opens_no_other_host(peer: Peer) -> None:
    with pytest.raises(AddressRefused):
        client(peer, resolve=lambda *_: ["8.8.8.8"]).send(Request("GET", f"http://example.com:{peer.port}/"))


def test_a_name_is_resolved_once_and_that_address_is_connected_to(peer: Peer) -> None:
    """Rebinding: the first answer is checked, and a second, which would be another, is never asked for."""
    asked: list[str] = []

    def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    request = Request("GET", f"http://peer.example:{peer.port}/")
    assert client(peer, resolve=rebinding).send(request).status == 200
    assert asked == ["peer.example"]
    assert peer.received[0].headers["host"] == f"peer.example:{peer.port}"
    with pytest.raises(AddressRefused):
        client(peer, resolve=rebinding).send(request)


@pytest.mark.parametrize("inside", ["10.0.0.5", "169.254.169.254", "::1", "::ffff:10.0.0.5", "64:ff9b::a00:5"])
def test_a_name_with_one_foot_inside_is_refused_whole(inside: str) -> None:
    with pytest.raises(AddressRefused):
        Client(Policy(), resolve=lambda *_: ["8.8.8.8", inside]).send(Request("GET", "https://example.com/"))


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://0xa9fea9fe/",
        "file:///etc/passwd",
        "http://user:pass@example.com/",
        "//localhost:22/",
    ],
)
def test_a_redirect_to_the_inside_is_refused(peer: Peer, place: str) -> None:
    peer.reply = lambda _: Reply(302, b"", {"Location": place})
    with pytest.raises(RedirectRefused):
        client(peer).send(get(peer))
    assert len(peer.received) == 1


def test_redirects_are_followed_five_times_and_no_more(peer: Peer) -> None:
    def step(got: Received) -> Reply:
        at = int(got.path[1:])
        return Reply(302, b"", {"Location": f"/{at + 1}"}) if at < limit else Reply()

    peer.reply = step
    limit = 5
    assert client(peer).send(get(peer, "/0")).url.endswith("/5")
    limit = 6
    with pytest.raises(RedirectRefused):
        client(peer).send(get(peer, "/0"))
    assert len(peer.received) == 12


def test_a_secret_does_not_follow_a_redirect_to_another_origin(peer: Peer) -> None:
    with a_peer() as other:
        peer.reply = lambda _: Reply(307, b"", {"Location": f"{other.url}/"})
        headers = {"Authorization": "Bearer s", "X-Api-Key": "s", "Accept": "text/plain"}
        client(peer, other).send(Request("POST", f"{peer.url}/", headers, b"x"))
        got = other.received[0]
        assert {"authorization", "x-api-key"}.isdisjoint(got.headers)
        assert (got.headers["accept"], got.method, got.body) == ("text/plain", "POST", b"x")


def test_a_see_other_becomes_a_get_without_the_body(peer: Peer) -> None:
    peer.reply = lambda got: Reply(303, b"", {"Location": "/done"}) if got.path == "/" else Reply()
    client(peer).send(Request("POST", f"{peer.url}/", {"Content-Type": "text/plain"}, b"x"))
    assert [(r.method, r.body) for r in peer.received] == [("POST", b"x"), ("GET", b"")]


def test_a_drip_of_bytes_ends_with_the_whole_time(peer: Peer) -> None:
    peer.reply = lambda _: Reply(body=b"x" * 100, drip=0.1)
    started = time.monotonic()
    with pytest.raises(PeerSilent):
        client(peer).send(get(peer, seconds=0.6))
    assert time.monotonic() - started < 1.5


def test_a_drip_of_headers_ends_with_the_whole_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                    if over.wait(0.05):
                        return
                    connection.send(bytes([byte]))

        threading.Thread(target=drip, daemon=True).start()
        peer = Peer(port=server.getsockname()[1])
        started = time.monotonic()
        with pytest.raises(PeerSilent):
            client(peer).send(get(peer, seconds=0.5))
        over.set()
        assert time.monotonic() - started < 1.5


def test_a_resolver_that_hangs_does_not_hold_us(peer: Peer) -> None:
    def slow(*_: Any) -> list[str]:
        time.sleep(1.5)
        return ["127.0.0.1"]

    started = time.monotonic()
    with pytest.raises(PeerUnreachable):
        client(peer, resolve=slow).send(Request("GET", f"http://x.example:{peer.port}/", seconds=0.3))
    assert time.monotonic() - started < 1.0


def test_an_answer_over_the_bound_is_refused_however_it_is_told(peer: Peer) -> None:
    for reply in (
        Reply(body=b"x" * (ANSWER_BYTES_MOST + 1)),
        Reply(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"}),
    ):
        peer.reply = lambda _, reply=reply: reply  # type: ignore[misc]
        with pytest.raises(AnswerRefused):
            client(peer).send(get(peer))


def test_an_endless_answer_without_a_length_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def pour() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
                try:
                    while True:
                        connection.send(b"x" * 65536)
                except OSError:
                    return

        threading.Thread(target=pour, daemon=True).start()
        peer = Peer(port=server.getsockname()[1])
        with pytest.raises(AnswerRefused):
            client(peer).send(get(peer, seconds=5))


def test_an_answer_at_the_bound_and_a_packed_one_are_read(peer: Peer) -> None:
    peer.reply = lambda _: Reply(body=b"x" * ANSWER_BYTES_MOST)
    assert len(client(peer).send(get(peer)).body) == ANSWER_BYTES_MOST
    peer.reply = lambda _: Reply(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})
    assert client(peer).send(get(peer)).body == b"hello"


def test_an_answer_that_is_cut_off_is_not_taken_for_the_whole(peer: Peer) -> None:
    peer.reply = lambda _: Reply(body=b"half", headers={"content-length": "8"})
    with pytest.raises((AnswerRefused, PeerSilent)):
        client(peer).send(get(peer, seconds=1))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-C: d"},
        {"X-A": "b\nc"},
        {"X-A\r\nX-C": "d"},
        {"X A": "b"},
        {"": "b"},
        {"Host": "inside"},
        {"transfer-encoding": "chunked"},
        {"Content-Length": "0"},
        {"X-A": "b", "x-a": "c"},
        {"X-A": "b" * 9_000},
        {"X-A": "\u2028"},
    ],
)
def test_a_header_that_could_begin_another_line_is_refused(peer: Peer, headers: dict[str, str]) -> None:
    with pytest.raises(AddressRefused):
        client(peer).send(get(peer, headers=headers))
    assert peer.received == []


def test_the_proxy_of_the_environment_is_not_used(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert client(peer).send(get(peer)).status == 200


def test_nobody_there_is_told_apart_from_nobody_answering(peer: Peer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = Peer(port=server.getsockname()[1])
    with pytest.raises(PeerUnreachable):
        client(closed).send(get(closed))
    peer.reply = lambda _: Reply(hangs_up=True)
    with pytest.raises(PeerSilent):
        client(peer).send(get(peer))


def test_a_peer_without_tls_that_we_trust_has_seen_nothing(peer: Peer) -> None:
    with pytest.raises(PeerUnreachable):
        client(peer).send(Request("POST", f"https://127.0.0.1:{peer.port}/", body=b"secret"))
    assert all(b"secret" not in r.body for r in peer.received)
