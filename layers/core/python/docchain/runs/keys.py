"""Keys of the runs table."""

BY_WORKFLOW = "by_workflow"
BY_WORKFLOW_KEYS = ("gsi_pk", "gsi_sk")
BY_TENANT = "by_tenant"
BY_TENANT_KEYS = ("tenant_pk", "started_sk")
# Sparse and across tenants: only the sweeper may read it.
OPEN_RUNS = "open_runs"
OPEN_RUNS_KEYS = ("open_pk", "open_sk")

RUN = "run"
NODE_PREFIX = "node#"
DOUBT_PREFIX = "unknown#"
COMPENSATION_PREFIX = "compensation#"
WAIT_PREFIX = "wait#"


def partition(tenant_id: str, run_id: int) -> str:
    return f"{tenant_id}#run#{run_id}"


def workflow_list(tenant_id: str, workflow_id: int) -> str:
    return f"{tenant_id}#workflow#{workflow_id}"


def tenant_list(tenant_id: str) -> str:
    return f"{tenant_id}#runs"


def started_key(started_at: str, run_id: int) -> str:
    return f"{started_at}#{run_id:012d}"


def node_key(key: str, item: int | None = None) -> str:
    """``item`` is for a node inside a foreach, which has a record per item."""
    return f"{NODE_PREFIX}{key}" if item is None else f"{items_prefix(key)}{item:06d}"


def doubt_key(key: str, item: int | None = None) -> str:
    """Says that a node's outcome is not known, where it is found without reading ten thousand items."""
    return f"{DOUBT_PREFIX}{key}" if item is None else f"{DOUBT_PREFIX}{key}#{item:06d}"


def wait_key(key: str) -> str:
    """Beside a node's record: what it waits for, and the token by which it is answered. No view reads it."""
    return f"{WAIT_PREFIX}{key}"


def items_prefix(key: str) -> str:
    return f"{NODE_PREFIX}{key}#"


def after_items(key: str) -> str:
    """A sort key behind all of a node's items and before the next node's: digits end before it."""
    return f"{items_prefix(key)}~"
