"""Looks at what was due a while ago and orders it once more. Who is faster, or comes twice, changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.clock import to_iso
from docchain.observability import logger
from docchain.schedules.keys import due_shards
from docchain.schedules.orders import Order, OrdersRefused
from docchain.storage.items import Item
from functions.schedules.missed_fires.dependencies import orders, schedules

GRACE: Final = timedelta(seconds=30)
"""Longer than an order takes that was not lost."""
PER_SHARD: Final = 500


def run() -> dict[str, Any]:
    until = to_iso(datetime.now(UTC) - GRACE)
    seen = {"schedules": 0, "fires": 0, "refused": 0}
    for shard in due_shards():
        found = schedules().read_due(shard, until, PER_SHARD)
        seen["fires"] += sum(item["entity"] == "fire" for item in found)
        seen["schedules"] += sum(item["entity"] == "schedule" for item in found)
        try:
            orders().send_all([_order(item) for item in found])
        except OrdersRefused as error:
            logger.error("orders were refused", extra={"shard": shard, "reason": str(error)})
            seen["refused"] += 1
    return seen


def _order(item: Item) -> Order:
    if item["entity"] == "fire":
        return Order(tenant_id=item["tenant_id"], schedule_id=item["schedule_id"], fire_id=item["id"])
    return Order(tenant_id=item["tenant_id"], schedule_id=item["id"], sequence=item["sequence"])
