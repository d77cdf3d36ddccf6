"""OpenAI, and every server that speaks its protocol, through the official SDK."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from docchain.ai.errors import ProviderAnswerInvalid, ProviderRefused
from docchain.ai.models import Answer, Delta, Embeddings, Usage
from docchain.ai.provider import Capabilities, ChatRequest, EmbedRequest
from docchain.ai.providers.faults import of_sdk
from docchain.ai.providers.quiet import quieten
from docchain.ai.providers.writing import Writing, milliseconds_since

if TYPE_CHECKING:
    import httpx2
    from openai.types.chat import ChatCompletion

CONNECT_SECONDS: Final = 5.0
EMBEDS_AT_ONCE: Final = 256
# Reasoning models refuse any temperature but their own.
FIXED_TEMPERATURE: Final = ("gpt-5", "o1", "o3", "o4")


class OpenAIProvider:
    """``bound`` is what the bound on an answer's tokens is called: other servers know only ``max_tokens``."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        name: str = "openai",
        bound: str = "max_completion_tokens",
        capabilities: Capabilities | None = None,
        http_client: "httpx2.Client | None" = None,
    ) -> None:
        import openai  # half a second of import, so only where a model is really asked

        quieten("openai")
        self._sdk = openai
        self._client = openai.OpenAI(api_key=api_key, base_url=base_url, max_retries=0, http_client=http_client)
        self._bound = bound
        self.name = name
        self.capabilities = capabilities or Capabilities(embeds_at_once=EMBEDS_AT_ONCE)

    def generate(self, request: ChatRequest) -> Answer:
        started = time.monotonic()
        with of_sdk(self._sdk, self.name):
            answer: ChatCompletion = self._client.chat.completions.create(**self._asked(request))
            return self._answer(answer, request, milliseconds_since(started))

    def structured(self, request: ChatRequest) -> Answer:
        return self.generate(request)

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        writing = Writing(self.name, request.model, self.capabilities.experimental)
        asked = {**self._asked(request), "stream": True, "stream_options": {"include_usage": True}}
        with of_sdk(self._sdk, self.name), self._client.chat.completions.create(**asked) as chunks:
            for chunk in chunks:
                writing.model = getattr(chunk, "model", None) or writing.model
                if usage := getattr(chunk, "usage", None):
                    writing.input_tokens, writing.output_tokens = usage.prompt_tokens, usage.completion_tokens
                for choice in getattr(chunk, "choices", None) or ():
                    if choice.delta and choice.delta.content:
                        yield writing.add(choice.delta.content)
                    writing.finish_reason = choice.finish_reason or writing.finish_reason
        yield writing.end()

    def embed(self, request: EmbedRequest) -> Embeddings:
        if not self.capabilities.embeds_at_once:
            raise ProviderRefused(f"{self.name} has no embeddings")
        started = time.monotonic()
        options: dict[str, Any] = {"dimensions": request.dimensions} if request.dimensions else {}
        with of_sdk(self._sdk, self.name):
            answer = self._client.embeddings.create(
                model=request.model, input=list(request.texts), timeout=self._timeout(request.seconds), **options
            )
        found = getattr(answer, "data", None) or []
        if len(found) != len(request.texts):
            raise ProviderAnswerInvalid(
                f"{self.name} answered with {len(found)} vectors for {len(request.texts)} texts"
            )
        vectors = tuple(tuple(entry.embedding) for entry in sorted(found, key=lambda entry: entry.index))
        tokens = answer.usage.prompt_tokens if answer.usage else 0
        usage = Usage(tokens, 0, milliseconds_since(started))
        return Embeddings(vectors, self.name, answer.model or request.model, len(vectors[0]), usage)

    def _asked(self, request: ChatRequest) -> dict[str, Any]:
        messages = [{"role": "system", "content": request.system}] if request.system else []
        messages += [{"role": turn.role, "content": turn.text} for turn in request.history]
        asked: dict[str, Any] = {
            "model": request.model,
            "messages": [*messages, {"role": "user", "content": request.user}],
            self._bound: request.max_tokens,
            "timeout": self._timeout(request.seconds),
        }
        if request.schema is not None:
            shape = {"name": "answer", "schema": request.schema, "strict": True}
            asked["response_format"] = {"type": "json_schema", "json_schema": shape}
        if not request.model.startswith(FIXED_TEMPERATURE):
            asked["temperature"] = request.temperature
        return asked

    def _timeout(self, seconds: float) -> Any:
        return self._sdk.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))

    def _answer(self, answer: "ChatCompletion", request: ChatRequest, ms: int) -> Answer:
        # The SDK does not check an answer's shape: what is no object arrives as text, what is missing as None.
        choices = getattr(answer, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        if message is None:
            raise ProviderAnswerInvalid(f"{self.name} answered without a message")
        usage = answer.usage
        tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return Answer(
            text=message.content or "",
            provider=self.name,
            model=answer.model or request.model,
            method="generative",
            usage=Usage(tokens[0], tokens[1], ms),
            finish_reason=answer.choices[0].finish_reason or "stop",
            experimental=self.capabilities.experimental,
        )
