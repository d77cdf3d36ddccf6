"""Where providers differ: names of bounds, temperatures, embeddings, what a stream may hold."""

import pytest

from docchain.ai.errors import ProviderAnswerInvalid, ProviderNotConfigured, ProviderRefused, ProviderUnavailable
from docchain.ai.providers.anthropic import AnthropicProvider
from docchain.ai.providers.bedrock import BedrockProvider
from docchain.ai.providers.google import GoogleProvider
from docchain.ai.providers.local import LocalProvider
from docchain.ai.providers.openai import OpenAIProvider
from docchain.ai.providers.openai_compatible import OpenAICompatibleProvider
from docchain.outbound.policy import Policy
from tests.support import anthropic_peer, bedrock_peer, google_peer
from tests.support.model_peer import Reply, model_peer
from tests.support.openai_peer import completion, embeddings, openai_peer, streamed
from tests.unit.ai.providers.conftest import KEY, a_request, texts


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_openai_is_given_its_own_names_and_the_key():
    with openai_peer(completion("yes")) as peer:
        OpenAIProvider(api_key=KEY, base_url=peer.base_url).generate(a_request(model="gpt-4.1"))

    sent = peer.requests[0]
    assert (sent["path"], sent["max_completion_tokens"], sent["temperature"]) == ("/v1/chat/completions", 50, 0.2)
    assert peer.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("model", ["gpt-5-mini", "o3", "o4-mini"])
def test_a_reasoning_model_is_sent_no_temperature(model):
    with openai_peer(completion("yes")) as peer:
        OpenAIProvider(api_key=KEY, base_url=peer.base_url).generate(a_request(model=model))

    assert "temperature" not in peer.requests[0]


def test_a_server_of_others_is_given_the_older_name_of_the_bound():
    with openai_peer(completion("yes")) as peer:
        OpenAICompatibleProvider(base_url=peer.base_url, guard=None).generate(a_request())

    assert peer.requests[0]["max_tokens"] == 50
    assert "max_completion_tokens" not in peer.requests[0]


@pytest.mark.parametrize(
    ("model", "sent"), [("claude-haiku-4-5", 0.2), ("claude-sonnet-4-6", 0.2), ("claude-opus-4-7", None)]
)
def test_anthropic_is_sent_a_temperature_where_its_model_takes_one(model, sent):
    with model_peer(anthropic_peer.message("yes")) as peer:
        AnthropicProvider(api_key=KEY, base_url=peer.base_url).generate(a_request(model=model))

    assert peer.requests[0].get("temperature") == sent


def test_anthropic_is_asked_for_json_in_its_own_words():
    schema = {"type": "object"}
    with model_peer(anthropic_peer.message("{}")) as peer:
        AnthropicProvider(api_key=KEY, base_url=peer.base_url).structured(a_request(schema=schema))

    assert peer.requests[0]["output_config"] == {"format": {"type": "json_schema", "schema": schema}}


def test_google_is_asked_for_json_in_its_own_words():
    schema = {"type": "object"}
    with model_peer(google_peer.content("{}")) as peer:
        GoogleProvider(api_key=KEY, base_url=peer.base_url).structured(a_request(schema=schema))

    sent = peer.requests[0]["generationConfig"]
    assert (sent["responseMimeType"], sent["responseJsonSchema"]) == ("application/json", schema)


def test_bedrock_is_asked_for_json_as_the_input_of_a_tool():
    schema = {"type": "object"}
    with model_peer(bedrock_peer.converse(tool_input={"a": 1})) as peer:
        answer = BedrockProvider(endpoint=peer.base_url).structured(a_request(schema=schema))

    assert answer.text == '{"a": 1}'
    assert peer.requests[0]["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"] == {"json": schema}


def test_a_frame_of_bedrock_with_a_wrong_checksum_ends_the_stream():
    with model_peer(bedrock_peer.streamed("Bees", broken=True)) as peer:
        pieces = BedrockProvider(endpoint=peer.base_url).stream(a_request())
        assert next(pieces).text == "Bees"
        with pytest.raises(ProviderAnswerInvalid):
            list(pieces)


def test_bedrock_may_refuse_in_the_middle_of_a_stream():
    with model_peer(bedrock_peer.throttled_in_the_stream("Bees")) as peer:
        pieces = BedrockProvider(endpoint=peer.base_url).stream(a_request())
        assert next(pieces).text == "Bees"
        with pytest.raises(ProviderUnavailable) as raised:
            list(pieces)

    assert raised.value.details["status"] == 429


def test_openai_embeds_in_the_order_of_the_texts():
    with openai_peer(embeddings([0.1, 0.2], [0.3, 0.4], tokens=5)) as peer:
        made = OpenAIProvider(api_key=KEY, base_url=peer.base_url).embed(texts("a", "b", dimensions=2))

    assert made.vectors == ((0.1, 0.2), (0.3, 0.4))
    assert (made.dimensions, made.usage.input_tokens) == (2, 5)
    assert (peer.requests[0]["input"], peer.requests[0]["dimensions"]) == (["a", "b"], 2)


def test_a_vector_too_few_is_no_answer():
    with openai_peer(embeddings([0.1])) as peer, pytest.raises(ProviderAnswerInvalid):
        OpenAIProvider(api_key=KEY, base_url=peer.base_url).embed(texts("a", "b"))


def test_google_is_told_what_vectors_are_for():
    with model_peer(google_peer.embeddings([0.1, 0.2])) as peer:
        made = GoogleProvider(api_key=KEY, base_url=peer.base_url).embed(texts("a", purpose="query"))

    assert made.vectors == ((0.1, 0.2),)
    assert "RETRIEVAL_QUERY" in str(peer.requests[0])


def test_bedrock_embeds_one_text_at_a_time_and_counts_all_tokens():
    with model_peer(bedrock_peer.embedding([0.5], 3), bedrock_peer.embedding([0.25], 4)) as peer:
        made = BedrockProvider(endpoint=peer.base_url).embed(texts("a", "b"))

    assert (made.vectors, made.usage.input_tokens) == (((0.5,), (0.25,)), 7)


def test_anthropic_has_no_embeddings_and_says_who_has():
    with pytest.raises(ProviderRefused, match="openai, google, bedrock or local"):
        AnthropicProvider(api_key=KEY).embed(texts("a"))


def test_the_local_provider_embeds_without_anybody():
    made = LocalProvider().embed(texts("bees dance", "contracts end"))

    assert (len(made.vectors), made.dimensions, made.provider) == (2, 384, "local")


def test_the_local_provider_without_a_server_says_what_to_configure():
    with pytest.raises(ProviderNotConfigured, match="base URL"):
        LocalProvider().generate(a_request())


def test_what_a_local_server_says_is_experimental():
    with openai_peer(completion("yes")) as peer:
        answer = LocalProvider(base_url=peer.base_url).generate(a_request())

    assert (answer.provider, answer.experimental) == ("local", True)


# An address of a tenant's own ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:9/v1", "https://localhost/v1", "https://169.254.169.254/v1", "https://10.0.0.1/v1"),
        *("https://[::1]/v1", "ftp://example.com/v1", "http://example.com/v1", "https://user:pw@example.com/v1"),
    ],
)
def test_an_address_inside_is_refused_and_nothing_is_sent(address):
    provider = OpenAICompatibleProvider(base_url=address, api_key=KEY, guard=Policy())

    with pytest.raises(ProviderRefused, match="may not be called"):
        provider.generate(a_request(seconds=2.0))


def guarded(peer, path="/v1"):
    port = int(peer.base_url.rsplit(":", 1)[1])
    policy = Policy(plain_http=True, loopback_ports=frozenset({port}))
    return OpenAICompatibleProvider(base_url=f"{peer.base_url}{path}", api_key=KEY, guard=policy)


def test_a_guarded_peer_that_redirects_is_not_followed():
    there = Reply(307, headers={"location": "http://169.254.169.254/v1"})

    with model_peer(there) as peer, pytest.raises(ProviderRefused):
        guarded(peer).generate(a_request())

    assert len(peer.requests) == 1


def test_a_guarded_peer_that_drips_is_left_at_the_deadline():
    dripping = streamed(*(["drip "] * 40), pause=0.2)

    with model_peer(dripping) as peer, pytest.raises(ProviderUnavailable) as raised:
        list(guarded(peer).stream(a_request(seconds=1.0)))

    assert raised.value.code == "PROVIDER_TIMEOUT"


def test_a_guarded_peer_is_asked_as_every_other():
    with model_peer(completion("yes")) as peer:
        answer = guarded(peer).generate(a_request())

    assert (answer.text, peer.keys) == ("yes", [f"Bearer {KEY}"])
