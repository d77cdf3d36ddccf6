"""A tenant's figures: counters that change in the transaction of what they count, spread over shards."""

from collections import Counter
from dataclasses import dataclass

from docchain.schedules import keys
from docchain.schedules.definition import ScheduleType
from docchain.schedules.models import Schedule, ScheduleStatus
from docchain.storage.table import Action, Table


@dataclass(frozen=True)
class Figures:
    is_running: bool
    total: int
    by_status: dict[str, int]
    by_type: dict[str, int]
    total_runs: int
    successful_runs: int
    failed_runs: int
    running: int


def counting(
    table: Table, tenant_id: str, schedule_id: str, before: Schedule | None, after: Schedule | None, **more: int
) -> list[Action]:
    """The member of a transaction that counts a change; none when it changes no figure."""
    change = Counter(more)
    for schedule, sign in ((before, -1), (after, 1)):
        if schedule is not None:
            change["total"] += sign
            change[f"status_{schedule.status.value}"] += sign
            change[f"type_{schedule.definition.type.value}"] += sign
    added: dict[str, int | float] = {name: value for name, value in change.items() if value}
    if not added:
        return []
    pk, sk = keys.counters(tenant_id, schedule_id)
    return [table.updating(pk, sk, add=added, set_={"entity": "counter"})]


def read_figures(table: Table, tenant_id: str) -> Figures:
    """One query: the shards lie beside the switch of the service."""
    items = table.query_all(keys.tenant_list(tenant_id), most=keys.COUNTER_SHARDS + 2, consistent=True)
    sums: Counter[str] = Counter()
    stopped = False
    for item in items:
        if item["sk"] == keys.SERVICE:
            stopped = bool(item.get("stopped"))
        elif item["sk"].startswith(keys.STATS_PREFIX):
            sums.update({k: v for k, v in item.items() if isinstance(v, int)})
    return Figures(
        is_running=not stopped,
        total=sums["total"],
        by_status={status.value: sums[f"status_{status.value}"] for status in ScheduleStatus},
        by_type={kind.value: sums[f"type_{kind.value}"] for kind in ScheduleType},
        total_runs=sums["total_runs"],
        successful_runs=sums["successful_runs"],
        failed_runs=sums["failed_runs"],
        running=sums["running"],
    )
