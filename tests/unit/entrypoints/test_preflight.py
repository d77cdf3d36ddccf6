"""A browser asks without a token what it may send: paths without one answer it themselves."""

from typing import Any

import pytest

from docchain.entrypoints import cors
from functions.api.security.handler import handler
from tests.support.rest import a_context, rest_event


def asked(origin: str) -> Any:
    event = rest_event("OPTIONS", "/api/v3/security/auth/login", headers={"origin": origin})
    return handler(event, a_context())


def allow(monkeypatch: pytest.MonkeyPatch, *origins: str) -> None:
    monkeypatch.setattr(cors, "_origins", lambda: frozenset(origins))


def test_a_page_of_an_allowed_origin_hears_what_it_may_send(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, "https://a.example")
    answer = asked("https://a.example")

    assert answer["statusCode"] == 204
    assert answer["headers"]["access-control-allow-origin"] == "https://a.example"
    assert "POST" in answer["headers"]["access-control-allow-methods"]
    assert {"authorization", "idempotency-key"} <= set(answer["headers"]["access-control-allow-headers"].split(","))


def test_a_page_of_another_origin_hears_nothing_of_it(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, "https://a.example")
    answer = asked("https://b.example")

    assert "access-control-allow-origin" not in answer["headers"]
    assert "access-control-allow-methods" not in answer["headers"]
