"""OpenAI, and every server that speaks its protocol, through the official SDK."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from docchain.ai.errors import (
    ProviderAnswerInvalid,
    ProviderAuthFailed,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from docchain.ai.models import Completion, Usage
from docchain.ai.provider import ChatRequest

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

Result = TypeVar("Result")

NOT_ALLOWED = (401, 403)
# Reasoning models refuse any temperature but their own.
FIXED_TEMPERATURE = ("gpt-5", "o1", "o3", "o4")
LATER = (408, 409, 425, 429)


class OpenAIProvider:
    """``name`` and ``experimental`` are told in each answer: a local model server is reached through here as well."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        name: str = "openai",
        experimental: bool = False,
        timeout_seconds: float = 30.0,
        max_retries: int = 2,
    ) -> None:
        import openai  # half a second of import, so only where a model is really asked

        self._sdk = openai
        self._client = openai.OpenAI(
            api_key=api_key, base_url=base_url, timeout=timeout_seconds, max_retries=max_retries
        )
        self._name = name
        self._experimental = experimental

    def chat(self, request: ChatRequest) -> Completion:
        started = time.monotonic()
        answer = self._translated(lambda: self._ask(request))
        return self._completion(answer, request, round((time.monotonic() - started) * 1000))

    def _ask(self, request: ChatRequest) -> "ChatCompletion":
        options: dict[str, Any] = {}
        if request.schema is not None:
            shape = {"name": "answer", "schema": request.schema, "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": shape}
        # Servers of others know only the older name of this bound.
        bound = "max_completion_tokens" if self._name == "openai" else "max_tokens"
        options[bound] = request.max_tokens
        if not request.model.startswith(FIXED_TEMPERATURE):
            options["temperature"] = request.temperature
        answer: ChatCompletion = self._client.chat.completions.create(
            model=request.model,
            messages=[{"role": "system", "content": request.system}, {"role": "user", "content": request.user}],
            **options,
        )
        return answer

    def _completion(self, answer: "ChatCompletion", request: ChatRequest, ms: int) -> Completion:
        # The SDK does not check an answer's shape: what is no object arrives as text, what is missing as None.
        choices = getattr(answer, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        if message is None:
            raise ProviderAnswerInvalid(f"{self._name} answered without a message")
        text = message.content or ""
        usage = answer.usage
        tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return Completion(
            text=text,
            provider=self._name,
            model=answer.model or request.model,
            method="generative",
            usage=Usage(tokens[0], tokens[1], ms),
            finish_reason=answer.choices[0].finish_reason or "stop",
            data=None if request.schema is None else self._parsed(text),
            experimental=self._experimental,
        )

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            value = json.loads(text)
        except ValueError as error:
            raise ProviderAnswerInvalid(f"{self._name} did not answer with JSON") from error
        if not isinstance(value, dict):
            raise ProviderAnswerInvalid(f"{self._name} did not answer with a JSON object")
        return value

    def _translated(self, call: Callable[[], Result]) -> Result:
        # `from None`: the SDK's errors carry the provider's own text, which may repeat a part of the key.
        sdk, name = self._sdk, self._name
        try:
            return call()
        except sdk.APITimeoutError:
            raise ProviderTimeout(f"{name} did not answer in time") from None
        except sdk.APIConnectionError:
            raise ProviderUnavailable(f"{name} cannot be reached") from None
        except sdk.APIStatusError as error:
            raise self._by_status(error.status_code, error.response.headers.get("retry-after")) from None
        except (sdk.APIResponseValidationError, ValueError):
            raise ProviderAnswerInvalid(f"{name} answered with something that is not its protocol") from None

    def _by_status(
        self, status: int, retry_after: str | None
    ) -> ProviderAuthFailed | ProviderUnavailable | ProviderRefused:
        details = {"provider": self._name, "status": status}
        if status in NOT_ALLOWED:
            return ProviderAuthFailed(f"{self._name} does not accept the configured key", details=details)
        if status in LATER or status >= 500:
            wait = float(retry_after) if retry_after and retry_after.replace(".", "", 1).isdigit() else None
            return ProviderUnavailable(
                f"{self._name} is overloaded or away ({status})", retry_after=wait, details=details
            )
        return ProviderRefused(f"{self._name} refuses the request ({status})", details=details)
