"""Conditional writes, pages and transactions on the real expressions."""

from typing import Any

import boto3
import pytest

from docchain.errors import ValidationFailed
from docchain.storage.conditions import Attr
from docchain.storage.counters import next_number
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey, IdempotencyMismatch
from docchain.storage.table import Table


@pytest.fixture
def table(aws_account: None) -> Table:
    return Table(boto3.client("dynamodb"), "workflows")


def test_put_if_absent_happens_once(table: Table, tenant: str) -> None:
    table.put({"pk": tenant, "sk": "a", "n": 1}, when=Attr("pk").not_exists())
    with pytest.raises(ConditionFailed):
        table.put({"pk": tenant, "sk": "a", "n": 2}, when=Attr("pk").not_exists())
    assert table.get(tenant, "a") == {"pk": tenant, "sk": "a", "n": 1}


def test_update_sets_adds_and_removes(table: Table, tenant: str) -> None:
    table.put({"pk": tenant, "sk": "a", "gone": 1, "status": "old"})
    after = table.update(tenant, "a", set_={"status": "new", "gone": None}, add={"n": 2}, when=Attr("status").eq("old"))
    assert after == {"pk": tenant, "sk": "a", "status": "new", "n": 2}


def test_a_transaction_names_the_member_that_failed_and_writes_nothing(table: Table, tenant: str) -> None:
    table.put({"pk": tenant, "sk": "b"})
    actions = [
        table.putting({"pk": tenant, "sk": "a"}),
        table.putting({"pk": tenant, "sk": "b"}, when=Attr("pk").not_exists()),
    ]
    with pytest.raises(ConditionFailed) as failed:
        table.transact(actions)
    assert failed.value.failed == [1]
    assert table.get(tenant, "a") is None


def test_pages_follow_each_other_to_the_end(table: Table, tenant: str) -> None:
    for number in range(5):
        table.put({"pk": tenant, "sk": f"n{number}"})
    first = table.query(tenant, prefix="n", limit=3)
    rest = table.query(tenant, prefix="n", limit=3, start_key=first.next_key)
    assert [i["sk"] for i in first.items + rest.items] == ["n0", "n1", "n2", "n3", "n4"]
    assert rest.next_key is None


def test_get_many_fetches_more_than_one_call_holds(table: Table, tenant: str) -> None:
    for number in range(120):
        table.put({"pk": tenant, "sk": f"{number}"})
    found = table.get_many([(tenant, f"{n}") for n in range(130)])
    assert len(found) == 120


def test_numbers_count_up_from_one_per_tenant_and_kind(table: Table, tenant: str) -> None:
    numbers = [next_number(table, tenant, "workflow") for _ in range(3)]
    assert [*numbers, next_number(table, tenant, "run")] == [1, 2, 3, 1]


def test_a_cursor_opens_no_other_list() -> None:
    cursor = to_cursor({"pk": "a", "sk": "b"}, "workflows/one")
    assert from_cursor(cursor, "workflows/one") == {"pk": "a", "sk": "b"}
    for forged in ("%%%", "e30", "WzFd"):
        with pytest.raises(ValidationFailed):
            from_cursor(forged, "workflows/one")
    with pytest.raises(ValidationFailed):
        from_cursor(cursor, "workflows/two")


def test_an_idempotency_key_gives_its_first_answer_and_refuses_another_body(table: Table, tenant: str) -> None:
    key = IdempotencyKey(tenant, "POST /things", "k1", "body-1")
    assert key.earlier_answer(table) is None
    table.transact([key.recording(table, {"id": 7})])
    assert key.earlier_answer(table) == {"id": 7}
    with pytest.raises(IdempotencyMismatch):
        IdempotencyKey(tenant, "POST /things", "k1", "body-2").earlier_answer(table)
    with pytest.raises(ConditionFailed):
        table.transact([key.recording(table, {"id": 8})])


@pytest.mark.parametrize(
    "made_up",
    [
        {"pk": "T"},
        {"pk": "T", "sk": 7},
        {"pk": "T", "sk": ""},
        {"pk": "another", "sk": "a#1"},
        {"pk": "T", "sk": "b#1"},
        {"pk": "T", "sk": "a#1", "more": "x"},
    ],
    ids=str,
)
def test_a_page_begins_only_where_one_of_the_same_query_ended(
    table: Table, tenant: str, made_up: dict[str, Any]
) -> None:
    for n in range(3):
        table.put({"pk": tenant, "sk": f"a#{n}"})
    page = table.query(tenant, prefix="a#", limit=2)
    assert len(table.query(tenant, prefix="a#", start_key=page.next_key).items) == 1

    with pytest.raises(ValidationFailed, match="cursor"):
        table.query(tenant, prefix="a#", start_key={k: tenant if v == "T" else v for k, v in made_up.items()})
