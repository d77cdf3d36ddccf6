"""A batch of the queue: each tenant's events to its own chain, and only what failed comes again."""

import json
from pathlib import Path
from typing import Any

import pytest

from docchain.audit.chain import Chain
from docchain.audit.errors import ChainContended
from docchain.events.models import Event
from functions.queues.audit.handler import handler
from tests.support.chains import a_fact, entries_of, some_facts
from tests.support.rest import a_context


def a_batch(events: list[Event]) -> dict[str, Any]:
    bodies = [event.model_dump_json() for event in events]
    return {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_sample_becomes_two_entries(tenant: str) -> None:
    sample = json.loads(Path("events/queues/audit.json").read_text())
    for record in sample["Records"]:
        record["body"] = record["body"].replace('"default"', f'"{tenant}"')

    assert failed(handler(sample, a_context())) == []

    login, made = entries_of(tenant)
    assert (login.name, login.user_id.value, login.ip_address.value) == ("user.logged_in", 1, "203.0.113.7")
    assert (made.name, made.resource_id, made.username.value) == ("workflow.created", "3", "admin")


def test_a_batch_of_two_tenants_fills_two_chains(tenant: str) -> None:
    other = f"{tenant}_other"
    mixed = [event for pair in zip(some_facts(tenant, 3), some_facts(other, 3), strict=True) for event in pair]

    handler(a_batch(mixed), a_context())

    assert [len(entries_of(t)) for t in (tenant, other)] == [3, 3]


def test_one_tenants_trouble_is_not_anothers(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"{tenant}_other"
    append = Chain.append

    def troubled(self: Chain, tenant_id: str, events: list[Event]) -> int:
        if tenant_id == other:
            raise ChainContended("too many")
        return append(self, tenant_id, events)

    monkeypatch.setattr(Chain, "append", troubled)
    batch = a_batch([a_fact(other), a_fact(tenant), a_fact(other)])

    assert failed(handler(batch, a_context())) == ["m0", "m2"]
    assert len(entries_of(tenant)) == 1


def test_what_is_no_event_fails_alone(tenant: str) -> None:
    batch = a_batch([a_fact(tenant), a_fact(tenant)])
    batch["Records"][0]["body"] = '{"type": "user.logged_in"}'

    assert failed(handler(batch, a_context())) == ["m0"]
    assert len(entries_of(tenant)) == 1


def test_a_batch_that_comes_again_changes_nothing(tenant: str) -> None:
    batch = a_batch(some_facts(tenant, 5))

    assert [failed(handler(batch, a_context())) for _ in range(3)] == [[], [], []]
    assert len(entries_of(tenant)) == 5


def test_failed_logins_of_unknown_names_have_a_chain_of_their_own(aws_account: None) -> None:
    before = len(entries_of("_anonymous"))
    handler(a_batch([a_fact("_anonymous", "user.login_failed", subject="users", actor=None)]), a_context())

    assert len(entries_of("_anonymous")) == before + 1
