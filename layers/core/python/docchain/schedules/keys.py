"""Keys of the table of schedules."""

from typing import Final
from zlib import crc32

BY_TENANT: Final = "by_tenant"
BY_TENANT_KEYS: Final = ("gsi_pk", "gsi_sk")
# Sparse and across tenants: only the sweeper may read it.
DUE: Final = "due"
DUE_KEYS: Final = ("due_pk", "due_sk")
DUE_SHARDS: Final = 8
COUNTER_SHARDS: Final = 16

SCHEDULE: Final = "schedule"
FIRE_PREFIX: Final = "fire#"
COUNT: Final = "count"
SERVICE: Final = "service"
STATS_PREFIX: Final = "stats#"

Place = tuple[str, str]


def schedule(tenant_id: str, schedule_id: str) -> Place:
    return f"{tenant_id}#schedule#{schedule_id}", SCHEDULE


def fire(tenant_id: str, schedule_id: str, fire_id: str) -> Place:
    return f"{tenant_id}#schedule#{schedule_id}", f"{FIRE_PREFIX}{fire_id}"


def started(tenant_id: str, kind: str, identifier: object) -> Place:
    """By which the end of a run or a task finds the fire that it was started for."""
    return f"{tenant_id}#started#{kind}#{identifier}", "started"


def tenant_list(tenant_id: str) -> str:
    return f"{tenant_id}#schedules"


def count(tenant_id: str) -> Place:
    return tenant_list(tenant_id), COUNT


def service(tenant_id: str) -> Place:
    return tenant_list(tenant_id), SERVICE


def counters(tenant_id: str, schedule_id: str) -> Place:
    """Sharded: at the top of an hour all of a tenant's schedules count at once."""
    return tenant_list(tenant_id), f"{STATS_PREFIX}{_hash(schedule_id) % COUNTER_SHARDS:02d}"


def due_shard(schedule_id: str) -> str:
    return f"due#{_hash(schedule_id) % DUE_SHARDS}"


def due_shards() -> tuple[str, ...]:
    return tuple(f"due#{shard}" for shard in range(DUE_SHARDS))


def _hash(schedule_id: str) -> int:
    return crc32(schedule_id.encode())
