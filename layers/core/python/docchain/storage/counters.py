"""Ids that count up per tenant and kind, starting at 1.

A lost acknowledgement may skip a number; it never gives one out twice.
"""

from docchain.storage.table import Table


def counter_key(tenant_id: str, kind: str) -> tuple[str, str]:
    return f"{tenant_id}#counter", kind


def next_number(table: Table, tenant_id: str, kind: str) -> int:
    item = table.update(*counter_key(tenant_id, kind), add={"value": 1}, set_={"entity": "counter"})
    return int(item["value"])
