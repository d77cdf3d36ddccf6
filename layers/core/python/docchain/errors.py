"""One tree of errors; status and code stand on the class, and each kind of door renders them once.

DocchainError
├── ClientError                 the caller can do something about it (4xx, logged at info)
│   ├── ValidationFailed 422    ├── Unauthorized 401    ├── Forbidden 403    ├── NotFound 404
│   ├── Conflict 409            ├── PayloadTooLarge 413 └── RateLimited 429
├── DependencyUnavailable 503   something we lean on is away; trying again may help
└── StepError                   what a node's worker says to Step Functions, one of three words:
    ├── TransientStepError      retried
    └── PermanentStepError      goes to Catch, where an on_error may handle it
        └── RunOver             goes to Catch, and ends the execution
"""

from typing import Any, ClassVar


class DocchainError(Exception):
    """``message`` is for the caller, ``details`` are JSON values that name the field, node or resource."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str, *, details: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class ClientError(DocchainError):
    status = 400
    code = "BAD_REQUEST"


class ValidationFailed(ClientError):
    """``details`` is a list of ``{"field", "message"}``."""

    status = 422
    code = "VALIDATION_ERROR"


class Unauthorized(ClientError):
    status = 401
    code = "UNAUTHORIZED"


class Forbidden(ClientError):
    status = 403
    code = "FORBIDDEN"


class NotFound(ClientError):
    status = 404
    code = "NOT_FOUND"


class Conflict(ClientError):
    status = 409
    code = "CONFLICT"


class PayloadTooLarge(ClientError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class RateLimited(ClientError):
    status = 429
    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int, details: Any = None) -> None:
        super().__init__(message, details=details)
        self.retry_after = retry_after


class DependencyUnavailable(DocchainError):
    status = 503
    code = "DEPENDENCY_UNAVAILABLE"


class StepError(DocchainError):
    """A node's failure; ``code`` is kept in its record, with ``usage``: what was paid before it was known."""

    code = "STEP_FAILED"

    def __init__(self, message: str, *, details: Any = None, usage: dict[str, Any] | None = None) -> None:
        super().__init__(message, details=details)
        self.usage = usage or {}


class TransientStepError(StepError):
    code = "STEP_TRANSIENT"


class NotYetActed(TransientStepError):
    """Transient, and certain that nothing outside was changed: also a node of the class ``once`` may try again."""


class PermanentStepError(StepError):
    code = "STEP_PERMANENT"


class RunOver(PermanentStepError):
    """Nothing more of this execution counts: it is not tried again, and no ``on_error`` handles it.

    The door lets it out under this name, which the compiler's Catch knows.
    """

    code = "RUN_OVER"


class OutcomeUnknown(PermanentStepError):
    """Whether the outside was changed is not known. A node of the class ``once`` stops there for a person to decide."""

    code = "EFFECT_UNKNOWN"


def invalid(field: str, message: str) -> ValidationFailed:
    """The common case of one bad field."""
    return ValidationFailed(f"{field}: {message}", details=[{"field": field, "message": message}])
