"""Reading the audit: newest first, by every condition, in pages, by those who may."""

from typing import Any

import pytest

from docchain.audit import keys
from docchain.audit.searching import EXAMINED_MOST
from functions.api.audit.handler import handler
from tests.support.chains import a_fact, entries_of, some_facts, the_chain
from tests.support.rest import a_caller, call

LOGS = "/api/v3/security/audit/logs"


def read(tenant: str, query: str = "", **caller: Any) -> Any:
    status, body = call(handler, "GET", f"{LOGS}{query}", caller=a_caller(tenant, **caller))
    assert status == 200, body
    return body


def numbers(body: Any) -> list[int]:
    return [int(entry["id"].removeprefix("audit_")) for entry in body["logs"]]


def test_an_entry_has_the_shape_of_the_contract(tenant: str) -> None:
    the_chain().append(tenant, [a_fact(tenant, "workflow.updated")])

    (entry,) = read(tenant)["logs"]

    stored = entries_of(tenant)[0]
    assert entry == {
        "id": "audit_1",
        "event_type": "workflow_updated",
        "name": "workflow.updated",
        "user_id": 1,
        "username": "ada",
        "details": {"workflow_id": 3, "after": {"name": "Contract review", "weight": 1.0}},
        "severity": "low",
        "resource_id": "3",
        "resource_type": "workflow",
        "ip_address": "203.0.113.7",
        "user_agent": "pytest",
        "session_id": "session",
        "timestamp": stored.occurred_at,
        "recorded_at": stored.recorded_at,
        "request_id": "request-9",
        "hash": stored.hash,
        "previous_hash": "0" * 64,
        "erased": False,
        "metadata": {"source": "api", "version": "0.0.0", "environment": "test"},
    }


def test_pages_by_offset_and_by_cursor_are_the_same(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 7))

    first = read(tenant, "?limit=3")
    by_offset = read(tenant, "?limit=3&offset=3")
    by_cursor = read(tenant, f"?limit=3&cursor={first['next_cursor']}")

    assert numbers(first) == [7, 6, 5]
    assert numbers(by_offset) == numbers(by_cursor) == [4, 3, 2]
    assert (first["total_count"], first["has_more"]) == (7, True)
    last = read(tenant, f"?limit=3&cursor={by_cursor['next_cursor']}")
    assert numbers(last) == [1]
    assert (last["has_more"], last["next_cursor"]) == (False, None)


def test_an_offset_too_deep_is_refused(tenant: str) -> None:
    status, body = call(handler, "GET", f"{LOGS}?offset=2001", caller=a_caller(tenant))

    assert status == 422
    assert body["error"]["details"][0]["field"] == "offset"


def test_each_condition_finds_its_own_and_counts_it(tenant: str) -> None:
    facts = [
        a_fact(tenant, "user.logged_in", user_id=1),
        a_fact(tenant, "user.logged_in", user_id=2),
        a_fact(tenant, "refresh_token.reused", user_id=2),
        a_fact(tenant, "workflow.deleted", user_id=1, subject="workflows/77"),
    ]
    the_chain().append(tenant, facts)

    for query, found, total in (
        ("?event_type=user_login", [2, 1], 2),
        ("?severity=critical", [3], 1),
        ("?user_id=2", [3, 2], 2),
        ("?user_id=2&event_type=user_login", [2], 1),
        ("?severity=low&event_type=user_login&user_id=1", [1], 1),
        ("?q=77", [4], 1),
        ("?user_id=9", [], 0),
    ):
        body = read(tenant, query)
        assert (numbers(body), body["total_count"], body["total_count_exact"]) == (found, total, True), query


def test_conditions_have_pages_too(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 12, users=2))

    first = read(tenant, "?user_id=2&limit=2&offset=1")
    then = read(tenant, f"?user_id=2&limit=9&cursor={first['next_cursor']}")

    assert (numbers(first), numbers(then)) == ([10, 8], [6, 4, 2])


def test_days_are_bounds_of_the_chain(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in ("19", "20", "22"):
        monkeypatch.setattr("docchain.audit.chain.now", lambda day=day: f"2026-11-{day}T10:00:00.000Z")
        the_chain().append(tenant, some_facts(tenant, 2))

    for query, found in (
        ("?start_date=2026-11-20", [6, 5, 4, 3]),
        ("?end_date=2026-11-20", [4, 3, 2, 1]),
        ("?start_date=2026-11-20&end_date=2026-11-21", [4, 3]),
        ("?start_date=2026-11-21&end_date=2026-11-21", []),
        ("?start_date=2026-11-23", []),
        ("?end_date=2026-11-18", []),
    ):
        body = read(tenant, query)
        assert (numbers(body), body["total_count"]) == (found, len(found)), query


def test_entries_of_two_partitions_are_one_list(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ENTRIES_PER_PARTITION", 4)
    the_chain().append(tenant, some_facts(tenant, 13))

    assert numbers(read(tenant)) == list(range(13, 0, -1))
    assert numbers(read(tenant, "?limit=3&offset=8")) == [5, 4, 3]


def test_a_search_that_reads_too_far_says_where_to_go_on(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.audit.searching.EXAMINED_MOST", 5)
    the_chain().append(tenant, [a_fact(tenant, subject="workflows/777"), *some_facts(tenant, 8)])

    body = read(tenant, "?q=777")

    assert (numbers(body), body["has_more"], body["total_count_exact"]) == ([], True, False)
    assert numbers(read(tenant, f"?q=777&cursor={body['next_cursor']}")) == [1]
    assert EXAMINED_MOST == 4_000


def test_a_page_makes_three_calls(tenant: str, aws_calls: list[str]) -> None:
    the_chain().append(tenant, some_facts(tenant, 5))
    aws_calls.clear()

    read(tenant, "?limit=3")

    assert aws_calls == ["BatchGetItem", "Query", "PutItem"]


def test_one_entry_is_read_by_its_id(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 2))

    status, entry = call(handler, "GET", f"{LOGS}/audit_2", caller=a_caller(tenant))

    assert (status, entry["id"]) == (200, "audit_2")
    for missing, answer in (("audit_3", 404), ("audit_0", 422), ("3", 422)):
        assert call(handler, "GET", f"{LOGS}/{missing}", caller=a_caller(tenant))[0] == answer


def test_another_tenant_sees_nothing(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 2))
    stranger = a_caller(f"{tenant}_other")

    assert call(handler, "GET", f"{LOGS}/audit_1", caller=stranger)[0] == 404
    assert read(f"{tenant}_other")["logs"] == []
    cursor = read(tenant, "?limit=1")["next_cursor"]
    assert call(handler, "GET", f"{LOGS}?cursor={cursor}", caller=stranger)[0] == 422


@pytest.mark.parametrize(("roles", "status"), [(("admin",), 200), (("moderator",), 200), (("user",), 403), ((), 403)])
def test_the_audit_is_for_those_who_oversee(tenant: str, roles: tuple[str, ...], status: int) -> None:
    paths = ("/logs", "/stats", "/summary", "/export", "/users/2")
    answers = {
        p: call(handler, "GET", f"/api/v3/security/audit{p}", caller=a_caller(tenant, roles=roles))[0] for p in paths
    }

    assert set(answers.values()) == {status}
    assert call(handler, "GET", LOGS)[0] == 401


def test_everybody_reads_his_own_entries(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 4, users=2))

    status, body = call(
        handler, "GET", "/api/v3/security/audit/users/2", caller=a_caller(tenant, user_id=2, roles=("guest",))
    )

    assert (status, numbers(body)) == (200, [4, 2])
    assert accesses(tenant) == []


def test_reading_others_is_on_the_record(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 2))

    read(tenant, "?severity=low")
    call(handler, "GET", f"{LOGS}/audit_1", caller=a_caller(tenant))
    call(handler, "GET", "/api/v3/security/audit/users/2", caller=a_caller(tenant))
    call(handler, "GET", "/api/v3/security/audit/export", caller=a_caller(tenant))

    noted = accesses(tenant)
    assert [n["data"]["what"] for n in noted] == ["audit_logs", "audit_entry", "audit_user", "audit_export"]
    assert noted[0]["data"]["filters"] == {"severity": "low"}
    assert noted[0]["cause"]["user_id"] == 1


def accesses(tenant: str) -> list[Any]:
    events = [i["event"] for i in the_chain().table.query_all(f"{tenant}#outbox", most=100)]
    return [e for e in events if e["type"] == "data.accessed"]
