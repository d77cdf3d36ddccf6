"""What must hold of every provider, on its own SDK against a peer that speaks its wire protocol."""

import traceback

import pytest

from docchain.ai.errors import (
    ProviderAnswerInvalid,
    ProviderAuthFailed,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from docchain.ai.models import Message
from docchain.errors import PermanentStepError, TransientStepError
from tests.support.model_peer import Reply
from tests.unit.ai.providers.conftest import KEY, a_request


def test_an_answer_tells_text_tokens_and_why_it_ended(wire, asked):
    with wire.speaking(wire.answer("yes", tokens=(11, 7))) as (provider, _):
        answer = provider.generate(asked)

    assert (answer.text, answer.provider, answer.method, answer.finish_reason) == (
        "yes",
        wire.name,
        "generative",
        "stop",
    )
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)


def test_instructions_history_and_task_arrive_apart_and_with_the_bound(wire):
    history = (Message("user", "first words"), Message("assistant", "second words"))

    with wire.speaking(wire.answer("yes")) as (provider, peer):
        provider.generate(a_request(history=history, max_tokens=77))

    sent = str(peer.requests[0])
    assert [sent.count(part) for part in ("be brief", "first words", "second words", "say yes")] == [1, 1, 1, 1]
    assert sent.index("first words") < sent.index("second words") < sent.index("say yes")
    assert "77" in sent


def test_a_stream_comes_in_pieces_and_ends_with_the_whole_and_its_tokens(wire, asked):
    with wire.speaking(wire.streamed("Bees", " da", "nce.", tokens=(11, 7))) as (provider, _):
        *pieces, last = provider.stream(asked)

    assert [piece.text for piece in pieces] == ["Bees", " da", "nce."]
    assert all(piece.answer is None for piece in pieces)
    assert (last.answer.text, last.answer.finish_reason) == ("Bees dance.", "stop")
    assert (last.answer.usage.input_tokens, last.answer.usage.output_tokens) == (11, 7)


@pytest.mark.parametrize("cut", [True, False], ids=["the connection breaks", "the peer hangs up politely"])
def test_a_stream_that_is_cut_gives_its_pieces_and_then_an_error(wire, asked, cut):
    reply = wire.streamed("Bees", " da", cut=True)
    reply.cut = cut

    with wire.speaking(reply) as (provider, _):
        pieces = provider.stream(asked)
        got = [next(pieces).text, next(pieces).text]
        with pytest.raises(ProviderUnavailable) as raised:
            next(pieces)

    assert got == ["Bees", " da"]
    assert isinstance(raised.value, TransientStepError)


def test_a_schema_is_sent_and_the_answer_is_json_as_text(wire):
    schema = {"type": "object", "properties": {"colour": {"type": "string"}}, "required": ["colour"]}
    given = wire.answer(tool_input={"colour": "red"}) if wire.name == "bedrock" else wire.answer('{"colour": "red"}')

    with wire.speaking(given) as (provider, peer):
        answer = provider.structured(a_request(schema=schema))

    assert answer.text == '{"colour": "red"}'
    assert "colour" in str(peer.requests[0])


def test_a_wrong_key_is_permanent_and_tells_nothing_of_the_key(wire, asked):
    with wire.speaking(wire.failure(401, told=f"Incorrect API key provided: {KEY}")) as (provider, peer):
        with pytest.raises(ProviderAuthFailed) as raised:
            provider.generate(asked)

        assert len(peer.requests) == 1
    assert isinstance(raised.value, PermanentStepError)


def test_a_busy_provider_says_how_long_to_wait_and_the_sdk_does_not_ask_again_by_itself(wire, asked):
    with wire.speaking(wire.failure(429, headers={"retry-after": "7"})) as (provider, peer):
        with pytest.raises(ProviderUnavailable) as raised:
            provider.generate(asked)

        assert len(peer.requests) == 1
    assert (raised.value.retry_after, raised.value.details["status"]) == (7.0, 429)


def test_a_provider_in_trouble_is_transient_and_asked_once(wire, asked):
    with wire.speaking(wire.failure(500)) as (provider, peer):
        with pytest.raises(ProviderUnavailable) as raised:
            provider.generate(asked)

        assert len(peer.requests) == 1
    assert raised.value.details == {"provider": wire.name, "status": 500}


def test_a_refused_request_is_permanent(wire, asked):
    with wire.speaking(wire.failure(400, told="no such model")) as (provider, _), pytest.raises(ProviderRefused):
        provider.generate(asked)


def test_a_slow_provider_is_a_timeout(wire, asked):
    with wire.speaking(Reply(delay=3)) as (provider, _), pytest.raises(ProviderTimeout):
        provider.generate(a_request(seconds=1.0))


def test_a_provider_that_is_not_there_is_transient(wire, asked):
    with wire.speaking(Reply()) as (provider, _):
        pass

    with pytest.raises(ProviderUnavailable):
        provider.generate(asked)


@pytest.mark.parametrize("body", [b"<html>gateway</html>", b"{", b"[]", b"{}", b'"text"', b""])
def test_an_answer_that_is_not_the_protocol_is_invalid(wire, asked, body):
    with wire.speaking(Reply(body=body)) as (provider, _), pytest.raises(ProviderAnswerInvalid):
        provider.generate(asked)


@pytest.mark.parametrize(
    "piece",
    [
        *(b"data: {not json}\n\n", b"data: []\n\n", b'data: {"error": "words"}\n\n', b'data: "text"\n\n'),
        *(b'data: {"type": "message_start"}\n\n', b'data: {"choices": [{}]}\n\n', b"no event\n\n"),
        b'event: message_start\ndata: {"type": "message_start"}\n\n',
    ],
)
def test_a_stream_that_is_not_the_protocol_is_an_error_and_no_answer(wire, asked, piece):
    reply = Reply(headers={"content-type": "text/event-stream"}, pieces=(piece,))

    with wire.speaking(reply) as (provider, _), pytest.raises(ProviderUnavailable):
        list(provider.stream(asked))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_no_error_repeats_the_key_or_the_providers_words(wire, asked, status):
    told = f"what they said about {KEY}"

    with wire.speaking(wire.failure(status, told=told)) as (provider, _), pytest.raises(Exception) as raised:
        provider.generate(asked)

    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.details)
    assert KEY not in shown
    assert "what they said" not in shown
