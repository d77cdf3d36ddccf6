"""Faults put between a step and what it calls: AWS, the peer outside, or its own process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

Send = Callable[[], Any]


class ProcessKilled(BaseException):
    """Not an Exception: like a kill, it passes every handler."""


def throttled(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)


def strike(fault: str, send: Send, again: Send) -> Any:
    """What a caller gets who calls at this moment. ``again`` delivers the same order a second time, meanwhile."""
    match fault:
        case "killed":
            raise ProcessKilled
        case "timeout":
            raise ReadTimeoutError(endpoint_url="https://aws")
        case "throttle":
            raise throttled("call")
        case "lost acknowledgement":
            send()
            raise ConnectionClosedError(endpoint_url="https://aws")
        case "duplicate":
            again()
            return send()
    raise AssertionError(fault)


@dataclass
class Calls:
    """Between us and AWS: counts, and lets one fault strike the first call that ``hits`` says it is for."""

    hits: Callable[[str, dict[str, Any]], bool] = lambda _operation, _arguments: False
    fault: str = ""
    again: Send = lambda: None
    struck: bool = False
    seen: list[str] = field(default_factory=list)

    def put_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = botocore.client.BaseClient._make_api_call

        def called(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            self.seen.append(operation)
            if self.struck or not self.hits(operation, arguments):
                return real(client, operation, arguments)
            self.struck = True
            return strike(self.fault, lambda: real(client, operation, arguments), self.again)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", called)


def is_write_of(status: str) -> Callable[[str, dict[str, Any]], bool]:
    """The transaction that claims (``running``) or completes (``completed``) a record."""

    def hits(operation: str, arguments: dict[str, Any]) -> bool:
        first = arguments.get("TransactItems", [{}])[0].get("Put", {}).get("Item", {})
        return operation == "TransactWriteItems" and first.get("status") == {"S": status} and "claim_id" in first

    return hits


def is_call(name: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda operation, _: operation == name
