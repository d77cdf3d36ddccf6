"""Errors as the API says them: ``{"error": {"code", "message", "details"?, "request_id"}}``."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.characters import made_whole
from docchain.errors import DependencyUnavailable, DocchainError

# Answers of AWS that mean "later": the caller may try again. Anything else from AWS is our own mistake.
RETRYABLE_CODES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "SlowDown",
        "InternalServerError",
        "InternalFailure",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "503",
        "500",
    }
)

INTERNAL_MESSAGE = "Something went wrong on our side. It is logged under this request id."


def envelope(code: str, message: str, request_id: str, details: Any = None) -> dict[str, Any]:
    error = {"code": code, "message": _whole(message), "request_id": request_id}
    if details is not None:
        error["details"] = _whole(details)
    return {"error": error}


def _whole(value: Any) -> Any:
    """An answer may repeat what was sent, and half a surrogate pair has no bytes to send back."""
    match value:
        case str():
            return made_whole(value)
        case dict():
            return {_whole(name): _whole(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_whole(inner) for inner in value]
    return value


def from_aws(error: BotoCoreError | ClientError) -> DocchainError:
    """What a failure of AWS means to the caller: 503 when it may pass, else 500."""
    if isinstance(error, ClientError) and error.response["Error"]["Code"] not in RETRYABLE_CODES:
        return DocchainError(INTERNAL_MESSAGE)
    return DependencyUnavailable("A service this depends on did not answer in time; try again in a moment.")
