"""Calls a group's real handler with the event that API Gateway would send."""

import base64
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from docchain.auth.caller import Caller
from docchain.auth.permissions import scopes_of
from docchain.ids import TenantId, UserId


def a_caller(tenant_id: str, *, user_id: int = 1, roles: tuple[str, ...] = ("admin", "user"), **fields: Any) -> Caller:
    given = frozenset(roles)
    return Caller(
        tenant_id=TenantId(tenant_id),
        user_id=UserId(user_id),
        username=fields.get("username", "ada"),
        roles=given,
        scopes=scopes_of(given),
        session_id=fields.get("session_id", "session"),
        rate_limit=fields.get("rate_limit", 1_000_000),
    )


def a_context(name: str = "function", milliseconds: int = 30_000) -> Any:
    return SimpleNamespace(
        aws_request_id="request-1",
        function_name=name,
        function_version="$LATEST",
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        get_remaining_time_in_millis=lambda: milliseconds,
    )


def rest_event(
    method: str,
    path: str,
    body: Any = None,
    caller: Caller | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """``body``: bytes are sent as they are, anything else as JSON."""
    parts = urlsplit(path)
    query = parse_qsl(parts.query, keep_blank_values=True)
    sent = {"host": "localhost", **({} if body is None else {"content-type": "application/json"}), **(headers or {})}
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return {
        "resource": "/{proxy+}",
        "path": parts.path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {k: [v] for k, v in sent.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {k: [v for n, v in query if n == k] for k, _ in query} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "request-1",
            "stage": "v1",
            "httpMethod": method,
            "path": parts.path,
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "pytest"},
            "authorizer": caller.to_context() if caller else None,
        },
        "body": base64.b64encode(raw).decode() if raw is not None else None,
        "isBase64Encoded": raw is not None,
    }


def call(
    handler: Any,
    method: str,
    path: str,
    body: Any = None,
    caller: Caller | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    """Status and parsed JSON."""
    answer = handler(rest_event(method, path, body, caller, headers), a_context())
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None
