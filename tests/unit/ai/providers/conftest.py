"""Every provider behind one face, so that what must hold of all of them is asked of all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from docchain.ai.provider import ChatRequest, EmbedRequest, Provider
from docchain.ai.providers.anthropic import AnthropicProvider
from docchain.ai.providers.bedrock import BedrockProvider
from docchain.ai.providers.google import GoogleProvider
from docchain.ai.providers.openai import OpenAIProvider
from docchain.ai.providers.openai_compatible import OpenAICompatibleProvider
from docchain.outbound.policy import Policy
from tests.support import anthropic_peer, bedrock_peer, google_peer, openai_peer
from tests.support.model_peer import Peer, Reply, model_peer

KEY = "sk-test-5d1c0f1e8a77"


@dataclass
class Wire:
    """``answer``, ``streamed`` and ``failure`` are what its API says; ``made`` is our adapter, on its SDK."""

    name: str
    replies: ModuleType
    answer: Callable[..., Reply]
    make: Callable[[str], Provider]

    def streamed(self, *texts: str, **options: Any) -> Reply:
        reply: Reply = self.replies.streamed(*texts, **options)
        return reply

    def failure(self, status: int, **options: Any) -> Reply:
        reply: Reply = self.replies.failure(status, **options)
        return reply

    @contextmanager
    def speaking(self, *replies: Reply) -> Iterator[tuple[Provider, Peer]]:
        with model_peer(*replies) as peer:
            yield self.make(peer.base_url), peer


def _compatible(url: str) -> Provider:
    port = int(url.rsplit(":", 1)[1])
    guard = Policy(plain_http=True, loopback_ports=frozenset({port}))
    return OpenAICompatibleProvider(base_url=f"{url}/v1", api_key=KEY, guard=guard)


WIRES = [
    Wire("openai", openai_peer, openai_peer.completion, lambda u: OpenAIProvider(api_key=KEY, base_url=f"{u}/v1")),
    Wire("anthropic", anthropic_peer, anthropic_peer.message, lambda u: AnthropicProvider(api_key=KEY, base_url=u)),
    Wire("google", google_peer, google_peer.content, lambda u: GoogleProvider(api_key=KEY, base_url=u)),
    Wire("bedrock", bedrock_peer, bedrock_peer.converse, lambda u: BedrockProvider(endpoint=u)),
    Wire("openai_compatible", openai_peer, openai_peer.completion, _compatible),
]


@pytest.fixture(params=WIRES, ids=lambda wire: wire.name)
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    found: Wire = request.param
    return found


@pytest.fixture
def asked() -> ChatRequest:
    return a_request()


def a_request(**given: Any) -> ChatRequest:
    fields = {"system": "be brief", "user": "say yes", "model": "a-model", "max_tokens": 50, "temperature": 0.2}
    return ChatRequest(**{**fields, "seconds": 5.0, **given})


def texts(*given: str, **more: Any) -> EmbedRequest:
    return EmbedRequest(given, "a-model", **more)
