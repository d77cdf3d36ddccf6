"""Anthropic, through the official SDK."""

import time
from collections.abc import Iterator
from typing import Any, Final

from docchain.ai.errors import ProviderAnswerInvalid, ProviderRefused
from docchain.ai.models import Answer, Delta, Embeddings, Usage
from docchain.ai.provider import Capabilities, ChatRequest, EmbedRequest
from docchain.ai.providers.faults import of_sdk
from docchain.ai.providers.openai import CONNECT_SECONDS
from docchain.ai.providers.quiet import quieten
from docchain.ai.providers.writing import Writing, milliseconds_since

# Later models refuse it, and the SDK has no parameter for it any more: it goes in the body.
TAKES_TEMPERATURE: Final = (
    *("claude-3", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-2"),
    *("claude-opus-4-5", "claude-opus-4-6"),
)
REASONS: Final = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "refusal": "content_filter"}


class AnthropicProvider:
    def __init__(self, *, api_key: str, base_url: str | None = None, name: str = "anthropic") -> None:
        import anthropic  # one to two seconds of import

        quieten("anthropic")
        self._sdk = anthropic
        self._client = anthropic.Anthropic(api_key=api_key, base_url=base_url, max_retries=0)
        self.name = name
        self.capabilities = Capabilities()

    def generate(self, request: ChatRequest) -> Answer:
        started = time.monotonic()
        with of_sdk(self._sdk, self.name):
            answer = self._client.messages.create(**self._asked(request))
            return self._answer(answer, request, milliseconds_since(started))

    def structured(self, request: ChatRequest) -> Answer:
        return self.generate(request)

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        writing = Writing(self.name, request.model)
        ended = False
        with of_sdk(self._sdk, self.name), self._client.messages.create(**self._asked(request), stream=True) as events:
            for event in events:
                match getattr(event, "type", None):
                    case "message_start":
                        writing.model = event.message.model or writing.model
                        writing.input_tokens = _tokens_in(event.message.usage)
                    case "content_block_delta" if event.delta.type == "text_delta":
                        yield writing.add(event.delta.text)
                    case "message_delta":
                        writing.output_tokens = event.usage.output_tokens
                        writing.finish_reason = _reason(event.delta.stop_reason)
                    case "message_stop":
                        ended = True
        writing.finish_reason = writing.finish_reason if ended else ""
        yield writing.end()

    def embed(self, request: EmbedRequest) -> Embeddings:  # noqa: ARG002  # as the protocol has it
        raise ProviderRefused(f"{self.name} has no embeddings: ask openai, google, bedrock or local")

    def _asked(self, request: ChatRequest) -> dict[str, Any]:
        turns = [{"role": turn.role, "content": turn.text} for turn in request.history]
        asked: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.max_tokens,
            "messages": [*turns, {"role": "user", "content": request.user}],
            "timeout": self._sdk.Timeout(request.seconds, connect=min(CONNECT_SECONDS, request.seconds)),
        }
        if request.system:
            asked["system"] = request.system
        if request.schema is not None:
            asked["output_config"] = {"format": {"type": "json_schema", "schema": request.schema}}
        if request.model.startswith(TAKES_TEMPERATURE):
            asked["extra_body"] = {"temperature": min(1.0, request.temperature)}
        return asked

    def _answer(self, answer: Any, request: ChatRequest, ms: int) -> Answer:
        # The SDK does not check an answer's shape: what is missing arrives as None.
        content, usage = getattr(answer, "content", None), getattr(answer, "usage", None)
        if content is None or usage is None:
            raise ProviderAnswerInvalid(f"{self.name} answered without a message")
        return Answer(
            text="".join(block.text for block in content if block.type == "text"),
            provider=self.name,
            model=answer.model or request.model,
            method="generative",
            usage=Usage(_tokens_in(usage), usage.output_tokens or 0, ms),
            finish_reason=_reason(answer.stop_reason),
        )


def _tokens_in(usage: Any) -> int:
    """With those that its own cache took or kept: they are told apart from the others, and cost as well."""
    kept = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
    return (usage.input_tokens or 0) + kept


def _reason(told: str | None) -> str:
    return REASONS.get(told or "end_turn", told or "stop")
