"""The door of a REST group: FastAPI behind Mangum, errors in the envelope, one log line per request."""

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum
from starlette.exceptions import HTTPException

from docchain.entrypoints.admission import admit, limit_headers
from docchain.entrypoints.cors import CorsSettings, cors_headers, preflight
from docchain.entrypoints.denials import tell_denial
from docchain.entrypoints.envelope import INTERNAL_MESSAGE, envelope, from_aws
from docchain.entrypoints.invocation import invocation
from docchain.entrypoints.route_names import naming_routes, route_of
from docchain.entrypoints.secret_paths import loggable
from docchain.entrypoints.viewer import ViewerSettings, name_viewer
from docchain.errors import DocchainError, RateLimited
from docchain.events.cause import Cause, caused_by
from docchain.limits.limiter import LimitSettings, TooManyRequests, limiter
from docchain.metrics.timings.gathering import TimingSettings, timings
from docchain.observability import logger

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


USER_AGENT_MOST = 256

# Answers belong to one caller, and some carry tokens: nobody keeps them unless the route says so. The rest is for a
# browser that meets them outside the edge, which sets the same.
DEFAULT_HEADERS = {
    "cache-control": "no-store",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


def build_app(*routers: APIRouter) -> FastAPI:
    """One small app per group: FastAPI's cost grows with the number of routes before the one asked for."""
    # No redirects: clients drop bodies and Authorization on a 307. /docs is a group of its own.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, strict_content_type=False)
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(DocchainError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientError, _aws)
    app.add_exception_handler(BotoCoreError, _aws)
    app.add_exception_handler(Exception, _unhandled)
    return app


def api_handler(*routers: APIRouter, limited: bool = True, uncounted: tuple[str, ...] = ()) -> Handler:
    """Calls are counted unless ``limited`` is off; those of the paths ``uncounted`` are not."""
    mangum = Mangum(naming_routes(build_app(*routers)), lifespan="off")

    def answer_to(event: dict[str, Any], context: Any) -> dict[str, Any]:
        counted = limited and event["path"] not in uncounted
        with caused_by(_cause(event, context)):
            try:
                standing = admit(event, limiter() if counted else None)
            except DocchainError as error:
                return _refusal(error, context.aws_request_id)
            answer: dict[str, Any] = mangum(event, context)
            if counted and answer["statusCode"] == 403:
                tell_denial(event, limiter().guard)
        if standing:
            answer["headers"] = {**answer.get("headers", {}), **limit_headers(standing)}
        return answer

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        method, path, started = event["httpMethod"], event["path"], time.perf_counter()
        name_viewer(event)
        event["path"] = path.rstrip("/") or "/"
        authorizer = event["requestContext"].get("authorizer") or {}
        tenant = authorizer.get("tenant_id")
        with invocation("request", context, method=method, path=loggable(path), tenant=tenant) as outcome:
            try:
                answer = preflight(event) if method == "OPTIONS" else answer_to(event, context)
            except Exception:  # noqa: BLE001  # the last door: whatever it is, the caller gets an envelope and we get a trace
                logger.exception("unhandled")
                body = envelope("INTERNAL_SERVER_ERROR", INTERNAL_MESSAGE, context.aws_request_id)
                answer = {"statusCode": 500, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
            headers = {**DEFAULT_HEADERS, **cors_headers(event), **answer.get("headers", {})}
            answer["headers"] = {**headers, "x-request-id": context.aws_request_id}
            outcome.note(status=answer["statusCode"], route=route_of(event))
            if limited and tenant and method != "OPTIONS" and (held := timings()):
                held.note(tenant, route_of(event), answer["statusCode"], (time.perf_counter() - started) * 1000)
            return answer

    # What the door itself asks of the environment, beside the group's own.
    asked = (CorsSettings, ViewerSettings, *((LimitSettings, TimingSettings) if limited else ()))
    handle.settings = asked  # type: ignore[attr-defined]  # infra is held to it by a test
    return handle


def _refusal(error: DocchainError, request_id: str) -> dict[str, Any]:
    """Of a call that reached no route."""
    headers = {"content-type": "application/json"}
    if isinstance(error, TooManyRequests):
        headers |= {"retry-after": str(error.retry_after), **limit_headers(error.standing)}
    body = json.dumps(envelope(error.code, error.message, request_id, error.details))
    return {"statusCode": error.status, "headers": headers, "body": body, "isBase64Encoded": False}


def _cause(event: dict[str, Any], context: Any) -> Cause:
    identity = event["requestContext"].get("identity") or {}
    authorizer = event["requestContext"].get("authorizer") or {}
    return Cause(
        request_id=context.aws_request_id,
        ip=identity.get("sourceIp") or "",
        user_agent=(identity.get("userAgent") or "")[:USER_AGENT_MOST],
        user_id=int(authorizer["user_id"]) if authorizer.get("user_id") else None,
        username=authorizer.get("username"),
        session_id=authorizer.get("session_id") or None,
        api_key_id=authorizer.get("api_key_id") or None,
    )


def _request_id(request: Request) -> str:
    context = request.scope.get("aws.context")
    return context.aws_request_id if context else "local"


def _answer(request: Request, status: int, code: str, message: str, details: Any = None) -> JSONResponse:
    return JSONResponse(envelope(code, message, _request_id(request), details), status_code=status)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DocchainError)  # noqa: S101  # FastAPI's signature is wider than what it calls us with
    if error.status >= 500:
        logger.error("request failed", extra={"code": error.code, "detail": error.message})
    answer = _answer(request, error.status, error.code, error.message, error.details)
    if isinstance(error, RateLimited):
        answer.headers["retry-after"] = str(error.retry_after)
    return answer


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = [{"field": _field(e["loc"]), "message": e["msg"]} for e in error.errors()]
    message = "; ".join(f"{d['field']}: {d['message']}" for d in details[:5])
    return _answer(request, 422, "VALIDATION_ERROR", message, details)


def _field(location: tuple[str | int, ...]) -> str:
    """``("body", "nodes", 0, "name")`` → ``nodes.0.name``; the body itself is ``body``."""
    parts = [str(p) for p in location]
    return ".".join(parts[1:] if parts[0] in {"body", "query", "path", "header"} and len(parts) > 1 else parts)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    message = f"{request.method} {request.url.path} does not exist." if error.status_code == 404 else str(error.detail)
    answer = _answer(request, error.status_code, CODES.get(error.status_code, "ERROR"), message)
    answer.headers.update(error.headers or {})
    return answer


async def _aws(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BotoCoreError | ClientError)  # noqa: S101
    logger.error("aws call failed", exc_info=error)
    ours = from_aws(error)
    return _answer(request, ours.status, ours.code, ours.message)


async def _unhandled(request: Request, error: Exception) -> JSONResponse:
    """Mangum swallows what an app raises and answers in plain text; so the envelope is made before."""
    logger.error("unhandled", exc_info=error)
    return _answer(request, 500, "INTERNAL_SERVER_ERROR", INTERNAL_MESSAGE)
