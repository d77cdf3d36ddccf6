"""Google's Gemini, through the official SDK."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from docchain.ai.errors import ProviderAnswerInvalid
from docchain.ai.models import Answer, Delta, Embeddings, Usage
from docchain.ai.provider import Capabilities, ChatRequest, EmbedRequest
from docchain.ai.providers.faults import fault_of, of_transport
from docchain.ai.providers.quiet import quieten
from docchain.ai.providers.writing import Writing, milliseconds_since

EMBEDS_AT_ONCE: Final = 100
API_VERSION: Final = "v1beta"
"""The one that takes JSON schemas."""
REASONS: Final = {"STOP": "stop", "MAX_TOKENS": "length"}
PURPOSES: Final = {"document": "RETRIEVAL_DOCUMENT", "query": "RETRIEVAL_QUERY"}


class GoogleProvider:
    def __init__(self, *, api_key: str, base_url: str | None = None, name: str = "google") -> None:
        from google import genai  # about a second of import
        from google.genai import errors, types

        quieten("google_genai")
        self._types, self._errors = types, errors
        options = types.HttpOptions(base_url=base_url, api_version=API_VERSION)
        self._client = genai.Client(api_key=api_key, http_options=options)
        self.name = name
        self.capabilities = Capabilities(embeds_at_once=EMBEDS_AT_ONCE, counts_embedding_tokens=False)

    def generate(self, request: ChatRequest) -> Answer:
        started = time.monotonic()
        with self._faults():
            answer = self._client.models.generate_content(**self._asked(request))
            return self._answer(answer, request, milliseconds_since(started))

    def structured(self, request: ChatRequest) -> Answer:
        return self.generate(request)

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        writing = Writing(self.name, request.model)
        with self._faults():
            for chunk in self._client.models.generate_content_stream(**self._asked(request)):
                writing.model = chunk.model_version or writing.model
                if chunk.usage_metadata:
                    writing.input_tokens, writing.output_tokens = _tokens(chunk.usage_metadata)
                for candidate in chunk.candidates or ():
                    if text := _text(candidate):
                        yield writing.add(text)
                    if candidate.finish_reason:
                        writing.finish_reason = _reason(candidate.finish_reason)
        yield writing.end()

    def embed(self, request: EmbedRequest) -> Embeddings:
        """Tokens are not counted by this provider, so ``usage`` has none."""
        started = time.monotonic()
        config = self._types.EmbedContentConfig(
            output_dimensionality=request.dimensions,
            task_type=PURPOSES[request.purpose],
            http_options=self._timeout(request.seconds),
        )
        contents: Any = list(request.texts)
        with self._faults():
            answer = self._client.models.embed_content(model=request.model, contents=contents, config=config)
        vectors = tuple(tuple(entry.values or ()) for entry in answer.embeddings or ())
        if len(vectors) != len(request.texts) or not all(vectors):
            raise ProviderAnswerInvalid(
                f"{self.name} answered with {len(vectors)} vectors for {len(request.texts)} texts"
            )
        usage = Usage(ms=milliseconds_since(started))
        return Embeddings(vectors, self.name, request.model, len(vectors[0]), usage)

    def _asked(self, request: ChatRequest) -> dict[str, Any]:
        types = self._types
        roles = {"user": "user", "assistant": "model"}
        turns = [(roles[turn.role], turn.text) for turn in request.history]
        contents = [types.Content(role=role, parts=[types.Part(text=text)]) for role, text in turns]
        contents.append(types.Content(role="user", parts=[types.Part(text=request.user)]))
        options: dict[str, Any] = {}
        if request.schema is not None:
            options = {"response_mime_type": "application/json", "response_json_schema": request.schema}
        config = types.GenerateContentConfig(
            system_instruction=request.system or None,
            temperature=request.temperature,
            max_output_tokens=request.max_tokens,
            http_options=self._timeout(request.seconds),
            **options,
        )
        return {"model": request.model, "contents": contents, "config": config}

    def _timeout(self, seconds: float) -> Any:
        """The SDK counts milliseconds."""
        return self._types.HttpOptions(timeout=max(1, round(seconds * 1000)))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with of_transport(self.name):
                yield
        except self._errors.APIError as error:
            headers = getattr(error.response, "headers", None) or {}
            raise fault_of(self.name, error.code or 500, headers) from None

    def _answer(self, answer: Any, request: ChatRequest, ms: int) -> Answer:
        if not answer.candidates:
            raise ProviderAnswerInvalid(f"{self.name} answered without a candidate")
        candidate = answer.candidates[0]
        tokens = _tokens(answer.usage_metadata) if answer.usage_metadata else (0, 0)
        return Answer(
            text=_text(candidate),
            provider=self.name,
            model=answer.model_version or request.model,
            method="generative",
            usage=Usage(tokens[0], tokens[1], ms),
            finish_reason=_reason(candidate.finish_reason),
        )


def _text(candidate: Any) -> str:
    """Without its thoughts, which come as parts of their own."""
    parts = (candidate.content.parts if candidate.content else None) or ()
    return "".join(part.text for part in parts if part.text and not part.thought)


def _tokens(usage: Any) -> tuple[int, int]:
    """Thoughts are paid as output."""
    return usage.prompt_token_count or 0, (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)


def _reason(told: Any) -> str:
    return REASONS.get(told.value, "content_filter") if told else "stop"
