import traceback

import pytest

from docchain.ai.errors import (
    ProviderAnswerInvalid,
    ProviderAuthFailed,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from docchain.ai.openai_provider import OpenAIProvider
from docchain.ai.provider import ChatRequest
from docchain.errors import PermanentStepError, TransientStepError
from tests.support.openai_peer import Reply, completion, failure, openai_peer

KEY = "sk-test-5d1c0f1e8a"


def ask(peer, *, schema=None, model="gpt-4.1-mini", **options):
    provider = OpenAIProvider(api_key=KEY, base_url=peer.base_url, **options)
    return provider.chat(ChatRequest("be brief", "say yes", model, 50, 0.2, schema))


def test_an_answer_tells_text_model_and_tokens():
    with openai_peer(completion("yes", tokens=(11, 7))) as peer:
        answer = ask(peer)

    assert (answer.text, answer.provider, answer.method) == ("yes", "openai", "generative")
    assert answer.model == "gpt-5-mini-2025-08-07"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)
    assert answer.finish_reason == "stop"
    assert not answer.experimental


def test_instructions_and_task_are_sent_apart_with_the_bounds():
    with openai_peer(completion("yes")) as peer:
        ask(peer)

    sent = peer.requests[0]
    assert sent["path"] == "/v1/chat/completions"
    assert sent["messages"] == [{"role": "system", "content": "be brief"}, {"role": "user", "content": "say yes"}]
    assert (sent["model"], sent["max_completion_tokens"], sent["temperature"]) == ("gpt-4.1-mini", 50, 0.2)
    assert peer.keys == [f"Bearer {KEY}"]


def test_a_reasoning_model_is_sent_no_temperature():
    with openai_peer(completion("yes")) as peer:
        ask(peer, model="gpt-5-mini")

    assert "temperature" not in peer.requests[0]


def test_a_schema_is_sent_and_the_answer_is_parsed():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

    with openai_peer(completion('{"a": 1}')) as peer:
        answer = ask(peer, schema=schema)

    assert peer.requests[0]["response_format"]["json_schema"]["schema"] == schema
    assert answer.data == {"a": 1}


@pytest.mark.parametrize("text", ["sure! here it is", "[1]", ""])
def test_an_answer_outside_the_schema_is_invalid(text):
    with openai_peer(completion(text)) as peer, pytest.raises(ProviderAnswerInvalid):
        ask(peer, schema={"type": "object"})


def test_a_busy_provider_is_asked_again_after_the_time_it_said():
    with openai_peer(failure(429, headers={"retry-after-ms": "20"}), completion("yes")) as peer:
        answer = ask(peer)

    assert answer.text == "yes"
    assert len(peer.requests) == 2


def test_a_provider_that_stays_busy_is_a_transient_error_with_its_waiting_time():
    with openai_peer(failure(429, headers={"retry-after": "7"})) as peer, pytest.raises(ProviderUnavailable) as raised:
        ask(peer, max_retries=0)

    assert isinstance(raised.value, TransientStepError)
    assert raised.value.retry_after == 7.0


def test_a_provider_in_trouble_is_a_transient_error():
    with openai_peer(failure(500)) as peer, pytest.raises(ProviderUnavailable) as raised:
        ask(peer, max_retries=0)

    assert raised.value.code == "PROVIDER_UNAVAILABLE"
    assert raised.value.details == {"provider": "openai", "status": 500}


def test_a_slow_provider_is_a_transient_timeout():
    with openai_peer(Reply(delay=2)) as peer, pytest.raises(ProviderTimeout) as raised:
        ask(peer, timeout_seconds=0.2, max_retries=0)

    assert isinstance(raised.value, TransientStepError)


def test_a_provider_that_is_not_there_is_transient():
    with openai_peer(completion("x")) as peer:
        pass

    with pytest.raises(ProviderUnavailable):
        ask(peer, max_retries=0)


def test_a_wrong_key_is_permanent_and_not_asked_twice():
    with openai_peer(failure(401, told=f"Incorrect API key provided: {KEY}")) as peer:
        with pytest.raises(ProviderAuthFailed) as raised:
            ask(peer)

        assert len(peer.requests) == 1
    assert isinstance(raised.value, PermanentStepError)


def test_a_refused_request_is_permanent():
    with openai_peer(failure(400, told="no such model")) as peer, pytest.raises(ProviderRefused) as raised:
        ask(peer)

    assert isinstance(raised.value, PermanentStepError)


@pytest.mark.parametrize("body", [b"<html>gateway</html>", b"{", b"[]", b"{}", b'{"choices": []}', b'"text"', b""])
def test_an_answer_that_is_not_the_protocol_is_invalid(body):
    with openai_peer(Reply(body=body)) as peer, pytest.raises(ProviderAnswerInvalid):
        ask(peer, max_retries=0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_error_repeats_the_key(status):
    with openai_peer(failure(status, told=f"bad key {KEY}")) as peer, pytest.raises(Exception) as raised:
        ask(peer, max_retries=0)

    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.details)
    assert KEY not in shown
