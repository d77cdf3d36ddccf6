"""The error envelope as /docs shows it, the same on every route."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class ErrorBody(BaseModel):
    """``code`` is for programs, ``message`` for people, ``request_id`` for the logs."""

    code: str
    message: str
    request_id: str
    details: Any = None


class Envelope(BaseModel):
    error: ErrorBody

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "VALIDATION_ERROR",
                        "message": "name: Field required",
                        "details": [{"field": "name", "message": "Field required"}],
                        "request_id": "6c1f7f5e-6c47-4b1b-9f0e-0b9f6f0f8b7a",
                    }
                }
            ]
        }
    )


def _error(description: str) -> dict[str, Any]:
    return {"model": Envelope, "description": description}


ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: _error("The request cannot be read"),
    401: _error("No token, or one that is no longer valid"),
    403: _error("Not allowed with these roles"),
    404: _error("No such thing, or not yours"),
    405: _error("Not this method"),
    409: _error("In conflict with what is there"),
    413: _error("Too large"),
    422: _error("A field is wrong; details name it"),
    429: _error("Too many requests; Retry-After says when"),
    500: _error("Our mistake; the request id finds it in the logs"),
    503: _error("Something we lean on is away; try again"),
}
