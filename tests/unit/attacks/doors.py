"""Every route that takes a body, and bodies sent to it as an attacker would: byte by byte."""

import importlib
import json
from collections import defaultdict
from itertools import count
from typing import Any

from docchain.auth.caller import Caller
from tests.support.rest import a_context, rest_event
from tests.support.routes import Route, every_route

TAKING_BODIES = [r for r in every_route() if r.method in {"POST", "PUT", "PATCH"} and r.example is not None]
_networks = count(1)
NOTHING = defaultdict(lambda: "987654321", {"secret_name": "name", "session_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ"})


def caller_of(admin: Caller, route: Route) -> Caller | None:
    return None if route.access == "public" else admin


def send(route: Route, body: bytes, caller: Caller | None, **headers: str) -> tuple[int, str, dict[str, Any]]:
    """Status, body and headers of the answer."""
    sent = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    event = rest_event(route.method, route.at(NOTHING), body, caller, sent)
    # Or the address would soon be locked out for its failed logins, and what lies behind the lock never be attacked.
    event["requestContext"]["identity"]["sourceIp"] = f"2001:db8:{next(_networks):x}::7"
    answer = importlib.import_module(f"functions.api.{route.group}.handler").handler(event, a_context())
    return answer["statusCode"], answer["body"] or "", answer["headers"]


def with_each_text(example: Any, text: str) -> list[bytes]:
    """The example once for each of its texts, that one replaced; escaped, so that any character can be sent."""
    return [json.dumps(changed).encode() for changed in _replaced(example, text)]


def _replaced(value: Any, text: str) -> list[Any]:
    match value:
        case str():
            return [text]
        case dict():
            return [{**value, name: other} for name, inner in value.items() for other in _replaced(inner, text)]
        case list() if value:
            return [[other, *value[1:]] for other in _replaced(value[0], text)]
    return []
