"""What a browser must hear in each answer before it shows it to a page of another origin (Fetch standard, CORS).

Credentials are no cookies here but a header that a page sets itself, so none are allowed along.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic_settings import BaseSettings

EXPOSED: Final = ", ".join(
    ("link", "x-request-id", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
)
SENT: Final = ("authorization", "content-type", "idempotency-key", "x-api-key")
METHODS: Final = "OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD"
ASKED_AGAIN_SECONDS: Final = 3600


class CorsSettings(BaseSettings):
    """Origins, comma-joined; ``*`` is any, and nothing is none."""

    cors_origins: str


@cache
def _origins() -> frozenset[str]:
    return frozenset(filter(None, CorsSettings().cors_origins.split(",")))


def cors_headers(event: Mapping[str, Any]) -> dict[str, str]:
    origins = _origins()
    if not origins:
        return {}
    # The answer differs by origin, which a cache between must know even where this one is not allowed.
    headers = {"vary": "origin"}
    if "*" in origins:
        return {**headers, "access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED}
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = sent.get("origin", "")
    if origin in origins:
        headers |= {"access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED}
    return headers


def preflight(event: Mapping[str, Any]) -> dict[str, Any]:
    """To a browser that asks what it may send: of paths without a token the OPTIONS comes here as well."""
    allowed = {
        "access-control-allow-headers": ",".join(SENT),
        "access-control-allow-methods": METHODS,
        "access-control-max-age": str(ASKED_AGAIN_SECONDS),
    }
    headers = cors_headers(event)
    told = headers | allowed if "access-control-allow-origin" in headers else headers
    return {"statusCode": 204, "headers": told, "body": "", "isBase64Encoded": False}
