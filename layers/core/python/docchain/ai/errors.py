"""How a provider fails, told apart by status and kind of exception, never by the text of a message.

Messages never repeat a provider's own words: some providers echo a part of the key.
"""

from typing import Any

from docchain.errors import PermanentStepError, TransientStepError


class ProviderNotConfigured(PermanentStepError):
    status = 503
    code = "PROVIDER_NOT_CONFIGURED"


class ProviderAuthFailed(PermanentStepError):
    status = 503
    code = "PROVIDER_AUTH_FAILED"


class ProviderRefused(PermanentStepError):
    """The request itself is wrong: an unknown model, a text longer than the model takes, a wrong schema."""

    status = 422
    code = "PROVIDER_REFUSED_REQUEST"


class ProviderUnavailable(TransientStepError):
    """Away, overloaded or out of quota; ``retry_after`` is in seconds, where the provider said it."""

    status = 503
    code = "PROVIDER_UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: float | None = None, details: Any = None) -> None:
        super().__init__(message, details=details)
        self.retry_after = retry_after


class ProviderTimeout(ProviderUnavailable):
    code = "PROVIDER_TIMEOUT"


class ProviderAnswerInvalid(ProviderUnavailable):
    """It answered, but not in its own protocol, or not in the schema that was asked for."""

    code = "PROVIDER_ANSWER_INVALID"


class StreamCut(ProviderUnavailable):
    """It broke off in the middle of its answer; what was told so far is not an answer."""

    code = "PROVIDER_STREAM_CUT"


class ProviderResting(ProviderUnavailable):
    """It failed so often that it is not asked for a while; ``retry_after`` says until when."""

    code = "PROVIDER_CIRCUIT_OPEN"


class AiLimitReached(TransientStepError):
    """The tenant's tokens of this minute, or its calls at a time. ``retry_after`` is in seconds."""

    status = 429
    code = "AI_RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int, details: Any = None) -> None:
        super().__init__(message, details=details)
        self.retry_after = retry_after


class InvalidRequest(PermanentStepError):
    status = 422
    code = "AI_REQUEST_INVALID"
