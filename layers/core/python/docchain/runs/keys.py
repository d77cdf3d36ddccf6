"""Keys of the runs table."""

BY_WORKFLOW = "by_workflow"
BY_WORKFLOW_KEYS = ("gsi_pk", "gsi_sk")
# Sparse and across tenants: only the sweeper may read it.
OPEN_RUNS = "open_runs"
OPEN_RUNS_KEYS = ("open_pk", "open_sk")

RUN = "run"
NODE_PREFIX = "node#"


def partition(tenant_id: str, run_id: int) -> str:
    return f"{tenant_id}#run#{run_id}"


def workflow_list(tenant_id: str, workflow_id: int) -> str:
    return f"{tenant_id}#workflow#{workflow_id}"


def node_key(key: str) -> str:
    return f"{NODE_PREFIX}{key}"
