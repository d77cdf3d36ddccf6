"""moto copies a whole table for each member of a transaction, to put it back if one fails; here, only what is touched.

A transaction of a hundred members on a table of two thousand items takes moto a minute, and with this a tenth of a
second. What is put back is the same: a member changes no item but its own.
"""

import copy
import threading
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models.table import Table


def use_quick_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = models.DynamoDBBackend.transact_write_items
    now = threading.local()

    def transact(self: Any, transact_items: list[dict[str, Any]]) -> None:
        now.touched, now.copies = {_partition(member) for member in transact_items}, {}
        try:
            begin(self, transact_items)
        finally:
            now.touched = None

    def deepcopy(thing: Any, *more: Any) -> Any:
        if not isinstance(thing, Table) or not getattr(now, "touched", None):
            return copy.deepcopy(thing, *more)
        if id(thing) not in now.copies:
            now.copies[id(thing)] = _copied(thing, now.touched)
        return now.copies[id(thing)]

    monkeypatch.setattr(models.DynamoDBBackend, "transact_write_items", transact)
    monkeypatch.setattr(models, "copy", SimpleNamespace(deepcopy=deepcopy, copy=copy.copy))


def _copied(table: Table, touched: set[tuple[str, str]]) -> Table:
    backup = copy.copy(table)
    items: Any = defaultdict(dict)
    for partition, members in table.items.items():
        items[partition] = dict(members)  # type: ignore[call-overload]  # every table of ours has a sort key
        for sort, item in items[partition].items():
            if (partition.value, sort.value) in touched:
                items[partition][sort] = copy.deepcopy(item)
    backup.items = items
    return backup


def _partition(member: dict[str, Any]) -> tuple[str, str]:
    (action,) = member.values()
    key = action.get("Key") or action["Item"]
    return key["pk"]["S"], key["sk"]["S"]
