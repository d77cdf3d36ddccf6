"""Ids that count up per tenant and kind, starting at 1.

A lost acknowledgement may skip a number; it never gives one out twice.
"""

from docchain.storage.table import Table


def next_number(table: Table, tenant_id: str, kind: str) -> int:
    item = table.update(f"{tenant_id}#counter", kind, add={"value": 1}, set_={"entity": "counter"})
    return int(item["value"])
