"""Figures come from counters, and say what the chain holds."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.api.audit.handler import handler
from tests.support.chains import a_fact, some_facts, the_chain
from tests.support.rest import a_caller, call

AUDIT = "/api/v3/security/audit"


def on_day(ago: int, monkeypatch: pytest.MonkeyPatch) -> str:
    moment = datetime.now(UTC) - timedelta(days=ago)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    monkeypatch.setattr("docchain.audit.chain.now", lambda: text)
    return text[:10]


def test_stats_count_by_type_severity_user_and_time(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for ago, number in ((40, 1), (20, 2), (3, 3), (0, 4)):
        on_day(ago, monkeypatch)
        the_chain().append(tenant, some_facts(tenant, number))
    the_chain().append(tenant, [a_fact(tenant, "user.deleted", user_id=2)])

    status, body = call(handler, "GET", f"{AUDIT}/stats", caller=a_caller(tenant))

    assert status == 200
    assert body["total_events"] == 11
    assert body["events_by_type"] == {"user_deleted": 1, "workflow_created": 10}
    assert body["events_by_severity"] == {"high": 1, "low": 10}
    assert body["events_by_user"] == {"1": 10, "2": 1}
    assert (body["events_today"], body["events_this_week"], body["events_this_month"]) == (5, 8, 10)
    assert body["policies"]["retention_days"] == 365


def test_a_summary_is_day_by_day(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    days = []
    for ago, number in ((9, 1), (2, 2), (0, 3)):
        days.append(on_day(ago, monkeypatch))
        the_chain().append(tenant, some_facts(tenant, number))

    status, body = call(handler, "GET", f"{AUDIT}/summary?days=7", caller=a_caller(tenant))

    assert (status, body["total_events"]) == (200, 5)
    assert [(d["date"], d["total"]) for d in body["days"]] == [(days[1], 2), (days[2], 3)]
    assert body["days"][0]["by_type"] == {"workflow_created": 2}


def test_a_tenant_without_entries_has_noughts(tenant: str) -> None:
    status, body = call(handler, "GET", f"{AUDIT}/stats", caller=a_caller(tenant))

    assert (status, body["total_events"], body["events_by_user"]) == (200, 0, {})


def test_figures_make_two_calls_however_long_the_chain(tenant: str, aws_calls: list[str]) -> None:
    the_chain().append(tenant, some_facts(tenant, 20))
    aws_calls.clear()

    call(handler, "GET", f"{AUDIT}/stats", caller=a_caller(tenant))

    assert aws_calls == ["Query", "GetItem"]
