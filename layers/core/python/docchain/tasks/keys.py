"""Keys of the table ``tasks``."""

CARD = "task"
ORDER = "order"
RESULT = "result"
FOLLOWER_PREFIX = "follower#"
LANE_PREFIX = "lane#"
SERVICE = "service"
GROUP = "group"

BY_TENANT = ("gsi_pk", "gsi_sk")
DUE = ("due_pk", "due_sk")
LANES = ("lane_pk", "lane_sk")
INDEXES: dict[str, tuple[str, str]] = {
    "by_tenant": BY_TENANT,
    "by_status": ("status_pk", "gsi_sk"),
    "by_type": ("type_pk", "gsi_sk"),
    "by_priority": ("priority_pk", "gsi_sk"),
    # Both are sparse and the system's own: no API function may read them.
    "due": DUE,
    "lanes": LANES,
}


def task(tenant_id: str, task_id: str) -> str:
    return f"{tenant_id}#task#{task_id}"


def tasks(tenant_id: str) -> str:
    return f"{tenant_id}#tasks"


def group(tenant_id: str, group_id: str) -> str:
    return f"{tenant_id}#task_group#{group_id}"


def status(tenant_id: str, value: str) -> str:
    return f"{tenant_id}#status#{value}"


def type_(tenant_id: str, value: str) -> str:
    return f"{tenant_id}#type#{value}"


def priority(tenant_id: str, value: str) -> str:
    return f"{tenant_id}#priority#{value}"


def lane(pool: str) -> str:
    return f"{LANE_PREFIX}{pool}"


def due(pool: str) -> str:
    return f"due#{pool}"


def follower(task_id: str) -> str:
    return f"{FOLLOWER_PREFIX}{task_id}"


def waiting(tenant_id: str, pool: str, priority: str) -> str:
    """Tasks of one tenant, pool and priority that a worker may take, oldest first."""
    return f"{tenant_id}#ready#{pool}#{priority}"


def dead(tenant_id: str) -> str:
    return f"{tenant_id}#dead_tasks"
