"""What bears on security arrives from the bus, is kept, counted and weighed, and may arrive twice."""

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import EndpointConnectionError
from pytest import MonkeyPatch, raises

from docchain.threats.repository import ThreatRepository
from functions.listeners.security.dependencies import keeper
from functions.listeners.security.handler import handler
from tests.support.rest import a_context


def a_sample(tenant: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(Path("events/listeners/security.json").read_text())
    sample["detail"]["tenant_id"] = tenant
    return sample


def test_the_event_of_the_bus_is_kept_and_weighed_once(tenant: str) -> None:
    for _ in range(2):
        handler(a_sample(tenant), a_context())
    (kept,) = keeper().events.newest(tenant, ["2026-11-21"], read_most=10)
    assert (kept.event_type, kept.user_id, kept.ip_address, kept.severity) == (
        "refresh_token.reused",
        1,
        "198.51.100.4",
        "critical",
    )
    (threat,) = keeper().threats.read_page(tenant, limit=10)[0]
    assert (threat.rule, threat.subject, threat.event_id) == ("token_reuse", "users/1", kept.id)
    assert keeper().events.figures(tenant)["security_events"] == 1


def test_a_listener_that_dies_between_keeping_and_finding_finds_when_it_comes_again(
    tenant: str, monkeypatch: MonkeyPatch
) -> None:
    def dies(*_: Any) -> bool:
        raise EndpointConnectionError(endpoint_url="dynamodb")

    with monkeypatch.context() as broken, raises(EndpointConnectionError):
        broken.setattr(ThreatRepository, "found", dies)
        handler(a_sample(tenant), a_context())
    assert keeper().threats.read_page(tenant, limit=10)[0] == []
    handler(a_sample(tenant), a_context())
    assert len(keeper().threats.read_page(tenant, limit=10)[0]) == 1
    assert keeper().events.figures(tenant)["security_events"] == 1
