"""Transactions of moto that remember the items they touch.

moto copies the whole table for every member of a transaction, and puts the copy back when one fails: with a session's
thousands of items that is a second and 100 MB for each write, and what other threads wrote meanwhile is lost.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


@contextmanager
def small_transactions() -> Iterator[None]:
    whole = DynamoDBBackend.transact_write_items

    def small(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = [(place, _read(*place)) for place in _places(self, transact_items)]
        try:
            whole(self, transact_items)
        except Exception:
            for place, item in before:
                _restore(*place, item)
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoDBBackend, "transact_write_items", small)
        patch.setattr(Table, "__deepcopy__", lambda self, _: self, raising=False)
        yield


Place = tuple[Table, DynamoType, DynamoType]


def _places(backend: DynamoDBBackend, members: list[dict[str, Any]]) -> Iterator[Place]:
    for member in members:
        ((kind, operation),) = member.items()
        table = backend.tables.get(operation["TableName"])
        if table is not None:
            key = operation["Item" if kind == "Put" else "Key"]
            yield table, DynamoType(key["pk"]), DynamoType(key["sk"])


def _read(table: Table, pk: DynamoType, sk: DynamoType) -> Any:
    return copy.deepcopy(table.items[pk].get(sk)) if pk in table.items else None


def _restore(table: Table, pk: DynamoType, sk: DynamoType, item: Any) -> None:
    if item is not None:
        table.items[pk][sk] = item
    elif pk in table.items:
        table.items[pk].pop(sk, None)
